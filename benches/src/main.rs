//! What `benches/run` cannot measure from outside: a question a file, an object of numbers as its answer.
//!
//! ```text
//!   slideway-bench tiles ARCHIVE COUNT     a stored tile, and pread of the same bytes
//!   slideway-bench index ARCHIVE           reads to open it, its bytes a tile, objects of a slide
//!   slideway-bench decode SLIDE            every tile once, by our codecs, on two threads
//!   slideway-bench laboratory | hint | claims | peer | …   who gets which case: see routing
//!   slideway-bench repeat SLIDE OUT BYTES  not a question: a slide of that size, from the tiles of one
//! ```
//!
//! `ARCHIVE` is the folder of a `file:` archive with one published slide.

#![forbid(unsafe_code)]

mod decode;
mod index;
mod repeat;
mod routing;
mod stored;
mod tiles;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// Why a question has no answer.
type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "usage: slideway-bench tiles ARCHIVE COUNT | index ARCHIVE | decode SLIDE | repeat SLIDE OUT BYTES";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match answer(&words) {
        Ok(numbers) => {
            #[expect(clippy::print_stdout, reason = "the answer goes to stdout")]
            {
                println!("{numbers}");
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("slideway-bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn answer(words: &[&str]) -> Result<serde_json::Value, Failure> {
    match words {
        ["repeat", slide, out, bytes] => {
            repeat::write(Path::new(slide), Path::new(out), bytes.parse()?)
        }
        ["tiles", archive, count] => {
            let count = count.parse()?;
            runtime()?.block_on(tiles::measure(Path::new(archive), count))
        }
        ["decode", slide] => decode::measure(Path::new(slide)),
        ["index", archive] => runtime()?.block_on(index::measure(Path::new(archive))),
        _ => routing::answer(words)
            .unwrap_or_else(|| Err(format!("{USAGE} | {}", routing::USAGE).into())),
    }
}

/// One thread, so that what is measured is the work and not its hand-over.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
