//! What the archive's upkeep asks: which objects a scan has, what nobody refers to, how far the scrub is.
//!
//! The catalogue knows no object's path: keys are texts here, and what they mean is the caller's. Lists
//! come page by page, so that nothing grows with the archive.

use pathology::case::{Micros, PixelState};
use pathology::ids::{AttemptId, OrganisationId, ScanId};

use crate::engine::{Row, Tx, args};
use crate::job::members_of;
use crate::{Catalog, Error, StoredMember, sql};

/// The objects of one scan, as they must be.
#[derive(Debug, Clone)]
pub struct ScanObjects {
    /// The scan.
    pub scan: ScanId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The attempt its original lies under.
    pub attempt: AttemptId,
    /// Its pixels' state.
    pub pixels: PixelState,
    /// The generation published; 0 before.
    pub generation: u32,
    /// The files of its original.
    pub members: Vec<StoredMember>,
    /// Its index and manifest, once published.
    pub index: Option<IndexDigests>,
}

/// What the index and the manifest of a published scan must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexDigests {
    /// Digest of the index header.
    pub header_digest: [u8; 32],
    /// Bytes of preamble and header.
    pub header_length: u32,
    /// Bytes of the index.
    pub size_bytes: u64,
    /// Digest of the index.
    pub digest: [u8; 32],
    /// Digest of the manifest.
    pub manifest_digest: [u8; 32],
}

/// What decides whether an object of a scan is still needed.
#[derive(Debug, Clone, Copy)]
pub struct Fate {
    /// The attempt that won.
    pub attempt: AttemptId,
    /// Files of the original.
    pub members: u16,
    /// The generation published; 0 before.
    pub generation: u32,
    /// The generation that was published first: what it lacked was added to it, and it is kept.
    pub published_generation: u32,
    /// Digest and length of the published index's header.
    pub header: Option<([u8; 32], u32)>,
    /// Somebody works on the scan just now, and may publish what they made.
    pub leased: bool,
}

/// How far the scrub has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScrubProgress {
    /// The round, from 1; 0 before the first.
    pub round: i64,
    /// When it began.
    pub began_at: Micros,
    /// When it ended, if it did.
    pub done_at: Option<Micros>,
    /// The last scan checked in it.
    pub after: Option<ScanId>,
    /// Scans checked in it.
    pub scans: u64,
    /// Scans there are.
    pub all_scans: u64,
    /// Bytes checked in it.
    pub bytes: u64,
    /// Objects found wrong in it.
    pub wrong: u64,
    /// When the last whole round began and ended.
    pub whole: Option<(Micros, Micros)>,
}

impl Catalog {
    /// Scans after this one with what their objects must be, in id order, at most `limit`.
    pub async fn objects_of_scans_after(
        &self,
        after: Option<ScanId>,
        limit: u32,
    ) -> Result<Vec<ScanObjects>, Error> {
        self.objects(after, limit, false).await
    }

    /// What the objects of one scan must be; `None` when there is no such scan.
    pub async fn objects_of_scan(&self, scan: ScanId) -> Result<Option<ScanObjects>, Error> {
        let found = self.objects(Some(scan), 1, true).await?;
        Ok(found.into_iter().find(|found| found.scan == scan))
    }

    async fn objects(
        &self,
        from: Option<ScanId>,
        limit: u32,
        inclusive: bool,
    ) -> Result<Vec<ScanObjects>, Error> {
        let from = from.map_or_else(String::new, |id| id.to_string());
        self.read(move |tx| {
            let asked = args![from.clone(), limit, inclusive].to_vec();
            Box::pin(async move {
                let mut page = Vec::new();
                for row in tx.all(&sql::UPKEEP_SCANS, &asked).await? {
                    page.push(objects_of(tx, &row).await?);
                }
                Ok(page)
            })
        })
        .await
    }

    /// How many objects the catalogue expects at least.
    pub async fn objects_expected(&self) -> Result<u64, Error> {
        let found =
            self.read(|tx| Box::pin(async { tx.one(&sql::UPKEEP_EXPECTED, args![]).await }));
        Ok(found.await?.int("objects")? as u64)
    }

    /// What decides about a scan's objects; `None` when there is no such scan.
    pub async fn fate(&self, scan: ScanId) -> Result<Option<Fate>, Error> {
        let found = self
            .read(move |tx| Box::pin(async move { tx.first(&sql::SWEEP_FATE, args![scan]).await }));
        let Some(row) = found.await? else {
            return Ok(None);
        };
        let header = match row.opt_int("index_header_length")? {
            Some(length) => Some((row.digest("index_header_digest")?, length as u32)),
            None => None,
        };
        Ok(Some(Fate {
            attempt: row.parsed("attempt_id")?,
            members: row.int("members")? as u16,
            generation: row.int("generation")? as u32,
            published_generation: row.int("published_generation")? as u32,
            header,
            leased: row.int("leased")? > 0,
        }))
    }

    /// Notes that nobody refers to an object; the first note's time stays.
    pub async fn mark_object(&self, key: &str, size_bytes: u64) -> Result<(), Error> {
        let key = key.to_owned();
        self.write(move |tx| {
            let key = key.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                tx.run(&sql::SWEEP_MARK, args![key, size_bytes, now])
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets the note: the object is gone, or somebody refers to it.
    pub async fn unmark_object(&self, key: &str) -> Result<(), Error> {
        let key = key.to_owned();
        self.write(move |tx| {
            let key = key.clone();
            Box::pin(async move {
                tx.run(&sql::SWEEP_UNMARK, args![key]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Objects noted at least so long ago, after this key, with their size, in key order.
    pub async fn objects_due(
        &self,
        grace_seconds: u64,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, Error> {
        let after = after.to_owned();
        let rows = self.read(move |tx| {
            let after = after.clone();
            Box::pin(async move {
                let grace = i64::try_from(grace_seconds).unwrap_or(i64::MAX / 1_000_000);
                let before = tx.now().await? - grace.saturating_mul(1_000_000);
                tx.all(&sql::SWEEP_DUE, args![before, after, limit]).await
            })
        });
        let due = |row: &Row| Ok((row.text("object_key")?, row.int("size_bytes")? as u64));
        rows.await?.iter().map(due).collect()
    }

    /// How far the scrub has come.
    pub async fn scrub_progress(&self) -> Result<ScrubProgress, Error> {
        let found = self.read(|tx| Box::pin(async { tx.one(&sql::SCRUB_READ, args![]).await }));
        let row = found.await?;
        let whole = (
            row.opt_int("whole_began_at")?,
            row.opt_int("whole_ended_at")?,
        );
        Ok(ScrubProgress {
            round: row.int("round")?,
            began_at: Micros(row.int("began_at")?),
            done_at: row.opt_int("done_at")?.map(Micros),
            after: row.text("after_scan")?.parse().ok(),
            scans: row.int("scans")? as u64,
            all_scans: row.int("all_scans")? as u64,
            bytes: row.int("bytes")? as u64,
            wrong: row.int("wrong")? as u64,
            whole: match whole {
                (Some(began), Some(ended)) => Some((Micros(began), Micros(ended))),
                _ => None,
            },
        })
    }

    /// Begins the next round at the first scan.
    pub async fn begin_scrub(&self) -> Result<(), Error> {
        self.write(|tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                tx.run(&sql::SCRUB_BEGIN, args![now]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes that a scan was checked in this round; told twice, it counts once.
    pub async fn advance_scrub(
        &self,
        round: i64,
        scan: ScanId,
        bytes: u64,
        wrong: u64,
    ) -> Result<(), Error> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.run(&sql::SCRUB_ADVANCE, args![round, scan, bytes, wrong])
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends the round: every scan was checked.
    pub async fn finish_scrub(&self, round: i64) -> Result<(), Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let now = tx.now().await?;
                tx.run(&sql::SCRUB_FINISH, args![round, now]).await?;
                Ok(())
            })
        })
        .await
    }
}

async fn objects_of(tx: &mut Tx, row: &Row) -> Result<ScanObjects, Error> {
    let scan: ScanId = row.parsed("scan_id")?;
    let index = match row.opt_int("index_size_bytes")? {
        Some(size) => Some(IndexDigests {
            header_digest: row.digest("index_header_digest")?,
            header_length: row.int("index_header_length")? as u32,
            size_bytes: size as u64,
            digest: row.digest("index_digest")?,
            manifest_digest: row.digest("manifest_digest")?,
        }),
        None => None,
    };
    Ok(ScanObjects {
        scan,
        organisation: row.parsed("organisation_id")?,
        attempt: row.parsed("attempt_id")?,
        pixels: row.parsed("pixels")?,
        generation: row.int("generation")? as u32,
        members: members_of(tx, scan).await?,
        index,
    })
}
