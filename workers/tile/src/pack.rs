//! What a generation writes: the derived pack, whose tiles stream into staging, and the index.
//!
//! ```text
//!   child ── made tiles ─▶ Pack::add ─▶ archive::staging ── Pack::finish ─▶ scans/…/g{generation}/derived
//!                             └─▶ Row {pack, offset, length, tag}
//! ```
//!
//! Bounds: the pack itself is never in memory; [`REMEMBERED`] short tiles are known by their digest, so that
//! glass, which looks alike everywhere, is stored once.

use std::collections::HashMap;

use archive::{Archive, Key, Scratch, Staged};
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{
    Digest, IndexObject, IndexWriter, LaidOut, PACK_PREAMBLE_BYTES, PackObject, Recipe, Row,
    Tagger, pack_preamble,
};
use sandbox::{Child, MadeTile, ToMake};

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

/// Lets a child make the tiles of these levels and of those made with them, and packs them; their rows go into the
/// index.
pub(crate) async fn make(
    child: &mut Child,
    levels: Vec<ToMake>,
    pack: &mut Pack,
    index: &mut IndexWriter<Scratch>,
) -> Result<(), Failure> {
    for asked in levels {
        let mut making = child.make(asked).await?;
        while let Some(tiles) = making.next().await? {
            for MadeTile { at, bytes } in tiles {
                index.put(at, &pack.add(at, bytes).await?)?;
            }
        }
    }
    fail::fail_point!("make::made");
    Ok(())
}

/// Gives the index its place, durably: page by page, as it came from the scratch file.
pub(crate) async fn put_index(
    archive: &Archive,
    key: Key,
    mut index: LaidOut<Scratch>,
) -> Result<IndexObject, Failure> {
    let header_length = index.header.len() as u32;
    let mut staged = archive.stage().await?;
    staged.write(std::mem::take(&mut index.header)).await?;
    for n in 0..index.pages() {
        staged.write(index.page(n)?).await?;
    }
    staged.write(index.blocks).await?;
    let sealed = staged.finish().await?;
    archive.keep(&sealed, key).await?;
    Ok(IndexObject {
        key: key.to_string(),
        size_bytes: sealed.size_bytes,
        header_length,
        header_blake3: index.header_digest,
        blake3: Digest(sealed.blake3),
    })
}

#[cfg(test)]
mod tests {
    use archive::{Fault, Faults, Settings};
    use pathology::formats::{Codec, Colour};
    use pathology::pyramid::geometry::Grid;
    use pathology::tileset::{Facts, Header, Level, Page};
    use uuid::Uuid;

    use super::*;

    const SCAN: ScanId = ScanId(Uuid::from_u128(7));
    const INDEX: Key = Key::Index {
        scan: SCAN,
        generation: 2,
    };

    /// Three pages of rows.
    fn facts() -> Facts {
        let grid = Grid {
            width: 100 * 8,
            height: 100 * 8,
            tile_width: 8,
            tile_height: 8,
        };
        Facts {
            scan: SCAN,
            generation: 2,
            members: 1,
            levels: vec![Level {
                image: 0,
                level: 0,
                grid,
                scale: 1.0,
                derived: true,
                codec: Codec::Jpeg,
                colour: Colour::Declared,
                table: None,
            }],
            tables: Vec::new(),
            packs: vec![2],
            sizes: vec![1],
        }
    }

    fn filled(archive: &Archive) -> Result<IndexWriter<Scratch>, Failure> {
        let mut index = IndexWriter::over(facts(), archive.scratch()?)?;
        let tagger = Tagger::new(SCAN);
        for number in 0..facts().rows() {
            let at = facts().at(number).expect("a tile");
            let row = Row {
                member: 0,
                recipe: Recipe::Derived,
                length: 10,
                offset: PACK_PREAMBLE_BYTES + number * 10,
                tag: tagger.tag(b"tile", at),
            };
            index.put(at, &row)?;
        }
        index.blocks(0, vec![Digest::of(b"f")])?;
        Ok(index)
    }

    /// Whether an index was written that opens, page by page.
    async fn is_sound(archive: &Archive, object: &IndexObject) -> bool {
        let bytes = archive.read(INDEX, 0..object.size_bytes).await;
        let bytes = bytes.expect("an object that was kept");
        let header = Header::open_for(SCAN, 2, &object.header_blake3, &bytes);
        let Ok(header) = header else { return false };
        (0..header.pages().len() as u32).all(|n| {
            let range = header.page_range(n).expect("a page");
            let page = &bytes[range.start as usize..range.end as usize];
            Page::open(page, &header, n).is_ok()
        })
    }

    /// The rows are read from the scratch file twice, for their digests and for the object: both must be what was put.
    #[tokio::test]
    async fn a_bit_that_flips_in_the_scratch_file_never_reaches_the_archive() {
        let mut written = 0;
        for n in 1.. {
            let folder = tempfile::tempdir().expect("a folder");
            let settings = Settings {
                url: format!("file://{}", folder.path().display()),
                ..Settings::default()
            };
            let faults = Faults::nth(n, Fault::Flipped);
            let archive = Archive::open_with(&settings, faults.clone()).await;
            let archive = archive.expect("an archive");
            let index = filled(&archive).expect("rows");
            faults.arm();
            let put = match index.lay_out() {
                Ok(index) => put_index(&archive, INDEX, index).await,
                Err(refused) => Err(refused.into()),
            };
            faults.rest();
            match put {
                Ok(object) => {
                    assert!(is_sound(&archive, &object).await, "call {n} was flipped");
                    written += 1;
                }
                Err(Failure::Later(_)) => {}
                Err(other) => panic!("call {n}: {other:?}"),
            }
            if faults.calls() < n {
                break;
            }
        }
        assert!(written > 0, "without a fault it is written");
    }
}
