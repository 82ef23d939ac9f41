//! The objects of one scan against the catalogue: are they there, as long, and the same bytes?
//!
//! ```text
//!   original 0..n   length ─▶ BLAKE3 of the receipt
//!   index           length ─▶ BLAKE3 ─▶ opens for this scan, generation and header digest
//!   manifest        BLAKE3 ─▶ sealed, of this scan and generation
//!   derived packs   the tag of every tile the index has in them
//! ```
//!
//! What cannot be read just now is an error, not a finding. In memory: one block.

use archive::{Archive, Error, Key, Tileset, Tilesets};
use catalog::{IndexDigests, ScanObjects};
use futures::StreamExt;
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{Digest, Level, Manifest};

use crate::pace::Pace;

/// Bytes read at once.
const BLOCK_BYTES: u64 = 1 << 20;

/// What is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// It is shorter or longer.
    #[error("{found} bytes, expected {expected}")]
    Length {
        /// Bytes it must have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// Its bytes are others.
    #[error("other bytes than were stored")]
    Bytes,
    /// What it says does not agree with the catalogue.
    #[error("{0}")]
    Says(String),
}

/// An object that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose.
    pub scan: ScanId,
    /// The object's key.
    pub key: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What was looked at.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Objects.
    pub objects: u64,
    /// Bytes read.
    pub bytes: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Existence and length.
    Lengths,
    /// Every byte.
    Bytes,
}

/// One scan being looked at.
pub(crate) struct Look<'a> {
    pub(crate) archive: &'a Archive,
    pub(crate) tilesets: &'a Tilesets,
    pub(crate) depth: Depth,
    pub(crate) pace: &'a mut Pace,
    pub(crate) checked: Checked,
}

impl Look<'_> {
    /// Looks at every object of the scan.
    pub(crate) async fn scan(&mut self, of: &ScanObjects) -> Result<(), Error> {
        for member in &of.members {
            let (scan, attempt, n) = (of.scan, of.attempt, member.n);
            let key = Key::Original { scan, attempt, n };
            self.object(of.scan, key, Some(member.size_bytes), member.blake3)
                .await?;
        }
        if let Some(index) = of.index {
            self.tileset(of, index).await?;
        }
        Ok(())
    }

    async fn tileset(&mut self, of: &ScanObjects, index: IndexDigests) -> Result<(), Error> {
        let (scan, generation) = (of.scan, of.generation);
        let key = Key::Index { scan, generation };
        let sound = self
            .object(scan, key, Some(index.size_bytes), index.digest)
            .await?;
        self.manifest(of, index).await?;
        if sound && self.depth == Depth::Bytes {
            self.packs(&tileset(of, index), key).await?;
        }
        Ok(())
    }

    /// Whether the object is as it must be.
    async fn object(
        &mut self,
        scan: ScanId,
        key: Key,
        size_bytes: Option<u64>,
        blake3: [u8; 32],
    ) -> Result<bool, Error> {
        self.checked.objects += 1;
        match self.compare(key, size_bytes, blake3).await? {
            None => Ok(true),
            Some(wrong) => {
                self.found(scan, key, wrong);
                Ok(false)
            }
        }
    }

    async fn compare(
        &mut self,
        key: Key,
        size_bytes: Option<u64>,
        blake3: [u8; 32],
    ) -> Result<Option<Wrong>, Error> {
        let found = match self.archive.size(key).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(Some(Wrong::Missing)),
            Err(other) => return Err(other),
        };
        if let Some(expected) = size_bytes.filter(|expected| *expected != found) {
            return Ok(Some(Wrong::Length { expected, found }));
        }
        if self.depth == Depth::Lengths {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        let mut blocks = Box::pin(self.archive.read_blocks(key, BLOCK_BYTES).await?);
        while let Some(block) = blocks.next().await {
            let block = match block {
                Ok(block) => block,
                Err(Error::NotFound { .. } | Error::Short { .. }) => return Ok(Some(Wrong::Bytes)),
                Err(other) => return Err(other),
            };
            hasher.update(&block);
            self.checked.bytes += block.len() as u64;
            self.pace.spend(block.len() as u64).await;
        }
        let same = *hasher.finalize().as_bytes() == blake3;
        Ok((!same).then_some(Wrong::Bytes))
    }

    async fn manifest(&mut self, of: &ScanObjects, index: IndexDigests) -> Result<(), Error> {
        let (scan, generation) = (of.scan, of.generation);
        let key = Key::Manifest { scan, generation };
        let sound = self.object(scan, key, None, index.manifest_digest).await?;
        if !sound || self.depth == Depth::Lengths {
            return Ok(());
        }
        let bytes = self
            .archive
            .read(key, 0..self.archive.size(key).await?)
            .await?;
        let wrong = match Manifest::from_json(&bytes) {
            Err(refused) => refused.to_string(),
            Ok(manifest) if (manifest.scan, manifest.generation) != (scan, generation) => {
                "it is another scan's".to_owned()
            }
            Ok(manifest) if manifest.index.header_blake3 != Digest(index.header_digest) => {
                "it names another index".to_owned()
            }
            Ok(_) => return Ok(()),
        };
        self.found(scan, key, Wrong::Says(wrong));
        Ok(())
    }

    /// The derived tiles, through the tags.
    async fn packs(&mut self, of: &Tileset, index: Key) -> Result<(), Error> {
        let header = match self.tilesets.header(of).await {
            Ok(header) => header,
            Err(refused) if refused.is_damaged() => {
                self.found(of.scan, index, Wrong::Says(refused.to_string()));
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        self.checked.objects += header.facts().packs.len() as u64;
        for level in header.levels().iter().filter(|level| level.derived) {
            for at in tiles(level) {
                let bytes = match self.tilesets.tile(of, at).await {
                    Ok(archive::Tile::Coded { bytes, .. }) => bytes.len() as u64,
                    Ok(_) => 0,
                    Err(refused) if refused.is_damaged() => {
                        let (scan, generation) = (of.scan, of.generation);
                        let key = Key::Derived { scan, generation };
                        self.found(scan, key, Wrong::Says(refused.to_string()));
                        return Ok(());
                    }
                    Err(other) => return Err(other),
                };
                self.checked.bytes += bytes;
                self.pace.spend(bytes).await;
            }
        }
        Ok(())
    }

    fn found(&mut self, scan: ScanId, key: Key, wrong: Wrong) {
        let key = key.to_string();
        self.checked.findings.push(Finding { scan, key, wrong });
    }
}

fn tiles(level: &Level) -> impl Iterator<Item = TileAt> + use<> {
    let (image, number, grid) = (level.image, level.level, level.grid);
    (0..grid.rows()).flat_map(move |row| {
        (0..grid.columns()).map(move |column| TileAt {
            image,
            level: number,
            column,
            row,
        })
    })
}

/// What serving would open.
pub(crate) fn tileset(of: &ScanObjects, index: IndexDigests) -> Tileset {
    let (scan, attempt) = (of.scan, of.attempt);
    let key = |n| Key::Original { scan, attempt, n };
    Tileset {
        scan,
        generation: of.generation,
        header_digest: Digest(index.header_digest),
        header_length: index.header_length,
        originals: of.members.iter().map(|member| key(member.n)).collect(),
    }
}
