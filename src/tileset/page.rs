//! One page of rows, checked against the header before any row is believed.

use super::row::ROW_BYTES;
use super::{Digest, Error, Header, Row};

/// An intact page; holds at most 98,304 bytes.
#[derive(Debug, Clone)]
pub struct Page {
    bytes: Box<[u8]>,
    number: u32,
    members: u16,
    packs: u16,
}

impl Page {
    /// Opens page `number` from exactly the bytes of its range.
    pub fn open(bytes: impl Into<Box<[u8]>>, header: &Header, number: u32) -> Result<Self, Error> {
        let bytes = bytes.into();
        let digest = header.pages().get(number as usize);
        if digest != Some(&Digest::of(&bytes)) {
            return Err(damaged(number, "its digest differs"));
        }
        Ok(Self {
            bytes,
            number,
            members: header.facts().members,
            packs: header.facts().packs.len() as u16,
        })
    }

    /// The row at `slot`.
    pub fn row(&self, slot: u16) -> Result<Row, Error> {
        let start = usize::from(slot) * ROW_BYTES;
        let wire = self
            .bytes
            .get(start..)
            .and_then(<[u8]>::first_chunk::<ROW_BYTES>)
            .ok_or_else(|| damaged(self.number, "it ends before the row"))?;
        Row::decode(wire)
            .filter(|row| row.is_within(self.members, self.packs))
            .ok_or_else(|| damaged(self.number, "a row makes no sense"))
    }

    /// Rows of the page.
    pub fn rows(&self) -> u16 {
        (self.bytes.len() / ROW_BYTES) as u16
    }

    /// Bytes held, for a cache that counts them.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }
}

fn damaged(number: u32, what: &'static str) -> Error {
    Error::Damaged {
        part: format!("page {number} of the index"),
        what,
    }
}
