//! How a stored scan becomes visible, or is refused with a reason; one transaction each.
//!
//! The job's fence guards it: a worker that lost its lease changes nothing. Publishing records what
//! the child read on the label, looks for the slide, and settles the case, all at once.

use pathology::case::{IdentityState, TrayCode};
use pathology::ids::{DeliveryId, JobId, OrganisationId, ScanId, TrayId, derived};

use crate::arrival::{Code, queue_job, record_codes};
use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Change, Error, Kind, matching, quality, sql};

/// A scan whose index is written and verified.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The work that made it.
    pub job: JobId,
    /// Its fence: the generation.
    pub fence: i64,
    /// The scan.
    pub scan: ScanId,
    /// What the format said, as JSON.
    pub facts: String,
    /// Digest of the index header; the root of trust for every page and tile.
    pub index_header_digest: [u8; 32],
    /// Bytes of preamble and header, so that opening is one range read.
    pub index_header_length: u64,
    /// Bytes of the index.
    pub index_size_bytes: u64,
    /// Digest of the whole index.
    pub index_digest: [u8; 32],
    /// Digest of the manifest.
    pub manifest_digest: [u8; 32],
    /// What was read on the label and in the header.
    pub codes: Vec<Code>,
}

/// Why a scan is not shown.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The work that found it.
    pub job: JobId,
    /// Its fence.
    pub fence: i64,
    /// The scan.
    pub scan: ScanId,
    /// The tray code.
    pub code: TrayCode,
    /// One line for a person; no patient data.
    pub reason: String,
}

impl Catalog {
    /// Makes a scan visible and finds its slide.
    pub async fn publish_scan(
        &self,
        publication: Publication,
        by: &By,
    ) -> Result<IdentityState, Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (p, by) = (publication.clone(), by.clone());
            Box::pin(async move {
                end_job(tx, p.job, p.fence, "done").await?;
                let now = tx.now().await?;
                let row = args![
                    p.scan,
                    p.fence,
                    &p.facts,
                    p.index_header_digest,
                    p.index_header_length,
                    p.index_size_bytes,
                    p.index_digest,
                    p.manifest_digest,
                    now
                ];
                let published = tx
                    .first(&sql::SCAN_PUBLISH, row)
                    .await?
                    .ok_or(Error::Superseded)?;
                let organisation = published.parsed("organisation_id")?;
                record_codes(tx, p.scan, organisation, &p.codes, &by).await?;
                let urgency = published.int("urgency")?;
                queue_job(tx, "verify", p.scan, organisation, urgency).await?;
                tell_scan(tx, &published, p.scan, "published", "").await?;
                audit(tx, &by, "publish_scan", About::scan(p.scan), "").await?;
                let identity = matching::match_scan(tx, p.scan, &by).await?;
                quality::queue(tx, p.scan).await?;
                fail::fail_point!("catalog::publish::before_commit");
                Ok(identity)
            })
        })
        .await
    }

    /// Says that a scan is not a slide we can show; its original is kept, and a person is asked.
    pub async fn refuse_scan(&self, refusal: Refusal, by: &By) -> Result<(), Error> {
        self.turn_away(refusal, "refused", by).await
    }

    /// Says that reading a scan failed too often; its original is kept, and a person is asked.
    pub async fn quarantine_scan(&self, refusal: Refusal, by: &By) -> Result<(), Error> {
        self.turn_away(refusal, "quarantined", by).await
    }

    async fn turn_away(
        &self,
        refusal: Refusal,
        pixels: &'static str,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (r, by) = (refusal.clone(), by.clone());
            Box::pin(async move {
                end_job(
                    tx,
                    r.job,
                    r.fence,
                    if pixels == "refused" { "done" } else { "dead" },
                )
                .await?;
                let row = args![r.scan, pixels, r.code.as_str(), &r.reason];
                let turned = tx
                    .first(&sql::SCAN_TURN_AWAY, row)
                    .await?
                    .ok_or(Error::Superseded)?;
                tell_scan(tx, &turned, r.scan, pixels, r.code.as_str()).await?;
                audit(
                    tx,
                    &by,
                    "turn_away_scan",
                    About::scan(r.scan),
                    r.code.as_str(),
                )
                .await?;
                open_quarantine(tx, &turned, (r.scan, r.code, &r.reason)).await
            })
        })
        .await
    }
}

pub(crate) async fn end_job(tx: &mut Tx, job: JobId, fence: i64, state: &str) -> Result<(), Error> {
    let now = tx.now().await?;
    match tx.run(&sql::JOB_END, args![job, fence, state, now]).await? {
        0 => Err(Error::Superseded),
        _ => Ok(()),
    }
}

pub(crate) async fn tell_scan(
    tx: &mut Tx,
    row: &Row,
    scan: ScanId,
    kind: &str,
    detail: &str,
) -> Result<(), Error> {
    let organisation = row.parsed("organisation_id")?;
    record(
        tx,
        Event {
            organisation,
            kind,
            about: About::scan(scan),
            pathologist: None,
            fence: 0,
            detail,
        },
    )
    .await?;
    let now = tx.now().await?;
    tx.tell(Change::new(Kind::Scan, organisation, now).of_scan(scan));
    Ok(())
}

/// Opens the entry for the people at the scan's site: `row` has its organisation and site.
pub(crate) async fn open_quarantine(
    tx: &mut Tx,
    row: &Row,
    (scan, code, reason): (ScanId, TrayCode, &str),
) -> Result<(), Error> {
    let now = tx.now().await?;
    let tray = TrayId(derived(scan.0, "tray", &now.to_string()));
    let organisation: OrganisationId = row.parsed("organisation_id")?;
    let site: pathology::ids::SiteId = row.parsed("site_id")?;
    let deadline = now + tx.limits().tray_us();
    let kind = code.kind().as_str();
    let none = None::<DeliveryId>;
    let guess = None::<pathology::ids::SlideId>;
    let entry = args![
        tray,
        organisation,
        site,
        kind,
        code.as_str(),
        reason,
        scan,
        none,
        guess,
        now,
        deadline
    ];
    tx.run(&sql::TRAY_OPEN_SCAN, entry).await?;
    tx.tell(Change::new(Kind::Tray, organisation, now).of_scan(scan));
    Ok(())
}
