//! What is said of a whole pyramid: levels to make, tiles to verify, and what came of it.
//!
//! A frame holds about [`MADE_BYTES`], and one tile more where that goes beyond it.

use std::io;

use pathology::formats::Error;
use pathology::ids::ScanId;
use pathology::pyramid::cascade::Made;
use pathology::pyramid::geometry::{Grid, TileAt};
use serde::{Deserialize, Serialize};

use crate::members::Line;
use crate::protocol::Reply;

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

/// A level whose tiles are decoded or made, and the levels made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl ToMake {
    /// The number of the level that is so many steps below.
    fn number(&self, step: usize) -> Option<u16> {
        match step.checked_sub(1) {
            None => Some(self.level),
            Some(below) => self.numbers.get(below).copied(),
        }
    }
}

/// Derived tiles on the wire.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Derived {
    /// How many tiles of a level that was asked for were decoded or made since the last such reply.
    pub(crate) done: u64,
    /// Where each belongs, and its bytes' number; 0 where there is nothing.
    pub(crate) tiles: Vec<(TileAt, u32)>,
    /// The tiles, one behind the other.
    pub(crate) bytes: Vec<u8>,
}

/// The child's side: gathers tiles of one level and of its halves to frames.
pub(crate) struct Frames<'a> {
    line: &'a Line,
    of: &'a ToMake,
    held: Derived,
}

impl<'a> Frames<'a> {
    pub(crate) fn new(line: &'a Line, of: &'a ToMake) -> Self {
        let held = Derived::default();
        Self { line, of, held }
    }

    /// Counts tiles of the level itself.
    pub(crate) const fn done(&mut self, tiles: u64) {
        self.held.done += tiles;
    }

    /// Takes a tile, and sends what is held before it becomes too much.
    pub(crate) fn take(&mut self, tile: &Made) -> Result<(), Error> {
        if tile.bytes.len() > MADE_TILE_BYTES {
            let (what, limit) = ("a made tile, in bytes,", MADE_TILE_BYTES as u64);
            return Err(Error::TooLarge { what, limit });
        }
        let many = self.held.tiles.len() == MADE_A_FRAME;
        let much = self.held.bytes.len() + tile.bytes.len() > MADE_BYTES;
        if many || (much && !self.held.tiles.is_empty()) {
            self.send()?;
        }
        let at = TileAt {
            image: self.of.image,
            level: self.of.number(tile.step).ok_or(Error::NoSuchTile)?,
            column: tile.column,
            row: tile.row,
        };
        self.held.tiles.push((at, tile.bytes.len() as u32));
        self.held.bytes.extend_from_slice(&tile.bytes);
        Ok(())
    }

    /// Sends what is held, if it is anything.
    pub(crate) fn send(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        if held.done == 0 && held.tiles.is_empty() {
            return Ok(());
        }
        self.line.send(&Reply::Derived(held))
    }
}
