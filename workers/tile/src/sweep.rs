//! What nobody needs goes: in two steps, a grace apart, and never much at once.
//!
//! ```text
//!   listed ─▶ needed? ── yes ─▶ live                           expected by the catalogue > live ─▶ refuse
//!                └───── no, and old enough ─▶ marked (a row)    orphans > 1 % of the store     ─▶ refuse
//!   marked for a grace ─▶ still nobody's? ── yes ─▶ deleted ─▶ unmarked
//!                               └────────── no ─▶ unmarked
//! ```
//!
//! Keys are never reused, so what lost its last reference never gains one; what a worker may still publish
//! (a live lease) and what a delivery may still record (younger than the grace) is not looked at. A store
//! that lists too little, or a catalogue that knows too little, stops it before anything is deleted.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use archive::Key;
use futures::StreamExt;
use serde::{Deserialize, Serialize};

use crate::upkeep::{Fates, Upkeep, UpkeepError};

/// Marked objects asked for at once.
const PAGE: u32 = 200;

/// When something goes, and how much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SweepSettings {
    /// Hours that an object must have been nobody's, and before that been in the store, until it is
    /// deleted. Longer than any delivery takes, and than back-ups of the catalogue are kept. Default 168.
    pub grace_hours: u32,
    /// Most objects, and most bytes, of the store in percent that may be nobody's. Default 1.
    pub at_most_percent: f64,
}

impl Default for SweepSettings {
    fn default() -> Self {
        Self {
            grace_hours: 168,
            at_most_percent: 1.0,
        }
    }
}

/// What a sweep saw and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects in the store.
    pub listed: u64,
    /// Their bytes.
    pub listed_bytes: u64,
    /// Objects that are needed.
    pub live: u64,
    /// Old objects nobody refers to.
    pub orphans: u64,
    /// Their bytes.
    pub orphan_bytes: u64,
    /// Objects deleted.
    pub removed: u64,
    /// Their bytes.
    pub removed_bytes: u64,
    /// Unfinished files and deliveries removed.
    pub unfinished: u64,
    /// Things in the store that are no objects of ours; they are left alone.
    pub strangers: u64,
}

impl Upkeep {
    /// Marks what nobody needs, and deletes what was marked a grace ago and still nobody needs.
    pub async fn sweep(&self, settings: &SweepSettings) -> Result<Swept, UpkeepError> {
        // Asked first: what is recorded while the store is listed makes the listing longer, never shorter.
        let expected = self.catalog.objects_expected().await?;
        let grace = Duration::from_secs(u64::from(settings.grace_hours) * 3600);
        let mut swept = self.mark(grace).await?;
        let (live, orphans, listed) = (swept.live, swept.orphans, swept.listed);
        if live < expected {
            return Err(UpkeepError::ListingIsShort { live, expected });
        }
        let share = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
        let percent = share(orphans, listed).max(share(swept.orphan_bytes, swept.listed_bytes));
        let at_most = settings.at_most_percent;
        if percent > at_most {
            return Err(UpkeepError::TooMuch {
                orphans,
                listed,
                percent,
                at_most,
            });
        }
        self.remove_due(grace, &mut swept).await?;
        let staging = self.archive.clear_staging(grace).await?;
        let unfinished = self.archive.clear_unfinished(grace).await?;
        swept.unfinished = u64::from(staging) + u64::from(unfinished);
        Ok(swept)
    }

    async fn mark(&self, grace: Duration) -> Result<Swept, UpkeepError> {
        let mut swept = Swept::default();
        let mut fates = Fates::default();
        let mut listed = Box::pin(self.archive.list());
        while let Some(found) = listed.next().await {
            let found = found?;
            let Some(key) = found.key else {
                swept.strangers += 1;
                continue;
            };
            swept.listed += 1;
            swept.listed_bytes += found.size_bytes;
            if fates.is_needed(self, key).await? {
                swept.live +=
                    u64::from(!matches!(key, Key::Derived { .. } | Key::Attachment { .. }));
            } else if is_older(found.modified_us, grace) {
                swept.orphans += 1;
                swept.orphan_bytes += found.size_bytes;
                self.catalog
                    .mark_object(&found.name, found.size_bytes)
                    .await?;
            }
        }
        Ok(swept)
    }

    async fn remove_due(&self, grace: Duration, swept: &mut Swept) -> Result<(), UpkeepError> {
        let mut after = String::new();
        loop {
            let due = self
                .catalog
                .objects_due(grace.as_secs(), &after, PAGE)
                .await?;
            let Some((last, _)) = due.last() else {
                return Ok(());
            };
            after = last.clone();
            for (name, size_bytes) in due {
                // Looked at anew, each time: the mark may be old.
                if let Ok(key) = name.parse::<Key>()
                    && !Fates::default().is_needed(self, key).await?
                {
                    self.archive.remove(key).await?;
                    tracing::info!(object.key = %key, size_bytes, "An object that nobody refers to was deleted");
                    swept.removed += 1;
                    swept.removed_bytes += size_bytes;
                }
                self.catalog.unmark_object(&name).await?;
            }
        }
    }
}

/// Written longer ago than this, by the clock of this machine; a store whose clock is ahead is left alone.
fn is_older(modified_us: i64, grace: Duration) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_us = now.map_or(0, |now| now.as_micros() as i64);
    now_us.saturating_sub(modified_us) >= grace.as_micros() as i64
}
