//! The matching index: which case next for a pathologist, which pathologist next for a case, in memory.
//!
//! ```text
//!  reading ─▶ set of pools ─▶ pool: readings by (class, key, id) ─▶ profile: a lazy heap of heads
//!                                                                       ▲
//!  pathologist ─▶ profile (their pools, shared) ──────── best ──────────┘
//!                 profile: who is available, freest first ◀── next_pathologist ── reading
//! ```
//!
//! It only proposes: the claim transaction decides (D6). It knows pools and exclusions, no other rule, so
//! it may propose what is refused, and never hides what is allowed. What was proposed to one may be held back
//! from the others until its transaction has decided. Its size grows with what waits and
//! who attends, not with history: about 60 bytes a reading and 30 for each of its pools.

mod people;
mod place;
mod sets;
mod view;

use std::collections::HashMap;

pub use people::Attendance;
use people::{Person, Waiting};
use place::Place;
use sets::Sets;
use view::{Pool, View};

use super::OrderKey;
use crate::case::Micros;
use crate::ids::{PathologistId, ReadingId};

/// Excluded readings passed over in one look at most; beyond, the look says that it is not complete.
const PASSED_OVER: usize = 256;

/// A pool of waiting readings, by its number in the catalogue; what it stands for is not asked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolId(pub i64);

/// What a look found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The best readings first, each once.
    pub readings: Vec<ReadingId>,
    /// There may be more: readings in their pools are excluded from them, or held back for another.
    pub passed_over: bool,
}

impl Candidates {
    /// Nothing at all waits in their pools.
    pub fn is_nothing(&self) -> bool {
        self.readings.is_empty() && !self.passed_over
    }
}

/// Where a reading waits.
#[derive(Debug)]
struct Entry {
    class: u8,
    vkey: [u8; 8],
    set: u32,
}

/// The index of one process.
#[derive(Debug, Default)]
pub struct MatchingIndex {
    numbers: HashMap<PoolId, u32>,
    pools: Vec<Pool>,
    /// The profiles that subscribe to each pool.
    subscribed: Vec<Vec<u32>>,
    sets: Sets,
    waiting: HashMap<ReadingId, Entry>,
    /// Out of their pools while a transaction decides about them.
    held: HashMap<ReadingId, Entry>,
    /// How many of each pool are held.
    held_of: Vec<u32>,
    exclusions: HashMap<ReadingId, Vec<(PathologistId, Option<Micros>)>>,
    profiles: Sets,
    views: Vec<View>,
    turns: Vec<Waiting>,
    people: HashMap<PathologistId, Person>,
}

impl MatchingIndex {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many readings wait.
    pub fn readings(&self) -> usize {
        self.waiting.len()
    }

    /// How many readings are held back.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Whether this reading waits here.
    pub fn waits(&self, reading: ReadingId) -> bool {
        self.waiting.contains_key(&reading)
    }

    /// How many pathologists are known.
    pub fn pathologists(&self) -> usize {
        self.people.len()
    }

    /// How many readings wait in a pool, and the first of them.
    pub fn pool(&self, pool: PoolId) -> (usize, Option<(OrderKey, ReadingId)>) {
        let Some(&number) = self.numbers.get(&pool) else {
            return (0, None);
        };
        let waiting = &self.pools[number as usize];
        let head = waiting.first().map(|head| (head.key(), head.reading()));
        (waiting.len(), head)
    }

    /// The pools in which something waits.
    pub fn pools(&self) -> impl Iterator<Item = PoolId> + '_ {
        let busy = |(_, number): &(&PoolId, &u32)| !self.pools[**number as usize].is_empty();
        self.numbers.iter().filter(busy).map(|(pool, _)| *pool)
    }

    /// A reading waits in these pools, with this key; what was known of its place before is replaced.
    pub fn put(&mut self, reading: ReadingId, key: OrderKey, pools: &[PoolId]) {
        self.leave(reading);
        if pools.is_empty() {
            self.exclusions.remove(&reading);
            return;
        }
        let numbers = pools.iter().map(|&pool| self.number(pool)).collect();
        let (set, _) = self.sets.take(numbers);
        let place = Place::new(reading, key);
        for &pool in self.sets.pools(set).clone().iter() {
            self.enter(pool, place);
        }
        let (class, vkey) = place.parts();
        self.waiting.insert(reading, Entry { class, vkey, set });
    }

    /// Holds a waiting reading back: it is proposed to nobody until it is put back, put anew or removed.
    /// Gives whether it waited.
    pub fn hold(&mut self, reading: ReadingId) -> bool {
        let Some(entry) = self.waiting.remove(&reading) else {
            return false;
        };
        let place = Place::of_parts(entry.class, entry.vkey, reading);
        for &pool in self.sets.pools(entry.set).iter() {
            self.pools[pool as usize].remove(&place);
            self.held_of[pool as usize] += 1;
        }
        self.held.insert(reading, entry);
        true
    }

    /// Proposes a held reading again; gives whether it was held.
    pub fn put_back(&mut self, reading: ReadingId) -> bool {
        let Some(entry) = self.held.remove(&reading) else {
            return false;
        };
        let place = Place::of_parts(entry.class, entry.vkey, reading);
        for &pool in self.sets.pools(entry.set).clone().iter() {
            self.held_of[pool as usize] -= 1;
            self.enter(pool, place);
        }
        self.waiting.insert(reading, entry);
        true
    }

    /// A reading waits no more; gives whether it did or was held. Its exclusions are forgotten.
    pub fn remove(&mut self, reading: ReadingId) -> bool {
        self.exclusions.remove(&reading);
        self.leave(reading)
    }

    /// Keeps a pathologist from a waiting reading until then, or for good. Said again, the later word
    /// counts; of a reading that does not wait nothing is kept.
    pub fn exclude(&mut self, reading: ReadingId, who: PathologistId, until: Option<Micros>) {
        if !self.waits(reading) {
            return;
        }
        let kept = self.exclusions.entry(reading).or_default();
        kept.retain(|(one, _)| *one != who);
        kept.push((who, until));
    }

    /// A pathologist may read these pools and stands so; what was known of them before is replaced.
    pub fn subscribe(&mut self, who: PathologistId, pools: &[PoolId], attendance: Attendance) {
        self.unsubscribe(who);
        let numbers = pools.iter().map(|&pool| self.number(pool)).collect();
        let (profile, new) = self.profiles.take(numbers);
        if new {
            self.open_profile(profile);
        }
        let person = Person {
            profile,
            attendance,
        };
        self.turns[profile as usize].extend(person.turn(who));
        self.people.insert(who, person);
    }

    /// A pathologist reads no more; gives whether they were known.
    pub fn unsubscribe(&mut self, who: PathologistId) -> bool {
        let Some(person) = self.people.remove(&who) else {
            return false;
        };
        if let Some(turn) = person.turn(who) {
            self.turns[person.profile as usize].remove(&turn);
        }
        if let (pools, true) = self.profiles.leave(person.profile) {
            for &pool in pools.iter() {
                self.subscribed[pool as usize].retain(|profile| *profile != person.profile);
            }
            self.views[person.profile as usize] = View::default();
        }
        true
    }

    /// A pathologist came, went, took or finished something; gives whether they are known.
    pub fn attend(&mut self, who: PathologistId, attendance: Attendance) -> bool {
        let Some(person) = self.people.get_mut(&who) else {
            return false;
        };
        let turns = &mut self.turns[person.profile as usize];
        if let Some(turn) = person.turn(who) {
            turns.remove(&turn);
        }
        person.attendance = attendance;
        turns.extend(person.turn(who));
        true
    }

    /// How a pathologist stands; `None`: they are not known here.
    pub fn attendance(&self, who: PathologistId) -> Option<Attendance> {
        self.people.get(&who).map(|person| person.attendance)
    }

    /// The first `k` readings in order in the pools of a pathologist; of the immediate class only, if so asked.
    /// Presence and room are not asked. Who is not known has no candidates.
    pub fn best(
        &mut self,
        who: PathologistId,
        k: usize,
        only_immediate: bool,
        now: Micros,
    ) -> Candidates {
        let mut found = Candidates::default();
        let Some(person) = self.people.get(&who) else {
            return found;
        };
        let (exclusions, mut passed_over) = (&self.exclusions, 0);
        let view = &mut self.views[person.profile as usize];
        let profile = self.profiles.pools(person.profile);
        view.walk(profile, &self.pools, |place| {
            if only_immediate && !place.is_immediate() {
                return false;
            }
            if excluded(exclusions, place.reading(), who, now) {
                passed_over += 1;
                return passed_over < PASSED_OVER;
            }
            found.readings.push(place.reading());
            found.readings.len() < k
        });
        let held = || profile.iter().any(|pool| self.held_of[*pool as usize] > 0);
        found.passed_over = passed_over > 0 || found.readings.is_empty() && held();
        found
    }

    /// Who is to be offered a waiting reading: available and with room (immediate readings: room or not),
    /// least load, then longest idle, then by id. `None`: nobody, or it does not wait.
    pub fn next_pathologist(&self, reading: ReadingId, now: Micros) -> Option<PathologistId> {
        let entry = self.waiting.get(&reading)?;
        let fits = |full: bool| !full || entry.class == 0;
        let pools = self.sets.pools(entry.set).iter();
        let profiles = pools.flat_map(|&pool| &self.subscribed[pool as usize]);
        let first = |&profile: &u32| {
            let mut turns = self.turns[profile as usize].iter();
            turns.find(|turn| !excluded(&self.exclusions, reading, turn.3, now))
        };
        let firsts = profiles.filter_map(first).filter(|turn| fits(turn.0));
        firsts.min().map(|turn| turn.3)
    }

    /// The pool's number here; pools are never taken away, as in the catalogue.
    fn number(&mut self, pool: PoolId) -> u32 {
        let next = self.pools.len() as u32;
        let number = *self.numbers.entry(pool).or_insert(next);
        if number == next {
            self.pools.push(Pool::new());
            self.held_of.push(0);
            self.subscribed.push(Vec::new());
        }
        number
    }

    fn open_profile(&mut self, profile: u32) {
        for &pool in self.profiles.pools(profile).iter() {
            self.subscribed[pool as usize].push(profile);
        }
        if profile as usize == self.views.len() {
            self.views.push(View::default());
            self.turns.push(Waiting::new());
        }
    }

    fn enter(&mut self, pool: u32, place: Place) {
        let waiting = &mut self.pools[pool as usize];
        waiting.insert(place);
        if waiting.first() != Some(&place) {
            return;
        }
        for &profile in &self.subscribed[pool as usize] {
            let pools = self.profiles.pools(profile).len();
            self.views[profile as usize].hear(place, pool, pools);
        }
    }

    fn leave(&mut self, reading: ReadingId) -> bool {
        if let Some(entry) = self.held.remove(&reading) {
            for &pool in self.sets.leave(entry.set).0.iter() {
                self.held_of[pool as usize] -= 1;
            }
            return true;
        }
        let Some(entry) = self.waiting.remove(&reading) else {
            return false;
        };
        let place = Place::of_parts(entry.class, entry.vkey, reading);
        for &pool in self.sets.leave(entry.set).0.iter() {
            self.pools[pool as usize].remove(&place);
        }
        true
    }
}

fn excluded(
    exclusions: &HashMap<ReadingId, Vec<(PathologistId, Option<Micros>)>>,
    reading: ReadingId,
    who: PathologistId,
    now: Micros,
) -> bool {
    let holds = |(one, until): &(PathologistId, Option<Micros>)| {
        *one == who && until.is_none_or(|until| now < until)
    };
    exclusions
        .get(&reading)
        .is_some_and(|kept| kept.iter().any(holds))
}

#[cfg(test)]
mod tests;
