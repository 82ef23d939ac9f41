//! The scrub: every object of every scan read again and again, slowly, for as long as the archive lives.
//!
//! ```text
//!   round begins ─▶ scan after scan, in id order ─▶ … ─▶ round ends ─▶ waits until a round is due again
//!                        │ wrong ─▶ the scan is damaged: its holder is told, sign-out blocks
//!                        └ noted in the catalogue after each scan: a restart goes on where it was
//! ```
//!
//! It never reads faster than its setting, and one block is in memory. What cannot be read just now is tried
//! again later and is no finding.

use std::time::Duration;

use catalog::{By, ScanObjects, ScrubProgress};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::check::{Checked, Depth};
use crate::pace::Pace;
use crate::upkeep::{Upkeep, UpkeepError};

/// Scans asked for at once.
const PAGE: u32 = 20;
/// How long it waits after a failure, and between looks whether a round is due.
const PAUSE: Duration = Duration::from_mins(1);

/// How fast and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScrubSettings {
    /// Whether `run` checks the archive all the time. Default true.
    pub on: bool,
    /// Bytes read a second at most, 0 for no bound. An archive of 1 PB in 90 days takes 141 MB/s.
    /// Default 32 MiB.
    pub bytes_per_second: u64,
    /// Days from the beginning of one round to the next, if it took less. Default 30.
    pub round_days: u32,
}

impl Default for ScrubSettings {
    fn default() -> Self {
        Self {
            on: true,
            bytes_per_second: 32 << 20,
            round_days: 30,
        }
    }
}

/// What a whole round saw.
#[derive(Debug, Clone, Default)]
pub struct Scrubbed {
    /// Scans checked.
    pub scans: u64,
    /// Objects, bytes and findings.
    pub checked: Checked,
}

impl Upkeep {
    /// Checks the archive until `shutdown`.
    pub async fn scrub(self, settings: ScrubSettings, shutdown: CancellationToken) {
        if !settings.on {
            return;
        }
        while !shutdown.is_cancelled() {
            let worked = tokio::select! {
                () = shutdown.cancelled() => return,
                worked = self.scrub_when_due(&settings) => worked,
            };
            if let Err(why) = worked {
                tracing::warn!(error = %why, "The scrub waits");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn scrub_when_due(&self, settings: &ScrubSettings) -> Result<(), UpkeepError> {
        let progress = self.catalog.scrub_progress().await?;
        if progress.done_at.is_some() && !self.is_due(progress, settings).await? {
            return Ok(());
        }
        self.scrub_round(settings).await.map(|_| ())
    }

    async fn is_due(
        &self,
        progress: ScrubProgress,
        settings: &ScrubSettings,
    ) -> Result<bool, UpkeepError> {
        let now = self.catalog.now().await?;
        let days = i64::from(settings.round_days.max(1));
        Ok(now.0 - progress.began_at.0 >= days * 86_400_000_000)
    }

    /// Goes on with the round under way, or begins one, to its end.
    pub async fn scrub_round(&self, settings: &ScrubSettings) -> Result<Scrubbed, UpkeepError> {
        let mut progress = self.catalog.scrub_progress().await?;
        if progress.round == 0 || progress.done_at.is_some() {
            self.catalog.begin_scrub().await?;
            progress = self.catalog.scrub_progress().await?;
        }
        let mut scrubbed = Scrubbed::default();
        let mut pace = Pace::new(settings.bytes_per_second);
        let mut after = progress.after;
        loop {
            let page = self.catalog.objects_of_scans_after(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.scan);
            for of in &page {
                let checked = self.check(of, Depth::Bytes, &mut pace).await?;
                self.note(progress.round, of, &checked).await?;
                scrubbed.scans += 1;
                scrubbed.checked.objects += checked.objects;
                scrubbed.checked.bytes += checked.bytes;
                scrubbed.checked.findings.extend(checked.findings);
            }
        }
        self.catalog.finish_scrub(progress.round).await?;
        Ok(scrubbed)
    }

    async fn note(
        &self,
        round: i64,
        of: &ScanObjects,
        checked: &Checked,
    ) -> Result<(), UpkeepError> {
        let wrong = checked.findings.len() as u64;
        for finding in &checked.findings {
            tracing::error!(scan.id = %of.scan, object.key = %finding.key, wrong = %finding.wrong, "The archive lost or changed an object: check its storage now");
        }
        if let Some(first) = checked.findings.first() {
            let by = By::system("scrub", of.organisation);
            let reason = format!("{}: {}", first.key, first.wrong);
            self.catalog.mark_damaged(of.scan, &reason, &by).await?;
        }
        let (scan, bytes) = (of.scan, checked.bytes);
        self.catalog
            .advance_scrub(round, scan, bytes, wrong)
            .await?;
        Ok(())
    }
}
