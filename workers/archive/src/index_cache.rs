//! Opened index headers and pages, and the road from a place to a checked tile.
//!
//! ```text
//!   (scan, generation) ─▶ header ── page_of ─▶ page ── row ─▶ stored bytes ── tag, splice ─▶ tile
//!                        cached                cached         one range read, never cached
//!                        digest checked        digest checked tag checked every time
//! ```
//!
//! After the first touch a tile costs one range read. Nothing enters the cache unchecked, and a
//! header is used only for the digest the catalogue names.
//!
//! Bound: `Settings::index_cache_entries` headers and pages together, and
//! `Settings::index_cache_bytes` of their stored bytes; a page holds at most 128 KiB, a header 2 MiB.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use pathology::formats::Codec;
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{
    self, BlockPage, Digest, Header, MAX_HEADER_BYTES, Page, Recipe, Row, Served,
};

use crate::recent::Recent;
use crate::{Archive, Error, Key, Settings};

/// What the catalogue knows of a published scan, enough to serve its tiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tileset {
    /// The scan.
    pub scan: ScanId,
    /// The generation published.
    pub generation: u32,
    /// Digest of the index header.
    pub header_digest: Digest,
    /// Bytes of the index's preamble and header together.
    pub header_length: u32,
    /// The members of the original, by their number.
    pub originals: Arc<[Key]>,
}

/// A tile, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tile {
    /// A whole coded tile.
    Coded {
        /// The bytes to serve.
        bytes: Bytes,
        /// How they are coded.
        codec: Codec,
        /// How they were made from the stored bytes.
        recipe: Recipe,
    },
    /// Background the scanner stored no bytes for.
    Blank,
    /// There is no such tile.
    Absent,
}

/// Serves tiles of published scans. Cloning is cheap and shares the cache.
#[derive(Debug, Clone)]
pub struct Tilesets {
    archive: Archive,
    opened: Arc<Mutex<Recent<Name, Opened>>>,
}

/// A part of an index. The digest is part of the name, so a page checked by one header is never
/// believed by another.
type Name = (ScanId, u32, Digest, Part);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Header,
    Page(u32),
    Blocks(u32),
}

#[derive(Debug, Clone)]
pub(crate) enum Opened {
    Header(Arc<Header>),
    Page(Arc<Page>),
    Blocks(Arc<BlockPage>),
}

impl Tilesets {
    /// An empty cache over the archive, bounded by the settings.
    pub fn new(archive: &Archive, settings: &Settings) -> Self {
        let opened = Recent::new(settings.index_cache_entries, settings.index_cache_bytes);
        Self {
            archive: archive.clone(),
            opened: Arc::new(Mutex::new(opened)),
        }
    }

    /// The tile at a place, or why it must not be shown.
    pub async fn tile(&self, of: &Tileset, at: TileAt) -> Result<Tile, Error> {
        let header = self.header(of).await?;
        let row = self.row(of, &header, at).await?;
        let stored = match row.recipe {
            Recipe::Blank | Recipe::Absent => Bytes::new(),
            Recipe::Stored | Recipe::Spliced => {
                self.archive
                    .read(of.member(row.member)?, row.range())
                    .await?
            }
            Recipe::Derived => {
                let pack = header.facts().packs.get(usize::from(row.member)).copied();
                let pack = pack.ok_or(Error::NoMember {
                    scan: of.scan,
                    n: row.member,
                })?;
                self.archive.read(of.derived(pack), row.range()).await?
            }
        };
        served(&header, &row, at, stored).map_err(|refused| of.refused(refused))
    }

    /// The opened header: levels, scales and codecs.
    pub async fn header(&self, of: &Tileset) -> Result<Arc<Header>, Error> {
        let part = (of.scan, of.generation, of.header_digest, Part::Header);
        let cached = self.opened().get(&part);
        if let Some(Opened::Header(header)) = cached {
            return Ok(header);
        }
        let length = u64::from(of.header_length).min(MAX_HEADER_BYTES as u64);
        let bytes = self.archive.read(of.index(), 0..length).await?;
        let header = Header::open_for(of.scan, of.generation, &of.header_digest, &bytes);
        let header = Arc::new(header.map_err(|refused| of.refused(refused))?);
        self.opened()
            .insert(part, Opened::Header(header.clone()), length);
        Ok(header)
    }

    async fn row(&self, of: &Tileset, header: &Header, at: TileAt) -> Result<Row, Error> {
        let place = header
            .page_of(at)
            .ok_or_else(|| of.refused(tileset::Error::Outside { at }))?;
        let page = self.page(of, header, place.page, place.range).await?;
        page.row(place.slot).map_err(|refused| of.refused(refused))
    }

    async fn page(
        &self,
        of: &Tileset,
        header: &Header,
        number: u32,
        range: Range<u64>,
    ) -> Result<Arc<Page>, Error> {
        let part = (of.scan, of.generation, of.header_digest, Part::Page(number));
        let cached = self.opened().get(&part);
        if let Some(Opened::Page(page)) = cached {
            return Ok(page);
        }
        let bytes = self.archive.read(of.index(), range).await?;
        let page = Page::open(&*bytes, header, number).map_err(|refused| of.refused(refused))?;
        let (page, weight_bytes) = (Arc::new(page), bytes.len() as u64);
        self.opened()
            .insert(part, Opened::Page(page.clone()), weight_bytes);
        Ok(page)
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    pub(crate) fn opened(&self) -> MutexGuard<'_, Recent<Name, Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tileset {
    pub(crate) fn index(&self) -> Key {
        Key::Index {
            scan: self.scan,
            generation: self.generation,
        }
    }

    fn derived(&self, generation: u32) -> Key {
        Key::Derived {
            scan: self.scan,
            generation,
        }
    }

    pub(crate) fn member(&self, n: u16) -> Result<Key, Error> {
        let key = self.originals.get(usize::from(n)).copied();
        key.ok_or(Error::NoMember { scan: self.scan, n })
    }

    pub(crate) fn refused(&self, source: tileset::Error) -> Error {
        Error::Tileset {
            scan: self.scan,
            generation: self.generation,
            source,
        }
    }
}

fn served(header: &Header, row: &Row, at: TileAt, stored: Bytes) -> Result<Tile, tileset::Error> {
    let level = header.level_of(at).ok_or(tileset::Error::Outside { at })?;
    let spliced = match header.serve(row, at, &stored)? {
        Served::Blank => return Ok(Tile::Blank),
        Served::Absent => return Ok(Tile::Absent),
        Served::Tile(Cow::Borrowed(_)) => None,
        Served::Tile(Cow::Owned(bytes)) => Some(Bytes::from(bytes)),
    };
    Ok(Tile::Coded {
        bytes: spliced.unwrap_or(stored),
        codec: level.codec,
        recipe: row.recipe,
    })
}

#[cfg(test)]
mod tests;
