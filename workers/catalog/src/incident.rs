//! What comes or changes after sign-out is put to the signer, and closed only by an answer (8.8).
//!
//! ```text
//!  a slide, a rescan, a relink, a changed order, a disagreement ─▶ open, with a deadline, its signer's or deputy's
//!  ─▶ no change (with a reason) | addendum | amendment | recalled with its report
//! ```

use pathology::case::Micros;
use pathology::ids::{CaseId, PathologistId, ReportId, ScanId};

use crate::audit::{About, By, audit};
use crate::engine::{Row, Tx, args};
use crate::establish::lock;
use crate::{Catalog, Error, release, sql};

/// An incident that waits for its signer.
#[derive(Debug, Clone)]
pub struct IncidentView {
    /// Its number.
    pub incident: i64,
    /// The case.
    pub case: CaseId,
    /// The case's number.
    pub number: String,
    /// The report it is about.
    pub report: ReportId,
    /// The scan that came or changed.
    pub scan: Option<ScanId>,
    /// What happened: `slide_after_sign_out`, `order_after_sign_out`, `relinked`, `damaged_scan`, …
    pub code: String,
    /// When.
    pub opened_at: Micros,
    /// Until when it is answered.
    pub deadline_at: Micros,
}

impl Catalog {
    /// What waits for an answer of a pathologist, the most urgent first; at most 200.
    pub async fn incidents(&self, who: PathologistId) -> Result<Vec<IncidentView>, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::INCIDENT_OF_PATHOLOGIST, args![who]).await })
        });
        found.await?.iter().map(view).collect()
    }

    /// Whose answer an incident waits for.
    pub async fn incident_owner(&self, incident: i64) -> Result<PathologistId, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::INCIDENT_FIND, args![incident]).await })
        });
        let row = found.await?.ok_or(Error::NotFound("incident"))?;
        row.parsed("pathologist_id")
    }

    /// Answers that what came changes nothing; the reason is needed.
    pub async fn answer_no_change(
        &self,
        incident: i64,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        Error::unless_said("reason", reason, "say why it changes nothing")?;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move {
                let row = tx.first(&sql::INCIDENT_FIND, args![incident]).await?;
                let row = row.ok_or(Error::NotFound("incident"))?;
                let report: ReportId = row.parsed("report_id")?;
                let case: CaseId = row.parsed("case_id")?;
                lock(tx, row.parsed("pathologist_id")?).await?;
                tx.one(&sql::CASE_LOCK, args![case]).await?;
                close(tx, (incident, report), ("no_change", &reason, None), &by).await?;
                audit(tx, &by, "answer_incident", About::case(case), &reason).await?;
                release::release_case(tx, case).await
            })
        })
        .await
    }
}

fn view(row: &Row) -> Result<IncidentView, Error> {
    Ok(IncidentView {
        incident: row.int("incident_id")?,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        report: row.parsed("report_id")?,
        scan: row.opt_parsed("scan_id")?,
        code: row.text("code")?,
        opened_at: Micros(row.int("opened_at")?),
        deadline_at: Micros(row.int("deadline_at")?),
    })
}

/// Closes an open incident of a report with its answer.
pub(crate) async fn close(
    tx: &mut Tx,
    (incident, report): (i64, ReportId),
    (how, reason, answer): (&str, &str, Option<ReportId>),
    by: &By,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let row = args![incident, report, now, &by.subject, how, reason, answer];
    if tx.run(&sql::INCIDENT_CLOSE, row).await? == 0 {
        let text = format!("incident {incident} is not open, or is of another report");
        return Err(Error::Conflict(text));
    }
    Ok(())
}

/// Puts something that came or changed to everyone whose report of the case stands.
pub(crate) async fn put_to_signers(
    tx: &mut Tx,
    case: CaseId,
    scan: Option<ScanId>,
    code: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let deadline = now + tx.limits().incident_us();
    let row = args![case, scan, code, now, deadline];
    tx.run(&sql::INCIDENT_OPEN, row).await?;
    Ok(())
}

/// Puts something to the signer of one report.
pub(crate) async fn put_to_signer_of(
    tx: &mut Tx,
    report: ReportId,
    code: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let deadline = now + tx.limits().incident_us();
    let row = args![report, code, now, deadline];
    tx.run(&sql::INCIDENT_OPEN_OF_REPORT, row).await?;
    Ok(())
}
