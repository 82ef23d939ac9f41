//! The header: what one range read tells of an index.

use super::blocks::{BlockPlace, DIGEST_BYTES, PAGE_BLOCKS};
use super::facts::{Facts, Level};
use super::layout::{PREAMBLE_BYTES, body, digest_of, preamble};
use super::wire::Wire;
use super::{Digest, Error, PAGE_BYTES, PAGE_ROWS, Tagger, row};
use crate::ids::ScanId;
use crate::pyramid::geometry::TileAt;

/// Where a tile's row lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Number of the page.
    pub page: u32,
    /// The page's bytes in the index object.
    pub range: std::ops::Range<u64>,
    /// The row's number in the page.
    pub slot: u16,
}

/// An opened header: intact, bounded and ready to locate and check tiles.
#[derive(Debug, Clone)]
pub struct Header {
    facts: Facts,
    blocks: Vec<Digest>,
    pages: Vec<Digest>,
    digest: Digest,
    length: u32,
    pub(super) tagger: Tagger,
}

impl Header {
    /// Opens the header from the first bytes of an index; [`Error::NeedMore`] tells how many are
    /// wanted when they end too early. The caller compares [`Header::scan`] and
    /// [`Header::digest`], or uses [`Header::open_for`].
    pub fn open(prefix: &[u8]) -> Result<Self, Error> {
        let (version, length, digest) = preamble(prefix)?;
        let Some(bytes) = prefix.get(..length as usize) else {
            return Err(Error::NeedMore {
                bytes: u64::from(length),
            });
        };
        if digest_of(bytes) != digest {
            return Err(damaged("its digest differs"));
        }
        let (facts, blocks, pages) = body(version, &mut Wire(&bytes[PREAMBLE_BYTES..]))
            .ok_or_else(|| damaged("its fields do not add up"))?;
        facts
            .check()
            .map_err(|_| damaged("a field is out of bounds"))?;
        if pages.len() as u64 != facts.rows().div_ceil(PAGE_ROWS) {
            return Err(damaged("it has too many or too few pages"));
        }
        Ok(Self {
            tagger: Tagger::new(facts.scan),
            facts,
            blocks,
            pages,
            digest,
            length,
        })
    }

    /// Opens the header and refuses any but that of this scan, generation and digest (the
    /// catalogue keeps the digest).
    pub fn open_for(
        scan: ScanId,
        generation: u32,
        digest: &Digest,
        prefix: &[u8],
    ) -> Result<Self, Error> {
        let header = Self::open(prefix)?;
        if (header.scan(), header.generation()) != (scan, generation) {
            return Err(Error::OtherScan {
                wanted: format!("scan {scan} generation {generation}"),
                found: format!("scan {} generation {}", header.scan(), header.generation()),
            });
        }
        if header.digest != *digest {
            return Err(damaged("it is not the one that was published"));
        }
        Ok(header)
    }

    /// Where the row of a tile lies, or `None` outside the scan.
    pub fn page_of(&self, at: TileAt) -> Option<Place> {
        let (_, number) = self.facts.row_of(at)?;
        let page = (number / PAGE_ROWS) as u32;
        Some(Place {
            page,
            range: self.page_range(page)?,
            slot: (number % PAGE_ROWS) as u16,
        })
    }

    /// The bytes of a page in the index object.
    pub fn page_range(&self, page: u32) -> Option<std::ops::Range<u64>> {
        let first = u64::from(page) * PAGE_ROWS;
        let rows = self.facts.rows().checked_sub(first)?.min(PAGE_ROWS);
        let start = u64::from(self.length) + u64::from(page) * PAGE_BYTES;
        (rows > 0).then(|| start..start + rows * row::ROW_BYTES as u64)
    }

    /// Where the digest of a member's block lies, or `None` outside the members, and in an index of
    /// version 1.
    pub fn block_of(&self, member: u16, number: u64) -> Option<BlockPlace> {
        let place = self.facts.block_of(member, number)?;
        let page = u32::try_from(place / PAGE_BLOCKS).ok()?;
        Some(BlockPlace {
            page,
            range: self.block_page_range(page)?,
            slot: (place % PAGE_BLOCKS) as u16,
        })
    }

    /// The bytes of a page of blocks in the index object: they follow the rows.
    pub fn block_page_range(&self, page: u32) -> Option<std::ops::Range<u64>> {
        let first = u64::from(page) * PAGE_BLOCKS;
        let blocks = self.facts.blocks().checked_sub(first)?.min(PAGE_BLOCKS);
        let rows = self.facts.rows() * row::ROW_BYTES as u64;
        let start = u64::from(self.length) + rows + first * DIGEST_BYTES;
        (blocks > 0).then(|| start..start + blocks * DIGEST_BYTES)
    }

    /// The digest each page of blocks must have.
    pub fn block_pages(&self) -> &[Digest] {
        &self.blocks
    }

    /// The digest each page must have.
    pub fn pages(&self) -> &[Digest] {
        &self.pages
    }

    /// Images, levels and tables.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The levels of all images.
    pub fn levels(&self) -> &[Level] {
        &self.facts.levels
    }

    /// The level a tile belongs to, or `None` outside the scan.
    pub fn level_of(&self, at: TileAt) -> Option<&Level> {
        self.facts.row_of(at).map(|(level, _)| level)
    }

    /// The scan.
    pub fn scan(&self) -> ScanId {
        self.facts.scan
    }

    /// The generation of the index.
    pub fn generation(&self) -> u32 {
        self.facts.generation
    }

    /// The digest the catalogue keeps: it covers the whole header and, through the pages' digests,
    /// the whole index.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Bytes of preamble and header: page 0 starts here.
    pub fn length(&self) -> u32 {
        self.length
    }
}

pub(super) fn damaged(what: &'static str) -> Error {
    Error::Damaged {
        part: String::from("the index header"),
        what,
    }
}
