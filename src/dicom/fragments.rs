//! Encapsulated pixel data (PS3.5 Annex A.4): an offset table, then fragments, then a delimiter.
//!
//! ```text
//! item │ offset table, may be empty    item │ fragment    item │ fragment    …    sequence delimiter
//! ▲ at                                 ▲ offsets are counted from here
//! ```
//! One read of eight bytes an item; a fragment's bytes are not looked at.

use super::{Error, Source, Tag, inside};

/// An item of pixel data: the offset table or a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// First byte of its content; its header is the eight bytes before.
    pub at: u64,
    /// Bytes of its content.
    pub length: u32,
}

impl Fragment {
    /// The first byte after it.
    pub const fn end(&self) -> u64 {
        self.at + self.length as u64
    }
}

/// The item whose header is at `at`; `None` at the delimiter that ends them all.
pub fn item_at(source: &dyn Source, at: u64) -> Result<Option<Fragment>, Error> {
    inside(source, at, 8)?;
    let mut header = [0; 8];
    source.read(at, &mut header)?;
    let [a, b, c, d, length @ ..] = header;
    let length = u32::from_le_bytes(length);
    match Tag::of([a, b, c, d]) {
        Tag::ITEM if length == u32::MAX => Err(Error::Damaged("a fragment has no length")),
        Tag::ITEM => {
            inside(source, at + 8, length.into())?;
            let at = at + 8;
            Ok(Some(Fragment { at, length }))
        }
        Tag::SEQUENCE_DELIMITATION_ITEM => Ok(None),
        _ => Err(Error::Damaged(
            "its pixel data holds something other than fragments",
        )),
    }
}

/// Hands every fragment from the one whose header is at `at` to `sink`, which bounds their number; gives
/// where the delimiter stands.
pub fn fragments<E: From<Error>>(
    source: &dyn Source,
    mut at: u64,
    sink: &mut dyn FnMut(Fragment) -> Result<(), E>,
) -> Result<u64, E> {
    while let Some(fragment) = item_at(source, at)? {
        at = fragment.end();
        sink(fragment)?;
    }
    Ok(at)
}
