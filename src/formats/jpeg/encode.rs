//! RGB pixels become a baseline JPEG, in whole numbers only: the same pixels give the same bytes on every machine.
//!
//! ```text
//!   16 lines of RGB ─▶ Y, and Cb Cr of 2 × 2 means ─▶ blocks of 8 × 8 ─ DCT ─▶ ÷ quantisers ─▶ Huffman codes
//! ```
//!
//! Loops run over eight 16-bit lanes without branches, which a compiler turns into the vector instructions that
//! every machine has. Headers and tables are those of the crate `jpeg_encoder`: JFIF, 4:2:0, the tables of T.81 Annex K.
//! Memory: 16 lines, and the stream.

use jpeg_encoder::{ColorType, SamplingFactor};

use super::bits::Writer;
use super::frame::Frame;
use super::huffman::{Table, shortened};
use super::transform::{Block, Divider, ORDER};
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
        let mut lines = Lines::new(width as usize);
        let mut before = [0; 3];
        for top in (0..height as usize).step_by(MCU) {
            lines.take(rgb, width as usize, height as usize, top);
            for left in (0..lines.width).step_by(MCU) {
                self.mcu(&lines, left, &mut before, &mut out);
            }
        }
        let mut file = out.finish();
        file.extend(EOI);
        Ok(file)
    }

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
    fn put(&self, block: Block, before: &mut i32, out: &mut Writer) {
        let values = self.divider.divide(&block.transformed());
        let dc = i32::from(values[0]);
        let (size, bits) = shortened(dc - *before);
        *before = dc;
        put(out, self.dc[size as usize], size, bits);
        let end = self.ac[0];
        if values[1..].iter().fold(0, |any, value| any | value) == 0 {
            return put(out, end, 0, 0);
        }
        let (mut ordered, mut there) = ([0_i16; 64], 0_u64);
        for (k, (to, from)) in ordered.iter_mut().zip(ORDER).enumerate() {
            *to = values[usize::from(from)];
            there |= u64::from(*to != 0) << k;
        }
        there &= !1;
        let mut last = 0;
        while there != 0 {
            let at = there.trailing_zeros();
            there &= there - 1;
            let mut run = at - last - 1;
            last = at;
            while run > 15 {
                put(out, self.ac[0xF0], 0, 0);
                run -= 16;
            }
            let (size, bits) = shortened(ordered[at as usize].into());
            put(out, self.ac[(run << 4 | size) as usize & 255], size, bits);
        }
        if last < 63 {
            put(out, end, 0, 0);
        }
    }
}

/// Writes a code and the value behind it: 27 bits at most.
#[inline]
fn put(out: &mut Writer, code: u32, size: u32, bits: u32) {
    let (length, code) = (code >> LENGTH_SHIFT, code & 0xFFFF);
    out.put(code << size | bits, length + size);
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
            y: vec![0; width * MCU],
            cb: vec![0; width * MCU / 4],
            cr: vec![0; width * MCU / 4],
        }
    }

    /// Takes the lines from `top` on; beyond an edge its last pixels are repeated.
    fn take(&mut self, rgb: &[u8], width: usize, height: usize, top: usize) {
        let line = |y: usize| &rgb[y.min(height - 1) * width * 3..][..width * 3];
        let ys = self.y.chunks_exact_mut(2 * self.width);
        let half = self.width / 2;
        let colours = self.cb.chunks_exact_mut(half);
        let colours = colours.zip(self.cr.chunks_exact_mut(half));
        for (n, (y, (cb, cr))) in ys.zip(colours).enumerate() {
            let (upper, lower) = (line(top + 2 * n), line(top + 2 * n + 1));
            let (y_upper, y_lower) = y.split_at_mut(self.width);
            convert(upper, lower, (y_upper, y_lower), (cb, cr));
        }
    }
}

/// Brightness of two lines, and the colours of each 2 × 2 pixels of them (JFIF's matrix, times 2).
fn convert(
    upper: &[u8],
    lower: &[u8],
    (y_upper, y_lower): (&mut [i16], &mut [i16]),
    (cb, cr): (&mut [i16], &mut [i16]),
) {
    let (upper, lower) = (upper.as_chunks::<3>().0, lower.as_chunks::<3>().0);
    let pairs = upper.len() / 2;
    let fours = upper.chunks_exact(2).zip(lower.chunks_exact(2));
    let to = y_upper.chunks_exact_mut(2).zip(y_lower.chunks_exact_mut(2));
    let to = to.zip(cb.iter_mut().zip(cr.iter_mut()));
    for ((u, l), ((yu, yl), (cb, cr))) in fours.zip(to) {
        four([u[0], u[1], l[0], l[1]], (yu, yl), (cb, cr));
    }
    // What is left: an odd pixel, and what lies beyond the edge.
    let (Some(u), Some(l)) = (upper.last(), lower.last()) else {
        return;
    };
    let left = y_upper.chunks_exact_mut(2).zip(y_lower.chunks_exact_mut(2));
    let left = left.zip(cb.iter_mut().zip(cr.iter_mut())).skip(pairs);
    for ((yu, yl), (cb, cr)) in left {
        four([*u, *u, *l, *l], (yu, yl), (cb, cr));
    }
}

#[inline]
fn four(
    pixels: [[u8; 3]; 4],
    (y_upper, y_lower): (&mut [i16], &mut [i16]),
    (cb, cr): (&mut i16, &mut i16),
) {
    let [a, b, c, d] = pixels.map(|pixel| pixel.map(i32::from));
    let brightness =
        |[r, g, b]: [i32; 3]| ((39_190 * r + 76_940 * g + 14_942 * b + 32_768) >> 16) as i16 - 256;
    (y_upper[0], y_upper[1]) = (brightness(a), brightness(b));
    (y_lower[0], y_lower[1]) = (brightness(c), brightness(d));
    let [r, g, b] = [0, 1, 2].map(|n| a[n] + b[n] + c[n] + d[n]);
    *cb = ((16_384 * b - 5_529 * r - 10_855 * g + 32_768) >> 16) as i16;
    *cr = ((16_384 * r - 13_720 * g - 2_664 * b + 32_768) >> 16) as i16;
}

#[cfg(test)]
#[path = "encode/tests.rs"]
mod tests;
