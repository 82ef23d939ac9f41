//! Keeps the index true: built once, then event by event, and compared with the tables every minute.
//!
//! ```text
//!  wake: own COMMIT | NOTIFY of another process | poll ─▶ news ─▶ index ─▶ this process's watchers
//!        └─ then wakes the others, at most once a [`PAUSE`]
//! ```
//!
//! Events are read in the order of transactions and only below the oldest that still runs, so one that
//! commits late is not lost. A long transaction makes the index lag, never wrong. A failed look is
//! repeated at the next poll.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use pathology::ids::{PathologistId, ReadingId};
use pathology::routing::PoolId;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::read::{self, Cursor, News, Position};
use super::{Claimed, Hints, Known};
use crate::Error;
use crate::engine::Engine;
use crate::feed::Feed;

/// Between two looks, and two wake-ups of other processes, at least.
const PAUSE: Duration = Duration::from_millis(10);
/// A look nobody asked for: the backstop of a lost notification, and what keeps the lag known.
const POLL: Duration = Duration::from_millis(200);
/// Between two comparisons with the tables.
const COMPARE: Duration = Duration::from_mins(1);
/// After the database was away.
const PATIENCE: Duration = Duration::from_secs(1);

/// The follower's tasks, which end with the catalogue.
pub(crate) struct Following(Mutex<Vec<JoinHandle<()>>>);

impl Following {
    pub(crate) fn begin(engine: &Arc<Engine>, feed: &Feed) -> Self {
        let mut tasks = vec![tokio::spawn(follow(Arc::downgrade(engine), feed.clone()))];
        if feed.hints.many {
            tasks.push(tokio::spawn(listen(
                Arc::downgrade(engine),
                feed.hints.clone(),
            )));
        }
        Self(Mutex::new(tasks))
    }

    /// Ends it: nothing of it uses the database afterwards.
    pub(crate) async fn end(&self) {
        for task in self.0.lock().await.drain(..) {
            task.abort();
            let _aborted = task.await;
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        for task in self.0.get_mut().drain(..) {
            task.abort();
        }
    }
}

async fn listen(engine: Weak<Engine>, hints: Arc<Hints>) {
    while let Some(Engine::Postgres(store)) = engine.upgrade().as_deref() {
        match store.listen().await {
            Ok(None) => return,
            Ok(Some(mut listener)) => {
                while listener.recv().await.is_ok() {
                    hints.wake.notify_one();
                }
            }
            Err(_) => tokio::time::sleep(PATIENCE).await,
        }
    }
}

async fn follow(engine: Weak<Engine>, feed: Feed) {
    let hints = feed.hints.clone();
    while let Some(mut followed) = build(&engine, &hints).await {
        loop {
            let poll = if hints.many { POLL } else { COMPARE };
            let _either = tokio::time::timeout(poll, hints.wake.notified()).await;
            if !hints.is_behind() {
                tokio::time::sleep(PAUSE).await; // Own claims settle meanwhile, and need not be read.
            }
            let Some(engine) = engine.upgrade() else {
                return;
            };
            wake_others(&engine, &hints).await;
            let kept = followed.look(&engine, &feed).await;
            drop(engine);
            match kept {
                Ok(true) => tokio::time::sleep(PAUSE).await,
                Ok(false) => break,
                Err(_) => tokio::time::sleep(PATIENCE).await,
            }
        }
        hints.known().built = false;
    }
}

async fn wake_others(engine: &Engine, hints: &Hints) {
    if hints.untold.swap(false, Ordering::AcqRel)
        && let Engine::Postgres(store) = engine
        && store.notify().await.is_err()
    {
        hints.untold.store(true, Ordering::Release);
    }
}

/// Builds the index, as often as it takes; `None`: the catalogue is closed.
async fn build(engine: &Weak<Engine>, hints: &Hints) -> Option<Followed> {
    loop {
        match Followed::begin(&*engine.upgrade()?, hints).await {
            Ok(followed) => return Some(followed),
            Err(_) => tokio::time::sleep(PATIENCE).await,
        }
    }
}

/// How far the follower is.
struct Followed {
    cursor: Cursor,
    /// All that had begun at this position is to be in the index before the lag is less.
    mark: Position,
    compared: Instant,
    /// Who claimed something while they were read: they are read again.
    again: BTreeSet<PathologistId>,
    /// Comparisons in a row that found a difference.
    differences: u32,
}

impl Followed {
    async fn begin(engine: &Engine, hints: &Hints) -> Result<Self, Error> {
        let first = read::position(engine).await?;
        let mut later = first;
        while later.low < first.high {
            tokio::time::sleep(PAUSE).await;
            later = read::position(engine).await?;
        }
        let index = read::everything(engine).await?;
        let mut known = hints.known();
        known.index = index;
        known.built = true;
        known.seen = later.low;
        known.complete_until = Some(later.at);
        hints.wake.notify_one();
        Ok(Self {
            cursor: first.cursor(&later),
            mark: later,
            compared: Instant::now(),
            again: BTreeSet::new(),
            differences: 0,
        })
    }

    /// Reads on to the end of the feed; `false`: what is known is not what the tables say.
    async fn look(&mut self, engine: &Engine, feed: &Feed) -> Result<bool, Error> {
        if feed.hints.doubted.swap(false, Ordering::AcqRel) {
            return Ok(false);
        }
        loop {
            feed.hints.known().looking = Some(Claimed::default());
            let news = read::news(engine, self.cursor, &self.again, &feed.hints).await?;
            if news.position.low < self.mark.low {
                return Ok(false); // Another database stands in its place.
            }
            self.take_in(&news, feed);
            if !news.more {
                break;
            }
        }
        if self.compared.elapsed() < COMPARE {
            return Ok(true);
        }
        self.compare(engine, &feed.hints).await
    }

    fn take_in(&mut self, news: &News, feed: &Feed) {
        self.cursor = news.cursor;
        let mut known = feed.hints.known();
        let claimed = known.looking.take().unwrap_or_default();
        news.apply(&mut known.index, &claimed.readings);
        self.again = news.of(&claimed.people);
        known.clock = Some((news.now, Instant::now()));
        if !news.more {
            known.seen = news.position.low;
            self.advance(&news.position, &mut known);
        }
        let others = |(position, _): &&(i64, _)| !known.own.contains(position);
        let told = news.changes.iter().filter(others);
        let told: Vec<_> = told.map(|(_, change)| change.clone()).collect();
        drop(known);
        if feed.hints.many {
            feed.publish(told);
        }
    }

    /// The lag is counted from the last moment of which everything that had begun has ended.
    fn advance(&mut self, position: &Position, known: &mut Known) {
        if position.low == position.high {
            self.mark = *position;
        }
        if position.low >= self.mark.high {
            known.complete_until = Some(self.mark.at);
            self.cursor.floor = self.mark.last;
            self.mark = *position;
        }
    }

    /// Compares counts and heads; a difference that two more looks do not explain is one.
    async fn compare(&mut self, engine: &Engine, hints: &Hints) -> Result<bool, Error> {
        let settled = hints.known().settled;
        let (position, pools) = read::pools(engine).await?;
        let known = hints.known();
        let moves = position.low != position.high || known.seen != position.low;
        if moves || known.settled != settled || known.index.held() > 0 {
            return Ok(true); // Something moves: at the next look.
        }
        let mut told: HashMap<PoolId, (usize, ReadingId)> = HashMap::new();
        told.extend(
            pools
                .into_iter()
                .map(|(pool, count, head)| (pool, (count, head))),
        );
        let same = known.index.pools().count() == told.len()
            && told.iter().all(|(pool, (count, head))| {
                let (waiting, first) = known.index.pool(*pool);
                waiting == *count && first.is_some_and(|(_, reading)| reading == *head)
            });
        drop(known);
        if same {
            self.compared = Instant::now();
            self.differences = 0;
            return Ok(true);
        }
        self.differences += 1;
        tracing::warn!(
            feed.differences = self.differences,
            "the matching index is not what the pools say"
        );
        Ok(self.differences < 3)
    }
}
