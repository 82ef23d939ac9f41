//! The archive kept in order: every object checked, page by page of the catalogue, and the other way round.
//!
//! ```text
//!   verify   catalogue ─▶ every object of every scan;  store ─▶ what the catalogue does not know
//!   scrub    the same for ever, slowly (`scrub`)       sweep   what nobody needs goes (`sweep`)
//!   rebuild  the catalogue's scans, from the manifests (`rebuild`)
//! ```

use archive::{Archive, Key, Tilesets};
use catalog::{Catalog, ScanObjects};
use futures::StreamExt;
use pathology::ids::ScanId;

use crate::check::{Checked, Depth, Look};
use crate::pace::Pace;

/// Scans asked for at once.
const PAGE: u32 = 100;

/// The keepers that upkeep asks.
#[derive(Clone)]
pub struct Upkeep {
    /// Of bytes.
    pub archive: Archive,
    /// Of opened indexes.
    pub tilesets: Tilesets,
    /// Of facts.
    pub catalog: Catalog,
}

/// Why upkeep ended early.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The archive does not answer, or refuses.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// The catalogue does not answer, or refuses.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// More would go than may.
    #[error(
        "{orphans} of {listed} objects ({percent:.2} %) belong to nothing, and at most {at_most} % may go at once: nothing was removed; look why, restore the catalogue if it is an old one, or permit more with --at-most-percent"
    )]
    TooMuch {
        /// Objects nobody refers to.
        orphans: u64,
        /// Objects in the store.
        listed: u64,
        /// Their share, by number or bytes, whichever is larger.
        percent: f64,
        /// The share that may go.
        at_most: f64,
    },
    /// The listing lacks objects that the catalogue knows.
    #[error(
        "the store lists {live} of the {expected} objects that the catalogue knows: nothing was removed; run slideway verify, and try again when the listing is whole"
    )]
    ListingIsShort {
        /// Objects listed that the catalogue refers to.
        live: u64,
        /// Objects it refers to, at least.
        expected: u64,
    },
}

/// What a verification saw.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Scans looked at.
    pub scans: u64,
    /// Objects, bytes and findings.
    pub checked: Checked,
    /// Keys of scans with a manifest that the catalogue does not know: it is older than its archive.
    pub unknown: Vec<String>,
    /// Objects that nothing refers to: the sweep's.
    pub orphans: u64,
}

/// Most unknown scans named.
const NAMED_AT_MOST: usize = 1_000;

impl Upkeep {
    /// Checks every object against the catalogue, and the catalogue against the store.
    pub async fn verify(&self, depth: Depth) -> Result<Verified, UpkeepError> {
        let mut verified = Verified::default();
        let mut pace = Pace::new(0);
        let mut after = None;
        loop {
            let page = self.catalog.objects_of_scans_after(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.scan);
            for of in &page {
                verified.scans += 1;
                let checked = self.check(of, depth, &mut pace).await?;
                verified.checked.objects += checked.objects;
                verified.checked.bytes += checked.bytes;
                verified.checked.findings.extend(checked.findings);
            }
        }
        self.other_way_round(&mut verified).await?;
        Ok(verified)
    }

    async fn other_way_round(&self, verified: &mut Verified) -> Result<(), UpkeepError> {
        let mut listed = Box::pin(self.archive.list());
        let mut fates = Fates::default();
        while let Some(found) = listed.next().await {
            let found = found?;
            let Some(key) = found.key else { continue };
            if fates.is_needed(self, key).await? {
                continue;
            }
            verified.orphans += 1;
            let unknown = fates.is_unknown() && matches!(key, Key::Manifest { .. });
            if unknown && verified.unknown.len() < NAMED_AT_MOST {
                verified.unknown.push(found.name);
            }
        }
        Ok(())
    }

    /// Checks one scan. A scan that was swept, published anew or refused meanwhile is looked at again as it
    /// is now, so that what is found is wrong for certain.
    pub(crate) async fn check(
        &self,
        of: &ScanObjects,
        depth: Depth,
        pace: &mut Pace,
    ) -> Result<Checked, UpkeepError> {
        let checked = self.look(of, depth, pace).await?;
        if checked.findings.is_empty() {
            return Ok(checked);
        }
        match self.catalog.objects_of_scan(of.scan).await? {
            Some(now) => Ok(self.look(&now, depth, pace).await?),
            None => Ok(Checked::default()),
        }
    }

    async fn look(
        &self,
        of: &ScanObjects,
        depth: Depth,
        pace: &mut Pace,
    ) -> Result<Checked, archive::Error> {
        let mut look = Look {
            archive: &self.archive,
            tilesets: &self.tilesets,
            depth,
            pace,
            checked: Checked::default(),
        };
        look.scan(of).await?;
        Ok(look.checked)
    }
}

/// What is known of the scan whose objects are listed just now: stores list a scan's objects together.
#[derive(Default)]
pub(crate) struct Fates {
    of: Option<(ScanId, Option<catalog::Fate>, Vec<u32>)>,
}

impl Fates {
    /// Whether something refers to the object, or may come to. When in doubt, yes.
    pub(crate) async fn is_needed(
        &mut self,
        upkeep: &Upkeep,
        key: Key,
    ) -> Result<bool, UpkeepError> {
        let (Key::Original { scan, .. }
        | Key::Index { scan, .. }
        | Key::Derived { scan, .. }
        | Key::Manifest { scan, .. }) = key
        else {
            return Ok(!matches!(key, Key::Probe(_)));
        };
        if self.of.as_ref().is_none_or(|(held, ..)| *held != scan) {
            let fate = upkeep.catalog.fate(scan).await?;
            let packs = upkeep.packs_of(scan, fate).await;
            self.of = Some((scan, fate, packs));
        }
        let known = self
            .of
            .as_ref()
            .and_then(|(_, fate, packs)| Some((fate.as_ref()?, packs)));
        Ok(known.is_some_and(|(fate, packs)| needs(fate, packs, key)))
    }

    /// Whether the catalogue does not know the scan asked about last.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.of, Some((_, None, _)))
    }
}

impl Upkeep {
    /// The generations whose packs the published index points into. All of them, while the index cannot be
    /// read: what it needs is not known then, so nothing of it may go.
    async fn packs_of(&self, scan: ScanId, fate: Option<catalog::Fate>) -> Vec<u32> {
        let Some((fate, (digest, length))) = fate.and_then(|fate| Some((fate, fate.header?)))
        else {
            return Vec::new();
        };
        let of = archive::Tileset {
            scan,
            generation: fate.generation,
            header_digest: pathology::tileset::Digest(digest),
            header_length: length,
            originals: std::sync::Arc::from([]),
        };
        match self.tilesets.header(&of).await {
            Ok(header) => header.facts().packs.clone(),
            Err(_) => (1..=fate.generation).collect(),
        }
    }
}

fn needs(fate: &catalog::Fate, packs: &[u32], key: Key) -> bool {
    match key {
        Key::Original { attempt, n, .. } => attempt == fate.attempt && n < fate.members,
        Key::Index { generation, .. } | Key::Manifest { generation, .. } => {
            let published = [fate.published_generation, fate.generation];
            fate.leased || published.contains(&generation)
        }
        Key::Derived { generation, .. } => fate.leased || packs.contains(&generation),
        Key::Attachment { .. } => true,
        Key::Probe(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use pathology::ids::AttemptId;
    use uuid::Uuid;

    use super::*;

    const SCAN: ScanId = ScanId(Uuid::from_u128(1));

    fn fate(leased: bool) -> catalog::Fate {
        catalog::Fate {
            attempt: AttemptId(Uuid::from_u128(7)),
            members: 2,
            generation: 3,
            published_generation: 3,
            header: Some(([0; 32], 100)),
            leased,
        }
    }

    #[test]
    fn what_the_winner_or_a_worker_may_need_stays() {
        let original = |attempt, n| Key::Original {
            scan: SCAN,
            attempt: AttemptId(Uuid::from_u128(attempt)),
            n,
        };
        let index = |generation| Key::Index {
            scan: SCAN,
            generation,
        };
        let pack = |generation| Key::Derived {
            scan: SCAN,
            generation,
        };
        let idle = |key| needs(&fate(false), &[1, 3], key);
        assert!(idle(original(7, 1)) && !idle(original(7, 2)) && !idle(original(8, 0)));
        assert!(idle(index(3)) && !idle(index(2)) && !idle(index(4)));
        assert!(idle(pack(1)) && !idle(pack(2)) && idle(pack(3)));
        let busy = |key| needs(&fate(true), &[1, 3], key);
        assert!(busy(index(4)) && busy(pack(4)) && !busy(original(8, 0)));
    }
}
