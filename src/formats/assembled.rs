//! Levels whose stored pieces do not lie on a grid of tiles: strips, and tiles that overlap.
//!
//! ```text
//! pieces ─ decoded ─▶ a band as high as a tile ─ cut ─▶ tiles ─ JPEG ─▶ derived pack
//! ```
//!
//! Memory is one band, the pieces decoded at once and those that reach into the next band, whatever the height of the
//! slide; the wider the level, the lower its tiles, and a level that is too wide for that is refused.

use super::made::{Maker, RowOfTiles};
use super::probe::Probe;
use super::raster::{Kept, Raster};
use super::tiff::{self, Directory};
use super::{Error, Member, Picture};
use crate::pyramid::geometry::Grid;
use std::fmt::Debug;
use std::sync::Arc;

/// Quality of the tiles made: colours at full resolution, and no loss that a pathologist sees.
const QUALITY: u8 = 90;
/// Pixels of the largest band held: 48 MiB, and as much again for the overlapping cells it is made of.
const BAND: u64 = 16 << 20;
/// Sides of a tile, from the one wanted to the lowest.
const SIDES: [u32; 3] = [512, 256, 128];

/// What is said of levels made of strips, and of tiles that overlap.
pub(crate) const OF_STRIPS: &str = "strips as they are stored: they are cut into tiles and compressed once more, as JPEG of quality 90";
pub(crate) const OF_OVERLAPS: &str = "overlapping tiles as they are stored: they are joined, cut and compressed once more, as JPEG of quality 90";

/// Pixels of any rectangle of a level, whatever its pieces.
pub(crate) trait Source: Debug + Send + Sync {
    /// A rectangle in the level's pixels; white outside. The caller bounds `size`.
    fn region(
        &self,
        members: &[Member<'_>],
        corner: (u64, u64),
        size: (u32, u32),
    ) -> Result<Picture, Error>;

    /// A band of that size from `top` on; bands are asked for from the top down, with the same `kept`.
    fn band(
        &self,
        members: &[Member<'_>],
        top: u64,
        size: (u32, u32),
        kept: &mut Kept,
    ) -> Result<Picture, Error>;

    /// Whether any part of a row costs all of it.
    fn costs_rows(&self) -> bool;
}

impl Source for Raster {
    fn region(
        &self,
        members: &[Member<'_>],
        corner: (u64, u64),
        size: (u32, u32),
    ) -> Result<Picture, Error> {
        Self::region(self, members, corner, size)
    }

    fn band(
        &self,
        members: &[Member<'_>],
        top: u64,
        size: (u32, u32),
        kept: &mut Kept,
    ) -> Result<Picture, Error> {
        let below = top + u64::from(size.1);
        self.region_above(members, ((0, top), size), (below, kept))
    }

    fn costs_rows(&self) -> bool {
        !self.tiled
    }
}

/// The level of `size` pixels that `source` shows, in tiles to be made.
pub(crate) fn raster(source: impl Source + 'static, size: (u32, u32)) -> Result<Raster, Error> {
    let fits = |side: &u32| u64::from(size.0) * u64::from(*side) <= BAND;
    let side = SIDES.into_iter().find(fits).ok_or(Error::TooLarge {
        what: "the width of a level without tiles of its own, in pixels,",
        limit: BAND / u64::from(SIDES[2]),
    })?;
    let grid = Grid {
        width: size.0,
        height: size.1,
        tile_width: side,
        tile_height: side,
    };
    Ok(Raster::made(grid, Arc::new(Assembled { source, grid })))
}

#[derive(Debug)]
struct Assembled<S> {
    source: S,
    grid: Grid,
}

impl<S: Source> Maker for Assembled<S> {
    fn tile(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Vec<u8>, Error> {
        self.pixels(members, column, row)?.to_jpeg(QUALITY)
    }

    fn pixels(&self, members: &[Member<'_>], column: u32, row: u32) -> Result<Picture, Error> {
        let (wide, high) = (self.grid.tile_width, self.grid.tile_height);
        let corner = (
            u64::from(column) * u64::from(wide),
            u64::from(row) * u64::from(high),
        );
        self.source.region(members, corner, (wide, high))
    }

    /// Of what is stored: a tile made for it would cost every strip it touches, and a square touches four.
    fn region(
        &self,
        members: &[Member<'_>],
        corner: (u64, u64),
        size: (u32, u32),
    ) -> Result<Option<Picture>, Error> {
        self.source.region(members, corner, size).map(Some)
    }

    fn quality(&self) -> Option<u8> {
        Some(QUALITY)
    }

    fn costs_rows(&self) -> bool {
        self.source.costs_rows()
    }

    fn row<'a>(
        &'a self,
        members: &'a [Member<'a>],
        row: u32,
        kept: &mut Kept,
    ) -> Result<RowOfTiles<'a>, Error> {
        let (wide, high) = (self.grid.tile_width, self.grid.tile_height);
        let top = u64::from(row) * u64::from(high);
        let band = self
            .source
            .band(members, top, (self.grid.width, high), kept)?;
        Ok(Box::new(move |column| {
            let mut tile = Picture::white(wide, high);
            tile.paste(&band, -i64::from(column) * i64::from(wide), 0);
            Ok(tile)
        }))
    }
}

/// A directory as a level: its tiles as they are stored, or its strips cut into tiles, which is then said once.
pub(crate) fn level(
    probe: &Probe<'_>,
    directory: &Directory,
    not_shown: &mut Vec<String>,
) -> Result<(Raster, &'static str), Error> {
    let (stored, photometric) = tiff::raster(probe, directory)?;
    if stored.tiled {
        return Ok((stored, photometric));
    }
    say_once(not_shown, OF_STRIPS);
    let size = (stored.grid.width, stored.grid.height);
    Ok((raster(stored, size)?, photometric))
}

/// Adds a sentence that is not there yet.
pub(crate) fn say_once(not_shown: &mut Vec<String>, sentence: &str) {
    if !not_shown.iter().any(|said| said == sentence) {
        not_shown.push(sentence.to_owned());
    }
}
