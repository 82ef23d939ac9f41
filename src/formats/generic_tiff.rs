//! TIFF of no particular maker: images of one shape are the levels, resolution tags the scale.
//!
//! Where any image has tiles, those in strips are pictures of something else; where none has, strips are cut into
//! tiles.

use super::facts::stated_microns;
use super::levels::{self, Said};
use super::probe::Probe;
use super::raster::Raster;
use super::tiff::{self, Directory, tag};
use super::{Error, ReadAt, Slide, assembled};

/// Bit of the subfile type that marks a transparency mask.
const MASK: u64 = 4;

/// A TIFF that has an image.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    probe.first().is_some()
}

/// Opens the member as a TIFF.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let tiff = probe
        .walked()
        .ok_or_else(|| Error::damaged("it has no image"))?;
    let tiled = tiff.all().any(|directory| directory.has(tag::TILE_WIDTH));
    let mut not_shown = Vec::new();
    let mut rasters: Vec<Raster> = Vec::new();
    let mut described = None;
    for directory in tiff.all().filter(|one| one.has(tag::TILE_WIDTH) == tiled) {
        let kind = directory.number(probe.bytes, tag::SUBFILE_TYPE)?;
        if kind.unwrap_or(0) & MASK != 0 {
            continue;
        }
        let (raster, photometric) = assembled::level(probe, directory, &mut not_shown)?;
        let widest = rasters.iter().map(|raster| raster.grid.width).max();
        if widest.is_none_or(|widest| raster.grid.width > widest) {
            described = Some((directory, photometric));
        }
        rasters.push(raster);
    }
    let (largest, photometric) = described.ok_or_else(|| Error::damaged("it has no image"))?;
    let said = Said {
        vendor: "generic-tiff",
        mpp: microns(probe.bytes, largest)?,
        photometric,
        bigtiff: tiff.big,
        not_shown,
        icc: tiff::icc(probe, largest),
        ..Said::default()
    };
    levels::slide(levels::pyramid(rasters), Vec::new(), said)
}

/// Microns a pixel from the resolution tags; unknown when they have no unit or no sense.
pub(crate) fn microns(
    bytes: &dyn ReadAt,
    directory: &Directory,
) -> Result<[Option<f64>; 2], Error> {
    let unit = match directory.number(bytes, tag::RESOLUTION_UNIT)?.unwrap_or(2) {
        2 => 25_400.0,
        3 => 10_000.0,
        _ => return Ok([None, None]),
    };
    let along = |tag| {
        let pixels = directory.fraction(bytes, tag)?;
        Ok::<_, Error>(pixels.and_then(|pixels| stated_microns(unit / pixels)))
    };
    Ok([along(tag::X_RESOLUTION)?, along(tag::Y_RESOLUTION)?])
}
