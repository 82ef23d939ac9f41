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
//! In memory: the index's rows (24 bytes a tile), the pieces (16 bytes a tile), 32 bytes a MiB,
//! and at most [`MOST_OPEN`] hashers a block. Tiles that share their bytes share the hashing.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use pathology::case::TrayCode;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{
    Digest, Facts, Index, IndexWriter, Recipe, Row, Tag, TagHasher, Tagger, block_digest,
    block_range, blocks_in, joined_digest,
};

use crate::Failure;
use crate::plan::{Piece, Plan, recipe};

/// Distinct tiles that may straddle one place of a file; a slide has one, or a few where it was cut badly.
const MOST_OPEN: usize = 64;

/// The index in the making, between members.
#[derive(Debug)]
pub(crate) struct Pass {
    tagger: Tagger,
    facts: Arc<Facts>,
    writer: IndexWriter,
}

impl Pass {
    /// Begins with the tiles that have no bytes, and with those that were made.
    pub(crate) fn new(plan: &mut Plan) -> Result<Self, Failure> {
        let mut pass = Self {
            tagger: Tagger::new(plan.facts.scan),
            writer: IndexWriter::new(plan.facts.clone())?,
            facts: Arc::new(plan.facts.clone()),
        };
        for number in std::mem::take(&mut plan.absent) {
            let at = place(&pass.facts, number)?;
            let row = Row::empty(Recipe::Absent, pass.tagger.tag(&[], at));
            pass.writer.put(at, &row)?;
        }
        for (at, row) in std::mem::take(&mut plan.made) {
            pass.writer.put(at, &row)?;
        }
        Ok(pass)
    }

    /// Goes on with a member of this length.
    pub(crate) fn member(self, n: u16, pieces: Vec<Piece>, size_bytes: u64) -> MemberPass {
        let reading = Reading {
            tagger: self.tagger.clone(),
            facts: Arc::clone(&self.facts),
            pieces,
            size_bytes,
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
    pub(crate) fn finish(self) -> Result<Index, Failure> {
        Ok(self.writer.finish()?)
    }
}

fn place(facts: &Facts, number: u32) -> Result<TileAt, Failure> {
    let at = facts.at(number.into());
    at.ok_or_else(|| Failure::Later("a tile outside the index was met".into()))
}

/// What is known of a member before it is read; all cores share it.
#[derive(Debug)]
pub(crate) struct Reading {
    tagger: Tagger,
    facts: Arc<Facts>,
    /// By offset.
    pieces: Vec<Piece>,
    size_bytes: u64,
}

/// What one block of a member told.
pub(crate) struct Block {
    n: u64,
    bytes: Bytes,
    digest: Digest,
    /// The member's digest, when this is all of it.
    alone: Option<Digest>,
    /// The tiles inside it: the place of their piece, and their tag.
    tagged: Vec<(usize, Tag)>,
    /// Those that begin in it and end beyond.
    open: Vec<Open>,
}

/// Pieces of one extent, begun and not ended.
struct Open {
    /// The pieces, all of the same extent.
    pieces: Range<usize>,
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

    /// Digests a block and tags the tiles inside it.
    pub(crate) fn read(&self, n: u64, bytes: Bytes) -> Result<Block, Failure> {
        let range = self.range(n);
        let mut block = Block {
            n,
            digest: block_digest(n, &bytes),
            alone: (self.blocks() == 1).then(|| Digest::of(&bytes)),
            tagged: Vec::new(),
            open: Vec::new(),
            bytes,
        };
        let mut next = self.first_from(range.start);
        let end = self.first_from(range.end);
        while next < end {
            let same = self.same_as(next, end);
            next = same.end;
            self.begin(same, &range, &mut block)?;
        }
        Ok(block)
    }

    /// The first piece that begins there or later.
    fn first_from(&self, offset: u64) -> usize {
        self.pieces.partition_point(|piece| piece.offset < offset)
    }

    /// The pieces from `first` on that have its extent.
    fn same_as(&self, first: usize, end: usize) -> Range<usize> {
        let extent = |piece: &Piece| (piece.offset, piece.length);
        let same = self.pieces[first..end].iter();
        let same = same.take_while(|piece| extent(piece) == extent(&self.pieces[first]));
        first..first + same.count()
    }

    fn begin(
        &self,
        same: Range<usize>,
        range: &Range<u64>,
        block: &mut Block,
    ) -> Result<(), Failure> {
        let piece = self.pieces[same.start];
        let from = (piece.offset - range.start) as usize;
        let end = piece.end().min(range.end);
        let mut hasher = self.tagger.hasher();
        // A block that the store cut short is damage, which its digest shows.
        hasher.update(
            block
                .bytes
                .get(from..(end - range.start) as usize)
                .unwrap_or_default(),
        );
        let open = Open {
            pieces: same,
            hasher,
        };
        if piece.end() <= range.end {
            return self.end(open, &mut block.tagged);
        }
        if block.open.len() == MOST_OPEN {
            return Err(heaped());
        }
        block.open.push(open);
        Ok(())
    }

    fn end(&self, open: Open, tagged: &mut Vec<(usize, Tag)>) -> Result<(), Failure> {
        let last = open.pieces.end - 1;
        for n in open.pieces.start..last {
            let at = place(&self.facts, self.pieces[n].number)?;
            tagged.push((n, open.hasher.clone().finish(at)));
        }
        let at = place(&self.facts, self.pieces[last].number)?;
        tagged.push((last, open.hasher.finish(at)));
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

    /// Takes the member's next block, in order.
    pub(crate) fn take(&mut self, block: Block) -> Result<(), Failure> {
        debug_assert_eq!(block.n, self.digests.len() as u64, "blocks come in order");
        self.digests.push(block.digest);
        self.alone = block.alone.unwrap_or(self.alone);
        let mut tagged = block.tagged;
        let range = self.reading.range(block.n);
        for mut open in std::mem::take(&mut self.open) {
            let end = self.reading.pieces[open.pieces.start].end();
            let here = (end.min(range.end) - range.start) as usize;
            open.hasher
                .update(block.bytes.get(..here).unwrap_or_default());
            if end <= range.end {
                self.reading.end(open, &mut tagged)?;
            } else {
                self.open.push(open);
            }
        }
        self.open.extend(block.open);
        if self.open.len() > MOST_OPEN {
            return Err(heaped());
        }
        tagged.into_iter().try_for_each(|(n, tag)| self.put(n, tag))
    }

    fn put(&mut self, n: usize, tag: Tag) -> Result<(), Failure> {
        let piece = self.reading.pieces[n];
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
