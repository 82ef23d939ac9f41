//! Writes a TIFF (6.0, or `BigTIFF` where 4 GiB may not be enough): pixels first, directories last.
//!
//! Pixels go out as they are made; only their places are kept (16 bytes a tile). The directories
//! follow, last one first so that each knows the next, and the header is patched at the end.

use std::io::{self, Seek, SeekFrom, Write};

use super::pyramid::Store;

/// A value of a directory entry.
pub(super) enum Value {
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
    /// File offsets or sizes: as wide as the container's offsets.
    Places(Vec<u64>),
    Text(String),
    Bytes(Vec<u8>),
}

/// Tag and value; ascending by tag within a directory.
pub(super) type Entry = (u16, Value);

pub(super) struct Container<W> {
    out: W,
    position: u64,
    big: bool,
}

impl<W: Write + Seek> Store for Container<W> {
    fn put(&mut self, _: usize, tile: &[u8]) -> io::Result<(u64, u64)> {
        Ok((Self::put(self, tile)?, tile.len() as u64))
    }
}

impl<W: Write + Seek> Container<W> {
    /// Begins a container; `big` for 64-bit offsets.
    pub(super) fn new(out: W, big: bool) -> io::Result<Self> {
        let mut container = Self {
            out,
            position: 0,
            big,
        };
        let header: &[u8] = if big {
            b"II\x2B\0\x08\0\0\0\0\0\0\0\0\0\0\0"
        } else {
            b"II\x2A\0\0\0\0\0"
        };
        container.put(header)?;
        Ok(container)
    }

    /// Appends bytes and returns their offset.
    pub(super) fn put(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.position;
        self.out.write_all(bytes)?;
        self.position += bytes.len() as u64;
        Ok(at)
    }

    /// Writes the directories and ends the file; its size in bytes.
    pub(super) fn finish(mut self, directories: Vec<Vec<Entry>>) -> io::Result<u64> {
        let mut next = 0;
        for directory in directories.into_iter().rev() {
            next = self.directory(directory, next)?;
        }
        let size = self.position;
        if !self.big && size > u64::from(u32::MAX) {
            return Err(io::Error::other("a TIFF beyond 4 GiB needs 64-bit offsets"));
        }
        self.out
            .seek(SeekFrom::Start(if self.big { 8 } else { 4 }))?;
        let first = self.place(next);
        self.out.write_all(&first)?;
        self.out.seek(SeekFrom::Start(size))?;
        self.out.flush()?;
        Ok(size)
    }

    fn directory(&mut self, entries: Vec<Entry>, next: u64) -> io::Result<u64> {
        let mut body = Vec::new();
        let count = entries.len() as u64;
        for (tag, value) in entries {
            let (kind, number, bytes) = self.encoded(value);
            body.extend(tag.to_le_bytes());
            body.extend(kind.to_le_bytes());
            body.extend(self.place(number));
            body.extend(self.inline_or_placed(bytes)?);
        }
        self.align()?;
        let at = if self.big {
            self.put(&count.to_le_bytes())?
        } else {
            self.put(&(count as u16).to_le_bytes())?
        };
        self.put(&body)?;
        let next = self.place(next);
        self.put(&next)?;
        Ok(at)
    }

    /// Kind (TIFF 6.0 §2), count and bytes.
    fn encoded(&self, value: Value) -> (u16, u64, Vec<u8>) {
        match value {
            Value::Shorts(all) => (
                3,
                all.len() as u64,
                all.iter().flat_map(|v| v.to_le_bytes()).collect(),
            ),
            Value::Longs(all) => (
                4,
                all.len() as u64,
                all.iter().flat_map(|v| v.to_le_bytes()).collect(),
            ),
            Value::Places(all) => {
                let kind = if self.big { 16 } else { 4 };
                (
                    kind,
                    all.len() as u64,
                    all.iter().flat_map(|v| self.place(*v)).collect(),
                )
            }
            Value::Text(text) => {
                let bytes = [text.as_bytes(), &[0]].concat();
                (2, bytes.len() as u64, bytes)
            }
            Value::Bytes(bytes) => (7, bytes.len() as u64, bytes),
        }
    }

    /// The value field: the bytes themselves where they fit, else their offset.
    fn inline_or_placed(&mut self, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let width = if self.big { 8 } else { 4 };
        if bytes.len() <= width {
            bytes.resize(width, 0);
            return Ok(bytes);
        }
        self.align()?;
        let at = self.put(&bytes)?;
        Ok(self.place(at))
    }

    fn align(&mut self) -> io::Result<()> {
        let odd = (8 - self.position % 8) % 8;
        self.put(&[0; 8][..odd as usize]).map(drop)
    }

    /// An offset or count, as wide as the container's.
    fn place(&self, value: u64) -> Vec<u8> {
        if self.big {
            value.to_le_bytes().to_vec()
        } else {
            (value as u32).to_le_bytes().to_vec()
        }
    }
}
