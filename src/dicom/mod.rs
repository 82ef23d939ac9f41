//! DICOM's own bytes (PS3.5, PS3.10): where each attribute of a file lies, and where its frames lie.
//!
//! ```text
//! preamble, "DICM", group 0002 ─▶ Start (transfer syntax, what kind of object)
//! data set ─▶ Reader, element by element, sequences and items as they open ─▶ … ─▶ pixel data
//! encapsulated pixel data ─▶ fragments: offset table, fragment, fragment, … delimiter
//! ```
//!
//! Nothing is read before its declared length is compared with what is there; nothing is allocated that the
//! caller has not bounded; sequences nest [`DEPTH`] deep at most, and a data set has [`ELEMENTS`] elements at
//! most. What the attributes mean is the business of whoever asks: this module knows grammar only.

mod fragments;
mod reader;
pub mod rle;
mod start;
mod tag;
mod text;
mod window;
mod write;

#[cfg(test)]
mod tests;

pub use fragments::{Fragment, fragments, item_at};
pub use reader::{Element, Event, Reader};
pub use start::{Start, start};
pub use tag::Tag;
pub use text::{decimals, numbers, text, texts};
pub use write::{DataSet, beginning};

/// Sequences within sequences; real ones nest four deep.
pub const DEPTH: usize = 64;

/// Elements of one data set: a slide of a million frames, each with its own place, has some twenty million.
pub const ELEMENTS: u64 = 1 << 25;

/// Bytes of a file, at any place.
pub trait Source {
    /// Size in bytes.
    fn size(&self) -> u64;

    /// Fills `buffer` from `offset`; a read beyond the end is an error.
    fn read(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()>;
}

/// Why a file is no DICOM that we can walk.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes end before what they declare.
    #[error("the DICOM file has {found} bytes and needs {expected}")]
    Ends {
        /// Bytes the file needs at least.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// The bytes contradict the grammar.
    #[error("the DICOM file is damaged: {0}")]
    Damaged(&'static str),
    /// The bytes could not be read.
    #[error("the DICOM file could not be read: {0}")]
    Io(#[from] std::io::Error),
}

/// Refuses what does not lie inside the file.
fn inside(source: &dyn Source, at: u64, length: u64) -> Result<(), Error> {
    let end = at.saturating_add(length);
    if end > source.size() {
        let found = source.size();
        return Err(Error::Ends {
            expected: end,
            found,
        });
    }
    Ok(())
}
