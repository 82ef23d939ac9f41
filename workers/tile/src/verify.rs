//! The verification pass of one scan: every tile is decoded once from what the store returns, and the half-way
//! levels that the slide lacks are made from the same decode.
//!
//! ```text
//!   published g1 ─▶ child: row ─ tag ─▶ pixels ─▶ ½ ─▶ ¼ …      first wrong tile ─▶ damaged
//!                                         │
//!                    nothing lacks ─▶ verified as it is
//!                    levels lack   ─▶ pack g2, index g2 (g1's rows and the new ones), manifest g2
//! ```
//!
//! Invariants: the rows of g1 are copied, so its tiles keep their places and numbers; nothing is visible before
//! the catalogue says so. In memory: a page of the old index, a bit a tile, and one frame of made tiles.

use archive::{Archive, Key, Scratch};
use catalog::{MoreLevels, PublishedTileset, StoredScan};
use pathology::case::TrayCode;
use pathology::pyramid::geometry::TileAt;
use pathology::pyramid::plan::Chain;
use pathology::tileset::{
    self, BlockPage, Digest, Header, IndexWriter, LaidOut, MANIFEST_VERSION, Manifest, PackObject,
    Page, blocks_in,
};
use sandbox::{Child, Found, MadeTile, Sandbox, ToVerify};

use crate::halves::{add_to, lacking, to_make, with_halves};
use crate::pack::{Pack, put_index};
use crate::stored::{for_child, object_for_child, original};
use crate::{Failure, Settings};

/// Largest manifest read back.
const MANIFEST_BYTES: u64 = 16 << 20;

/// Decodes every tile of a published scan, and makes the levels it lacks as `generation`. `None` when it lacks
/// none. A [`Failure`] that [is damage](Failure::is_damage) is about the scan, any other about this attempt.
pub async fn verify(
    archive: &Archive,
    sandbox: &Sandbox,
    (stored, published): (&StoredScan, &PublishedTileset),
    generation: u32,
    settings: &Settings,
) -> Result<Option<MoreLevels>, Failure> {
    let old = Old::open(archive, stored, published).await?;
    let chains = lacking(old.header.facts(), |_| true, settings.max_tiles);
    let mut child = old.child(archive, sandbox, stored).await?;
    let asked = old.to_verify(&chains);
    if chains.iter().all(|chain| chain.made.is_empty()) {
        decode(&mut child, asked, None).await?;
        return Ok(None);
    }
    let place = old.header.facts().packs.len() as u16;
    let mut pack = Pack::begin(archive, (stored.scan, generation), place).await?;
    let mut index = old.index(archive, &chains, generation).await?;
    decode(&mut child, asked, Some((&mut pack, &mut index))).await?;
    drop(child);
    let pack = pack.finish(archive).await?;
    let index = index.lay_out()?;
    old.write(archive, stored, index, (generation, pack, &chains))
        .await
        .map(Some)
}

/// Hears the child to its end; what it makes is packed, and has its rows in the index.
async fn decode(
    child: &mut Child,
    asked: ToVerify,
    mut into: Option<(&mut Pack, &mut IndexWriter<Scratch>)>,
) -> Result<(), Failure> {
    let mut pass = child.verify(asked).await.map_err(Failure::of_stored)?;
    while let Some(found) = pass.next().await.map_err(Failure::of_stored)? {
        let tiles = match found {
            Found::Tiles(tiles) => tiles,
            Found::Spoilt { at, what } => return Err(spoilt(at, &what)),
        };
        let Some((pack, index)) = &mut into else {
            continue;
        };
        for MadeTile { at, bytes } in tiles {
            index.put(at, &pack.add(at, bytes).await?)?;
        }
    }
    fail::fail_point!("verify::decoded");
    Ok(())
}

/// The published tileset, opened.
struct Old {
    header: Header,
    /// The digests of each member's blocks.
    blocks: Vec<Vec<Digest>>,
    manifest: Manifest,
    header_length: u32,
}

impl Old {
    async fn open(
        archive: &Archive,
        stored: &StoredScan,
        published: &PublishedTileset,
    ) -> Result<Self, Failure> {
        for (n, member) in (0..).zip(&stored.members) {
            if archive.size(original(stored, n)).await? != member.size_bytes {
                return Err(Failure::damaged(n.into()));
            }
        }
        let (scan, generation) = (stored.scan, published.generation);
        let index = Key::Index { scan, generation };
        let header_length = published.index_header_length;
        let bytes = archive.read(index, 0..header_length.into()).await?;
        let digest = Digest(published.index_header_digest);
        let header = Header::open_for(scan, generation, &digest, &bytes).map_err(rotten)?;
        let key = Key::Manifest { scan, generation };
        let size = archive.size(key).await?.min(MANIFEST_BYTES);
        let bytes = archive.read(key, 0..size).await?;
        if Digest::of(&bytes) != Digest(published.manifest_digest) {
            return Err(rotten("the manifest is not the one that was published"));
        }
        Ok(Self {
            manifest: Manifest::from_json(&bytes).map_err(rotten)?,
            blocks: blocks(archive, index, &header).await?,
            header,
            header_length,
        })
    }

    /// What the new index says: the old levels as they are, the new ones after them, one more pack.
    fn facts(&self, chains: &[Chain], generation: u32) -> tileset::Facts {
        let mut facts = with_halves(self.header.facts(), chains);
        facts.generation = generation;
        facts.packs.push(generation);
        facts
    }

    fn to_verify(&self, chains: &[Chain]) -> ToVerify {
        ToVerify {
            scan: self.header.scan(),
            generation: self.header.generation(),
            header_digest: self.header.digest().0,
            header_length: self.header_length,
            chains: chains.iter().map(to_make).collect(),
        }
    }

    /// A child that holds the original, the index and the packs.
    async fn child(
        &self,
        archive: &Archive,
        sandbox: &Sandbox,
        stored: &StoredScan,
    ) -> Result<Child, Failure> {
        let (scan, generation) = (stored.scan, self.header.generation());
        let mut members = for_child(archive, stored);
        let mut beside = vec![Key::Index { scan, generation }];
        let packs = self.header.facts().packs.iter();
        beside.extend(packs.map(|generation| Key::Derived {
            scan,
            generation: *generation,
        }));
        for key in &beside {
            members.push(object_for_child(archive, *key, archive.size(*key).await?));
        }
        let opened = sandbox.open_beside(&members, beside.len() as u16).await;
        opened.map_err(Failure::of_stored)
    }

    /// The new index, with every row of the old one.
    async fn index(
        &self,
        archive: &Archive,
        chains: &[Chain],
        generation: u32,
    ) -> Result<IndexWriter<Scratch>, Failure> {
        let facts = self.facts(chains, generation);
        let mut writer = IndexWriter::over(facts, archive.scratch()?)?;
        let (scan, generation) = (self.header.scan(), self.header.generation());
        let old = self.header.facts();
        for number in 0..self.header.pages().len() as u32 {
            let range = self.header.page_range(number).unwrap_or_default();
            let bytes = archive.read(Key::Index { scan, generation }, range).await?;
            let page = Page::open(&*bytes, &self.header, number).map_err(rotten)?;
            for slot in 0..page.rows() {
                let place = u64::from(number) * tileset::PAGE_ROWS + u64::from(slot);
                let at = old.at(place);
                let at = at.ok_or_else(|| rotten("the index has more rows than tiles"))?;
                writer.put(at, &page.row(slot).map_err(rotten)?)?;
            }
        }
        for (member, blocks) in (0..).zip(&self.blocks) {
            writer.blocks(member, blocks.clone())?;
        }
        Ok(writer)
    }

    async fn write(
        mut self,
        archive: &Archive,
        stored: &StoredScan,
        index: LaidOut<Scratch>,
        (generation, pack, chains): (u32, PackObject, &[Chain]),
    ) -> Result<MoreLevels, Failure> {
        let scan = stored.scan;
        let key = Key::Index { scan, generation };
        let object = put_index(archive, key, index).await?;
        fail::fail_point!("verify::indexed");
        add_to(&mut self.manifest.facts, chains);
        self.manifest.generation = generation;
        self.manifest.packs.push(pack);
        self.manifest.version = MANIFEST_VERSION;
        self.manifest.index = object.clone();
        let manifest = self.manifest.to_json();
        let manifest_digest = Digest::of(&manifest).0;
        let key = Key::Manifest { scan, generation };
        archive.put_new(key, manifest.into()).await?;
        fail::fail_point!("verify::manifested");
        Ok(MoreLevels {
            generation,
            facts: self.manifest.facts.to_string(),
            index_header_digest: object.header_blake3.0,
            index_header_length: object.header_length.into(),
            index_size_bytes: object.size_bytes,
            index_digest: object.blake3.0,
            manifest_digest,
        })
    }
}

/// The digests of the blocks, member by member.
async fn blocks(
    archive: &Archive,
    index: Key,
    header: &Header,
) -> Result<Vec<Vec<Digest>>, Failure> {
    let mut pages = Vec::with_capacity(header.block_pages().len());
    for number in 0..header.block_pages().len() as u32 {
        let range = header.block_page_range(number).unwrap_or_default();
        let bytes = archive.read(index, range).await?;
        pages.push(BlockPage::open(&*bytes, header, number).map_err(rotten)?);
    }
    let digest = |member, number| {
        let place = header.block_of(member, number)?;
        pages.get(place.page as usize)?.digest(place.slot)
    };
    let members = (0..).zip(&header.facts().sizes).map(|(member, size)| {
        let blocks = (0..blocks_in(*size)).map(|number| digest(member, number));
        let blocks: Option<Vec<_>> = blocks.collect();
        blocks.ok_or_else(|| rotten("the index has fewer blocks than the files"))
    });
    members.collect()
}

fn spoilt(at: TileAt, what: &str) -> Failure {
    let TileAt {
        image,
        level,
        column,
        row,
    } = at;
    rotten(format!(
        "tile {column},{row} of level {level}, image {image}: {what}"
    ))
}

fn rotten(what: impl std::fmt::Display) -> Failure {
    Failure::Spoilt {
        code: TrayCode::DigestMismatch,
        text: format!("{what}; the stored slide is damaged: ask for a rescan of the glass"),
    }
}
