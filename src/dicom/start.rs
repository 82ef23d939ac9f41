//! How a file begins: preamble, prefix, and the group that says how the rest is written (PS3.10 §7.1).
//!
//! ```text
//! 128 bytes │ "DICM" │ group 0002, explicit VR little endian │ data set in the transfer syntax
//! ```
//! The group's declared length is not believed: the group ends where another group begins.

use super::reader::{Event, Reader};
use super::window::Window;
use super::{Error, Source, Tag, text};

const PREAMBLE_BYTES: u64 = 128;
const PREFIX: [u8; 4] = *b"DICM";

/// Longest UID accepted; the standard has 64.
const UID_BYTES: usize = 128;

/// Elements of group 0002 walked; the standard has some dozen.
const META_ELEMENTS: usize = 256;

/// What the beginning says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// Where the data set begins.
    pub at: u64,
    /// How it is written; `None` when the file does not say.
    pub transfer_syntax: Option<String>,
    /// What kind of object it is, as the beginning says.
    pub sop_class: Option<String>,
}

/// Reads the beginning of a file, with or without preamble.
pub fn start(source: &dyn Source) -> Result<Start, Error> {
    let mut found = Start::default();
    let prefixed = source.size() >= PREAMBLE_BYTES + 4
        && Window::new(source).bytes::<4>(PREAMBLE_BYTES)? == PREFIX;
    if prefixed {
        found.at = PREAMBLE_BYTES + 4;
    }
    let mut reader = Reader::new(source, found.at, false);
    for _ in 0..META_ELEMENTS {
        if !reader.is_at_group(2)? {
            found.at = reader.at();
            return Ok(found);
        }
        let Some(Event::Element(element)) = reader.step()? else {
            return Err(Error::Damaged("its first group holds a sequence"));
        };
        match element.tag {
            Tag::TRANSFER_SYNTAX_UID => {
                found.transfer_syntax = text(&reader.value(&element, UID_BYTES)?);
            }
            Tag::MEDIA_STORAGE_SOP_CLASS_UID => {
                found.sop_class = text(&reader.value(&element, UID_BYTES)?);
            }
            _ => {}
        }
    }
    Err(Error::Damaged("its first group has no end"))
}
