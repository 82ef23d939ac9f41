//! The worklist in play: the production matching index, over the pools of the roster.
//!
//! A pool of the index is a specialty of a site, at large or for one site alone. A pathologist
//! subscribes to both kinds where they may read; a case that widens waits in both. Only who is idle is
//! available to the index: who reads takes the next case by themselves when they are through.

use std::collections::BTreeMap;

use super::roster::Roster;
use crate::case::Micros;
use crate::ids::{PathologistId, ReadingId};
use crate::routing::{Attendance, Exclusion, MatchingIndex, OrderKey, PoolId};
use crate::staff::Pathologist;

/// Proposals asked for at once, as the servers do.
const HINTS: usize = 8;

/// All waiting cases; memory follows their number.
pub(super) struct Line {
    index: MatchingIndex,
    /// Pool numbers of each pool: everybody's, then one a site.
    sites: usize,
    people: BTreeMap<PathologistId, usize>,
}

impl Line {
    pub(super) fn new(roster: &Roster, now: Micros) -> Self {
        let mut line = Self {
            index: MatchingIndex::new(),
            sites: roster.sites.len(),
            people: BTreeMap::new(),
        };
        let mut pools = vec![Vec::new(); roster.people.len()];
        for pool in 0..roster.pools() {
            for &person in roster.readers(pool) {
                let own = Some(roster.people[person].site);
                pools[person].extend([line.number(pool, None), line.number(pool, own)]);
            }
        }
        for (n, person) in roster.people.iter().enumerate() {
            let who = &person.pathologist;
            line.people.insert(who.id, n);
            line.index
                .subscribe(who.id, &pools[n], attendance(who, false, now));
        }
        line
    }

    /// A case waits in its pool, at large and at `home`; or, with `alone`, only there.
    pub(super) fn put(
        &mut self,
        id: ReadingId,
        key: OrderKey,
        pool: usize,
        home: usize,
        alone: bool,
    ) {
        let (own, large) = (self.number(pool, Some(home)), self.number(pool, None));
        if alone {
            self.index.put(id, key, &[own]);
        } else {
            self.index.put(id, key, &[own, large]);
        }
    }

    /// Keeps somebody from a waiting case.
    pub(super) fn exclude(&mut self, one: &Exclusion) {
        self.index.exclude(one.reading, one.pathologist, one.until);
    }

    /// A case waits no more.
    pub(super) fn take(&mut self, id: ReadingId) {
        self.index.remove(id);
    }

    /// A pathologist waits for cases since `now`, or does not.
    pub(super) fn attend(&mut self, who: &Pathologist, idle: bool, now: Micros) {
        self.index.attend(who.id, attendance(who, idle, now));
    }

    /// Who is to be offered a waiting case.
    pub(super) fn next_pathologist(&self, id: ReadingId, now: Micros) -> Option<usize> {
        let who = self.index.next_pathologist(id, now)?;
        self.people.get(&who).copied()
    }

    /// The first cases in order for a pathologist.
    pub(super) fn best(&mut self, who: PathologistId, now: Micros) -> Vec<ReadingId> {
        self.index.best(who, HINTS, false, now).readings
    }

    const fn number(&self, pool: usize, only_at: Option<usize>) -> PoolId {
        let place = match only_at {
            Some(site) => site + 1,
            None => 0,
        };
        PoolId((pool * (self.sites + 1) + place) as i64)
    }
}

fn attendance(who: &Pathologist, idle: bool, now: Micros) -> Attendance {
    Attendance {
        available: idle,
        room: who.has_room(1),
        load: who.active,
        idle_since: now,
    }
}
