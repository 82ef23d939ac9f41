//! Frames in several fragments: no one range of the file is such a frame, so they are put together.

use super::super::decode::{self, Storage};
use super::super::made::Maker;
use super::super::raster::{PIECE_BYTES, bytes_of};
use super::super::{Error, Member, Picture, jpeg};
use super::frames::Located;
use super::place::ABSENT;
use crate::pyramid::geometry::Grid;
use std::sync::Arc;

/// The frames of one level, fragment by fragment.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) grid: Grid,
    pub(super) storage: Storage,
    pub(super) located: Arc<Located>,
    /// The frame of every tile.
    pub(super) frames: Arc<[u32]>,
}

/// The fragments of one frame, one behind the other.
pub(super) fn frame(
    members: &[Member<'_>],
    located: &Located,
    frame: usize,
) -> Result<Vec<u8>, Error> {
    let fragments = located.frame(frame);
    let length: u64 = fragments
        .iter()
        .map(|extent| u64::from(extent.length))
        .sum();
    if length > PIECE_BYTES {
        return Err(Error::TooLarge {
            what: "a stored frame, in bytes,",
            limit: PIECE_BYTES,
        });
    }
    let mut stored = vec![0; length as usize];
    let mut rest = &mut stored[..];
    for extent in fragments {
        let (piece, behind) = rest.split_at_mut(extent.length as usize);
        bytes_of(members, extent.member)?.read_exact_at(extent.offset, piece)?;
        rest = behind;
    }
    Ok(stored)
}

impl Joined {
    fn stored(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        let place = self.grid.place(column, row).ok_or(Error::NoSuchTile)?;
        match self.frames.get(place as usize) {
            None | Some(&ABSENT) => Ok(Vec::new()),
            Some(number) => frame(members, &self.located, *number as usize),
        }
    }
}

impl Maker for Joined {
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        let stored = self.stored(members, column, row)?;
        Ok(jpeg::splice(None, &stored, self.storage.colour))
    }

    fn pixels(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let (wide, high) = (self.grid.tile_width, self.grid.tile_height);
        let stored = self.stored(members, column, row)?;
        if stored.is_empty() {
            return Ok(Picture::white(wide, high));
        }
        decode::piece(&stored, &self.storage, wide, high)
    }
}
