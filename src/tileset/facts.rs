//! What an index says of its scan: images, levels, grids, codecs and shared tables.

use super::blocks::{PAGE_BLOCKS, blocks_in};
use super::{Error, MAX_LEVELS, MAX_PACKS, MAX_PAGES, MAX_TABLE_BYTES, MAX_TABLES, PAGE_ROWS, Row};
use crate::formats::{Codec, Colour};
use crate::ids::ScanId;
use crate::pyramid::geometry::{Grid, TileAt};

/// One level of one image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The image (region × focal plane × channel).
    pub image: u16,
    /// The level; 0 is full resolution.
    pub level: u16,
    /// Pixels of the level and of its tiles.
    pub grid: Grid,
    /// Level-0 pixels to one pixel of this level, at least 1.
    pub scale: f64,
    /// Whether the level lies in the derived pack.
    pub derived: bool,
    /// Codec of its tiles.
    pub codec: Codec,
    /// What its samples mean, for splicing.
    pub colour: Colour,
    /// Which of the shared tables its spliced tiles use.
    pub table: Option<u16>,
}

/// Everything an index says besides its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The scan.
    pub scan: ScanId,
    /// Generation of the derived objects, from 1.
    pub generation: u32,
    /// Members of the original.
    pub members: u16,
    /// Levels by ascending (image, level); at most [`MAX_LEVELS`].
    pub levels: Vec<Level>,
    /// JPEG table streams shared by tiles; at most [`MAX_TABLES`] of [`MAX_TABLE_BYTES`].
    pub tables: Vec<Vec<u8>>,
    /// The generations whose derived pack this index points into; a row with [`super::Recipe::Derived`] names
    /// its pack by the place in this list, where other rows name their member. At most [`MAX_PACKS`].
    pub packs: Vec<u32>,
    /// The size of each member in bytes, in their order: their blocks stand in the index. Empty in an
    /// index of version 1, which has no blocks.
    pub sizes: Vec<u64>,
}

impl Facts {
    /// Tiles of all levels together.
    pub fn rows(&self) -> u64 {
        self.levels
            .iter()
            .fold(0, |sum, level| sum.saturating_add(level.grid.tiles()))
    }

    /// The level a tile belongs to and the number of the tile's row in the index.
    pub fn row_of(&self, at: TileAt) -> Option<(&Level, u64)> {
        let mut first = 0;
        for level in &self.levels {
            if (level.image, level.level) == (at.image, at.level) {
                return Some((level, first + level.grid.place(at.column, at.row)?));
            }
            first += level.grid.tiles();
        }
        None
    }

    /// The place of the row with this number: the inverse of [`Facts::row_of`].
    pub fn at(&self, number: u64) -> Option<TileAt> {
        let mut place = number;
        for level in &self.levels {
            if place < level.grid.tiles() {
                let columns = u64::from(level.grid.columns());
                return Some(TileAt {
                    image: level.image,
                    level: level.level,
                    column: (place % columns) as u32,
                    row: (place / columns) as u32,
                });
            }
            place -= level.grid.tiles();
        }
        None
    }

    /// Blocks of all members together.
    pub fn blocks(&self) -> u64 {
        let sizes = self.sizes.iter();
        sizes.fold(0, |sum, size| sum.saturating_add(blocks_in(*size)))
    }

    /// The number of a member's block among those of all members.
    pub(super) fn block_of(&self, member: u16, number: u64) -> Option<u64> {
        let (before, from) = self.sizes.split_at_checked(usize::from(member))?;
        let first: u64 = before.iter().copied().map(blocks_in).sum();
        (number < blocks_in(*from.first()?)).then_some(first + number)
    }

    pub(super) fn block_pages(&self) -> u64 {
        self.blocks().div_ceil(PAGE_BLOCKS)
    }

    pub(super) fn is_first_version(&self) -> bool {
        self.packs.is_empty() && self.sizes.is_empty()
    }

    /// Whether a row points at something there is.
    pub(super) fn holds(&self, row: &Row) -> bool {
        row.is_within(self.members, self.packs.len() as u16)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let levels = self.levels.len();
        let wrong = if !(1..=MAX_LEVELS).contains(&levels) {
            format!("{levels} levels, of 1 to {MAX_LEVELS}")
        } else if self.tables.len() > MAX_TABLES {
            format!("{} tables, of at most {MAX_TABLES}", self.tables.len())
        } else if self.packs.len() > MAX_PACKS {
            format!("{} packs, of at most {MAX_PACKS}", self.packs.len())
        } else if !self.is_first_version() && self.sizes.len() != usize::from(self.members) {
            format!("{} sizes, of {} members", self.sizes.len(), self.members)
        } else if self
            .tables
            .iter()
            .any(|table| table.len() > MAX_TABLE_BYTES)
        {
            format!("a table of more than {MAX_TABLE_BYTES} bytes")
        } else if self.members == 0 {
            String::from("no member: an original has at least one")
        } else if !self
            .levels
            .is_sorted_by_key(|level| (level.image, level.level))
        {
            String::from("levels out of order: sort them by image and level")
        } else if let Some(level) = self.levels.iter().find(|level| !self.is_sound(level)) {
            format!(
                "level {} of image {} makes no sense: {level:?}",
                level.level, level.image
            )
        } else if self.rows() > MAX_PAGES * PAGE_ROWS {
            format!(
                "{} tiles, of at most {}",
                self.rows(),
                MAX_PAGES * PAGE_ROWS
            )
        } else if self.has_twins() {
            String::from("two levels with one number: a level of an image stands once")
        } else {
            return Ok(());
        };
        Err(Error::Unwritable { what: wrong })
    }

    fn is_sound(&self, level: &Level) -> bool {
        let Grid {
            width,
            height,
            tile_width,
            tile_height,
        } = level.grid;
        let table = level
            .table
            .is_none_or(|table| usize::from(table) < self.tables.len());
        width > 0
            && height > 0
            && tile_width > 0
            && tile_height > 0
            && table
            && level.scale.is_finite()
            && level.scale > 0.0
    }

    fn has_twins(&self) -> bool {
        self.levels
            .windows(2)
            .any(|pair| (pair[0].image, pair[0].level) == (pair[1].image, pair[1].level))
    }
}
