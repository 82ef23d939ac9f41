//! Huffman tables of a JPEG (ITU-T T.81 Annex C and F): symbols found by looking bits up, codes to write.
//!
//! ```text
//! next 64 bits ─▶ first 12 ─▶ entry: length of the code, symbol      (codes up to 12 bits: nearly all)
//!                     └─ none ─▶ first code of each longer length    (13 to 16 bits)
//! ```
//!
//! For coefficients the entry also says how many bits their value takes and how far it leads in the block, so
//! that a coefficient that is only passed over costs one look.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the processor that is there"
)]

use super::Error;

/// Bits looked up at once: 8 KiB a table, four of them stay in a core's nearest cache.
const LOOK: u32 = 12;

/// What `advance` adds for "end of block": past any position in it.
pub(super) const END: u32 = 128;

/// Lengths and symbols of the luminance DC codes of T.81 Table K.3: every category 8 bits can need.
const STANDARD_DC: ([u8; 16], [u8; 12]) = (
    [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
);

/// A code and its symbol, read off the front of the bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Bits of the code and of the value behind it.
    pub(super) length: u32,
    /// Coefficients this leads on by; [`END`] for the end of the block.
    pub(super) advance: u32,
    /// Bits of the value alone.
    pub(super) size: u32,
}

/// A table, to read with and to write with.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Codes of each length 1 to 16.
    pub(super) counts: [u8; 16],
    /// Symbols in the order of their codes.
    pub(super) symbols: Vec<u8>,
    /// By the first bits: length of code and value (8 bits), advance (8 bits), size (8 bits); 0 for none.
    look: Box<[u32]>,
    /// For each length: the first code beyond it, its bits at the left of 16, and the place of its first symbol
    /// less its first code.
    beyond: [(u32, i32); 16],
    /// Length and code of each symbol; length 0 for symbols without one.
    codes: Vec<(u8, u16)>,
}

impl Table {
    /// The table of these lengths and symbols, or why it is none (T.81 Annex C).
    pub(super) fn new(counts: [u8; 16], symbols: &[u8]) -> Result<Self, Error> {
        let listed: usize = counts.iter().map(|count| usize::from(*count)).sum();
        let mut table = Self {
            counts,
            symbols: symbols.to_vec(),
            look: vec![0; 1 << LOOK].into_boxed_slice(),
            beyond: [(0, 0); 16],
            codes: vec![(0, 0); 256],
        };
        if listed != symbols.len() || listed > 256 || !table.assign() {
            return Err(Error::damaged("a JPEG has a Huffman table that is none"));
        }
        Ok(table)
    }

    /// The luminance DC table of T.81 Annex K.
    pub(super) fn standard_dc() -> Result<Self, Error> {
        Self::new(STANDARD_DC.0, &STANDARD_DC.1)
    }

    /// Gives every symbol its code; false when the lengths leave no room for them.
    fn assign(&mut self) -> bool {
        let (mut code, mut place) = (0_u32, 0_usize);
        for length in 1..=16_u32 {
            self.beyond[length as usize - 1].1 = place as i32 - code as i32;
            for _ in 0..self.counts[length as usize - 1] {
                if code >= 1 << length {
                    return false;
                }
                let symbol = self.symbols[place];
                self.codes[usize::from(symbol)] = (length as u8, code as u16);
                if length <= LOOK {
                    let first = (code << (LOOK - length)) as usize;
                    self.look[first..first + (1 << (LOOK - length))].fill(packed(length, symbol));
                }
                code += 1;
                place += 1;
            }
            self.beyond[length as usize - 1].0 = code << (16 - length);
            code <<= 1;
        }
        true
    }

    /// The code at the front of `bits`; `None` when no code starts like this.
    #[inline]
    pub(super) fn find(&self, bits: u64) -> Option<Found> {
        let entry = self.look[(bits >> (64 - LOOK)) as usize];
        if entry != 0 {
            return Some(unpacked(entry));
        }
        self.find_long(bits)
    }

    #[cold]
    fn find_long(&self, bits: u64) -> Option<Found> {
        let first = (bits >> 48) as u32;
        for length in LOOK + 1..=16 {
            let (beyond, shift) = self.beyond[length as usize - 1];
            if first < beyond {
                let place = (first >> (16 - length)) as i32 + shift;
                let symbol = self.symbols.get(usize::try_from(place).ok()?)?;
                return Some(unpacked(packed(length, *symbol)));
            }
        }
        None
    }

    /// Length and bits of a symbol's code, if it has one.
    pub(super) fn code(&self, symbol: u8) -> Option<(u32, u32)> {
        let (length, code) = self.codes[usize::from(symbol)];
        (length > 0).then_some((u32::from(length), u32::from(code)))
    }

    /// Whether every DC difference of 8-bit samples has a code here.
    pub(super) fn codes_any_dc(&self) -> bool {
        (0..=11).all(|size| self.code(size).is_some())
    }

    /// Whether these are symbols of a DC table: sizes up to 11.
    pub(super) fn is_dc(&self) -> bool {
        self.symbols.iter().all(|size| *size <= 11)
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        (self.counts, &self.symbols) == (other.counts, &other.symbols)
    }
}

/// An entry of `look`, for AC symbols: run of zeros in the high half, size in the low one. DC symbols are sizes.
const fn packed(length: u32, symbol: u8) -> u32 {
    let (run, size) = ((symbol >> 4) as u32, (symbol & 15) as u32);
    let advance = match (run, size) {
        (15, 0) => 16,
        (_, 0) => END,
        _ => run + 1,
    };
    (length + size) | (advance << 8) | (size << 16)
}

const fn unpacked(entry: u32) -> Found {
    Found {
        length: entry & 255,
        advance: (entry >> 8) & 255,
        size: entry >> 16,
    }
}

/// The value that `size` bits behind a code mean (T.81 F.2.2.1).
#[inline]
pub(super) const fn extended(bits: u32, size: u32) -> i32 {
    if size == 0 {
        return 0;
    }
    let value = bits as i32;
    if bits >> (size - 1) == 0 {
        value - (1 << size) + 1
    } else {
        value
    }
}

/// How many bits a value takes, and which (T.81 F.1.2.1).
#[inline(always)]
pub(super) const fn shortened(value: i32) -> (u32, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = if value < 0 { value - 1 } else { value };
    (size, bits as u32 & ((1 << size) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_from_their_bits() {
        for value in -2047..=2047 {
            let (size, bits) = shortened(value);
            assert!(size <= 11);
            assert_eq!(extended(bits, size), value);
        }
    }

    #[test]
    fn every_symbol_is_found_by_its_code() {
        // Two codes of each length but the last: the long ones are not in the look-up.
        let counts = [1; 16];
        let symbols: Vec<u8> = (0x31..0x41).collect();
        let table = Table::new(counts, &symbols).unwrap();
        for symbol in &symbols {
            let (length, code) = table.code(*symbol).unwrap();
            let found = table.find(u64::from(code) << (64 - length)).unwrap();
            let size = u32::from(symbol & 15);
            assert_eq!((found.length, found.size), (length + size, size));
        }
        assert!(table.find(u64::MAX).is_none());
        assert!(table.code(0).is_none());
    }

    #[test]
    fn lengths_without_room_are_no_table() {
        assert!(Table::new([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[1, 2, 3]).is_err());
        assert!(Table::new([1; 16], &[1]).is_err());
        assert!(Table::standard_dc().unwrap().codes_any_dc());
    }
}
