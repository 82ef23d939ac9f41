//! `rebuild`: scans and tilesets come back from the manifests, as unmatched.
//!
//! Exit 1 when a scan could not be restored; each is named with its reason.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, settings};
use crate::keepers::Keepers;

/// Restore scans and tilesets from the manifests of the archive.
#[derive(Args)]
pub(crate) struct Rebuild {
    /// The configuration file; without one everything lies in ./slideway-data
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Rebuild {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let keepers = Keepers::open(&settings(self.config.as_ref())?).await?;
        let rebuilt = keepers.for_upkeep().rebuild().await;
        keepers.close().await;
        let rebuilt = rebuilt?;
        for (scan, why) in &rebuilt.refused {
            println!("{scan}: {why}");
        }
        let (restored, known, refused) = (rebuilt.restored, rebuilt.known, rebuilt.refused.len());
        eprintln!(
            "{restored} scans restored as unmatched, {known} were here, {refused} could not be restored"
        );
        Ok(if refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
