//! Any bytes as a JPEG stream: its markers, its colours, its tables, its pixels, its coefficients.
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
        stitched(bytes);
        if let Ok(picture) = jpeg::decode(bytes, width, height) {
            assert_eq!(picture.rgb.len() as u32, width * height * 3);
        }
    }
});

/// Two of it beside each other have the coefficients of each.
fn stitched(bytes: &[u8]) {
    let Ok(own) = jpeg::coefficients(bytes) else { return };
    let Ok(both) = jpeg::stitch(&[bytes, bytes], 2) else { return };
    let both = jpeg::coefficients(&both).expect("what was put together can be read");
    for down in (0..).take_while(|down| own.at(0, *down).is_some()) {
        for across in (0..).take_while(|across| own.at(*across, down).is_some()) {
            assert_eq!(both.at(across, down), own.at(across, down));
        }
    }
}
