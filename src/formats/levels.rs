//! Images become the levels of one slide.
//!
//! ```text
//! plane 0  level 0, level 1, …     what the facts of the slide tell of
//! plane 1  level 0, …              further regions, focal planes, channels: Facts::images
//! ```

use super::associated::Associated;
use super::facts::{Facts, ImageFacts, LevelFacts, implausible};
use super::raster::{Extent, Raster};
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
    /// Where the colour profile of image 0 lies.
    pub(crate) icc: Option<Extent>,
}

/// One image that is shown of a slide: a region, a focal plane, a channel.
#[derive(Debug, Default)]
pub(crate) struct OneImage {
    pub(crate) region: u16,
    pub(crate) focal_plane: u16,
    pub(crate) channel: u16,
    /// What the maker calls it; never text that may tell of a patient.
    pub(crate) name: String,
    pub(crate) mpp: [Option<f64>; 2],
    /// Its levels, largest first.
    pub(crate) rasters: Vec<Raster>,
}

/// Builds a slide of one image; `rasters` are its levels, largest first.
pub(crate) fn slide(
    rasters: Vec<Raster>,
    associated: Vec<Associated>,
    said: Said,
) -> Result<Slide, Error> {
    let plane = OneImage {
        mpp: said.mpp,
        rasters,
        ..OneImage::default()
    };
    slide_of(vec![plane], associated, said)
}

/// Builds a slide of several images, numbered as they stand; what is said of the slide is the first's.
pub(crate) fn slide_of(
    planes: Vec<OneImage>,
    mut associated: Vec<Associated>,
    said: Said,
) -> Result<Slide, Error> {
    let first = planes.first().and_then(|plane| plane.rasters.first());
    let first = first.ok_or_else(|| Error::damaged("it has no image of tissue"))?;
    associated.sort_by_key(|image| image.name);
    associated.dedup_by_key(|image| image.name);
    let facts = Facts {
        vendor: said.vendor.to_owned(),
        width: first.grid.width,
        height: first.grid.height,
        levels: planes[0].rasters.iter().map(level_facts).collect(),
        mpp: said.mpp,
        objective: said.objective,
        associated: associated.iter().map(Associated::facts).collect(),
        codec: first.storage.codec,
        mpp_implausible: implausible(said.mpp),
        photometric: said.photometric.to_owned(),
        bigtiff: said.bigtiff,
        barcode: said.barcode,
        images: image_facts(&planes),
        not_shown: said.not_shown,
        icc_bytes: said.icc.map_or(0, |icc| icc.length),
    };
    let numbered = (0..).zip(&planes);
    let levels = numbered.flat_map(|(image, plane)| {
        let numbered = (0..).zip(&plane.rasters);
        numbered.map(move |(number, raster)| level(image, number, raster))
    });
    Ok(Slide {
        facts,
        levels: levels.collect(),
        rasters: planes.into_iter().flat_map(|plane| plane.rasters).collect(),
        associated,
        icc: said.icc,
    })
}

/// The images by their numbers; none where there is only one.
fn image_facts(planes: &[OneImage]) -> Vec<ImageFacts> {
    let several = if planes.len() > 1 { planes } else { &[] };
    let facts = several.iter().map(|plane| ImageFacts {
        region: plane.region,
        focal_plane: plane.focal_plane,
        channel: plane.channel,
        name: plane.name.clone(),
        levels: plane.rasters.iter().map(level_facts).collect(),
        mpp: plane.mpp,
    });
    facts.collect()
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
pub(crate) fn same_shape(first: &Raster, other: &Raster) -> bool {
    let scale = f64::from(first.grid.width) / f64::from(other.grid.width);
    let expected = f64::from(first.grid.height) / scale;
    (f64::from(other.grid.height) - expected).abs() <= 2.0 + expected * 0.02
}

fn level(image: u16, number: u16, raster: &Raster) -> Level {
    Level {
        image,
        level: number,
        grid: raster.grid,
        codec: raster.storage.codec,
        tables: raster.storage.tables.clone(),
        colour: raster.storage.colour,
        made: raster.is_made(),
        decoded: raster.is_decoded(),
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
