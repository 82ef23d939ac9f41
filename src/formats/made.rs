//! Pieces that lie nowhere as they are served, and how they are made.
//!
//! One JPEG a level (NDPI), tiles that overlap (Ventana), strips, and slides that only OpenSlide reads: their
//! tiles are made once, before the scan is published, and kept in its derived pack.

use super::{Error, Member, Picture};
use crate::pyramid::geometry::Grid;

/// Takes a made tile: column, row, and a JPEG stream of its own (empty: nothing is there).
pub type TileSink<'a> = dyn FnMut(u32, u32, Vec<u8>) -> Result<(), Error> + 'a;

/// Makes the tiles of one level. Deterministic: the same slide gives the same bytes.
pub trait Maker: std::fmt::Debug + Send + Sync {
    /// One tile as it is served, a JPEG stream of its own; empty where the scanner left it out.
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error>;

    /// The decoded pixels of a whole tile, padding included.
    fn pixels(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error>;

    /// Every tile of the level, row by row; memory does not grow with the slide. Makers that can read the
    /// level in one pass do so; this one makes tile by tile.
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
