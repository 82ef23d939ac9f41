//! One JPEG as large as a level is cut into tiles, no coefficient changed.
//!
//! ```text
//! the level's JPEG     MCU rows, in restart intervals of any length
//!   ═══════════════════
//!   ═════╪═════╪═══╪     one row of tiles: a stream is open for each column, and every row of MCUs is dealt out
//!   ═════╪═════╪═══╪     among them, run by run
//!   ─────┴─────┴───┴─▶  tiles of that row; blank MCUs fill what lies beyond the level's edge
//! ```
//!
//! Bound: the compressed bytes of one row of tiles, 128 MiB at most, and two blocks of 64 KiB.

use super::super::{Error, ReadAt};
use super::frame::Frame;
use super::piece::Piece;
use super::scan::Scan;
use crate::pyramid::geometry::Grid;

/// Compressed bytes that one row of tiles may have; a row of 512 × 200,000 pixels has a third.
const ROW_BYTES: usize = 128 << 20;

/// A level's JPEG and the tiles it is to become.
#[derive(Clone, Copy)]
pub(crate) struct Retile<'a> {
    /// Its headers.
    pub(crate) frame: &'a Frame,
    /// Where it lies.
    pub(crate) bytes: &'a dyn ReadAt,
    /// Its first byte, and the one behind its last.
    pub(crate) span: (u64, u64),
    /// The level's pixels, which its headers may be too narrow to say; tile sides are multiples of the MCU.
    pub(crate) grid: Grid,
    /// The components are red, green and blue, and nothing in the stream says so.
    pub(crate) rgb: bool,
}

impl<'a> Retile<'a> {
    /// The scan from its first MCU on.
    pub(crate) fn first_scan(&self) -> Scan<'a> {
        let first = self.span.0 + self.frame.scan_at as u64;
        Scan::new(self.frame, self.bytes, (first, self.span.1), 0)
    }

    /// The scan from restart interval `number` on, whose bits start at `start`.
    pub(crate) fn scan_of(&self, number: u32, start: u64) -> Scan<'a> {
        Scan::new(self.frame, self.bytes, (start, self.span.1), number)
    }

    /// MCUs across and down.
    pub(crate) fn mcus(&self) -> (u32, u32) {
        let (wide, high) = self.frame.mcu();
        (
            self.grid.width.div_ceil(wide),
            self.grid.height.div_ceil(high),
        )
    }

    /// MCUs across and down a whole tile.
    pub(crate) fn tile_mcus(&self) -> (u32, u32) {
        let (wide, high) = self.frame.mcu();
        (self.grid.tile_width / wide, self.grid.tile_height / high)
    }

    /// The MCUs of a tile or row of tiles that are there: the first, and how many, in one direction.
    const fn there(tile: u32, of_tile: u32, all: u32) -> (u32, u32) {
        let first = tile * of_tile;
        let left = all.saturating_sub(first);
        (first, if left < of_tile { left } else { of_tile })
    }

    /// The tiles of row `row` from a scan that stands at its first MCU, and stands behind its last afterwards.
    pub(crate) fn row(&self, scan: &mut Scan<'_>, row: u32) -> Result<Vec<Vec<u8>>, Error> {
        let ((across, down), (wide, high)) = (self.mcus(), self.tile_mcus());
        let columns = 0..self.grid.columns();
        let mut pieces: Vec<Piece<'_>> = columns.map(|column| self.piece(column, row)).collect();
        for _ in 0..Self::there(row, high, down).1 {
            for (column, piece) in (0..).zip(&mut pieces) {
                let (_, count) = Self::there(column, wide, across);
                scan.copy(count, piece)?;
                self.fill(piece, u64::from(wide - count))?;
            }
            if pieces.iter().map(Piece::len).sum::<usize>() > ROW_BYTES {
                return Err(Error::TooLarge {
                    what: "a row of tiles, in bytes,",
                    limit: ROW_BYTES as u64,
                });
            }
        }
        let below = u64::from(high - Self::there(row, high, down).1) * u64::from(wide);
        let finished = pieces.into_iter().map(|piece| self.finish(piece, below));
        finished.collect()
    }

    /// One tile; `stand` gives a scan that stands at an MCU, from the one that was used last.
    pub(crate) fn tile(
        &self,
        (column, row): (u32, u32),
        stand: &dyn Fn(Option<(Scan<'a>, u64)>, u64) -> Result<Scan<'a>, Error>,
    ) -> Result<Vec<u8>, Error> {
        let ((across, down), (wide, high)) = (self.mcus(), self.tile_mcus());
        let (left, count) = Self::there(column, wide, across);
        let (top, rows) = Self::there(row, high, down);
        let mut piece = self.piece(column, row);
        let mut used = None;
        for line in top..top + rows {
            let first = u64::from(line) * u64::from(across) + u64::from(left);
            let mut scan = stand(used.take(), first)?;
            scan.copy(count, &mut piece)?;
            self.fill(&mut piece, u64::from(wide - count))?;
            used = Some((scan, first + u64::from(count)));
        }
        self.finish(piece, u64::from(high - rows) * u64::from(wide))
    }

    /// A tile without MCUs: as large as the grid says, or cut at the level's edge where the tables cannot say blank.
    fn piece(&self, column: u32, row: u32) -> Piece<'a> {
        let grid = self.grid;
        let (mut wide, mut high) = (grid.tile_width, grid.tile_height);
        if !self.frame.can_blank() {
            wide = wide.min(grid.width.saturating_sub(column * grid.tile_width));
            high = high.min(grid.height.saturating_sub(row * grid.tile_height));
        }
        Piece::new(self.frame, (wide as u16, high as u16), self.rgb)
    }

    fn fill(&self, piece: &mut Piece<'_>, mcus: u64) -> Result<(), Error> {
        if mcus > 0 && self.frame.can_blank() {
            piece.blank(mcus)?;
        }
        Ok(())
    }

    fn finish(&self, mut piece: Piece<'_>, below: u64) -> Result<Vec<u8>, Error> {
        self.fill(&mut piece, below)?;
        Ok(piece.finish())
    }
}
