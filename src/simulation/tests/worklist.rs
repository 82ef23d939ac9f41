//! Every step of the simulation is one the naive worklist allows; first available is its very choice.
//!
//! So no ineligible pathologist is ever assigned, no case ever has two holders, begun work returns
//! neither before nor after the lease rules say, and nobody overtakes by more than the static key allows.

use std::collections::BTreeMap;

use super::super::network::PolicyKind;
use super::super::play::{Case, Scene, Step, play};
use super::super::roster::Roster;
use super::*;
use crate::case::{Micros, Priority};
use crate::ids::{PathologistId, ReadingId};
use crate::routing::{Claimed, Exclusion, NaiveWorklist, Rules, Standing, eligible, standing};
use crate::staff::Presence;

/// The naive worklist beside a simulation.
struct Beside<'a> {
    roster: &'a Roster,
    policy: Policy,
    naive: NaiveWorklist,
    claims: BTreeMap<ReadingId, Claimed>,
    received: BTreeMap<ReadingId, Micros>,
    /// Longest lead a later case may have: D − d + B.
    window_us: i64,
    claimed: u64,
    returned: u64,
}

#[test]
fn every_step_is_one_the_naive_worklist_allows() {
    let (mut claimed, mut returned) = (0, 0);
    for number in 0..40 {
        let network = random::network(number);
        network.check().expect("it can be played");
        let roster = Roster::of(&network, None, None);
        for &policy in &network.policies {
            let mut beside = Beside::new(&network, &roster, policy);
            let scene = Scene {
                network: &network,
                roster: &roster,
                policy,
                down: None,
                log: None,
                replication: 0,
            };
            let measured = play(scene, |now, step| beside.step(now, step));
            assert_eq!(
                measured.arrived,
                measured.signed_out + measured.waiting + measured.held
            );
            claimed += beside.claimed;
            returned += beside.returned;
        }
    }
    assert!(
        claimed > 10_000 && returned > 100,
        "{claimed} claims, {returned} returns prove little"
    );
}

impl<'a> Beside<'a> {
    fn new(network: &Network, roster: &'a Roster, policy: Policy) -> Self {
        let targets = &network.rules.targets;
        let minutes =
            i64::from(targets.minutes.routine - targets.minutes.urgent + targets.boost.urgent);
        let naive = NaiveWorklist {
            pathologists: roster
                .people
                .iter()
                .map(|one| one.pathologist.clone())
                .collect(),
            agreements: roster.agreements.clone(),
            settings: network.rules.lease,
            ..NaiveWorklist::default()
        };
        Self {
            roster,
            policy,
            naive,
            claims: BTreeMap::new(),
            received: BTreeMap::new(),
            window_us: Micros(0).plus_minutes(minutes).0,
            claimed: 0,
            returned: 0,
        }
    }

    fn step(&mut self, now: Micros, step: Step) {
        match step {
            Step::Ready(case) => self.ready(&case),
            Step::Here(person) => self.present(person, Presence::Available, now),
            Step::Gone(person) => self.present(person, Presence::Away, now),
            Step::Declined(person, reading, until) => {
                let pathologist = self.who(person);
                self.naive.exclusions.push(Exclusion {
                    reading,
                    pathologist,
                    until: Some(until),
                });
            }
            Step::Claimed(person, id) => self.claim(person, id, now),
            Step::Returned(person, id) => self.returned(person, id, now),
            Step::SignedOut(person, id) => self.sign_out(person, id, now),
        }
    }

    fn who(&self, person: usize) -> PathologistId {
        self.roster.people[person].pathologist.id
    }

    fn ready(&mut self, case: &Case) {
        self.received
            .insert(case.reading.id, case.incoming.received_at);
        self.naive
            .add(case.reading.clone(), case.key, case.incoming.due_at);
    }

    /// Whoever comes or goes has moved until now.
    fn present(&mut self, person: usize, presence: Presence, now: Micros) {
        self.naive.pathologists[person].presence = presence;
        let who = self.who(person);
        let held = self
            .naive
            .entries
            .iter_mut()
            .filter(|entry| entry.holder == Some(who));
        for facts in held.filter_map(|entry| entry.claim.as_mut()) {
            (facts.last_heartbeat_at, facts.last_activity_at) = (now, now);
        }
    }

    fn claim(&mut self, person: usize, id: ReadingId, now: Micros) {
        let who = self.who(person);
        self.nobody_is_overtaken_too_far(person, id, now);
        let claim = if self.policy.kind == PolicyKind::FirstAvailable {
            let first = self.naive.claim_next(who, now).expect("known");
            first.expect("the naive worklist has a case for them too")
        } else {
            self.naive
                .claim(who, id, now)
                .expect("eligible, and nobody else holds it")
        };
        assert_eq!(claim.reading, id, "another case stands first");
        self.naive.begin(claim, now).expect("just claimed");
        self.claims.insert(id, claim);
        self.claimed += 1;
    }

    /// I12: only cases received within D − d + B after a case may overtake it.
    fn nobody_is_overtaken_too_far(&self, person: usize, id: ReadingId, now: Micros) {
        if self.policy.kind != PolicyKind::FirstAvailable {
            return;
        }
        let pathologist = &self.naive.pathologists[person];
        let rules = Rules {
            agreements: &self.naive.agreements,
            objections: &[],
            exclusions: &self.naive.exclusions,
        };
        let latest = self.received[&id].0 - self.window_us;
        let taken = self
            .naive
            .entries
            .iter()
            .find(|entry| entry.reading.id == id)
            .expect("known");
        let others = self
            .naive
            .entries
            .iter()
            .filter(|entry| entry.holder.is_none());
        for entry in others.filter(|_| taken.reading.priority != Priority::Immediate) {
            let before = self.received[&entry.reading.id].0 < latest;
            assert!(
                !before || !eligible(pathologist, &entry.reading, &rules, now).is_yes(),
                "overtaken too far"
            );
        }
    }

    fn returned(&mut self, person: usize, id: ReadingId, now: Micros) {
        let n = self
            .naive
            .entries
            .iter()
            .position(|entry| entry.reading.id == id)
            .expect("known");
        assert_eq!(self.naive.entries[n].holder, Some(self.who(person)));
        let facts = self.naive.entries[n].claim.expect("held");
        let at = |moment| standing(&facts, &self.naive.settings, moment);
        assert!(
            matches!(at(now), Standing::Lapsed(_)),
            "taken away too early"
        );
        assert!(
            !matches!(at(now.plus_seconds(-1)), Standing::Lapsed(_)),
            "kept too long"
        );
        self.moved(n, now);
        self.naive.release(self.claims[&id], now).expect("held");
        self.returned += 1;
    }

    fn sign_out(&mut self, person: usize, id: ReadingId, now: Micros) {
        let n = self
            .naive
            .entries
            .iter()
            .position(|entry| entry.reading.id == id)
            .expect("known");
        assert_eq!(self.naive.entries[n].holder, Some(self.who(person)));
        self.moved(n, now);
        self.naive.sign_out(self.claims[&id], now).expect("held");
        self.naive.entries.remove(n);
    }

    /// Who reads has moved all along.
    fn moved(&mut self, n: usize, now: Micros) {
        if let Some(facts) = &mut self.naive.entries[n].claim {
            (facts.last_heartbeat_at, facts.last_activity_at) = (now, now);
        }
    }
}
