//! Philips TIFF: tiled directories are the levels, XML in the first description says the rest.
//!
//! ```text
//! DataObject DPUfsImport ─ PIM_DP_SCANNED_IMAGES ─┬ DPScannedImage WSI         pixel spacing of every level, in mm
//!                                                 ├ DPScannedImage LABELIMAGE  a JPEG in base64, where no directory has it
//!                                                 └ DPScannedImage MACROIMAGE
//! ```
//!
//! Directories are padded to whole tiles; the spacing of a level says how large its picture really is.

use super::associated::Associated;
use super::facts::stated_microns;
use super::levels::{self, Said};
use super::probe::Probe;
use super::raster::Raster;
use super::tiff::{self, Directory, tag};
use super::xml::{self, Element};
use super::{Error, Slide, embedded};
use crate::phi::Phi;

/// Philips: its software and the XML root of its metadata.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    probe.software.starts_with("Philips") && probe.description.contains("DPUfsImport")
}

/// Opens the member as a Philips TIFF.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let first = tiff.directories.first().ok_or_else(missing)?;
    let root = xml::of_tag(probe, first, tag::DESCRIPTION)?;
    let scanned = root.every("DataObject").into_iter();
    let scanned = scanned.filter(|object| object.attribute("ObjectType") == Some("DPScannedImage"));
    let scanned: Vec<&Element> = scanned.collect();
    let of_kind = |kind: &str| {
        let said = |object: &&&Element| value(object, "PIM_DP_IMAGE_TYPE") == Some(kind);
        scanned.iter().find(said).copied()
    };
    let spacings = of_kind("WSI").map(spacings).unwrap_or_default();
    let (rasters, photometric) = rasters(probe)?;
    let mut associated = Vec::new();
    for (name, kind) in [("label", "LABELIMAGE"), ("macro", "MACROIMAGE")] {
        let beside = directory(probe, name).or_else(|| embedded(name, of_kind(kind)?));
        associated.extend(beside);
    }
    let said = Said {
        vendor: "philips",
        mpp: spacings.first().map_or([None, None], |[x, y]| {
            [stated_microns(x * 1e3), stated_microns(y * 1e3)]
        }),
        barcode: value(&root, "PIM_DP_UFS_BARCODE").map(barcode),
        photometric,
        bigtiff: tiff.big,
        icc: tiff::icc(probe, first),
        ..Said::default()
    };
    levels::slide(cut(probe, rasters, &spacings)?, associated, said)
}

/// The tiled directories, from the largest to the smallest, and TIFF's name of the first one's colours.
fn rasters(probe: &Probe<'_>) -> Result<(Vec<Raster>, &'static str), Error> {
    let tiled = |directory: &&Directory| directory.has(tag::TILE_WIDTH);
    let directories = probe.walked().map_or(&[][..], |tiff| &tiff.directories);
    let mut rasters: Vec<Raster> = Vec::new();
    let mut named = "";
    for directory in directories.iter().filter(tiled) {
        let (raster, photometric) = tiff::raster(probe, directory)?;
        if rasters.is_empty() {
            named = photometric;
        }
        if rasters
            .last()
            .is_none_or(|last| raster.grid.width < last.grid.width)
        {
            rasters.push(raster);
        }
    }
    Ok((rasters, named))
}

/// The pictures without their padding, where the metadata tells of as many levels as there are.
fn cut(
    probe: &Probe<'_>,
    rasters: Vec<Raster>,
    spacings: &[[f64; 2]],
) -> Result<Vec<Raster>, Error> {
    let (Some(first), Some(fine), true) = (
        rasters.first(),
        spacings.first(),
        rasters.len() == spacings.len(),
    ) else {
        return Ok(levels::pyramid(rasters));
    };
    let full = [first.grid.width, first.grid.height];
    let fine = *fine;
    let levels = rasters.into_iter().zip(spacings).map(|(raster, coarse)| {
        let side = |axis: usize, padded: u32| {
            let side = (f64::from(full[axis]) * fine[axis] / coarse[axis]).round() as u32;
            side.clamp(1, padded)
        };
        let size = (side(0, raster.grid.width), side(1, raster.grid.height));
        raster.cut(probe.members, size)
    });
    Ok(levels::pyramid(levels.collect::<Result<_, _>>()?))
}

/// The untiled directory whose description starts with the name.
fn directory(probe: &Probe<'_>, name: &'static str) -> Option<Associated> {
    let directories = &probe.walked()?.directories;
    let mut named = directories.iter().filter(|directory| {
        let said = directory
            .text(probe.bytes, tag::DESCRIPTION)
            .unwrap_or_default();
        said.to_ascii_lowercase().starts_with(name)
    });
    let (raster, _) = tiff::raster(probe, named.next()?).ok()?;
    Associated::new(name, raster)
}

/// The JPEG within the metadata of a scanned image.
fn embedded(name: &'static str, scanned: &Element) -> Option<Associated> {
    let jpeg = xml::base64(value(scanned, "PIM_DP_IMAGE_DATA")?)?;
    Associated::new(name, embedded::raster(jpeg).ok()?)
}

/// Millimetres a pixel of every level, across and down, level by level.
fn spacings(image: &Element) -> Vec<[f64; 2]> {
    let objects = image.every("DataObject").into_iter();
    let representations =
        objects.filter(|object| object.attribute("ObjectType") == Some("PixelDataRepresentation"));
    let mut numbered: Vec<(u32, [f64; 2])> = representations
        .filter_map(|object| {
            let number = value(object, "PIIM_DP_PIXEL_DATA_REPRESENTATION_NUMBER")?;
            Some((number.trim().parse().ok()?, spacing(object)?))
        })
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    if numbered.is_empty() {
        return spacing(image).into_iter().collect();
    }
    numbered.into_iter().map(|(_, spacing)| spacing).collect()
}

/// DICOM's pixel spacing, between rows first (PS3.3 §10.7.1.3): here across, then down.
fn spacing(object: &Element) -> Option<[f64; 2]> {
    let said = value(object, "DICOM_PIXEL_SPACING")?;
    let mut numbers = said
        .split(['"', ' ', '\\'])
        .filter_map(|word| word.parse::<f64>().ok());
    let (down, across) = (numbers.next()?, numbers.next()?);
    let sound = |spacing: f64| spacing.is_finite() && spacing > 0.0;
    (sound(down) && sound(across)).then_some([across, down])
}

/// The text of an attribute of an object.
fn value<'a>(object: &'a Element, name: &str) -> Option<&'a str> {
    let mut attributes = object.children.iter();
    let found = attributes.find(|attribute| attribute.attribute("Name") == Some(name))?;
    Some(found.text.trim()).filter(|text| !text.is_empty())
}

/// The scanner writes the code in base64; older software as it is.
fn barcode(said: &str) -> Phi<String> {
    Phi::new(xml::base64_text(said).unwrap_or_else(|| said.to_owned()))
}
