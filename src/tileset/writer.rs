//! Writes an index: the header's facts and one row for every tile.
//!
//! ```text
//!   put, in any order ─▶ a shelf (memory, or a file of the caller's) ─ page by page ─▶ digests ─▶ header
//! ```
//!
//! Rows come in any order ([`IndexWriter::put`], as the pass over the original meets them in
//! offset order) or in the index's own ([`IndexWriter::push`]). The writer itself holds one bit a tile and
//! one page, at most [`super::MAX_PAGES`] pages; that the shelf gives back what was put there is checked.

use std::io;

use super::blocks::{DIGEST_BYTES, PAGE_BLOCKS, blocks_in};
use super::layout::{digest_of, encode};
use super::row::{ROW_BYTES, Recipe, Row};
use super::shelf::{Shelf, Sum};
use super::{Digest, Error, Facts, MAX_HEADER_BYTES, PAGE_BYTES};
use crate::formats::{Codec, Colour};
use crate::pyramid::geometry::TileAt;

/// A finished index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The whole object.
    pub bytes: Vec<u8>,
    /// Bytes of preamble and header.
    pub header_length: u32,
    /// The digest the catalogue keeps.
    pub header_digest: Digest,
}

/// A finished index whose rows lie on their shelf: the object is `header`, every [`LaidOut::page`], `blocks`.
#[derive(Debug)]
pub struct LaidOut<S> {
    /// Preamble and header.
    pub header: Vec<u8>,
    /// The digest the catalogue keeps.
    pub header_digest: Digest,
    /// The pages of blocks.
    pub blocks: Vec<u8>,
    /// The rows, in their order from offset 0.
    rows: S,
    rows_bytes: u64,
    /// The digest of each page of rows, as the header has them.
    pages: Vec<Digest>,
}

impl<S: Shelf> LaidOut<S> {
    /// Pages of rows.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// A page of rows. The shelf is read a second time here: what it gives back must still be what the header says.
    pub fn page(&mut self, n: usize) -> Result<Vec<u8>, Error> {
        let at = n as u64 * PAGE_BYTES;
        let mut page = vec![0; self.rows_bytes.saturating_sub(at).min(PAGE_BYTES) as usize];
        let read = self.rows.read_at(at, &mut page);
        read.map_err(|why| unkept(&why))?;
        if self.pages.get(n) == Some(&Digest::of(&page)) {
            Ok(page)
        } else {
            Err(unkept(&io::Error::other(OTHER_ROWS)))
        }
    }
}

/// Why an index is not written whose shelf changed what was put there.
const OTHER_ROWS: &str = "other rows were read than written";

/// An index in the making.
#[derive(Debug)]
pub struct IndexWriter<S = Vec<u8>> {
    facts: Facts,
    rows: S,
    /// A bit a row: which were put.
    given: Vec<u64>,
    sum: Sum,
    pushed: u64,
    /// Of each member that was given them.
    blocks: Vec<Option<Vec<Digest>>>,
}

impl IndexWriter {
    /// Begins an index in memory, 24 bytes a tile; refuses facts that break a bound.
    pub fn new(facts: Facts) -> Result<Self, Error> {
        Self::over(facts, Vec::new())
    }

    /// The finished index; refuses one that misses a row.
    pub fn finish(self) -> Result<Index, Error> {
        let laid = self.lay_out()?;
        Ok(Index {
            header_length: laid.header.len() as u32,
            header_digest: laid.header_digest,
            bytes: [laid.header, laid.rows, laid.blocks].concat(),
        })
    }
}

impl<S: Shelf> IndexWriter<S> {
    /// Begins an index whose rows wait on this shelf; refuses facts that break a bound.
    pub fn over(facts: Facts, rows: S) -> Result<Self, Error> {
        facts.check()?;
        Ok(Self {
            blocks: vec![None; facts.sizes.len()],
            given: vec![0; facts.rows().div_ceil(64) as usize],
            sum: Sum::default(),
            facts,
            rows,
            pushed: 0,
        })
    }

    /// What the index says besides its rows.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Adds the next row, level by level, row-major.
    pub fn push(&mut self, row: &Row) -> Result<(), Error> {
        let at = self.facts.at(self.pushed).ok_or_else(|| {
            unwritable(format!(
                "more rows than the {} tiles of its levels",
                self.pushed
            ))
        })?;
        self.pushed += 1;
        self.put(at, row)
    }

    /// Sets the row of a tile; each tile takes one row.
    pub fn put(&mut self, at: TileAt, row: &Row) -> Result<(), Error> {
        let (level, number) = self.facts.row_of(at).ok_or(Error::Outside { at })?;
        let gains = level.table.is_some() || level.colour == Colour::Rgb;
        let splices = row.recipe != Recipe::Spliced || (level.codec == Codec::Jpeg && gains);
        if !row.is_sound() || !self.facts.holds(row) || !splices {
            return Err(unwritable(format!(
                "the row of {at:?} makes no sense: {row:?}"
            )));
        }
        let (word, bit) = (number as usize / 64, 1_u64 << (number % 64));
        if self.given[word] & bit != 0 {
            return Err(unwritable(format!("{at:?} was given two rows")));
        }
        self.given[word] |= bit;
        let wire = row.encode();
        self.sum.add(number, &wire);
        let put = self.rows.write_at(number * ROW_BYTES as u64, &wire);
        put.map_err(|why| unkept(&why))
    }

    /// Sets the digests of a member's blocks, as [`super::BlockHasher`] gives them; each member whose
    /// size is known takes them once.
    pub fn blocks(&mut self, member: u16, blocks: Vec<Digest>) -> Result<(), Error> {
        let n = usize::from(member);
        let size = self.facts.sizes.get(n).copied();
        if size.map(blocks_in) != Some(blocks.len() as u64) || self.blocks[n].is_some() {
            let count = blocks.len();
            return Err(unwritable(format!(
                "{count} blocks for file {member} of {size:?} bytes"
            )));
        }
        self.blocks[n] = Some(blocks);
        Ok(())
    }

    /// Ends the index; refuses one that misses a row, and a shelf that gives back other rows than were put.
    pub fn lay_out(mut self) -> Result<LaidOut<S>, Error> {
        let rows = self.facts.rows();
        let missing = (0..rows).find(|n| self.given[*n as usize / 64] & (1 << (n % 64)) == 0);
        if let Some(number) = missing {
            let at = self.facts.at(number);
            return Err(unwritable(format!(
                "no row for {at:?}: an absent tile has a row too"
            )));
        }
        let pages = self.pages(rows * ROW_BYTES as u64)?;
        let Some(blocks) = self.blocks.into_iter().collect::<Option<Vec<_>>>() else {
            return Err(unwritable(String::from("a file without its blocks")));
        };
        let blocks: Vec<u8> = blocks
            .into_iter()
            .flatten()
            .flat_map(|Digest(digest)| digest)
            .collect();
        let block_pages: Vec<_> = blocks
            .chunks((PAGE_BLOCKS * DIGEST_BYTES) as usize)
            .map(Digest::of)
            .collect();
        let header = encode(&self.facts, &block_pages, &pages);
        if header.len() > MAX_HEADER_BYTES {
            return Err(unwritable(format!(
                "a header of {} bytes, of at most {MAX_HEADER_BYTES}: the tables are too large",
                header.len()
            )));
        }
        Ok(LaidOut {
            header_digest: digest_of(&header),
            header,
            blocks,
            rows: self.rows,
            rows_bytes: rows * ROW_BYTES as u64,
            pages,
        })
    }

    /// The digest of each page of rows.
    fn pages(&mut self, rows_bytes: u64) -> Result<Vec<Digest>, Error> {
        let mut digests = Vec::with_capacity(rows_bytes.div_ceil(PAGE_BYTES) as usize);
        let mut found = Sum::default();
        let mut page = vec![0; PAGE_BYTES.min(rows_bytes) as usize];
        for at in (0..rows_bytes).step_by(PAGE_BYTES as usize) {
            page.truncate((rows_bytes - at) as usize);
            self.rows
                .read_at(at, &mut page)
                .map_err(|why| unkept(&why))?;
            for (number, row) in (at / ROW_BYTES as u64..).zip(page.as_chunks().0) {
                found.add(number, row);
            }
            digests.push(Digest::of(&page));
        }
        if found != self.sum {
            return Err(unkept(&io::Error::other(OTHER_ROWS)));
        }
        Ok(digests)
    }
}

fn unwritable(what: String) -> Error {
    Error::Unwritable { what }
}

fn unkept(why: &io::Error) -> Error {
    Error::Unkept {
        why: why.to_string(),
    }
}
