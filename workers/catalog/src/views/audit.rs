//! Who did what to a case.

use pathology::case::Micros;
use pathology::ids::{CaseId, OrganisationId, ReadingId, ScanId};

use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// One line of the audit.
#[derive(Debug, Clone)]
pub struct Audited {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Micros,
    /// Who.
    pub subject: String,
    /// What they asked for or did.
    pub action: String,
    /// To what end.
    pub purpose: String,
    /// What permitted it.
    pub basis: String,
    /// `permitted`, `denied`, `done`, …
    pub outcome: String,
    /// The scan concerned.
    pub scan: Option<ScanId>,
    /// The reading concerned.
    pub reading: Option<ReadingId>,
    /// More, in words.
    pub detail: String,
}

impl Catalog {
    /// The last 500 lines about a case of an organisation, newest first.
    pub async fn audit_of(
        &self,
        organisation: OrganisationId,
        case: CaseId,
    ) -> Result<Vec<Audited>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move {
                let args = args![case, organisation];
                tx.all(&sql::VIEWS_AUDIT_OF_CASE, args).await
            })
        });
        rows.await?.iter().map(audited).collect()
    }
}

fn audited(row: &Row) -> Result<Audited, Error> {
    Ok(Audited {
        id: row.int("audit_id")?,
        at: row.micros("at")?,
        subject: row.text("subject")?,
        action: row.text("action")?,
        purpose: row.text("purpose")?,
        basis: row.text("basis")?,
        outcome: row.text("outcome")?,
        scan: row.opt_parsed("scan_id")?,
        reading: row.opt_parsed("reading_id")?,
        detail: row.text("detail")?,
    })
}
