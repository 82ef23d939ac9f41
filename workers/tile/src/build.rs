//! From a stored original to the objects of a tileset. Nothing is visible yet: publishing is the
//! catalogue's.

use std::sync::Arc;

use archive::{Archive, Key};
use bytes::Bytes;
use catalog::{Code, StoredScan};
use futures::{StreamExt, stream};
use pathology::formats;
use pathology::tileset::{
    BLOCK_BYTES, Came, Digest, Identifier, IndexObject, MANIFEST_VERSION, Manifest, Member,
    PackObject,
};
use sandbox::{CodeOrigin, ReadCode, Sandbox};
use tokio::runtime::Handle;

use crate::pack::{Pack, make};
use crate::pass::{Block, Pass, Reading};
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
    let inspected = inspect(archive, sandbox, stored, generation, settings).await;
    let (facts, codes, mut plan) = match inspected {
        // Rot in the archive must not be taken for a bad slide: the receipt's digests tell.
        Err(why @ (Failure::Refused { .. } | Failure::Spoilt { .. })) => {
            read_back(archive, stored).await?;
            return Err(why);
        }
        other => other?,
    };
    fail::fail_point!("tile::inspected");
    let packs = match make_pack(archive, sandbox, stored, &mut plan).await {
        Err(why @ (Failure::Refused { .. } | Failure::Spoilt { .. })) => {
            read_back(archive, stored).await?;
            return Err(why);
        }
        other => other?,
    };
    let index = read_once(archive, stored, plan).await?;
    let key = Key::Index {
        scan: stored.scan,
        generation,
    };
    let object = IndexObject {
        key: key.to_string(),
        size_bytes: index.bytes.len() as u64,
        header_length: index.header_length,
        header_blake3: index.header_digest,
        blake3: Digest::of(&index.bytes),
    };
    archive.put_new(key, Bytes::from(index.bytes)).await?;
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

/// What the child says of the slide; the child has ended when this returns.
async fn inspect(
    archive: &Archive,
    sandbox: &Sandbox,
    stored: &StoredScan,
    generation: u32,
    settings: &Settings,
) -> Result<(serde_json::Value, Vec<ReadCode>, Plan), Failure> {
    let mut child = sandbox.open(&for_child(archive, stored)).await?;
    let facts = formats::Facts {
        barcode: None,
        ..child.inspected().facts.clone()
    };
    let facts = serde_json::to_value(&facts).map_err(|why| Failure::Later(why.to_string()))?;
    let codes = child.codes().await?;
    let plan = plan(&mut child, stored, generation, settings).await?;
    Ok((facts, codes, plan))
}

/// Makes the levels that lie nowhere as they are served. The pass that follows reads the bytes they were
/// made from once more, and compares them with the receipt.
async fn make_pack(
    archive: &Archive,
    sandbox: &Sandbox,
    stored: &StoredScan,
    plan: &mut Plan,
) -> Result<Vec<PackObject>, Failure> {
    if plan.to_make.is_empty() {
        return Ok(Vec::new());
    }
    let of = (stored.scan, plan.facts.generation);
    let mut pack = Pack::begin(archive, of, 0).await?;
    let mut child = sandbox.open_whole(&for_child(archive, stored)).await?;
    plan.made = make(&mut child, &plan.to_make, &mut pack).await?;
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
    mut plan: Plan,
) -> Result<pathology::tileset::Index, Failure> {
    let mut pass = Pass::new(&mut plan)?;
    let members = (0..).zip(std::mem::take(&mut plan.pieces));
    for ((n, pieces), member) in members.zip(&stored.members) {
        let mut through = pass.member(n, pieces, member.size_bytes);
        let reading = through.reading();
        let read = |block| read_block(archive, original(stored, n), &reading, block);
        let blocks = stream::iter((0..reading.blocks()).map(read)).buffered(AT_ONCE);
        let mut blocks = std::pin::pin!(blocks);
        while let Some(block) = blocks.next().await {
            through.take(block?)?;
        }
        pass = through.finish(Digest(member.blake3))?;
    }
    pass.finish()
}

/// Reads a block and digests it while it is in the cache of that core; never where others wait.
async fn read_block(
    archive: &Archive,
    key: Key,
    reading: &Arc<Reading>,
    n: u64,
) -> Result<Block, Failure> {
    let (archive, runtime, reading) = (archive.clone(), Handle::current(), Arc::clone(reading));
    let read = tokio::task::spawn_blocking(move || {
        let bytes = runtime.block_on(archive.read(key, reading.range(n)))?;
        reading.read(n, bytes)
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
