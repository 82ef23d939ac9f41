//! One image for each focal plane and optical path, and the levels of each.
//!
//! ```text
//! largest size ─▶ its planes are the images, by optical path, then from the glass upwards
//! every other  ─▶ a level of the image with its path and the nearest height
//! ```
//! Two planes at one place of one image must be the same picture, or the slide is refused.

use super::super::levels::{self as pyramid, OneImage};
use super::super::raster::Raster;
use super::super::{Error, Member};
use super::delivery;
use super::frames::Located;
use super::instance::Instance;
use super::levels::raster;
use super::parts::Whole;
use crate::pyramid::geometry::Grid;
use std::sync::Arc;

/// Images of a slide: focal planes times optical paths.
const IMAGES: usize = 1_024;

/// One focal plane of one optical path, over all levels.
pub(super) struct Image {
    path: String,
    description: String,
    height: i32,
    levels: Vec<(Arc<Located>, Raster)>,
}

/// Every plane of every instance, in the image it belongs to.
pub(super) fn images(members: &[Member<'_>], volumes: Vec<Whole>) -> Result<Vec<Image>, Error> {
    let full = volumes.first().map(|whole| size(whole.instance.grid));
    let mut images: Vec<Image> = Vec::new();
    for Whole {
        instance,
        located,
        planes,
    } in volumes
    {
        let located = Arc::new(located);
        let makes_images = Some(size(instance.grid)) == full;
        for plane in planes {
            let (path, description) = path(&instance, &images, plane.path);
            let height = plane.height;
            let place = if makes_images {
                images
                    .iter()
                    .position(|image| image.path == path && image.height == height)
            } else {
                nearest(&images, &path, height)
            };
            let raster = raster(members, &instance, &located, plane)?;
            let place = place.unwrap_or_else(|| {
                images.push(Image {
                    path,
                    description,
                    height,
                    levels: Vec::new(),
                });
                images.len() - 1
            });
            if images.len() > IMAGES {
                return Err(Error::TooLarge {
                    what: "the number of focal planes and optical paths",
                    limit: IMAGES as u64,
                });
            }
            images[place].add(members, Arc::clone(&located), raster)?;
        }
    }
    in_order(&mut images);
    Ok(images)
}

fn size(grid: Grid) -> (u32, u32) {
    (grid.width, grid.height)
}

/// Identifier and description of an optical path; an instance that does not name its path means the first.
fn path(instance: &Instance, images: &[Image], path: u16) -> (String, String) {
    let named = instance.paths.get(usize::from(path)).cloned();
    let first = || {
        images
            .first()
            .map(|image| (image.path.clone(), image.description.clone()))
    };
    match named.filter(|(id, _)| !id.is_empty()) {
        Some(named) => named,
        None if path == 0 => first().unwrap_or_default(),
        None => (path.to_string(), String::new()),
    }
}

fn nearest(images: &[Image], path: &str, height: i32) -> Option<usize> {
    let of_path = images
        .iter()
        .enumerate()
        .filter(|(_, image)| image.path == path);
    let nearest = of_path.min_by_key(|(_, image)| image.height.abs_diff(height));
    nearest.map(|(place, _)| place)
}

/// By optical path as they are listed, then from the glass upwards.
fn in_order(images: &mut [Image]) {
    let mut paths: Vec<String> = Vec::new();
    for image in images.iter() {
        if !paths.contains(&image.path) {
            paths.push(image.path.clone());
        }
    }
    let listed = |path: &String| paths.iter().position(|known| known == path);
    images.sort_by_key(|image| (listed(&image.path), image.height));
}

impl Image {
    /// Adds a level, unless it is there already.
    fn add(
        &mut self,
        members: &[Member<'_>],
        located: Arc<Located>,
        raster: Raster,
    ) -> Result<(), Error> {
        let same = |held: &&(_, Raster)| size(held.1.grid) == size(raster.grid);
        let Some((held, _)) = self.levels.iter().find(same) else {
            self.levels.push((located, raster));
            return Ok(());
        };
        if Arc::ptr_eq(held, &located) {
            return Err(Error::damaged(
                "a level has more focal planes than the slide",
            ));
        }
        if delivery::same_bytes(members, held, &located)? {
            return Ok(());
        }
        Err(Error::damaged(
            "two different images claim to be the same level",
        ))
    }
}

/// The levels of an image, largest first. One of another shape shows another part of the glass.
fn rasters(image: Image) -> Result<Vec<Raster>, Error> {
    let rasters: Vec<Raster> = image.levels.into_iter().map(|(_, raster)| raster).collect();
    let count = rasters.len();
    let levels = pyramid::pyramid(rasters);
    if levels.len() == count {
        return Ok(levels);
    }
    Err(Error::NotReadYet {
        format: "a DICOM slide with several scanned areas in one series",
        remedy: "send the series of each area on its own",
    })
}

/// Each image with its levels and its place among the others. `full` and `mpp` are those of the slide.
pub(super) fn numbered(
    images: Vec<Image>,
    full: u32,
    mpp: [Option<f64>; 2],
) -> Result<Vec<OneImage>, Error> {
    let mut paths: Vec<String> = Vec::new();
    let mut numbered: Vec<OneImage> = Vec::new();
    for image in images {
        if !paths.contains(&image.path) {
            paths.push(image.path.clone());
        }
        let channel = (paths.len() - 1) as u16;
        let below = numbered.iter().filter(|known| known.channel == channel);
        let focal_plane = below.count() as u16;
        let name = name(&image.path, &image.description, image.height);
        let rasters = rasters(image)?;
        let scale = rasters
            .first()
            .map_or(1.0, |first| f64::from(full) / f64::from(first.grid.width));
        numbered.push(OneImage {
            region: 0,
            focal_plane,
            channel,
            name,
            mpp: mpp.map(|mpp| mpp.map(|mpp| mpp * scale)),
            rasters,
        });
    }
    Ok(numbered)
}

fn name(path: &str, description: &str, height: i32) -> String {
    let path = if description.is_empty() {
        path
    } else {
        description
    };
    let microns = f64::from(height) / 1_000.0;
    format!("{path} at {microns} µm").trim_start().to_owned()
}
