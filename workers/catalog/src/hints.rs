//! What this process knows of who waits for what: the matching index, and how far it can be believed.
//!
//! ```text
//!  database ──SELECT in pages──▶ index ◀──events, in order of commit── follower (one a process)
//!                                  │ candidates, or "nothing" while the lag is under a second
//!                                  ▼
//!                        claim transaction, which decides
//! ```
//!
//! That nothing waits is believed only when less than [`LAG`] behind, a candidate up to [`STALE`], and neither when
//! behind anything this process has itself made claimable. Otherwise the claim reads the heads of the pools, as if
//! there were no index.

mod follower;
mod read;

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use follower::Following;
use pathology::case::Micros;
use pathology::ids::{PathologistId, ReadingId};
use pathology::routing::MatchingIndex;
use tokio::sync::Notify;

/// An index that is this far behind does not say that nothing waits.
const LAG: Duration = Duration::from_secs(1);
/// An index that is this far behind proposes nothing. Until then it does: under a load that makes it lag, claims
/// that each read the heads of their pools would make it lag for good.
const STALE: Duration = Duration::from_secs(10);
/// Readings held for claims under way at most; beyond, claims read the heads.
const HELD: usize = 4_096;
/// Own transactions remembered, so that their events are not told twice.
const OWN: usize = 8_192;
/// How long a refused candidate is not proposed to the same pathologist again.
const REFUSED: i64 = 10;

/// What the index proposes to a pathologist who wants the next case.
pub(crate) enum Proposal {
    /// The index cannot say.
    Unknown,
    /// Nothing waits in any of their pools.
    Nothing,
    /// They hold as many as they may, and nothing immediate waits.
    AtCapacity,
    /// They are away.
    Away,
    /// This one; held back from everybody else of this process until [`Hints::settle`].
    This(ReadingId),
}

pub(crate) struct Hints {
    /// Whether other processes may write to this database.
    many: bool,
    /// The position of the last event of this process that may have made something claimable.
    needed: AtomicI64,
    /// Something was committed that other processes have not been woken for.
    untold: AtomicBool,
    /// Whoever doubts the index says so here, and the follower builds it anew.
    doubted: AtomicBool,
    wake: Notify,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    index: MatchingIndex,
    built: bool,
    /// Every event of a lower position is in the index.
    seen: i64,
    /// Everything committed before this moment is in the index.
    complete_until: Option<Instant>,
    /// The database's clock, and when it was read.
    clock: Option<(i64, Instant)>,
    /// Claims that were taken out of the index before the feed said so.
    settled: u64,
    own: HashSet<i64>,
    own_in_order: VecDeque<i64>,
    /// Own claims of which the feed has not said yet that they were made, the first first.
    unheard: VecDeque<(ReadingId, i64)>,
    /// What this process claimed while the follower looks: its snapshot may be older.
    looking: Option<Claimed>,
}

/// Readings that were claimed, and who did.
#[derive(Default)]
struct Claimed {
    readings: HashSet<ReadingId>,
    people: HashSet<PathologistId>,
}

impl Known {
    fn now(&self) -> Micros {
        let passed = |(at, read): (i64, Instant)| at + read.elapsed().as_micros() as i64;
        Micros(self.clock.map_or(0, passed))
    }
}

impl Hints {
    pub(crate) fn new(many: bool) -> Arc<Self> {
        Arc::new(Self {
            many,
            needed: AtomicI64::new(0),
            untold: AtomicBool::new(false),
            doubted: AtomicBool::new(false),
            wake: Notify::new(),
            known: Mutex::default(),
        })
    }

    /// A panic elsewhere leaves hints that may be wrong, and wrong hints are refused.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This transaction is ours: its events need not be told here again.
    pub(crate) fn own(&self, position: i64) {
        if !self.many || position == 0 {
            return;
        }
        let mut known = self.known();
        if known.own.insert(position) {
            known.own_in_order.push_back(position);
        }
        if known.own_in_order.len() > OWN
            && let Some(oldest) = known.own_in_order.pop_front()
        {
            known.own.remove(&oldest);
        }
    }

    /// Whether this claim is in the index already, because this process made it.
    fn is_settled(&self, reading: ReadingId, fence: i64) -> bool {
        let mut known = self.known();
        let place = known
            .unheard
            .iter()
            .position(|one| *one == (reading, fence));
        place.is_some_and(|place| known.unheard.remove(place).is_some())
    }

    /// A transaction of this process with events up to this position has committed.
    pub(crate) fn committed(&self, position: i64, needed: i64) {
        if position == 0 {
            return;
        }
        self.needed.fetch_max(needed, Ordering::AcqRel);
        self.untold.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    /// How far behind the index is; `None`: there is none to believe.
    pub(crate) fn lag(&self) -> Option<Duration> {
        let known = self.known();
        let until = known.complete_until.filter(|_| known.built)?;
        if self.many {
            return Some(until.elapsed());
        }
        Some(Duration::ZERO)
    }

    /// Empties the index; until it is built anew, claims read the heads of the pools.
    pub(crate) fn doubt(&self) {
        let mut known = self.known();
        known.built = false;
        known.index = MatchingIndex::new();
        drop(known);
        self.doubted.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    /// Whether this process has made something claimable of which the index has not heard.
    fn is_behind(&self) -> bool {
        self.needed.load(Ordering::Acquire) >= self.known().seen
    }

    fn is_within(&self, limit: Duration, known: &Known) -> bool {
        let recent = |until: Instant| !self.many || until.elapsed() < limit;
        known.built
            && self.needed.load(Ordering::Acquire) < known.seen
            && known.complete_until.is_some_and(recent)
    }

    /// What to try for this pathologist. Who holds something and may be `retried` a command gets no final
    /// answer here: they must find their first one.
    pub(crate) fn propose(&self, who: PathologistId, retried: bool) -> Proposal {
        let mut known = self.known();
        if !self.is_within(STALE, &known) {
            return Proposal::Unknown;
        }
        let fresh = self.is_within(LAG, &known);
        let now = known.now();
        let index = &mut known.index;
        let Some(stands) = index.attendance(who) else {
            return Proposal::Unknown;
        };
        let sure = fresh && (!retried || stands.load == 0);
        if !stands.available {
            return if sure {
                Proposal::Away
            } else {
                Proposal::Unknown
            };
        }
        let found = index.best(who, 1, !stands.room, now);
        match found.readings.first() {
            Some(reading) if index.held() < HELD && index.hold(*reading) => {
                Proposal::This(*reading)
            }
            None if found.is_nothing() && sure && stands.room => Proposal::Nothing,
            None if found.is_nothing() && sure => Proposal::AtCapacity,
            _ => Proposal::Unknown,
        }
    }

    /// What became of a held reading: if it was claimed it leaves the index at once, if it was refused it
    /// is not proposed to this pathologist for a while.
    pub(crate) fn settle(&self, who: PathologistId, held: Option<ReadingId>, fate: &Fate) {
        let mut known = self.known();
        let until = known.now().plus_seconds(REFUSED);
        if let Some((reading, fence)) = fate.claimed {
            known.index.remove(reading);
            known.settled += 1;
            known.unheard.push_back((reading, fence));
            if known.unheard.len() > HELD {
                known.unheard.pop_front();
            }
            if let Some(looking) = &mut known.looking {
                looking.readings.insert(reading);
                looking.people.insert(who);
            }
        }
        if let Some(reading) = held {
            known.index.put_back(reading);
        }
        for reading in &fate.refused {
            known.index.exclude(*reading, who, Some(until));
        }
        if let (Some(_), Some(mut stands)) = (fate.claimed, known.index.attendance(who)) {
            stands.load += 1;
            stands.room &= !fate.full;
            known.index.attend(who, stands);
        }
    }
}

/// What became of the candidates of one claim.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fate {
    /// The one that was claimed, and its fence.
    pub(crate) claimed: Option<(ReadingId, i64)>,
    /// They hold as many as they may now.
    pub(crate) full: bool,
    /// Those that they may not read.
    pub(crate) refused: Vec<ReadingId>,
}
