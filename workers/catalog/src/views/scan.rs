//! A scan: its state, what it says of itself, its levels.

use pathology::access::Authorized;
use pathology::case::{Micros, PixelState};
use pathology::ids::ScanId;
use serde::Deserialize;

use super::access::ScanAccess;
use super::quality::Badge;
use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// A scan as a case lists it.
#[derive(Debug, Clone)]
pub struct ScanView {
    /// The scan.
    pub scan: ScanId,
    /// The generation published; 0 before.
    pub generation: u32,
    /// `stored`, `published`, `verified`, `damaged`, …
    pub pixels: String,
    /// `matched`, `held` or `unmatched`.
    pub identity: String,
    /// What it says of itself; empty before it is published.
    pub facts: ScanFacts,
    /// When its bytes were stored.
    pub stored_at: Micros,
    /// The scanner, when it came from one.
    pub scanner: Option<String>,
    /// What is said of its quality, once measured.
    pub badge: Option<Badge>,
}

/// A scan on its own.
#[derive(Debug, Clone)]
pub struct ScanDetail {
    /// As a case lists it.
    pub scan: ScanView,
    /// Where it was scanned.
    pub site: String,
    /// When it could first be read.
    pub published_at: Option<Micros>,
    /// Bytes of its original.
    pub size_bytes: u64,
    /// Digest of its original: BLAKE3 of the sorted member digests.
    pub digest: [u8; 32],
}

/// What a slide says of itself, as stored with its scan.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ScanFacts {
    /// The format by its maker.
    pub vendor: String,
    /// Width of level 0 in pixels.
    pub width: u32,
    /// Height of level 0 in pixels.
    pub height: u32,
    /// Its levels, largest first.
    pub levels: Vec<LevelView>,
    /// Microns a pixel, across and down, as written.
    pub mpp: [Option<f64>; 2],
    /// The stated scale is one that no scanner has.
    pub mpp_implausible: bool,
    /// Power of the objective.
    pub objective: Option<f64>,
    /// Label, macro, thumbnail.
    pub associated: Vec<AssociatedView>,
    /// Its images, where there are several.
    pub images: Vec<ImageView>,
    /// What it has and we do not show, a sentence each.
    pub not_shown: Vec<String>,
}

/// One of several images.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ImageView {
    /// Which scanned area.
    pub region: u16,
    /// Which focal plane.
    pub focal_plane: u16,
    /// Which channel.
    pub channel: u16,
    /// What the maker calls it.
    pub name: String,
    /// Its levels, largest first.
    pub levels: Vec<LevelView>,
}

/// A level.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct LevelView {
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
    /// Width of a tile.
    pub tile_w: u32,
    /// Height of a tile.
    pub tile_h: u32,
    /// Level-0 pixels to one of this level, when stored.
    pub scale: Option<f64>,
}

/// A picture beside the pyramid.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AssociatedView {
    /// `label`, `macro` or `thumbnail`.
    pub name: String,
}

impl ScanFacts {
    /// Microns a pixel that may be measured with: none when unknown, implausible or uneven.
    pub fn microns_per_pixel(&self) -> Option<f64> {
        match self.mpp {
            [Some(x), Some(y)] if !self.mpp_implausible => Some(f64::midpoint(x, y)),
            _ => None,
        }
    }

    /// Region, focal plane and channel of each image.
    pub(super) fn planes(&self) -> Vec<[u16; 3]> {
        let plane = |image: &ImageView| [image.region, image.focal_plane, image.channel];
        self.images.iter().map(plane).collect()
    }

    pub(super) fn of(text: Option<&str>) -> Result<Self, Error> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        serde_json::from_str(text).map_err(|_| Error::Corrupt("scan.facts".to_owned()))
    }
}

impl LevelView {
    /// Level-0 pixels to one pixel of this level, where level 0 is so wide.
    pub fn scale_in(&self, width: u32) -> f64 {
        let measured = f64::from(width) / f64::from(self.w.max(1));
        self.scale.unwrap_or(measured)
    }
}

impl ScanView {
    /// Whether tiles can be served.
    pub fn is_readable(&self) -> bool {
        self.pixels.parse().is_ok_and(PixelState::is_readable)
    }

    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            scan: row.parsed("scan_id")?,
            generation: row.count("generation")? as u32,
            pixels: row.text("pixels")?,
            identity: row.text("identity")?,
            facts: ScanFacts::of(row.opt_text("facts")?.as_deref())?,
            stored_at: row.micros("stored_at")?,
            scanner: row.opt_text("scanner_name")?,
            badge: Badge::of(row)?,
        })
    }
}

impl Catalog {
    /// A scan that was opened.
    pub async fn scan(&self, opened: &Authorized<ScanAccess>) -> Result<ScanDetail, Error> {
        let scan = opened.get().scan;
        let found = self
            .read(move |tx| Box::pin(async move { tx.one(&sql::VIEWS_SCAN, args![scan]).await }));
        let row = found.await?;
        Ok(ScanDetail {
            scan: ScanView::of(&row)?,
            site: row.text("site_name")?,
            published_at: row.opt_micros("published_at")?,
            size_bytes: row.count("size_bytes")?,
            digest: row.digest("digest")?,
        })
    }
}
