//! The catalogue's scans, from the manifests alone.
//!
//! ```text
//!   every manifest ─▶ sealed? of its own key? ─▶ the newest generation of a scan that is whole
//!       ─▶ index: length, BLAKE3, opens      ─▶ originals: length (and every byte, if asked)
//!       ─▶ catalog::restore_scan: published, unmatched, in its site's tray
//! ```
//!
//! Who exists comes from the configuration, links from the back-up and the events. A manifest that does not
//! agree with its objects restores nothing and is named. In memory: the manifests of one scan.

use archive::{Archive, Key};
use catalog::{ArrivedMember, Code, IndexDigests, Restored};
use futures::StreamExt;
use pathology::case::{Issuer, Micros};
use pathology::ids::ScanId;
use pathology::phi::Phi;
use pathology::tileset::{Digest, Header, Manifest};

use crate::upkeep::{Upkeep, UpkeepError};

/// Largest manifest read: more is none of ours.
const MANIFEST_BYTES: u64 = 8 << 20;

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Rebuilt {
    /// Manifests seen.
    pub manifests: u64,
    /// Scans restored.
    pub restored: u64,
    /// Scans that were here already.
    pub known: u64,
    /// Scans that could not be restored, each with its reason.
    pub refused: Vec<(ScanId, String)>,
}

/// The generations of a scan that have a manifest.
type Generations = (ScanId, Vec<u32>);

impl Upkeep {
    /// Restores every scan that has a whole generation in the archive.
    pub async fn rebuild(&self) -> Result<Rebuilt, UpkeepError> {
        let mut rebuilt = Rebuilt::default();
        let mut at_hand: Option<Generations> = None;
        let mut listed = Box::pin(self.archive.list());
        while let Some(found) = listed.next().await {
            let Some(Key::Manifest { scan, generation }) = found?.key else {
                continue;
            };
            rebuilt.manifests += 1;
            match &mut at_hand {
                Some((held, generations)) if *held == scan => generations.push(generation),
                _ => {
                    let whole = at_hand.replace((scan, vec![generation]));
                    self.restore(whole, &mut rebuilt).await?;
                }
            }
        }
        self.restore(at_hand, &mut rebuilt).await?;
        Ok(rebuilt)
    }

    async fn restore(
        &self,
        of: Option<Generations>,
        rebuilt: &mut Rebuilt,
    ) -> Result<(), UpkeepError> {
        let Some((scan, mut generations)) = of else {
            return Ok(());
        };
        generations.sort_unstable();
        let mut why = String::new();
        for generation in generations.into_iter().rev() {
            match read(&self.archive, scan, generation).await? {
                Ok(restored) => {
                    match self.catalog.restore_scan(restored).await {
                        Ok(true) => rebuilt.restored += 1,
                        Ok(false) => rebuilt.known += 1,
                        Err(catalog::Error::NotFound(what)) => {
                            let text = format!(
                                "the configuration registers no such {what}: restore the configuration first"
                            );
                            rebuilt.refused.push((scan, text));
                        }
                        Err(other) => return Err(other.into()),
                    }
                    return Ok(());
                }
                Err(refused) if why.is_empty() => why = refused,
                Err(_) => {}
            }
        }
        rebuilt.refused.push((scan, why));
        Ok(())
    }
}

/// What a generation's manifest says, if its objects agree; the inner error is for people.
async fn read(
    archive: &Archive,
    scan: ScanId,
    generation: u32,
) -> Result<Result<Restored, String>, archive::Error> {
    let key = Key::Manifest { scan, generation };
    let size = archive.size(key).await?;
    if size > MANIFEST_BYTES {
        return Ok(Err(format!("{key} is too large for a manifest")));
    }
    let bytes = archive.read(key, 0..size).await?;
    let manifest = match Manifest::from_json(&bytes) {
        Ok(manifest) => manifest,
        Err(refused) => return Ok(Err(format!("{key}: {refused}"))),
    };
    if (manifest.scan, manifest.generation) != (scan, generation) {
        return Ok(Err(format!("{key} is the manifest of another scan")));
    }
    match agrees(archive, &manifest).await {
        Ok(None) => Ok(restored(&manifest, Digest::of(&bytes))),
        Ok(Some(wrong)) => Ok(Err(wrong)),
        Err(gone @ (archive::Error::NotFound { .. } | archive::Error::Short { .. })) => {
            Ok(Err(gone.to_string()))
        }
        Err(other) => Err(other),
    }
}

/// What of its objects does not agree with the manifest.
async fn agrees(archive: &Archive, manifest: &Manifest) -> Result<Option<String>, archive::Error> {
    let (scan, generation) = (manifest.scan, manifest.generation);
    for member in &manifest.members {
        let Some(key @ Key::Original { .. }) = own(&member.key, scan) else {
            return Ok(Some(format!("{} is no file of this scan", member.key)));
        };
        if archive.size(key).await? != member.size_bytes {
            return Ok(Some(format!("{key} has another length")));
        }
    }
    let key = Key::Index { scan, generation };
    let index = &manifest.index;
    if index.key != key.to_string() || archive.size(key).await? != index.size_bytes {
        return Ok(Some(format!("{key} is not the index it names")));
    }
    let mut hasher = blake3::Hasher::new();
    let mut head = Vec::new();
    let mut blocks = Box::pin(archive.read_blocks(key, 1 << 20).await?);
    while let Some(block) = blocks.next().await {
        let block = block?;
        hasher.update(&block);
        if head.len() < index.header_length as usize {
            head.extend_from_slice(&block);
        }
    }
    let sound = Digest(*hasher.finalize().as_bytes()) == index.blake3
        && Header::open_for(scan, generation, &index.header_blake3, &head).is_ok();
    Ok((!sound).then(|| format!("{key} is damaged")))
}

fn own(key: &str, of: ScanId) -> Option<Key> {
    let key: Key = key.parse().ok()?;
    let Key::Original { scan, .. } = key else {
        return None;
    };
    (scan == of).then_some(key)
}

fn restored(manifest: &Manifest, digest: Digest) -> Result<Restored, String> {
    let Some(came) = &manifest.came else {
        return Err("its manifest is of version 1, which does not say where it came in: deliver the file again".to_owned());
    };
    let first = manifest
        .members
        .first()
        .and_then(|member| own(&member.key, manifest.scan));
    let Some(Key::Original { attempt, .. }) = first else {
        return Err("its manifest names no file".to_owned());
    };
    let issuer = Issuer::new(&came.issuer).map_err(|refused| refused.to_string())?;
    let index = &manifest.index;
    Ok(Restored {
        scan: manifest.scan,
        organisation: manifest.organisation,
        site: came.site,
        scanner: came.scanner,
        issuer,
        urgency: came.urgency,
        stored_at: Micros(came.stored_at_us),
        attempt,
        members: members(manifest),
        digest: manifest.original_digest.0,
        generation: manifest.generation,
        facts: manifest.facts.to_string(),
        index: IndexDigests {
            header_digest: index.header_blake3.0,
            header_length: index.header_length,
            size_bytes: index.size_bytes,
            digest: index.blake3.0,
            manifest_digest: digest.0,
        },
        codes: codes(manifest),
    })
}

fn members(manifest: &Manifest) -> Vec<ArrivedMember> {
    let member = |member: &pathology::tileset::Member| ArrivedMember {
        n: member.n,
        name: member.name.clone(),
        size_bytes: member.size_bytes,
        blake3: member.blake3.0,
    };
    manifest.members.iter().map(member).collect()
}

/// What was read in the slide, and the file's name as a scanner's folder reads it: one source more that may
/// contradict.
fn codes(manifest: &Manifest) -> Vec<Code> {
    let read = manifest.identifiers.iter().map(|code| Code {
        origin: if code.source == "embedded" {
            "embedded"
        } else {
            "label_picture"
        },
        value: code.value.clone(),
    });
    let scanner = manifest.came.as_ref().and_then(|came| came.scanner);
    let name = manifest.members.first().filter(|_| scanner.is_some());
    let name = name.map(|member| Code {
        origin: "file_name",
        value: Phi::new(stem(member.name.expose()).to_owned()),
    });
    read.chain(name).collect()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
