//! From signature to release: the signer may still recall, and every blocking reading is awaited (8.7, 8.9).
//!
//! ```text
//!  signed ──delay over, no blocking reading open, no incident unanswered──▶ released: sent, or authorised here
//!     └──recall (its signer)──▶ claimed again by the same pathologist, fence + 1; the recalled report stays on record
//! ```

use pathology::case::{ReportKind, ReportOfRecord, ReportState};
use pathology::ids::{CaseId, ClaimId, PathologistId, ReadingId, ReportId};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Row, Tx, args, list};
use crate::establish::lock;
use crate::hand_over::HandedOver;
use crate::taking::{Given, put, verdict};
use crate::{Catalog, Error, readiness, sql};

impl Catalog {
    /// Releases reports whose delay is over, of at most `limit` cases in one go.
    pub async fn release_reports(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                let cases = tx.all(&sql::RELEASE_CASES, args![now, limit]).await?;
                for row in &cases {
                    let case: CaseId = row.parsed("case_id")?;
                    tx.one(&sql::CASE_LOCK, args![case]).await?;
                    release_case(tx, case).await?;
                }
                Ok(cases.len() as u64)
            })
        })
        .await
    }

    /// Takes a report back before it is released; its reading is open again under its signer.
    ///
    /// # Errors
    /// [`Error::Conflict`] once it is released: then it is amended.
    pub async fn recall(
        &self,
        report: ReportId,
        new_claim: ClaimId,
        reason: &str,
        key: Option<&str>,
        by: &By,
    ) -> Result<HandedOver, Error> {
        Error::unless_said("reason", reason, "say why the report is recalled")?;
        let (signer, reason) = (by.clone(), reason.to_owned());
        self.write_once(format!("recall {report}"), key, by, move |tx| {
            let (by, reason) = (signer.clone(), reason.clone());
            Box::pin(async move { recall(tx, report, new_claim, &reason, &by).await })
        })
        .await
    }

    /// Who may recall or correct a report: its signer, or who answers an incident of it for them.
    pub async fn report_owner(
        &self,
        report: ReportId,
        asks: PathologistId,
    ) -> Result<PathologistId, Error> {
        self.read(move |tx| {
            Box::pin(async move {
                let row = tx.first(&sql::REPORT_FIND, args![report]).await?;
                let row = row.ok_or(Error::NotFound("report"))?;
                let owned = args![report, asks];
                let deputy = tx.first(&sql::INCIDENT_OWNED_OF_REPORT, owned).await?;
                match deputy {
                    Some(_) => Ok(asks),
                    None => row.parsed("pathologist_id"),
                }
            })
        })
        .await
    }
}

/// Releases what nothing holds back; the case is locked.
pub(crate) async fn release_case(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    let now = tx.now().await?;
    for row in tx.all(&sql::RELEASE_DUE, args![case, now]).await? {
        release(tx, case, &row).await?;
    }
    Ok(())
}

async fn release(tx: &mut Tx, case: CaseId, row: &Row) -> Result<(), Error> {
    let now = tx.now().await?;
    let report: ReportId = row.parsed("report_id")?;
    let of_record: ReportOfRecord = row.parsed("report_of_record")?;
    let (state, authorised) = match of_record {
        ReportOfRecord::Slideway => (ReportState::Authorised, Some(now)),
        ReportOfRecord::Lis => (ReportState::Signed, None),
    };
    let out = args![report, state.as_str(), now, authorised];
    tx.run(&sql::RELEASE_REPORT, out).await?;
    // What was released before is corrected, never replaced: its receiver is told which it is.
    let topic = match row.parsed::<ReportKind>("kind")? {
        ReportKind::Report => "report_signed",
        ReportKind::Addendum => "report_addendum",
        ReportKind::Amendment => "report_corrected",
    };
    let body = format!(r#"{{"case":"{case}","report":"{report}"}}"#);
    let organisation = row.parsed("organisation_id")?;
    tx.run(&sql::OUTBOX_WRITE, args![organisation, topic, body, now])
        .await?;
    // A part of a split case is released before the whole: turnaround goes on.
    let whole = tx.one(&sql::CASE_LOCK, args![case]).await?;
    if authorised.is_some() && whole.text("state")? == "signed_out" {
        tx.run(&sql::CASE_STOP_CLOCKS, args![case, now]).await?;
    }
    let by = By::system("route", organisation);
    audit(tx, &by, "release_report", About::case(case), topic).await
}

async fn recall(
    tx: &mut Tx,
    report: ReportId,
    claim: ClaimId,
    reason: &str,
    by: &By,
) -> Result<HandedOver, Error> {
    let row = tx.first(&sql::REPORT_FIND, args![report]).await?;
    let row = row.ok_or(Error::NotFound("report"))?;
    let signer: PathologistId = row.parsed("pathologist_id")?;
    let (reading, case): (ReadingId, CaseId) = (row.parsed("reading_id")?, row.parsed("case_id")?);
    if row.text("kind")? != "report" {
        return Err(Error::Conflict("only a report is recalled".into()));
    }
    let person = lock(tx, signer).await?;
    tx.one(&sql::READING_LOCK, args![reading]).await?;
    tx.one(&sql::CASE_LOCK, args![case]).await?;
    let now = tx.now().await?;
    let recalled = args![report, now, reason];
    if tx.run(&sql::REPORT_RECALL, recalled).await? == 0 {
        let text = "the report is released or recalled already: amend it instead";
        return Err(Error::Conflict(text.into()));
    }
    let closed = args![report, now, &by.subject];
    tx.run(&sql::INCIDENT_CLOSE_RECALLED, closed).await?;
    tx.run(&sql::CASE_REOPEN, args![case]).await?;
    cancel_what_followed(tx, case).await?;
    // Their own signature is no matter of rights: nobody is asked whether they may take it back.
    let asked = verdict(tx, &person, reading).await?;
    let given = Given {
        claim,
        why: vec![format!("Recalled: {reason}")],
        is_by_right: false,
        begun_at: Some(pathology::case::Micros(now)),
        offer_until: None,
    };
    let again = put(tx, &person, &asked, given).await?;
    readiness::changed(tx, case, None, "the report was recalled").await?;
    let about = About::reading(case, reading);
    audit(tx, by, "recall_report", about, reason).await?;
    tell(
        tx,
        again.owner,
        about,
        Some(signer),
        again.fence,
        "recalled",
    )
    .await?;
    Ok(HandedOver {
        claim,
        to: signer,
        fence: again.fence,
    })
}

/// Readings that followed from the recalled report and nobody has begun are not needed now.
async fn cancel_what_followed(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    for kind in ["second_before_release", "audit"] {
        for row in tx
            .all(&sql::READING_OPEN_OF_CAUSE, args![case, kind])
            .await?
        {
            let reading: ReadingId = row.parsed("reading_id")?;
            if row.text("state")? == "waiting" && row.text("cause")? != "asked" {
                tx.run(&sql::READING_CANCEL, args![reading]).await?;
                tx.run(&sql::READING_LEAVE_POOLS, args![list([reading])])
                    .await?;
            }
        }
    }
    Ok(())
}
