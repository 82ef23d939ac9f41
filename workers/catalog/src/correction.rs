//! Addendum and amendment: a new version beside the old one, which stays (8.8).
//!
//! ```text
//!  released report ─▶ addendum: adds │ amendment: says what it changes, sent as corrected
//!                     └── bound to revision and scans like a signature; answers incidents it names
//! ```

use pathology::case::{Micros, ReportKind};
use pathology::ids::{CaseId, PathologistId, ReadingId, ReportId};
use pathology::phi::Phi;
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Tx, args};
use crate::establish::lock;
use crate::sign_out::{Seeing, Seen, as_seen};
use crate::{Catalog, Error, idempotency, incident, release, sql};

/// A correction to sign; its id is given by the caller.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The report it makes.
    pub report: ReportId,
    /// The report it corrects.
    pub corrects: ReportId,
    /// Addendum or amendment.
    pub kind: ReportKind,
    /// Who signs it: the signer, or who answers for them.
    pub who: PathologistId,
    /// What is signed.
    pub text: Phi<String>,
    /// What an amendment changes; needed for one.
    pub changes: Phi<String>,
    /// The case revision that was shown.
    pub case_revision: i64,
    /// Every scan of the case, opened or not.
    pub seen: Vec<Seen>,
    /// `expected:<slide id>` for each slide that is not here.
    pub acknowledged: Vec<String>,
    /// Incidents it answers.
    pub answers: Vec<i64>,
}

/// A correction that stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Corrected {
    /// The report it made.
    pub report: ReportId,
    /// Its version; the report itself is 1.
    pub version: i64,
    /// When it was signed.
    pub signed_at: Micros,
}

impl Catalog {
    /// Adds to a released report, or amends it.
    pub async fn correct(
        &self,
        correction: Correction,
        key: Option<&str>,
        by: &By,
    ) -> Result<Corrected, Error> {
        check(&correction)?;
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (correction, by, key) = (correction.clone(), by.clone(), key.clone());
            Box::pin(async move { correct(tx, &correction, key.as_deref(), &by).await })
        })
        .await
    }
}

fn check(correction: &Correction) -> Result<(), Error> {
    let invalid = |field, reason: &str| {
        Err(Error::Invalid {
            field,
            reason: reason.into(),
        })
    };
    match correction.kind {
        ReportKind::Report => invalid("kind", "say addendum or amendment"),
        _ if correction.text.expose().trim().is_empty() => {
            invalid("text", "write what is added or changed")
        }
        ReportKind::Amendment if correction.changes.expose().trim().is_empty() => {
            invalid("changes", "say what the amendment changes")
        }
        _ => Ok(()),
    }
}

async fn correct(
    tx: &mut Tx,
    new: &Correction,
    key: Option<&str>,
    by: &By,
) -> Result<Corrected, Error> {
    let row = tx.first(&sql::REPORT_FIND, args![new.corrects]).await?;
    let row = row.ok_or(Error::NotFound("report"))?;
    let (reading, case): (ReadingId, CaseId) = (row.parsed("reading_id")?, row.parsed("case_id")?);
    lock(tx, new.who).await?;
    tx.one(&sql::READING_LOCK, args![reading]).await?;
    let command = format!("correct {}", new.corrects);
    if let Some(answer) = idempotency::answered(tx, by, &command, key).await? {
        return Ok(answer);
    }
    if row.text("kind")? != "report" || row.opt_int("recalled_at")?.is_some() {
        return Err(Error::Conflict("correct the report that stands".into()));
    }
    if row.opt_int("released_at")?.is_none() {
        let text = "the report is not released yet: recall it instead";
        return Err(Error::Conflict(text.into()));
    }
    let seeing = Seeing {
        case_revision: new.case_revision,
        seen: &new.seen,
        acknowledged: &new.acknowledged,
        overrides_damage: true,
    };
    as_seen(tx, case, &seeing).await?;
    let answer = write(tx, new, by).await?;
    let about = About::reading(case, reading);
    audit(
        tx,
        by,
        new.kind.as_str(),
        about,
        &format!("version {}", answer.version),
    )
    .await?;
    let owner = row.parsed("organisation_id")?;
    let (who, fence) = (Some(new.who), row.int("fence")?);
    tell(tx, owner, about, who, fence, new.kind.as_str()).await?;
    release::release_case(tx, case).await?;
    idempotency::keep(tx, by, &command, key, &answer).await?;
    Ok(answer)
}

async fn write(tx: &mut Tx, new: &Correction, by: &By) -> Result<Corrected, Error> {
    let now = tx.now().await?;
    let row = args![
        new.report,
        new.corrects,
        new.kind.as_str(),
        new.who,
        new.case_revision,
        &new.text,
        new.acknowledged.join("\n"),
        now,
        now,
        &new.changes
    ];
    let version = tx.one(&sql::REPORT_CORRECT, row).await?.int("version")?;
    for seen in &new.seen {
        let (scan, generation, opened) = (seen.scan, seen.generation, seen.opened);
        let row = args![new.report, scan, by.organisation, generation, opened];
        tx.run(&sql::REPORT_SCAN, row).await?;
    }
    for one in &new.answers {
        let answer = (new.kind.as_str(), "", Some(new.report));
        incident::close(tx, (*one, new.corrects), answer, by).await?;
    }
    Ok(Corrected {
        report: new.report,
        version,
        signed_at: Micros(now),
    })
}
