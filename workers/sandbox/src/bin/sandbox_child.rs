//! The child as a program of its own, for the tests of this crate; the product's child is the hidden
//! command `slideway sandbox-child`.

fn main() -> std::process::ExitCode {
    sandbox::child_main()
}
