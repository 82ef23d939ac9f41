//! The books: what became of every scan and of every signature, page by page.
//!
//! For whoever reconciles: an operator's command line, the demo's summary, a test. Ids, states and
//! counts; names and numbers come as `Phi`.

use pathology::case::{IdentityState, Micros, Number, PixelState, TrayKind};
use pathology::ids::{AttemptId, CaseId, OrganisationId, PathologistId, ReportId, ScanId, TrayId};
use pathology::phi::Phi;

use crate::engine::args;
use crate::sign_out::Seen;
use crate::{Catalog, Error, sql};

/// What became of one scan.
#[derive(Debug, Clone)]
pub struct ScanAccount {
    /// Which.
    pub scan: ScanId,
    /// Whose.
    pub organisation: OrganisationId,
    /// BLAKE3 of the sorted member digests.
    pub digest: [u8; 32],
    /// Its pixels' state.
    pub pixels: PixelState,
    /// Its identity's state.
    pub identity: IdentityState,
    /// Why it is not shown.
    pub reason: Option<String>,
    /// The container number of its slide.
    pub container: Option<Phi<String>>,
    /// When it was stored.
    pub stored_at: Micros,
    /// When it could be read.
    pub published_at: Option<Micros>,
}

/// Where a published scan's index lies, and what it points into.
#[derive(Debug, Clone, Copy)]
pub struct PublishedIndex {
    /// The attempt under which the original lies.
    pub attempt: AttemptId,
    /// The generation of the index.
    pub generation: u32,
    /// The digest of its header.
    pub header_digest: [u8; 32],
    /// Bytes of preamble and header.
    pub header_length: u32,
    /// Files of the original.
    pub members: u16,
}

/// One signature.
#[derive(Debug, Clone)]
pub struct SignatureAccount {
    /// Which report.
    pub report: ReportId,
    /// The owning laboratory's number of the case.
    pub number: Phi<String>,
    /// Whose case it is.
    pub owner: OrganisationId,
    /// Its specialty.
    pub specialty: String,
    /// Who signed.
    pub pathologist: PathologistId,
}

/// One open tray entry.
#[derive(Debug, Clone)]
pub struct OpenEntry {
    /// Which.
    pub tray: TrayId,
    /// Which tray.
    pub kind: TrayKind,
    /// Why, as the tray code.
    pub code: String,
    /// Its scan, if the delivery became one.
    pub scan: Option<ScanId>,
    /// The digest of that scan.
    pub digest: Option<[u8; 32]>,
    /// The name the delivery came under, if it never became a scan.
    pub delivery_name: Option<Phi<String>>,
}

/// Counts of the whole catalogue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Cases that reached ready, signed out ones included.
    pub ready: u64,
    /// Cases signed out.
    pub signed_out: u64,
    /// Tray entries ever opened.
    pub trays: u64,
    /// Tray entries open now.
    pub trays_open: u64,
    /// Published scans that nobody has looked over yet.
    pub unmeasured: u64,
}

/// What a signature must carry.
#[derive(Debug, Clone)]
pub struct ToSign {
    /// The case's revision now.
    pub revision: i64,
    /// Its scans now, not yet opened.
    pub scans: Vec<Seen>,
    /// What must be acknowledged: `expected:<slide id>`.
    pub missing: Vec<String>,
}

impl Catalog {
    /// What became of the scan.
    pub async fn account_of_scan(&self, scan: ScanId) -> Result<ScanAccount, Error> {
        let page = self.account_of_scans(Some(scan), 1, true).await?;
        page.into_iter().next().ok_or(Error::NotFound("scan"))
    }

    /// What became of these bytes of an organisation, if they are known.
    pub async fn account_by_digest(
        &self,
        of: OrganisationId,
        digest: [u8; 32],
    ) -> Result<Option<ScanAccount>, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::SCAN_BY_DIGEST, args![of, digest]).await })
        });
        match found.await? {
            Some(row) => self.account_of_scan(row.parsed("scan_id")?).await.map(Some),
            None => Ok(None),
        }
    }

    /// Where a published scan's index lies.
    pub async fn published_index(&self, scan: ScanId) -> Result<PublishedIndex, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::ACCOUNT_INDEX, args![scan]).await })
        });
        let row = found.await?.ok_or(Error::NotFound("published scan"))?;
        Ok(PublishedIndex {
            attempt: row.parsed("attempt_id")?,
            generation: row.int("generation")? as u32,
            header_digest: row.digest("index_header_digest")?,
            header_length: row.int("index_header_length")? as u32,
            members: row.int("members")? as u16,
        })
    }

    /// What became of scans after this one, in id order, at most `limit`.
    pub async fn account_of_scans_after(
        &self,
        after: Option<ScanId>,
        limit: u32,
    ) -> Result<Vec<ScanAccount>, Error> {
        self.account_of_scans(after, limit, false).await
    }

    async fn account_of_scans(
        &self,
        from: Option<ScanId>,
        limit: u32,
        inclusive: bool,
    ) -> Result<Vec<ScanAccount>, Error> {
        let from = from.map_or_else(String::new, |id| id.to_string());
        let rows = self.read(move |tx| {
            let from = from.clone();
            Box::pin(async move {
                tx.all(&sql::ACCOUNT_SCANS, args![from, limit, inclusive])
                    .await
            })
        });
        let account = |row: &crate::engine::Row| {
            Ok(ScanAccount {
                scan: row.parsed("scan_id")?,
                organisation: row.parsed("organisation_id")?,
                digest: row.digest("digest")?,
                pixels: row.parsed("pixels")?,
                identity: row.parsed("identity")?,
                reason: row.opt_text("reason")?,
                container: row.opt_text("container")?.map(Phi::new),
                stored_at: Micros(row.int("stored_at")?),
                published_at: row.opt_int("published_at")?.map(Micros),
            })
        };
        rows.await?.iter().map(account).collect()
    }

    /// Signatures after this one, in id order, at most `limit`.
    pub async fn signatures_after(
        &self,
        after: Option<ReportId>,
        limit: u32,
    ) -> Result<Vec<SignatureAccount>, Error> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows = self.read(move |tx| {
            let after = after.clone();
            Box::pin(async move { tx.all(&sql::ACCOUNT_SIGNATURES, args![after, limit]).await })
        });
        let account = |row: &crate::engine::Row| {
            Ok(SignatureAccount {
                report: row.parsed("report_id")?,
                number: Phi::new(row.text("number")?),
                owner: row.parsed("organisation_id")?,
                specialty: row.text("specialty")?,
                pathologist: row.parsed("pathologist_id")?,
            })
        };
        rows.await?.iter().map(account).collect()
    }

    /// Open tray entries of everyone, oldest first, at most `limit`.
    pub async fn open_entries(&self, limit: u32) -> Result<Vec<OpenEntry>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::ACCOUNT_TRAYS, args![limit]).await })
        });
        let entry = |row: &crate::engine::Row| {
            let scan: Option<ScanId> = row.opt_parsed("scan_id")?;
            Ok(OpenEntry {
                tray: row.parsed("tray_id")?,
                kind: row.parsed("kind")?,
                code: row.text("code")?,
                digest: scan.map(|_| row.digest("digest")).transpose()?,
                scan,
                delivery_name: row.opt_text("name")?.map(Phi::new),
            })
        };
        rows.await?.iter().map(entry).collect()
    }

    /// Counts of everything.
    pub async fn totals(&self) -> Result<Totals, Error> {
        self.read(|tx| {
            Box::pin(async move {
                let row = tx.one(&sql::ACCOUNT_TOTALS, args![]).await?;
                Ok(Totals {
                    ready: row.int("ready")? as u64,
                    signed_out: row.int("signed_out")? as u64,
                    trays: row.int("trays")? as u64,
                    trays_open: row.int("trays_open")? as u64,
                    unmeasured: row.int("unmeasured")? as u64,
                })
            })
        })
        .await
    }

    /// The case with this number, whichever of its numbers it is.
    pub async fn case_numbered(&self, number: &Number) -> Result<Option<CaseId>, Error> {
        let number = number.clone();
        let found = self.read(move |tx| {
            let (issuer, value) = (number.issuer().as_str().to_owned(), number.value().clone());
            Box::pin(async move { tx.first(&sql::CASE_BY_NUMBER, args![issuer, &value]).await })
        });
        found.await?.map(|row| row.parsed("case_id")).transpose()
    }

    /// What a signature of this case must carry just now.
    pub async fn to_sign(&self, case: CaseId) -> Result<ToSign, Error> {
        self.read(move |tx| {
            Box::pin(async move {
                let row = tx
                    .first(&sql::CASE_REVISION, args![case])
                    .await?
                    .ok_or(Error::NotFound("case"))?;
                let mut scans = Vec::new();
                for row in tx.all(&sql::SCAN_OF_CASE, args![case]).await? {
                    scans.push(Seen {
                        scan: row.parsed("scan_id")?,
                        generation: row.int("generation")?,
                        opened: false,
                    });
                }
                let missing = tx.all(&sql::MANIFEST_MISSING, args![case]).await?;
                let missing = missing
                    .iter()
                    .map(|row| Ok(format!("expected:{}", row.text("slide_id")?)));
                Ok(ToSign {
                    revision: row.int("revision")?,
                    scans,
                    missing: missing.collect::<Result<_, Error>>()?,
                })
            })
        })
        .await
    }
}
