//! Leica SCN: a collection of images in XML, each with a directory for every resolution.
//!
//! ```text
//! scn ─ collection sizeX sizeY (nm) ─┬ barcode
//!                                    ├ image  view covers the collection         the macro
//!                                    └ image  view offsetX offsetY sizeX (nm)    a scanned region
//!                                        └ pixels ─ dimension r="0" z="0" c="0" ifd="1" …
//! ```
//!
//! Regions are not put onto one canvas, which would be empty for the most part: each is an image of its own, with
//! its own pixels and scale, the largest first.

use super::associated::Associated;
use super::facts::stated_microns;
use super::levels::{self, OneImage, Said};
use super::probe::Probe;
use super::tiff::{self, Directory, tag};
use super::xml::{self, Element};
use super::{Error, Slide, assembled};
use crate::phi::Phi;
use std::collections::BTreeMap;

/// The schema that writes the code of the label in base64.
const WITH_BASE64: &str = "/2010/10/01";
/// Images of a slide that are carried; what is beyond is said.
const IMAGES: usize = 64;

/// Directories that the metadata may name.
const DIMENSIONS: usize = 1_024;

/// Leica SCN: the namespace of its XML.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    probe
        .description
        .contains("http://www.leica-microsystems.com/scn/")
}

/// Opens the member as a Leica SCN.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let first = tiff.directories.first().ok_or_else(missing)?;
    let root = xml::of_tag(probe, first, tag::DESCRIPTION)?;
    let collection = root.child("collection").ok_or_else(missing)?;
    let (overviews, mut regions): (Vec<&Element>, Vec<&Element>) = collection
        .all("image")
        .partition(|image| covers(image, collection));
    let listed = collection.every("dimension").len();
    if listed > DIMENSIONS {
        return Err(Error::TooLarge {
            what: "the number of images in the metadata",
            limit: DIMENSIONS as u64,
        });
    }
    regions.retain(|image| dimensions(image).next().is_some());
    regions.sort_by_key(|image| std::cmp::Reverse(area(image)));
    let main = *regions
        .first()
        .ok_or_else(|| Error::damaged("it has no scanned region"))?;
    let macros = overviews.iter().filter_map(|image| overview(probe, image));
    let mut not_shown = Vec::new();
    let mut planes = Vec::new();
    for (region, image) in (0..).zip(&regions) {
        planes.extend(region_planes(probe, image, region, &mut not_shown)?);
    }
    if planes.len() > IMAGES {
        not_shown.push(format!(
            "{} of its {} planes",
            planes.len() - IMAGES,
            planes.len()
        ));
        planes.truncate(IMAGES);
    }
    let level0 = directory(probe, dimensions(main).next().ok_or_else(missing)?)?;
    let said = Said {
        vendor: "leica",
        mpp: microns(main),
        objective: objective(main),
        barcode: barcode(&root, collection),
        photometric: tiff::raster(probe, level0)?.1,
        bigtiff: tiff.big,
        not_shown,
        icc: tiff::icc(probe, level0),
    };
    levels::slide_of(planes, macros.collect(), said)
}

/// Whether the image shows the whole glass.
fn covers(image: &Element, collection: &Element) -> bool {
    let whole = |view: &Element| {
        let size = |name| view.number(name).zip(collection.number(name));
        let as_large = |name| size(name).is_some_and(|(view, whole)| view >= whole);
        let origin = |name| view.number(name).unwrap_or(0.0) == 0.0;
        as_large("sizeX") && as_large("sizeY") && origin("offsetX") && origin("offsetY")
    };
    image.child("view").is_some_and(whole)
}

fn area(image: &Element) -> u64 {
    let side = |name| image.child("pixels").and_then(|pixels| pixels.count(name));
    u64::from(side("sizeX").unwrap_or(0)) * u64::from(side("sizeY").unwrap_or(0))
}

/// The dimensions of an image, those of level 0 first.
fn dimensions(image: &Element) -> impl Iterator<Item = &Element> {
    let pixels = image.child("pixels").into_iter();
    let mut dimensions: Vec<&Element> = pixels.flat_map(|pixels| pixels.all("dimension")).collect();
    dimensions.sort_by_key(|dimension| dimension.count("r").unwrap_or(0));
    dimensions.into_iter()
}

fn directory<'a>(probe: &'a Probe<'_>, dimension: &Element) -> Result<&'a Directory, Error> {
    let missing = || Error::damaged("its metadata names an image that is not there");
    let place = dimension.count("ifd").ok_or_else(missing)? as usize;
    let directories = probe.walked().map(|tiff| &tiff.directories);
    directories
        .and_then(|all| all.get(place))
        .ok_or_else(missing)
}

/// The focal planes and channels of a region, each with its levels.
fn region_planes(
    probe: &Probe<'_>,
    image: &Element,
    region: u16,
    not_shown: &mut Vec<String>,
) -> Result<Vec<OneImage>, Error> {
    let mut levels: BTreeMap<(u32, u32), Vec<_>> = BTreeMap::new();
    for dimension in dimensions(image) {
        let (raster, _) = assembled::level(probe, directory(probe, dimension)?, not_shown)?;
        let z = dimension.count("z").unwrap_or(0);
        let c = dimension.count("c").unwrap_or(0);
        levels.entry((z, c)).or_default().push(raster);
    }
    let middle = levels
        .keys()
        .map(|(z, _)| *z)
        .max()
        .unwrap_or(0)
        .div_ceil(2);
    let mut ordered: Vec<_> = levels.into_iter().collect();
    ordered.sort_by_key(|((z, c), _)| (z.abs_diff(middle), *z, *c));
    let planes = ordered.into_iter().map(|((z, c), rasters)| OneImage {
        region,
        focal_plane: z as u16,
        channel: c as u16,
        name: String::new(),
        mpp: microns(image),
        rasters: levels::pyramid(rasters),
    });
    Ok(planes.collect())
}

/// The largest picture of the whole glass.
fn overview(probe: &Probe<'_>, image: &Element) -> Option<Associated> {
    let directory = directory(probe, dimensions(image).next()?).ok()?;
    Associated::new("macro", tiff::raster(probe, directory).ok()?.0)
}

/// Microns a pixel: the view is in nanometres.
fn microns(image: &Element) -> [Option<f64>; 2] {
    let along = |name| {
        let nanometres = image.child("view")?.number(name)?;
        let pixels = image.child("pixels")?.number(name)?;
        stated_microns(nanometres / pixels / 1e3)
    };
    [along("sizeX"), along("sizeY")]
}

fn objective(image: &Element) -> Option<f64> {
    let settings = image.child("scanSettings")?.child("objectiveSettings")?;
    let power = settings
        .child("objective")?
        .text
        .trim()
        .parse::<f64>()
        .ok()?;
    (power.is_finite() && power > 0.0).then_some(power)
}

fn barcode(root: &Element, collection: &Element) -> Option<Phi<String>> {
    let said = collection.child("barcode")?.text.trim();
    let encoded = root
        .attribute("xmlns")
        .is_some_and(|space| space.ends_with(WITH_BASE64));
    let code = if encoded {
        xml::base64_text(said)?
    } else {
        said.to_owned()
    };
    (!code.is_empty()).then(|| Phi::new(code))
}
