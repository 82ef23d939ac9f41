//! Who has read what others wrote of a case audits it no more (8.7).
//!
//! ```text
//!  opened by who may read the reports  ─▶ kept from every open audit of the case, before anything is shown
//!  a report signed since it was opened ─▶ is not shown with it (`Catalog::case`)
//!  opened by who holds the audit       ─▶ nothing is shown (`CaseView::written`), and they keep it
//! ```
//!
//! Under the lock of the pathologist, which a claim holds too: who claims first audits and is shown nothing, who
//! looks first may claim no more.

use pathology::ids::{CaseId, PathologistId, ReadingId};

use crate::audit::{About, Event, record};
use crate::engine::{Row, Tx, args};
use crate::establish::lock;
use crate::{Error, sql, stage};

/// This pathologist is about to be shown the reports of a case.
pub(crate) async fn sees_reports(
    tx: &mut Tx,
    who: PathologistId,
    case: CaseId,
) -> Result<(), Error> {
    if tx.all(&sql::READING_AUDITS, args![case]).await?.is_empty() {
        return Ok(());
    }
    lock(tx, who).await?;
    let row = args![case, who, i64::MAX];
    let kept = tx.all(&sql::EXCLUSION_SAW_REPORT, row).await?;
    for row in &kept {
        keep_away(tx, who, case, row).await?;
    }
    if kept.is_empty() {
        return Ok(());
    }
    stage::narrowed(tx, case).await
}

/// The index hears of it.
async fn keep_away(tx: &mut Tx, who: PathologistId, case: CaseId, row: &Row) -> Result<(), Error> {
    let reading: ReadingId = row.parsed("reading_id")?;
    let event = Event {
        organisation: row.parsed("organisation_id")?,
        kind: "saw_report",
        about: About::reading(case, reading),
        pathologist: Some(who),
        fence: 0,
        detail: "",
    };
    record(tx, event).await
}
