//! `config check FILE`: whether a configuration file is right, without starting anything.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;
use crate::settings::Settings;

/// What to do with configuration.
#[derive(Subcommand)]
pub(crate) enum Config {
    /// Check a file: every setting known, every value sensible
    Check {
        /// The file
        file: PathBuf,
    },
}

impl Config {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Check { file } = self;
        let settings = Settings::read(&file)?;
        settings.routing.lease.check()?;
        settings.laboratory.check()?;
        println!("{}: right", file.display());
        Ok(ExitCode::SUCCESS)
    }
}
