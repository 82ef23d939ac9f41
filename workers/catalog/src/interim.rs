//! An interim report: what can be said while extra work is waited for. It ends nothing.
//!
//! ```text
//!  claimed, extra work is open ─▶ bound to revision and scans like a signature ─▶ interim report
//!        └ still claimed, still waiting for its glass; the report follows, and says the last word
//! ```

use pathology::case::{Micros, ReportState};
use serde_json::json;

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Tx, args};
use crate::lease::{Held, find_or_lost};
use crate::sign_out::{Seeing, as_seen, audit_damage};
use crate::{Catalog, Error, SignOut, SignedOut, idempotency, sql};

impl Catalog {
    /// Signs an interim report of a claim that goes on. What is missing by now is acknowledged, as with a signature.
    pub async fn report_interim(
        &self,
        sign: SignOut,
        key: Option<&str>,
        by: &By,
    ) -> Result<SignedOut, Error> {
        let remedy = "write what can be said already";
        Error::unless_said("diagnosis", sign.diagnosis.expose(), remedy)?;
        if !sign.diagnosis_code.trim().is_empty() || sign.concordance.is_some() {
            return Err(Error::Invalid {
                field: "diagnosis_code",
                reason:
                    "an interim report has no code and compares nothing: give both with the report"
                        .into(),
            });
        }
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (sign, by, key) = (sign.clone(), by.clone(), key.clone());
            Box::pin(async move { report(tx, &sign, key.as_deref(), &by).await })
        })
        .await
    }
}

async fn report(
    tx: &mut Tx,
    sign: &SignOut,
    key: Option<&str>,
    by: &By,
) -> Result<SignedOut, Error> {
    let held = find_or_lost(tx, sign.claim, sign.fence).await?;
    let command = format!("interim {}", sign.claim);
    if let Some(answer) = idempotency::answered(tx, by, &command, key).await? {
        return Ok(answer);
    }
    let held = held?;
    as_seen(tx, held.case, &Seeing::of(sign)).await?;
    let awaited = tx.one(&sql::INTERIM_AWAITED, args![held.reading]).await?;
    if awaited.int("awaited")? == 0 {
        let remedy = "no extra work is waited for: sign the report itself";
        return Err(Error::Conflict(remedy.into()));
    }
    let signed = write(tx, &held, sign).await?;
    let about = About::reading(held.case, held.reading);
    let revision = format!("revision {}", sign.case_revision);
    audit(tx, by, "report_interim", about, &revision).await?;
    audit_damage(tx, sign, about, by).await?;
    let (owner, person) = (held.organisation, Some(held.pathologist));
    tell(tx, owner, about, person, sign.fence, "interim").await?;
    idempotency::keep(tx, by, &command, key, &signed).await?;
    Ok(signed)
}

async fn write(tx: &mut Tx, held: &Held, sign: &SignOut) -> Result<SignedOut, Error> {
    let now = tx.now().await?;
    let seen = sign.seen.iter();
    let seen = seen
        .map(|one| json!({"scan": one.scan, "generation": one.generation, "opened": one.opened}));
    let row = args![
        sign.report,
        held.organisation,
        held.reading,
        held.case,
        held.pathologist,
        held.claim,
        sign.fence,
        sign.case_revision,
        &sign.diagnosis,
        json!(seen.collect::<Vec<_>>()).to_string(),
        sign.acknowledged.join("\n"),
        sign.damage_reason.expose().trim(),
        now
    ];
    tx.run(&sql::INTERIM_SIGN, row).await?;
    Ok(SignedOut {
        report: sign.report,
        signed_at: Micros(now),
        state: ReportState::Signed,
    })
}
