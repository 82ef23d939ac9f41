//! Cases in play: they come, become ready, wait at their site or everywhere, and are proposed to people.

use uuid::Uuid;

use super::{Case, Next, Play, Scene, Step};
use crate::case::{Micros, Priority};
use crate::ids::ReadingId;
use crate::routing::order_key;
use crate::simulation::network::PolicyKind;
use crate::simulation::source::Incoming;
use crate::staff::Presence;

impl<W: FnMut(Micros, Step)> Play<'_, W> {
    pub(super) fn await_next_case(&mut self) {
        self.coming = self.source.next();
        if let Some(incoming) = self.coming {
            self.agenda.at(incoming.ready_at, Next::Comes);
        }
    }

    pub(super) fn comes(&mut self) {
        if let Some(mut incoming) = self.coming.take() {
            incoming.ready_at = self.scanned_at(&incoming);
            let case = self.case(incoming);
            let id = case.reading.id;
            self.measured.arrived(case.pool);
            self.open.insert(id, case);
            self.agenda.at(incoming.ready_at, Next::Ready(id));
        }
        self.await_next_case();
    }

    /// When a case becomes ready, if scanners may stand still and glass may be sent out.
    pub(super) fn scanned_at(&self, incoming: &Incoming) -> Micros {
        let Scene {
            network,
            roster,
            policy,
            ..
        } = self.scene;
        let mut at = incoming.ready_at;
        if let Some(down) = self.scene.down {
            let here = network.sites[incoming.site].name == down.site;
            // By the number's last digits: evenly spread, and the same under every policy.
            let affected = ((incoming.number % 100) as f64) < down.cases_percent;
            if here && affected && down.from <= at && at < down.to {
                at = down.to;
            }
        }
        let pool = roster.pool(incoming.site, incoming.specialty);
        if policy.kind == PolicyKind::Siloed && roster.home(pool) != incoming.site {
            at = at.plus_hours(policy.send_out_hours.into());
        }
        at
    }

    pub(super) fn case(&self, incoming: Incoming) -> Case {
        let Scene {
            network,
            roster,
            policy,
            ..
        } = self.scene;
        let pool = roster.pool(incoming.site, incoming.specialty);
        let id = ReadingId(Uuid::from_u128(incoming.number));
        Case {
            incoming,
            reading: roster.reading(id, pool, incoming.priority),
            key: order_key(incoming.due_at, incoming.priority, &network.rules.targets),
            pool,
            exclusions: Vec::new(),
            only_at: match policy.kind {
                PolicyKind::Siloed => Some(roster.home(pool)),
                PolicyKind::LocalFirst => Some(incoming.site),
                PolicyKind::FirstAvailable => None,
            },
            claimed_at: None,
            fence: 0,
        }
    }

    pub(super) fn ready(&mut self, id: ReadingId) {
        let policy = self.scene.policy;
        let Some(case) = self.open.get_mut(&id) else {
            return;
        };
        if policy.kind == PolicyKind::LocalFirst && case.incoming.priority == Priority::Immediate {
            case.only_at = None;
        }
        (self.watch)(self.agenda.now(), Step::Ready(Box::new(case.clone())));
        if policy.kind == PolicyKind::LocalFirst && case.only_at.is_some() {
            if self.local_specialist_is_here(id) {
                let until = self.agenda.now().plus_minutes(policy.local_minutes.into());
                self.agenda.at(until, Next::Widens(id));
            } else if let Some(case) = self.open.get_mut(&id) {
                case.only_at = None;
            }
        }
        self.wait(id);
    }

    /// A stage that nobody present can serve is skipped at once.
    pub(super) fn local_specialist_is_here(&self, id: ReadingId) -> bool {
        let case = &self.open[&id];
        let local = self.scene.roster.readers_at(case.pool, case.incoming.site);
        let mut local = local.map(|person| &self.desks[person].pathologist);
        local.any(|one| one.presence == Presence::Available)
    }

    pub(super) fn widen(&mut self, id: ReadingId) {
        let Some(case) = self.open.get_mut(&id) else {
            return;
        };
        case.only_at = None;
        if case.claimed_at.is_none() {
            self.wait(id);
        }
    }

    /// Puts a case into the line, and into a free pathologist's hands if there is one.
    pub(super) fn wait(&mut self, id: ReadingId) {
        let case = &self.open[&id];
        let home = case.only_at.unwrap_or(case.incoming.site);
        let alone = case.only_at.is_some();
        self.line.put(id, case.key, case.pool, home, alone);
        case.exclusions
            .iter()
            .for_each(|one| self.line.exclude(one));
        self.hand_out(id);
    }

    /// The index proposes; whether they may is asked again, as the claim's transaction does.
    pub(super) fn hand_out(&mut self, id: ReadingId) {
        let proposed = self.line.next_pathologist(id, self.agenda.now());
        if let Some(person) = proposed.filter(|person| self.may(*person, &self.open[&id])) {
            self.offer(person, id);
        }
    }
}
