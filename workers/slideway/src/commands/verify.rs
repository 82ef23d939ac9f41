//! `verify`: every object of the archive against the catalogue, and the other way round.
//!
//! One line an object that is wrong; exit 1 when there is one. What is left over is counted, not wrong: it is
//! the sweep's.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tile::{Depth, Verified};

use super::{Failure, settings};
use crate::keepers::Keepers;

/// Check every object of the archive against the catalogue.
#[derive(Args)]
pub(crate) struct Verify {
    /// The configuration file; without one everything lies in ./slideway-data
    #[arg(long)]
    config: Option<PathBuf>,
    /// Only whether the objects exist and how long they are
    #[arg(long)]
    quick: bool,
}

impl Verify {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let keepers = Keepers::open(&settings(self.config.as_ref())?).await?;
        let depth = if self.quick {
            Depth::Lengths
        } else {
            Depth::Bytes
        };
        let verified = keepers.for_upkeep().verify(depth).await;
        keepers.close().await;
        Ok(told(&verified?))
    }
}

fn told(verified: &Verified) -> ExitCode {
    for finding in &verified.checked.findings {
        println!("{}: {}", finding.key, finding.wrong);
    }
    for key in &verified.unknown {
        println!("{key}: the catalogue does not know this scan; slideway rebuild restores it");
    }
    let (scans, orphans) = (verified.scans, verified.orphans);
    let (objects, bytes) = (verified.checked.objects, verified.checked.bytes);
    let wrong = verified.checked.findings.len() + verified.unknown.len();
    eprintln!(
        "{scans} scans, {objects} objects, {bytes} bytes read: {wrong} wrong; {orphans} objects belong to nothing"
    );
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
