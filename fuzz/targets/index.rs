//! Any bytes as an index: its header, and pages by the places the header names.
#![no_main]

use pathology::tileset::{Header, Page};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(header) = Header::open(bytes) else { return };
    for number in 0..header.pages().len().min(4) as u32 {
        let Some(range) = header.page_range(number) else { continue };
        let Some(page) = bytes.get(range.start as usize..range.end as usize) else { continue };
        if let Ok(page) = Page::open(page.to_vec(), &header, number) {
            for slot in 0..page.rows() {
                drop(page.row(slot));
            }
        }
    }
});
