//! Decisions about tiles that hold for a moment, so that a tile needs no database.
//!
//! ```text
//!  first tile ─▶ slot of (session, scan) ─ empty ─▶ decide + audit ─▶ grant ─ ≤ 60 s ─▶ decided again
//!  next tiles ─▶ slot ─ granted ─▶ archive                  └── dropped at once by a change
//! ```
//!
//! Invariants: a grant is never older than its bound; a decision made before a change is never kept
//! after it (the era is compared); at most `grants` slots; when the changes cannot be followed, all
//! grants go.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use archive::Tileset;
use catalog::views::ScanAccess;
use catalog::{Change, Kind};
use pathology::ids::{CaseId, PathologistId, ScanId};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::door::Door;
use crate::problem::Problem;

/// What a session may see for now: one generation of one scan.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) tileset: Tileset,
    /// Generations from this one on show the same pixels: a page may go on with the one it opened.
    pub(crate) since: u32,
    /// The scan as it was opened: what its decoder needs.
    pub(crate) access: ScanAccess,
    pub(crate) case: Option<CaseId>,
    pub(crate) pathologist: Option<PathologistId>,
}

/// A grant with the moment it was asked for, and whether a change has ended it.
#[derive(Default)]
struct Held {
    grant: tokio::sync::Mutex<Option<(Arc<Grant>, Instant)>>,
    ended: AtomicBool,
}

/// Session and scan.
type Place = (u64, ScanId);

/// What a slot's grant is about, known without waiting for it.
#[derive(Clone)]
struct Slot {
    held: Arc<Held>,
    case: Option<CaseId>,
    pathologist: Option<PathologistId>,
    made: Instant,
}

/// Every grant of this process.
pub(crate) struct Grants {
    most: usize,
    lasts: Duration,
    era: AtomicU64,
    slots: Mutex<HashMap<Place, Slot>>,
}

impl Grants {
    pub(crate) fn new(most: usize, lasts: Duration) -> Self {
        Self {
            most: most.max(1),
            lasts,
            era: AtomicU64::new(0),
            slots: Mutex::default(),
        }
    }

    /// The grant of a session for a scan; `decide` is asked only when there is none, and by one
    /// request at a time.
    pub(crate) async fn of<F>(
        &self,
        session: u64,
        scan: ScanId,
        decide: F,
    ) -> Result<Arc<Grant>, Problem>
    where
        F: Future<Output = Result<Grant, Problem>>,
    {
        let slot = self.slot((session, scan)).held;
        let mut held = slot.grant.lock().await;
        if let Some((grant, made)) = &*held
            && made.elapsed() < self.lasts
            && !slot.ended.load(Ordering::SeqCst)
        {
            return Ok(grant.clone());
        }
        *held = None;
        let era = self.era.load(Ordering::SeqCst);
        let (made, grant) = (Instant::now(), Arc::new(decide.await?));
        self.describe((session, scan), &grant, made);
        if self.era.load(Ordering::SeqCst) == era {
            *held = Some((grant.clone(), made));
        }
        Ok(grant)
    }

    /// Drops what a change touches. Which grants those are is looked up in the slots' own words;
    /// a slot that is being decided has none yet, and its era is over.
    pub(crate) fn drop_touched(&self, change: &Change) {
        let touched = |place: &Place, slot: &Slot| match change.kind {
            Kind::Rights => match (change.pathologist, change.case) {
                (Some(who), _) => slot.pathologist == Some(who),
                (None, Some(case)) => slot.case == Some(case),
                (None, None) => true,
            },
            Kind::Worklist | Kind::Case | Kind::Scan | Kind::Tray => {
                Some(place.1) == change.scan || (slot.case.is_some() && slot.case == change.case)
            }
            Kind::Job => false,
        };
        if change.kind != Kind::Job {
            self.end_where(touched);
        }
    }

    /// Drops everything.
    pub(crate) fn drop_all(&self) {
        self.end_where(|_, _| true);
    }

    /// Drops what a session had.
    pub(crate) fn end(&self, session: u64) {
        self.end_where(|(of, _), _| *of == session);
    }

    fn end_where(&self, touched: impl Fn(&Place, &Slot) -> bool) {
        self.era.fetch_add(1, Ordering::SeqCst);
        self.lock().retain(|place, slot| {
            let ends = touched(place, slot);
            slot.held.ended.fetch_or(ends, Ordering::SeqCst);
            !ends
        });
    }

    fn slot(&self, place: Place) -> Slot {
        let mut slots = self.lock();
        if slots.len() >= self.most && !slots.contains_key(&place) {
            slots.retain(|_, slot| slot.made.elapsed() < self.lasts);
            if slots.len() >= self.most {
                slots.clear();
            }
        }
        let empty = || Slot {
            held: Arc::default(),
            case: None,
            pathologist: None,
            made: Instant::now(),
        };
        slots.entry(place).or_insert_with(empty).clone()
    }

    fn describe(&self, place: Place, grant: &Grant, made: Instant) {
        if let Some(slot) = self.lock().get_mut(&place) {
            (slot.case, slot.pathologist) = (grant.case, grant.pathologist);
            slot.made = made;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows the changes until shutdown; what was missed drops everything.
pub(crate) async fn watch(door: Door, mut changes: Receiver<Change>) {
    loop {
        let heard = tokio::select! {
            () = door.shutdown.cancelled() => return,
            heard = changes.recv() => heard,
        };
        match heard {
            Ok(change) => door.grants.drop_touched(&change),
            Err(RecvError::Lagged(_)) => door.grants.drop_all(),
            Err(RecvError::Closed) => return door.grants.drop_all(),
        }
    }
}

#[cfg(test)]
#[path = "grants/tests.rs"]
mod tests;
