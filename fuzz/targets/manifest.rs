//! Any bytes as a tileset's manifest; what is read is written again as the same.
#![no_main]

use pathology::tileset::Manifest;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::from_json(bytes) {
        let again = Manifest::from_json(&manifest.to_json());
        assert_eq!(again.expect("what was written can be read"), manifest);
    }
});
