//! Machine work: claimed by urgency, leased, fenced.
//!
//! ```text
//!  queued ──claim (fence + 1)──▶ leased ──▶ done
//!    ▲                            │ └─────▶ dead (quarantined)
//!    └──lease over, retry later───┘
//! ```
//!
//! The fence is the generation of the derived objects: a worker that lost its lease cannot publish.

use pathology::case::{Issuer, Micros};
use pathology::ids::{AttemptId, JobId, OrganisationId, ScanId, ScannerId, SiteId};
use pathology::phi::Phi;

use crate::engine::{Sql, Tx, args};
use crate::{Catalog, Error, sql};

/// A leased piece of machine work.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What to do: `tile`, `quality` or `verify`.
    pub kind: String,
    /// With which scan.
    pub scan: ScanId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The lease's fence, and the generation of what it makes.
    pub fence: i64,
    /// 0 immediate, 1 urgent, 2 routine; ten more for work that no reading waits for.
    pub urgency: i64,
    /// Which try this is, from 1. Tries that were put off do not count; those that nobody ended, because
    /// their worker did not live to, do.
    pub attempts: i64,
}

/// A stored scan, as the tiler needs it.
#[derive(Debug, Clone)]
pub struct StoredScan {
    /// Its id.
    pub scan: ScanId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where it came in.
    pub site: SiteId,
    /// Under which attempt its bytes lie.
    pub attempt: AttemptId,
    /// Whose container numbers its label carries.
    pub issuer: Issuer,
    /// BLAKE3 of the sorted member digests.
    pub digest: [u8; 32],
    /// All bytes.
    pub size_bytes: u64,
    /// Which scanner made it, if one did.
    pub scanner: Option<ScannerId>,
    /// Machine work's rank.
    pub urgency: i64,
    /// When its bytes were stored.
    pub stored_at: Micros,
    /// Its files, in order.
    pub members: Vec<StoredMember>,
}

/// One file of a stored scan.
#[derive(Debug, Clone)]
pub struct StoredMember {
    /// Its place in the original.
    pub n: u16,
    /// The name it came under.
    pub name: Phi<String>,
    /// Its size.
    pub size_bytes: u64,
    /// Its digest, from the receipt.
    pub blake3: [u8; 32],
}

impl Catalog {
    /// Leases the most urgent piece of work, if there is one: verifying waits until no scan waits to be
    /// published. Work whose lease is over comes back first.
    pub async fn claim_job(&self, worker: &str, lease_seconds: u32) -> Result<Option<Job>, Error> {
        self.lease_job(worker, lease_seconds, "").await
    }

    /// The same, of one kind only: `tile` or `verify`.
    pub async fn claim_job_of(
        &self,
        kind: &'static str,
        worker: &str,
        lease_seconds: u32,
    ) -> Result<Option<Job>, Error> {
        self.lease_job(worker, lease_seconds, kind).await
    }

    async fn lease_job(
        &self,
        worker: &str,
        lease_seconds: u32,
        kind: &'static str,
    ) -> Result<Option<Job>, Error> {
        let worker = worker.to_owned();
        self.write(move |tx| {
            let worker = worker.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                tx.run(&sql::JOB_REQUEUE, args![now]).await?;
                let until = now + i64::from(lease_seconds) * 1_000_000;
                let Some(row) = tx
                    .first(&sql::JOB_CLAIM, args![worker, until, now, kind])
                    .await?
                else {
                    return Ok(None);
                };
                Ok(Some(Job {
                    id: row.parsed("job_id")?,
                    kind: row.text("kind")?,
                    scan: row.parsed("scan_id")?,
                    organisation: row.parsed("organisation_id")?,
                    fence: row.int("fence")?,
                    urgency: row.int("urgency")?,
                    attempts: row.int("attempts")?,
                }))
            })
        })
        .await
    }

    /// Renews the lease; refused when another worker has the work.
    pub async fn keep_job(&self, job: JobId, fence: i64, lease_seconds: u32) -> Result<(), Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let until = tx.now().await? + i64::from(lease_seconds) * 1_000_000;
                match tx.run(&sql::JOB_KEEP, args![job, fence, until]).await? {
                    0 => Err(Error::Superseded),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// Puts the work back for later; the try counts. `error` is for people and holds no patient data.
    pub async fn retry_job(
        &self,
        job: JobId,
        fence: i64,
        error: &str,
        after_seconds: u32,
    ) -> Result<(), Error> {
        self.put_back(&sql::JOB_RETRY, (job, fence), error, after_seconds)
            .await
    }

    /// Puts the work back for later, as if it had not been tried: what stopped it does not speak against
    /// the scan.
    pub async fn postpone_job(
        &self,
        job: JobId,
        fence: i64,
        error: &str,
        after_seconds: u32,
    ) -> Result<(), Error> {
        self.put_back(&sql::JOB_POSTPONE, (job, fence), error, after_seconds)
            .await
    }

    async fn put_back(
        &self,
        statement: &'static Sql,
        (job, fence): (JobId, i64),
        error: &str,
        after_seconds: u32,
    ) -> Result<(), Error> {
        let error = error.to_owned();
        self.write(move |tx| {
            let error = error.clone();
            Box::pin(async move {
                let at = tx.now().await? + i64::from(after_seconds) * 1_000_000;
                match tx.run(statement, args![job, fence, at, error]).await? {
                    0 => Err(Error::Superseded),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// What the tiler needs to know of a stored scan.
    pub async fn scan_for_tiling(&self, scan: ScanId) -> Result<StoredScan, Error> {
        self.read(move |tx| {
            Box::pin(async move {
                let row = tx
                    .first(&sql::SCAN_FIND, args![scan])
                    .await?
                    .ok_or(Error::NotFound("scan"))?;
                Ok(StoredScan {
                    scan,
                    organisation: row.parsed("organisation_id")?,
                    site: row.parsed("site_id")?,
                    attempt: row.parsed("attempt_id")?,
                    issuer: row.parsed("issuer")?,
                    digest: row.digest("digest")?,
                    size_bytes: row.int("size_bytes")? as u64,
                    scanner: row.opt_parsed("scanner_id")?,
                    urgency: row.int("urgency")?,
                    stored_at: Micros(row.int("stored_at")?),
                    members: members_of(tx, scan).await?,
                })
            })
        })
        .await
    }
}

/// The files of a scan's original, in order.
pub(crate) async fn members_of(tx: &mut Tx, scan: ScanId) -> Result<Vec<StoredMember>, Error> {
    let mut members = Vec::new();
    for m in tx.all(&sql::MEMBER_OF_SCAN, args![scan]).await? {
        members.push(StoredMember {
            n: m.int("n")? as u16,
            name: Phi::new(m.text("name")?),
            size_bytes: m.int("size_bytes")? as u64,
            blake3: m.digest("blake3")?,
        });
    }
    Ok(members)
}
