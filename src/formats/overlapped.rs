//! Tiles that overlap by the same advance everywhere, and the picture they make together.
//!
//! ```text
//! stored   |  0  |  1  |  2  |      cells of one size, side by side
//! shown    |  0 |  1 |  2  |        each `advance` after the one before; the right and lower one lies on top
//! ```
//!
//! A microscope's stage moves by less than its camera sees. Lower levels are the reduced cells side by side, so a
//! cell there is smaller than a stored tile. Cells come to lie on whole pixels. A rectangle costs the memory of its cells side by side, at most four times its own.

use super::assembled::{self, Source};
use super::raster::{Kept, Raster};
use super::{Error, Member, Picture};
use std::ops::Range;

/// How the cells of a level lie, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Laid {
    /// Width and height of a cell.
    pub(crate) cell: (u32, u32),
    /// From one cell to the next, across and down: above 0, at most the cell.
    pub(crate) advance: (f64, f64),
}

#[derive(Debug)]
struct Overlapped {
    stored: Raster,
    laid: Laid,
}

/// Smallest side of a cell; a lower level is too small to be joined from cells.
const CELL: u32 = 2;

/// The level as it is shown: as stored where nothing overlaps, otherwise to be made.
pub(crate) fn raster(stored: Raster, laid: Laid) -> Result<Raster, Error> {
    let apart = |cell: u32, advance: f64| (f64::from(cell) - advance).abs() < 1e-3;
    if apart(laid.cell.0, laid.advance.0) && apart(laid.cell.1, laid.advance.1) {
        return Ok(stored);
    }
    if laid.cell.0.min(laid.cell.1) < CELL {
        return Err(Error::damaged(
            "its tiles overlap and are too small to be joined",
        ));
    }
    let within =
        |cell: u32, advance: f64| advance >= f64::from(cell) / 2.0 && advance <= f64::from(cell);
    if !within(laid.cell.0, laid.advance.0) || !within(laid.cell.1, laid.advance.1) {
        return Err(Error::damaged("its tiles overlap by more than half"));
    }
    let shown = |side: u32, cell: u32, advance: f64| {
        let cells = side.div_ceil(cell);
        let last = side - (cells - 1) * cell;
        place(cells - 1, advance) as u32 + last
    };
    let size = (
        shown(stored.grid.width, laid.cell.0, laid.advance.0),
        shown(stored.grid.height, laid.cell.1, laid.advance.1),
    );
    assembled::raster(Overlapped { stored, laid }, size)
}

/// Where a cell begins.
fn place(cell: u32, advance: f64) -> u64 {
    (f64::from(cell) * advance).round() as u64
}

impl Source for Overlapped {
    fn region(
        &self,
        members: &[Member<'_>],
        corner: (u64, u64),
        size: (u32, u32),
    ) -> Result<Picture, Error> {
        self.join(members, (corner, size), (u64::MAX, &mut Kept::default()))
    }

    fn band(
        &self,
        members: &[Member<'_>],
        top: u64,
        size: (u32, u32),
        kept: &mut Kept,
    ) -> Result<Picture, Error> {
        let next = self.rows(top + u64::from(size.1), size.1).start;
        let again = u64::from(next) * u64::from(self.laid.cell.1);
        self.join(members, ((0, top), size), (again, kept))
    }

    fn costs_rows(&self) -> bool {
        false
    }
}

impl Overlapped {
    /// The rows of cells that touch `height` pixels from `top`.
    fn rows(&self, top: u64, height: u32) -> Range<u32> {
        let stored = (self.stored.grid.height, self.laid.cell.1);
        cells(top, height, stored, self.laid.advance.1)
    }

    fn join(
        &self,
        members: &[Member<'_>],
        ((left, top), size): ((u64, u64), (u32, u32)),
        again: (u64, &mut Kept),
    ) -> Result<Picture, Error> {
        let Laid { cell, advance } = self.laid;
        let stored = (self.stored.grid.width, self.stored.grid.height);
        let columns = cells(left, size.0, (stored.0, cell.0), advance.0);
        let rows = self.rows(top, size.1);
        let corner = (columns.start * cell.0, rows.start * cell.1);
        let wide = stored.0.min(columns.end * cell.0).saturating_sub(corner.0);
        let high = stored.1.min(rows.end * cell.1).saturating_sub(corner.1);
        let read = (u64::from(corner.0), u64::from(corner.1));
        let side_by_side = (self.stored).region_above(members, (read, (wide, high)), again)?;
        let mut picture = Picture::white(size.0, size.1);
        for row in rows.clone() {
            for column in columns.clone() {
                let within = (column * cell.0 - corner.0, row * cell.1 - corner.1);
                let piece = side_by_side.cut(within, cell);
                let across = place(column, advance.0).cast_signed() - left.cast_signed();
                let down = place(row, advance.1).cast_signed() - top.cast_signed();
                picture.paste(&piece, across, down);
            }
        }
        Ok(picture)
    }
}

/// The cells along one side that touch `length` pixels from `from`.
fn cells(from: u64, length: u32, (side, cell): (u32, u32), advance: f64) -> Range<u32> {
    let count = side.div_ceil(cell);
    let reach = from.saturating_sub(u64::from(cell));
    let first = ((reach as f64 / advance).floor() as u32).min(count);
    let end = ((from + u64::from(length)) as f64 / advance).ceil() as u32;
    first..end.saturating_add(1).min(count)
}
