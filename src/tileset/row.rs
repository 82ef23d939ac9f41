//! One row: where a tile's stored bytes lie and how they become a served tile. 24 bytes.

use super::Tag;

/// Bytes of a row.
pub const ROW_BYTES: usize = 24;

/// How stored bytes become the tile that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Recipe {
    /// Served as they are.
    Stored = 1,
    /// An abbreviated JPEG stream: served after splicing in the level's tables and colour marker.
    Spliced = 2,
    /// The scanner knows it is background and stored no bytes.
    Blank = 3,
    /// The scanner stored nothing: there is no such tile.
    Absent = 4,
    /// Served as they are, from the derived pack instead of a member.
    Derived = 5,
}

impl Recipe {
    /// Whether the recipe has stored bytes.
    pub const fn has_bytes(self) -> bool {
        matches!(self, Self::Stored | Self::Spliced | Self::Derived)
    }

    const fn of(wire: u8) -> Option<Self> {
        Some(match wire {
            1 => Self::Stored,
            2 => Self::Spliced,
            3 => Self::Blank,
            4 => Self::Absent,
            5 => Self::Derived,
            _ => return None,
        })
    }
}

/// Where a tile's stored bytes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Number of the member of the original, or of the derived pack; 0 where there are no bytes.
    pub member: u16,
    /// How the bytes become a tile.
    pub recipe: Recipe,
    /// Bytes; 0 where there are none.
    pub length: u32,
    /// Offset in the member (or in the derived pack); 0 where there are no bytes.
    pub offset: u64,
    /// Binds the bytes to this tile of this scan.
    pub tag: Tag,
}

impl Row {
    /// A row without bytes: `recipe` is blank or absent, `tag` that of no bytes at the tile.
    pub const fn empty(recipe: Recipe, tag: Tag) -> Self {
        Self {
            member: 0,
            recipe,
            length: 0,
            offset: 0,
            tag,
        }
    }

    /// Whether its member, or its derived pack, is one of so many.
    pub(super) const fn is_within(&self, members: u16, packs: u16) -> bool {
        match self.recipe {
            Recipe::Derived => self.member < packs,
            _ => self.member < members,
        }
    }

    /// The bytes' range in the member (or derived pack).
    pub const fn range(&self) -> std::ops::Range<u64> {
        self.offset..self.offset.saturating_add(self.length as u64)
    }

    pub(super) fn encode(&self) -> [u8; ROW_BYTES] {
        let mut wire = [0; ROW_BYTES];
        wire[0..2].copy_from_slice(&self.member.to_le_bytes());
        wire[2] = self.recipe as u8;
        wire[4..8].copy_from_slice(&self.length.to_le_bytes());
        wire[8..16].copy_from_slice(&self.offset.to_le_bytes());
        wire[16..24].copy_from_slice(&self.tag.0);
        wire
    }

    pub(super) fn decode(wire: &[u8; ROW_BYTES]) -> Option<Self> {
        let [m0, m1, recipe, 0, l0, l1, l2, l3, rest @ ..] = *wire else {
            return None;
        };
        let (offset, tag) = rest.split_first_chunk::<8>()?;
        let row = Self {
            member: u16::from_le_bytes([m0, m1]),
            recipe: Recipe::of(recipe)?,
            length: u32::from_le_bytes([l0, l1, l2, l3]),
            offset: u64::from_le_bytes(*offset),
            tag: Tag(*tag.first_chunk::<8>()?),
        };
        row.is_sound().then_some(row)
    }

    /// Whether bytes, length and offset agree with the recipe.
    pub(super) fn is_sound(&self) -> bool {
        let bare = self.length == 0 && self.offset == 0 && self.member == 0;
        if self.recipe.has_bytes() {
            self.length > 0 && self.offset.checked_add(u64::from(self.length)).is_some()
        } else {
            bare
        }
    }
}
