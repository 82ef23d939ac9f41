//! What a scan is like, and which glass is to be scanned again.

use pathology::access::Authorized;
use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, OrganisationId, ScanId, ScannerId, SiteId, SlideId};
use pathology::phi::Phi;
use pathology::pyramid::geometry::Region;
use pathology::pyramid::quality::Quality;

use super::access::ScanAccess;
use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// The record of a scan's quality.
#[derive(Debug, Clone)]
pub struct QualityView {
    /// Where it stands.
    pub badge: Badge,
    /// What was measured; none where measuring failed.
    pub measures: Option<Quality>,
    /// Why it was decided so, or could not be measured.
    pub reason: String,
    /// When it was measured.
    pub measured_at: Micros,
    /// When somebody decided.
    pub decided_at: Option<Micros>,
    /// Who: `operator:dana`, `system:route`.
    pub decided_by: Option<String>,
    /// Until when somebody must decide, while it is open.
    pub deadline_at: Option<Micros>,
    /// Whether its heat map is kept.
    pub has_heat_map: bool,
}

/// What is said of a scan's quality wherever it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// `good`, `flagged`, `passed`, `rescan`, `released` or `not_measured`.
    pub verdict: String,
    /// Codes of the quality tray, the gravest first.
    pub flags: Vec<String>,
}

/// A glass to be scanned again.
#[derive(Debug, Clone)]
pub struct RescanView {
    /// Its number.
    pub number: i64,
    /// The slide.
    pub slide: SlideId,
    /// Its name in the case.
    pub name: String,
    /// Its stain.
    pub stain: String,
    /// Its case.
    pub case: CaseId,
    /// The case's number.
    pub case_number: String,
    /// Who gave that.
    pub issuer: String,
    /// How soon the case is wanted.
    pub priority: Priority,
    /// The scan that was not good enough, when one was named.
    pub scan: Option<ScanId>,
    /// The scanner it came from.
    pub scanner: Option<(ScannerId, String)>,
    /// The site.
    pub site: Option<String>,
    /// A code of the quality tray, or `other`.
    pub code: String,
    /// In the words of who asked.
    pub reason: Phi<String>,
    /// Where to look, in level-0 pixels of that scan.
    pub region: Option<Region>,
    /// Since when.
    pub requested_at: Micros,
}

impl Badge {
    pub(super) fn of(row: &Row) -> Result<Option<Self>, Error> {
        let Some(verdict) = row.opt_text("verdict")? else {
            return Ok(None);
        };
        let flags = row.opt_text("flags")?.unwrap_or_default();
        Ok(Some(Self {
            verdict,
            flags: flags.split_whitespace().map(str::to_owned).collect(),
        }))
    }
}

impl Catalog {
    /// The quality of a scan that was opened; `NotFound` before it was measured.
    pub async fn quality(&self, opened: &Authorized<ScanAccess>) -> Result<QualityView, Error> {
        let scan = opened.get().scan;
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::VIEWS_QUALITY, args![scan]).await })
        });
        let row = found.await?.ok_or(Error::NotFound("quality record"))?;
        let measures = row
            .opt_text("measures")?
            .map(|text| serde_json::from_str(&text));
        Ok(QualityView {
            badge: Badge::of(&row)?.ok_or(Error::NotFound("quality record"))?,
            measures: measures
                .transpose()
                .map_err(|_| Error::Corrupt("quality.measures".into()))?,
            reason: row.text("reason")?,
            measured_at: row.micros("measured_at")?,
            decided_at: row.opt_micros("decided_at")?,
            decided_by: row.opt_text("decided_by")?,
            deadline_at: row.opt_micros("deadline_at")?,
            has_heat_map: row.flag("has_heat_map")?,
        })
    }

    /// The heat map of a flagged scan that was opened, as a PNG file.
    pub async fn heat_map(&self, opened: &Authorized<ScanAccess>) -> Result<Vec<u8>, Error> {
        let scan = opened.get().scan;
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::VIEWS_HEAT_MAP, args![scan]).await })
        });
        found
            .await?
            .ok_or(Error::NotFound("heat map"))?
            .bytes("heat_map")
    }

    /// The first 200 glasses to be scanned again, the most urgent first: of one site or all, of one
    /// scanner or all. The caller audits it.
    pub async fn rescans(
        &self,
        of: OrganisationId,
        site: Option<SiteId>,
        scanner: Option<ScannerId>,
    ) -> Result<Vec<RescanView>, Error> {
        let site = site.map_or_else(String::new, |site| site.to_string());
        let scanner = scanner.map_or_else(String::new, |scanner| scanner.to_string());
        let rows = self.read(move |tx| {
            let (site, scanner) = (site.clone(), scanner.clone());
            Box::pin(async move { tx.all(&sql::VIEWS_RESCANS, args![of, site, scanner]).await })
        });
        rows.await?.iter().map(rescan).collect()
    }
}

fn rescan(row: &Row) -> Result<RescanView, Error> {
    let scanner = row
        .opt_parsed("scanner_id")?
        .zip(row.opt_text("scanner_name")?);
    Ok(RescanView {
        number: row.int("rescan_id")?,
        slide: row.parsed("slide_id")?,
        name: row.text("slide_name")?,
        stain: row.text("stain")?,
        case: row.parsed("case_id")?,
        case_number: row.text("number")?,
        issuer: row.text("issuer")?,
        priority: row.parsed("priority")?,
        scan: row.opt_parsed("scan_id")?,
        scanner,
        site: row.opt_text("site_name")?,
        code: row.text("code")?,
        reason: Phi::new(row.text("reason")?),
        region: region(row)?,
        requested_at: row.micros("requested_at")?,
    })
}

fn region(row: &Row) -> Result<Option<Region>, Error> {
    let side = |column| Ok::<_, Error>(row.opt_int(column)?.map(|n| n as u32));
    let (x, y) = (side("region_x")?, side("region_y")?);
    let (width, height) = (side("region_width")?, side("region_height")?);
    let corner = x.zip(y);
    Ok(corner
        .zip(width.zip(height))
        .map(|((x, y), (width, height))| Region {
            x,
            y,
            width,
            height,
        }))
}
