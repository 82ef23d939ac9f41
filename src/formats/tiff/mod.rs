//! Directories of a TIFF: classic and `BigTIFF`, both byte orders (TIFF 6.0; `BigTIFF` by Aware Systems).
//!
//! ```text
//! header ─▶ directory ─▶ directory ─▶ … ─▶ 0
//!               └─ entry: tag, kind, count, place of its values (inside the entry, or anywhere)
//! ```
//!
//! Nothing is believed: a directory is visited once, their number and that of their entries is bounded,
//! entries of unknown kinds are skipped, and values are read only when asked for, within a budget.

mod array;
mod directory;
mod image;

pub(crate) use array::Array;
pub(crate) use directory::{Directory, tag};
pub(crate) use image::{icc, raster};

use super::{Error, ReadAt};
use array::Order;
use std::collections::HashSet;

/// Directories a file may have, sub-directories included.
const DIRECTORIES: usize = 1_024;

/// Tags all directories may have together: 1.5 MiB of memory. Directories may overlap, so the size of the
/// file bounds nothing.
const TAGS: usize = 65_536;

/// A TIFF's directories: those of the main chain, in order, and those below them.
#[derive(Debug, Clone)]
pub(crate) struct Tiff {
    /// Offsets of 64 bits.
    pub(crate) big: bool,
    /// The main chain.
    pub(crate) directories: Vec<Directory>,
    /// Sub-directories (tag 330) of the main chain, in its order, each with the place of the one above it.
    below: Vec<(usize, Directory)>,
}

/// How offsets and numbers are written in this file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) order: Order,
    pub(crate) big: bool,
    /// Classic, and behind each directory stand the high words of its offsets (NDPI beyond 4 GiB).
    pub(crate) high_words: bool,
}

/// Whether the bytes start as a TIFF does.
pub(crate) fn starts(head: &[u8]) -> bool {
    matches!(
        head,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..]
    )
}

impl Tiff {
    /// Walks the directories of a file that [`starts`] as a TIFF.
    pub(crate) fn walk(bytes: &dyn ReadAt) -> Result<Self, Error> {
        let (form, first) = match beyond_4_gib(bytes)? {
            Some(beyond) => beyond,
            None => header(bytes)?,
        };
        let mut walk = Walk {
            bytes,
            form,
            visited: HashSet::new(),
            tags: 0,
        };
        let directories = walk.chain(first)?;
        let mut below = Vec::new();
        for (place, directory) in directories.iter().enumerate() {
            for offset in directory.sub_directories(bytes)? {
                below.extend(walk.one(offset)?.map(|(sub, _)| (place, sub)));
            }
        }
        Ok(Self {
            big: form.big,
            directories,
            below,
        })
    }
}

impl Tiff {
    /// Every directory: the main chain, then those below it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Directory> {
        let below = self.below.iter().map(|(_, directory)| directory);
        self.directories.iter().chain(below)
    }

    /// The sub-directories of the one at `place` in the main chain.
    pub(crate) fn below(&self, place: usize) -> impl Iterator<Item = &Directory> {
        let of_it = self.below.iter().filter(move |(above, _)| *above == place);
        of_it.map(|(_, directory)| directory)
    }
}

/// The form of the file and the place of its first directory.
fn header(bytes: &dyn ReadAt) -> Result<(Form, u64), Error> {
    let mut head = [0; 16];
    let have = bytes.size().min(16) as usize;
    bytes.read_exact_at(0, &mut head[..have])?;
    let form = Form {
        order: if head[0] == b'I' {
            Order::Little
        } else {
            Order::Big
        },
        big: head[2..4].contains(&43),
        high_words: false,
    };
    let (at, width) = if form.big { (8, 8) } else { (4, 4) };
    if have < at + width {
        return Err(Error::Truncated {
            expected: (at + width) as u64,
            found: bytes.size(),
        });
    }
    let first = form.order.number(&head[at..at + width]);
    if first == 0 {
        // A writer that puts its directories last has not put them yet (TIFF 6.0 §2 wants one).
        return Err(Error::Truncated {
            expected: bytes.size() + 1,
            found: bytes.size(),
        });
    }
    Ok((form, first))
}

/// The form and first directory of an NDPI beyond 4 GiB: a classic TIFF whose offsets are 64 bits wide, their
/// high words standing where a classic TIFF has nothing. Below 4 GiB they are zero, and classic reading is right.
fn beyond_4_gib(bytes: &dyn ReadAt) -> Result<Option<(Form, u64)>, Error> {
    if u32::try_from(bytes.size()).is_ok() {
        return Ok(None);
    }
    let mut head = [0; 12];
    bytes.read_exact_at(0, &mut head)?;
    if !head.starts_with(b"II*\0") {
        return Ok(None);
    }
    let form = Form {
        order: Order::Little,
        big: false,
        high_words: true,
    };
    let first = form.order.number(&head[4..]);
    let is_ndpi = Directory::read(bytes, form, first)
        .is_ok_and(|(directory, _)| directory.has(tag::HAMAMATSU));
    Ok(is_ndpi.then_some((form, first)))
}

struct Walk<'a> {
    bytes: &'a dyn ReadAt,
    form: Form,
    visited: HashSet<u64>,
    tags: usize,
}

impl Walk<'_> {
    /// The directories from `offset` on.
    fn chain(&mut self, mut offset: u64) -> Result<Vec<Directory>, Error> {
        let mut chain = Vec::new();
        while offset != 0 {
            let Some((directory, next)) = self.one(offset)? else {
                return Err(Error::damaged("its chain of images comes back to itself"));
            };
            chain.push(directory);
            offset = next;
        }
        Ok(chain)
    }

    /// One directory and the offset of the next; `None` if it was visited before.
    fn one(&mut self, offset: u64) -> Result<Option<(Directory, u64)>, Error> {
        if !self.visited.insert(offset) {
            return Ok(None);
        }
        if self.visited.len() > DIRECTORIES {
            return Err(Error::TooLarge {
                what: "the number of images in the file",
                limit: DIRECTORIES as u64,
            });
        }
        let (directory, next) = Directory::read(self.bytes, self.form, offset)?;
        self.tags += directory.tags();
        if self.tags > TAGS {
            return Err(Error::TooLarge {
                what: "the number of tags of the file",
                limit: TAGS as u64,
            });
        }
        Ok(Some((directory, next)))
    }
}
