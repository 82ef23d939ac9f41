//! Half the size: each pixel is the mean of a 2 × 2 box, rounded to the nearest.
//!
//! ```text
//!   four tiles of a level            one tile of the next
//!   ┌────┬────┐                      ┌────┐
//!   │    │    │   quarter by quarter │ ▚▞ │
//!   ├────┼────┤          ─▶          │ ▞▚ │
//!   │    │    │                      └────┘
//!   └────┴────┘
//! ```
//!
//! Padding beyond a level's edge is no tissue: it never enters a mean. An odd last column or row is its own
//! neighbour.

/// Pixels in memory: red, green, blue (or any three samples), row by row, no padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` samples.
    pub samples: Vec<u8>,
}

impl Pixels {
    /// White pixels.
    pub fn white(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            samples: vec![255; width as usize * height as usize * 3],
        }
    }

    /// The one colour of all pixels, if there is one.
    pub fn uniform(&self) -> Option<[u8; 3]> {
        let first = *self.samples.first_chunk::<3>()?;
        let after = self.samples.get(3..)?;
        (self.samples[..after.len()] == *after).then_some(first)
    }

    /// Puts half of `tile`, of which `valid` pixels are tissue and no padding, to `(left, top)`; what does not
    /// fit is cut.
    pub(super) fn take_half(&mut self, tile: &Self, valid: (u32, u32), (left, top): (u32, u32)) {
        let wide = valid.0.div_ceil(2).min(self.width - left) as usize;
        let high = valid.1.div_ceil(2).min(self.height - top);
        let row = |y: u32| {
            let start = y as usize * tile.width as usize * 3;
            &tile.samples[start..start + valid.0 as usize * 3]
        };
        for y in 0..high {
            let upper = row(2 * y);
            let lower = row((2 * y + 1).min(valid.1 - 1));
            let start = ((top + y) as usize * self.width as usize + left as usize) * 3;
            halve_row(upper, lower, &mut self.samples[start..start + wide * 3]);
        }
    }

    /// Repeats the last valid column and row over the padding, which then costs a coder little.
    pub(super) fn fill_padding(&mut self, (wide, high): (u32, u32)) {
        let row = self.width as usize * 3;
        let valid = wide as usize * 3;
        if valid < row {
            for line in self.samples.chunks_exact_mut(row).take(high as usize) {
                let (inside, padding) = line.split_at_mut(valid);
                if let Some(last) = inside.last_chunk::<3>() {
                    padding.as_chunks_mut::<3>().0.fill(*last);
                }
            }
        }
        let last = (high as usize - 1) * row..high as usize * row;
        for y in high as usize..self.height as usize {
            self.samples.copy_within(last.clone(), y * row);
        }
    }
}

/// Bytes of a row halved at once: 16 pixels come of them.
const PIECE: usize = 96;

/// One row of means; `out` may be shorter than half of the rows, and one longer where their length is odd.
fn halve_row(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let pieces = upper.chunks(PIECE).zip(lower.chunks(PIECE));
    for ((upper, lower), out) in pieces.zip(out.chunks_mut(PIECE / 2)) {
        // First down, where neighbours in memory are added to neighbours, then across.
        let mut sums = [0_u16; PIECE];
        for ((sum, u), l) in sums.iter_mut().zip(upper).zip(lower) {
            *sum = u16::from(*u) + u16::from(*l);
        }
        if upper.len() % 6 == 3 {
            sums.copy_within(upper.len() - 3..upper.len(), upper.len());
        }
        let pairs = sums.as_chunks::<6>().0;
        for (to, sums) in out.as_chunks_mut::<3>().0.iter_mut().zip(pairs) {
            *to = [0, 1, 2].map(|c| ((sums[c] + sums[c + 3] + 2) >> 2) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(width: u32, height: u32) -> Pixels {
        Pixels {
            width,
            height,
            samples: (0..width * height * 3)
                .map(|n| (n * 7 % 251) as u8)
                .collect(),
        }
    }

    /// The plain definition, a pixel at a time.
    fn at(tile: &Pixels, valid: (u32, u32), x: u32, y: u32, c: usize) -> u8 {
        let pick = |x: u32, y: u32| {
            let (x, y) = (x.min(valid.0 - 1), y.min(valid.1 - 1));
            u32::from(tile.samples[((y * tile.width + x) * 3) as usize + c])
        };
        let sum = pick(2 * x, 2 * y) + pick(2 * x + 1, 2 * y);
        ((sum + pick(2 * x, 2 * y + 1) + pick(2 * x + 1, 2 * y + 1) + 2) / 4) as u8
    }

    #[test]
    fn a_half_is_the_mean_of_its_boxes_and_padding_is_never_in_it() {
        for valid in [(8, 6), (7, 5), (1, 1), (8, 1), (3, 6)] {
            let tile = numbered(8, 6);
            let mut half = Pixels::white(8, 6);
            half.take_half(&tile, valid, (4, 3));
            for y in 0..6 {
                for x in 0..8 {
                    let inside = x >= 4 && y >= 3;
                    let inside =
                        inside && x - 4 < valid.0.div_ceil(2) && y - 3 < valid.1.div_ceil(2);
                    for c in 0..3 {
                        let expected = if inside {
                            at(&tile, valid, x - 4, y - 3, c)
                        } else {
                            255
                        };
                        let found = half.samples[((y * 8 + x) * 3) as usize + c];
                        assert_eq!(found, expected, "{valid:?} {x},{y},{c}");
                    }
                }
            }
        }
    }

    #[test]
    fn padding_repeats_the_edge() {
        let mut tile = numbered(4, 3);
        let before = tile.clone();
        tile.fill_padding((2, 2));
        assert_eq!(tile.samples[9..12], before.samples[3..6]);
        assert_eq!(tile.samples[24..36], tile.samples[12..24]);
        assert_eq!(tile.samples[0..6], before.samples[0..6]);
    }

    #[test]
    fn one_colour_is_seen() {
        assert_eq!(Pixels::white(3, 2).uniform(), Some([255; 3]));
        assert_eq!(numbered(3, 2).uniform(), None);
        assert_eq!(Pixels::white(1, 1).uniform(), Some([255; 3]));
    }
}
