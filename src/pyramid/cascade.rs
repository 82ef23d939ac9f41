//! Halving level after level while each tile is decoded once.
//!
//! ```text
//!   level 0 in blocks of 8 × 8 tiles, in Z order      each block by one thread: decode ─▶ ½ ─▶ ¼ ─▶ ⅛
//!   ┌──┬──┐                                           its ⅛ tile joins the others: ─▶ 1/16 ─▶ … one tile
//!   │ 0│ 1│
//!   ├──┼──┤      in Z order the four tiles of a new one follow each other,
//!   │ 2│ 3│      so a level waits for at most one tile at a time
//!   └──┴──┘
//! ```
//!
//! Bounds: a thread holds one tile a level and what its block made; `BATCH` blocks of at most 8 million
//! pixels (or one tile) are under way, with the half-size tiles they end in at most 64 MiB. Memory does not
//! grow with the slide but for 8 bytes a block. The same tiles give the same bytes, on any number of threads.

use std::sync::Arc;

use rayon::prelude::*;

use super::coder::Coder;
use super::downsample::Pixels;
use super::geometry::Grid;

/// Pixels of a block at most, unless one tile has more.
const BLOCK_PIXELS: u64 = 8 << 20;
/// Sides of a block at most, in tiles.
const BLOCK_SIDE: u32 = 8;
/// Blocks under way at once.
const BATCH: usize = 32;
/// Bytes of the tiles that a batch of blocks ends in.
const BATCH_BYTES: usize = 64 << 20;

/// Where tiles come from, and how they are coded.
pub trait Tiles: Sync {
    /// Why a tile cannot be had.
    type Error: Send;

    /// The stored bytes of a tile, checked; empty where there is nothing.
    fn stored(&self, column: u32, row: u32) -> Result<Vec<u8>, Self::Error>;

    /// The pixels of a whole tile, padding included.
    fn decode(&self, column: u32, row: u32, stored: &[u8]) -> Result<Pixels, Self::Error>;

    /// A coded tile.
    fn encode(&self, pixels: &Pixels) -> Result<Vec<u8>, Self::Error>;
}

/// A tile that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// How often its level is half of the first; 0 for a tile of the first itself.
    pub step: usize,
    /// Tiles from the left.
    pub column: u32,
    /// Tiles from the top.
    pub row: u32,
    /// The coded tile.
    pub bytes: Arc<Vec<u8>>,
}

/// Decodes every tile of `grids[0]` once, and makes those of the levels after it, each half the one before.
/// `sink` takes what a batch of blocks made, in an order that is always the same, and the number of tiles
/// decoded for it.
pub fn run<T: Tiles>(
    tiles: &T,
    grids: &[Grid],
    sink: &mut dyn FnMut(Vec<Made>, u64) -> Result<(), T::Error>,
) -> Result<(), T::Error> {
    let Some(first) = grids.first() else {
        return Ok(());
    };
    let side = block_side(first);
    let inner = (side.trailing_zeros() as usize).min(grids.len() - 1);
    let side = if inner < grids.len() - 1 {
        1 << inner
    } else {
        side
    };
    let code = |_: usize, pixels: &Pixels| tiles.encode(pixels);
    let coder = Coder::new(&code);
    let mut upper = Cascade::new(&grids[inner..]);
    for batch in z_order(first, side).chunks(batch_of(first)) {
        let blocks = batch
            .par_iter()
            .map(|at| block(tiles, &coder, &grids[..=inner], (side, *at)));
        let blocks: Vec<Block> = blocks.collect::<Result<_, _>>()?;
        for (at, mut block) in batch.iter().zip(blocks) {
            if let Some(top) = block.top {
                upper.take(0, *at, &top, &mut |step, at, pixels| {
                    block.made.push(coder.made(inner + step, at, pixels)?);
                    Ok(())
                })?;
            }
            sink(block.made, block.decoded)?;
        }
    }
    Ok(())
}

/// A power of two: the tiles of a block's side.
fn block_side(grid: &Grid) -> u32 {
    let tile = u64::from(grid.tile_width) * u64::from(grid.tile_height);
    let mut side = BLOCK_SIDE;
    while side > 1 && u64::from(side * side) * tile > BLOCK_PIXELS {
        side /= 2;
    }
    side
}

fn batch_of(grid: &Grid) -> usize {
    let tile = grid.tile_width as usize * grid.tile_height as usize * 3;
    (BATCH_BYTES / tile.max(1)).clamp(1, BATCH)
}

/// The blocks of a grid, or the tiles of a block, in Z order.
fn z_order(grid: &Grid, side: u32) -> Vec<(u32, u32)> {
    let (columns, rows) = (grid.columns().div_ceil(side), grid.rows().div_ceil(side));
    let all = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    let mut all: Vec<_> = all.collect();
    all.sort_unstable_by_key(|(column, row)| spread(*column) | spread(*row) << 1);
    all
}

/// Puts a zero bit before every bit.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// What became of a block.
struct Block {
    made: Vec<Made>,
    /// Its last tile, from which the levels above go on.
    top: Option<Pixels>,
    decoded: u64,
}

fn block<T: Tiles>(
    tiles: &T,
    coder: &Coder<'_, T::Error>,
    grids: &[Grid],
    (side, (block_column, block_row)): (u32, (u32, u32)),
) -> Result<Block, T::Error> {
    let mut cascade = Cascade::new(grids);
    let mut found = Block {
        made: Vec::new(),
        top: None,
        decoded: 0,
    };
    let last = grids.len() - 1;
    let mut before: Option<(Vec<u8>, Pixels)> = None;
    let inside = Grid {
        width: side,
        height: side,
        tile_width: 1,
        tile_height: 1,
    };
    for (column, row) in z_order(&inside, 1) {
        let at = (block_column * side + column, block_row * side + row);
        if grids[0].place(at.0, at.1).is_none() {
            continue;
        }
        let stored = tiles.stored(at.0, at.1)?;
        // The same bytes are the same pixels: scanners store their glass so.
        if before.as_ref().is_none_or(|(bytes, _)| *bytes != stored) {
            let pixels = tiles.decode(at.0, at.1, &stored)?;
            before = Some((stored, pixels));
        }
        found.decoded += 1;
        let Some((_, pixels)) = &before else { continue };
        if last == 0 {
            found.top = (side == 1).then(|| pixels.clone());
        }
        cascade.take(0, at, pixels, &mut |step, at, pixels| {
            found.made.push(coder.made(step, at, pixels)?);
            if step == last {
                found.top = Some(pixels.clone());
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// Tiles on their way to a quarter of a larger one; takes tiles in Z order.
struct Cascade<'a> {
    grids: &'a [Grid],
    /// The tile each level is waiting to complete.
    waiting: Vec<Option<Waiting>>,
}

struct Waiting {
    pixels: Pixels,
    /// Quarters that have not come.
    lacks: u32,
}

type TakeTile<'a, E> = dyn FnMut(usize, (u32, u32), &Pixels) -> Result<(), E> + 'a;

impl<'a> Cascade<'a> {
    fn new(grids: &'a [Grid]) -> Self {
        let waiting = grids.iter().map(|_| None).collect();
        Self { grids, waiting }
    }

    /// Takes a tile of a step, and hands on every tile that is complete with it.
    fn take<E>(
        &mut self,
        step: usize,
        at: (u32, u32),
        tile: &Pixels,
        sink: &mut TakeTile<'_, E>,
    ) -> Result<(), E> {
        let (Some(grid), Some(next)) = (self.grids.get(step), self.grids.get(step + 1)) else {
            return Ok(());
        };
        let parent = (at.0 / 2, at.1 / 2);
        let mut waiting = self.waiting[step].take().unwrap_or_else(|| Waiting {
            pixels: Pixels::white(next.tile_width, next.tile_height),
            lacks: quarters(grid, parent),
        });
        let corner = (
            at.0 % 2 * next.tile_width / 2,
            at.1 % 2 * next.tile_height / 2,
        );
        waiting.pixels.take_half(tile, valid(grid, at), corner);
        waiting.lacks = waiting.lacks.saturating_sub(1);
        if waiting.lacks > 0 {
            self.waiting[step] = Some(waiting);
            return Ok(());
        }
        waiting.pixels.fill_padding(valid(next, parent));
        sink(step + 1, parent, &waiting.pixels)?;
        self.take(step + 1, parent, &waiting.pixels, sink)
    }
}

/// How many tiles of a level make up one tile of the next.
fn quarters(grid: &Grid, parent: (u32, u32)) -> u32 {
    let across = (grid.columns() - 2 * parent.0).min(2);
    across * (grid.rows() - 2 * parent.1).min(2)
}

/// The pixels of a tile that are not padding.
pub(super) fn valid(grid: &Grid, at: (u32, u32)) -> (u32, u32) {
    (
        grid.tile_width.min(grid.width - at.0 * grid.tile_width),
        grid.tile_height.min(grid.height - at.1 * grid.tile_height),
    )
}

#[cfg(test)]
#[path = "cascade/tests.rs"]
pub(super) mod tests;
