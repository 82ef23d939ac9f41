//! What is said of a whole pyramid: levels to make, tiles to verify, and what came of it.
//!
//! A frame holds about [`MADE_BYTES`], and one tile more where that goes beyond it.

use pathology::ids::ScanId;
use pathology::pyramid::geometry::{Grid, TileAt};
use serde::{Deserialize, Serialize};

/// Made tiles in one frame at most.
pub(crate) const MADE_A_FRAME: usize = 4 << 10;
/// Bytes of made tiles gathered before a frame is sent.
pub(crate) const MADE_BYTES: usize = 1 << 20;
/// Longest made tile: with what was gathered before it, it fits a frame.
pub(crate) const MADE_TILE_BYTES: usize = 14 << 20;

/// A published tileset to verify, and what to make on the way. The objects beside the members are its index
/// and, in its order, its derived packs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ToVerify {
    /// The scan.
    pub scan: ScanId,
    /// The published generation.
    pub generation: u32,
    /// What the catalogue says of the index: the digest of its header.
    pub header_digest: [u8; 32],
    /// Bytes of preamble and header.
    pub header_length: u32,
    /// Every level of the index, with what is made of it.
    pub chains: Vec<ToMake>,
}

/// A level whose tiles are decoded, and the levels made of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ToMake {
    /// The pixel plane.
    pub image: u16,
    /// The level.
    pub level: u16,
    /// Its grid, and that of each level made of it: half of the one before.
    pub grids: Vec<Grid>,
    /// The numbers of the levels made of it.
    pub numbers: Vec<u16>,
}

/// Derived tiles on the wire.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Derived {
    /// How many tiles were decoded since the last such reply.
    pub(crate) decoded: u64,
    /// Where each belongs, and its bytes' number.
    pub(crate) tiles: Vec<(TileAt, u32)>,
    /// The tiles, one behind the other.
    pub(crate) bytes: Vec<u8>,
}

/// Made tiles on the wire: their addresses follow from the order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Made {
    /// Bytes of each tile; 0 where there is none. At most [`MADE_A_FRAME`].
    pub(crate) lengths: Vec<u32>,
    /// The tiles, one behind the other.
    pub(crate) bytes: Vec<u8>,
}
