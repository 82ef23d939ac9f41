//! A decoder's child that never answers once it has a slide, for the tests of this crate.

use std::time::Duration;

fn main() -> std::process::ExitCode {
    sandbox::tested_child_main(|_| {
        loop {
            std::thread::sleep(Duration::from_mins(1));
        }
    })
}
