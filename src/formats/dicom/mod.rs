//! DICOM whole-slide images (PS3.3 A.32.8): the instances of one series are one slide.
//!
//! ```text
//! member ─▶ attributes ─▶ instance ─┬─ VOLUME ───▶ parts joined ─▶ duplicates dropped ─▶ levels, images
//!                                   └─ LABEL, OVERVIEW, THUMBNAIL ─▶ associated images
//! instance ─▶ syntax (how frames are stored) ─▶ frames (where each lies) ─▶ place (which tile each is)
//! ```
//!
//! A frame is DICOM's word for a tile. Extents point to the bare code stream: the item's content, its padding
//! byte included. What belongs to another patient, series, container or frame of reference is refused, and so
//! are two different pictures that claim the same place: a slide is shown whole and alone, or not at all.

mod attributes;
mod delivery;
mod frames;
mod images;
mod instance;
mod joined;
mod levels;
mod parts;
mod place;
mod syntax;

#[cfg(test)]
mod tests;

use super::probe::Probe;
use super::{Error, ReadAt, Slide};
use crate::dicom::{self, Source};

/// Frames of one instance, or of the parts of one: 64 MiB of extents.
const FRAMES: u64 = 1 << 22;

/// Opens the slide whose instances these members are.
pub(crate) fn open(probes: &[&Probe<'_>]) -> Result<Slide, Error> {
    let delivery = delivery::read(probes)?;
    levels::slide(probes, delivery)
}

/// A member's bytes, as the grammar wants them.
struct Bytes<'a>(&'a dyn ReadAt);

impl Source for Bytes<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.0.read_exact_at(offset, buffer)
    }
}

impl From<dicom::Error> for Error {
    fn from(why: dicom::Error) -> Self {
        match why {
            dicom::Error::Ends { expected, found } => Self::Truncated { expected, found },
            dicom::Error::Damaged(what) => Self::damaged(what),
            dicom::Error::Io(why) => Self::Io(why),
        }
    }
}
