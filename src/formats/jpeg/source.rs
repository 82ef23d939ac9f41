//! The bits of a scan, taken from where they lie in blocks: no more than one block is held.
//!
//! ```text
//! ReadAt ─▶ raw (64 KiB) ─▶ stuffing taken out ─▶ clean ─▶ bits, up to the next marker
//! ```
//!
//! Bound: a block of raw bytes and one of clean bytes, and what a single MCU may need.

use super::super::{Error, ReadAt};

/// Raw bytes read at a time.
const BLOCK: usize = 64 << 10;

/// More than an MCU can take: ten blocks of 64 coefficients of up to 31 bits.
const MCU_BYTES: usize = 2_560;

/// Clean bytes fetched at once, if the interval has as many.
const CLEAN: usize = 32 << 10;

/// Bytes kept behind the clean ones so that looking ahead needs no care.
const AHEAD: usize = 8;

/// What comes behind the bits of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// Not seen yet.
    Open,
    /// A marker.
    Marker(u8),
    /// Nothing: the stream ends.
    Nothing,
}

/// A scan's bits, from some interval on.
pub(super) struct Source<'a> {
    bytes: &'a dyn ReadAt,
    /// The next raw byte to read, and the end of the stream.
    next: u64,
    end: u64,
    raw: Vec<u8>,
    /// Raw bytes already taken.
    taken: usize,
    /// Bits without stuffing, and [`AHEAD`] bytes more.
    pub(super) clean: Vec<u8>,
    /// The next bit.
    pub(super) at: usize,
    behind: Behind,
}

impl<'a> Source<'a> {
    /// The bits of `bytes` from `start` on, the stream ending before `end`.
    pub(super) fn new(bytes: &'a dyn ReadAt, start: u64, end: u64) -> Self {
        Self {
            bytes,
            next: start,
            end: end.min(bytes.size()),
            raw: Vec::new(),
            taken: 0,
            clean: vec![0; AHEAD],
            at: 0,
            behind: Behind::Open,
        }
    }

    /// Whether bits should be fetched before the next MCU is read.
    #[inline]
    pub(super) fn is_low(&self) -> bool {
        self.behind == Behind::Open && self.clean.len() < (self.at >> 3) + MCU_BYTES + AHEAD
    }

    /// Whether more bits were read than there are.
    #[inline]
    pub(super) fn is_overrun(&self) -> bool {
        self.at > (self.clean.len() - AHEAD) * 8
    }

    /// Fetches bits; positions of bits read before are no longer valid.
    pub(super) fn fetch(&mut self) -> Result<(), Error> {
        let used = (self.at >> 3).min(self.clean.len() - AHEAD);
        self.clean.truncate(self.clean.len() - AHEAD);
        self.clean.drain(..used);
        self.at -= used * 8;
        while self.behind == Behind::Open && self.clean.len() < CLEAN {
            self.fill()?;
            self.take();
        }
        self.clean.resize(self.clean.len() + AHEAD, 0);
        Ok(())
    }

    /// Goes behind the restart marker of this `number`, dropping the bits before it.
    pub(super) fn restart(&mut self, number: u32) -> Result<(), Error> {
        let expected = 0xD0 | (number & 7) as u8;
        while self.behind == Behind::Open {
            self.clean.clear();
            self.fill()?;
            self.take();
        }
        if self.behind != Behind::Marker(expected) {
            return Err(Error::damaged(
                "a JPEG lacks one of the restart markers it announces",
            ));
        }
        self.clean.clear();
        self.clean.resize(AHEAD, 0);
        (self.at, self.behind) = (0, Behind::Open);
        Ok(())
    }

    /// Where the next raw byte lies.
    pub(super) const fn place(&self) -> u64 {
        self.next - (self.raw.len() - self.taken) as u64
    }

    /// Goes behind the next `count` restart markers without reading what is between.
    pub(super) fn pass(&mut self, count: u32, from: u32) -> Result<(), Error> {
        (0..count).try_for_each(|passed| self.restart(from + passed))
    }

    /// Makes sure that a raw byte and its follower are there, unless the stream ends.
    fn fill(&mut self) -> Result<(), Error> {
        if self.raw.len() - self.taken >= 2 {
            return Ok(());
        }
        self.raw.drain(..self.taken);
        self.taken = 0;
        let have = self.raw.len();
        let more = self.end.saturating_sub(self.next).min(BLOCK as u64) as usize;
        if more == 0 {
            return Ok(());
        }
        self.raw.resize(have + more, 0);
        self.bytes.read_exact_at(self.next, &mut self.raw[have..])?;
        self.next += more as u64;
        Ok(())
    }

    /// Takes raw bytes up to a marker or the block's end.
    fn take(&mut self) {
        let raw = &self.raw[self.taken..];
        let plain = raw.iter().position(|byte| *byte == 0xFF);
        let plain = plain.unwrap_or(raw.len());
        self.clean.extend_from_slice(&raw[..plain]);
        self.taken += plain;
        match self.raw[self.taken..] {
            [0xFF, 0, ..] => {
                self.clean.push(0xFF);
                self.taken += 2;
            }
            [0xFF, 0xFF, ..] => self.taken += 1,
            [0xFF, marker, ..] => {
                self.taken += 2;
                self.behind = Behind::Marker(marker);
            }
            _ if self.next >= self.end => self.behind = Behind::Nothing,
            _ => {}
        }
    }
}
