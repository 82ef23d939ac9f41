//! MCUs read one after the other, and copied into another stream without touching a coefficient.
//!
//! ```text
//! source   │ DC difference │ AC codes …│ DC difference │ AC codes …│
//!                 ▼ rebased      ▼ same bits      ▼ same bits
//! piece    │ DC difference │ AC codes …│ DC difference │ AC codes …│
//! ```
//!
//! A DC value is stored as the difference from the block before. In a piece, only the first block of a row of
//! MCUs has another neighbour than in the source: its difference is written anew, and all bits behind it are
//! copied as they are. Only where the source's table lacks a code for some difference is each one written anew,
//! with the standard table.

use super::super::{Error, ReadAt};
use super::bits::peek;
use super::frame::{Block, Frame};
use super::huffman::{END, Found, Table, extended, shortened};
use super::piece::Piece;
use super::source::Source;

/// The DC values before the next block, by component.
pub(super) type Before = [i32; 4];

/// Where a block's parts lie among the bits, and its DC value.
struct Passed {
    /// Behind the DC difference.
    codes_at: usize,
    /// Behind the block.
    end: usize,
    /// DC value, as it is stored.
    value: i32,
}

/// A scan that is being read.
pub(crate) struct Scan<'a> {
    frame: &'a Frame,
    source: Source<'a>,
    before: Before,
    /// MCUs up to the next restart marker.
    left: u32,
    /// The number of the next restart marker.
    number: u32,
}

impl<'a> Scan<'a> {
    /// The scan from restart interval `number` on, whose bits start at `start`; the stream ends before `end`.
    pub(crate) fn new(
        frame: &'a Frame,
        bytes: &'a dyn ReadAt,
        (start, end): (u64, u64),
        number: u32,
    ) -> Self {
        Self {
            frame,
            source: Source::new(bytes, start, end),
            before: [0; 4],
            left: interval(frame),
            number,
        }
    }

    /// Passes over MCUs: whole intervals by their markers, the rest by reading them.
    pub(crate) fn skip(&mut self, mcus: u64) -> Result<(), Error> {
        let mut mcus = mcus;
        if self.frame.restart > 0 && mcus > u64::from(self.left) {
            let behind = mcus - u64::from(self.left);
            let each = u64::from(self.frame.restart);
            let whole = behind / each;
            let markers = u32::try_from(whole + 1).map_err(|_| ends_early())?;
            self.source.pass(markers, self.number)?;
            self.number = self.number.wrapping_add(markers);
            self.begin();
            mcus = behind % each;
        }
        self.each_run(mcus, &mut |scan, run| {
            for _ in 0..run {
                scan.fetch_if_low()?;
                scan.pass_mcu()?;
            }
            Ok(())
        })
    }

    /// Copies the next `mcus` MCUs behind those of `piece`, which has the same coding.
    pub(crate) fn copy(&mut self, mcus: u32, piece: &mut Piece<'_>) -> Result<(), Error> {
        self.each_run(u64::from(mcus), &mut |scan, run| scan.copy_run(run, piece))
    }

    /// At the end of a restart interval: goes behind its marker, where the next one's bits start.
    pub(crate) fn next_interval(&mut self) -> Result<u64, Error> {
        self.source.restart(self.number)?;
        self.number = self.number.wrapping_add(1);
        self.begin();
        Ok(self.source.place())
    }

    /// Hands runs of MCUs within one restart interval to `visit`, going behind the markers between them.
    fn each_run(
        &mut self,
        mut mcus: u64,
        visit: &mut dyn FnMut(&mut Self, u32) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while mcus > 0 {
            if self.left == 0 {
                self.next_interval()?;
            }
            let run = u64::from(self.left).min(mcus) as u32;
            visit(self, run)?;
            if self.frame.restart > 0 {
                self.left -= run;
            }
            mcus -= u64::from(run);
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.before = [0; 4];
        self.left = interval(self.frame);
    }

    fn copy_run(&mut self, mut run: u32, piece: &mut Piece<'_>) -> Result<(), Error> {
        let anew = self.frame.complete.is_some();
        while run > 0 && (anew || self.before != piece.before) {
            self.fetch_if_low()?;
            self.rebase_mcu(piece, anew)?;
            run -= 1;
        }
        let mut from = self.source.at;
        for _ in 0..run {
            if self.source.is_low() {
                piece.bits.copy(&self.source.clean, from, self.source.at);
                self.source.fetch()?;
                from = self.source.at;
            }
            self.pass_mcu()?;
        }
        piece.bits.copy(&self.source.clean, from, self.source.at);
        piece.before = self.before;
        Ok(())
    }

    /// Copies one MCU, the first difference of each component (or every one) written anew.
    fn rebase_mcu(&mut self, piece: &mut Piece<'_>, anew: bool) -> Result<(), Error> {
        let frame = self.frame;
        let mut rebased = [anew; 4];
        let mut first = [true; 4];
        for block in &frame.blocks {
            let (start, which) = (self.source.at, block.component);
            let passed = self.pass_block(*block)?;
            let clean = &self.source.clean;
            rebased[which] = anew || std::mem::take(&mut first[which]);
            if rebased[which] {
                let difference = passed.value - piece.before[which];
                piece.put_dc(frame.dc_out(block.dc), difference)?;
                piece.bits.copy(clean, passed.codes_at, passed.end);
            } else {
                piece.bits.copy(clean, start, passed.end);
            }
            piece.before[which] = passed.value;
        }
        self.within()
    }

    /// Reads one MCU: hands each block's component and coefficients, in zigzag order, to `visit`.
    pub(super) fn read_mcu(
        &mut self,
        visit: &mut dyn FnMut(usize, [i16; 64]),
    ) -> Result<(), Error> {
        self.each_run(1, &mut |scan, _| {
            scan.fetch_if_low()?;
            for block in &scan.frame.blocks {
                let passed = scan.pass_block(*block)?;
                let table = scan.frame.tables[block.ac].as_ref().ok_or_else(no_code)?;
                let mut values = ac_values(table, &scan.source.clean, passed.codes_at)?;
                values[0] = passed.value as i16;
                visit(block.component, values);
            }
            scan.within()
        })
    }

    #[inline]
    fn pass_mcu(&mut self) -> Result<(), Error> {
        let frame = self.frame;
        for block in &frame.blocks {
            self.pass_block(*block)?;
        }
        self.within()
    }

    #[inline]
    fn pass_block(&mut self, block: Block) -> Result<Passed, Error> {
        let frame = self.frame;
        let (Some(dc), Some(ac)) = (&frame.tables[block.dc], &frame.tables[block.ac]) else {
            return Err(no_code());
        };
        let clean = &self.source.clean[..];
        let (difference, codes_at) = dc_difference(dc, clean, self.source.at)?;
        let end = pass_codes(ac, clean, codes_at)?;
        self.source.at = end;
        let value = self.before[block.component] + difference;
        self.before[block.component] = value;
        if value.unsigned_abs() > 0x7FFF {
            return Err(Error::damaged("a JPEG has a block beyond any brightness"));
        }
        Ok(Passed {
            codes_at,
            end,
            value,
        })
    }

    #[inline]
    fn fetch_if_low(&mut self) -> Result<(), Error> {
        if self.source.is_low() {
            self.source.fetch()?;
        }
        Ok(())
    }

    #[inline]
    fn within(&self) -> Result<(), Error> {
        if self.source.is_overrun() {
            return Err(ends_early());
        }
        Ok(())
    }
}

/// MCUs of an interval; without restart markers there is one without end.
const fn interval(frame: &Frame) -> u32 {
    if frame.restart == 0 {
        u32::MAX
    } else {
        frame.restart
    }
}

/// The DC difference at bit `at`, and the bit behind it.
#[inline]
fn dc_difference(table: &Table, clean: &[u8], at: usize) -> Result<(i32, usize), Error> {
    let bits = peek(clean, at).ok_or_else(ends_early)?;
    let found = table.find(bits).ok_or_else(no_code)?;
    Ok((value(bits, found), at + found.length as usize))
}

/// The value behind a code that was found at the front of `bits`.
#[inline]
const fn value(bits: u64, found: Found) -> i32 {
    if found.size == 0 {
        return 0;
    }
    let behind = bits << (found.length - found.size);
    extended((behind >> (64 - found.size)) as u32, found.size)
}

/// The bit behind the AC codes that start at bit `at`.
#[inline]
fn pass_codes(table: &Table, clean: &[u8], mut at: usize) -> Result<usize, Error> {
    let mut place = 1;
    while place < 64 {
        let bits = peek(clean, at).ok_or_else(ends_early)?;
        let found = table.find(bits).ok_or_else(no_code)?;
        at += found.length as usize;
        place += found.advance;
    }
    if place > 64 && place < END {
        return Err(Error::damaged("a JPEG has a block of more than 64 values"));
    }
    Ok(at)
}

/// The AC values that start at bit `at`, in their order in the stream.
fn ac_values(table: &Table, clean: &[u8], mut at: usize) -> Result<[i16; 64], Error> {
    let mut values = [0; 64];
    let mut place = 1;
    while place < 64 {
        let bits = peek(clean, at).ok_or_else(ends_early)?;
        let found = table.find(bits).ok_or_else(no_code)?;
        at += found.length as usize;
        place += found.advance;
        if found.size > 0 {
            let beyond = || Error::damaged("a JPEG has a block of more than 64 values");
            let slot = values.get_mut(place as usize - 1).ok_or_else(beyond)?;
            *slot = value(bits, found) as i16;
        }
    }
    Ok(values)
}

/// The size and bits of a DC difference, if 8-bit samples can have it.
pub(super) fn dc_bits(difference: i32) -> Result<(u32, u32), Error> {
    let (size, bits) = shortened(difference);
    if size > 11 {
        return Err(Error::damaged("a JPEG has a block beyond any brightness"));
    }
    Ok((size, bits))
}

fn ends_early() -> Error {
    Error::damaged("a JPEG ends before its pixels do")
}

fn no_code() -> Error {
    Error::damaged("a JPEG has bits that are no code")
}
