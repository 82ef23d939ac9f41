//! Aperio and Leica SVS: tiled images are the levels, the others hang beside them.
//!
//! ```text
//! image 0  tiled    level 0, description "Aperio …|AppMag = 20|MPP = 0.4990|…"
//! image 1  untiled  thumbnail
//! image 2… tiled    further levels
//! the last untiled  label and macro, by the second line of their description or by subfile type 1 and 9
//! ```

use super::associated::Associated;
use super::facts::stated_microns;
use super::levels::{self, Said};
use super::probe::Probe;
use super::raster::Raster;
use super::tiff::{self, Directory, Tiff, tag};
use super::{Error, Slide};
use crate::phi::Phi;

/// An SVS: the first description starts with the maker's name and the first image is tiled.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    let tiled = |first: &Directory| first.has(tag::TILE_WIDTH);
    probe.description.starts_with("Aperio") && probe.first().is_some_and(tiled)
}

/// Opens the member as an SVS.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let first = tiff.directories.first().ok_or_else(missing)?;
    let icc = tiff::icc(probe, first);
    let (first, photometric) = tiff::raster(probe, first)?;
    let mut rasters = vec![first];
    for directory in tiff.directories.iter().skip(1) {
        if directory.has(tag::TILE_WIDTH) {
            rasters.push(tiff::raster(probe, directory)?.0);
        }
    }
    let microns = number(&probe.description, "MPP").and_then(stated_microns);
    let said = Said {
        vendor: "aperio",
        mpp: [microns; 2],
        objective: number(&probe.description, "AppMag").filter(|power| *power > 0.0),
        barcode: value(&probe.description, "Barcode").map(|code| Phi::new(code.to_owned())),
        photometric,
        bigtiff: tiff.big,
        icc,
        ..Said::default()
    };
    levels::slide(in_order(rasters), associated(probe, tiff), said)
}

/// Levels stand in the file from the largest to the smallest; the first image is level 0 whatever follows.
fn in_order(rasters: Vec<Raster>) -> Vec<Raster> {
    let widest = rasters.first().map_or(0, |first| first.grid.width);
    levels::pyramid(
        rasters
            .into_iter()
            .filter(|raster| raster.grid.width <= widest)
            .collect(),
    )
}

/// The untiled images by their names. One that cannot be read is left out: the tissue is what counts.
fn associated(probe: &Probe<'_>, tiff: &Tiff) -> Vec<Associated> {
    let untiled = tiff.directories.iter().enumerate();
    untiled
        .filter(|(_, directory)| !directory.has(tag::TILE_WIDTH))
        .filter_map(|(place, directory)| {
            let name = name(probe, place, directory)?;
            let (raster, _) = tiff::raster(probe, directory).ok()?;
            Associated::new(name, raster)
        })
        .collect()
}

/// What an untiled image is: by its place, its description ("label 387x463") or its subfile type.
fn name(probe: &Probe<'_>, place: usize, directory: &Directory) -> Option<&'static str> {
    let description = directory.text(probe.bytes, tag::DESCRIPTION).ok()?;
    let said = description.lines().nth(1).unwrap_or_default().trim_start();
    let subfile = directory.number(probe.bytes, tag::SUBFILE_TYPE).ok()?;
    match (place, subfile) {
        _ if said.starts_with("label") => Some("label"),
        _ if said.starts_with("macro") => Some("macro"),
        (1, _) => Some("thumbnail"),
        (_, Some(1)) => Some("label"),
        (_, Some(9)) => Some("macro"),
        _ => None,
    }
}

/// The value of `key` in "…|key = value|…"; `None` when it is missing or blank.
fn value<'a>(description: &'a str, key: &str) -> Option<&'a str> {
    let pairs = description
        .split('|')
        .filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(key));
    found
        .next()
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}

/// A number, also in the writing of scanners set to a decimal comma.
fn number(description: &str, key: &str) -> Option<f64> {
    let number = value(description, key)?
        .replace(',', ".")
        .parse::<f64>()
        .ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_between_bars() {
        let text = "Aperio Image Library v11\r\n10x10|AppMag = 20|MPP = 0,2527|Barcode = |Title=x";
        assert_eq!(number(text, "AppMag"), Some(20.0));
        assert_eq!(number(text, "MPP"), Some(0.2527));
        assert_eq!(value(text, "Barcode"), None);
        assert_eq!(value(text, "title"), Some("x"));
        assert_eq!(number(text, "Title"), None);
        assert_eq!(number("a|MPP = inf", "MPP"), None);
    }
}
