//! From a stored original to the objects of a tileset. Nothing is visible yet: publishing is the
//! catalogue's.

use std::sync::Arc;

use archive::{Archive, Key, Scratch};
use catalog::{Code, StoredScan};
use futures::{StreamExt, stream};
use pathology::formats;
use pathology::tileset::{
    BLOCK_BYTES, Came, Digest, Identifier, IndexObject, LaidOut, MANIFEST_VERSION, Manifest,
    Member, PackObject,
};
use sandbox::{Child, CodeOrigin, ReadCode, Sandbox};
use tokio::runtime::Handle;

use crate::halves::add_to;
use crate::pack::{Pack, make, put_index};
use crate::pass::{Block, Pass, Reading};
use crate::pieces::{Errand, Errands};
use crate::plan::{Plan, plan};
use crate::stored::{for_child, original};
use crate::{Failure, Settings};

/// Blocks of a member read and digested at once: 1 MiB of memory each.
const AT_ONCE: usize = 3;

/// A tileset whose objects are durable and which nobody sees yet.
#[derive(Debug, Clone)]
pub struct Built {
    /// What the slide says about itself ([`formats::Facts`] as JSON); the label's code is among
    /// `codes` only.
    pub facts: serde_json::Value,
    /// The codes found on the slide.
    pub codes: Vec<ReadCode>,
    /// The index's object.
    pub index: IndexObject,
    /// The derived pack's object, where levels had to be made.
    pub packs: Vec<PackObject>,
    /// Digest of the manifest's object.
    pub manifest_blake3: Digest,
}

/// Reads a stored scan and writes the index and the manifest of this generation.
pub async fn build(
    archive: &Archive,
    sandbox: &Sandbox,
    stored: &StoredScan,
    generation: u32,
    settings: &Settings,
) -> Result<Built, Failure> {
    for (n, member) in (0..).zip(&stored.members) {
        if archive.size(original(stored, n)).await? != member.size_bytes {
            return Err(Failure::damaged(n.into()));
        }
    }
    let looked = look(archive, sandbox, stored, generation, settings).await;
    let (facts, codes, packs, index) = match looked {
        // Rot in the archive must not be taken for a bad slide: the receipt's digests tell.
        Err(why @ (Failure::Refused { .. } | Failure::Spoilt { .. })) if !why.is_damage() => {
            read_back(archive, stored).await?;
            return Err(why);
        }
        other => other?,
    };
    let key = Key::Index {
        scan: stored.scan,
        generation,
    };
    let object = put_index(archive, key, index).await?;
    fail::fail_point!("tile::indexed");
    let built = Built {
        manifest_blake3: Digest([0; 32]),
        index: object,
        packs,
        facts,
        codes,
    };
    put_manifest(archive, stored, generation, built).await
}

/// Facts, codes, packs, and the index with its rows.
type Looked = (
    serde_json::Value,
    Vec<ReadCode>,
    Vec<PackObject>,
    LaidOut<Scratch>,
);

/// What the child says of the slide, and the pass over its bytes.
async fn look(
    archive: &Archive,
    sandbox: &Sandbox,
    stored: &StoredScan,
    generation: u32,
    settings: &Settings,
) -> Result<Looked, Failure> {
    let mut child = sandbox.open(&for_child(archive, stored)).await?;
    let facts = formats::Facts {
        barcode: None,
        ..child.inspected().facts.clone()
    };
    let facts = serde_json::to_value(&facts);
    let mut facts = facts.map_err(|why| Failure::Later(why.to_string()))?;
    let mut plan = plan(archive, &mut child, stored, generation, settings).await?;
    add_to(&mut facts, &plan.chains);
    fail::fail_point!("tile::inspected");
    if plan.to_make.is_empty() {
        // The child looks for codes while the bytes are read.
        let (codes, index) = tokio::try_join!(codes_of(child), read_once(archive, stored, plan))?;
        return Ok((facts, codes, Vec::new(), index));
    }
    // The first child has ended before another takes its place.
    let codes = codes_of(child).await?;
    let packs = make_pack(archive, sandbox, stored, &mut plan).await?;
    let index = read_once(archive, stored, plan).await?;
    Ok((facts, codes, packs, index))
}

async fn codes_of(mut child: Child) -> Result<Vec<ReadCode>, Failure> {
    Ok(child.codes().await?)
}

/// Makes the levels that lie nowhere as they are served. The pass that follows reads the bytes they were
/// made from once more, and compares them with the receipt.
async fn make_pack(
    archive: &Archive,
    sandbox: &Sandbox,
    stored: &StoredScan,
    plan: &mut Plan,
) -> Result<Vec<PackObject>, Failure> {
    let of = (stored.scan, plan.index.facts().generation);
    let mut pack = Pack::begin(archive, of, 0).await?;
    let mut child = sandbox.open_whole(&for_child(archive, stored)).await?;
    let levels = std::mem::take(&mut plan.to_make);
    make(&mut child, levels, &mut pack, &mut plan.index).await?;
    Ok(vec![pack.finish(archive).await?])
}

/// The pass without tiles: are the stored bytes those of the receipt?
async fn read_back(archive: &Archive, stored: &StoredScan) -> Result<(), Failure> {
    for (n, member) in (0..).zip(&stored.members) {
        let mut hasher = blake3::Hasher::new();
        let mut blocks = Box::pin(
            archive
                .read_blocks(original(stored, n), BLOCK_BYTES)
                .await?,
        );
        while let Some(block) = blocks.next().await {
            hasher.update(&block?);
        }
        if Digest(*hasher.finalize().as_bytes()) != Digest(member.blake3) {
            return Err(Failure::damaged(n.into()));
        }
    }
    Ok(())
}

/// The pass: every member from its first byte to its last, on every core.
async fn read_once(
    archive: &Archive,
    stored: &StoredScan,
    plan: Plan,
) -> Result<LaidOut<Scratch>, Failure> {
    let mut pieces = plan.pieces;
    let mut sorted = pieces.sorted()?.peekable();
    let mut pass = Pass::new(plan.index);
    for (n, member) in (0..).zip(&stored.members) {
        let mut through = pass.member(n, member.size_bytes);
        let reading = through.reading();
        let read = |errand| read_block(archive, original(stored, n), &reading, errand);
        let errands = Errands::new(&mut sorted, n, member.size_bytes);
        let blocks = stream::iter(errands).map(read).buffered(AT_ONCE);
        let mut blocks = std::pin::pin!(blocks);
        while let Some(block) = blocks.next().await {
            through.take(block?)?;
        }
        pass = through.finish(Digest(member.blake3))?;
    }
    // Nothing is left, or the scratch file was not what had been written.
    sorted.next().transpose()?;
    pass.finish()
}

/// Reads a block and digests it while it is in the cache of that core; never where others wait.
async fn read_block(
    archive: &Archive,
    key: Key,
    reading: &Arc<Reading>,
    errand: Result<Errand, Failure>,
) -> Result<Block, Failure> {
    let errand = errand?;
    let (archive, runtime, reading) = (archive.clone(), Handle::current(), Arc::clone(reading));
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = reading.buffer();
        let range = reading.range(errand.block);
        runtime.block_on(archive.read_into(key, range, &mut bytes))?;
        reading.read(&errand, bytes)
    });
    read.await.map_err(|why| Failure::Later(why.to_string()))?
}

async fn put_manifest(
    archive: &Archive,
    stored: &StoredScan,
    generation: u32,
    mut built: Built,
) -> Result<Built, Failure> {
    let manifest = manifest(stored, generation, &built).to_json();
    built.manifest_blake3 = Digest::of(&manifest);
    let key = Key::Manifest {
        scan: stored.scan,
        generation,
    };
    archive.put_new(key, manifest.into()).await?;
    fail::fail_point!("tile::manifested");
    Ok(built)
}

fn manifest(stored: &StoredScan, generation: u32, built: &Built) -> Manifest {
    let members = (0..).zip(&stored.members).map(|(n, member)| Member {
        n,
        name: member.name.clone(),
        size_bytes: member.size_bytes,
        blake3: Digest(member.blake3),
        key: original(stored, n).to_string(),
    });
    let identifiers = codes(&built.codes).into_iter().map(|code| Identifier {
        source: code.origin.into(),
        value: code.value,
    });
    Manifest {
        version: MANIFEST_VERSION,
        scan: stored.scan,
        organisation: stored.organisation,
        generation,
        members: members.collect(),
        original_digest: Digest(stored.digest),
        index: built.index.clone(),
        packs: built.packs.clone(),
        facts: built.facts.clone(),
        identifiers: identifiers.collect(),
        came: Some(Came {
            site: stored.site,
            scanner: stored.scanner,
            issuer: stored.issuer.as_str().to_owned(),
            urgency: stored.urgency,
            stored_at_us: stored.stored_at.0,
        }),
        written_by: concat!("slideway ", env!("CARGO_PKG_VERSION")).into(),
        seal: None,
    }
}

/// The codes in the catalogue's words: the label's code is one source, whichever picture it is on.
pub(crate) fn codes(read: &[ReadCode]) -> Vec<Code> {
    let words = read.iter().map(|code| Code {
        origin: match code.origin {
            CodeOrigin::LabelPicture | CodeOrigin::MacroPicture => "label_picture",
            CodeOrigin::Embedded => "embedded",
        },
        value: code.value.clone(),
    });
    words.collect()
}
