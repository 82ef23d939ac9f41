//! The decoder's child, for the tests of this crate; the product's is `slideway sandbox-child`.

fn main() -> std::process::ExitCode {
    sandbox::child_main()
}
