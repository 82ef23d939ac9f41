//! Any bytes as a slide: TIFF directories, tile arrays, metadata, tiles.
#![no_main]

mod visit;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| visit::visit(bytes));
