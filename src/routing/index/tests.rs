//! Whatever happens, the index proposes what a linear scan over everything would.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn reading(n: u8) -> ReadingId {
    ReadingId(Uuid::from_u128(u128::from(n) << 120 | 7))
}

fn person(n: u8) -> PathologistId {
    PathologistId(Uuid::from_u128(u128::from(n)))
}

fn pools(bits: u8) -> Vec<PoolId> {
    let pools = (0..6).filter(|bit| bits >> bit & 1 == 1);
    pools.map(|pool| PoolId(pool - 3)).collect()
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, OrderKey, u8),
    Remove(u8),
    Hold(u8),
    PutBack(u8),
    Exclude(u8, u8, Option<i64>),
    Subscribe(u8, u8, Attendance),
    Unsubscribe(u8),
    Attend(u8, Attendance),
    Look(u8, usize, bool),
}

fn attendance() -> impl Strategy<Value = Attendance> {
    (any::<bool>(), any::<bool>(), 0..3u32, 0..3i64).prop_map(|(available, room, load, idle)| {
        Attendance {
            available,
            room,
            load,
            idle_since: Micros(idle),
        }
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let keys = (
        0..2u8,
        prop_oneof![-2..3i64, Just(i64::MIN), Just(i64::MAX)],
    );
    let keys = keys.prop_map(|(class, vkey)| OrderKey { class, vkey });
    let (r, p) = (0..12u8, 0..5u8);
    let one = prop_oneof![
        4 => (r.clone(), keys, 0..64u8).prop_map(|(r, k, b)| Step::Put(r, k, b)),
        2 => r.clone().prop_map(Step::Remove),
        2 => r.clone().prop_map(Step::Hold),
        1 => r.clone().prop_map(Step::PutBack),
        1 => (r, p.clone(), prop::option::of(0..20i64)).prop_map(|(r, p, u)| Step::Exclude(r, p, u)),
        2 => (p.clone(), 0..64u8, attendance()).prop_map(|(p, b, a)| Step::Subscribe(p, b, a)),
        1 => p.clone().prop_map(Step::Unsubscribe),
        1 => (p.clone(), attendance()).prop_map(|(p, a)| Step::Attend(p, a)),
        4 => (p, 1..9usize, any::<bool>()).prop_map(|(p, k, i)| Step::Look(p, k, i)),
    ];
    prop::collection::vec(one, 1..120)
}

struct Waits {
    key: OrderKey,
    pools: Vec<PoolId>,
    held: bool,
    excluded: BTreeMap<PathologistId, Option<Micros>>,
}

impl Waits {
    fn excludes(&self, who: PathologistId, now: Micros) -> bool {
        let until = self.excluded.get(&who);
        until.is_some_and(|until| until.is_none_or(|until| now < until))
    }

    fn shares(&self, pools: &[PoolId]) -> bool {
        self.pools.iter().any(|pool| pools.contains(pool))
    }
}

/// Everything in maps, looked through from end to end.
#[derive(Default)]
struct Naive {
    readings: BTreeMap<ReadingId, Waits>,
    people: BTreeMap<PathologistId, (Vec<PoolId>, Attendance)>,
}

impl Naive {
    fn put(&mut self, reading: ReadingId, key: OrderKey, pools: Vec<PoolId>) {
        let before = self.readings.remove(&reading);
        let excluded = before.map(|one| one.excluded).unwrap_or_default();
        if !pools.is_empty() {
            let waits = Waits {
                key,
                pools,
                held: false,
                excluded,
            };
            self.readings.insert(reading, waits);
        }
    }

    fn best(&self, who: PathologistId, k: usize, immediate: bool, now: Micros) -> Vec<ReadingId> {
        let Some((pools, _)) = self.people.get(&who) else {
            return Vec::new();
        };
        let mine = |(_, one): &(&ReadingId, &Waits)| {
            let class = !immediate || one.key.class == 0;
            !one.held && one.shares(pools) && !one.excludes(who, now) && class
        };
        let mut all: Vec<_> = self.readings.iter().filter(mine).collect();
        all.sort_by_key(|(id, one)| (one.key, **id));
        all.into_iter().take(k).map(|(id, _)| *id).collect()
    }

    fn next_pathologist(&self, reading: ReadingId, now: Micros) -> Option<PathologistId> {
        let one = self.readings.get(&reading).filter(|one| !one.held)?;
        let may = |(who, (pools, stands)): &(&PathologistId, &(Vec<PoolId>, Attendance))| {
            let room = stands.room || one.key.class == 0;
            stands.available && room && one.shares(pools) && !one.excludes(**who, now)
        };
        let turn = |(who, (_, stands)): &(&PathologistId, &(Vec<PoolId>, Attendance))| {
            (!stands.room, stands.load, stands.idle_since, **who)
        };
        let people = self.people.iter().filter(may);
        people.min_by_key(turn).map(|(who, _)| *who)
    }
}

fn both(index: &mut MatchingIndex, naive: &mut Naive, step: &Step) {
    match *step {
        Step::Put(r, key, bits) => {
            index.put(reading(r), key, &pools(bits));
            naive.put(reading(r), key, pools(bits));
        }
        Step::Remove(r) => {
            let known = naive.readings.remove(&reading(r)).is_some();
            assert_eq!(index.remove(reading(r)), known);
        }
        Step::Hold(r) | Step::PutBack(r) => {
            let hold = matches!(step, Step::Hold(_));
            let one = naive.readings.get_mut(&reading(r));
            let moved = one
                .filter(|one| one.held != hold)
                .map(|one| one.held = hold);
            let known = if hold {
                index.hold(reading(r))
            } else {
                index.put_back(reading(r))
            };
            assert_eq!(known, moved.is_some());
        }
        Step::Exclude(r, p, until) => {
            index.exclude(reading(r), person(p), until.map(Micros));
            if let Some(one) = naive.readings.get_mut(&reading(r)).filter(|one| !one.held) {
                one.excluded.insert(person(p), until.map(Micros));
            }
        }
        Step::Subscribe(p, bits, stands) => {
            index.subscribe(person(p), &pools(bits), stands);
            naive.people.insert(person(p), (pools(bits), stands));
        }
        Step::Unsubscribe(p) => {
            let known = naive.people.remove(&person(p)).is_some();
            assert_eq!(index.unsubscribe(person(p)), known);
        }
        Step::Attend(p, stands) => {
            let known = index.attend(person(p), stands);
            assert_eq!(known, naive.people.contains_key(&person(p)));
            if let Some(one) = naive.people.get_mut(&person(p)) {
                one.1 = stands;
            }
        }
        Step::Look(..) => {}
    }
}

fn agree(index: &mut MatchingIndex, naive: &Naive, step: &Step, now: Micros) {
    if let Step::Look(p, k, immediate) = *step {
        let found = index.best(person(p), k, immediate, now);
        assert_eq!(found.readings, naive.best(person(p), k, immediate, now));
        let all = naive.people.get(&person(p)).map_or(0, |(pools, _)| {
            let mine = naive.readings.values().filter(|one| one.shares(pools));
            mine.filter(|one| one.held || !immediate || one.key.class == 0)
                .count()
        });
        assert_eq!(found.is_nothing(), all == 0);
    }
    for n in 0..12 {
        let expected = naive.next_pathologist(reading(n), now);
        assert_eq!(index.next_pathologist(reading(n), now), expected);
    }
    for pool in pools(63) {
        let mine = |(_, one): &(&ReadingId, &Waits)| !one.held && one.pools.contains(&pool);
        let all: Vec<_> = naive.readings.iter().filter(mine).collect();
        let head = all.iter().map(|(id, one)| (one.key, **id)).min();
        assert_eq!(index.pool(pool), (all.len(), head));
    }
    let held = naive.readings.values().filter(|one| one.held).count();
    assert_eq!(index.held(), held);
    assert_eq!(index.readings(), naive.readings.len() - held);
    assert_eq!(index.pathologists(), naive.people.len());
}

proptest! {
    #[test]
    fn it_proposes_what_a_linear_scan_would(steps in steps()) {
        let (mut index, mut naive) = (MatchingIndex::new(), Naive::default());
        for (now, step) in (0..).map(|at| Micros(at / 4)).zip(&steps) {
            both(&mut index, &mut naive, step);
            agree(&mut index, &naive, step, now);
        }
    }
}

#[test]
fn a_look_that_passes_over_too_much_says_so() {
    let mut index = MatchingIndex::new();
    let stands = Attendance {
        available: true,
        room: true,
        load: 0,
        idle_since: Micros(0),
    };
    let pool = [PoolId(1)];
    index.subscribe(person(1), &pool, stands);
    for n in 0..=PASSED_OVER as i64 {
        let one = ReadingId(Uuid::from_u128(n as u128));
        index.put(one, OrderKey { class: 1, vkey: n }, &pool);
        if n < PASSED_OVER as i64 {
            index.exclude(one, person(1), None);
        }
    }
    let found = index.best(person(1), 8, false, Micros(0));
    assert!(found.readings.is_empty() && !found.is_nothing());
}

#[test]
fn sets_that_nobody_uses_give_their_numbers_back() {
    let mut index = MatchingIndex::new();
    for n in 0..100_u8 {
        let pools: Vec<_> = (0..=i64::from(n)).map(PoolId).collect();
        index.put(reading(1), OrderKey { class: 1, vkey: 0 }, &pools);
    }
    assert_eq!(index.sets.len(), 1, "one reading stands in one set");
}

#[test]
fn a_place_is_small_and_a_reading_too() {
    assert_eq!(size_of::<Place>(), 25);
    assert_eq!(size_of::<(ReadingId, Entry)>(), 32);
}
