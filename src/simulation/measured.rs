//! What a replication counted, between the end of its warm-up and its own end. Its size is fixed.

use super::replay::seconds;
use super::roster::Roster;
use super::source::Incoming;
use super::spread::Spread;
use crate::case::Micros;

/// So long nobody leaves a case that is read at all.
const LONG_HOURS: i64 = 4 * 7 * 24;

/// Counts of one replication.
#[derive(Debug, Clone, Default)]
pub(super) struct Measured {
    /// Receipt to sign-out, of cases signed out while measured.
    pub(super) turnaround: Spread,
    /// Ready to the first claim, of cases claimed while measured.
    pub(super) wait: Spread,
    /// Signed out after they were due.
    pub(super) late: u64,
    /// Seconds read, and there, by site.
    pub(super) sites: Vec<Time>,
    /// By pool.
    pub(super) pools: Vec<Queue>,
    /// From the very beginning.
    pub(super) arrived: u64,
    /// From the very beginning.
    pub(super) signed_out: u64,
    /// At the end.
    pub(super) waiting: u64,
    /// At the end.
    pub(super) held: u64,
    /// More waited than memory is kept for: the replication ended early.
    pub(super) overflowed: bool,
    /// The most that was remembered at once: open cases and pending happenings.
    pub(super) most_remembered: usize,
    from: Option<Micros>,
}

/// Seconds of a site's pathologists.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Time {
    pub(super) busy: f64,
    pub(super) here: f64,
}

/// A pool's cases.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Queue {
    /// Came while measured.
    pub(super) arrived: u64,
    open: u64,
    open_before: u64,
    /// How many more are open at the end than at the beginning.
    pub(super) grew: f64,
    /// Open at the end, ready for half of what was measured and four weeks at least.
    pub(super) left: u64,
}

impl Measured {
    pub(super) fn new(roster: &Roster) -> Self {
        Self {
            sites: vec![Time::default(); roster.sites.len()],
            pools: vec![Queue::default(); roster.pools()],
            ..Self::default()
        }
    }

    /// From `now` on it counts.
    pub(super) fn begin(&mut self, now: Micros) {
        self.from = Some(now);
        for pool in &mut self.pools {
            pool.open_before = pool.open;
        }
    }

    /// What is open at the end `now`: of which pool, and since when it is ready.
    pub(super) fn leave(&mut self, open: impl Iterator<Item = (usize, Micros)>, now: Micros) {
        let half = self.from.map_or(0, |from| (now.0 - from.0) / 2);
        let long = Micros(now.0 - half).min(now.plus_hours(-LONG_HOURS));
        for (pool, _) in open.filter(|(_, ready)| *ready < long) {
            self.pools[pool].left += 1;
        }
    }

    pub(super) fn close(&mut self) {
        for pool in &mut self.pools {
            pool.grew = pool.open as f64 - pool.open_before as f64;
        }
    }

    pub(super) fn arrived(&mut self, pool: usize) {
        self.arrived += 1;
        self.pools[pool].open += 1;
        self.pools[pool].arrived += u64::from(self.from.is_some());
    }

    /// A claim, `waited` seconds after the case was ready.
    pub(super) fn claimed(&mut self, fence: u64, waited: f64) {
        if self.from.is_some() && fence == 1 {
            self.wait.add(waited);
        }
    }

    pub(super) fn signed_out(&mut self, case: &Incoming, pool: usize, now: Micros) {
        self.signed_out += 1;
        self.pools[pool].open -= 1;
        if self.from.is_some() {
            self.turnaround.add(seconds(case.received_at, now));
            self.late += u64::from(now > case.due_at);
        }
    }

    pub(super) fn busy(&mut self, site: usize, since: Option<Micros>, now: Micros) {
        self.sites[site].busy += self.measured_part(since, now);
    }

    pub(super) fn here(&mut self, site: usize, since: Option<Micros>, now: Micros) {
        self.sites[site].here += self.measured_part(since, now);
    }

    fn measured_part(&self, since: Option<Micros>, now: Micros) -> f64 {
        match (self.from, since) {
            (Some(from), Some(since)) => seconds(since.max(from), now),
            _ => 0.0,
        }
    }
}
