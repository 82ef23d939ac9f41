//! Ventana and Roche BIF: directories "level=N mag=M", XML packets for the scanner and for how tiles were joined.
//!
//! ```text
//! directory 0  "Label_Image"          XMP: iScan ScanRes Magnification BarCode2D Z-layers     the macro
//! directory n  "level=0 mag=40 …"     XMP: EncodeInfo ─ SlideStitchInfo ─ ImageInfo ─ TileJointInfo
//! directory …  "level=1 mag=20 …"     the tiles of level 0 side by side, reduced, overlaps included
//! ```
//!
//! The tiles of every area advance by the same step: the tile less the mean of the joints' overlaps, weighted by
//! their confidence, which is how OpenSlide shows them too. Where that leaves no overlap, tiles are served as stored.

use super::associated::Associated;
use super::facts::stated_microns;
use super::levels::{self, Said};
use super::overlapped::{self, Laid};
use super::probe::Probe;
use super::raster::Raster;
use super::tiff::{self, Directory, tag};
use super::xml::{self, Element};
use super::{Error, Slide, assembled};
use crate::phi::Phi;

/// Directories searched for the scanner's metadata.
const SEARCHED: usize = 4;
/// Bytes of a packet searched; the element we look for is its root.
const HEAD: u64 = 4 << 10;

/// Ventana BIF: the iScan element in a packet of one of its first directories.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    scanned(probe).is_some()
}

/// The directory that has the scanner's metadata.
fn scanned<'a>(probe: &'a Probe<'_>) -> Option<&'a Directory> {
    let mut directories = probe.walked()?.directories.iter().take(SEARCHED);
    directories.find(|directory| {
        let head = directory
            .block(probe.bytes, tag::XMP, HEAD)
            .unwrap_or_default();
        head.windows(6).any(|word| word == b"<iScan")
    })
}

/// Opens the member as a BIF.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let scanner = xml::of_tag(probe, scanned(probe).ok_or_else(missing)?, tag::XMP)?;
    let scanner = scanner
        .every("iScan")
        .into_iter()
        .next()
        .ok_or_else(missing)?;
    let found = levels_of(probe)?;
    let (first, power) = *found.first().ok_or_else(missing)?;
    let (level0, photometric) = tiff::raster(probe, first)?;
    let advance = advance(probe, first, &level0)?;
    let mut not_shown = focal_planes(scanner);
    let mut rasters = Vec::new();
    for (directory, level_power) in found {
        let (stored, _) = tiff::raster(probe, directory)?;
        let shown = overlapped::raster(stored, laid(&level0, advance, power / level_power))?;
        if shown.is_made() {
            assembled::say_once(&mut not_shown, assembled::OF_OVERLAPS);
        }
        rasters.push(shown);
    }
    let microns = scanner.number("ScanRes").and_then(stated_microns);
    let said = Said {
        vendor: "ventana",
        mpp: [microns; 2],
        objective: scanner.number("Magnification").filter(|power| *power > 0.0),
        barcode: barcode(scanner),
        photometric,
        bigtiff: tiff.big,
        not_shown,
        icc: tiff::icc(probe, first),
    };
    levels::slide(levels::pyramid(rasters), associated(probe), said)
}

/// The directories that say they are levels, with their magnifications, the first of the highest.
fn levels_of<'a>(probe: &'a Probe<'_>) -> Result<Vec<(&'a Directory, f64)>, Error> {
    let mut found: Vec<(&Directory, f64)> = Vec::new();
    for directory in probe.walked().map_or(&[][..], |tiff| &tiff.directories) {
        let description = directory.text(probe.bytes, tag::DESCRIPTION)?;
        let number = |key: &str| {
            let mut words = description.split_whitespace();
            let word = words.find_map(|word| word.strip_prefix(key))?;
            word.parse::<f64>().ok().filter(|number| number.is_finite())
        };
        let (Some(_), Some(power)) = (number("level="), number("mag=")) else {
            continue;
        };
        if power > 0.0 && found.last().is_none_or(|(_, last)| power < *last) {
            found.push((directory, power));
        }
    }
    Ok(found)
}

/// From one tile to the next at level 0, across and down, in pixels.
fn advance(probe: &Probe<'_>, first: &Directory, level0: &Raster) -> Result<(f64, f64), Error> {
    let tile = (
        f64::from(level0.grid.tile_width),
        f64::from(level0.grid.tile_height),
    );
    if !first.has(tag::XMP) {
        return Ok(tile);
    }
    let joined = xml::of_tag(probe, first, tag::XMP)?;
    let (mut across, mut down) = (Mean::default(), Mean::default());
    for joint in joined.every("TileJointInfo") {
        if joint.attribute("FlagJoined") == Some("0") {
            continue;
        }
        let weight = joint.number("Confidence").unwrap_or(0.0).max(0.0);
        match joint.attribute("Direction") {
            Some("RIGHT" | "LEFT") => across.add(joint.number("OverlapX"), weight),
            Some("UP" | "DOWN") => down.add(joint.number("OverlapY"), weight),
            _ => {}
        }
    }
    Ok((tile.0 - across.get(), tile.1 - down.get()))
}

/// A weighted mean; 0 of nothing.
#[derive(Default)]
struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    fn add(&mut self, value: Option<f64>, weight: f64) {
        if let Some(value) = value {
            self.sum += value * weight;
            self.weight += weight;
        }
    }

    fn get(&self) -> f64 {
        if self.weight > 0.0 {
            self.sum / self.weight
        } else {
            0.0
        }
    }
}

/// How the tiles of level 0 lie in a level that is reduced so many times.
fn laid(level0: &Raster, advance: (f64, f64), reduced: f64) -> Laid {
    let cell = |side: u32| (f64::from(side) / reduced).round().max(1.0) as u32;
    Laid {
        cell: (cell(level0.grid.tile_width), cell(level0.grid.tile_height)),
        advance: (advance.0 / reduced, advance.1 / reduced),
    }
}

/// What is said of further focal planes: the first one stored is shown.
fn focal_planes(scanner: &Element) -> Vec<String> {
    let planes = scanner.count("Z-layers").unwrap_or(1);
    let more = planes > 1;
    let said = more.then(|| format!("{} of its {planes} focal planes", planes - 1));
    said.into_iter().collect()
}

/// The code the scanner read off the label.
fn barcode(scanner: &Element) -> Option<Phi<String>> {
    let codes = ["BarCode2D", "BarCode1D"].into_iter();
    let mut said = codes
        .filter_map(|name| scanner.attribute(name))
        .map(str::trim);
    said.find(|code| !code.is_empty())
        .map(|code| Phi::new(code.to_owned()))
}

/// The macro, which scanners call label image, and the thumbnail.
fn associated(probe: &Probe<'_>) -> Vec<Associated> {
    let directories = probe.walked().map_or(&[][..], |tiff| &tiff.directories);
    let named = directories.iter().filter_map(|directory| {
        let description = directory.text(probe.bytes, tag::DESCRIPTION).ok()?;
        let name = match description.trim() {
            "Label Image" | "Label_Image" => "macro",
            "Thumbnail" => "thumbnail",
            _ => return None,
        };
        Associated::new(name, tiff::raster(probe, directory).ok()?.0)
    });
    named.collect()
}
