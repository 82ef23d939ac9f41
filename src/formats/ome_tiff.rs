//! OME-TIFF: OME-XML in the first description says which directory is which plane (OME Data Model, 2016-06).
//!
//! ```text
//! OME ─ Image ─ Pixels SizeX … DimensionOrder="XYCZT"      tissue, or a picture named "label image", "macro image"
//!                 ├─ Channel SamplesPerPixel="3"
//!                 └─ TiffData IFD="0" FirstZ FirstC FirstT ─▶ directory of the main chain ─ SubIFDs ─▶ its levels
//! ```
//!
//! Every Image of tissue is a region, every Z a focal plane, every C a channel. Writers before 2019 put each
//! level into an Image of its own; such an Image becomes a level again. Of several times the first is shown.

mod planes;

use super::assembled;
use super::associated::Associated;
use super::facts::stated_microns;
use super::levels::{self, OneImage, Said};
use super::probe::Probe;
use super::raster::Raster;
use super::tiff::{self, Tiff, tag};
use super::xml::{self, Element};
use super::{Error, Slide};
use planes::{At, Planes};

/// Images of a slide that are carried; what is beyond is said.
const IMAGES: usize = 64;

/// OME-XML in the description.
pub(crate) fn recognise(probe: &Probe<'_>) -> bool {
    probe.description.contains("<OME ") || probe.description.contains("<OME>")
}

/// Opens the member as an OME-TIFF.
pub(crate) fn open(probe: &Probe<'_>) -> Result<Slide, Error> {
    let missing = || Error::damaged("it has no image");
    let tiff = probe.walked().ok_or_else(missing)?;
    let first = tiff.directories.first().ok_or_else(missing)?;
    let root = xml::of_tag(probe, first, tag::DESCRIPTION)?;
    let samples = first.number(probe.bytes, tag::SAMPLES)?.unwrap_or(1);
    let mut reading = Reading {
        probe,
        tiff,
        not_shown: Vec::new(),
    };
    let mut tissue = Vec::new();
    let mut associated = Vec::new();
    for (image, planes) in planes::of_images(&root, samples as u32, tiff.directories.len()) {
        match beside(image) {
            Some(name) => associated.extend(reading.associated(name, &planes)),
            None => tissue.push((image, planes)),
        }
    }
    let (images, photometric) = reading.images(&tissue)?;
    let images = with_their_levels(images);
    let main = images.iter().max_by_key(|image| image.area());
    let main = main.ok_or_else(|| Error::damaged("its metadata names no image of tissue"))?;
    let said = Said {
        vendor: "ome-tiff",
        mpp: main.mpp,
        objective: objective(&root, main.element),
        photometric,
        bigtiff: tiff.big,
        icc: main
            .first
            .and_then(|at| tiff.directories.get(at.directory))
            .and_then(|directory| tiff::icc(probe, directory)),
        ..Said::default()
    };
    let planes = reading.carried(images);
    levels::slide_of(
        planes,
        associated,
        Said {
            not_shown: reading.not_shown,
            ..said
        },
    )
}

/// What a picture beside the tissue is, by the names that writers give it.
fn beside(image: &Element) -> Option<&'static str> {
    let name = image.attribute("Name")?.trim().to_ascii_lowercase();
    match name.as_str() {
        "label" | "label image" => Some("label"),
        "macro" | "macro image" | "overview" | "overview image" => Some("macro"),
        "thumbnail" | "thumbnail image" => Some("thumbnail"),
        _ => None,
    }
}

/// One Image of tissue: its planes with their levels.
struct Image<'a> {
    element: &'a Element,
    mpp: [Option<f64>; 2],
    /// Its first plane.
    first: Option<At>,
    planes: Vec<(At, Vec<Raster>)>,
}

impl Image<'_> {
    fn largest(&self) -> Option<&Raster> {
        self.planes.first().and_then(|(_, levels)| levels.first())
    }

    fn area(&self) -> u64 {
        let grid = self.largest().map(|raster| raster.grid);
        grid.map_or(0, |grid| u64::from(grid.width) * u64::from(grid.height))
    }

    /// Whether `other` shows the same, reduced: of the same shape, smaller, and with pixels as much larger.
    fn is_reduced_in(&self, other: &Self) -> bool {
        let (Some(ours), Some(theirs)) = (self.largest(), other.largest()) else {
            return false;
        };
        let ratio = f64::from(ours.grid.width) / f64::from(theirs.grid.width);
        let coarser = match (self.mpp[0], other.mpp[0]) {
            (Some(fine), Some(coarse)) => (coarse / fine / ratio - 1.0).abs() < 0.05,
            _ => true,
        };
        ratio > 1.5
            && coarser
            && levels::same_shape(ours, theirs)
            && self.planes.len() == other.planes.len()
    }
}

/// Images that are levels of another one join it.
fn with_their_levels(mut images: Vec<Image<'_>>) -> Vec<Image<'_>> {
    images.sort_by_key(|image| std::cmp::Reverse(image.area()));
    let mut whole: Vec<Image<'_>> = Vec::new();
    for image in images {
        let Some(full) = whole.iter_mut().find(|full| full.is_reduced_in(&image)) else {
            whole.push(image);
            continue;
        };
        for ((_, levels), (_, reduced)) in full.planes.iter_mut().zip(image.planes) {
            levels.extend(reduced);
            *levels = levels::pyramid(std::mem::take(levels));
        }
    }
    whole
}

struct Reading<'a> {
    probe: &'a Probe<'a>,
    tiff: &'a Tiff,
    not_shown: Vec<String>,
}

impl Reading<'_> {
    /// The Images of tissue with every plane that lies in this file, and TIFF's name of the colours.
    fn images<'x>(
        &mut self,
        tissue: &[(&'x Element, Planes)],
    ) -> Result<(Vec<Image<'x>>, &'static str), Error> {
        let mut photometric = "";
        let mut images = Vec::new();
        for (element, planes) in tissue {
            if planes.times > 1 {
                self.not_shown.push(format!(
                    "{} of its {} times: the first is shown",
                    planes.times - 1,
                    planes.times
                ));
            }
            if planes.elsewhere > 0 {
                self.not_shown.push(format!(
                    "{} planes that lie in other files",
                    planes.elsewhere
                ));
            }
            let mut read = Vec::new();
            for at in &planes.here {
                let (levels, colours) = self.levels(at.directory)?;
                if photometric.is_empty() {
                    photometric = colours;
                }
                read.push((*at, levels));
            }
            let pixels = element.child("Pixels");
            images.push(Image {
                element,
                mpp: pixels.map_or([None, None], microns),
                first: planes.here.first().copied(),
                planes: read,
            });
        }
        Ok((images, photometric))
    }

    /// The levels of the plane in a directory: itself, and what lies below it.
    fn levels(&mut self, directory: usize) -> Result<(Vec<Raster>, &'static str), Error> {
        let missing = || Error::damaged("its metadata names an image that is not there");
        let full = self.tiff.directories.get(directory).ok_or_else(missing)?;
        let (full, photometric) = assembled::level(self.probe, full, &mut self.not_shown)?;
        let widest = full.grid.width;
        let mut rasters = vec![full];
        for below in self.tiff.below(directory) {
            let (level, _) = assembled::level(self.probe, below, &mut self.not_shown)?;
            if level.grid.width < widest {
                rasters.push(level);
            }
        }
        Ok((levels::pyramid(rasters), photometric))
    }

    fn associated(&self, name: &'static str, planes: &Planes) -> Option<Associated> {
        let directory = self.tiff.directories.get(planes.here.first()?.directory)?;
        let (raster, _) = tiff::raster(self.probe, directory).ok()?;
        Associated::new(name, raster)
    }

    /// The planes in the order of their numbers: the largest Image first, and of each the middle focal plane.
    fn carried(&mut self, images: Vec<Image<'_>>) -> Vec<OneImage> {
        let mut planes = Vec::new();
        for (region, image) in (0..).zip(images) {
            let names = channel_names(image.element);
            let middle = image
                .planes
                .iter()
                .map(|(at, _)| at.z)
                .max()
                .unwrap_or(0)
                .div_ceil(2);
            let mut ordered = image.planes;
            ordered.sort_by_key(|(at, _)| (at.z.abs_diff(middle), at.z, at.c));
            for (at, rasters) in ordered {
                planes.push(OneImage {
                    region,
                    focal_plane: at.z as u16,
                    channel: at.c as u16,
                    name: names.get(at.c as usize).cloned().unwrap_or_default(),
                    mpp: image.mpp,
                    rasters,
                });
            }
        }
        if planes.len() > IMAGES {
            self.not_shown.push(format!(
                "{} of its {} planes",
                planes.len() - IMAGES,
                planes.len()
            ));
            planes.truncate(IMAGES);
        }
        planes
    }
}

/// What the channels are called, if they are.
fn channel_names(image: &Element) -> Vec<String> {
    let channels = image
        .child("Pixels")
        .into_iter()
        .flat_map(|pixels| pixels.all("Channel"));
    let names = channels.map(|channel| channel.attribute("Name").unwrap_or_default().to_owned());
    names.collect()
}

/// Microns a pixel, from the physical size and its unit; unknown where it is no length.
fn microns(pixels: &Element) -> [Option<f64>; 2] {
    let along = |size: &str, unit: &str| {
        let per_unit = match pixels.attribute(unit).unwrap_or("µm") {
            "µm" | "μm" | "um" => 1.0,
            "nm" => 1e-3,
            "mm" => 1e3,
            "cm" => 1e4,
            "m" => 1e6,
            "in" => 25_400.0,
            _ => return None,
        };
        pixels
            .number(size)
            .and_then(|size| stated_microns(size * per_unit))
    };
    [
        along("PhysicalSizeX", "PhysicalSizeXUnit"),
        along("PhysicalSizeY", "PhysicalSizeYUnit"),
    ]
}

/// The power of the objective that the Image refers to.
fn objective(root: &Element, image: &Element) -> Option<f64> {
    let used = image.child("ObjectiveSettings")?.attribute("ID")?;
    let mut objectives = root.every("Objective").into_iter();
    let objective = objectives.find(|objective| objective.attribute("ID") == Some(used))?;
    objective
        .number("NominalMagnification")
        .filter(|power| *power > 0.0)
}
