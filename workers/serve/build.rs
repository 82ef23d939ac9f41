//! The built pages are part of the program: a new build of them is a new build of it.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
