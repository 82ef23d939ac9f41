//! From stored bytes to the tile that is served: check, then splice.

use std::borrow::Cow;

use super::{Error, Header, Level, Recipe, Row};
use crate::formats::jpeg;
use crate::pyramid::geometry::TileAt;

/// What a viewer gets for a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Served<'a> {
    /// A whole coded tile, in the level's codec.
    Tile(Cow<'a, [u8]>),
    /// Background the scanner stored no bytes for.
    Blank,
    /// There is no such tile.
    Absent,
}

impl Header {
    /// Checks that `stored` (the bytes of `row`, empty where it has none) are what was published
    /// for the tile at `at`, and joins them with the level's tables where the recipe says so.
    pub fn serve<'a>(&self, row: &Row, at: TileAt, stored: &'a [u8]) -> Result<Served<'a>, Error> {
        let level = self.level_of(at).ok_or(Error::Outside { at })?;
        if stored.len() != row.length as usize || self.tagger.tag(stored, at) != row.tag {
            return Err(Error::DamagedTile { at });
        }
        match row.recipe {
            Recipe::Stored | Recipe::Derived => Ok(Served::Tile(Cow::Borrowed(stored))),
            Recipe::Spliced => Ok(Served::Tile(self.splice(level, stored).into())),
            Recipe::Blank => Ok(Served::Blank),
            Recipe::Absent => Ok(Served::Absent),
        }
    }

    fn splice(&self, level: &Level, stored: &[u8]) -> Vec<u8> {
        let table = level
            .table
            .map(|table| self.facts().tables[usize::from(table)].as_slice());
        jpeg::splice(table, stored, level.colour)
    }
}
