//! Claims that are asked at the same time share one transaction and one flush.
//!
//! ```text
//!  asked (≤ 1,024) ─▶ the lane of its pathologist ─▶ a batch of ≤ 256 ─COMMIT─▶ answered
//!                                                        └─ failed as a whole, or undecided: each of it alone
//! ```
//!
//! A batch is whatever waits in its lane when the one before is done. Two batches that lock the same pathologist would wait
//! for each other, so a pathologist has one lane (SQLite, with one writer: there is one). One more of the same lane runs
//! beside a batch that takes long, for one that waits for a lock must not hold up the rest. Nobody is answered before the
//! COMMIT that holds their claim.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pathology::ids::PathologistId;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::batch::{Decided, batch};
use super::{ClaimOutcome, Wanted};
use crate::hints::{Fate, Proposal};
use crate::{Catalog, Error};

/// Claims of one COMMIT at most.
const BATCH: usize = 256;
/// A batch that takes longer holds nobody up.
const LONG: Duration = Duration::from_millis(100);
/// Lanes, where the database takes several writers.
const LANES: usize = 2;
/// Batches of a lane at once.
const BATCHES: usize = 2;
/// Claims that wait here at most; more wait in their own tasks.
const WAITING: usize = 1_024;

/// The queues of one catalogue.
pub(crate) struct Committer {
    room: Semaphore,
    lanes: Vec<Arc<Lane>>,
}

/// Whose claims never share a transaction with those of another lane.
struct Lane {
    queue: Mutex<VecDeque<Asked>>,
    at_once: usize,
    batches: Arc<Semaphore>,
}

struct Asked {
    wanted: Wanted,
    answer: oneshot::Sender<Result<ClaimOutcome, Error>>,
}

impl Committer {
    pub(crate) fn new(many_writers: bool) -> Self {
        let (lanes, at_once) = if many_writers {
            (LANES, BATCHES)
        } else {
            (1, 1)
        };
        let lane = |_| {
            Arc::new(Lane {
                queue: Mutex::default(),
                at_once,
                batches: Arc::new(Semaphore::new(at_once)),
            })
        };
        Self {
            room: Semaphore::new(WAITING),
            lanes: (0..lanes).map(lane).collect(),
        }
    }

    /// By the last bits of the id, which are chance.
    fn lane_of(&self, who: PathologistId) -> Arc<Lane> {
        let lane = who.0.as_u128() % self.lanes.len() as u128;
        self.lanes[lane as usize].clone()
    }
}

impl Lane {
    fn put(&self, asked: Asked) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.push_back(asked);
    }

    fn take(&self) -> Vec<Asked> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let many = queue.len().min(BATCH);
        queue.drain(..many).collect()
    }

    fn waiting(&self) -> usize {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.len()
    }

    fn is_idle(&self) -> bool {
        self.batches.available_permits() == self.at_once
    }
}

impl Catalog {
    pub(super) async fn claim(&self, mut wanted: Wanted) -> Result<ClaimOutcome, Error> {
        let committer = &self.committer;
        let gone = |_| Error::Unavailable("the claim was not committed".into());
        let _room = committer.room.acquire().await.map_err(gone)?;
        if wanted.reading.is_none() {
            let retried = wanted.key.is_some();
            match self.feed.hints.propose(wanted.pathologist, retried) {
                Proposal::Nothing => return Ok(ClaimOutcome::Nothing),
                Proposal::AtCapacity => return Ok(ClaimOutcome::AtCapacity),
                Proposal::Away => return Ok(ClaimOutcome::Away),
                Proposal::Unknown => return self.alone(wanted).await,
                Proposal::This(reading) => wanted.candidate = Some(reading),
            }
        }
        let (answer, answered) = oneshot::channel();
        let lane = committer.lane_of(wanted.pathologist);
        lane.put(Asked { wanted, answer });
        self.commit_what_waits(&lane);
        answered
            .await
            .map_err(|_| Error::Unavailable("the claim was not committed".into()))?
    }

    /// Begins a batch of the lane if none runs.
    fn commit_what_waits(&self, lane: &Arc<Lane>) {
        if lane.is_idle() {
            self.begin_batches(lane);
        }
    }

    /// Begins a batch if one more may run; it goes on until nobody waits.
    fn begin_batches(&self, lane: &Arc<Lane>) {
        let Ok(turn) = lane.batches.clone().try_acquire_owned() else {
            return;
        };
        let (catalog, lane) = (self.clone(), lane.clone());
        tokio::spawn(async move {
            loop {
                let asked = lane.take();
                if asked.is_empty() {
                    break;
                }
                let mut commit = pin!(catalog.commit(asked));
                while timeout(LONG, &mut commit).await.is_err() {
                    if lane.waiting() > 0 {
                        catalog.begin_batches(&lane);
                    }
                }
            }
            drop(turn);
            // Somebody may have come between the last look and the end of the turn.
            if lane.waiting() > 0 {
                catalog.commit_what_waits(&lane);
            }
        });
    }

    async fn commit(&self, asked: Vec<Asked>) {
        let wanted: Arc<[Wanted]> = asked.iter().map(|one| one.wanted.clone()).collect();
        let work = wanted.clone();
        let decided = self
            .write(move |tx| {
                let work = work.clone();
                Box::pin(async move { batch(tx, &work, false).await })
            })
            .await;
        let (decided, away) = match decided {
            Ok(decided) => (decided, None),
            Err(Error::Unavailable(why)) => (Vec::new(), Some(why)),
            Err(_) => (Vec::new(), None),
        };
        let mut decided = decided.into_iter();
        for one in asked {
            let (outcome, fate) = match decided.next() {
                Some(Decided { outcome, fate }) => (outcome, fate),
                None => (
                    away.clone().map(|why| Err(Error::Unavailable(why))),
                    Fate::default(),
                ),
            };
            let (who, candidate) = (one.wanted.pathologist, one.wanted.candidate);
            self.feed.hints.settle(who, candidate, &fate);
            match outcome {
                Some(outcome) => drop(one.answer.send(outcome)),
                None => self.begin_alone(one),
            }
        }
    }

    /// In a task of its own, so that whoever waits in the queue goes on.
    fn begin_alone(&self, one: Asked) {
        let catalog = self.clone();
        tokio::spawn(async move {
            let outcome = catalog.alone(one.wanted).await;
            let _gone = one.answer.send(outcome);
        });
    }

    /// One claim in a transaction of its own, until it is certain.
    async fn alone(&self, wanted: Wanted) -> Result<ClaimOutcome, Error> {
        let who = wanted.pathologist;
        let work: Arc<[Wanted]> = Arc::new([wanted]);
        let decided = self
            .write(move |tx| {
                let work = work.clone();
                Box::pin(async move { batch(tx, &work, true).await })
            })
            .await?;
        let one = decided.into_iter().next();
        let Some(Decided {
            outcome: Some(outcome),
            fate,
        }) = one
        else {
            return Err(Error::Corrupt("a claim without an outcome".into()));
        };
        self.feed.hints.settle(who, None, &fate);
        outcome
    }
}
