//! A shelf: where rows wait in no order until all of them are there.

use std::io;

use super::row::ROW_BYTES;

/// Bytes by their offset. What was never written is never read.
pub trait Shelf {
    /// Puts bytes at an offset.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Fills `bytes` from an offset; everything that was put before is there.
    fn read_at(&mut self, offset: u64, bytes: &mut [u8]) -> io::Result<()>;
}

impl Shelf for Vec<u8> {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let (from, to) = (offset as usize, offset as usize + bytes.len());
        if self.len() < to {
            self.resize(to, 0);
        }
        self[from..to].copy_from_slice(bytes);
        Ok(())
    }

    fn read_at(&mut self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let there = self.get(offset as usize..).unwrap_or_default();
        let there = there.get(..bytes.len());
        bytes.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A sum over rows that does not depend on their order and in which each bit counts: what went to a shelf
/// and what came back have the same, or something happened to it there.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sum(u64);

/// Odd numbers without a pattern, so that no shift of bits is lost.
const WEIGHTS: [u64; 4] = [
    0x9E37_79B9_7F4A_7C15,
    0xBF58_476D_1CE4_E5B9,
    0x94D0_49BB_1331_11EB,
    0xD6E8_FEB8_6659_FD93,
];

impl Sum {
    /// Counts a row, or any other record of as many bytes, with its number.
    pub fn add(&mut self, number: u64, row: &[u8; ROW_BYTES]) {
        let (words, _) = row.as_chunks::<8>();
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        // Multiplied by the number, two rows that changed places do not add up to the same.
        let weighed = words.zip(WEIGHTS).fold(WEIGHTS[3], |sum, (word, weight)| {
            (sum ^ word).wrapping_mul(weight).rotate_left(29)
        });
        self.0 = self.0.wrapping_add(weighed.wrapping_mul(2 * number + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_every_row_counts_and_so_does_its_place() {
        let rows = [[7; ROW_BYTES], [9; ROW_BYTES]];
        let sum = |rows: [[u8; ROW_BYTES]; 2]| {
            let mut sum = Sum::default();
            (0..).zip(&rows).for_each(|(n, row)| sum.add(n, row));
            sum
        };
        assert_ne!(sum(rows), sum([rows[1], rows[0]]));
        for bit in 0..ROW_BYTES * 8 {
            let mut flipped = rows;
            flipped[1][bit / 8] ^= 1 << (bit % 8);
            assert_ne!(sum(rows), sum(flipped), "bit {bit}");
        }
    }

    #[test]
    fn a_shelf_gives_back_what_was_put_and_nothing_beyond() {
        let mut shelf = Vec::new();
        shelf.write_at(4, b"later").unwrap();
        shelf.write_at(0, b"then").unwrap();
        let mut all = [0; 9];
        shelf.read_at(0, &mut all).unwrap();
        assert_eq!(&all, b"thenlater");
        assert!(shelf.read_at(1, &mut all).is_err());
    }
}
