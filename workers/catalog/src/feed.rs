//! What changed, told after COMMIT to everyone in this process who watches.
//!
//! ```text
//!  a transaction tells ─▶ its events ─COMMIT─▶ this process's watchers
//!                            └─▶ followers of other processes (hints) ─▶ their watchers
//! ```
//!
//! A hint, never the truth: a watcher that lags loses changes (the channel holds 1,024) and reads
//! the catalogue again (docs/decisions/0021).

pub(crate) mod told;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pathology::ids::{CaseId, OrganisationId, PathologistId, ReadingId, ScanId};
use tokio::sync::broadcast;
use told::Told;

use crate::hints::Hints;

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A case: accession, readiness, sign-out, manifest.
    Case,
    /// A reading: waiting, claimed, begun, released, lapsed.
    Worklist,
    /// A scan: stored, published, refused, matched.
    Scan,
    /// A tray entry opened or closed.
    Tray,
    /// Somebody's rights: agreement, credential, presence. Grants are dropped at once.
    Rights,
    /// Machine work was queued.
    Job,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Case,
        Self::Worklist,
        Self::Scan,
        Self::Tray,
        Self::Rights,
        Self::Job,
    ];

    /// The word for the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Worklist => "worklist",
            Self::Scan => "scan",
            Self::Tray => "tray",
            Self::Rights => "rights",
            Self::Job => "job",
        }
    }
}

/// One change: ids only.
#[derive(Debug, Clone)]
pub struct Change {
    /// What changed.
    pub kind: Kind,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// The case concerned.
    pub case: Option<CaseId>,
    /// The scan concerned.
    pub scan: Option<ScanId>,
    /// The reading concerned.
    pub reading: Option<ReadingId>,
    /// The pathologist concerned.
    pub pathologist: Option<PathologistId>,
}

impl Change {
    /// A change of a kind in an organisation, to be filled by the `of_…` verbs.
    pub const fn new(kind: Kind, organisation: OrganisationId, at: i64) -> Self {
        Self {
            kind,
            organisation,
            at,
            case: None,
            scan: None,
            reading: None,
            pathologist: None,
        }
    }

    /// Whether it is of the same kind and about the same things.
    pub(crate) fn says(&self, other: &Self) -> bool {
        let about = |one: &Self| (one.kind, one.case, one.scan, one.reading, one.pathologist);
        about(self) == about(other)
    }

    /// Names the case.
    #[must_use]
    pub fn of_case(mut self, case: impl Into<Option<CaseId>>) -> Self {
        self.case = case.into();
        self
    }

    /// Names the scan.
    #[must_use]
    pub fn of_scan(mut self, scan: ScanId) -> Self {
        self.scan = Some(scan);
        self
    }

    /// Names the reading.
    #[must_use]
    pub fn of_reading(mut self, reading: ReadingId) -> Self {
        self.reading = Some(reading);
        self
    }

    /// Names the pathologist.
    #[must_use]
    pub fn of_pathologist(mut self, pathologist: PathologistId) -> Self {
        self.pathologist = Some(pathologist);
        self
    }
}

/// The sending end; cheap to clone.
#[derive(Clone)]
pub(crate) struct Feed {
    sender: broadcast::Sender<Change>,
    pub(crate) hints: Arc<Hints>,
    /// How many changes this process was told of.
    heard: Arc<AtomicU64>,
    /// After how many of them nothing called anybody.
    quiet: Arc<AtomicU64>,
}

impl Feed {
    pub(crate) fn new(hints: Arc<Hints>) -> Self {
        let sender = broadcast::channel(1024).0;
        Self {
            sender,
            hints,
            heard: Arc::default(),
            quiet: Arc::new(AtomicU64::new(u64::MAX)),
        }
    }

    /// Before its COMMIT: what this process is about to tell itself it need not hear again.
    pub(crate) fn committing(&self, told: &Told) {
        self.hints.own(told.position);
    }

    /// After its COMMIT, before anybody is answered.
    pub(crate) fn committed(&self, told: Told) {
        self.hints.committed(told.position, told.needed);
        self.publish(told.changes);
    }

    pub(crate) fn publish(&self, changes: Vec<Change>) {
        for change in changes {
            self.heard.fetch_add(1, Ordering::SeqCst);
            let _nobody_watches = self.sender.send(change);
        }
    }

    /// How many changes were told so far: who reads afterwards sees at least these.
    pub(crate) fn heard(&self) -> u64 {
        self.heard.load(Ordering::SeqCst)
    }

    /// Nothing called anybody once that many changes had been told.
    pub(crate) fn is_quiet_since(&self, heard: u64) {
        self.quiet.store(heard, Ordering::SeqCst);
    }

    /// Nothing calls anybody: nothing did, and nothing changed since.
    pub(crate) fn is_quiet(&self, heard: u64) -> bool {
        self.quiet.load(Ordering::SeqCst) == heard
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}
