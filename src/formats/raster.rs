//! One plane of pixels: a grid of pieces (tiles or strips), and where each of them lies.
//!
//! ```text
//! Lies::Arrays   offsets and lengths stay in the file, read some kilobytes at a time   TIFF
//! Lies::Table    found one by one when the slide was opened                            DICOM's frames
//! Lies::Made     no piece lies anywhere as it is served: it has to be made             NDPI, overlaps, OpenSlide
//! ```

use super::decode::{self, Storage};
use super::made::{Maker, ROW_PIXELS};
use super::tiff::Array;
use super::{Codec, Colour, Error, Member, Picture, ReadAt};
use crate::pyramid::geometry::Grid;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// Longest stored piece accepted, in bytes.
pub(crate) const PIECE_BYTES: u64 = 64 << 20;

/// Pixels of the pieces decoded at once, and of those kept for the rectangle below.
const DECODED_AT_ONCE: u64 = 4 << 20;
const KEPT: u64 = 32 << 20;

/// Extents read at a time: 64 KiB of memory for the two arrays.
const EXTENTS_AT_ONCE: u64 = 4_096;

/// Where the pieces of one image lie and how they are stored.
#[derive(Debug, Clone)]
pub(crate) struct Raster {
    /// Pixels of the image and of a piece; a strip is a piece as wide as the image.
    pub(crate) grid: Grid,
    /// Tiles are stored whole at the edges; the last strip is not.
    pub(crate) tiled: bool,
    /// How the bytes of a piece become pixels.
    pub(crate) storage: Storage,
    /// Where they lie.
    pub(crate) lies: Lies,
}

/// Where the pieces lie, row by row.
#[derive(Debug, Clone)]
pub(crate) enum Lies {
    /// In one member, listed by two arrays in it.
    Arrays {
        member: u16,
        offsets: Array,
        /// In bytes.
        lengths: Array,
    },
    /// One extent for every piece of the grid, in any member.
    Table(Arc<[Extent]>),
    /// Nowhere as they are served.
    Made(Arc<dyn Maker>),
}

/// Decoded pieces that the next rectangle below needs once more, by column and row: at most 96 MiB; what is more is
/// decoded again.
#[derive(Debug, Default)]
pub struct Kept {
    pieces: HashMap<(u64, u64), Picture>,
    pixels: u64,
}

impl Kept {
    fn take(&mut self, at: (u64, u64)) -> Option<Picture> {
        let piece = self.pieces.remove(&at)?;
        self.pixels -= pixels_of(&piece);
        Some(piece)
    }

    fn put(&mut self, at: (u64, u64), piece: Picture) {
        if self.pixels + pixels_of(&piece) <= KEPT {
            self.pixels += pixels_of(&piece);
            self.pieces.insert(at, piece);
        }
    }
}

fn pixels_of(piece: &Picture) -> u64 {
    u64::from(piece.width) * u64::from(piece.height)
}

/// Where one piece lies; length 0 where it was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) member: u16,
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
        let columns = u64::from(self.grid.columns());
        let pieces = self.grid.tiles();
        let mut first = 0;
        while first < pieces {
            let count = EXTENTS_AT_ONCE.min(pieces - first);
            for (place, extent) in (first..).zip(self.some(members, first, count)?) {
                sink((place % columns) as u32, (place / columns) as u32, extent)?;
            }
            first += count;
        }
        Ok(())
    }

    /// The extents `first .. first + count`, each inside its member. Pieces that have to be made have none.
    fn some(&self, members: &[Member<'_>], first: u64, count: u64) -> Result<Vec<Extent>, Error> {
        match &self.lies {
            Lies::Arrays {
                member,
                offsets,
                lengths,
            } => {
                let bytes = bytes_of(members, *member)?;
                let offsets = offsets.read(bytes, first, count)?;
                let lengths = lengths.read(bytes, first, count)?;
                let pairs = offsets.into_iter().zip(lengths);
                pairs
                    .map(|(offset, length)| Extent::inside(bytes, *member, offset, length))
                    .collect()
            }
            Lies::Table(table) => {
                let short = || Error::damaged("an image lists fewer tiles than its size needs");
                let some = table.get(first as usize..(first + count) as usize);
                let some = some.ok_or_else(short)?.iter();
                some.map(|extent| {
                    let bytes = bytes_of(members, extent.member)?;
                    Extent::inside(bytes, extent.member, extent.offset, extent.length.into())
                })
                .collect()
            }
            Lies::Made(_) => Ok(vec![Extent::NOWHERE; count as usize]),
        }
    }

    /// The stored bytes of a piece; empty where it was left out.
    pub(crate) fn stored(
        &self,
        members: &[Member<'_>],
        column: u32,
        row: u32,
    ) -> Result<Vec<u8>, Error> {
        let place = self.grid.place(column, row).ok_or(Error::NoSuchTile)?;
        let extent = self.some(members, place, 1)?[0];
        extent.read(bytes_of(members, extent.member)?)
    }

    /// Checks the first and the last extents, which shows most files that were cut short at once. The
    /// full check is a walk over [`Self::extents`].
    pub(crate) fn ends_inside(&self, members: &[Member<'_>]) -> Result<(), Error> {
        let pieces = self.grid.tiles();
        let count = EXTENTS_AT_ONCE.min(pieces);
        for first in [0, pieces - count] {
            self.some(members, first, count)?;
        }
        Ok(())
    }

    /// An image whose pieces a maker makes, each a JPEG stream of its own.
    pub(crate) fn made(grid: Grid, maker: Arc<dyn Maker>) -> Self {
        Self {
            grid,
            tiled: true,
            storage: Storage {
                codec: Codec::Jpeg,
                tables: None,
                colour: Colour::Declared,
                samples: 3,
                differences: false,
                inverted: false,
                planar: false,
            },
            lies: Lies::Made(maker),
        }
    }

    /// Whether its pieces are made of decoded pixels, and the levels below it can be made with them.
    pub(crate) fn is_decoded(&self) -> bool {
        let row = u64::from(self.grid.width) * u64::from(self.grid.tile_height);
        match &self.lies {
            Lies::Made(maker) => maker.quality().is_some() && row <= ROW_PIXELS,
            _ => false,
        }
    }

    /// Whether no piece lies anywhere as it is served.
    pub(crate) const fn is_made(&self) -> bool {
        matches!(self.lies, Lies::Made(_))
    }

    /// The same image less what lies beyond `size`, which is padding. Where whole columns of pieces are left out,
    /// the extents of the others are kept: 16 bytes each.
    pub(crate) fn cut(mut self, members: &[Member<'_>], size: (u32, u32)) -> Result<Self, Error> {
        let grid = Grid {
            width: size.0.min(self.grid.width),
            height: size.1.min(self.grid.height),
            ..self.grid
        };
        if grid.columns() != self.grid.columns() {
            let mut kept = Vec::new();
            self.extents(members, &mut |column, row, extent| {
                kept.extend(grid.place(column, row).map(|_| extent));
                Ok(())
            })?;
            self.lies = Lies::Table(kept.into());
        }
        self.grid = grid;
        Ok(self)
    }

    /// The first piece that was not left out, if there is any.
    pub(crate) fn first_stored(&self, members: &[Member<'_>]) -> Result<Option<Vec<u8>>, Error> {
        let pieces = self.grid.tiles();
        let mut first = 0;
        while first < pieces {
            let count = EXTENTS_AT_ONCE.min(pieces - first);
            let some = self.some(members, first, count)?;
            if let Some(extent) = some.iter().find(|extent| extent.length > 0) {
                return extent.read(bytes_of(members, extent.member)?).map(Some);
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
        if let Lies::Made(maker) = &self.lies {
            return maker.pixels(members, column, row);
        }
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
        corner: (u64, u64),
        size: (u32, u32),
    ) -> Result<Picture, Error> {
        if let Lies::Made(maker) = &self.lies
            && let Some(picture) = maker.region(members, corner, size)?
        {
            return Ok(picture);
        }
        let mut nothing = Kept::default();
        self.region_above(members, (corner, size), (u64::MAX, &mut nothing))
    }

    /// The same, decoded on every core. Pieces that reach below the line `again` are kept for the next rectangle.
    pub(crate) fn region_above(
        &self,
        members: &[Member<'_>],
        ((left, top), size): ((u64, u64), (u32, u32)),
        (again, kept): (u64, &mut Kept),
    ) -> Result<Picture, Error> {
        let mut picture = Picture::white(size.0, size.1);
        let right = (left + u64::from(size.0)).min(u64::from(self.grid.width));
        let bottom = (top + u64::from(size.1)).min(u64::from(self.grid.height));
        let wide = u64::from(self.grid.tile_width);
        let high = u64::from(self.grid.tile_height);
        let rows = top / high..bottom.div_ceil(high);
        let columns = left / wide..right.div_ceil(wide);
        let places = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        let places: Vec<_> = places.collect();
        for some in places.chunks(self.at_once()) {
            let some: Vec<_> = some.iter().map(|at| (*at, kept.take(*at))).collect();
            let pieces = some.into_par_iter().map(|(at, held)| match held {
                Some(piece) => Ok((at, piece)),
                None => Ok((at, self.inside(members, at.0 as u32, at.1 as u32)?)),
            });
            for (at, piece) in pieces.collect::<Result<Vec<_>, Error>>()? {
                let across = (at.0 * wide).cast_signed() - left.cast_signed();
                let down = (at.1 * high).cast_signed() - top.cast_signed();
                picture.paste(&piece, across, down);
                if (at.1 + 1) * high > again {
                    kept.put(at, piece);
                }
            }
        }
        Ok(picture)
    }

    /// Pieces decoded at once.
    fn at_once(&self) -> usize {
        let piece = u64::from(self.grid.tile_width) * u64::from(self.grid.tile_height);
        let few = rayon::current_num_threads();
        (DECODED_AT_ONCE / piece.max(1)).max(few as u64) as usize
    }

    /// The pixels of a piece that lie inside the image.
    fn inside(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let mut piece = self.pixels(members, column, row)?;
        self.cut_padding(&mut piece, column, row);
        Ok(piece)
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
}

/// The bytes of a member.
pub(crate) fn bytes_of<'a>(members: &[Member<'a>], member: u16) -> Result<&'a dyn ReadAt, Error> {
    let missing = || Error::damaged("a file of the slide is missing");
    let member = members.get(usize::from(member));
    Ok(member.ok_or_else(missing)?.bytes)
}

impl Extent {
    /// Of a piece that was left out, or has to be made.
    pub(crate) const NOWHERE: Self = Self {
        member: 0,
        offset: 0,
        length: 0,
    };

    /// An extent that lies inside the member's `bytes`, or the reason why not.
    fn inside(bytes: &dyn ReadAt, member: u16, offset: u64, length: u64) -> Result<Self, Error> {
        if length == 0 {
            return Ok(Self::NOWHERE);
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
            member,
            offset,
            length: length as u32,
        })
    }

    pub(crate) fn read(&self, bytes: &dyn ReadAt) -> Result<Vec<u8>, Error> {
        let mut stored = vec![0; self.length as usize];
        if self.length > 0 {
            bytes.read_exact_at(self.offset, &mut stored)?;
        }
        Ok(stored)
    }
}
