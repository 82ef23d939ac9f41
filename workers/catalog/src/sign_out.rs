//! The signature: bound to the claim's fence, the case's revision and every scan seen (8.7–8.9).
//!
//! ```text
//!  still held, this fence? ─▶ revision and scans as seen? ─▶ none damaged? ─▶ missing ones acknowledged?
//!        └ claim lost              └ changed since you looked    └ blocked, unless     └ say which
//!                                                                  a reason is given
//!  ─▶ report + scans + reading signed out + readings that follow + case signed out (+ release): one transaction
//! ```

use std::collections::BTreeSet;

use pathology::case::{Concordance, Micros, PixelState, ReportState};
use pathology::ids::{CaseId, ClaimId, ReportId, ScanId};
use pathology::phi::Phi;
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Tx, args};
use crate::error::CaseChange;
use crate::lease::{Held, end_assignment, find_or_lost};
use crate::{Catalog, Change, Error, Kind, glass, idempotency, opinion, readiness, release, sql};

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
    /// The diagnosis as a code, if it has one.
    pub diagnosis_code: String,
    /// How it compares with the first report, where there is one to compare with.
    pub concordance: Option<Concordance>,
}

/// A signature that stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedOut {
    /// The report.
    pub report: ReportId,
    /// When.
    pub signed_at: Micros,
    /// Its state: authorised once it is released where Slideway holds the report of record.
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
        Error::unless_said(
            "diagnosis",
            sign.diagnosis.expose(),
            "write a diagnosis before signing",
        )?;
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (sign, by, key) = (sign.clone(), by.clone(), key.clone());
            Box::pin(async move {
                // Asked under the lock: a retry that overtakes its first try waits for that one's answer.
                let held = find_or_lost(tx, sign.claim, sign.fence).await?;
                // One claim, one command: a key used again for another case must not swallow its signature.
                let command = format!("sign_out {}", sign.claim);
                if let Some(answer) =
                    idempotency::answered(tx, &by, &command, key.as_deref()).await?
                {
                    return Ok(answer);
                }
                let held = held?;
                as_seen(tx, held.case, &Seeing::of(&sign)).await?;
                let signed = write(tx, &held, &sign, &by).await?;
                idempotency::keep(tx, &by, &command, key.as_deref(), &signed).await?;
                fail::fail_point!("catalog::sign_out::before_commit");
                Ok(signed)
            })
        })
        .await
    }
}

/// What a signature says it saw.
pub(crate) struct Seeing<'a> {
    pub(crate) case_revision: i64,
    pub(crate) seen: &'a [Seen],
    pub(crate) acknowledged: &'a [String],
    /// A reason was given to sign although a slide is damaged.
    pub(crate) overrides_damage: bool,
}

impl<'a> Seeing<'a> {
    pub(crate) fn of(sign: &'a SignOut) -> Self {
        Self {
            case_revision: sign.case_revision,
            seen: &sign.seen,
            acknowledged: &sign.acknowledged,
            overrides_damage: !sign.damage_reason.expose().trim().is_empty(),
        }
    }
}

/// Locks the case and refuses a signature over anything but what it is now.
pub(crate) async fn as_seen(tx: &mut Tx, id: CaseId, sign: &Seeing<'_>) -> Result<(), Error> {
    let case = tx.one(&sql::CASE_LOCK, args![id]).await?;
    let revision = case.int("revision")?;
    let (mut scans, mut unseen) = (BTreeSet::new(), false);
    for row in tx.all(&sql::SCAN_OF_CASE, args![id]).await? {
        let scan: ScanId = row.parsed("scan_id")?;
        let damaged = row.parsed::<PixelState>("pixels")? == PixelState::Damaged;
        if damaged && !sign.overrides_damage {
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
        let changes = changes(tx, id, sign.case_revision).await?;
        return Err(Error::ChangedSinceYouLooked { revision, changes });
    }
    let mut needs = Vec::new();
    for row in tx.all(&sql::MANIFEST_MISSING, args![id]).await? {
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

async fn changes(tx: &mut Tx, case: CaseId, since: i64) -> Result<Vec<CaseChange>, Error> {
    let rows = tx
        .all(&sql::EVENT_OF_CASE_SINCE, args![case, since])
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
    let compared = opinion::compared(tx, held, sign).await?;
    let on_glass = glass::read_for(tx, held).await?;
    write_report(tx, held, sign, (compared, &on_glass)).await?;
    glass::sign(tx, held, sign.report).await?;
    tx.run(&sql::READING_SIGN_OUT, args![held.reading, now])
        .await?;
    end_assignment(tx, held, "signed_out", "", now).await?;
    opinion::follow(tx, held, sign, compared).await?;
    end_case(tx, held).await?;
    let about = About::reading(held.case, held.reading);
    let revision = format!("revision {}", sign.case_revision);
    audit(tx, by, "sign_out", about, &revision).await?;
    audit_damage(tx, sign, about, by).await?;
    let (owner, person) = (held.organisation, Some(held.pathologist));
    tell(tx, owner, about, person, sign.fence, "signed_out").await?;
    release::release_case(tx, held.case).await?;
    let row = tx.one(&sql::REPORT_FIND, args![sign.report]).await?;
    Ok(SignedOut {
        report: sign.report,
        signed_at: Micros(now),
        state: row.parsed("state")?,
    })
}

/// Records that it is signed although a slide is damaged. The reason is a text about a patient: it stands in the report.
pub(crate) async fn audit_damage(
    tx: &mut Tx,
    sign: &SignOut,
    about: About,
    by: &By,
) -> Result<(), Error> {
    if sign.damage_reason.expose().trim().is_empty() {
        return Ok(());
    }
    let where_it_is = "the reason stands in the report";
    audit(tx, by, "override_damage", about, where_it_is).await
}

/// The report and every scan it is bound to. One that answers the order is released after the delay;
/// the others stay in the house.
async fn write_report(
    tx: &mut Tx,
    held: &Held,
    sign: &SignOut,
    (compared, on_glass): (Option<Concordance>, &[String]),
) -> Result<(), Error> {
    let now = Micros(tx.now().await?);
    let delay = i64::from(tx.policy().readings.release_minutes);
    let release_at = (held.cause == "order").then(|| now.plus_minutes(delay).0);
    let row = args![
        sign.report,
        held.organisation,
        held.case,
        held.reading,
        held.pathologist,
        sign.fence,
        sign.case_revision,
        &sign.diagnosis,
        [&sign.acknowledged[..], on_glass].concat().join("\n"),
        now.0,
        sign.damage_reason.expose().trim(),
        release_at,
        compared.map_or("", Concordance::as_str),
        sign.diagnosis_code.trim()
    ];
    tx.run(&sql::REPORT_SIGN, row).await?;
    for seen in &sign.seen {
        let (scan, generation) = (seen.scan, seen.generation);
        let organisation = held.organisation;
        let row = args![sign.report, scan, organisation, generation, seen.opened];
        tx.run(&sql::REPORT_SCAN, row).await?;
    }
    Ok(())
}

/// The case is signed out when none of its readings that the report waits for is open.
async fn end_case(tx: &mut Tx, held: &Held) -> Result<(), Error> {
    let now = tx.now().await?;
    readiness::let_wait(tx, held.case, held.organisation).await?;
    if tx.run(&sql::CASE_SIGN_OUT, args![held.case, now]).await? == 0 {
        return Ok(());
    }
    tx.tell(Change::new(Kind::Case, held.organisation, now).of_case(held.case));
    Ok(())
}
