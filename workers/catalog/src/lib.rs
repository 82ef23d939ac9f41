//! Keeper of facts: one catalogue on SQLite or PostgreSQL.
//!
//! One module a noun, one SQL file a statement (`sql/<noun>/<verb>.sql`). Every row names its
//! organisation, every act writes its audit row in its own transaction, every command may carry an
//! idempotency key. Policy is decided in `pathology`; what is here is atomicity.

mod absence;
mod accession;
mod account;
mod alarm;
mod arrival;
mod audit;
mod blind;
mod claim;
mod clock;
mod correct_order;
mod correction;
mod delivery;
mod engine;
mod error;
mod establish;
mod extra_work;
mod feed;
mod glass;
mod hand_over;
mod happened;
mod hints;
mod idempotency;
mod incident;
mod interim;
mod job;
mod lapse;
mod lease;
mod limits;
mod manifest;
mod matching;
mod migrations;
mod offer;
mod opinion;
mod outbox;
mod overdue;
mod pools;
mod promises;
mod publication;
mod quality;
mod readiness;
mod release;
mod restore;
mod rights;
mod rota;
mod sign_out;
mod sql;
mod stage;
mod taking;
mod tray;
mod triage;
mod turnaround;
mod upkeep;
mod verification;
pub mod views;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub use absence::{Absence, AbsenceFate, AbsencePlan, Move};
pub use accession::{
    Accession, NewBlock, NewCase, NewContent, NewPatient, NewRouting, NewSlide, NewSpecimen,
    NewSplit,
};
pub use account::{OpenEntry, PublishedIndex, ScanAccount, SignatureAccount, ToSign, Totals};
pub use arrival::{Arrival, ArrivedMember, Code, Receipt};
pub use audit::By;
use claim::Committer;
pub use claim::{Claim, ClaimOutcome};
pub use correction::{Corrected, Correction};
pub use delivery::{Delivery, Sighting};
use engine::{Engine, Shared, Tx, Work};
pub use error::{CaseChange, Error};
pub use establish::{NewCredential, NewIssuer, NewPathologist, NewScanner, NewSite};
pub use extra_work::{ExtraWork, ExtraWorkView, NoMore};
use feed::Feed;
pub use feed::{Change, Kind};
use futures::future::BoxFuture;
pub use hand_over::{HandOver, HandedOver};
pub use happened::Page;
use hints::{Following, Hints};
pub use incident::IncidentView;
pub use job::{Job, StoredMember, StoredScan};
pub use lapse::Lapsed;
pub use lease::Lease;
pub use limits::{Limits, Policy, QualityMinutes};
pub use offer::{Offer, Offered};
pub use opinion::{AskFor, Opinion};
pub use outbox::{DueMessage, Tried};
pub use publication::{Publication, Refusal};
pub use quality::{Decision, Measured};
pub use restore::Restored;
pub use rights::NewAgreement;
use serde::{Deserialize, Serialize};
pub use sign_out::{Seen, SignOut, SignedOut};
use tokio::sync::broadcast;
pub use tray::Attached;
pub use turnaround::RunningClock;
pub use upkeep::{Fate, IndexDigests, ScanObjects, ScrubProgress};
pub use verification::{MoreLevels, PublishedTileset, Verification};

/// Where the catalogue is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `sqlite:FOLDER` (the default, alone in its folder) or `postgres://user@host/database`.
    pub url: String,
    /// Database connections at most.
    pub connections: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: "sqlite:slideway-data/catalogue".into(),
            connections: 8,
        }
    }
}

/// The catalogue; cheap to clone, safe to share.
#[derive(Clone)]
pub struct Catalog {
    engine: Arc<Engine>,
    feed: Feed,
    statements: Arc<AtomicU64>,
    following: Arc<Following>,
    committer: Arc<Committer>,
}

impl Catalog {
    /// Opens the database, brings its schema up to date, and takes the data folder's lock.
    pub async fn open(settings: &Settings, policy: Policy) -> Result<Self, Error> {
        let statements = Arc::new(AtomicU64::new(0));
        let shared = Shared {
            policy: Arc::new(policy),
            statements: statements.clone(),
        };
        let feed = Feed::new(Hints::new(settings.url.starts_with("postgres")));
        let engine = if let Some(folder) = settings.url.strip_prefix("sqlite:") {
            let folder = PathBuf::from(folder);
            Engine::Sqlite(
                engine::sqlite::Store::open(&folder, settings.connections, shared, feed.clone())
                    .await?,
            )
        } else if settings.url.starts_with("postgres") {
            Engine::Postgres(
                engine::postgres::Store::open(&settings.url, settings.connections, shared).await?,
            )
        } else {
            return Err(Error::Unusable(
                "catalog.url must be sqlite:FOLDER or postgres://…".into(),
            ));
        };
        let engine = Arc::new(engine);
        Ok(Self {
            following: Arc::new(Following::begin(&engine, &feed)),
            committer: Arc::new(Committer::new(matches!(*engine, Engine::Postgres(_)))),
            engine,
            feed,
            statements,
        })
    }

    /// Changes from now on, told after their COMMIT.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.feed.watch()
    }

    /// How far the matching index is behind what is committed; `None`: it is being built. From a second
    /// on, claims read the heads of the pools instead.
    pub fn feed_lag(&self) -> Option<Duration> {
        self.feed.hints.lag()
    }

    /// Empties the matching index and builds it anew, for whoever doubts it; claims go on meanwhile.
    pub fn rebuild_index(&self) {
        self.feed.hints.doubt();
    }

    /// Statements run so far for callers, those of the index's follower not counted; a test counts that a warm tile needs none.
    pub fn statements_run(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Closes the connections; what was acknowledged stays.
    pub async fn close(&self) {
        self.following.end().await;
        match &*self.engine {
            Engine::Sqlite(store) => store.close().await,
            Engine::Postgres(store) => store.close().await,
        }
    }

    /// Prepares every statement on this engine: a statement the database would refuse fails here.
    pub async fn prepare_every_statement(&self) -> Result<usize, Error> {
        for sql in sql::ALL {
            let prepared = match &*self.engine {
                Engine::Sqlite(store) => store.prepare(sql).await,
                Engine::Postgres(store) => store.prepare(sql).await,
            };
            prepared.map_err(|e| Error::Unusable(format!("{}: {e}", sql.name)))?;
        }
        Ok(sql::ALL.len())
    }

    async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
    {
        match &*self.engine {
            Engine::Sqlite(store) => store.write(Arc::new(work)).await,
            Engine::Postgres(store) => store.write(&work as &Work<T>, &self.feed).await,
        }
    }

    async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
        T: 'static,
    {
        self.engine.read(&work as &Work<T>).await
    }
}
