//! Where a waiting reading stands in its pools: class, key, then its id; 25 bytes, because there are a million.

use super::super::OrderKey;
use crate::ids::ReadingId;

/// A place; compared as the bytes it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    class: u8,
    /// The key, big-endian and with its sign turned, so that bytes compare as numbers do.
    vkey: [u8; 8],
    reading: ReadingId,
}

impl Place {
    pub(super) const fn new(reading: ReadingId, key: OrderKey) -> Self {
        Self {
            class: key.class,
            vkey: (key.vkey ^ i64::MIN).to_be_bytes(),
            reading,
        }
    }

    pub(super) const fn of_parts(class: u8, vkey: [u8; 8], reading: ReadingId) -> Self {
        Self {
            class,
            vkey,
            reading,
        }
    }

    pub(super) const fn parts(&self) -> (u8, [u8; 8]) {
        (self.class, self.vkey)
    }

    pub(super) const fn reading(&self) -> ReadingId {
        self.reading
    }

    pub(super) const fn key(&self) -> OrderKey {
        OrderKey {
            class: self.class,
            vkey: i64::from_be_bytes(self.vkey) ^ i64::MIN,
        }
    }

    pub(super) const fn is_immediate(&self) -> bool {
        self.class == 0
    }
}
