//! `scrub`: the archive checked all the time, where `run` does not do it, or one round of it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{Failure, settings};
use crate::keepers::Keepers;
use crate::shutdown;

/// Check the archive all the time, as `run` does, or for one round.
#[derive(Args)]
pub(crate) struct Scrub {
    /// The configuration file; without one everything lies in ./slideway-data
    #[arg(long)]
    config: Option<PathBuf>,
    /// End the round under way, or one from the beginning, and say what was found
    #[arg(long)]
    once: bool,
}

impl Scrub {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = settings(self.config.as_ref())?;
        let shutdown = shutdown::on_signal();
        let keepers = Keepers::open(&settings).await?;
        let upkeep = keepers.for_upkeep();
        let ended = if self.once {
            tokio::select! {
                () = shutdown.cancelled() => Err("the round was interrupted; it goes on where it was".into()),
                round = upkeep.scrub_round(&settings.scrub) => round.map(|found| told(&found)).map_err(Failure::from),
            }
        } else {
            upkeep.scrub(settings.scrub, shutdown).await;
            Ok(ExitCode::SUCCESS)
        };
        keepers.close().await;
        ended
    }
}

fn told(found: &tile::Scrubbed) -> ExitCode {
    for finding in &found.checked.findings {
        println!("{}: {}", finding.key, finding.wrong);
    }
    let (scans, wrong) = (found.scans, found.checked.findings.len());
    let (objects, bytes) = (found.checked.objects, found.checked.bytes);
    eprintln!("{scans} scans, {objects} objects, {bytes} bytes read: {wrong} wrong");
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
