//! Which tile each frame is: of which focal plane and optical path, in which column and row.
//!
//! ```text
//! TILED_FULL     columns, then rows, then focal planes, then optical paths (PS3.3 C.7.6.17.3)
//! otherwise      each frame says the pixel at which it begins; what no frame covers is absent
//! ```

use super::super::Error;
use super::FRAMES;
use super::attributes::{Place, too_many_frames};
use super::instance::Instance;
use std::collections::BTreeMap;

/// A tile that no frame covers.
pub(super) const ABSENT: u32 = u32::MAX;

/// Focal planes a step apart when nothing says how far, in nanometres.
const STEP: i32 = 1_000;

/// The tiles of one focal plane in one optical path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plane {
    /// Place of the optical path among the instance's.
    pub(super) path: u16,
    /// Height above the glass, in nanometres.
    pub(super) height: i32,
    /// The frame of every tile, row by row; [`ABSENT`] where there is none.
    pub(super) frames: Vec<u32>,
}

/// Places all frames; `places` and `frames` are those of all parts of the instance.
pub(super) fn planes(
    instance: &Instance,
    places: &[Place],
    frames: u32,
) -> Result<Vec<Plane>, Error> {
    if instance.full {
        return full(instance, frames);
    }
    if frames == 1 && instance.grid.tiles() == 1 {
        let place = places.first().copied().unwrap_or(Place::NOWHERE);
        return Ok(vec![Plane {
            path: place.path,
            height: height(instance, place),
            frames: vec![0],
        }]);
    }
    if places.len() as u64 != u64::from(frames) {
        return Err(Error::damaged("its frames do not say where they lie"));
    }
    sparse(instance, places)
}

fn full(instance: &Instance, frames: u32) -> Result<Vec<Plane>, Error> {
    let tiles = instance.grid.tiles();
    let (heights, paths) = (instance.focal_planes, instance.optical_paths);
    if tiles * u64::from(heights) * u64::from(paths) != u64::from(frames) {
        return Err(Error::damaged(
            "it has not as many frames as its size needs",
        ));
    }
    let step = instance.step.filter(|step| *step > 0).unwrap_or(STEP);
    let all = (0..paths).flat_map(|path| (0..heights).map(move |height| (path, height)));
    let planes = all.enumerate().map(|(number, (path, height))| {
        let first = (number as u64 * tiles) as u32;
        let above = step.saturating_mul(height.cast_signed());
        Plane {
            path: path as u16,
            height: instance.height.unwrap_or(0).saturating_add(above),
            frames: (first..first + tiles as u32).collect(),
        }
    });
    Ok(planes.collect())
}

fn sparse(instance: &Instance, places: &[Place]) -> Result<Vec<Plane>, Error> {
    let grid = instance.grid;
    let mut planes: BTreeMap<(u16, i32), Vec<u32>> = BTreeMap::new();
    for (frame, place) in (0..).zip(places) {
        let key = (place.path, height(instance, *place));
        let known = planes.len() as u64;
        let tiles = planes.entry(key).or_default();
        if tiles.is_empty() {
            if (known + 1) * grid.tiles() > FRAMES {
                return Err(too_many_frames());
            }
            tiles.resize(grid.tiles() as usize, ABSENT);
        }
        let column = along(place.column, grid.tile_width)?;
        let row = along(place.row, grid.tile_height)?;
        let outside = || Error::damaged("a frame lies outside the matrix");
        let tile = grid.place(column, row).ok_or_else(outside)?;
        let here = &mut tiles[tile as usize];
        if *here != ABSENT {
            return Err(Error::damaged("two frames lie at the same place"));
        }
        *here = frame;
    }
    let planes = planes.into_iter().map(|((path, height), frames)| Plane {
        path,
        height,
        frames,
    });
    Ok(planes.collect())
}

fn height(instance: &Instance, place: Place) -> i32 {
    if place.height == Place::NOWHERE.height {
        instance.height.unwrap_or(0)
    } else {
        place.height
    }
}

/// Tiles before the pixel at which a frame begins, counted from 1.
fn along(pixel: u32, side: u32) -> Result<u32, Error> {
    let before = pixel
        .checked_sub(1)
        .ok_or_else(|| Error::damaged("its frames do not say where they lie"))?;
    if !before.is_multiple_of(side) {
        return Err(Error::NotReadYet {
            format: "a DICOM slide whose frames do not lie side by side",
            remedy: "export it with frames on one grid",
        });
    }
    Ok(before / side)
}
