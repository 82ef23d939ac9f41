//! The one binary: every command of Slideway, one file each in `commands/`.

#![forbid(unsafe_code)]

mod commands;
mod keepers;
mod laboratory;
mod settings;
mod shutdown;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;
use commands::Command;

/// Slideway: from the scanner's folder to the specialist's screen. Not for clinical use.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::SandboxChild) {
        return sandbox::child_main();
    }
    telemetry::start(match arguments.command {
        Command::Run(_) => "info",
        // Who waits for a slide is told what it waits for.
        Command::Ingest(_) => "warn",
        _ => "error",
    });
    settings::die_where_a_test_says();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(e) => return commands::failed(&format!("cannot start: {e}")),
    };
    runtime
        .block_on(commands::run(arguments.command))
        .unwrap_or_else(|e| commands::failed(&e.to_string()))
}
