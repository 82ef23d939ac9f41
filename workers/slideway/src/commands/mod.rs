//! The commands: one file each, and this one table of them.
//!
//! Exit status 0 only when all that was asked is done; 2 for wrong usage; errors name the thing and
//! the remedy on stderr.
#![expect(clippy::print_stdout, reason = "a command's answer goes to stdout")]

mod config;
mod demo;
mod document;
mod events;
mod ingest;
mod inspect;
mod pixels;
mod rebuild;
mod run;
mod scrub;
mod simulate;
mod sweep;
mod synth;
mod verify;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::settings::Settings;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Play a whole laboratory in a temporary folder and serve its pages
    Demo(demo::Demo),
    /// Run the processes, all or some
    Run(run::Run),
    /// Push slides in from the command line
    Ingest(ingest::Ingest),
    /// Say what we see in a slide
    Inspect(inspect::Inspect),
    /// Write one tile as it is served
    Tile(pixels::Tile),
    /// Write a region as PNG
    Region(pixels::Region),
    /// Write a synthetic slide; the same bytes for the same seed
    Synth(synth::Synth),
    /// Check every object of the archive against the catalogue
    Verify(verify::Verify),
    /// Check the archive all the time, as `run` does, or for one round
    Scrub(scrub::Scrub),
    /// Delete what nobody needs
    Sweep(sweep::Sweep),
    /// Restore scans and tilesets from the manifests of the archive
    Rebuild(rebuild::Rebuild),
    /// Compare ways to route the cases of a network, without servers
    Simulate(simulate::Simulate),
    /// Print what happened to cases, for `simulate --events`
    Events(events::Events),
    /// Look at configuration files
    #[command(subcommand)]
    Config(config::Config),
    /// Print the description of the programming interface
    Openapi,
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Decode one slide for a parent process (started by slideway itself)
    #[command(hide = true)]
    SandboxChild,
}

/// Why a command ended early.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Runs a command to its exit status.
pub(crate) async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Run(run) => run.run().await,
        Command::Ingest(ingest) => ingest.run().await,
        Command::Inspect(inspect) => inspect.run().await,
        Command::Tile(tile) => tile.run().await,
        Command::Region(region) => region.run().await,
        Command::Synth(synth) => synth.run(),
        Command::Verify(verify) => verify.run().await,
        Command::Scrub(scrub) => scrub.run().await,
        Command::Sweep(sweep) => sweep.run().await,
        Command::Rebuild(rebuild) => rebuild.run().await,
        Command::Simulate(simulate) => simulate.run(),
        Command::Events(events) => events.run().await,
        Command::Config(config) => config.run(),
        Command::Openapi => document::openapi(),
        Command::Completions { shell } => Ok(document::completions(shell)),
        Command::SandboxChild => Ok(sandbox::child_main()),
    }
}

/// The settings of a file, or the embedded default.
fn settings(file: Option<&PathBuf>) -> Result<Settings, Failure> {
    Ok(match file {
        Some(file) => Settings::read(file)?,
        None => Settings::embedded(),
    })
}

/// Says why, on stderr, and gives the exit status of failure.
pub(crate) fn failed(why: &str) -> ExitCode {
    eprintln!("slideway: {why}");
    ExitCode::FAILURE
}

/// Writes a file; the error names it.
fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()).into())
}
