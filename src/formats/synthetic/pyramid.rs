//! Levels, each a quarter of the one above, made while the tiles of level 0 are painted.
//!
//! ```text
//! level 0   ▤▤▤▤  four rows of tiles ─▶ level 1  ▤  one row ─▶ … ─▶ the last level is the overview
//! ```
//! Held at once: one row of tiles of each level, and the overview (below 1,024 pixels a side unless
//! the slide is long and thin; then as many as its last level has).

use std::io;

use rayon::prelude::*;

use super::paint::{Painter, TILE, glass};
use super::stain::GLASS;
use super::{Error, tiles};
use crate::formats::Picture;
use crate::pyramid::geometry::Grid;

/// How much smaller each level is.
const STEP: u32 = 4;
/// No level follows one whose longer side is below this.
const SMALLEST: u32 = 1024;

/// A level as far as it is written.
pub(super) struct Level {
    pub(super) grid: Grid,
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
    /// The row of tiles being gathered from the level above.
    band: Picture,
}

/// Where tiles go as they are made.
pub(super) trait Store {
    /// Appends a tile of a level: where it stands, and how many bytes it has there.
    fn put(&mut self, level: usize, tile: &[u8]) -> io::Result<(u64, u64)>;
}

/// The levels being written.
pub(super) struct Pyramid<'a, S> {
    painter: &'a Painter,
    store: &'a mut S,
    pub(super) levels: Vec<Level>,
    /// The whole of the last level.
    pub(super) overview: Picture,
}

/// A tile ready to be written, and its pixels for the level below (or for the overview).
struct Tile {
    stream: Vec<u8>,
    pixels: Option<Picture>,
}

impl<'a, S: Store> Pyramid<'a, S> {
    pub(super) fn new(painter: &'a Painter, store: &'a mut S, (width, height): (u32, u32)) -> Self {
        let levels: Vec<_> = grids(width, height).into_iter().map(Level::new).collect();
        let last = levels[levels.len() - 1].grid;
        let overview = bare(last.width, last.height);
        Self {
            painter,
            store,
            levels,
            overview,
        }
    }

    /// Paints and writes every tile of every level.
    pub(super) fn write(&mut self) -> Result<(), Error> {
        let grid = self.levels[0].grid;
        let bare = tiles::encode(&glass(TILE))?;
        let (painter, last) = (self.painter, self.levels.len() == 1);
        for row in 0..grid.rows() {
            let tiles = (0..grid.columns())
                .into_par_iter()
                .map(|column| match painter.tile(column, row) {
                    None => Ok(Tile {
                        stream: bare.clone(),
                        pixels: None,
                    }),
                    Some(rgb) => Tile::new(rgb, last),
                })
                .collect::<Result<Vec<_>, Error>>()?;
            self.place(0, row, tiles)?;
        }
        Ok(())
    }

    /// Writes a row of tiles and hands its pixels to the level below.
    fn place(&mut self, number: usize, row: u32, tiles: Vec<Tile>) -> Result<(), Error> {
        let below = number + 1;
        for (column, tile) in tiles.into_iter().enumerate() {
            let (offset, length) = self.store.put(number, &tile.stream)?;
            self.levels[number].offsets.push(offset);
            self.levels[number].lengths.push(length);
            let Some(pixels) = tile.pixels else { continue };
            let (left, top) = (
                column as i64 * i64::from(pixels.width),
                i64::from(pixels.height),
            );
            match self.levels.get_mut(below) {
                Some(level) => level.band.paste(&pixels, left, top * i64::from(row % STEP)),
                None => self.overview.paste(&pixels, left, top * i64::from(row)),
            }
        }
        let rows = self.levels[number].grid.rows();
        if below < self.levels.len() && (row % STEP == STEP - 1 || row + 1 == rows) {
            self.flush(below, row / STEP)?;
        }
        Ok(())
    }

    /// Encodes the gathered row of a level.
    fn flush(&mut self, number: usize, row: u32) -> Result<(), Error> {
        let last = number + 1 == self.levels.len();
        let level = &mut self.levels[number];
        if row >= level.grid.rows() {
            return Ok(());
        }
        let empty = bare(level.band.width, level.band.height);
        let band = std::mem::replace(&mut level.band, empty);
        let tiles = (0..level.grid.columns())
            .into_par_iter()
            .map(|column| Tile::new(cut(&band, column), last))
            .collect::<Result<Vec<_>, Error>>()?;
        self.place(number, row, tiles)
    }
}

impl Level {
    fn new(grid: Grid) -> Self {
        Self {
            grid,
            offsets: Vec::new(),
            lengths: Vec::new(),
            band: bare(grid.columns() * grid.tile_width, grid.tile_height),
        }
    }
}

impl Tile {
    fn new(rgb: Vec<u8>, last: bool) -> Result<Self, Error> {
        let stream = tiles::encode(&rgb)?;
        let whole = Picture {
            width: TILE as u32,
            height: TILE as u32,
            rgb,
        };
        let pixels = if last { whole } else { quarter(&whole) };
        Ok(Self {
            stream,
            pixels: Some(pixels),
        })
    }
}

/// Grids of the levels of a slide, largest first.
pub(super) fn grids(width: u32, height: u32) -> Vec<Grid> {
    let side = TILE as u32;
    let grid = |(width, height)| Grid {
        width,
        height,
        tile_width: side,
        tile_height: side,
    };
    sizes(width, height).into_iter().map(grid).collect()
}

/// Sizes of the levels, largest first.
fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
    let mut sizes = vec![(width, height)];
    let (mut width, mut height) = (width, height);
    while width.max(height) >= SMALLEST && width.min(height) >= STEP {
        (width, height) = (width / STEP, height / STEP);
        sizes.push((width, height));
    }
    sizes
}

fn bare(width: u32, height: u32) -> Picture {
    Picture {
        width,
        height,
        rgb: GLASS.repeat(width as usize * height as usize),
    }
}

/// The tile of a band at `column`.
fn cut(band: &Picture, column: u32) -> Vec<u8> {
    let (stride, side) = (band.width as usize * 3, TILE * 3);
    let from = |row: usize| row * stride + column as usize * side;
    (0..TILE)
        .flat_map(|row| &band.rgb[from(row)..from(row) + side])
        .copied()
        .collect()
}

/// The picture at a quarter of its size, each pixel the mean of sixteen.
fn quarter(picture: &Picture) -> Picture {
    let (width, height) = (picture.width / STEP, picture.height / STEP);
    let stride = picture.width as usize * 3;
    let mut rgb = vec![0; width as usize * height as usize * 3];
    let mut sums = vec![0_u16; width as usize * 3];
    for (rows, out) in picture
        .rgb
        .chunks(stride * 4)
        .zip(rgb.chunks_mut(width as usize * 3))
    {
        sums.fill(8);
        for row in rows.chunks(stride) {
            for (pixels, sum) in row.chunks_exact(12).zip(sums.chunks_exact_mut(3)) {
                for (place, value) in pixels.iter().enumerate() {
                    sum[place % 3] += u16::from(*value);
                }
            }
        }
        for (value, sum) in out.iter_mut().zip(&sums) {
            *value = (sum >> 4) as u8;
        }
    }
    Picture { width, height, rgb }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_end_below_a_screen() {
        assert_eq!(sizes(800, 600), [(800, 600)]);
        assert_eq!(sizes(8192, 6000), [(8192, 6000), (2048, 1500), (512, 375)]);
        assert_eq!(sizes(5000, 3), [(5000, 3)]);
    }

    #[test]
    fn a_quarter_is_the_mean_of_sixteen() {
        let mut picture = bare(8, 4);
        picture.rgb.fill(0);
        picture.rgb[0] = 160;
        picture.rgb[12 * 2 + 2] = 32;
        let small = quarter(&picture);
        assert_eq!((small.width, small.height), (2, 1));
        assert_eq!(small.rgb, [10, 0, 2, 0, 0, 0]);
    }
}
