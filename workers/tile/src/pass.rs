//! One pass over the stored original, in offset order: the digest of each member and of its blocks, and
//! the tag of each tile, from the same bytes.
//!
//! ```text
//!   block      ├──────────────┼──────────────┼───
//!   tiles        ├──┤├───┤├──────┤├──┤  ├──────┤       a tile may straddle blocks: it stays open
//! ```
//!
//! In memory: the index's rows (24 bytes a tile), the pieces (16 bytes a tile), 32 bytes a MiB, and at most
//! [`MOST_OPEN`] hashers. Tiles that share their bytes share the hashing.

use pathology::case::TrayCode;
use pathology::tileset::{
    BlockHasher, Digest, Facts, Index, IndexWriter, Recipe, Row, TagHasher, Tagger,
};

use crate::Failure;
use crate::plan::{Piece, Plan, recipe};

/// Distinct tiles that may straddle one place of a file; a slide has one, or a few where it was cut badly.
const MOST_OPEN: usize = 64;

/// The index in the making, between members.
#[derive(Debug)]
pub(crate) struct Pass {
    facts: Facts,
    tagger: Tagger,
    writer: IndexWriter,
}

impl Pass {
    /// Begins with the tiles that have no bytes.
    pub(crate) fn new(plan: &mut Plan) -> Result<Self, Failure> {
        let mut pass = Self {
            tagger: Tagger::new(plan.facts.scan),
            writer: IndexWriter::new(plan.facts.clone())?,
            facts: plan.facts.clone(),
        };
        for number in std::mem::take(&mut plan.absent) {
            pass.put(number, pass.tagger.hasher(), |tag| {
                Row::empty(Recipe::Absent, tag)
            })?;
        }
        Ok(pass)
    }

    /// Goes on with a member.
    pub(crate) fn member(self, n: u16, pieces: Vec<Piece>) -> MemberPass {
        MemberPass {
            pass: self,
            n,
            pieces,
            next: 0,
            open: Vec::new(),
            digest: BlockHasher::default(),
            at: 0,
        }
    }

    /// The finished index.
    pub(crate) fn finish(self) -> Result<Index, Failure> {
        Ok(self.writer.finish()?)
    }

    fn put(
        &mut self,
        number: u32,
        hasher: TagHasher,
        row: impl FnOnce(pathology::tileset::Tag) -> Row,
    ) -> Result<(), Failure> {
        let at = self.facts.at(number.into());
        let at = at.ok_or_else(|| Failure::Later("a tile outside the index was met".into()))?;
        Ok(self.writer.put(at, &row(hasher.finish(at)))?)
    }
}

/// The pass through one member.
#[derive(Debug)]
pub(crate) struct MemberPass {
    pass: Pass,
    n: u16,
    pieces: Vec<Piece>,
    /// The first piece not begun.
    next: usize,
    open: Vec<Open>,
    digest: BlockHasher,
    /// Where the next block begins.
    at: u64,
}

/// Pieces of one extent, begun and not ended.
struct Open {
    /// The pieces, all of the same extent.
    pieces: std::ops::Range<usize>,
    hasher: TagHasher,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Open({:?})", self.pieces)
    }
}

impl MemberPass {
    /// Takes the member's next bytes.
    pub(crate) fn block(&mut self, block: &[u8]) -> Result<(), Failure> {
        self.digest.update(block);
        let end = self.at + block.len() as u64;
        for open in std::mem::take(&mut self.open) {
            self.advance(open, block)?;
        }
        while let Some(first) = self
            .pieces
            .get(self.next)
            .filter(|piece| piece.offset < end)
        {
            let extent = (first.offset, first.length);
            let same = self.pieces[self.next..].iter();
            let same = same.take_while(|piece| (piece.offset, piece.length) == extent);
            let pieces = self.next..self.next + same.count();
            self.next = pieces.end;
            let hasher = self.pass.tagger.hasher();
            self.advance(Open { pieces, hasher }, block)?;
        }
        self.at = end;
        Ok(())
    }

    /// Gives an extent its part of the block, and its tiles their rows when it is complete.
    fn advance(&mut self, mut open: Open, block: &[u8]) -> Result<(), Failure> {
        let piece = self.pieces[open.pieces.start];
        let last = piece.offset + u64::from(piece.length);
        let from = piece.offset.saturating_sub(self.at) as usize;
        let to = (last - self.at).min(block.len() as u64) as usize;
        open.hasher.update(&block[from..to]);
        if last <= self.at + block.len() as u64 {
            return self.end(&open);
        }
        if self.open.len() == MOST_OPEN {
            let text =
                "too many tiles lie over each other, which no scanner writes: scan the slide again";
            return Err(Failure::refused(TrayCode::Malformed, text));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self, open: &Open) -> Result<(), Failure> {
        for piece in &self.pieces[open.pieces.clone()] {
            let at = self.pass.facts.at(piece.number.into());
            let level = at.and_then(|at| self.pass.facts.row_of(at));
            let recipe = level.map_or(Recipe::Stored, |(level, _)| recipe(level));
            let member = self.n;
            self.pass
                .put(piece.number, open.hasher.clone(), |tag| Row {
                    member,
                    recipe,
                    length: piece.length,
                    offset: piece.offset,
                    tag,
                })?;
        }
        Ok(())
    }

    /// Ends the member; fails unless every byte is the one that was received.
    pub(crate) fn finish(mut self, received: Digest) -> Result<Pass, Failure> {
        let (read, blocks) = self.digest.finish();
        if read != received || !self.open.is_empty() || self.next != self.pieces.len() {
            return Err(Failure::damaged(self.n.into()));
        }
        self.pass.writer.blocks(self.n, blocks)?;
        Ok(self.pass)
    }
}

#[cfg(test)]
mod tests;
