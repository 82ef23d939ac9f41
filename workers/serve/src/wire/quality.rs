//! What a scan is like, and which glass is to be scanned again.

use catalog::views::{Badge, QualityView, RescanView};
use pathology::case::TrayCode;
use pathology::pyramid::coverage::Coverage;
use pathology::pyramid::geometry::Region;
use pathology::pyramid::quality::{Cell, Quality};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{shown, written};

/// What is said of a scan's quality wherever it is listed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QualityBadge")]
pub(crate) struct BadgeJson {
    /// `good`, `flagged`, `passed`, `rescan`, `released` or `not_measured`.
    verdict: String,
    /// The flags in words, the gravest first.
    flags: Vec<FlagJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QualityFlag")]
struct FlagJson {
    code: String,
    title: String,
}

/// The record of a scan's quality.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Quality")]
pub(crate) struct QualityJson {
    #[serde(flatten)]
    badge: BadgeJson,
    measures: Option<QualityMeasures>,
    reason: String,
    measured_at: String,
    decided_at: Option<String>,
    decided_by: Option<String>,
    deadline_at: Option<String>,
    /// Where the heat map is, when it is kept.
    heat_map: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct QualityMeasures {
    /// Share of the scanned area, 0 to 1.
    tissue_share: f64,
    tissue_mm2: Option<f64>,
    /// Share of what is not bare glass, 0 to 1.
    pen_share: f64,
    /// Share of the tissue on the glass, 0 to 1; none where the slide cannot be compared with its glass.
    unscanned_share: Option<f64>,
    measured_cells: u32,
    /// Share of the cells, 0 to 1.
    blurred_share: Option<f64>,
    median_score: Option<f64>,
    /// Cells that score below this are blurred.
    blurred_below: f64,
    /// The box around the blurred cells.
    blurred_region: Option<RegionJson>,
    cells: Vec<CellJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QualityCell")]
struct CellJson {
    region: RegionJson,
    score: Option<f64>,
}

/// A rectangle in level-0 pixels.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RegionOfScan")]
pub(crate) struct RegionJson {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// What a person decides about a flagged scan.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "QualityDecision")]
pub(crate) struct DecideJson {
    /// `pass` or `rescan`.
    pub(crate) decision: String,
    /// Needed for a rescan.
    #[serde(default)]
    pub(crate) reason: String,
    /// Where the scanner's people should look.
    #[serde(default)]
    pub(crate) region: Option<RegionJson>,
}

/// Glasses to be scanned again, the most urgent first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Rescans")]
pub(crate) struct RescansJson {
    rows: Vec<RescanJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Rescan")]
struct RescanJson {
    id: i64,
    slide: Uuid,
    name: String,
    stain: String,
    case: Uuid,
    number: String,
    issuer: String,
    priority: String,
    scan: Option<Uuid>,
    scanner_id: Option<Uuid>,
    scanner: Option<String>,
    site: Option<String>,
    code: String,
    title: String,
    reason: String,
    region: Option<RegionJson>,
    requested_at: String,
}

impl BadgeJson {
    pub(crate) fn of(badge: &Badge) -> Self {
        let flag = |code: &String| FlagJson {
            code: code.clone(),
            title: title(code),
        };
        Self {
            verdict: badge.verdict.clone(),
            flags: badge.flags.iter().map(flag).collect(),
        }
    }
}

/// The title of a code's reason.
fn title(code: &str) -> String {
    let title = code.parse::<TrayCode>().map(|code| code.reason().title);
    title.unwrap_or("A new scan is wanted.").to_owned()
}

impl QualityJson {
    pub(crate) fn of(scan: Uuid, view: &QualityView) -> Self {
        let heat_map = format!("/api/v1/scans/{scan}/quality/heat-map");
        Self {
            badge: BadgeJson::of(&view.badge),
            measures: view.measures.as_ref().map(QualityMeasures::of),
            reason: view.reason.clone(),
            measured_at: written(view.measured_at),
            decided_at: view.decided_at.map(written),
            decided_by: view.decided_by.clone(),
            deadline_at: view.deadline_at.map(written),
            heat_map: view.has_heat_map.then_some(heat_map),
        }
    }
}

impl QualityMeasures {
    fn of(quality: &Quality) -> Self {
        let unscanned = match quality.coverage {
            Coverage::Compared {
                unscanned_share, ..
            } => Some(unscanned_share),
            Coverage::NoMacro | Coverage::NotComparable => None,
        };
        Self {
            tissue_share: quality.tissue_share,
            tissue_mm2: quality.tissue_mm2,
            pen_share: quality.pen_share,
            unscanned_share: unscanned,
            measured_cells: quality.measured_cells,
            blurred_share: quality.blurred_share,
            median_score: quality.median_score,
            blurred_below: quality.blurred_below,
            blurred_region: quality.blurred_region().map(RegionJson::of),
            cells: quality.cells.iter().map(CellJson::of).collect(),
        }
    }
}

impl CellJson {
    const fn of(cell: &Cell) -> Self {
        Self {
            region: RegionJson::of(cell.region),
            score: cell.score,
        }
    }
}

impl RegionJson {
    const fn of(region: Region) -> Self {
        Self {
            x: region.x,
            y: region.y,
            width: region.width,
            height: region.height,
        }
    }

    pub(crate) const fn region(self) -> Region {
        Region {
            x: self.x,
            y: self.y,
            width: self.width,
            height: self.height,
        }
    }
}

impl RescansJson {
    pub(crate) fn of(rescans: &[RescanView]) -> Self {
        Self {
            rows: rescans.iter().map(RescanJson::of).collect(),
        }
    }
}

impl RescanJson {
    fn of(rescan: &RescanView) -> Self {
        Self {
            id: rescan.number,
            slide: rescan.slide.0,
            name: rescan.name.clone(),
            stain: rescan.stain.clone(),
            case: rescan.case.0,
            number: rescan.case_number.clone(),
            issuer: rescan.issuer.clone(),
            priority: rescan.priority.to_string(),
            scan: rescan.scan.map(|scan| scan.0),
            scanner_id: rescan.scanner.as_ref().map(|(id, _)| id.0),
            scanner: rescan.scanner.as_ref().map(|(_, name)| name.clone()),
            site: rescan.site.clone(),
            code: rescan.code.clone(),
            title: title(&rescan.code),
            reason: shown(&rescan.reason),
            region: rescan.region.map(RegionJson::of),
            requested_at: written(rescan.requested_at),
        }
    }
}
