//! Trestle TIFF: tiled directories are the levels, the description says by how much their tiles overlap.
//!
//! ```text
//! Software MedScan, description "OverlapsXY= 64 64 32 32 …;Objective Power=20;Background Color=fafafa"
//!                                level 0 ┘     └ level 1
//! ```
//!
//! The resolution is written as TIFF wants it, or as bare microns a pixel: whichever of the two is a scale that a
//! scanner has; otherwise it is unknown.

use super::facts::{implausible, stated_microns};
use super::levels::{self, Said};
use super::overlapped::{self, Laid};
use super::probe::Probe;
use super::tiff::{self, Directory, tag};
use super::{Error, Slide, assembled, generic_tiff};

/// Trestle: its software, and the overlaps in its description.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    probe.software.starts_with("MedScan") && probe.description.contains("OverlapsXY")
}

/// Opens the member as a Trestle TIFF.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let first = tiff.directories.first().ok_or_else(missing)?;
    let overlaps = overlaps(&probe.description);
    let mut not_shown = Vec::new();
    let mut rasters = Vec::new();
    let mut photometric = None;
    let tiled = tiff
        .directories
        .iter()
        .filter(|directory| directory.has(tag::TILE_WIDTH));
    for (level, directory) in tiled.enumerate() {
        let (stored, colours) = tiff::raster(probe, directory)?;
        photometric.get_or_insert(colours);
        let shown = overlapped::raster(stored, laid(&overlaps, level, directory, probe)?)?;
        if shown.is_made() {
            assembled::say_once(&mut not_shown, assembled::OF_OVERLAPS);
        }
        rasters.push(shown);
    }
    let said = Said {
        vendor: "trestle",
        mpp: microns(probe, first)?,
        objective: value(&probe.description, "Objective Power")
            .and_then(|power| power.parse().ok()),
        photometric: photometric.unwrap_or_default(),
        bigtiff: tiff.big,
        not_shown,
        icc: tiff::icc(probe, first),
        ..Said::default()
    };
    levels::slide(levels::pyramid(rasters), Vec::new(), said)
}

/// How the tiles of a level lie; those without a word do not overlap.
fn laid(
    overlaps: &[u32],
    level: usize,
    directory: &Directory,
    probe: &Probe<'_>,
) -> Result<Laid, Error> {
    let side = |tag| Ok::<_, Error>(directory.number(probe.bytes, tag)?.unwrap_or(0) as u32);
    let cell = (side(tag::TILE_WIDTH)?, side(tag::TILE_HEIGHT)?);
    let overlap = |axis: usize| f64::from(overlaps.get(level * 2 + axis).copied().unwrap_or(0));
    Ok(Laid {
        cell,
        advance: (
            f64::from(cell.0) - overlap(0),
            f64::from(cell.1) - overlap(1),
        ),
    })
}

/// The numbers after `OverlapsXY=`, two for each level.
fn overlaps(description: &str) -> Vec<u32> {
    let numbers = value(description, "OverlapsXY").unwrap_or_default();
    let numbers = numbers
        .split_whitespace()
        .map_while(|word| word.parse().ok());
    numbers.collect()
}

/// The value of `key` in "key=value;…".
fn value<'a>(description: &'a str, key: &str) -> Option<&'a str> {
    let pairs = description
        .split(';')
        .filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim() == key);
    found.next().map(|(_, value)| value.trim())
}

fn microns(probe: &Probe<'_>, first: &Directory) -> Result<[Option<f64>; 2], Error> {
    let by_unit = generic_tiff::microns(probe.bytes, first)?;
    let bare = |tag| Ok::<_, Error>(first.fraction(probe.bytes, tag)?.and_then(stated_microns));
    let bare = [bare(tag::X_RESOLUTION)?, bare(tag::Y_RESOLUTION)?];
    let scale = |mpp: &[Option<f64>; 2]| mpp.iter().all(Option::is_some) && !implausible(*mpp);
    Ok([by_unit, bare]
        .into_iter()
        .find(scale)
        .unwrap_or([None, None]))
}
