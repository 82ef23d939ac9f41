//! Claims that are asked at the same time share one transaction and one flush.
//!
//! ```text
//!  asked (≤ 1,024) ─▶ queue ─▶ a batch of ≤ 256 ─COMMIT─▶ answered
//!                                 └─ failed as a whole, or undecided: each of it alone
//! ```
//!
//! A batch is whatever waits when the one before is done: one large transaction costs far less than several
//! small ones. Another runs beside it (4 at once, SQLite: 1) when 128 wait already, or when it takes long, for
//! one that waits for a lock must not hold up the rest. Nobody is answered before the COMMIT that holds their claim.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::batch::{Decided, batch};
use super::{ClaimOutcome, Wanted};
use crate::hints::{Fate, Proposal};
use crate::{Catalog, Error};

/// Claims of one COMMIT at most.
const BATCH: usize = 256;
/// So many wait for no batch that runs: they are one.
const ENOUGH: usize = 128;
/// A batch that takes longer holds nobody up.
const LONG: Duration = Duration::from_millis(100);
/// Batches at once, where the database takes several writers.
const BATCHES: usize = 4;
/// Claims that wait here at most; more wait in their own tasks.
const WAITING: usize = 1_024;

/// The queue of one catalogue.
pub(crate) struct Committer {
    room: Semaphore,
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
        let at_once = if many_writers { BATCHES } else { 1 };
        Self {
            room: Semaphore::new(WAITING),
            queue: Mutex::default(),
            at_once,
            batches: Arc::new(Semaphore::new(at_once)),
        }
    }

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
        committer.put(Asked { wanted, answer });
        self.commit_what_waits();
        answered
            .await
            .map_err(|_| Error::Unavailable("the claim was not committed".into()))?
    }

    /// Begins a batch if none runs, or if enough wait for one more.
    fn commit_what_waits(&self) {
        if self.committer.is_idle() || self.committer.waiting() >= ENOUGH {
            self.begin_batches();
        }
    }

    /// Begins a batch if one more may run; it goes on until nobody waits.
    fn begin_batches(&self) {
        let Ok(turn) = self.committer.batches.clone().try_acquire_owned() else {
            return;
        };
        let catalog = self.clone();
        tokio::spawn(async move {
            loop {
                let asked = catalog.committer.take();
                if asked.is_empty() {
                    break;
                }
                let mut commit = pin!(catalog.commit(asked));
                while timeout(LONG, &mut commit).await.is_err() {
                    if catalog.committer.waiting() > 0 {
                        catalog.begin_batches();
                    }
                }
            }
            drop(turn);
            // Somebody may have come between the last look and the end of the turn.
            if catalog.committer.waiting() > 0 {
                catalog.commit_what_waits();
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
