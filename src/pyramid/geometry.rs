//! Where a tile lies: images, levels, columns and rows, and the pixels they cover.
//!
//! Level 0 is full resolution. Native levels keep `0..n-1` for ever; derived ones are appended.
//! A level's scale is data (`level0.width / level.width`), never assumed to be a power of two.
//! Edge tiles are stored whole: the pixels beyond the level's width and height are padding.

use serde::{Deserialize, Serialize};

/// The address of one tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TileAt {
    /// The pixel plane: region × focal plane × channel, numbered by the format.
    pub image: u16,
    /// The level; 0 is full resolution.
    pub level: u16,
    /// Tiles from the left.
    pub column: u32,
    /// Tiles from the top.
    pub row: u32,
}

/// The grid of one level: pixels of the level and pixels of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Width of the level in pixels.
    pub width: u32,
    /// Height of the level in pixels.
    pub height: u32,
    /// Width of a stored tile in pixels.
    pub tile_width: u32,
    /// Height of a stored tile in pixels.
    pub tile_height: u32,
}

impl Grid {
    /// Number of tile columns.
    pub const fn columns(&self) -> u32 {
        self.width.div_ceil(self.tile_width)
    }

    /// Number of tile rows.
    pub const fn rows(&self) -> u32 {
        self.height.div_ceil(self.tile_height)
    }

    /// Number of tiles.
    pub const fn tiles(&self) -> u64 {
        self.columns() as u64 * self.rows() as u64
    }

    /// The tile's place in row-major order, or `None` outside the grid.
    pub const fn place(&self, column: u32, row: u32) -> Option<u64> {
        if column < self.columns() && row < self.rows() {
            Some(row as u64 * self.columns() as u64 + column as u64)
        } else {
            None
        }
    }
}

/// A rectangle of pixels. For regions `x` and `y` are level-0 pixels of the scanned area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Pixels from the left.
    pub x: u32,
    /// Pixels from the top.
    pub y: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_counts_its_partial_edge_tiles() {
        let grid = Grid {
            width: 2220,
            height: 2967,
            tile_width: 240,
            tile_height: 240,
        };
        assert_eq!((grid.columns(), grid.rows(), grid.tiles()), (10, 13, 130));
        assert_eq!(grid.place(9, 12), Some(129));
        assert_eq!(grid.place(10, 0), None);
        assert_eq!(grid.place(0, 13), None);
    }
}
