//! Bits of a scan: looked at, copied and written.
//!
//! Bits are numbered from the first byte's highest. What is read has no stuffing any more; what is written
//! gets it (T.81 F.1.2.3: a zero byte follows every byte of ones).

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the processor that is there"
)]

/// The 64 bits from bit `at` on, of which 57 are meant; `None` beyond the last eight bytes.
#[inline]
pub(super) fn peek(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at >> 3..)?.first_chunk::<8>()?;
    Some(u64::from_be_bytes(*eight) << (at & 7))
}

/// Writes bits behind each other, with stuffing.
#[derive(Debug)]
pub(super) struct Writer {
    out: Vec<u8>,
    bits: Bits,
}

/// A writer in use: its bits are in registers until it is closed.
pub(super) struct Open<'a> {
    out: &'a mut Vec<u8>,
    bits: Bits,
    kept: &'a mut Bits,
}

/// Bits that are no whole word yet.
#[derive(Debug, Clone, Copy, Default)]
struct Bits {
    /// At the right.
    waiting: u64,
    /// How many, less than 32 between calls.
    count: u32,
}

impl Writer {
    /// Writes on behind `out`.
    pub(super) fn behind(out: Vec<u8>) -> Self {
        let bits = Bits::default();
        Self { out, bits }
    }

    /// Bytes written so far.
    pub(super) const fn len(&self) -> usize {
        self.out.len()
    }

    /// For many small writes; what is not closed is lost.
    #[inline(always)]
    pub(super) const fn open(&mut self) -> Open<'_> {
        Open {
            out: &mut self.out,
            bits: self.bits,
            kept: &mut self.bits,
        }
    }

    /// Writes the `count` lowest bits of `bits`, 32 at most; those above are zero.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.bits.put(&mut self.out, bits, count);
    }

    /// Writes the bits `from .. to` of `bytes`, which has eight bytes behind them.
    pub(super) fn copy(&mut self, bytes: &[u8], mut from: usize, to: usize) {
        while to.saturating_sub(from) >= 32 {
            let Some(bits) = peek(bytes, from) else {
                return;
            };
            self.put((bits >> 32) as u32, 32);
            from += 32;
        }
        if let (1.., Some(bits)) = (to.saturating_sub(from), peek(bytes, from)) {
            let rest = (to - from) as u32;
            self.put((bits >> (64 - rest)) as u32, rest);
        }
    }

    /// All that was written, the last byte filled with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let fill = (8 - self.bits.count % 8) % 8;
        self.put((1 << fill) - 1, fill);
        let Bits { waiting, mut count } = self.bits;
        while count > 0 {
            count -= 8;
            stuff(&mut self.out, &[(waiting >> count) as u8]);
        }
        self.out
    }
}

impl Open<'_> {
    /// As [`Writer::put`].
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.bits.put(self.out, bits, count);
    }

    #[inline(always)]
    pub(super) fn close(self) {
        *self.kept = self.bits;
    }
}

impl Bits {
    #[inline(always)]
    fn put(&mut self, out: &mut Vec<u8>, bits: u32, count: u32) {
        self.waiting = (self.waiting << count) | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            push(out, (self.waiting >> self.count) as u32);
        }
    }
}

#[inline(always)]
fn push(out: &mut Vec<u8>, word: u32) {
    let bytes = word.to_be_bytes();
    // Adding one to a byte of ones clears its highest bit; a carry from below hides none of them.
    let ones = word & 0x8080_8080 & !(word.wrapping_add(0x0101_0101));
    if ones == 0 {
        out.extend_from_slice(&bytes);
    } else {
        stuff(out, &bytes);
    }
}

#[cold]
fn stuff(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        out.push(*byte);
        if *byte == 0xFF {
            out.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stuffed(bytes: &[u8]) -> Vec<u8> {
        let pairs = bytes.iter().flat_map(|byte| [*byte, 0]);
        let kept = pairs.zip((0..).map(|n| n % 2 == 0)).scan(0, |last, pair| {
            let before = std::mem::replace(last, pair.0);
            Some((pair.1 || before == 0xFF).then_some(pair.0))
        });
        kept.flatten().collect()
    }

    proptest! {
        #[test]
        fn copied_bits_are_the_same_bits(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0xFF)], 9..200),
                                         cuts in proptest::collection::vec(0_usize..1600, 0..8)) {
            let whole = bytes.len() - 8;
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (whole * 8)).collect();
            cuts.extend([0, whole * 8]);
            cuts.sort_unstable();
            let mut writer = Writer::behind(Vec::new());
            for pair in cuts.windows(2) {
                writer.copy(&bytes, pair[0], pair[1]);
            }
            prop_assert_eq!(writer.finish(), stuffed(&bytes[..whole]));
        }
    }

    #[test]
    fn the_last_byte_is_filled_with_ones() {
        let mut writer = Writer::behind(vec![7]);
        writer.put(0b101, 3);
        assert_eq!(writer.finish(), [7, 0b1011_1111]);
        let mut ones = Writer::behind(Vec::new());
        ones.put(0xFFFF_FFFF, 32);
        assert_eq!(ones.finish(), [0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0]);
    }
}
