//! `openapi`, `completions`: what the program says about itself.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::Failure;

/// Prints the description of the programming interface.
pub(super) fn openapi() -> Result<ExitCode, Failure> {
    println!("{}", serde_json::to_string_pretty(&serve::openapi())?);
    Ok(ExitCode::SUCCESS)
}

/// Prints completions for a shell.
pub(super) fn completions(shell: Shell) -> ExitCode {
    generate(
        shell,
        &mut crate::Arguments::command(),
        "slideway",
        &mut std::io::stdout(),
    );
    ExitCode::SUCCESS
}
