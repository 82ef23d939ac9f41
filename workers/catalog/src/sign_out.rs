//! The signature: bound to the claim's fence, the case's revision and every scan seen (8.7–8.9).
//!
//! ```text
//!  still held, this fence? ─▶ revision and scans as seen? ─▶ none damaged? ─▶ missing ones acknowledged?
//!        └ claim lost              └ changed since you looked    └ blocked, unless     └ say which
//!                                                                  a reason is given
//!  ─▶ report + scans + reading signed out + case signed out + clocks stopped + outbox: one transaction
//! ```

use std::collections::BTreeSet;

use pathology::case::{Micros, PixelState, ReportOfRecord, ReportState};
use pathology::ids::{ClaimId, ReportId, ScanId};
use pathology::phi::Phi;
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Tx, args};
use crate::error::CaseChange;
use crate::lease::{Held, end_assignment, find};
use crate::{Catalog, Change, Error, Kind, idempotency, readiness, sql};

/// A scan as the signer had it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Which.
    pub scan: ScanId,
    /// Its generation.
    pub generation: i64,
    /// Whether it was opened.
    pub opened: bool,
}

/// A signature to give; the report's id is given by the caller.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// The report it makes.
    pub report: ReportId,
    /// The claim it ends.
    pub claim: ClaimId,
    /// The claim's fence.
    pub fence: i64,
    /// The case revision that was shown.
    pub case_revision: i64,
    /// What is signed.
    pub diagnosis: Phi<String>,
    /// Every scan of the case, opened or not.
    pub seen: Vec<Seen>,
    /// `expected:<slide id>` for each slide that is not here.
    pub acknowledged: Vec<String>,
    /// Why it is signed although a slide is damaged; empty otherwise.
    pub damage_reason: Phi<String>,
}

/// A signature that stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedOut {
    /// The report.
    pub report: ReportId,
    /// When.
    pub signed_at: Micros,
    /// Its state: authorised at once where Slideway holds the report of record.
    pub state: ReportState,
}

impl Catalog {
    /// Signs a reading out, exactly once.
    pub async fn sign_out(
        &self,
        sign: SignOut,
        key: Option<&str>,
        by: &By,
    ) -> Result<SignedOut, Error> {
        if sign.diagnosis.expose().trim().is_empty() {
            return Err(Error::Invalid {
                field: "diagnosis",
                reason: "write a diagnosis before signing".into(),
            });
        }
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (sign, by, key) = (sign.clone(), by.clone(), key.clone());
            Box::pin(async move {
                // Asked under the lock: a retry that overtakes its first try waits for that one's answer.
                let held = match find(tx, sign.claim, sign.fence).await {
                    Err(e) if !matches!(e, Error::ClaimLost { .. }) => return Err(e),
                    found => found,
                };
                // One claim, one command: a key used again for another case must not swallow its signature.
                let command = format!("sign_out {}", sign.claim);
                if let Some(answer) =
                    idempotency::answered(tx, &by, &command, key.as_deref()).await?
                {
                    return Ok(answer);
                }
                let held = held?;
                check(tx, &held, &sign).await?;
                let signed = write(tx, &held, &sign, &by).await?;
                idempotency::keep(tx, &by, &command, key.as_deref(), &signed).await?;
                fail::fail_point!("catalog::sign_out::before_commit");
                Ok(signed)
            })
        })
        .await
    }
}

async fn check(tx: &mut Tx, held: &Held, sign: &SignOut) -> Result<(), Error> {
    let case = tx.one(&sql::CASE_LOCK, args![held.case]).await?;
    let revision = case.int("revision")?;
    let overrides = !sign.damage_reason.expose().trim().is_empty();
    let (mut scans, mut unseen) = (BTreeSet::new(), false);
    for row in tx.all(&sql::SCAN_OF_CASE, args![held.case]).await? {
        let scan: ScanId = row.parsed("scan_id")?;
        if row.parsed::<PixelState>("pixels")? == PixelState::Damaged && !overrides {
            return Err(Error::DamagedSlide { scan });
        }
        // A verification that added levels changed no pixel.
        let same = row.int("published_generation")?..=row.int("generation")?;
        let found = sign.seen.iter().find(|seen| seen.scan == scan);
        unseen |= !found.is_some_and(|seen| same.contains(&seen.generation));
        scans.insert(scan);
    }
    let seen: BTreeSet<_> = sign.seen.iter().map(|seen| seen.scan).collect();
    if seen.len() != sign.seen.len() {
        return Err(Error::Invalid {
            field: "seen",
            reason: "name every scan once".into(),
        });
    }
    if revision != sign.case_revision || unseen || scans != seen {
        let changes = changes(tx, held, sign.case_revision).await?;
        return Err(Error::ChangedSinceYouLooked { revision, changes });
    }
    let mut needs = Vec::new();
    for row in tx.all(&sql::MANIFEST_MISSING, args![held.case]).await? {
        let word = format!("expected:{}", row.text("slide_id")?);
        if !sign.acknowledged.contains(&word) {
            needs.push(word);
        }
    }
    if needs.is_empty() {
        Ok(())
    } else {
        Err(Error::MissingAcknowledgement { needs })
    }
}

async fn changes(tx: &mut Tx, held: &Held, since: i64) -> Result<Vec<CaseChange>, Error> {
    let rows = tx
        .all(&sql::EVENT_OF_CASE_SINCE, args![held.case, since])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(CaseChange {
                text: row.text("detail")?,
                at: Micros(row.int("at")?),
                scan: row.opt_parsed("scan_id")?,
            })
        })
        .collect()
}

async fn write(tx: &mut Tx, held: &Held, sign: &SignOut, by: &By) -> Result<SignedOut, Error> {
    let now = tx.now().await?;
    let (state, authorised) = write_report(tx, held, sign).await?;
    tx.run(&sql::READING_SIGN_OUT, args![held.reading, now])
        .await?;
    end_assignment(tx, held, "signed_out", "", now).await?;
    end_case(tx, held, authorised).await?;
    let about = About::reading(held.case, held.reading);
    let revision = format!("revision {}", sign.case_revision);
    audit(tx, by, "sign_out", about, &revision).await?;
    if !sign.damage_reason.expose().trim().is_empty() {
        // The reason itself is a text about a patient: it stands in the report.
        audit(
            tx,
            by,
            "override_damage",
            about,
            "the reason stands in the report",
        )
        .await?;
    }
    send(tx, held, sign).await?;
    let (owner, person) = (held.organisation, Some(held.pathologist));
    tell(tx, owner, about, person, sign.fence, "signed_out").await?;
    Ok(SignedOut {
        report: sign.report,
        signed_at: Micros(now),
        state,
    })
}

/// The report and every scan it is bound to; authorised at once where Slideway holds the record (8.9).
async fn write_report(
    tx: &mut Tx,
    held: &Held,
    sign: &SignOut,
) -> Result<(ReportState, Option<i64>), Error> {
    let now = tx.now().await?;
    let of_record: ReportOfRecord = tx
        .one(&sql::CASE_OF_RECORD, args![held.case])
        .await?
        .parsed("report_of_record")?;
    let (state, authorised) = match of_record {
        ReportOfRecord::Slideway => (ReportState::Authorised, Some(now)),
        ReportOfRecord::Lis => (ReportState::Signed, None),
    };
    let row = args![
        sign.report,
        held.organisation,
        held.case,
        held.reading,
        state.as_str(),
        held.pathologist,
        sign.fence,
        sign.case_revision,
        &sign.diagnosis,
        sign.acknowledged.join("\n"),
        now,
        authorised,
        sign.damage_reason.expose().trim()
    ];
    tx.run(&sql::REPORT_SIGN, row).await?;
    for seen in &sign.seen {
        let (scan, generation) = (seen.scan, seen.generation);
        let organisation = held.organisation;
        let row = args![sign.report, scan, organisation, generation, seen.opened];
        tx.run(&sql::REPORT_SCAN, row).await?;
    }
    Ok((state, authorised))
}

/// Whoever keeps the report of record is told, by ids.
async fn send(tx: &mut Tx, held: &Held, sign: &SignOut) -> Result<(), Error> {
    let now = tx.now().await?;
    let body = format!(
        "{{\"case\":\"{}\",\"report\":\"{}\"}}",
        held.case, sign.report
    );
    let row = args![held.organisation, "report_signed", body, now];
    tx.run(&sql::OUTBOX_WRITE, row).await?;
    Ok(())
}

/// The case is signed out when none of its readings is open; turnaround stops at authorised (8.9).
async fn end_case(tx: &mut Tx, held: &Held, authorised: Option<i64>) -> Result<(), Error> {
    let now = tx.now().await?;
    readiness::let_wait(tx, held.case, held.organisation).await?;
    if tx.run(&sql::CASE_SIGN_OUT, args![held.case, now]).await? == 0 {
        return Ok(());
    }
    tx.tell(Change::new(Kind::Case, held.organisation, now).of_case(held.case));
    if let Some(at) = authorised {
        tx.run(&sql::CASE_STOP_CLOCKS, args![held.case, at]).await?;
    }
    Ok(())
}
