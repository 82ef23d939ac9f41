//! Shifts in play: pathologists come and go, and begun work is held or returns by the lease rules.

use super::{Case, Next, Play, Scene, Step};
use crate::case::Micros;
use crate::ids::ReadingId;
use crate::routing::{ClaimFacts, Standing, standing};
use crate::simulation::hours::{Missed, next_there};
use crate::simulation::replay::seconds;
use crate::staff::Presence;

impl<W: FnMut(Micros, Step)> Play<'_, W> {
    pub(super) fn plan_shift(&mut self, person: usize, after: Micros) {
        let Scene {
            network,
            roster,
            replication,
            ..
        } = self.scene;
        let missed = Missed {
            seed: network.run.seed,
            replication,
            person: person as u64,
            percent: network.readings.missed_shift_percent,
        };
        let next = next_there(network, &roster.people[person], missed, after);
        self.desks[person].next_here = next.map(|(from, _)| from);
        if let Some((from, until)) = next {
            self.agenda.at(from, Next::Here(person, until));
        }
    }

    pub(super) fn here(&mut self, person: usize, until: Micros) {
        let now = self.agenda.now();
        self.plan_shift(person, until);
        let desk = &mut self.desks[person];
        // One shift may follow another without a gap: then nobody leaves.
        if desk.next_here != Some(until) {
            self.agenda.at(until, Next::Gone(person));
        }
        if desk.here_since.is_some() {
            return;
        }
        desk.here_since = Some(now);
        desk.pathologist.presence = Presence::Available;
        (self.watch)(now, Step::Here(person));
        match (desk.busy_since, desk.holds) {
            (Some(_), _) => {}
            (None, Some((_, left))) => self.busy_for(person, left),
            (None, None) => self.look(person),
        }
    }

    pub(super) fn gone(&mut self, person: usize) {
        let now = self.agenda.now();
        let desk = &mut self.desks[person];
        let since = desk.here_since.take();
        desk.pathologist.presence = Presence::Away;
        self.line.attend(&desk.pathologist, false, now);
        self.measured
            .here(self.scene.roster.people[person].site, since, now);
        (self.watch)(now, Step::Gone(person));
        self.leave_or_stay(person);
    }

    /// Who is nearly through stays; else the case is held until the next shift, if that is allowed.
    pub(super) fn leave_or_stay(&mut self, person: usize) {
        let now = self.agenda.now();
        let desk = &mut self.desks[person];
        let (Some(since), Some((id, left))) = (desk.busy_since, desk.holds) else {
            return;
        };
        let left = left - seconds(since, now);
        if left <= f64::from(self.scene.network.readings.overtime_minutes) * 60.0 {
            return;
        }
        desk.busy_since = None;
        desk.token += 1;
        desk.left_at = Some(now);
        desk.holds = Some((id, left));
        let back = desk.next_here;
        self.measured
            .busy(self.scene.roster.people[person].site, Some(since), now);
        let Some(case) = self.open.get(&id) else {
            return;
        };
        let hold_until = self
            .scene
            .network
            .rules
            .lease
            .hold_until(&left_alone(case, now));
        if back.is_none_or(|back| hold_until < back) {
            self.agenda
                .at(hold_until, Next::HoldEnds(person, id, case.fence));
        }
    }

    pub(super) fn hold_ends(&mut self, person: usize, id: ReadingId, fence: u64) {
        let now = self.agenda.now();
        let (lease, desk) = (&self.scene.network.rules.lease, &self.desks[person]);
        let Some(left_at) = desk.left_at.filter(|_| desk.busy_since.is_none()) else {
            return;
        };
        let Some(case) = self.open.get_mut(&id).filter(|case| case.fence == fence) else {
            return;
        };
        if !matches!(
            standing(&left_alone(case, left_at), lease, now),
            Standing::Lapsed(_)
        ) {
            return;
        }
        case.claimed_at = None;
        let desk = &mut self.desks[person];
        desk.holds = None;
        desk.pathologist.active -= 1;
        (self.watch)(now, Step::Returned(person, id));
        self.wait(id);
    }
}

/// A begun claim whose pathologist went home at `now`.
fn left_alone(case: &Case, now: Micros) -> ClaimFacts {
    ClaimFacts {
        last_heartbeat_at: now,
        last_activity_at: now,
        begun_at: case.claimed_at,
        priority: case.incoming.priority,
        due_at: case.incoming.due_at,
    }
}
