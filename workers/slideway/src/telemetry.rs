//! Log lines on stderr: a sentence for people, dotted fields for machines, never patient data.
//!
//! `SLIDEWAY_LOG` chooses what is told (such as `info` or `tile=debug`); it defaults to `info` for
//! `run`, and to `error` for commands, which say themselves what became of what was asked. With
//! `SLIDEWAY_LOG_JSON=1` each line is a JSON object.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::settings::variable;

/// Starts logging; the first thing every command does.
pub(crate) fn start(unless_chosen: &str) {
    let told = variable("SLIDEWAY_LOG").unwrap_or_else(|| unless_chosen.into());
    let filter = EnvFilter::try_new(told).unwrap_or_else(|_| EnvFilter::new(unless_chosen));
    let colour = std::io::stderr().is_terminal();
    let lines = fmt()
        .with_env_filter(filter)
        .with_ansi(colour)
        .with_writer(std::io::stderr);
    if variable("SLIDEWAY_LOG_JSON").is_some_and(|word| word == "1") {
        lines.json().init();
    } else {
        lines.compact().init();
    }
}
