//! `events`: what happened to cases, one JSON object a line, for `simulate --events`.
//!
//! Ids, names of sites, specialties, priorities and times; no patient data. A page of 1,000 events is
//! in memory at a time.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use catalog::Catalog;
use clap::Args;

use super::{Failure, settings};

/// Print what happened to cases, for `simulate --events`.
#[derive(Args)]
pub(crate) struct Events {
    /// The configuration file; without one the catalogue of ./slideway-data
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Events {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = settings(self.config.as_ref())?;
        let catalog = Catalog::open(&settings.catalog, settings.routing).await?;
        let printed = print(&catalog).await;
        catalog.close().await;
        printed.map(|()| ExitCode::SUCCESS)
    }
}

async fn print(catalog: &Catalog) -> Result<(), Failure> {
    let mut after = 0;
    while let Some(page) = catalog.happened(after).await? {
        let mut lines = Vec::new();
        for happened in &page.happened {
            serde_json::to_writer(&mut lines, happened)?;
            lines.push(b'\n');
        }
        std::io::stdout().write_all(&lines)?;
        after = page.last;
    }
    Ok(())
}
