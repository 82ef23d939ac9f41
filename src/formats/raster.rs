//! One image of a TIFF as it is stored: a grid of pieces (tiles or strips), each with its own extent.
//!
//! The arrays of offsets and lengths stay in the file; they are read on demand, some kilobytes at a time.

use super::decode::{self, Storage};
use super::tiff::Array;
use super::{Error, Member, Picture, ReadAt};
use crate::pyramid::geometry::Grid;

/// Longest stored piece accepted, in bytes.
pub(crate) const PIECE_BYTES: u64 = 64 << 20;

/// Extents read at a time: 64 KiB of memory for the two arrays.
const EXTENTS_AT_ONCE: u64 = 4_096;

/// Where the pieces of one image lie and how they are stored.
#[derive(Debug, Clone)]
pub(crate) struct Raster {
    /// The member all pieces lie in.
    pub(crate) member: u16,
    /// Pixels of the image and of a piece; a strip is a piece as wide as the image.
    pub(crate) grid: Grid,
    /// Tiles are stored whole at the edges; the last strip is not.
    pub(crate) tiled: bool,
    /// How the bytes of a piece become pixels.
    pub(crate) storage: Storage,
    /// Offsets of the pieces, row by row.
    pub(crate) offsets: Array,
    /// Their lengths in bytes.
    pub(crate) lengths: Array,
}

/// Where one piece lies; length 0 where it was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) length: u32,
}

impl Raster {
    /// Hands every piece's column, row and extent to `sink`, row by row.
    pub(crate) fn extents(
        &self,
        members: &[Member<'_>],
        sink: &mut dyn FnMut(u32, u32, Extent) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let bytes = self.bytes(members)?;
        let columns = u64::from(self.grid.columns());
        let pieces = self.grid.tiles();
        let mut first = 0;
        while first < pieces {
            let count = EXTENTS_AT_ONCE.min(pieces - first);
            let offsets = self.offsets.read(bytes, first, count)?;
            let lengths = self.lengths.read(bytes, first, count)?;
            for (place, (offset, length)) in (first..).zip(offsets.into_iter().zip(lengths)) {
                let extent = Extent::inside(bytes, offset, length)?;
                sink((place % columns) as u32, (place / columns) as u32, extent)?;
            }
            first += count;
        }
        Ok(())
    }

    /// The stored bytes of a piece; empty where it was left out.
    pub(crate) fn stored(
        &self,
        members: &[Member<'_>],
        column: u32,
        row: u32,
    ) -> Result<Vec<u8>, Error> {
        let bytes = self.bytes(members)?;
        let place = self.grid.place(column, row).ok_or(Error::NoSuchTile)?;
        let offset = self.offsets.one(bytes, place)?;
        let length = self.lengths.one(bytes, place)?;
        Extent::inside(bytes, offset, length)?.read(bytes)
    }

    /// Checks the first and the last extents, which shows most files that were cut short at once. The
    /// full check is a walk over [`Self::extents`].
    pub(crate) fn ends_inside(&self, bytes: &dyn ReadAt) -> Result<(), Error> {
        let pieces = self.grid.tiles();
        let count = EXTENTS_AT_ONCE.min(pieces);
        for first in [0, pieces - count] {
            let offsets = self.offsets.read(bytes, first, count)?;
            let lengths = self.lengths.read(bytes, first, count)?;
            for (offset, length) in offsets.into_iter().zip(lengths) {
                Extent::inside(bytes, offset, length)?;
            }
        }
        Ok(())
    }

    /// The first piece that was not left out, if there is any.
    pub(crate) fn first_stored(&self, bytes: &dyn ReadAt) -> Result<Option<Vec<u8>>, Error> {
        let pieces = self.grid.tiles();
        let mut first = 0;
        while first < pieces {
            let count = EXTENTS_AT_ONCE.min(pieces - first);
            let lengths = self.lengths.read(bytes, first, count)?;
            if let Some(at) = lengths.iter().position(|length| *length > 0) {
                let offset = self.offsets.one(bytes, first + at as u64)?;
                return Ok(Some(
                    Extent::inside(bytes, offset, lengths[at])?.read(bytes)?,
                ));
            }
            first += count;
        }
        Ok(None)
    }

    /// The pixels of a piece: a tile whole, the last strip as short as the image leaves it.
    pub(crate) fn pixels(
        &self,
        members: &[Member<'_>],
        column: u32,
        row: u32,
    ) -> Result<Picture, Error> {
        let stored = self.stored(members, column, row)?;
        let height = if self.tiled {
            self.grid.tile_height
        } else {
            let above = row.saturating_mul(self.grid.tile_height);
            self.grid
                .tile_height
                .min(self.grid.height.saturating_sub(above))
        };
        if stored.is_empty() {
            return Ok(Picture::white(self.grid.tile_width, height));
        }
        decode::piece(&stored, &self.storage, self.grid.tile_width, height)
    }

    /// A rectangle of the image in its own pixels; white outside. The caller bounds `size`.
    pub(crate) fn region(
        &self,
        members: &[Member<'_>],
        (left, top): (u64, u64),
        size: (u32, u32),
    ) -> Result<Picture, Error> {
        let mut picture = Picture::white(size.0, size.1);
        let right = (left + u64::from(size.0)).min(u64::from(self.grid.width));
        let bottom = (top + u64::from(size.1)).min(u64::from(self.grid.height));
        let (wide, high) = (
            u64::from(self.grid.tile_width),
            u64::from(self.grid.tile_height),
        );
        for row in top / high..bottom.div_ceil(high) {
            for column in left / wide..right.div_ceil(wide) {
                let mut piece = self.pixels(members, column as u32, row as u32)?;
                self.cut_padding(&mut piece, column as u32, row as u32);
                let across = (column * wide).cast_signed() - left.cast_signed();
                let down = (row * high).cast_signed() - top.cast_signed();
                picture.paste(&piece, across, down);
            }
        }
        Ok(picture)
    }

    /// Padding beyond the image's edges is no tissue: it must not show in a region that leaves the slide.
    fn cut_padding(&self, piece: &mut Picture, column: u32, row: u32) {
        let wide = (self.grid.width - column * self.grid.tile_width).min(piece.width);
        let high = (self.grid.height - row * self.grid.tile_height).min(piece.height);
        if (wide, high) != (piece.width, piece.height) {
            let mut inside = Picture::white(wide, high);
            inside.paste(piece, 0, 0);
            *piece = inside;
        }
    }

    fn bytes<'a>(&self, members: &[Member<'a>]) -> Result<&'a dyn ReadAt, Error> {
        let member = members.get(usize::from(self.member));
        let missing = || Error::damaged("a file of the slide is missing");
        Ok(member.ok_or_else(missing)?.bytes)
    }
}

impl Extent {
    /// An extent that lies inside `bytes`, or the reason why not.
    fn inside(bytes: &dyn ReadAt, offset: u64, length: u64) -> Result<Self, Error> {
        if length == 0 {
            return Ok(Self {
                offset: 0,
                length: 0,
            });
        }
        let end = offset.saturating_add(length);
        if end > bytes.size() {
            return Err(Error::Truncated {
                expected: end,
                found: bytes.size(),
            });
        }
        if length > PIECE_BYTES {
            return Err(Error::TooLarge {
                what: "a stored tile, in bytes,",
                limit: PIECE_BYTES,
            });
        }
        Ok(Self {
            offset,
            length: length as u32,
        })
    }

    fn read(self, bytes: &dyn ReadAt) -> Result<Vec<u8>, Error> {
        let mut stored = vec![0; self.length as usize];
        if self.length > 0 {
            bytes.read_exact_at(self.offset, &mut stored)?;
        }
        Ok(stored)
    }
}
