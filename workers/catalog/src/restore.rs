//! A scan comes back from its manifest: what was published is readable again, and belongs to no case.
//!
//! Links, claims and reports are not in the archive: they come from the back-up and the events. A scan that
//! is here already is left as it is. What is restored lies in its site's tray, and joins a slide by the
//! ordinary rules once orders are here.

use pathology::case::{Issuer, Micros};
use pathology::ids::{
    AttemptId, JobId, OrganisationId, ReceiptId, ScanId, ScannerId, SiteId, derived,
};

use crate::arrival::{Code, queue_job, record_codes};
use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::upkeep::IndexDigests;
use crate::{ArrivedMember, Catalog, Change, Error, Kind, matching, sql};

/// A scan as its manifest tells of it.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The scan.
    pub scan: ScanId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where it came in.
    pub site: SiteId,
    /// Which scanner made it.
    pub scanner: Option<ScannerId>,
    /// Whose container numbers its label bears.
    pub issuer: Issuer,
    /// Rank of machine work.
    pub urgency: i64,
    /// When its bytes were stored.
    pub stored_at: Micros,
    /// The attempt its original lies under.
    pub attempt: AttemptId,
    /// Its files.
    pub members: Vec<ArrivedMember>,
    /// BLAKE3 of the sorted member digests.
    pub digest: [u8; 32],
    /// The generation published.
    pub generation: u32,
    /// What the slide says of itself, as JSON.
    pub facts: String,
    /// Index and manifest.
    pub index: IndexDigests,
    /// The codes that were read on it.
    pub codes: Vec<Code>,
}

impl Catalog {
    /// Records a scan from its manifest; `false` when the scan, or its bytes, are here already.
    pub async fn restore_scan(&self, restored: Restored) -> Result<bool, Error> {
        self.write(move |tx| {
            let restored = restored.clone();
            Box::pin(async move { restore(tx, &restored).await })
        })
        .await
    }
}

async fn restore(tx: &mut Tx, r: &Restored) -> Result<bool, Error> {
    is_at_home(tx, r).await?;
    let now = tx.now().await?;
    let size: u64 = r.members.iter().map(|m| m.size_bytes).sum();
    let index = r.index;
    let row = args![
        r.scan,
        r.organisation,
        r.site,
        r.scanner,
        r.issuer.as_str(),
        r.digest,
        size,
        r.attempt,
        r.generation,
        r.urgency,
        &r.facts,
        index.header_digest,
        index.header_length,
        index.size_bytes,
        index.digest,
        index.manifest_digest,
        r.stored_at.0,
        now
    ];
    if tx.run(&sql::REBUILD_SCAN, row).await? == 0 {
        return Ok(false);
    }
    let by = By::system("rebuild", r.organisation);
    belongings(tx, r, &by).await?;
    audit(
        tx,
        &by,
        "restore_scan",
        About::scan(r.scan),
        "from its manifest",
    )
    .await?;
    matching::wait_for_a_slide(tx, r.scan).await?;
    tx.tell(Change::new(Kind::Scan, r.organisation, now).of_scan(r.scan));
    Ok(true)
}

/// The configuration registers who exists before anything is restored.
async fn is_at_home(tx: &mut Tx, r: &Restored) -> Result<(), Error> {
    let asked = args![r.organisation, r.site, r.issuer.as_str(), r.scanner];
    let row = tx.one(&sql::REBUILD_KNOWN, asked).await?;
    let is_known = |column: &str| Ok::<_, Error>(row.int(column)? > 0);
    if !is_known("organisation")? {
        return Err(Error::NotFound("organisation"));
    }
    if !is_known("site")? {
        return Err(Error::NotFound("site"));
    }
    if !is_known("issuer")? {
        return Err(Error::NotFound("issuer"));
    }
    if r.scanner.is_some() && !is_known("scanner")? {
        return Err(Error::NotFound("scanner"));
    }
    Ok(())
}

async fn belongings(tx: &mut Tx, r: &Restored, by: &By) -> Result<(), Error> {
    let now = tx.now().await?;
    for m in &r.members {
        let row = args![r.scan, m.n, r.organisation, &m.name, m.size_bytes, m.blake3];
        tx.run(&sql::MEMBER_STORE, row).await?;
    }
    record_codes(tx, r.scan, r.organisation, &r.codes, by).await?;
    let name = r.members.first().map(|m| m.name.expose().clone());
    let receipt = ReceiptId(derived(r.scan.0, "receipt", "rebuild"));
    let row = args![
        receipt,
        r.organisation,
        r.scan,
        "rebuild",
        name.unwrap_or_default(),
        now
    ];
    tx.run(&sql::RECEIPT_GIVE, row).await?;
    let job = JobId(derived(r.scan.0, "job", "tile"));
    let row = args![job, r.organisation, r.scan, r.urgency, r.generation, now];
    tx.run(&sql::REBUILD_JOB, row).await?;
    queue_job(tx, "verify", r.scan, r.organisation, r.urgency).await?;
    Ok(())
}
