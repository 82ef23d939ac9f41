//! Any bytes behind DICOM's preamble (PS3.10 §7.1): data sets, offset tables, frames.
#![no_main]

mod visit;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if bytes.get(128..132) == Some(b"DICM") {
        visit::visit(bytes);
    } else {
        visit::visit(&[&[0; 128][..], b"DICM", bytes].concat());
    }
});
