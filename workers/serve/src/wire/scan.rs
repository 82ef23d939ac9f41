//! Slides and scans.

use catalog::views::{ImageView, LevelView, ScanDetail, ScanView, SlideView};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::quality::BadgeJson;
use super::{shown, written};

/// A slide with its scans.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Slide")]
pub(crate) struct SlideJson {
    id: Uuid,
    name: String,
    stain: String,
    container: String,
    expectation: &'static str,
    waived_reason: Option<String>,
    scan: Option<ScanOfSlide>,
    earlier_scans: Vec<ScanOfSlide>,
}

/// A slide and the case it belongs to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SlideOfCase")]
pub(crate) struct SlideOfCaseJson {
    case: Uuid,
    #[serde(flatten)]
    slide: SlideJson,
}

#[derive(Serialize, JsonSchema)]
struct ScanOfSlide {
    id: Uuid,
    generation: u32,
    state: String,
    identity: String,
    width: u32,
    height: u32,
    microns_per_pixel: Option<f64>,
    objective: Option<f64>,
    scanned_at: String,
    scanner: Option<String>,
    quality: Option<BadgeJson>,
}

/// A scan on its own.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Scan")]
pub(crate) struct ScanJson {
    id: Uuid,
    generation: u32,
    state: String,
    identity: String,
    site: String,
    scanner: Option<String>,
    received_at: String,
    published_at: Option<String>,
    size_bytes: u64,
    /// BLAKE3 of the sorted member digests, in hexadecimal.
    digest: String,
    microns_per_pixel: Option<f64>,
    objective: Option<f64>,
    format: String,
    levels: Vec<LevelJson>,
    associated: Vec<String>,
    /// Regions, focal planes and channels, where there are several images; `tiles` takes them as a query.
    images: Vec<ImageJson>,
    /// What the slide has and is not shown, a sentence each.
    not_shown: Vec<String>,
    tiles: String,
}

#[derive(Serialize, JsonSchema)]
struct ImageJson {
    region: u16,
    z: u16,
    channel: u16,
    name: String,
    levels: Vec<LevelJson>,
}

#[derive(Serialize, JsonSchema)]
struct LevelJson {
    level: usize,
    width: u32,
    height: u32,
    tile_width: u32,
    tile_height: u32,
    /// Level-0 pixels to one of this level.
    scale: f64,
}

impl SlideJson {
    pub(crate) fn of(slide: &SlideView) -> Self {
        let waived = slide.waived == Some(true);
        Self {
            id: slide.slide.0,
            name: slide.name.clone(),
            stain: slide.stain.clone(),
            container: shown(&slide.container),
            expectation: slide.expectation(),
            waived_reason: waived.then(|| slide.waived_reason.clone()),
            scan: slide.scan.as_ref().map(ScanOfSlide::of),
            earlier_scans: slide.earlier_scans.iter().map(ScanOfSlide::of).collect(),
        }
    }
}

impl ImageJson {
    fn of(image: &ImageView) -> Self {
        let width = image.levels.first().map_or(0, |level| level.w);
        Self {
            region: image.region,
            z: image.focal_plane,
            channel: image.channel,
            name: image.name.clone(),
            levels: levels(width, &image.levels),
        }
    }
}

/// Levels with their scales; `width` is that of their level 0.
fn levels(width: u32, levels: &[LevelView]) -> Vec<LevelJson> {
    let level = |(n, level): (usize, &LevelView)| LevelJson {
        level: n,
        width: level.w,
        height: level.h,
        tile_width: level.tile_w,
        tile_height: level.tile_h,
        scale: level.scale_in(width),
    };
    levels.iter().enumerate().map(level).collect()
}

impl SlideOfCaseJson {
    pub(crate) fn of(case: Uuid, slide: &SlideView) -> Self {
        Self {
            case,
            slide: SlideJson::of(slide),
        }
    }
}

impl ScanOfSlide {
    fn of(scan: &ScanView) -> Self {
        Self {
            id: scan.scan.0,
            generation: scan.generation,
            state: scan.pixels.clone(),
            identity: scan.identity.clone(),
            width: scan.facts.width,
            height: scan.facts.height,
            microns_per_pixel: scan.facts.microns_per_pixel(),
            objective: scan.facts.objective,
            scanned_at: written(scan.stored_at),
            scanner: scan.scanner.clone(),
            quality: scan.badge.as_ref().map(BadgeJson::of),
        }
    }
}

impl ScanJson {
    pub(crate) fn of(detail: &ScanDetail) -> Self {
        let scan = &detail.scan;
        let facts = &scan.facts;
        let associated = scan.facts.associated.iter();
        Self {
            id: scan.scan.0,
            generation: scan.generation,
            state: scan.pixels.clone(),
            identity: scan.identity.clone(),
            site: detail.site.clone(),
            scanner: scan.scanner.clone(),
            received_at: written(scan.stored_at),
            published_at: detail.published_at.map(written),
            size_bytes: detail.size_bytes,
            digest: blake3::Hash::from_bytes(detail.digest).to_hex().to_string(),
            microns_per_pixel: scan.facts.microns_per_pixel(),
            objective: scan.facts.objective,
            format: scan.facts.vendor.clone(),
            levels: levels(facts.width, &facts.levels),
            images: facts.images.iter().map(ImageJson::of).collect(),
            not_shown: facts.not_shown.clone(),
            associated: associated.map(|one| one.name.clone()).collect(),
            tiles: format!("/api/v1/scans/{}/g{}/tiles", scan.scan, scan.generation),
        }
    }
}
