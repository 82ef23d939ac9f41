//! Whole images become levels: where the tiles of each plane lie, and how they become pixels.
//!
//! ```text
//! plane ─▶ one fragment a frame: a table of extents │ several: made, fragment behind fragment
//!       ─▶ JPEG: the markers of its first frame say what its colours are
//! ```

use super::super::associated::Associated;
use super::super::decode::Storage;
use super::super::levels::{self as pyramid, Said};
use super::super::probe::Probe;
use super::super::raster::{Extent, Lies, Raster};
use super::super::{Codec, Colour, Error, Member, Slide, jpeg};
use super::FRAMES;
use super::attributes::too_many_frames;
use super::delivery::{self, Delivery};
use super::frames::Located;
use super::images;
use super::instance::Instance;
use super::joined::{self, Joined};
use super::parts::Whole;
use super::place::{ABSENT, Plane};
use std::cmp::Reverse;
use std::sync::Arc;

/// Builds the slide of a delivery.
pub(super) fn slide(probes: &[&Probe<'_>], delivery: Delivery) -> Result<Slide, Error> {
    let members = probes.first().ok_or_else(delivery::nothing)?.members;
    let Delivery {
        mut volumes,
        beside,
        not_shown,
    } = delivery;
    volumes.sort_by_key(|whole| Reverse((whole.instance.grid.width, whole.instance.grid.height)));
    let tiles = |whole: &Whole| whole.planes.len() as u64 * whole.instance.grid.tiles();
    if volumes.iter().map(tiles).sum::<u64>() > 2 * FRAMES {
        return Err(too_many_frames());
    }
    let said = said(&volumes, &beside, not_shown)?;
    let associated = beside
        .into_iter()
        .filter_map(|(name, whole)| picture(members, name, whole).transpose())
        .collect::<Result<_, _>>()?;
    let full = volumes.first().map_or(0, |whole| whole.instance.grid.width);
    let images = images::images(members, volumes)?;
    let images = images::numbered(images, full, said.mpp)?;
    pyramid::slide_of(images, associated, said)
}

/// What the largest image says of the slide; the code may stand in any instance.
fn said(
    volumes: &[Whole],
    beside: &[(&'static str, Whole)],
    not_shown: Vec<String>,
) -> Result<Said, Error> {
    let largest = &volumes.first().ok_or_else(delivery::nothing)?.instance;
    let all = || volumes.iter().chain(beside.iter().map(|(_, whole)| whole));
    Ok(Said {
        vendor: "dicom",
        mpp: largest.mpp,
        objective: largest.objective,
        barcode: all().find_map(|whole| whole.instance.barcode.clone()),
        photometric: largest.samples.photometric,
        not_shown,
        icc: largest.icc.map(|(offset, length)| Extent {
            member: largest.member,
            offset,
            length,
        }),
        ..Said::default()
    })
}

fn picture(
    members: &[Member<'_>],
    name: &'static str,
    whole: Whole,
) -> Result<Option<Associated>, Error> {
    let Whole {
        instance,
        located,
        planes,
    } = whole;
    let Some(plane) = planes.into_iter().next() else {
        return Ok(None);
    };
    let raster = raster(members, &instance, &Arc::new(located), plane)?;
    Ok(Associated::new(name, raster))
}

/// The pixels of one plane: where they lie, and how they become pixels.
pub(super) fn raster(
    members: &[Member<'_>],
    instance: &Instance,
    located: &Arc<Located>,
    plane: Plane,
) -> Result<Raster, Error> {
    let samples = instance.samples;
    let mut storage = Storage {
        codec: samples.codec,
        tables: None,
        colour: samples.colour,
        samples: samples.each,
        differences: false,
        inverted: samples.inverted,
        planar: samples.planar,
    };
    if samples.codec == Codec::Jpeg {
        let first = plane.frames.iter().find(|frame| **frame != ABSENT);
        if let Some(first) = first {
            let stream = joined::frame(members, located, *first as usize)?;
            settle(&mut storage, &stream)?;
        }
    }
    let grid = instance.grid;
    let lies = if located.starts.is_empty() {
        Lies::Table(table(located, &plane.frames)?)
    } else if samples.codec == Codec::Jpeg {
        Lies::Made(Arc::new(Joined {
            grid,
            storage: storage.clone(),
            located: Arc::clone(located),
            frames: plane.frames.into(),
        }))
    } else {
        return Err(Error::NotReadYet {
            format: "a DICOM slide whose frames are in several pieces",
            remedy: "export it with one fragment a frame",
        });
    };
    Ok(Raster {
        grid,
        tiled: true,
        storage,
        lies,
    })
}

fn table(located: &Located, frames: &[u32]) -> Result<Arc<[Extent]>, Error> {
    let extent = |frame: &u32| match *frame {
        ABSENT => Ok(Extent::NOWHERE),
        frame => {
            let extent = located.fragments.get(frame as usize);
            extent
                .copied()
                .ok_or_else(|| Error::damaged("a frame is missing"))
        }
    };
    frames.iter().map(extent).collect()
}

/// The markers of the stream decide its colours, and must fit what the instance says of its samples.
fn settle(storage: &mut Storage, stream: &[u8]) -> Result<(), Error> {
    let header = jpeg::header(stream)?;
    if header.bits != 8 {
        return Err(Error::NotReadYet {
            format: "a DICOM slide with JPEG frames of more than 8 bits",
            remedy: "export it with 8 bits a sample",
        });
    }
    if header.components != storage.samples {
        return Err(Error::damaged(
            "its JPEG frames have other samples than it says",
        ));
    }
    let rgb = storage.colour == Colour::Rgb;
    storage.colour = jpeg::colour(None, stream, rgb)?;
    Ok(())
}
