//! Pieces that lie nowhere as they are served, and how they are made.
//!
//! ```text
//!   cut       one JPEG a level (NDPI), frames in fragments      stored bits, re-headed: no pixel is decoded
//!   decoded   strips, tiles that overlap, OpenSlide's           pixels, a row of tiles at a time ─▶ coded
//!                                                                └─▶ ½ ─▶ ¼ … in the same pass
//! ```
//!
//! They are made once, before the scan is published, and kept in its derived pack.

use super::picture::jpeg_of;
use super::raster::Kept;
use super::{Error, Member, Picture, jpeg};
use crate::pyramid::cascade::Made;
use crate::pyramid::downsample::Pixels;
use crate::pyramid::geometry::Grid;
use crate::pyramid::rows::Rows;

/// Quality of levels made by halving, as slide scanners store theirs; colours at half the resolution.
pub const HALVED_QUALITY: u8 = 80;
/// Pixels of a row of tiles whose halves are made with it, at most: as many wait, 192 MiB.
pub(crate) const ROW_PIXELS: u64 = 64 << 20;

/// Takes a made tile: column, row, and a JPEG stream of its own (empty: nothing is there).
pub type TileSink<'a> = dyn FnMut(u32, u32, Vec<u8>) -> Result<(), Error> + 'a;

/// The pixels of the tiles in one row, by their column.
pub type RowOfTiles<'a> = Box<dyn Fn(u32) -> Result<Picture, Error> + Send + Sync + 'a>;

/// Makes the tiles of one level. Deterministic: the same slide gives the same bytes.
pub trait Maker: std::fmt::Debug + Send + Sync {
    /// One tile as it is served, a JPEG stream of its own; empty where the scanner left it out.
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error>;

    /// The decoded pixels of a whole tile, padding included.
    fn pixels(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error>;

    /// The quality tiles of decoded pixels are coded in; `None` where tiles are cut and nothing is decoded.
    fn quality(&self) -> Option<u8> {
        None
    }

    /// A rectangle in the level's pixels, white outside; `None` where it is put together of tiles.
    fn region(
        &self,
        _members: &[Member<'_>],
        _corner: (u64, u64),
        _size: (u32, u32),
    ) -> Result<Option<Picture>, Error> {
        Ok(None)
    }

    /// Whether any part of a row costs all of it, as in strips.
    fn costs_rows(&self) -> bool {
        false
    }

    /// Where pixels are decoded: those of a row of tiles. Rows are asked for from the top down, with the same `kept`.
    fn row<'a>(
        &'a self,
        members: &'a [Member<'a>],
        row: u32,
        _kept: &mut Kept,
    ) -> Result<RowOfTiles<'a>, Error> {
        Ok(Box::new(move |column| self.pixels(members, column, row)))
    }

    /// Where tiles are cut: every tile of the level, row by row; memory does not grow with the slide. Makers that
    /// can read the level in one pass do so; this one makes tile by tile.
    fn tiles(
        &self,
        members: &[Member<'_>],
        grid: Grid,
        sink: &mut TileSink<'_>,
    ) -> Result<(), Error> {
        for row in 0..grid.rows() {
            for column in 0..grid.columns() {
                sink(column, row, self.tile(members, column, row)?)?;
            }
        }
        Ok(())
    }
}

/// Makes a level of decoded pixels, `grids[0]`, and the levels after it, each half the one before: every pixel is
/// decoded once, on every core. Memory is some rows of tiles, whatever the height of the slide.
pub(crate) fn decoded(
    (maker, quality): (&dyn Maker, u8),
    members: &[Member<'_>],
    grids: &[Grid],
    sink: &mut dyn FnMut(Made) -> Result<(), Error>,
) -> Result<(), Error> {
    let halved = jpeg::LevelEncoder::new(HALVED_QUALITY)?;
    let code = |step: usize, pixels: &Pixels| {
        let Pixels {
            width,
            height,
            samples,
        } = pixels;
        match step {
            0 => jpeg_of(samples, (*width, *height), quality),
            _ => halved.encode(samples, *width, *height),
        }
    };
    let mut rows = Rows::new(grids, &code);
    let mut kept = Kept::default();
    for row in 0..grids.first().map_or(0, Grid::rows) {
        let tiles = maker.row(members, row, &mut kept)?;
        let pixels = |column: u32| {
            let tile = tiles(column)?;
            Ok(Pixels {
                width: tile.width,
                height: tile.height,
                samples: tile.rgb,
            })
        };
        rows.take(row, &pixels)?
            .into_iter()
            .try_for_each(&mut *sink)?;
    }
    Ok(())
}
