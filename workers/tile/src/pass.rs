//! One pass over the stored original: the digest of each member and of its blocks, and the tag of
//! each tile, from the same bytes.
//!
//! ```text
//!   blocks     ├──────────────┼──────────────┼───
//!   tiles        ├──┤├───┤├──────┤├──┤  ├──────┤
//!              `read`: the block's digest, the tags of tiles inside it   on every core, in any order
//!              `take`: tiles that straddle blocks, the rows              in order
//! ```
//!
//! In memory: a bit a tile, 32 bytes a MiB, and of a block its pieces and at most [`MOST_OPEN`] hashers.
//! Tiles that share their bytes share the hashing.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use archive::Scratch;
use pathology::case::TrayCode;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{
    Digest, Facts, IndexWriter, LaidOut, Recipe, Row, Tag, TagHasher, Tagger, block_digest,
    block_range, blocks_in, joined_digest,
};

use crate::Failure;
use crate::pieces::{Errand, Piece};
use crate::plan::recipe;

/// Distinct tiles that may straddle one place of a file; a slide has one, or a few where it was cut badly.
const MOST_OPEN: usize = 64;

/// The index in the making, between members.
#[derive(Debug)]
pub(crate) struct Pass {
    tagger: Tagger,
    facts: Arc<Facts>,
    writer: IndexWriter<Scratch>,
}

impl Pass {
    /// Goes on with an index that has the rows of all tiles without bytes of a member.
    pub(crate) fn new(writer: IndexWriter<Scratch>) -> Self {
        Self {
            tagger: Tagger::new(writer.facts().scan),
            facts: Arc::new(writer.facts().clone()),
            writer,
        }
    }

    /// Goes on with a member of this length.
    pub(crate) fn member(self, n: u16, size_bytes: u64) -> MemberPass {
        let reading = Reading {
            tagger: self.tagger.clone(),
            facts: Arc::clone(&self.facts),
            size_bytes,
            free: Mutex::default(),
        };
        MemberPass {
            pass: self,
            n,
            reading: Arc::new(reading),
            open: Vec::new(),
            digests: Vec::new(),
            alone: Digest::of(&[]),
        }
    }

    /// The finished index.
    pub(crate) fn finish(self) -> Result<LaidOut<Scratch>, Failure> {
        Ok(self.writer.lay_out()?)
    }
}

pub(crate) fn place(facts: &Facts, number: u32) -> Result<TileAt, Failure> {
    let at = facts.at(number.into());
    at.ok_or_else(|| Failure::Later("a tile outside the index was met".into()))
}

/// What is known of a member before it is read; all cores share it.
#[derive(Debug)]
pub(crate) struct Reading {
    tagger: Tagger,
    facts: Arc<Facts>,
    size_bytes: u64,
    /// Buffers to be used again: as many as blocks are in work at once.
    free: Mutex<Vec<Vec<u8>>>,
}

/// What an errand to a block of a member told.
pub(crate) struct Block {
    n: u64,
    bytes: Vec<u8>,
    /// The block's digest, and the member's where this is all of it; of the first errand to the block.
    digest: Option<(Digest, Option<Digest>)>,
    /// The tiles inside it, and their tags.
    tagged: Vec<(Piece, Tag)>,
    /// Those that begin in it and end beyond.
    open: Vec<Open>,
}

/// Pieces of one extent, begun and not ended.
struct Open {
    /// The pieces, all of the same extent; at least one.
    pieces: Vec<Piece>,
    end: u64,
    hasher: TagHasher,
}

impl Reading {
    /// Blocks of the member.
    pub(crate) const fn blocks(&self) -> u64 {
        blocks_in(self.size_bytes)
    }

    /// Where a block lies.
    pub(crate) fn range(&self, n: u64) -> Range<u64> {
        block_range(self.size_bytes, n)
    }

    /// A buffer for a block.
    pub(crate) fn buffer(&self) -> Vec<u8> {
        self.free().pop().unwrap_or_default()
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Digests a block and tags the tiles inside it.
    pub(crate) fn read(&self, errand: &Errand, bytes: Vec<u8>) -> Result<Block, Failure> {
        let n = errand.block;
        let range = self.range(n);
        let alone = |bytes: &[u8]| (self.blocks() == 1).then(|| Digest::of(bytes));
        let digest = (!errand.again).then(|| (block_digest(n, &bytes), alone(&bytes)));
        let mut block = Block {
            n,
            digest,
            tagged: Vec::with_capacity(errand.pieces.len()),
            open: Vec::new(),
            bytes,
        };
        for same in errand.pieces.chunk_by(Piece::shares) {
            self.begin(same, &range, &mut block)?;
        }
        Ok(block)
    }

    fn begin(&self, same: &[Piece], range: &Range<u64>, block: &mut Block) -> Result<(), Failure> {
        let piece = same[0];
        let from = (piece.offset - range.start) as usize;
        let end = piece.end().min(range.end);
        // A block that the store cut short is damage, which its digest shows.
        let here = block.bytes.get(from..(end - range.start) as usize);
        let here = here.unwrap_or_default();
        if same.len() == 1 && piece.end() <= range.end {
            let tag = self.tagger.tag(here, place(&self.facts, piece.number)?);
            block.tagged.push((piece, tag));
            return Ok(());
        }
        let mut hasher = self.tagger.hasher();
        hasher.update(here);
        if piece.end() <= range.end {
            return self.end(same, hasher, &mut block.tagged);
        }
        if block.open.len() == MOST_OPEN {
            return Err(heaped());
        }
        block.open.push(Open {
            pieces: same.to_vec(),
            end: piece.end(),
            hasher,
        });
        Ok(())
    }

    fn end(
        &self,
        same: &[Piece],
        hasher: TagHasher,
        tagged: &mut Vec<(Piece, Tag)>,
    ) -> Result<(), Failure> {
        let (last, others) = same.split_last().expect("an extent has a piece");
        for piece in others {
            let at = place(&self.facts, piece.number)?;
            tagged.push((*piece, hasher.clone().finish(at)));
        }
        tagged.push((*last, hasher.finish(place(&self.facts, last.number)?)));
        Ok(())
    }
}

fn heaped() -> Failure {
    let text = "too many tiles lie over each other, which no scanner writes: scan the slide again";
    Failure::refused(TrayCode::Malformed, text)
}

/// The pass through one member.
pub(crate) struct MemberPass {
    pass: Pass,
    n: u16,
    reading: Arc<Reading>,
    open: Vec<Open>,
    digests: Vec<Digest>,
    alone: Digest,
}

impl MemberPass {
    /// What the cores need for [`Reading::read`].
    pub(crate) fn reading(&self) -> Arc<Reading> {
        Arc::clone(&self.reading)
    }

    /// Takes what the member's next errand told, in order.
    pub(crate) fn take(&mut self, block: Block) -> Result<(), Failure> {
        let mut tagged = block.tagged;
        if let Some((digest, alone)) = block.digest {
            debug_assert_eq!(block.n, self.digests.len() as u64, "blocks come in order");
            self.digests.push(digest);
            self.alone = alone.unwrap_or(self.alone);
            self.go_on((block.n, &block.bytes), &mut tagged)?;
        }
        self.reading.free().push(block.bytes);
        self.open.extend(block.open);
        if self.open.len() > MOST_OPEN {
            return Err(heaped());
        }
        tagged
            .into_iter()
            .try_for_each(|(piece, tag)| self.put(piece, tag))
    }

    /// The pieces that were begun before this block.
    fn go_on(
        &mut self,
        (n, bytes): (u64, &[u8]),
        tagged: &mut Vec<(Piece, Tag)>,
    ) -> Result<(), Failure> {
        let range = self.reading.range(n);
        for mut open in std::mem::take(&mut self.open) {
            let here = (open.end.min(range.end) - range.start) as usize;
            open.hasher.update(bytes.get(..here).unwrap_or_default());
            if open.end <= range.end {
                self.reading.end(&open.pieces, open.hasher, tagged)?;
            } else {
                self.open.push(open);
            }
        }
        Ok(())
    }

    fn put(&mut self, piece: Piece, tag: Tag) -> Result<(), Failure> {
        let at = place(&self.pass.facts, piece.number)?;
        let level = self.pass.facts.row_of(at);
        let row = Row {
            member: self.n,
            recipe: level.map_or(Recipe::Stored, |(level, _)| recipe(level)),
            length: piece.length,
            offset: piece.offset,
            tag,
        };
        Ok(self.pass.writer.put(at, &row)?)
    }

    /// Ends the member; fails unless every byte is the one that was received.
    pub(crate) fn finish(mut self, received: Digest) -> Result<Pass, Failure> {
        let all = self.digests.len() as u64 == self.reading.blocks() && self.open.is_empty();
        if !all || joined_digest(&self.digests, self.alone) != received {
            return Err(Failure::damaged(self.n.into()));
        }
        self.pass.writer.blocks(self.n, self.digests)?;
        Ok(self.pass)
    }
}

#[cfg(test)]
mod tests;
