//! An open slide: its facts, its levels, and the tiles in them.
//!
//! A [`Slide`] owns what `open` learned and nothing of the bytes: every method takes the members again, so
//! a slide costs some kilobytes and lives as long as anyone likes.

use super::associated::Associated;
use super::raster::{Extent, Lies, Raster, bytes_of};
use super::{Codec, Colour, Error, Facts, Member, Picture, decode, jpeg, made};
use crate::pyramid::cascade::Made;
use crate::pyramid::geometry::{Grid, Region, TileAt};
use std::sync::Arc;

/// Largest region decoded at once, in pixels.
pub const REGION_PIXELS: u64 = 32 << 20;

/// Quality of the JPEG that stands for a tile the scanner left out.
const ABSENT_QUALITY: u8 = 80;

/// What `open` learned of a slide; borrows nothing.
#[derive(Debug, Clone)]
pub struct Slide {
    pub(crate) facts: Facts,
    pub(crate) levels: Vec<Level>,
    /// Where the tiles of each level lie, in the order of `levels`.
    pub(crate) rasters: Vec<Raster>,
    pub(crate) associated: Vec<Associated>,
    /// Where the colour profile of image 0 lies.
    pub(crate) icc: Option<Extent>,
}

/// One level of one image, and all that serving its tiles needs.
#[derive(Debug, Clone)]
pub struct Level {
    /// The pixel plane.
    pub image: u16,
    /// The level; 0 is full resolution.
    pub level: u16,
    /// Its pixels and tiles.
    pub grid: Grid,
    /// How its tiles are stored.
    pub codec: Codec,
    /// JPEG tables shared by its tiles (TIFF's tag 347), for [`jpeg::splice`].
    pub tables: Option<Arc<[u8]>>,
    /// What its samples mean, for [`jpeg::splice`].
    pub colour: Colour,
    /// Its tiles lie nowhere as they are served: [`Slide::make`] makes them, for the derived pack.
    pub made: bool,
    /// They are made of decoded pixels, and the levels it lacks below it can be made with them.
    pub decoded: bool,
}

/// Where the stored bytes of a tile lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileExtent {
    /// Which tile.
    pub at: TileAt,
    /// Which member holds it.
    pub member: u16,
    /// First byte.
    pub offset: u64,
    /// Bytes; 0 where the scanner left the tile out.
    pub length: u32,
}

impl Slide {
    /// What the slide says about itself.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The native levels, image by image, largest first; level 0 of image 0 stands first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Hands every tile's extent of a level to `sink`, row by row, reading the arrays in pieces of some
    /// kilobytes. Every extent lies inside its member, or the walk ends with [`Error::Truncated`].
    pub fn extents(
        &self,
        members: &[Member<'_>],
        level: usize,
        sink: &mut dyn FnMut(TileExtent) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (level, raster) = self.level(level)?;
        raster.extents(members, &mut |column, row, extent| {
            sink(TileExtent {
                at: level.tile_at(column, row),
                member: extent.member,
                offset: extent.offset,
                length: extent.length,
            })
        })
    }

    /// Makes every tile of a level that is [`Level::made`], row by row, each a JPEG stream of its own; empty
    /// where the scanner left the tile out. Where it is [`Level::decoded`], the levels of `halves`, each half the
    /// one before, are made of the same pixels. Memory does not grow with the slide's height.
    pub fn make(
        &self,
        members: &[Member<'_>],
        level: usize,
        halves: &[Grid],
        sink: &mut dyn FnMut(Made) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (level, raster) = self.level(level)?;
        let Lies::Made(maker) = &raster.lies else {
            return Err(Error::damaged("its tiles are stored and need no making"));
        };
        let grids = [&[level.grid], halves].concat();
        match maker.quality() {
            Some(quality) => made::decoded((maker.as_ref(), quality), members, &grids, sink),
            None if halves.is_empty() => {
                maker.tiles(members, level.grid, &mut |column, row, tile| {
                    sink(Made {
                        step: 0,
                        column,
                        row,
                        bytes: Arc::new(tile),
                    })
                })
            }
            None => Err(Error::damaged("its tiles are cut and no pixel is decoded")),
        }
    }

    /// Whether any part of a row of the level at a place of [`Slide::levels`] costs the whole row: its pieces are strips.
    pub(crate) fn costs_rows(&self, level: usize) -> bool {
        match self.rasters.get(level).map(|raster| &raster.lies) {
            Some(Lies::Made(maker)) => maker.costs_rows(),
            _ => false,
        }
    }

    /// The place of a level in [`Slide::levels`].
    pub fn place(&self, image: u16, level: u16) -> Option<usize> {
        let mut levels = self.levels.iter();
        levels.position(|one| (one.image, one.level) == (image, level))
    }

    /// A tile as it is served: the stored JPEG with its shared tables, nothing decoded. A tile the scanner
    /// left out is a white JPEG.
    pub fn tile(&self, members: &[Member<'_>], at: TileAt) -> Result<Vec<u8>, Error> {
        let (level, raster) = self.level_of(at)?;
        if !level.codec.browser_shows() {
            return Err(Error::NotShowable { codec: level.codec });
        }
        let stored = match &raster.lies {
            Lies::Made(maker) => maker.tile(members, at.column, at.row)?,
            _ => raster.stored(members, at.column, at.row)?,
        };
        if stored.is_empty() {
            return Picture::white(level.grid.tile_width, level.grid.tile_height)
                .to_jpeg(ABSENT_QUALITY);
        }
        Ok(jpeg::splice(level.tables.as_deref(), &stored, level.colour))
    }

    /// The decoded pixels of a whole tile, padding included; white where the scanner left the tile out.
    pub fn tile_pixels(&self, members: &[Member<'_>], at: TileAt) -> Result<Picture, Error> {
        let (_, raster) = self.level_of(at)?;
        raster.pixels(members, at.column, at.row)
    }

    /// The pixels of a whole tile whose stored bytes are at hand.
    pub fn decode(&self, at: TileAt, stored: &[u8]) -> Result<Picture, Error> {
        let (level, raster) = self.level_of(at)?;
        let Grid {
            tile_width,
            tile_height,
            ..
        } = level.grid;
        decode::piece(stored, &raster.storage, tile_width, tile_height)
    }

    /// A rectangle of the level at a place of [`Slide::levels`], assembled from its tiles: `x` and `y` are level-0 pixels, `width` and
    /// `height` the level's. White where it leaves the slide.
    pub fn region(
        &self,
        members: &[Member<'_>],
        level: usize,
        region: Region,
    ) -> Result<Picture, Error> {
        let (level, raster) = self.level(level)?;
        let full = self
            .place(level.image, 0)
            .and_then(|full| self.levels.get(full));
        let (wide, high) = full.map_or((1, 1), |full| (full.grid.width, full.grid.height));
        let pixels = u64::from(region.width) * u64::from(region.height);
        if pixels == 0 {
            return Err(Error::EmptyRegion);
        }
        if pixels > REGION_PIXELS {
            return Err(Error::TooLarge {
                what: "the region, in pixels,",
                limit: REGION_PIXELS,
            });
        }
        let within = |place: u32, of_level: u32, of_slide: u32| {
            u64::from(place) * u64::from(of_level) / u64::from(of_slide)
        };
        let left = within(region.x, level.grid.width, wide);
        let top = within(region.y, level.grid.height, high);
        raster.region(members, (left, top), (region.width, region.height))
    }

    /// A picture beside the pyramid, whole: `label`, `macro` or `thumbnail`.
    pub fn associated(&self, members: &[Member<'_>], name: &str) -> Result<Picture, Error> {
        let found = self.associated.iter().find(|image| image.name == name);
        let image = found.ok_or_else(|| Error::NoSuchImage(name.to_owned()))?;
        image.picture(members)
    }

    /// The colour profile (ICC) of image 0, as it is stored; at most 4 MiB.
    pub fn icc(&self, members: &[Member<'_>]) -> Result<Option<Vec<u8>>, Error> {
        let read = |extent: Extent| extent.read(bytes_of(members, extent.member)?);
        self.icc.map(read).transpose()
    }

    fn level(&self, level: usize) -> Result<(&Level, &Raster), Error> {
        let pair = self.levels.get(level).zip(self.rasters.get(level));
        pair.ok_or(Error::NoSuchTile)
    }

    fn level_of(&self, at: TileAt) -> Result<(&Level, &Raster), Error> {
        let place = self.place(at.image, at.level).ok_or(Error::NoSuchTile)?;
        let (level, raster) = self.level(place)?;
        match level.grid.place(at.column, at.row) {
            Some(_) => Ok((level, raster)),
            None => Err(Error::NoSuchTile),
        }
    }
}

impl Level {
    const fn tile_at(&self, column: u32, row: u32) -> TileAt {
        TileAt {
            image: self.image,
            level: self.level,
            column,
            row,
        }
    }
}
