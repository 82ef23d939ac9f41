//! Tiled TIFF of no particular maker: the tiled images of one shape are the levels, resolution tags the scale.

use super::facts::stated_microns;
use super::levels::{self, Said};
use super::probe::Probe;
use super::tiff::{self, Directory, tag};
use super::{Error, ReadAt, Slide};

/// Bit of the subfile type that marks a transparency mask.
const MASK: u64 = 4;

/// A TIFF whose first image is tiled.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    probe
        .first()
        .is_some_and(|first| first.has(tag::TILE_WIDTH))
}

/// Opens the member as a tiled TIFF.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let tiff = probe
        .walked()
        .ok_or_else(|| Error::damaged("it has no image"))?;
    let images = tiff.directories.iter().chain(&tiff.below);
    let mut rasters = Vec::new();
    let mut described = None;
    for directory in images.filter(|directory| directory.has(tag::TILE_WIDTH)) {
        let kind = directory
            .number(probe.bytes, tag::SUBFILE_TYPE)?
            .unwrap_or(0);
        if kind & MASK != 0 {
            continue;
        }
        let (raster, photometric) = tiff::raster(probe, directory)?;
        let widest = rasters
            .iter()
            .map(|raster: &super::raster::Raster| raster.grid.width)
            .max();
        if widest.is_none_or(|widest| raster.grid.width > widest) {
            described = Some((directory, photometric));
        }
        rasters.push(raster);
    }
    let (largest, photometric) =
        described.ok_or_else(|| Error::damaged("it has no tiled image"))?;
    let said = Said {
        vendor: "generic-tiff",
        mpp: microns(probe.bytes, largest)?,
        photometric,
        bigtiff: tiff.big,
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
