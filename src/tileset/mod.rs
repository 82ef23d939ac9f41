//! The stored pyramid: where each tile of a scan lies in the scanner's own bytes, or in what was made of them.
//!
//! A scan owns four kinds of objects: the **members** of its original (stored once, unchanged), for each
//! generation one **index** that points into them and one **manifest** that tells what belongs together, and
//! a *derived* **pack** ([`pack_preamble`]) where a generation made what the original lacks. The index:
//!
//! ```text
//! offset        bytes  preamble (48 bytes)
//! 0             8      magic "SLWINDEX"
//! 8             2      version: 2; 1 where there are neither packs nor blocks
//! 10            2      zero
//! 12            4      header_length: preamble + header; page 0 starts here
//! 16            32     BLAKE3 of bytes 0..16 and of the header: the index's digest
//!                      header
//! 48            16     scan id
//! 64            4      generation
//! 68            2      members          70   2   levels L     72   2   tables T   74   2   packs K
//! 76            4      pages P          80   8   rows
//! 88            44·L   levels, by image and level: image u16, level u16, codec u8, colour u8,
//!                      derived u8, zero u8, table u16 (0xFFFF none), zero u16, width u32,
//!                      height u32, tile_width u32, tile_height u32, scale f64, first_row u64
//!               …      T tables: length u32, bytes (JPEG streams of DQT and DHT, shared by tiles)
//!               4·K    the generation of each derived pack        (version 1 has none of these three)
//!               8·M    the size of each member in bytes
//!               32·B   the BLAKE3 of each page of blocks
//!               32·P   the BLAKE3 of each page
//! header_length 98,304 page 0: 4,096 rows of 24 bytes; the last page may be shorter
//!               …      after the rows, the pages of blocks: 4,096 digests of 32 bytes each, one a MiB of
//!                      member 0, then of member 1 and so on; the last page may be shorter
//! ```
//!
//! Codecs: 1 bare, 2 LZW, 3 JPEG, 4 deflate, 5 JPEG 2000. Colours: 1 grey, 2 `YCbCr`, 3 RGB, 4 declared.
//! A row: member (or pack, for recipe 5) u16, recipe u8 (1 stored, 2 spliced, 3 blank, 4 absent, 5 derived), zero u8,
//! length u32, offset u64, tag 8 bytes. All numbers are little endian.
//!
//! Invariants: rows stand level by level, row-major, one for every tile of every grid. The header's
//! digest (kept by the catalogue) covers the levels, tables, colour decisions and page digests; a
//! page's digest covers its rows; a row's [`Tag`] covers the stored bytes, their place and their
//! scan. A block's digest covers a MiB of a member, for what is read beside the tiles (see [`BlockHasher`]).
//! So a flipped bit, a moved tile or another patient's tile is refused wherever it happens.
//! Reading takes memory for one header (at most [`MAX_HEADER_BYTES`]) and the pages in use.

mod blocks;
mod digest;
mod facts;
mod header;
mod layout;
mod manifest;
mod pack;
mod page;
mod row;
mod serve;
mod shelf;
mod tag;
mod wire;
mod writer;

#[cfg(test)]
mod tests;

pub use blocks::{
    BLOCK_BYTES, BlockHasher, BlockPage, BlockPlace, PAGE_BLOCKS, block_digest, block_range,
    blocks_in, joined_digest,
};
pub use digest::{Digest, original_digest};
pub use facts::{Facts, Level};
pub use header::{Header, Place};
pub use manifest::{Came, Identifier, IndexObject, MANIFEST_VERSION, Manifest, Member, PackObject};
pub use pack::{PACK_PREAMBLE_BYTES, pack_preamble};
pub use page::Page;
pub use row::{ROW_BYTES, Recipe, Row};
pub use serve::Served;
pub use shelf::{Shelf, Sum};
pub use tag::{Tag, TagHasher, Tagger};
pub use writer::{Index, IndexWriter, LaidOut};

use crate::pyramid::geometry::TileAt;

/// Newest version of the index: 2 where members' sizes or derived packs are named, else 1. Both are read.
pub const INDEX_VERSION: u16 = 2;
/// Rows of a full page.
pub const PAGE_ROWS: u64 = 4096;
/// Size of a full page.
pub const PAGE_BYTES: u64 = PAGE_ROWS * row::ROW_BYTES as u64;
/// Most levels, over all images.
pub const MAX_LEVELS: usize = 256;
/// Most shared tables.
pub const MAX_TABLES: usize = 256;
/// Most derived packs: one for what the original lacked at publication, one for the half-way levels, and
/// one for each time that was done again.
pub const MAX_PACKS: usize = 16;
/// Largest shared table in bytes.
pub const MAX_TABLE_BYTES: usize = 64 << 10;
/// Most pages: 16.7 million tiles.
pub const MAX_PAGES: u64 = 4096;
/// Largest preamble and header together.
pub const MAX_HEADER_BYTES: usize = 2 << 20;

/// Why an index, page, tile or manifest was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes given end before the header does; read this many from offset 0 and try again.
    #[error("the index needs its first {bytes} bytes to be opened: read that many")]
    NeedMore {
        /// Bytes wanted from offset 0; at most [`MAX_HEADER_BYTES`].
        bytes: u64,
    },
    /// The object is not an index, or of a version this program does not read.
    #[error("not an index this program reads ({what}): upgrade it, or rebuild the index")]
    NotAnIndex {
        /// What was found.
        what: String,
    },
    /// Bytes are not those that were written.
    #[error("{part} is damaged ({what}): read it again, then rebuild the index from the original")]
    Damaged {
        /// Header, or the page's number.
        part: String,
        /// What does not agree.
        what: &'static str,
    },
    /// An intact index, but not the one asked for.
    #[error("the index belongs to {found}, not to {wanted}: the catalogue or the store mixed them")]
    OtherScan {
        /// The scan and generation asked for.
        wanted: String,
        /// The scan and generation found.
        found: String,
    },
    /// The stored bytes are not those of this tile of this scan.
    #[error("tile {at:?} is not what was published: its bytes changed or belong elsewhere")]
    DamagedTile {
        /// The tile asked for.
        at: TileAt,
    },
    /// The bytes are not those of this block of this member.
    #[error(
        "block {number} of file {member} is not what was published: its bytes changed or belong elsewhere"
    )]
    DamagedBlock {
        /// Number of the member, from 0.
        member: u16,
        /// Number of the block, from 0.
        number: u64,
    },
    /// The place lies outside the members whose blocks the index knows.
    #[error("file {member} has no block {number} in the index: prepare the scan again")]
    NoBlock {
        /// Number of the member, from 0.
        member: u16,
        /// Number of the block, from 0.
        number: u64,
    },
    /// The place lies outside every level.
    #[error("tile {at:?} lies outside the scan: see its levels")]
    Outside {
        /// The tile asked for.
        at: TileAt,
    },
    /// What the writer was given breaks a bound or the order.
    #[error("the index cannot be written: {what}")]
    Unwritable {
        /// What is wrong and what would be right.
        what: String,
    },
    /// The rows of an index in the making could not be kept.
    #[error("the rows of the index could not be kept ({why}): look at the disk, then try again")]
    Unkept {
        /// What happened.
        why: String,
    },
    /// A manifest that cannot be read.
    #[error("the manifest cannot be read: {why}")]
    Manifest {
        /// What is wrong.
        why: String,
    },
}
