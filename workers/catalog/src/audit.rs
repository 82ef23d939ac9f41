//! Who did what: one row an act, written in the act's own transaction, never changed.
//!
//! The words hold no patient data: subjects are ids or logins, details are reason codes and
//! counts. A later part seals the rows into a chain (`audit_seal`).

use pathology::ids::{CaseId, OrganisationId, PathologistId, ReadingId, ScanId};

use crate::Error;
use crate::engine::{Tx, args};
use crate::sql;

/// Who acts, for whom, and what permits it.
#[derive(Debug, Clone)]
pub struct By {
    /// `pathologist:<id>`, `operator:<login>`, `scanner:<id>`, `system:<process>`.
    pub subject: String,
    /// The organisation whose record this is.
    pub organisation: OrganisationId,
    /// Why: `direct_care`, `audit` …
    pub purpose: String,
    /// What permits it: a role, an agreement, a relation.
    pub basis: String,
}

impl By {
    /// A process of Slideway acting on its own.
    pub fn system(process: &str, organisation: OrganisationId) -> Self {
        Self {
            subject: format!("system:{process}"),
            organisation,
            purpose: "direct_care".into(),
            basis: "system".into(),
        }
    }

    /// A person at a site's desk or bench.
    pub fn operator(login: &str, organisation: OrganisationId) -> Self {
        Self {
            subject: format!("operator:{login}"),
            organisation,
            purpose: "direct_care".into(),
            basis: "operator of the site".into(),
        }
    }

    /// A pathologist at work.
    pub fn pathologist(id: PathologistId, organisation: OrganisationId) -> Self {
        Self {
            subject: format!("pathologist:{id}"),
            organisation,
            purpose: "direct_care".into(),
            basis: "pathologist".into(),
        }
    }
}

/// What an audit row or an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About {
    pub(crate) case: Option<CaseId>,
    pub(crate) scan: Option<ScanId>,
    pub(crate) reading: Option<ReadingId>,
}

impl About {
    pub(crate) fn case(case: CaseId) -> Self {
        Self {
            case: Some(case),
            ..Self::default()
        }
    }

    pub(crate) fn scan(scan: ScanId) -> Self {
        Self {
            scan: Some(scan),
            ..Self::default()
        }
    }

    pub(crate) fn reading(case: CaseId, reading: ReadingId) -> Self {
        Self {
            case: Some(case),
            scan: None,
            reading: Some(reading),
        }
    }
}

/// Writes the audit row of an act.
pub(crate) async fn audit(
    tx: &mut Tx,
    by: &By,
    action: &str,
    about: About,
    detail: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    tx.run(
        &sql::AUDIT_WRITE,
        args![
            by.organisation,
            now,
            &by.subject,
            action,
            &by.purpose,
            &by.basis,
            "done",
            about.case,
            about.scan,
            about.reading,
            detail
        ],
    )
    .await?;
    Ok(())
}

/// What happened, for the feed and for replaying decisions.
pub(crate) struct Event<'a> {
    pub(crate) organisation: OrganisationId,
    pub(crate) kind: &'a str,
    pub(crate) about: About,
    pub(crate) pathologist: Option<PathologistId>,
    /// The fence of a reading, or the revision of a case.
    pub(crate) fence: i64,
    pub(crate) detail: &'a str,
}

/// Appends an event.
pub(crate) async fn record(tx: &mut Tx, event: Event<'_>) -> Result<(), Error> {
    let now = tx.now().await?;
    let About {
        case,
        scan,
        reading,
    } = event.about;
    let row = args![
        event.organisation,
        event.kind,
        now,
        case,
        scan,
        reading,
        event.pathologist,
        event.fence,
        event.detail
    ];
    let written = tx.one(&sql::EVENT_WRITE, row).await?;
    tx.told.wrote(&event, written.int("position")?);
    Ok(())
}
