//! Numbers in the file: single ones, and arrays read in pieces.

use super::super::{Error, ReadAt};

/// Byte order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    /// An unsigned number of up to eight bytes.
    pub(crate) fn number(self, bytes: &[u8]) -> u64 {
        let join = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, join),
            Self::Big => bytes.iter().fold(0, join),
        }
    }
}

/// An array of unsigned numbers that stays in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Array {
    pub(super) order: Order,
    /// Where the first number lies.
    pub(super) at: u64,
    /// How many there are.
    pub(super) count: u64,
    /// Bytes a number: 1, 2, 4 or 8.
    pub(super) width: u8,
    /// Bits of a single number above those that lie there.
    pub(super) above: u64,
}

impl Array {
    /// How many numbers there are.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The numbers `first .. first + count`; the caller bounds `count`.
    pub(crate) fn read(
        &self,
        bytes: &dyn ReadAt,
        first: u64,
        count: u64,
    ) -> Result<Vec<u64>, Error> {
        let short = || Error::damaged("a list of offsets is shorter than its image needs");
        if first.checked_add(count).is_none_or(|end| end > self.count) {
            return Err(short());
        }
        let width = u64::from(self.width);
        let start = first
            .checked_mul(width)
            .and_then(|skip| self.at.checked_add(skip));
        let raw = span(bytes, start.ok_or_else(short)?, count.saturating_mul(width))?;
        let numbers = raw.chunks_exact(usize::from(self.width));
        let whole = |number: &[u8]| self.order.number(number) | self.above;
        Ok(numbers.map(whole).collect())
    }

    /// One number.
    pub(crate) fn one(&self, bytes: &dyn ReadAt, place: u64) -> Result<u64, Error> {
        Ok(self.read(bytes, place, 1)?[0])
    }
}

/// `length` bytes from `at`, checked against the size of the file before any memory is taken.
pub(super) fn span(bytes: &dyn ReadAt, at: u64, length: u64) -> Result<Vec<u8>, Error> {
    let end = at.saturating_add(length);
    if end > bytes.size() {
        return Err(Error::Truncated {
            expected: end,
            found: bytes.size(),
        });
    }
    let mut buffer = vec![0; length as usize];
    bytes.read_exact_at(at, &mut buffer)?;
    Ok(buffer)
}
