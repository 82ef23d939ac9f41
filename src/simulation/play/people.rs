//! Pathologists in play: what they take, decline, read to its end and sign out.

use super::{Case, Next, Play, Scene, Step};
use crate::case::Micros;
use crate::ids::ReadingId;
use crate::routing::{Exclusion, Rules, eligible};
use crate::simulation::chance::{Chance, Kind};
use crate::simulation::replay::seconds;
use crate::staff::Presence;

impl<W: FnMut(Micros, Step)> Play<'_, W> {
    pub(super) fn may(&self, person: usize, case: &Case) -> bool {
        let rules = Rules {
            agreements: &self.scene.roster.agreements,
            objections: &[],
            exclusions: &case.exclusions,
        };
        let pathologist = &self.desks[person].pathologist;
        eligible(pathologist, &case.reading, &rules, self.agenda.now()).is_yes()
    }

    /// Takes the first case in order that this pathologist may read, or waits for one.
    pub(super) fn look(&mut self, person: usize) {
        let now = self.agenda.now();
        let proposed = self.line.best(self.desks[person].pathologist.id, now);
        let first = proposed
            .into_iter()
            .find(|id| self.may(person, &self.open[id]));
        match first {
            Some(id) => self.offer(person, id),
            None => self.line.attend(&self.desks[person].pathologist, true, now),
        }
    }

    pub(super) fn offer(&mut self, person: usize, id: ReadingId) {
        let now = self.agenda.now();
        self.line
            .attend(&self.desks[person].pathologist, false, now);
        if self.declines(person, id) {
            self.decline(person, id);
        } else {
            self.claim(person, id);
        }
    }

    /// Only at the first offer, and never the only one who could read it.
    pub(super) fn declines(&self, person: usize, id: ReadingId) -> bool {
        let Scene {
            network,
            roster,
            replication,
            ..
        } = self.scene;
        let case = &self.open[&id];
        let who = self.desks[person].pathologist.id;
        let before = case.exclusions.iter().any(|one| one.pathologist == who);
        let alone = match case.only_at {
            Some(site) => roster.readers_at(case.pool, site).count() < 2,
            None => roster.readers(case.pool).len() < 2,
        };
        let number = case.incoming.number;
        let which = (number as u64) ^ ((number >> 64) as u64).rotate_left(40);
        let mut chance = Chance::of(
            network.run.seed,
            replication,
            Kind::Decline,
            person as u64,
            which,
        );
        !before && !alone && chance.happens(network.readings.decline_percent)
    }

    pub(super) fn decline(&mut self, person: usize, id: ReadingId) {
        let network = self.scene.network;
        let now = self.agenda.now();
        let until = now.plus_hours(network.rules.decline_hours.into());
        let who = self.desks[person].pathologist.id;
        let kept = Exclusion {
            reading: id,
            pathologist: who,
            until: Some(until),
        };
        self.line.exclude(&kept);
        if let Some(case) = self.open.get_mut(&id) {
            case.exclusions.push(kept);
        }
        (self.watch)(now, Step::Declined(person, id, until));
        self.agenda.at(until, Next::Again(id));
        self.busy_for(person, network.readings.decline_minutes * 60.0);
        self.hand_out(id);
    }

    pub(super) fn claim(&mut self, person: usize, id: ReadingId) {
        let now = self.agenda.now();
        let Some(case) = self.open.get_mut(&id) else {
            return;
        };
        case.claimed_at = Some(now);
        case.fence += 1;
        self.line.take(id);
        self.measured
            .claimed(case.fence, seconds(case.incoming.ready_at, now));
        let left = case.incoming.seconds / self.scene.roster.people[person].pace;
        let desk = &mut self.desks[person];
        desk.pathologist.active += 1;
        desk.holds = Some((id, left));
        (self.watch)(now, Step::Claimed(person, id));
        self.busy_for(person, left);
    }

    pub(super) fn busy_for(&mut self, person: usize, seconds: f64) {
        let now = self.agenda.now();
        let desk = &mut self.desks[person];
        desk.busy_since = Some(now);
        desk.token += 1;
        let ends = Micros(now.0 + (seconds * 1e6) as i64);
        self.agenda.at(ends, Next::Ends(person, desk.token));
    }

    pub(super) fn ends(&mut self, person: usize, token: u64) {
        let now = self.agenda.now();
        let desk = &mut self.desks[person];
        if desk.token != token {
            return;
        }
        let since = desk.busy_since.take();
        let held = desk.holds.take();
        let here = desk.pathologist.presence == Presence::Available;
        self.measured
            .busy(self.scene.roster.people[person].site, since, now);
        if let Some((id, _)) = held {
            self.sign_out(person, id);
        }
        if here {
            self.look(person);
        }
    }

    pub(super) fn sign_out(&mut self, person: usize, id: ReadingId) {
        let now = self.agenda.now();
        self.desks[person].pathologist.active -= 1;
        if let Some(case) = self.open.remove(&id) {
            self.measured.signed_out(&case.incoming, case.pool, now);
        }
        (self.watch)(now, Step::SignedOut(person, id));
    }
}
