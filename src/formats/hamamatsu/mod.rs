//! Hamamatsu NDPI: each level is one JPEG, cut here into tiles without changing a coefficient.
//!
//! ```text
//! classic TIFF, little-endian        65421 (objective)   what the directory is
//!   directory ─▶ directory ─▶ …        40, 20, 10 …      a level of the focal plane that 65424 says (nm from the middle)
//!      └ 273, 279: one JPEG            -1                macro
//!      └ 65426: its restart intervals  -2                map of where there is tissue; not shown
//! ```
//!
//! The makers publish no description; what is read here is what OpenSlide's page "Hamamatsu format" and its
//! readers found (openslide.org/formats/hamamatsu), checked against a file:
//!
//! - Beyond 4 GiB the header's and each directory's next offset have 64 bits, and behind a directory's next offset
//!   stand the high words of its entries, four bytes each. A single number inside an entry has its high word there
//!   too.
//! - 65426 lists, from the start of the JPEG, where the bits of each restart interval start; 65432 their high words,
//!   where there are any. Smaller levels may have no restart markers.
//! - A side of more than 65,535 pixels is 0 in the JPEG's header; the directory says it (256, 257). Elsewhere the two
//!   may differ by rounding: the JPEG is right.
//! - 65427 is the reference the scanner read or was told.

mod level;
mod shrunk;

#[cfg(test)]
mod tests;

use super::associated::Associated;
use super::decode::Storage;
use super::levels::{self, OneImage, Said};
use super::probe::Probe;
use super::raster::{Lies, Raster};
use super::tiff::{self, Directory, tag};
use super::{Codec, Colour, Error, Slide, generic_tiff, jpeg};
use crate::phi::Phi;
use crate::pyramid::geometry::Grid;
use level::{OneJpeg, Starts};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Side of the tiles that are cut, in pixels: a multiple of every MCU.
const TILE: u32 = 512;
/// Longest side of a level, in pixels.
const SIDE: u64 = 1 << 24;
/// Tiles of one level.
const TILES: u64 = 8_000_000;
/// Bytes of a level's JPEG that hold its headers; real ones have less than one thousand.
const HEADERS: u64 = 64 << 10;
/// By how many pixels a directory and its JPEG may differ.
const ROUNDING: u64 = 16;
/// TIFF's number for colours as a JPEG has them.
const RGB: u64 = 2;

/// An NDPI: its private tag.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    let by_tag = |first: &Directory| first.has(tag::MAKE) && first.has(tag::HAMAMATSU);
    probe.first().is_some_and(by_tag)
}

/// Opens the member as an NDPI.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let mut planes: BTreeMap<i32, Vec<&Directory>> = BTreeMap::new();
    let mut associated = Vec::new();
    let mut not_shown = Vec::new();
    for directory in &tiff.directories {
        let lens = directory.float(probe.bytes, tag::SOURCE_LENS)?;
        match lens.unwrap_or(0.0) {
            lens if lens > 0.0 => {
                let plane = directory.signed(probe.bytes, tag::FOCAL_PLANE)?;
                planes
                    .entry(plane.unwrap_or(0))
                    .or_default()
                    .push(directory);
            }
            -1.0 => associated.extend(overview(probe, directory)),
            -2.0 => not_shown.push("the scanner's map of where it found tissue".to_owned()),
            _ => not_shown
                .push("an image of which the scanner does not say what it shows".to_owned()),
        }
    }
    let first = middle(&planes).ok_or_else(missing)?;
    let largest = largest(probe, &planes[&first])?;
    let said = Said {
        vendor: "hamamatsu",
        mpp: generic_tiff::microns(probe.bytes, largest)?,
        objective: objective(probe, largest)?,
        barcode: reference(probe, largest),
        photometric: photometric(probe, largest)?,
        not_shown,
        ..Said::default()
    };
    levels::slide_of(images(probe, &planes, first)?, associated, said)
}

/// The focal plane shown first: the one nearest to the middle.
fn middle(planes: &BTreeMap<i32, Vec<&Directory>>) -> Option<i32> {
    planes
        .keys()
        .copied()
        .min_by_key(|plane| plane.unsigned_abs())
}

/// The planes as images: the middle one first, then from the lowest up.
fn images(
    probe: &Probe<'_>,
    planes: &BTreeMap<i32, Vec<&Directory>>,
    first: i32,
) -> Result<Vec<OneImage>, Error> {
    let mut images = Vec::with_capacity(planes.len());
    for ((nanometres, directories), focal_plane) in planes.iter().zip(0..) {
        let rasters = directories.iter().map(|directory| raster(probe, directory));
        let stored = levels::pyramid(rasters.collect::<Result<_, _>>()?);
        let name = match planes.len() {
            1 => String::new(),
            _ => format!("{:+} µm", f64::from(*nanometres) / 1000.0),
        };
        let image = OneImage {
            region: 0,
            focal_plane,
            channel: 0,
            name,
            mpp: generic_tiff::microns(probe.bytes, largest(probe, directories)?)?,
            rasters: shrunk::with_smaller(stored),
        };
        if *nanometres == first {
            images.insert(0, image);
        } else {
            images.push(image);
        }
    }
    Ok(images)
}

fn largest<'a>(probe: &Probe<'_>, directories: &[&'a Directory]) -> Result<&'a Directory, Error> {
    let mut largest: Option<(u64, &Directory)> = None;
    for directory in directories {
        let width = directory.number(probe.bytes, tag::WIDTH)?.unwrap_or(0);
        if largest.is_none_or(|(widest, _)| width > widest) {
            largest = Some((width, directory));
        }
    }
    let found = largest.map(|(_, directory)| directory);
    found.ok_or_else(|| Error::damaged("it has no image"))
}

/// TIFF's name of the colours.
fn photometric(probe: &Probe<'_>, directory: &Directory) -> Result<&'static str, Error> {
    let number = directory.number(probe.bytes, tag::PHOTOMETRIC)?;
    Ok(match number {
        Some(1) => "MINISBLACK",
        Some(RGB) => "RGB",
        _ => "YCBCR",
    })
}

fn objective(probe: &Probe<'_>, directory: &Directory) -> Result<Option<f64>, Error> {
    let lens = directory.float(probe.bytes, tag::SOURCE_LENS)?;
    Ok(lens.map(f64::from).filter(|power| power.is_finite()))
}

/// The reference, if there is one. Texts always stand outside their entries here, so one that would fit inside is
/// an offset and no text.
fn reference(probe: &Probe<'_>, directory: &Directory) -> Option<Phi<String>> {
    let text = directory.text(probe.bytes, tag::REFERENCE).ok()?;
    let text = text.trim();
    (text.len() > 3).then(|| Phi::new(text.to_owned()))
}

/// The macro image. One that cannot be read is left out: the tissue is what counts.
fn overview(probe: &Probe<'_>, directory: &Directory) -> Option<Associated> {
    let (raster, _) = tiff::raster(probe, directory).ok()?;
    Associated::new("macro", raster)
}

/// A directory as a level: its JPEG's headers are read and checked, and nothing else.
fn raster(probe: &Probe<'_>, directory: &Directory) -> Result<Raster, Error> {
    let bytes = probe.bytes;
    if directory.number(bytes, tag::COMPRESSION)? != Some(7) {
        return Err(Error::NotReadYet {
            format: "a Hamamatsu NDPI slide whose pixels are not JPEG",
            remedy: "export it as NDPI with JPEG compression, or as tiled TIFF",
        });
    }
    let (span, headers) = stream(probe, directory)?;
    let frame = jpeg::Frame::read(&headers)?;
    let grid = grid(probe, directory, &frame)?;
    let rgb = directory.number(bytes, tag::PHOTOMETRIC)? == Some(RGB);
    let colour = jpeg::colour(None, &frame.headers((8, 8), rgb), false)?;
    let starts = directory.array(tag::MCU_STARTS).map(|low| Starts {
        low,
        high: directory.array(tag::MCU_STARTS_HIGH),
    });
    let samples = if colour == Colour::Grey { 1 } else { 3 };
    Ok(Raster {
        grid,
        tiled: true,
        storage: Storage {
            codec: Codec::Jpeg,
            tables: None,
            colour,
            samples,
            differences: false,
            inverted: false,
            planar: false,
        },
        lies: Lies::Made(Arc::new(OneJpeg {
            member: probe.member,
            span,
            frame,
            grid,
            rgb,
            starts,
        })),
    })
}

/// Where a level's JPEG lies, and its first bytes.
fn stream(probe: &Probe<'_>, directory: &Directory) -> Result<((u64, u64), Vec<u8>), Error> {
    let bytes = probe.bytes;
    let one = |tag| {
        let array = directory.array(tag).filter(|array| array.count() == 1);
        let array = array.ok_or_else(|| Error::damaged("a level is not one JPEG"))?;
        array.one(bytes, 0)
    };
    let (start, length) = (one(tag::STRIP_OFFSETS)?, one(tag::STRIP_LENGTHS)?);
    let end = start.saturating_add(length);
    if end > bytes.size() {
        return Err(Error::Truncated {
            expected: end,
            found: bytes.size(),
        });
    }
    let mut headers = vec![0; length.min(HEADERS) as usize];
    bytes.read_exact_at(start, &mut headers)?;
    Ok(((start, end), headers))
}

/// The level's pixels: as the JPEG says, or as the directory does where the JPEG cannot.
fn grid(probe: &Probe<'_>, directory: &Directory, frame: &jpeg::Frame) -> Result<Grid, Error> {
    let side = |tag, in_jpeg: u32| {
        let said = directory.number(probe.bytes, tag)?.unwrap_or(0);
        let side = match u64::from(in_jpeg) {
            0 => said,
            pixels if pixels.abs_diff(said) <= ROUNDING => pixels,
            _ => return Err(Error::damaged("a level has another size than its JPEG")),
        };
        match side {
            0 => Err(Error::damaged("a level has no size")),
            1..=SIDE => Ok(side as u32),
            _ => Err(Error::TooLarge {
                what: "a side of an image or tile, in pixels,",
                limit: SIDE,
            }),
        }
    };
    let grid = Grid {
        width: side(tag::WIDTH, frame.width)?,
        height: side(tag::HEIGHT, frame.height)?,
        tile_width: TILE,
        tile_height: TILE,
    };
    if grid.tiles() > TILES {
        return Err(Error::TooLarge {
            what: "the number of tiles of a level",
            limit: TILES,
        });
    }
    Ok(grid)
}
