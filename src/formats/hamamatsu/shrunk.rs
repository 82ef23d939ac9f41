//! Levels below the smallest stored one: its halves, quarters and eighths, averaged and encoded.
//!
//! The scanner stops where a level fits a screen; viewers want one that fits a tile, and other readers show these
//! three as well.
//!
//! Bound: one tile of the stored level, decoded, and one made of it.

use super::super::decode::Storage;
use super::super::made::Maker;
use super::super::raster::{Lies, Raster};
use super::super::{Codec, Colour, Error, Member, Picture, jpeg};
use crate::pyramid::geometry::Grid;
use std::sync::Arc;

/// Largest stored level that is shrunk here, in pixels; what is larger has the verification pass to make levels.
const PIXELS: u64 = 16 << 20;

/// Quality of the JPEG tiles, which are small and few: as good as nothing is lost.
const QUALITY: u8 = 98;

/// How often each shrunk level is smaller than the stored one.
const TIMES: [u32; 3] = [2, 4, 8];

/// A stored level made smaller by averaging squares.
#[derive(Debug)]
struct Shrunk {
    of: Raster,
    times: u32,
    grid: Grid,
}

/// The stored levels and, where their last is small enough, three more.
pub(super) fn with_smaller(mut levels: Vec<Raster>) -> Vec<Raster> {
    let Some(last) = levels.last().cloned() else {
        return levels;
    };
    if u64::from(last.grid.width) * u64::from(last.grid.height) > PIXELS {
        return levels;
    }
    let grids = TIMES.map(|times| Grid {
        width: last.grid.width / times,
        height: last.grid.height / times,
        ..last.grid
    });
    let there = |(_, grid): &(u32, Grid)| grid.width > 0 && grid.height > 0;
    for (times, grid) in TIMES.into_iter().zip(grids).take_while(there) {
        let of = last.clone();
        levels.push(Raster {
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
            lies: Lies::Made(Arc::new(Shrunk { of, times, grid })),
        });
    }
    levels
}

impl Maker for Shrunk {
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        let place = self.grid.place(column, row);
        let _ = place.ok_or(Error::NoSuchTile)?;
        self.averaged(members, column, row)?.to_jpeg(QUALITY)
    }

    fn pixels(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let tile = self.tile(members, column, row)?;
        jpeg::decode(&tile, self.grid.tile_width, self.grid.tile_height)
    }
}

impl Shrunk {
    /// The tile before it is encoded: each stored tile under it, averaged into its place.
    fn averaged(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let (stored, times) = (self.of.grid, self.times);
        let (wide, high) = (stored.tile_width / times, stored.tile_height / times);
        let mut tile = Picture::white(self.grid.tile_width, self.grid.tile_height);
        for down in 0..times {
            for across in 0..times {
                let (from_column, from_row) = (column * times + across, row * times + down);
                if stored.place(from_column, from_row).is_none() {
                    continue;
                }
                let piece = self.of.pixels(members, from_column, from_row)?;
                let inside = |tile: u32, side: u32, all: u32| side.min(all - tile * side) / times;
                let size = (
                    inside(from_column, stored.tile_width, stored.width),
                    inside(from_row, stored.tile_height, stored.height),
                );
                let small = smaller(&piece, times, size);
                tile.paste(&small, i64::from(across * wide), i64::from(down * high));
            }
        }
        Ok(tile)
    }
}

/// The picture's top left `size` pixels after averaging squares of `times` by `times`.
fn smaller(picture: &Picture, times: u32, (width, height): (u32, u32)) -> Picture {
    let square = u64::from(times) * u64::from(times);
    let line = picture.width as usize * 3;
    let sample = |x: u32, y: u32, channel: usize| {
        let lines = (y * times..(y + 1) * times).map(|y| y as usize * line);
        let places = lines.flat_map(|line| {
            (x * times..(x + 1) * times).map(move |x| line + x as usize * 3 + channel)
        });
        let sum: u64 = places.map(|place| u64::from(picture.rgb[place])).sum();
        ((sum + square / 2) / square) as u8
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| [0, 1, 2].map(|channel| sample(x, y, channel)));
    Picture {
        width,
        height,
        rgb: rgb.collect(),
    }
}
