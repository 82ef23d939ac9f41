//! Halving level after level while the first comes row by row, from its top down.
//!
//! ```text
//!   ┌──┬──┬──┬──┬──┐  row 0: upper halves        the row of the next level is complete
//!   ├──┼──┼──┼──┼──┤  row 1: lower halves   ─▶   ┌──┬──┬──┐  with row 1, and goes the same way
//!   └──┴──┴──┴──┴──┘                             └──┴──┴──┘  ─▶ … one tile
//!    one thread: two tiles, coded and halved into their new one
//! ```
//!
//! For levels whose pixels are had a row at a time, as strips and tiles that overlap are; `cascade` is for tiles
//! that are had in any order.
//!
//! Bounds: of every level but the first one row of tiles waits; together they have fewer pixels than a row of the
//! first. The same pixels give the same bytes in the same order, on any number of threads.

use std::borrow::Cow;

use rayon::prelude::*;

use super::cascade::{Made, valid};
use super::coder::{Code, Coder};
use super::downsample::Pixels;
use super::geometry::Grid;

/// The pixels of a tile of a row, padding included.
type Tile<'a, E> = dyn Fn(u32) -> Result<Cow<'a, Pixels>, E> + Sync + 'a;

/// Levels in the making, each half the one before.
pub struct Rows<'a, E> {
    grids: &'a [Grid],
    coder: Coder<'a, E>,
    /// Of each level: the row of the next one that its rows are halved into.
    waiting: Vec<Vec<Pixels>>,
}

impl<'a, E: Send> Rows<'a, E> {
    /// Begins with the first row of `grids[0]`; the levels after it are made of it.
    pub fn new(grids: &'a [Grid], code: &'a Code<'a, E>) -> Self {
        Self {
            grids,
            coder: Coder::new(code),
            waiting: vec![Vec::new(); grids.len()],
        }
    }

    /// Takes the next row of the first level: codes its tiles, and every tile below that is complete with it.
    /// Rows come in order; each tile is asked for once.
    pub fn take(
        &mut self,
        row: u32,
        tile: &(dyn Fn(u32) -> Result<Pixels, E> + Sync),
    ) -> Result<Vec<Made>, E> {
        let mut made = Vec::new();
        self.row(0, row, &|column| tile(column).map(Cow::Owned), &mut made)?;
        Ok(made)
    }

    fn row(
        &mut self,
        step: usize,
        row: u32,
        tile: &Tile<'_, E>,
        made: &mut Vec<Made>,
    ) -> Result<(), E> {
        let grid = self.grids[step];
        let next = self.grids.get(step + 1);
        let mut parents = std::mem::take(&mut self.waiting[step]);
        if parents.is_empty() {
            let (wide, high) = next.map_or((0, 0), |next| (next.tile_width, next.tile_height));
            let pairs = grid.columns().div_ceil(2);
            parents = vec![Pixels::white(wide, high); pairs as usize];
        }
        let coder = &self.coder;
        let pairs = parents.par_iter_mut().enumerate().map(|(pair, parent)| {
            let first = pair as u32 * 2;
            let columns = first..grid.columns().min(first + 2);
            let one = columns.map(|column| {
                let (at, pixels) = ((column, row), tile(column)?);
                if let Some(next) = next {
                    parent.take_half(&pixels, valid(&grid, at), corner(next, at));
                }
                coder.made(step, at, &pixels)
            });
            one.collect::<Result<Vec<_>, E>>()
        });
        let coded: Vec<Vec<Made>> = pairs.collect::<Result<_, E>>()?;
        made.extend(coded.into_iter().flatten());
        let Some(next) = next else { return Ok(()) };
        if row.is_multiple_of(2) && row + 1 < grid.rows() {
            self.waiting[step] = parents;
            return Ok(());
        }
        for (column, parent) in (0..).zip(&mut parents) {
            parent.fill_padding(valid(next, (column, row / 2)));
        }
        let whole = |column: u32| Ok(Cow::Borrowed(&parents[column as usize]));
        self.row(step + 1, row / 2, &whole, made)
    }
}

/// Where the half of a tile comes to lie in its new tile.
fn corner(next: &Grid, at: (u32, u32)) -> (u32, u32) {
    (
        at.0 % 2 * next.tile_width / 2,
        at.1 % 2 * next.tile_height / 2,
    )
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::cascade::tests::{Drawn, cascade, grids};
    use super::*;

    fn by_rows(grids: &[Grid]) -> (Vec<Made>, u64) {
        let drawn = Drawn::of(grids);
        let code = |_: usize, pixels: &Pixels| Ok::<_, Infallible>(pixels.samples.clone());
        let mut rows = Rows::new(grids, &code);
        let mut all = Vec::new();
        for row in 0..grids[0].rows() {
            let made = rows.take(row, &|column| Ok(drawn.tile(column, row)));
            all.extend(made.expect("drawn"));
        }
        (all, drawn.asked.into_inner())
    }

    fn sorted(mut made: Vec<Made>) -> Vec<Made> {
        made.sort_by_key(|tile| (tile.step, tile.row, tile.column));
        made
    }

    #[test]
    fn rows_make_what_blocks_make_and_ask_for_each_tile_once() {
        for (width, height, tile, steps) in [
            (333, 211, 16, 5),
            (64, 64, 16, 2),
            (17, 400, 8, 6),
            (400, 17, 8, 6),
            (5, 3, 4, 1),
            (40, 9, 4, 0),
        ] {
            let grids = grids(width, height, tile, steps);
            let (made, asked) = by_rows(&grids);
            assert_eq!(asked, grids[0].tiles(), "each once");
            let (first, below): (Vec<_>, Vec<_>) = made.into_iter().partition(|one| one.step == 0);
            let drawn = Drawn::of(&grids);
            assert_eq!(first.len() as u64, grids[0].tiles());
            for one in first {
                assert_eq!(*one.bytes, drawn.tile(one.column, one.row).samples);
            }
            assert_eq!(
                sorted(below),
                sorted(cascade(&grids).0),
                "{width} × {height}"
            );
        }
    }

    #[test]
    fn the_order_and_the_bytes_do_not_depend_on_the_threads() {
        let grids = grids(700, 500, 16, 6);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map(|pool| pool.install(|| by_rows(&grids).0))
        };
        assert_eq!(on(1).expect("one thread"), on(5).expect("five threads"));
    }

    #[test]
    fn a_tile_that_cannot_be_had_ends_it() {
        let grids = grids(64, 64, 16, 2);
        let code = |_: usize, pixels: &Pixels| Ok(pixels.samples.clone());
        let mut rows = Rows::new(&grids, &code);
        let tile = |column| match column {
            2 => Err("torn"),
            _ => Ok(Pixels::white(16, 16)),
        };
        assert_eq!(rows.take(0, &tile), Err("torn"));
    }
}
