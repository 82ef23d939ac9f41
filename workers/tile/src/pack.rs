//! The derived pack in the making: tiles stream into staging, their rows stay.
//!
//! ```text
//!   child ── made tiles ─▶ Pack::add ─▶ archive::staging ── Pack::finish ─▶ scans/…/g{generation}/derived
//!                             └─▶ Row {pack, offset, length, tag}
//! ```
//!
//! Bounds: the pack itself is never in memory; [`REMEMBERED`] short tiles are known by their digest, so that
//! glass, which looks alike everywhere, is stored once.

use std::collections::HashMap;

use archive::{Archive, Key, Staged};
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{
    Digest, PACK_PREAMBLE_BYTES, PackObject, Recipe, Row, Tagger, pack_preamble,
};
use sandbox::{Child, MadeTile};

use crate::Failure;

/// Short tiles known by their digest: 48 bytes each.
const REMEMBERED: usize = 4_096;
/// Longer tiles are not alike.
const SHORT_BYTES: usize = 4_096;

/// A derived pack that is being written.
pub(crate) struct Pack {
    staged: Staged,
    scan: ScanId,
    generation: u32,
    /// Its place among the packs of the index.
    place: u16,
    tagger: Tagger,
    end: u64,
    short: HashMap<Digest, u64>,
}

impl Pack {
    /// Begins the pack of a generation, which the index names at `place`.
    pub(crate) async fn begin(
        archive: &Archive,
        (scan, generation): (ScanId, u32),
        place: u16,
    ) -> Result<Self, Failure> {
        let mut staged = archive.stage().await?;
        staged
            .write(pack_preamble(scan, generation).to_vec())
            .await?;
        Ok(Self {
            staged,
            scan,
            generation,
            place,
            tagger: Tagger::new(scan),
            end: PACK_PREAMBLE_BYTES,
            short: HashMap::new(),
        })
    }

    /// Takes a tile; an empty one is absent.
    pub(crate) async fn add(&mut self, at: TileAt, bytes: Vec<u8>) -> Result<Row, Failure> {
        let tag = self.tagger.tag(&bytes, at);
        if bytes.is_empty() {
            return Ok(Row::empty(Recipe::Absent, tag));
        }
        let length = bytes.len() as u32;
        let offset = self.lay(bytes).await?;
        Ok(Row {
            member: self.place,
            recipe: Recipe::Derived,
            length,
            offset,
            tag,
        })
    }

    /// Where the bytes lie: with those that are the same, or at the end.
    async fn lay(&mut self, bytes: Vec<u8>) -> Result<u64, Failure> {
        let digest = (bytes.len() <= SHORT_BYTES).then(|| Digest::of(&bytes));
        let known = digest.and_then(|digest| self.short.get(&digest).copied());
        if let Some(offset) = known {
            return Ok(offset);
        }
        let offset = self.end;
        if let Some(digest) = digest.filter(|_| self.short.len() < REMEMBERED) {
            self.short.insert(digest, offset);
        }
        self.end += bytes.len() as u64;
        self.staged.write(bytes).await?;
        Ok(offset)
    }

    /// Gives the pack its place, durably.
    pub(crate) async fn finish(self, archive: &Archive) -> Result<PackObject, Failure> {
        let key = Key::Derived {
            scan: self.scan,
            generation: self.generation,
        };
        let sealed = self.staged.finish().await?;
        archive.keep(&sealed, key).await?;
        fail::fail_point!("make::packed");
        Ok(PackObject {
            generation: self.generation,
            key: key.to_string(),
            size_bytes: sealed.size_bytes,
            blake3: Digest(sealed.blake3),
        })
    }
}

/// Lets a child make the tiles of these levels, and packs them; the rows are those of the index.
pub(crate) async fn make(
    child: &mut Child,
    levels: &[(u16, u16)],
    pack: &mut Pack,
) -> Result<Vec<(TileAt, Row)>, Failure> {
    let mut rows = Vec::new();
    for (image, level) in levels {
        let mut making = child.make(*image, *level).await?;
        while let Some(tiles) = making.next().await? {
            for MadeTile { at, bytes } in tiles {
                rows.push((at, pack.add(at, bytes).await?));
            }
        }
    }
    Ok(rows)
}
