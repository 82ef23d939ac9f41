//! A decoder's child that falls over as soon as it has a slide, for the tests of this crate.

fn main() -> std::process::ExitCode {
    sandbox::tested_child_main(|_| std::process::abort())
}
