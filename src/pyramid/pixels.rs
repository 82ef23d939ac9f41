//! Borrowed pixels, and what every measure starts from: smaller ones.
//!
//! Whoever has a decoded picture lends it; nothing here owns more than a reduced copy.

/// Red, green, blue, row by row, no padding.
#[derive(Debug, Clone, Copy)]
pub struct Pixels<'a> {
    width: u32,
    height: u32,
    rgb: &'a [u8],
}

/// Pixels of their own, made from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub rgb: Vec<u8>,
}

impl<'a> Pixels<'a> {
    /// Pixels of this size; `None` when there are not exactly as many bytes, or none.
    pub fn new(width: u32, height: u32, rgb: &'a [u8]) -> Option<Self> {
        let bytes = u64::from(width) * u64::from(height) * 3;
        (bytes > 0 && rgb.len() as u64 == bytes).then_some(Self { width, height, rgb })
    }

    /// Width in pixels.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The pixels, row by row.
    pub fn each(&self) -> impl Iterator<Item = [u8; 3]> + 'a {
        self.rgb.chunks_exact(3).map(|p| [p[0], p[1], p[2]])
    }

    /// The pixel at a place inside.
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let from = (y as usize * self.width as usize + x as usize) * 3;
        [self.rgb[from], self.rgb[from + 1], self.rgb[from + 2]]
    }

    /// At most `side` pixels a side, each the mean of a square of those here; never larger.
    pub fn reduced(&self, side: u32) -> Reduced {
        let step = self.width.max(self.height).div_ceil(side.max(1)).max(1);
        let (width, height) = (self.width.div_ceil(step), self.height.div_ceil(step));
        let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
        for row in 0..height {
            for column in 0..width {
                rgb.extend(self.mean(column * step, row * step, step));
            }
        }
        Reduced { width, height, rgb }
    }

    /// The mean of the square of `side` pixels at a place, as far as it lies inside.
    fn mean(&self, left: u32, top: u32, side: u32) -> [u8; 3] {
        let (right, bottom) = ((left + side).min(self.width), (top + side).min(self.height));
        let mut sums = [0_u64; 3];
        for y in top..bottom {
            let row = y as usize * self.width as usize;
            let (first, last) = ((row + left as usize) * 3, (row + right as usize) * 3);
            for pixel in self.rgb[first..last].chunks_exact(3) {
                for (sum, value) in sums.iter_mut().zip(pixel) {
                    *sum += u64::from(*value);
                }
            }
        }
        let count = u64::from(right - left) * u64::from(bottom - top);
        sums.map(|sum| ((sum + count / 2) / count.max(1)) as u8)
    }
}

impl Reduced {
    /// Lends them; `None` when there are none.
    pub fn pixels(&self) -> Option<Pixels<'_>> {
        Pixels::new(self.width, self.height, &self.rgb)
    }
}

/// Brightness of a colour, 0 to 255.
pub(super) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    ((u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8) as u8
}

/// How far a colour is from grey, 0 to 255.
pub(super) fn chroma(colour: [u8; 3]) -> u8 {
    let [red, green, blue] = colour;
    red.max(green).max(blue) - red.min(green).min(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduction_keeps_the_mean_and_the_edges() {
        let rgb: Vec<u8> = (0..7 * 5).flat_map(|n| [n as u8 * 4; 3]).collect();
        let pixels = Pixels::new(7, 5, &rgb).unwrap();
        let small = pixels.reduced(4);
        assert_eq!((small.width, small.height), (4, 3));
        assert_eq!(small.rgb[..3], [16; 3]);
        assert_eq!(small.rgb[small.rgb.len() - 3..], [136; 3]);
        assert_eq!(pixels.reduced(100).rgb, rgb);
        assert!(Pixels::new(7, 4, &rgb).is_none());
        assert!(Pixels::new(0, 0, &[]).is_none());
    }
}
