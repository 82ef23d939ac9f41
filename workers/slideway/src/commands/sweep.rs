//! `sweep`: what nobody needs is marked, and deleted a grace later.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, settings};
use crate::keepers::Keepers;

/// Delete what nobody needs.
#[derive(Args)]
pub(crate) struct Sweep {
    /// The configuration file; without one everything lies in ./slideway-data
    #[arg(long)]
    config: Option<PathBuf>,
    /// Permit that so much of the store goes, in percent
    #[arg(long)]
    at_most_percent: Option<f64>,
    /// Hours something must have been nobody's
    #[arg(long)]
    grace_hours: Option<u32>,
}

impl Sweep {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = settings(self.config.as_ref())?;
        let keepers = Keepers::open(&settings).await?;
        let sweep = tile::SweepSettings {
            grace_hours: self.grace_hours.unwrap_or(settings.sweep.grace_hours),
            at_most_percent: self
                .at_most_percent
                .unwrap_or(settings.sweep.at_most_percent),
        };
        let swept = keepers.for_upkeep().sweep(&sweep).await;
        keepers.close().await;
        let swept = swept?;
        println!(
            "{} objects listed, {} belong to nothing; {} objects of {} bytes and {} unfinished files removed",
            swept.listed, swept.orphans, swept.removed, swept.removed_bytes, swept.unfinished
        );
        if swept.strangers > 0 {
            eprintln!(
                "{} things in the store are no objects of Slideway and were left alone",
                swept.strangers
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
