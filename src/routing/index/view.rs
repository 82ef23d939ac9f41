//! What a profile sees first: a lazy heap of the heads of its pools.
//!
//! For each pool in which something waits the heap holds an entry no later than the pool's head. A
//! head that leaves is found out when its entry comes to the top; a head that comes is pushed. A heap
//! beyond four entries a pool, because nobody looked for long, is dropped and made at the next look.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeSet, BinaryHeap, btree_set};

use super::place::Place;

/// What waits in a pool, in order.
pub(super) type Pool = BTreeSet<Place>;
type Heads = BinaryHeap<Reverse<(Place, u32)>>;

#[derive(Debug, Default)]
pub(super) struct View {
    /// `None`: to be made.
    heads: Option<Heads>,
}

impl View {
    /// A pool of this profile, one of `pools`, has a new head.
    pub(super) fn hear(&mut self, head: Place, pool: u32, pools: usize) {
        let Some(heads) = &mut self.heads else { return };
        heads.push(Reverse((head, pool)));
        if heads.len() > 4 * pools + 16 {
            self.heads = None;
        }
    }

    /// Walks the readings of the profile in order, each once, until `see` says no.
    pub(super) fn walk(
        &mut self,
        profile: &[u32],
        pools: &[Pool],
        mut see: impl FnMut(Place) -> bool,
    ) {
        let heads = self.heads.get_or_insert_with(|| made(profile, pools));
        let mut walk = Walk::default();
        let mut last = None;
        while let Some(place) = walk.step(heads, pools) {
            // A reading of two pools comes twice in a row.
            if last != Some(place) && !see(place) {
                break;
            }
            last = Some(place);
        }
        for open in walk.open {
            heads.push(Reverse((open.head, open.pool)));
        }
    }
}

fn made(profile: &[u32], pools: &[Pool]) -> Heads {
    let head = |&pool: &u32| Some(Reverse((*pools[pool as usize].first()?, pool)));
    profile.iter().filter_map(head).collect()
}

/// A pool whose head was seen.
struct Open<'a> {
    head: Place,
    pool: u32,
    rest: btree_set::Iter<'a, Place>,
}

/// The pools opened so far, and the next place of each.
#[derive(Default)]
struct Walk<'a> {
    open: Vec<Open<'a>>,
    next: BinaryHeap<Reverse<(Place, usize)>>,
}

impl<'a> Walk<'a> {
    fn step(&mut self, heads: &mut Heads, pools: &'a [Pool]) -> Option<Place> {
        let head = self.head(heads, pools);
        let next = self.next.peek().map(|Reverse((place, _))| *place);
        let (place, opened) = match (head, next) {
            (Some((head, pool)), next) if next.is_none_or(|next| head <= next) => {
                heads.pop();
                let mut rest = pools[pool as usize].iter();
                rest.next();
                self.open.push(Open { head, pool, rest });
                (head, self.open.len() - 1)
            }
            _ => self.next.pop()?.0,
        };
        let rest = self.open[opened].rest.next();
        self.next.extend(rest.map(|next| Reverse((*next, opened))));
        Some(place)
    }

    /// The earliest head there is of a pool that is not open; entries that are not true any more go.
    fn head(&self, heads: &mut Heads, pools: &[Pool]) -> Option<(Place, u32)> {
        while let Some(mut top) = heads.peek_mut() {
            let Reverse((place, pool)) = *top;
            match pools[pool as usize].first() {
                Some(head) if self.open.iter().all(|open| open.pool != pool) => {
                    if *head == place {
                        return Some((place, pool));
                    }
                    *top = Reverse((*head, pool));
                }
                _ => {
                    PeekMut::pop(top);
                }
            }
        }
        None
    }
}
