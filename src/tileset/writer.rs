//! Writes an index: the header's facts and one row for every tile.
//!
//! Rows come in any order ([`IndexWriter::put`], as the pass over the original meets them in
//! offset order) or in the index's own ([`IndexWriter::push`]). The writer holds 24 bytes a tile,
//! at most [`super::MAX_PAGES`] pages.

use super::blocks::{DIGEST_BYTES, PAGE_BLOCKS, blocks_in};
use super::layout::{digest_of, encode};
use super::row::{ROW_BYTES, Recipe, Row};
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

/// An index in the making.
#[derive(Debug)]
pub struct IndexWriter {
    facts: Facts,
    rows: Vec<u8>,
    pushed: u64,
    /// Of each member that was given them.
    blocks: Vec<Option<Vec<Digest>>>,
}

impl IndexWriter {
    /// Begins an index; refuses facts that break a bound.
    pub fn new(facts: Facts) -> Result<Self, Error> {
        facts.check()?;
        let rows = vec![0; facts.rows() as usize * ROW_BYTES];
        Ok(Self {
            blocks: vec![None; facts.sizes.len()],
            facts,
            rows,
            pushed: 0,
        })
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
        let slot = &mut self.rows[number as usize * ROW_BYTES..][..ROW_BYTES];
        if slot[2] != 0 {
            return Err(unwritable(format!("{at:?} was given two rows")));
        }
        slot.copy_from_slice(&row.encode());
        Ok(())
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

    /// The finished index; refuses one that misses a row.
    pub fn finish(self) -> Result<Index, Error> {
        if let Some(number) = self.rows.chunks(ROW_BYTES).position(|row| row[2] == 0) {
            let at = self.facts.at(number as u64);
            return Err(unwritable(format!(
                "no row for {at:?}: an absent tile has a row too"
            )));
        }
        let pages: Vec<_> = self
            .rows
            .chunks(PAGE_BYTES as usize)
            .map(Digest::of)
            .collect();
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
        let mut bytes = encode(&self.facts, &block_pages, &pages);
        if bytes.len() > MAX_HEADER_BYTES {
            return Err(unwritable(format!(
                "a header of {} bytes, of at most {MAX_HEADER_BYTES}: the tables are too large",
                bytes.len()
            )));
        }
        let (header_length, header_digest) = (bytes.len() as u32, digest_of(&bytes));
        bytes.extend(self.rows);
        bytes.extend(blocks);
        Ok(Index {
            bytes,
            header_length,
            header_digest,
        })
    }
}

fn unwritable(what: String) -> Error {
    Error::Unwritable { what }
}
