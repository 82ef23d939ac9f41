//! What the verification pass found: the scan is verified, or it is damaged.
//!
//! ```text
//!  published ── every tile decoded ─▶ verified      half-way levels come with a new generation:
//!      │                                            g1 … g2 show the same pixels, so nobody is disturbed
//!      └── one was not, or the store rots ─▶ damaged ─▶ tray entry, case changed (its holder is told),
//!                                                       sign-out blocked, an incident for each report
//! ```
//!
//! The original stays, whatever is found; a rescan may be asked for.

use pathology::case::TrayCode;
use pathology::ids::{CaseId, JobId, OrganisationId, ScanId};

use crate::audit::{About, By, audit};
use crate::engine::{Row, Tx, args};
use crate::publication::{end_job, open_quarantine, tell_scan};
use crate::{Catalog, Change, Error, Kind, Refusal, readiness, sql};

/// A published tileset, as the verification pass needs it.
#[derive(Debug, Clone)]
pub struct PublishedTileset {
    /// Its generation.
    pub generation: u32,
    /// Digest of the index header.
    pub index_header_digest: [u8; 32],
    /// Bytes of preamble and header.
    pub index_header_length: u32,
    /// Digest of the manifest.
    pub manifest_digest: [u8; 32],
    /// What the format said, as JSON.
    pub facts: String,
}

/// A scan whose every tile was decoded.
#[derive(Debug, Clone)]
pub struct Verification {
    /// The work that did it.
    pub job: JobId,
    /// Its fence.
    pub fence: i64,
    /// The scan.
    pub scan: ScanId,
    /// The generation with the half-way levels, where some were missing.
    pub more: Option<MoreLevels>,
}

/// A generation that has what the one before has, and more levels.
#[derive(Debug, Clone)]
pub struct MoreLevels {
    /// The generation; above the published one.
    pub generation: u32,
    /// What the format said, with the new levels, as JSON.
    pub facts: String,
    /// Digest of the index header.
    pub index_header_digest: [u8; 32],
    /// Bytes of preamble and header.
    pub index_header_length: u64,
    /// Bytes of the index.
    pub index_size_bytes: u64,
    /// Digest of the whole index.
    pub index_digest: [u8; 32],
    /// Digest of the manifest.
    pub manifest_digest: [u8; 32],
}

impl Catalog {
    /// The tileset of a scan that waits for its verification; `None` when it does not any more.
    pub async fn tileset_to_verify(&self, scan: ScanId) -> Result<Option<PublishedTileset>, Error> {
        self.read(move |tx| {
            Box::pin(async move {
                let Some(row) = tx.first(&sql::SCAN_TILESET, args![scan]).await? else {
                    return Ok(None);
                };
                Ok(Some(PublishedTileset {
                    generation: row.int("generation")? as u32,
                    index_header_digest: row.digest("index_header_digest")?,
                    index_header_length: row.int("index_header_length")? as u32,
                    manifest_digest: row.digest("manifest_digest")?,
                    facts: row.text("facts")?,
                }))
            })
        })
        .await
    }

    /// Records that every tile was decoded. A scan that was found damaged meanwhile stays damaged.
    pub async fn verify_scan(&self, verified: Verification, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (v, by) = (verified.clone(), by.clone());
            Box::pin(async move {
                end_job(tx, v.job, v.fence, "done").await?;
                let now = tx.now().await?;
                if let Some(more) = &v.more {
                    add_levels(tx, v.scan, more).await?;
                }
                let Some(row) = tx.first(&sql::SCAN_VERIFY, args![v.scan, now]).await? else {
                    return Ok(());
                };
                tell_scan(tx, &row, v.scan, "verified", "").await?;
                let (organisation, case): (_, Option<CaseId>) =
                    (row.parsed("organisation_id")?, row.opt_parsed("case_id")?);
                let change = Change::new(Kind::Scan, organisation, now).of_case(case);
                tx.tell(change.of_scan(v.scan));
                audit(tx, &by, "verify_scan", About::scan(v.scan), "").await?;
                fail::fail_point!("catalog::verify::before_commit");
                Ok(())
            })
        })
        .await
    }

    /// Ends the verification of a scan that failed it.
    pub async fn fail_verification(&self, failed: Refusal, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (r, by) = (failed.clone(), by.clone());
            Box::pin(async move {
                end_job(tx, r.job, r.fence, "done").await?;
                damage(tx, (r.scan, r.code, &r.reason), &by).await?;
                fail::fail_point!("catalog::damage::before_commit");
                Ok(())
            })
        })
        .await
    }

    /// Ends the verification of a scan that does not wait for it any more.
    pub async fn end_verification(&self, job: JobId, fence: i64) -> Result<(), Error> {
        self.write(move |tx| Box::pin(async move { end_job(tx, job, fence, "done").await }))
            .await
    }

    /// Says that a published scan is not what was delivered: `reason` is one line for people, without patient
    /// data. `false` when it was known, or the scan is not published.
    pub async fn mark_damaged(&self, scan: ScanId, reason: &str, by: &By) -> Result<bool, Error> {
        let code = TrayCode::DigestMismatch;
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move { damage(tx, (scan, code, &reason), &by).await })
        })
        .await
    }
}

async fn add_levels(tx: &mut Tx, scan: ScanId, more: &MoreLevels) -> Result<(), Error> {
    let row = args![
        scan,
        i64::from(more.generation),
        &more.facts,
        more.index_header_digest,
        more.index_header_length,
        more.index_size_bytes,
        more.index_digest,
        more.manifest_digest
    ];
    tx.run(&sql::SCAN_ADD_LEVELS, row).await?;
    Ok(())
}

/// Everything that follows from damage, in one transaction.
async fn damage(tx: &mut Tx, found: (ScanId, TrayCode, &str), by: &By) -> Result<bool, Error> {
    let (scan, code, reason) = found;
    let marked = args![scan, code.as_str(), reason];
    let Some(row) = tx.first(&sql::SCAN_MARK_DAMAGED, marked).await? else {
        return Ok(false);
    };
    tell_scan(tx, &row, scan, "damaged", code.as_str()).await?;
    audit(tx, by, "mark_damaged", About::scan(scan), code.as_str()).await?;
    open_quarantine(tx, &row, found).await?;
    recall(tx, &row, scan).await?;
    Ok(true)
}

/// The case is not what it was: its holder is told, and whoever signed it is asked.
async fn recall(tx: &mut Tx, row: &Row, scan: ScanId) -> Result<(), Error> {
    let now = tx.now().await?;
    let organisation: OrganisationId = row.parsed("organisation_id")?;
    if let Some(case) = row.opt_parsed::<CaseId>("case_id")? {
        readiness::changed(tx, case, Some(scan), "a slide was found damaged").await?;
        let change = Change::new(Kind::Worklist, organisation, now);
        tx.tell(change.of_case(case).of_scan(scan));
    }
    let deadline = now + tx.limits().incident_us();
    tx.run(&sql::INCIDENT_RECALL, args![scan, now, deadline])
        .await?;
    Ok(())
}
