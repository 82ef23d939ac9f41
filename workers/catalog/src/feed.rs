//! What changed, told after COMMIT to everyone in this process who watches.
//!
//! A hint, never the truth: a watcher that lags loses changes (the channel holds 1,024) and reads
//! the catalogue again. What other processes write to a PostgreSQL catalogue is not told here yet:
//! whoever must not miss it looks again by itself (docs/decisions/0014).

use pathology::ids::{CaseId, OrganisationId, PathologistId, ReadingId, ScanId};
use tokio::sync::broadcast;

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
pub(crate) struct Feed(broadcast::Sender<Change>);

impl Feed {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(1024).0)
    }

    pub(crate) fn publish(&self, changes: Vec<Change>) {
        for change in changes {
            let _nobody_watches = self.0.send(change);
        }
    }

    pub(crate) fn watch(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}
