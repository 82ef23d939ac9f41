//! The derived pack: tiles that the original lacks, one behind the other.
//!
//! ```text
//! offset  bytes
//! 0       8      magic "SLWIPACK"
//! 8       2      version: 1
//! 10      2      zero
//! 12      4      generation
//! 16      16     scan id
//! 32      …      tiles, each a whole JPEG stream, in the order they were made
//! ```
//!
//! Where a tile lies only the index says; tiles of the same bytes may lie in one place. Nothing here is
//! believed without the tag of its row.

use crate::ids::ScanId;

/// Bytes before the first tile.
pub const PACK_PREAMBLE_BYTES: u64 = 32;

const MAGIC: [u8; 8] = *b"SLWIPACK";
const VERSION: u16 = 1;

/// What a derived pack begins with.
pub fn pack_preamble(scan: ScanId, generation: u32) -> [u8; PACK_PREAMBLE_BYTES as usize] {
    let mut out = [0; PACK_PREAMBLE_BYTES as usize];
    out[0..8].copy_from_slice(&MAGIC);
    out[8..10].copy_from_slice(&VERSION.to_le_bytes());
    out[12..16].copy_from_slice(&generation.to_le_bytes());
    out[16..32].copy_from_slice(scan.0.as_bytes());
    out
}
