//! The model keeps its promises whatever happens to it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::case::{Priority, ReadingKind, Targets};
use crate::ids::{OrganisationId, SiteId};
use crate::routing::{Stage, order_key};
use crate::staff::{Credential, Presence, Specialty, Tier};

const SPECIALTIES: [&str; 2] = ["skin", "renal"];

fn person(n: u128) -> PathologistId {
    PathologistId(Uuid::from_u128(n))
}

fn reading_id(n: u128) -> ReadingId {
    ReadingId(Uuid::from_u128(n))
}

fn specialty(n: usize) -> Specialty {
    Specialty::new(SPECIALTIES[n % 2]).unwrap()
}

/// Three people: one reads skin, one renal, one both.
fn people() -> Vec<Pathologist> {
    let credential = |n| Credential {
        valid_from: Micros(i64::MIN),
        valid_to: None,
        ..Credential::consultant(specialty(n), Tier::Specialist)
    };
    let reads = [vec![0], vec![1], vec![0, 1]];
    let build = |(n, reads): (u128, Vec<usize>)| Pathologist {
        id: person(n),
        name: format!("Dr TESTDOCTOR {n}"),
        organisation: OrganisationId(Uuid::nil()),
        site: SiteId(Uuid::nil()),
        credentials: reads.into_iter().map(credential).collect(),
        presence: Presence::Available,
        active: 0,
        max_active: 2,
        points: 0,
        max_points: 100,
    };
    (0..).zip(reads).map(build).collect()
}

fn worklist(cases: &[(usize, Priority, i64)]) -> NaiveWorklist {
    let mut list = NaiveWorklist {
        pathologists: people(),
        ..NaiveWorklist::default()
    };
    for (n, &(special, priority, due_hours)) in (0..).zip(cases) {
        let due_at = Micros(0).plus_hours(due_hours);
        let reading = Reading {
            id: reading_id(n),
            owner: OrganisationId(Uuid::nil()),
            owner_name: "Northgate Trust".to_owned(),
            site: SiteId(Uuid::nil()),
            site_name: "Northgate".to_owned(),
            specialty: specialty(special),
            also: Vec::new(),
            points: 1,
            stage: Stage::AllSites,
            named: Vec::new(),
            needs: Tier::Core,
            kind: ReadingKind::Primary,
            priority,
            restricted: false,
            others: Vec::new(),
        };
        list.add(
            reading,
            order_key(due_at, priority, &Targets::default()),
            due_at,
        );
    }
    list
}

fn next(list: &mut NaiveWorklist, who: u128, seconds: i64) -> Option<Claimed> {
    let now = Micros(0).plus_seconds(seconds);
    list.claim_next(person(who), now).unwrap()
}

#[test]
fn an_old_fence_changes_nothing() {
    let mut list = worklist(&[(0, Priority::Routine, 100)]);
    let old = next(&mut list, 0, 0).unwrap();
    let late = Micros(0).plus_seconds(75);
    assert_eq!(list.heartbeat(old, true, late), Err(Refused::ClaimLost));
    assert_eq!(list.lapse(late), [reading_id(0)]);
    let new = next(&mut list, 2, 80).unwrap();
    assert_eq!((old.fence, new.fence), (1, 2));
    let now = Micros(0).plus_seconds(81);
    assert_eq!(list.sign_out(old, now), Err(Refused::ClaimLost));
    assert_eq!(list.release(old, now), Err(Refused::ClaimLost));
    assert_eq!(list.begin(old, now), Err(Refused::ClaimLost));
    assert_eq!(list.sign_out(new, now), Ok(()));
    assert_eq!(list.sign_out(new, now), Err(Refused::ClaimLost));
}

#[test]
fn a_claim_of_this_one_says_why_not() {
    let mut list = worklist(&[(0, Priority::Routine, 100)]);
    let now = Micros(0);
    let claim = |list: &mut NaiveWorklist, who, what| {
        list.claim(person(who), reading_id(what), now).map(|_| ())
    };
    assert_eq!(claim(&mut list, 9, 0), Err(Refused::Unknown));
    assert_eq!(claim(&mut list, 0, 9), Err(Refused::Unknown));
    assert_eq!(claim(&mut list, 1, 0), Err(Refused::NotEligible));
    assert_eq!(claim(&mut list, 0, 0), Ok(()));
    assert_eq!(claim(&mut list, 2, 0), Err(Refused::Taken));
}

#[test]
fn the_first_in_order_that_they_may_read_comes_first() {
    let mut list = worklist(&[
        (0, Priority::Routine, 10),
        (1, Priority::Immediate, 500),
        (0, Priority::Urgent, 20),
        (0, Priority::Immediate, 900),
    ]);
    let mut order = Vec::new();
    while let Some(claim) = next(&mut list, 0, 0) {
        order.push(claim.reading);
        list.sign_out(claim, Micros(0)).unwrap();
    }
    assert_eq!(order, [reading_id(3), reading_id(2), reading_id(0)]);
}

#[test]
fn begun_work_outlives_its_connection() {
    let mut list = worklist(&[(0, Priority::Urgent, 100)]);
    let claim = next(&mut list, 0, 0).unwrap();
    list.begin(claim, Micros(0)).unwrap();
    assert!(list.lapse(Micros(0).plus_minutes(59)).is_empty());
    assert_eq!(list.lapse(Micros(0).plus_minutes(60)), [reading_id(0)]);
}

#[derive(Debug, Clone)]
enum Step {
    Next(u128),
    This(u128, u128),
    Beat(usize, bool),
    Begin(usize),
    Release(usize),
    SignOut(usize),
    Pass(i64),
    Lapse,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u128..3).prop_map(Step::Next),
        2 => (0_u128..3, 0_u128..8).prop_map(|(who, what)| Step::This(who, what)),
        2 => (0_usize..64, any::<bool>()).prop_map(|(n, active)| Step::Beat(n, active)),
        1 => (0_usize..64).prop_map(Step::Begin),
        1 => (0_usize..64).prop_map(Step::Release),
        2 => (0_usize..64).prop_map(Step::SignOut),
        2 => (0_i64..200).prop_map(Step::Pass),
        1 => Just(Step::Lapse),
    ]
}

fn any_case() -> impl Strategy<Value = (usize, Priority, i64)> {
    let priority = prop::sample::select(Priority::ALL);
    (0_usize..2, priority, -10_i64..100)
}

/// What a run remembers beside the model.
struct Run {
    list: NaiveWorklist,
    now: Micros,
    claims: Vec<Claimed>,
    signed: BTreeMap<ReadingId, u32>,
}

impl Run {
    fn take(&mut self, step: &Step) {
        let now = self.now;
        match *step {
            Step::Next(who) => self.take_next(who),
            Step::This(who, what) => {
                let claimed = self.list.claim(person(who), reading_id(what), now);
                self.claims.extend(claimed);
            }
            Step::Beat(n, active) => self.on(n, |list, claim| list.heartbeat(claim, active, now)),
            Step::Begin(n) => self.on(n, |list, claim| list.begin(claim, now)),
            Step::Release(n) => self.on(n, |list, claim| list.release(claim, now)),
            Step::SignOut(n) => self.sign_out(n),
            Step::Pass(seconds) => self.now = now.plus_seconds(seconds),
            Step::Lapse => drop(self.list.lapse(now)),
        }
    }

    /// Claims, and checks that nothing ahead of it was passed over.
    fn take_next(&mut self, who: u128) {
        let before = self.list.clone();
        let Some(claim) = self.list.claim_next(person(who), self.now).unwrap() else {
            return;
        };
        let place = |entry: &Entry| (entry.key, entry.reading.id);
        let taken = before
            .entries
            .iter()
            .find(|entry| entry.reading.id == claim.reading)
            .map(place);
        for entry in &before.entries {
            if Some(place(entry)) < taken {
                let mut again = before.clone();
                let refused = again.claim(person(who), entry.reading.id, self.now);
                assert!(refused.is_err(), "{:?} was passed over", entry.reading.id);
            }
        }
        self.claims.push(claim);
    }

    fn on(
        &mut self,
        n: usize,
        act: impl FnOnce(&mut NaiveWorklist, Claimed) -> Result<(), Refused>,
    ) {
        if let Some(&claim) = self.claims.get(n % self.claims.len().max(1)) {
            let newest = self.newest(claim.reading);
            let done = act(&mut self.list, claim).is_ok();
            assert!(!done || newest == claim.fence, "an old fence had effect");
        }
    }

    fn sign_out(&mut self, n: usize) {
        let now = self.now;
        let before = self.list.entries.clone();
        self.on(n, |list, claim| list.sign_out(claim, now));
        for (was, is) in before.iter().zip(&self.list.entries) {
            if was.state != is.state {
                *self.signed.entry(is.reading.id).or_default() += 1;
            }
        }
    }

    fn newest(&self, reading: ReadingId) -> u64 {
        let found = self
            .list
            .entries
            .iter()
            .find(|one| one.reading.id == reading);
        found.map_or(0, |one| one.fence)
    }

    fn check(&self, keys: &[OrderKey]) {
        for (entry, key) in self.list.entries.iter().zip(keys) {
            assert_eq!(entry.key, *key, "a case lost its age");
            let held = entry.state == ReadingState::Claimed;
            assert_eq!(entry.claim.is_some(), held, "state and claim disagree");
            let person_known = held || entry.state == ReadingState::SignedOut;
            assert_eq!(entry.holder.is_some(), person_known);
        }
        for one in &self.list.pathologists {
            let holds = |entry: &&Entry| {
                entry.state == ReadingState::Claimed && entry.holder == Some(one.id)
            };
            let held = self.list.entries.iter().filter(holds).count();
            assert_eq!(one.active as usize, held, "the counter is wrong");
            let ordinary = |entry: &&Entry| entry.reading.priority != Priority::Immediate;
            let counted = self.list.entries.iter().filter(holds).filter(ordinary);
            assert!(counted.count() <= 2, "capacity was exceeded");
        }
        assert!(self.signed.values().all(|&n| n == 1), "signed out twice");
    }
}

proptest! {
    #[test]
    fn no_run_breaks_a_promise(
        cases in prop::collection::vec(any_case(), 1..8),
        steps in prop::collection::vec(any_step(), 0..80),
    ) {
        let list = worklist(&cases);
        let keys: Vec<_> = list.entries.iter().map(|entry| entry.key).collect();
        let mut run = Run { list, now: Micros(0), claims: Vec::new(), signed: BTreeMap::new() };
        for step in &steps {
            run.take(step);
            run.check(&keys);
        }
    }
}
