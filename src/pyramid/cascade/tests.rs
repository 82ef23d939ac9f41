//! What the cascade promises: every tile once, each pixel the mean of its box, the same bytes on any threads.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

/// A slide whose pixel at (x, y) is known, in tiles with white padding that are their own samples.
pub(in crate::pyramid) struct Drawn {
    grid: Grid,
    pub(in crate::pyramid) asked: AtomicU64,
}

impl Drawn {
    pub(in crate::pyramid) fn of(grids: &[Grid]) -> Self {
        Self {
            grid: grids[0],
            asked: AtomicU64::new(0),
        }
    }

    fn pixel(x: u32, y: u32) -> [u8; 3] {
        [(x * 5 + y) as u8, (x ^ y) as u8, (y * 3) as u8]
    }

    pub(in crate::pyramid) fn tile(&self, column: u32, row: u32) -> Pixels {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (wide, high) = (self.grid.tile_width, self.grid.tile_height);
        let mut tile = Pixels::white(wide, high);
        let places = (0..high).flat_map(|y| (0..wide).map(move |x| (x, y)));
        for ((x, y), pixel) in places.zip(tile.samples.as_chunks_mut::<3>().0) {
            let (x, y) = (column * wide + x, row * high + y);
            if x < self.grid.width && y < self.grid.height {
                *pixel = Self::pixel(x, y);
            }
        }
        tile
    }
}

impl Tiles for Drawn {
    type Error = Infallible;

    fn stored(&self, column: u32, row: u32) -> Result<Vec<u8>, Infallible> {
        Ok([column.to_le_bytes(), row.to_le_bytes()].concat())
    }

    fn decode(&self, column: u32, row: u32, _: &[u8]) -> Result<Pixels, Infallible> {
        Ok(self.tile(column, row))
    }

    fn encode(&self, pixels: &Pixels) -> Result<Vec<u8>, Infallible> {
        Ok(pixels.samples.clone())
    }
}

pub(in crate::pyramid) fn grids(width: u32, height: u32, tile: u32, steps: u32) -> Vec<Grid> {
    let grid = |step: u32| Grid {
        width: width.div_ceil(1 << step),
        height: height.div_ceil(1 << step),
        tile_width: tile,
        tile_height: tile,
    };
    (0..=steps).map(grid).collect()
}

/// What the cascade makes of the picture, how many tiles it told of, and how many it asked for.
pub(in crate::pyramid) fn cascade(grids: &[Grid]) -> (Vec<Made>, u64, u64) {
    let tiles = Drawn::of(grids);
    let (mut all, mut told) = (Vec::new(), 0);
    let ran = run(&tiles, grids, &mut |made, decoded| {
        all.extend(made);
        told += decoded;
        Ok(())
    });
    assert_eq!(ran, Ok(()));
    (all, told, tiles.asked.into_inner())
}

/// A level as one picture.
fn level(made: &[Made], step: usize, grid: &Grid) -> Vec<[u8; 3]> {
    let mut picture = vec![[0; 3]; (grid.width * grid.height) as usize];
    for tile in made.iter().filter(|tile| tile.step == step) {
        for (place, pixel) in (0..).zip(tile.bytes.as_chunks::<3>().0) {
            let x = tile.column * grid.tile_width + place % grid.tile_width;
            let y = tile.row * grid.tile_height + place / grid.tile_width;
            if x < grid.width && y < grid.height {
                picture[(y * grid.width + x) as usize] = *pixel;
            }
        }
    }
    picture
}

fn halved(picture: &[[u8; 3]], width: u32, height: u32) -> Vec<[u8; 3]> {
    let at = |x: u32, y: u32| picture[(y.min(height - 1) * width + x.min(width - 1)) as usize];
    let mean = |x: u32, y: u32| {
        let four = [
            at(2 * x, 2 * y),
            at(2 * x + 1, 2 * y),
            at(2 * x, 2 * y + 1),
            at(2 * x + 1, 2 * y + 1),
        ];
        [0, 1, 2].map(|c| {
            (four.iter().map(|pixel| u32::from(pixel[c])).sum::<u32>() + 2).div_euclid(4) as u8
        })
    };
    let rows = 0..height.div_ceil(2);
    rows.flat_map(|y| (0..width.div_ceil(2)).map(move |x| (x, y)))
        .map(|(x, y)| mean(x, y))
        .collect()
}

#[test]
fn every_pixel_of_every_level_is_the_mean_of_its_box() {
    for (width, height, tile, steps) in [
        (333, 211, 16, 5),
        (64, 64, 16, 2),
        (17, 400, 8, 6),
        (5, 3, 4, 1),
        (40, 9, 4, 4),
    ] {
        let grids = grids(width, height, tile, steps);
        let (made, told, decoded) = cascade(&grids);
        assert_eq!(
            (told, decoded),
            (grids[0].tiles(), grids[0].tiles()),
            "each once"
        );
        let mut expected: Vec<[u8; 3]> = (0..width * height)
            .map(|n| Drawn::pixel(n % width, n / width))
            .collect();
        for (step, grid) in grids.iter().enumerate().skip(1) {
            expected = halved(&expected, grids[step - 1].width, grids[step - 1].height);
            let tiles = made.iter().filter(|tile| tile.step == step).count();
            assert_eq!(tiles as u64, grid.tiles(), "{width}×{height} step {step}");
            assert_eq!(
                level(&made, step, grid),
                expected,
                "{width}×{height} step {step}"
            );
        }
    }
}

#[test]
fn the_order_and_the_bytes_do_not_depend_on_the_threads() {
    let grids = grids(700, 500, 16, 6);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(|pool| pool.install(|| cascade(&grids).0))
    };
    assert_eq!(on(1).expect("one thread"), on(5).expect("five threads"));
}

#[test]
fn without_levels_to_make_every_tile_is_decoded_all_the_same() {
    let grids = grids(700, 500, 16, 0);
    let (made, told, decoded) = cascade(&grids);
    assert_eq!(
        (made.len(), told, decoded),
        (0, grids[0].tiles(), grids[0].tiles())
    );
}

#[test]
fn large_tiles_make_small_blocks_and_batches() {
    let of = |tile| Grid {
        width: 1,
        height: 1,
        tile_width: tile,
        tile_height: tile,
    };
    assert_eq!(
        [256, 512, 1_024, 4_096].map(|tile| block_side(&of(tile))),
        [8, 4, 2, 1]
    );
    assert_eq!(
        [256, 1_024, 8_192].map(|tile| batch_of(&of(tile))),
        [32, 21, 1]
    );
}
