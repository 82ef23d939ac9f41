//! Slides whose pixels a reader outside the core decodes (OpenSlide): it tells the shape, and makes the tiles.

use std::sync::Arc;

use super::associated::Associated;
use super::facts::stated_microns;
use super::levels::{self, Said};
use super::made::Maker;
use super::raster::Raster;
use super::{Error, Slide};
use crate::pyramid::geometry::Grid;

/// What another reader says of a slide, and how it makes the pixels.
#[derive(Debug)]
pub struct Elsewhere {
    /// The maker, in one word.
    pub vendor: String,
    /// Microns a pixel of level 0, across and down, as the slide says.
    pub mpp: [Option<f64>; 2],
    /// Power of the objective.
    pub objective: Option<f64>,
    /// Bytes of the colour profile; 0 without one.
    pub icc_bytes: u32,
    /// What is not shown, a sentence each.
    pub not_shown: Vec<String>,
    /// The levels, largest first.
    pub levels: Vec<Made>,
    /// `label`, `macro`, `thumbnail`: each a level of one tile.
    pub associated: Vec<(&'static str, Made)>,
}

/// A plane of pixels and who makes its tiles.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its pixels and tiles.
    pub grid: Grid,
    /// Makes each of its tiles whole, white beyond the edges.
    pub maker: Arc<dyn Maker>,
}

impl Slide {
    /// A slide that another reader decodes; every one of its levels is [`super::Level::made`].
    pub fn elsewhere(told: Elsewhere) -> Result<Self, Error> {
        let rasters: Vec<Raster> = told.levels.into_iter().map(raster).collect();
        let associated = told.associated.into_iter();
        let associated = associated.filter_map(|(name, made)| Associated::new(name, raster(made)));
        let said = Said {
            mpp: told.mpp.map(|microns| microns.and_then(stated_microns)),
            objective: told.objective,
            photometric: "RGB",
            not_shown: told.not_shown,
            ..Said::default()
        };
        let mut slide = levels::slide(rasters, associated.collect(), said)?;
        slide.facts.vendor = told.vendor;
        slide.facts.icc_bytes = told.icc_bytes;
        Ok(slide)
    }
}

fn raster(made: Made) -> Raster {
    Raster::made(made.grid, made.maker)
}
