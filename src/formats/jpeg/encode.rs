//! RGB pixels become a baseline JPEG, in whole numbers only: the same pixels give the same bytes on every machine.
//!
//! ```text
//!   16 lines of RGB ─▶ Y, and Cb Cr of 2 × 2 means ─▶ blocks of 8 × 8 ─ DCT ─▶ ÷ quantisers ─▶ Huffman codes
//! ```
//!
//! Loops run over 16-bit lanes without branches, which a compiler turns into vector instructions; the whole scan is
//! compiled once for each kind of processor, and the one that is there is chosen when it runs. Headers and tables are
//! those of the crate `jpeg_encoder`: JFIF, 4:2:0, the tables of T.81 Annex K.
//! Memory: 16 lines, and the stream.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the processor that is there"
)]

use fearless_simd::{Level, dispatch};
use jpeg_encoder::{ColorType, SamplingFactor};

use super::bits::{Open, Writer};
use super::frame::Frame;
use super::huffman::{Table, shortened};
use super::transform::{Block, Divider, ORDER, PLACE};
use super::{EOI, Error};

/// Sides of an MCU.
const MCU: usize = 16;
/// Bytes of a code's entry that hold its length.
const LENGTH_SHIFT: u32 = 16;

/// Codes pictures of one quality.
#[derive(Debug, Clone)]
pub struct Encoder {
    frame: Frame,
    luma: Coder,
    chroma: Coder,
}

/// How the blocks of a component are coded.
#[derive(Debug, Clone)]
struct Coder {
    divider: Divider,
    dc: [u32; 256],
    ac: [u32; 256],
}

/// 16 lines as samples about zero, in halves of a level.
struct Lines {
    width: usize,
    /// Two lines of red, of green and of blue.
    rgb: [Vec<u8>; 3],
    y: Vec<i16>,
    cb: Vec<i16>,
    cr: Vec<i16>,
}

impl Encoder {
    /// For pictures of this quality, 1 to 100.
    pub fn new(quality: u8) -> Result<Self, Error> {
        let mut sample = Vec::new();
        let mut other = jpeg_encoder::Encoder::new(&mut sample, quality.clamp(1, 100));
        other.set_sampling_factor(SamplingFactor::R_4_2_0);
        let white = [255; MCU * MCU * 3];
        other
            .encode(&white, MCU as u16, MCU as u16, ColorType::Rgb)
            .map_err(|why| Error::damaged(format!("a JPEG header: {why}")))?;
        let frame = Frame::read(&sample)?;
        let coder = |block: usize| -> Result<Coder, Error> {
            let missing = || Error::damaged("a JPEG header without its tables");
            let of = frame.blocks.get(block).ok_or_else(missing)?;
            let table = |n: usize| frame.tables[n].as_ref().ok_or_else(missing);
            let quantisers = frame.quantisers(of.component).ok_or_else(missing)?;
            Ok(Coder {
                divider: Divider::new(quantisers),
                dc: codes(table(of.dc)?),
                ac: codes(table(of.ac)?),
            })
        };
        Ok(Self {
            luma: coder(0)?,
            chroma: coder(4)?,
            frame,
        })
    }

    /// The picture as a JPEG file; its sides are 1 to 65,535 pixels, three bytes each.
    pub fn encode(&self, rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>, Error> {
        let (Ok(wide @ 1..), Ok(high @ 1..)) = (u16::try_from(width), u16::try_from(height)) else {
            return Err(Error::damaged("a picture of this size is no JPEG"));
        };
        if rgb.len() != width as usize * height as usize * 3 {
            return Err(Error::damaged("a picture lacks pixels"));
        }
        let mut head = self.frame.headers((wide, high), false);
        head.reserve(rgb.len() / 24);
        let mut out = Writer::behind(head);
        let sides = (width as usize, height as usize);
        dispatch!(Level::new(), _ => self.scan(rgb, sides, &mut out));
        let mut file = out.finish();
        file.extend(EOI);
        Ok(file)
    }

    #[inline(always)]
    fn scan(&self, rgb: &[u8], (width, height): (usize, usize), out: &mut Writer) {
        let mut lines = Lines::new(width);
        let mut before = [0; 3];
        for top in (0..height).step_by(MCU) {
            lines.take(rgb, width, height, top);
            for left in (0..lines.width).step_by(MCU) {
                self.mcu(&lines, left, &mut before, out);
            }
        }
    }

    #[inline(always)]
    fn mcu(&self, lines: &Lines, left: usize, before: &mut [i32; 3], out: &mut Writer) {
        for (x, y) in [(0, 0), (8, 0), (0, 8), (8, 8)] {
            let block = Block::of(&lines.y[y * lines.width + left + x..], lines.width);
            self.luma.put(block, &mut before[0], out);
        }
        let half = lines.width / 2;
        let block = Block::of(&lines.cb[left / 2..], half);
        self.chroma.put(block, &mut before[1], out);
        let block = Block::of(&lines.cr[left / 2..], half);
        self.chroma.put(block, &mut before[2], out);
    }
}

impl Coder {
    /// Codes a block behind one whose DC value was `before` (T.81 F.1.2).
    #[inline(always)]
    fn put(&self, block: Block, before: &mut i32, out: &mut Writer) {
        let values = self.divider.divide(&block.transformed());
        let mut out = out.open();
        let dc = i32::from(values[0]);
        let value = shortened(dc - *before);
        *before = dc;
        put(&mut out, self.dc[value.0 as usize & 255], value);
        let mut there = in_order(&values);
        let mut last = 0;
        while there != 0 {
            let at = there.trailing_zeros();
            there &= there - 1;
            let mut run = at - last - 1;
            last = at;
            while run > 15 {
                put(&mut out, self.ac[0xF0], (0, 0));
                run -= 16;
            }
            let value = values[usize::from(ORDER[at as usize & 63]) & 63];
            let value = shortened(value.into());
            put(
                &mut out,
                self.ac[(run << 4 | value.0) as usize & 255],
                value,
            );
        }
        if last < 63 {
            put(&mut out, self.ac[0], (0, 0));
        }
        out.close();
    }
}

/// A bit for each value but the first that is not zero, in zigzag order.
#[inline(always)]
fn in_order(values: &[i16; 64]) -> u64 {
    let there = values.map(|value| u8::from(value != 0));
    let eights = there.as_chunks::<8>().0.iter().enumerate();
    // The multiplication gathers the lowest bit of each byte in the highest byte.
    let mut there = eights.fold(0, |all, (n, eight)| {
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        all | bits << (8 * n)
    });
    let mut ordered = 0;
    while there != 0 {
        ordered |= 1 << PLACE[there.trailing_zeros() as usize & 63];
        there &= there - 1;
    }
    ordered & !1
}

/// Writes a code and the value behind it: 27 bits at most.
#[inline(always)]
fn put(out: &mut Open<'_>, code: u32, (size, value): (u32, u32)) {
    let (length, code) = (code >> LENGTH_SHIFT, code & 0xFFFF);
    out.put(code << size | value, length + size);
}

fn codes(table: &Table) -> [u32; 256] {
    std::array::from_fn(|symbol| {
        let code = table.code(symbol as u8);
        code.map_or(0, |(length, code)| length << LENGTH_SHIFT | code)
    })
}

impl Lines {
    fn new(width: usize) -> Self {
        let width = width.next_multiple_of(MCU);
        Self {
            width,
            rgb: std::array::from_fn(|_| vec![0; width * 2]),
            y: vec![0; width * MCU],
            cb: vec![0; width * MCU / 4],
            cr: vec![0; width * MCU / 4],
        }
    }

    /// Takes the lines from `top` on; beyond an edge its last pixels are repeated.
    #[inline(always)]
    fn take(&mut self, rgb: &[u8], width: usize, height: usize, top: usize) {
        let line = |y: usize| &rgb[y.min(height - 1) * width * 3..][..width * 3];
        let ys = self.y.chunks_exact_mut(2 * self.width);
        let half = self.width / 2;
        let colours = self.cb.chunks_exact_mut(half);
        let colours = colours.zip(self.cr.chunks_exact_mut(half));
        for (n, (y, (cb, cr))) in ys.zip(colours).enumerate() {
            for below in 0..2 {
                let planes = self.rgb.each_mut();
                let planes = planes.map(|plane| &mut plane[below * self.width..][..self.width]);
                part_colours(line(top + 2 * n + below), planes);
            }
            let [r, g, b] = self.rgb.each_ref().map(Vec::as_slice);
            brightness([r, g, b], y);
            colour([r, g, b], cb, cr);
        }
    }
}

/// The pixels of a line as one line a colour; beyond its end the last is repeated.
#[inline(always)]
fn part_colours(line: &[u8], [reds, greens, blues]: [&mut [u8]; 3]) {
    let pixels = line.as_chunks::<3>().0;
    let (width, whole) = (pixels.len(), reds.len());
    for (((r, g), b), pixel) in reds
        .iter_mut()
        .zip(&mut *greens)
        .zip(&mut *blues)
        .zip(pixels)
    {
        [*r, *g, *b] = *pixel;
    }
    if let (Some([r, g, b]), true) = (pixels.last(), width < whole) {
        reds[width..].fill(*r);
        greens[width..].fill(*g);
        blues[width..].fill(*b);
    }
}

/// Brightness (JFIF's matrix, times 2).
#[inline(always)]
fn brightness([reds, greens, blues]: [&[u8]; 3], y: &mut [i16]) {
    for (((y, r), g), b) in y.iter_mut().zip(reds).zip(greens).zip(blues) {
        let [r, g, b] = [*r, *g, *b].map(i32::from);
        *y = ((39_190 * r + 76_940 * g + 14_942 * b + 32_768) >> 16) as i16 - 256;
    }
}

/// The colours of each 2 × 2 pixels of two lines (JFIF's matrix, times 2).
#[inline(always)]
fn colour(planes: [&[u8]; 3], cb: &mut [i16], cr: &mut [i16]) {
    let [reds, greens, blues] = planes.map(|plane| {
        let (upper, lower) = plane.split_at(plane.len() / 2);
        (upper.as_chunks::<2>().0, lower.as_chunks::<2>().0)
    });
    let pairs = cb.iter_mut().zip(cr.iter_mut());
    let reds = reds.0.iter().zip(reds.1);
    let greens = greens.0.iter().zip(greens.1);
    let blues = blues.0.iter().zip(blues.1);
    for ((((cb, cr), r), g), b) in pairs.zip(reds).zip(greens).zip(blues) {
        let [r, g, b] = [r, g, b].map(|(upper, lower)| {
            i32::from(upper[0]) + i32::from(upper[1]) + i32::from(lower[0]) + i32::from(lower[1])
        });
        *cb = ((16_384 * b - 5_529 * r - 10_855 * g + 32_768) >> 16) as i16;
        *cr = ((16_384 * r - 13_720 * g - 2_664 * b + 32_768) >> 16) as i16;
    }
}

#[cfg(test)]
#[path = "encode/tests.rs"]
mod tests;
