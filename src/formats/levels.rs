//! Images of one TIFF become the levels of one slide.

use super::associated::Associated;
use super::facts::{Facts, ImageFacts, LevelFacts, implausible};
use super::raster::{Lies, Raster};
use super::{Error, Level, Slide};
use crate::phi::Phi;

/// What the maker's metadata says, besides the pixels.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) vendor: &'static str,
    pub(crate) mpp: [Option<f64>; 2],
    pub(crate) objective: Option<f64>,
    pub(crate) barcode: Option<Phi<String>>,
    pub(crate) photometric: &'static str,
    pub(crate) bigtiff: bool,
    pub(crate) not_shown: Vec<String>,
    pub(crate) icc_bytes: u32,
}

/// One of the images of a slide: what it is, and its levels.
#[derive(Debug)]
pub(crate) struct OneImage {
    pub(crate) region: u16,
    /// From the nearest to the glass.
    pub(crate) focal_plane: u16,
    pub(crate) channel: u16,
    /// What the maker calls it.
    pub(crate) name: String,
    pub(crate) mpp: [Option<f64>; 2],
    /// Its levels, largest first.
    pub(crate) rasters: Vec<Raster>,
}

/// Builds a slide of several images; the first is the one shown first.
pub(crate) fn slide_of(
    images: Vec<OneImage>,
    associated: Vec<Associated>,
    said: Said,
) -> Result<Slide, Error> {
    let several = images.len() > 1;
    let facts = |image: &OneImage| ImageFacts {
        region: image.region,
        focal_plane: image.focal_plane,
        channel: image.channel,
        name: image.name.clone(),
        levels: image.rasters.iter().map(level_facts).collect(),
        mpp: image.mpp,
    };
    let told = images.iter().filter(|_| several).map(facts).collect();
    let mut images = images.into_iter();
    let first = images.next().map(|image| image.rasters);
    let mut slide = slide(first.unwrap_or_default(), associated, said)?;
    slide.facts.images = told;
    for (number, image) in (1..).zip(images) {
        let levels = (0..).zip(&image.rasters).map(|pair| Level {
            image: number,
            ..level(pair)
        });
        slide.levels.extend(levels);
        slide.rasters.extend(image.rasters);
    }
    Ok(slide)
}

/// Builds the slide; `rasters` are its levels, largest first.
pub(crate) fn slide(
    rasters: Vec<Raster>,
    mut associated: Vec<Associated>,
    said: Said,
) -> Result<Slide, Error> {
    let first = rasters.first();
    let first = first.ok_or_else(|| Error::damaged("it has no tiled image"))?;
    associated.sort_by_key(|image| image.name);
    associated.dedup_by_key(|image| image.name);
    let facts = Facts {
        vendor: said.vendor.to_owned(),
        width: first.grid.width,
        height: first.grid.height,
        levels: rasters.iter().map(level_facts).collect(),
        mpp: said.mpp,
        objective: said.objective,
        associated: associated.iter().map(Associated::facts).collect(),
        codec: first.storage.codec,
        mpp_implausible: implausible(said.mpp),
        photometric: said.photometric.to_owned(),
        bigtiff: said.bigtiff,
        barcode: said.barcode,
        images: Vec::new(),
        not_shown: said.not_shown,
        icc_bytes: said.icc_bytes,
    };
    Ok(Slide {
        facts,
        levels: (0..).zip(&rasters).map(level).collect(),
        rasters,
        associated,
    })
}

/// Keeps the images that can be levels of one pyramid, largest first: each strictly smaller than the one
/// before and of the same shape. Pages of equal size (focal planes) and strangers are left out.
pub(crate) fn pyramid(mut rasters: Vec<Raster>) -> Vec<Raster> {
    rasters.sort_by_key(|raster| std::cmp::Reverse(raster.grid.width));
    let mut levels: Vec<Raster> = Vec::with_capacity(rasters.len());
    for raster in rasters {
        let fits = levels
            .first()
            .is_none_or(|first| same_shape(first, &raster));
        let smaller = levels.last().is_none_or(|last| {
            raster.grid.width < last.grid.width && raster.grid.height <= last.grid.height
        });
        if fits && smaller {
            levels.push(raster);
        }
    }
    levels
}

/// Whether a level shows what level 0 shows, within the rounding of a few pixels.
fn same_shape(first: &Raster, other: &Raster) -> bool {
    let scale = f64::from(first.grid.width) / f64::from(other.grid.width);
    let expected = f64::from(first.grid.height) / scale;
    (f64::from(other.grid.height) - expected).abs() <= 2.0 + expected * 0.02
}

fn level((number, raster): (u16, &Raster)) -> Level {
    Level {
        image: 0,
        level: number,
        grid: raster.grid,
        codec: raster.storage.codec,
        tables: raster.storage.tables.clone(),
        colour: raster.storage.colour,
        made: matches!(raster.lies, Lies::Made(_)),
    }
}

fn level_facts(raster: &Raster) -> LevelFacts {
    LevelFacts {
        w: raster.grid.width,
        h: raster.grid.height,
        tile_w: raster.grid.tile_width,
        tile_h: raster.grid.tile_height,
    }
}
