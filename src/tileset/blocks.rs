//! Blocks: digests of 1 MiB of a member, so that a part of an original is checked without the rest.
//!
//! ```text
//!                    member's BLAKE3 (the receipt's)
//!                     ┌──────────┴────┐
//!                ┌────┴───┐           │        BLAKE3 is a tree of 1 KiB chunks: what stands above
//!   blocks       0        1           2        1,024 of them is a block's digest, and the blocks'
//!   bytes    ├──1 MiB─┼─1 MiB──┼──rest──┤      digests joined are the member's. One pass gives both.
//! ```
//!
//! A block's digest is its subtree's chaining value, which depends on its place in the member: a
//! block moved within its file is refused like one that was changed. The index holds the list (32 bytes
//! a MiB) in pages under the header's digest. Hashing holds 32 bytes a block.

use blake3::hazmat::{HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};

use super::header::Header;
use super::{Digest, Error};

/// Bytes of a block; the last one of a member may be shorter.
pub const BLOCK_BYTES: u64 = 1 << 20;
/// Blocks of a full page of the index.
pub const PAGE_BLOCKS: u64 = 4096;
pub(super) const DIGEST_BYTES: u64 = 32;

/// Blocks of a member of this size.
pub const fn blocks_in(size_bytes: u64) -> u64 {
    size_bytes.div_ceil(BLOCK_BYTES)
}

/// Where block `number` of a member of this size lies; empty beyond its end.
pub fn block_range(size_bytes: u64, number: u64) -> std::ops::Range<u64> {
    let start = number.saturating_mul(BLOCK_BYTES).min(size_bytes);
    start..size_bytes.min(start.saturating_add(BLOCK_BYTES))
}

/// The digest of block `number` of a member; `bytes` are at most [`BLOCK_BYTES`] and not none.
pub fn block_digest(number: u64, bytes: &[u8]) -> Digest {
    let mut hasher = begun(number);
    hasher.update(bytes);
    Digest(hasher.finalize_non_root())
}

/// Digests a member and its blocks in one pass.
#[derive(Debug)]
pub struct BlockHasher {
    done: Vec<Digest>,
    open: blake3::Hasher,
    filled: u64,
}

impl Default for BlockHasher {
    fn default() -> Self {
        Self {
            done: Vec::new(),
            open: begun(0),
            filled: 0,
        }
    }
}

impl BlockHasher {
    /// Takes the member's next bytes, however many.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == BLOCK_BYTES {
                self.done.push(Digest(self.open.finalize_non_root()));
                self.open = begun(self.done.len() as u64);
                self.filled = 0;
            }
            let room = (BLOCK_BYTES - self.filled) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.open.update(now);
            self.filled += now.len() as u64;
            bytes = later;
        }
    }

    /// The member's digest, equal to [`Digest::of`] its bytes, and those of its blocks.
    pub fn finish(mut self) -> (Digest, Vec<Digest>) {
        // Only a hasher that began at the start of the member can be the root.
        let alone = self.done.is_empty().then(|| self.open.finalize());
        if self.filled > 0 {
            self.done.push(Digest(self.open.finalize_non_root()));
        }
        let alone = alone.map_or(Digest([0; 32]), |alone| Digest(*alone.as_bytes()));
        (joined_digest(&self.done, alone), self.done)
    }
}

/// The member's digest from those of its blocks, which may be made side by side. A member of one
/// block, or none, has the digest of its bytes, `alone`: it does not follow from the block's.
pub fn joined_digest(blocks: &[Digest], alone: Digest) -> Digest {
    if blocks.len() < 2 {
        return alone;
    }
    let (left, right) = blocks.split_at(left_of(blocks.len()));
    let root = merge_subtrees_root(&joined(left), &joined(right), Mode::Hash);
    Digest(*root.as_bytes())
}

fn begun(number: u64) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset(number * BLOCK_BYTES);
    hasher
}

/// BLAKE3 gives the left side the largest power of two that leaves something for the right.
const fn left_of(blocks: usize) -> usize {
    blocks.next_power_of_two() / 2
}

fn joined(blocks: &[Digest]) -> [u8; 32] {
    if let [Digest(one)] = blocks {
        return *one;
    }
    let (left, right) = blocks.split_at(left_of(blocks.len()));
    merge_subtrees_non_root(&joined(left), &joined(right), Mode::Hash)
}

/// Where a block's digest lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockPlace {
    /// Number of the page of blocks.
    pub page: u32,
    /// The page's bytes in the index object.
    pub range: std::ops::Range<u64>,
    /// The digest's number in the page.
    pub slot: u16,
}

/// An intact page of block digests; holds at most 128 KiB.
#[derive(Debug, Clone)]
pub struct BlockPage {
    bytes: Box<[u8]>,
}

impl BlockPage {
    /// Opens page `number` of the blocks from exactly the bytes of its range.
    pub fn open(bytes: impl Into<Box<[u8]>>, header: &Header, number: u32) -> Result<Self, Error> {
        let bytes = bytes.into();
        if header.block_pages().get(number as usize) == Some(&Digest::of(&bytes)) {
            return Ok(Self { bytes });
        }
        Err(Error::Damaged {
            part: format!("page {number} of the index's blocks"),
            what: "its digest differs",
        })
    }

    /// The digest at `slot`, or `None` beyond the page.
    pub fn digest(&self, slot: u16) -> Option<Digest> {
        let start = usize::from(slot) * DIGEST_BYTES as usize;
        let bytes = self.bytes.get(start..)?.first_chunk::<32>()?;
        Some(Digest(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noise(size: usize) -> Vec<u8> {
        (0..size).map(|n| (n * n / 7) as u8).collect()
    }

    #[test]
    fn blocks_join_to_the_members_digest_at_every_odd_size() {
        let mib = BLOCK_BYTES as usize;
        for size in [
            0,
            1,
            mib - 1,
            mib,
            mib + 1,
            2 * mib,
            3 * mib + 5,
            7 * mib + 1023,
        ] {
            let bytes = noise(size);
            let mut hasher = BlockHasher::default();
            bytes.chunks(700_001).for_each(|piece| hasher.update(piece));
            let (digest, blocks) = hasher.finish();
            assert_eq!(digest, Digest::of(&bytes), "{size}");
            assert_eq!(blocks.len() as u64, blocks_in(size as u64));
            for (number, block) in (0..).zip(bytes.chunks(mib)) {
                assert_eq!(blocks[number as usize], block_digest(number, block));
                let range = block_range(size as u64, number);
                assert_eq!(&bytes[range.start as usize..range.end as usize], block);
            }
            assert_eq!(joined_digest(&blocks, Digest::of(&bytes)), digest);
        }
    }

    #[test]
    fn a_block_moved_or_changed_has_another_digest() {
        let block = noise(BLOCK_BYTES as usize);
        assert_ne!(block_digest(0, &block), block_digest(1, &block));
        let mut flipped = block.clone();
        flipped[77] ^= 1;
        assert_ne!(block_digest(0, &block), block_digest(0, &flipped));
        assert_ne!(block_digest(0, &block), block_digest(0, &block[1..]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn the_pieces_do_not_matter(size in 0usize..3_000_000, piece in 1usize..2_000_000) {
            let bytes = noise(size);
            let mut hasher = BlockHasher::default();
            bytes.chunks(piece).for_each(|piece| hasher.update(piece));
            prop_assert_eq!(hasher.finish().0, Digest::of(&bytes));
        }
    }
}
