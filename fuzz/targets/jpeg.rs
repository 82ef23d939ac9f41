//! Any bytes as a JPEG stream: its markers, its colours, its tables, its pixels.
#![no_main]

use pathology::formats::{Colour, jpeg};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (tables, stream) = bytes.split_at(bytes.len() / 4);
    for colour in [Colour::Declared, jpeg::colour(Some(tables), stream, true).unwrap_or(Colour::Declared)] {
        let whole = jpeg::splice(Some(tables), stream, colour);
        drop(jpeg::header(&whole));
    }
    drop(jpeg::colour(None, bytes, false));
    let Ok(header) = jpeg::header(bytes) else { return };
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    if width * height <= 1 << 18 {
        if let Ok(picture) = jpeg::decode(bytes, width, height) {
            assert_eq!(picture.rgb.len() as u32, width * height * 3);
        }
    }
});
