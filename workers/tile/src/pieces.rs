//! Where every tile's bytes lie, sorted for one pass over the files, in memory that does not grow with the slide.
//!
//! ```text
//!   push ─▶ held: 32,768 pieces ── full ─▶ sorted run ─▶ scratch        sorted ─▶ the runs, merged: 256 pieces of each
//! ```
//!
//! Invariant: what comes out is what went in. A piece that the scratch file altered is found before anybody uses it, by the
//! check it carries; a lost or doubled one at the end, by the sum.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;

use archive::{Archive, Scratch};
use pathology::tileset::{ROW_BYTES, Shelf, Sum, block_range, blocks_in};

use crate::Failure;

/// Pieces sorted at once: 24 bytes each.
const RUN: usize = 32 << 10;
/// Pieces of a run read ahead.
const AHEAD: u64 = 256;
/// Pieces that begin in one block and are worked on at once; background stored once may be a million.
const AN_ERRAND: usize = 32 << 10;

/// A tile's bytes in a member; sorted by member and offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) member: u16,
    pub(crate) offset: u64,
    pub(crate) length: u32,
    /// The tile's row in the index.
    pub(crate) number: u32,
}

impl Piece {
    /// The first byte behind it; inside its member, as the plan has checked.
    pub(crate) fn end(&self) -> u64 {
        self.offset + u64::from(self.length)
    }

    /// Whether both are the same bytes.
    pub(crate) fn shares(&self, other: &Self) -> bool {
        (self.member, self.offset, self.length) == (other.member, other.offset, other.length)
    }

    fn encode(&self) -> [u8; ROW_BYTES] {
        let mut wire = [0; ROW_BYTES];
        wire[0..2].copy_from_slice(&self.member.to_le_bytes());
        wire[4..8].copy_from_slice(&self.length.to_le_bytes());
        wire[8..16].copy_from_slice(&self.offset.to_le_bytes());
        wire[16..20].copy_from_slice(&self.number.to_le_bytes());
        let check = check(&wire);
        wire[CHECK].copy_from_slice(&check.to_le_bytes());
        wire
    }

    /// `None`: these are not the bytes that were written.
    fn decode(wire: &[u8; ROW_BYTES]) -> Option<Self> {
        if wire[CHECK] != check(wire).to_le_bytes() {
            return None;
        }
        let (shorts, words) = (wire.as_chunks::<2>().0, wire.as_chunks::<4>().0);
        Some(Self {
            member: u16::from_le_bytes(shorts[0]),
            length: u32::from_le_bytes(words[1]),
            offset: u64::from_le_bytes(wire.as_chunks::<8>().0[1]),
            number: u32::from_le_bytes(words[4]),
        })
    }
}

/// Where a piece's check stands.
const CHECK: std::ops::Range<usize> = 20..24;

/// FNV-1a of what stands before the check: each step can be undone, so that one altered byte always alters it.
fn check(wire: &[u8; ROW_BYTES]) -> u32 {
    let bytes = wire[..CHECK.start].iter();
    bytes.fold(0x811C_9DC5, |all, byte| {
        (all ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// The pieces of a scan, gathered.
#[derive(Debug)]
pub(crate) struct Pieces {
    scratch: Scratch,
    held: Vec<Piece>,
    /// Pieces of each run, which follow each other in the scratch file.
    runs: Vec<u64>,
    sum: Sum,
}

impl Pieces {
    pub(crate) fn new(archive: &Archive) -> Result<Self, Failure> {
        Ok(Self {
            scratch: archive.scratch()?,
            held: Vec::new(),
            runs: Vec::new(),
            sum: Sum::default(),
        })
    }

    pub(crate) fn push(&mut self, piece: Piece) -> Result<(), Failure> {
        self.held.push(piece);
        if self.held.len() == RUN {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), Failure> {
        self.held.sort_unstable();
        let mut at = self.runs.iter().sum::<u64>() * ROW_BYTES as u64;
        for piece in &self.held {
            let wire = piece.encode();
            self.sum.add(piece.number.into(), &wire);
            self.scratch
                .write_at(at, &wire)
                .map_err(|why| unkept(&why))?;
            at += ROW_BYTES as u64;
        }
        self.runs.push(self.held.len() as u64);
        self.held.clear();
        Ok(())
    }

    /// All of them in order, as often as wanted.
    pub(crate) fn sorted(&mut self) -> Result<Sorted<'_>, Failure> {
        if !self.held.is_empty() {
            self.spill()?;
            self.held = Vec::new();
        }
        let mut sorted = Sorted {
            scratch: &mut self.scratch,
            heads: BinaryHeap::with_capacity(self.runs.len()),
            runs: Vec::with_capacity(self.runs.len()),
            left: self.sum,
            found: Sum::default(),
            over: false,
        };
        let mut at = 0;
        for count in &self.runs {
            sorted.runs.push(Run {
                ahead: Vec::new().into_iter(),
                at,
                left: *count,
            });
            at += count * ROW_BYTES as u64;
            sorted.advance(sorted.runs.len() - 1)?;
        }
        Ok(sorted)
    }
}

/// The merged runs.
pub(crate) struct Sorted<'a> {
    scratch: &'a mut Scratch,
    /// The next piece of each run.
    heads: BinaryHeap<Reverse<(Piece, usize)>>,
    runs: Vec<Run>,
    left: Sum,
    found: Sum,
    over: bool,
}

struct Run {
    ahead: std::vec::IntoIter<Piece>,
    /// Where the next piece to read lies.
    at: u64,
    /// Pieces not read yet.
    left: u64,
}

impl Sorted<'_> {
    /// Puts the run's next piece among the heads.
    fn advance(&mut self, n: usize) -> Result<(), Failure> {
        let run = &mut self.runs[n];
        if run.ahead.len() == 0 && run.left > 0 {
            let count = run.left.min(AHEAD);
            let mut wire = vec![0; count as usize * ROW_BYTES];
            self.scratch
                .read_at(run.at, &mut wire)
                .map_err(|why| unkept(&why))?;
            run.at += wire.len() as u64;
            run.left -= count;
            let pieces = wire.as_chunks().0.iter().map(Piece::decode);
            let pieces: Option<Vec<_>> = pieces.collect();
            run.ahead = pieces.ok_or_else(others)?.into_iter();
        }
        if let Some(piece) = run.ahead.next() {
            self.heads.push(Reverse((piece, n)));
        }
        Ok(())
    }
}

impl Iterator for Sorted<'_> {
    type Item = Result<Piece, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let Some(Reverse((piece, n))) = self.heads.pop() else {
            self.over = true;
            return (self.found != self.left).then(|| Err(others()));
        };
        self.found.add(piece.number.into(), &piece.encode());
        Some(self.advance(n).map(|()| piece))
    }
}

/// A block of a member to be read, with pieces that begin in it.
pub(crate) struct Errand {
    pub(crate) block: u64,
    /// Not the first errand to this block: its bytes were digested before.
    pub(crate) again: bool,
    pub(crate) pieces: Vec<Piece>,
}

/// The errands of one member: every block, in order.
pub(crate) struct Errands<'a, 'b> {
    pub(crate) sorted: &'a mut Peekable<Sorted<'b>>,
    pub(crate) member: u16,
    pub(crate) size_bytes: u64,
    block: u64,
    again: bool,
}

impl<'a, 'b> Errands<'a, 'b> {
    pub(crate) const fn new(
        sorted: &'a mut Peekable<Sorted<'b>>,
        member: u16,
        size_bytes: u64,
    ) -> Self {
        Self {
            sorted,
            member,
            size_bytes,
            block: 0,
            again: false,
        }
    }

    /// The next piece, if it begins in this block; what cannot be read is told at once.
    fn here(&mut self) -> Option<Result<Piece, Failure>> {
        let (member, end) = (self.member, block_range(self.size_bytes, self.block).end);
        self.sorted.next_if(|piece| {
            let begins = |piece: &Piece| piece.member == member && piece.offset < end;
            piece.as_ref().map_or(true, begins)
        })
    }
}

impl Iterator for Errands<'_, '_> {
    type Item = Result<Errand, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.block == blocks_in(self.size_bytes) {
            return None;
        }
        let mut errand = Errand {
            block: self.block,
            again: self.again,
            pieces: Vec::new(),
        };
        self.again = true;
        while errand.pieces.len() < AN_ERRAND {
            match self.here() {
                Some(Ok(piece)) => errand.pieces.push(piece),
                Some(Err(why)) => return Some(Err(why)),
                None => {
                    (self.block, self.again) = (self.block + 1, false);
                    break;
                }
            }
        }
        Some(Ok(errand))
    }
}

fn others() -> Failure {
    let text = "other tiles were read than written";
    unkept(&std::io::Error::other(text))
}

fn unkept(why: &std::io::Error) -> Failure {
    Failure::Later(format!("the plan of the scan could not be kept: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_with_any_other_bit_is_none() {
        let piece = Piece {
            member: 3,
            offset: 0x0123_4567_89AB,
            length: 2_050,
            number: 46_059,
        };
        let wire = piece.encode();
        assert_eq!(Piece::decode(&wire), Some(piece));
        for bit in 0..ROW_BYTES * 8 {
            let mut other = wire;
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Piece::decode(&other), None, "bit {bit}");
        }
    }
}
