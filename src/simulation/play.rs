//! One replication: cases come, pathologists come and go, the routing decides, the clock jumps.
//!
//! ```text
//! Comes ─▶ Ready ─▶ waiting ─ claim ─▶ held ─ Ends ─▶ signed out
//!             │        ▲  ▲              │
//!          Widens      │  └ HoldEnds ────┤   begun work is held over a shift's end, as long as
//!         (stages)     └── Again ◀─ declined  routing::standing says, and resumed by its pathologist
//! ```
//!
//! Who may read, in which order and how long begun work is held is asked of the production code
//! (`routing`: order key, matching index, eligibility, lease); what is here is only what it is asked
//! about. Arrived = signed out + waiting + held,
//! always. Memory follows what is open, never what was: see `Run::most_waiting`.

mod cases;
mod people;
mod shifts;

use std::collections::BTreeMap;

use super::agenda::Agenda;
use super::line::Line;
use super::measured::Measured;
use super::network::{Network, Policy, ScannerDown};
use super::replay::Logged;
use super::roster::Roster;
use super::source::{Incoming, Source};
use crate::case::Micros;
use crate::ids::ReadingId;
use crate::routing::{Exclusion, OrderKey, Reading};
use crate::staff::Pathologist;

/// What a replication plays.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) network: &'a Network,
    pub(super) roster: &'a Roster,
    pub(super) policy: Policy,
    pub(super) down: Option<&'a ScannerDown>,
    pub(super) log: Option<&'a [Logged]>,
    pub(super) replication: u64,
}

/// What happened, for whoever watches; the index is the pathologist's.
#[derive(Debug, Clone)]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the tests watch; a run only counts")
)]
pub(super) enum Step {
    Ready(Box<Case>),
    Here(usize),
    Gone(usize),
    Declined(usize, ReadingId, Micros),
    Claimed(usize, ReadingId),
    Returned(usize, ReadingId),
    SignedOut(usize, ReadingId),
}

/// A case that is open.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) incoming: Incoming,
    pub(super) reading: Reading,
    pub(super) key: OrderKey,
    /// Index of its pool.
    pub(super) pool: usize,
    exclusions: Vec<Exclusion>,
    /// The site that reads it while it is not everybody's; `None`: all sites.
    only_at: Option<usize>,
    claimed_at: Option<Micros>,
    fence: u64,
}

/// Where a pathologist sits.
struct Desk {
    pathologist: Pathologist,
    /// What they hold, and how many seconds of it are left.
    holds: Option<(ReadingId, f64)>,
    /// Since when they read, or are busy declining.
    busy_since: Option<Micros>,
    /// Outdates pending ends.
    token: u64,
    /// When they went home with a case begun.
    left_at: Option<Micros>,
    here_since: Option<Micros>,
    next_here: Option<Micros>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Here(usize, Micros),
    Ends(usize, u64),
    Gone(usize),
    HoldEnds(usize, ReadingId, u64),
    Comes,
    Ready(ReadingId),
    Widens(ReadingId),
    Again(ReadingId),
}

/// A replication in play.
pub(super) struct Play<'a, W> {
    scene: Scene<'a>,
    agenda: Agenda<Next>,
    source: Source<'a>,
    coming: Option<Incoming>,
    line: Line,
    open: BTreeMap<ReadingId, Case>,
    desks: Vec<Desk>,
    measured: Measured,
    watch: W,
}

/// Plays a replication to its end; `watch` is told every step.
pub(super) fn play<W: FnMut(Micros, Step)>(scene: Scene<'_>, watch: W) -> Measured {
    let mut play = Play::new(scene, watch);
    let run = &scene.network.run;
    let week = |weeks: u32| run.starts_at.plus_hours(i64::from(weeks) * 7 * 24);
    play.until(week(run.warm_up_weeks));
    play.measured.begin(play.agenda.now());
    play.until(week(run.warm_up_weeks + run.weeks));
    play.end()
}

impl<'a, W: FnMut(Micros, Step)> Play<'a, W> {
    fn new(scene: Scene<'a>, watch: W) -> Self {
        let Scene {
            network, roster, ..
        } = scene;
        let desk = |pathologist: &Pathologist| Desk {
            pathologist: pathologist.clone(),
            holds: None,
            busy_since: None,
            token: 0,
            left_at: None,
            here_since: None,
            next_here: None,
        };
        let mut play = Self {
            scene,
            agenda: Agenda::new(network.run.starts_at),
            source: Source::new(network, scene.replication, scene.log),
            coming: None,
            line: Line::new(roster, network.run.starts_at),
            open: BTreeMap::new(),
            desks: roster
                .people
                .iter()
                .map(|one| desk(&one.pathologist))
                .collect(),
            measured: Measured::new(roster),
            watch,
        };
        for person in 0..play.desks.len() {
            play.plan_shift(person, Micros(network.run.starts_at.0 - 1));
        }
        play.await_next_case();
        play
    }

    fn until(&mut self, end: Micros) {
        while !self.measured.overflowed {
            let Some(next) = self.agenda.next_before(end) else {
                break;
            };
            self.happen(next);
            let remembered = self.open.len() + self.agenda.pending();
            self.measured.most_remembered = self.measured.most_remembered.max(remembered);
            self.measured.overflowed = self.open.len() > self.scene.network.run.most_waiting;
        }
    }

    fn happen(&mut self, next: Next) {
        match next {
            Next::Comes => self.comes(),
            Next::Ready(id) => self.ready(id),
            Next::Widens(id) => self.widen(id),
            Next::Again(id) => self.hand_out(id),
            Next::Here(person, until) => self.here(person, until),
            Next::Gone(person) => self.gone(person),
            Next::Ends(person, token) => self.ends(person, token),
            Next::HoldEnds(person, id, fence) => self.hold_ends(person, id, fence),
        }
    }

    fn end(mut self) -> Measured {
        let now = self.agenda.now();
        for (desk, person) in self.desks.iter().zip(&self.scene.roster.people) {
            let site = person.site;
            self.measured.here(site, desk.here_since, now);
            self.measured.busy(site, desk.busy_since, now);
        }
        let held = self
            .desks
            .iter()
            .filter(|desk| desk.holds.is_some())
            .count() as u64;
        self.measured.held = held;
        self.measured.waiting = self.open.len() as u64 - held;
        let open = self.open.values();
        let open = open.map(|case| (case.pool, case.incoming.ready_at));
        self.measured.leave(open, now);
        self.measured.close();
        self.measured
    }
}
