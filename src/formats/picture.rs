//! Decoded pixels, and the two files people open.

use super::Error;

/// Pixels in memory: red, green, blue, row by row, no padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// A white picture: what is not on the slide is shown as empty glass.
    pub fn white(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            rgb: vec![255; width as usize * height as usize * 3],
        }
    }

    /// Copies `piece` so that its top left pixel comes to `(left, top)`; what falls outside is cut.
    pub(crate) fn paste(&mut self, piece: &Self, left: i64, top: i64) {
        let first = left.max(0);
        let last = (left + i64::from(piece.width)).min(i64::from(self.width));
        if first >= last {
            return;
        }
        let length = (last - first) as usize * 3;
        for row in 0..i64::from(piece.height) {
            let to_row = top + row;
            if !(0..i64::from(self.height)).contains(&to_row) {
                continue;
            }
            let to = (to_row * i64::from(self.width) + first) as usize * 3;
            let from = (row * i64::from(piece.width) + first - left) as usize * 3;
            self.rgb[to..to + length].copy_from_slice(&piece.rgb[from..from + length]);
        }
    }

    /// The part of `size` from a corner on, smaller where it leaves the picture.
    pub(crate) fn cut(&self, (left, top): (u32, u32), size: (u32, u32)) -> Self {
        let width = size.0.min(self.width.saturating_sub(left));
        let height = size.1.min(self.height.saturating_sub(top));
        let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
        for row in top..top + height {
            let from = (row as usize * self.width as usize + left as usize) * 3;
            rgb.extend(&self.rgb[from..from + width as usize * 3]);
        }
        Self { width, height, rgb }
    }

    /// The picture as a PNG file.
    pub fn to_png(&self) -> Result<Vec<u8>, Error> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.rgb))
            .map_err(|why| Error::damaged(format!("the picture is no PNG: {why}")))?;
        Ok(file)
    }

    /// The picture as a JPEG file (`Y'CbCr` under a JFIF marker); `quality` is 1 to 100.
    pub fn to_jpeg(&self, quality: u8) -> Result<Vec<u8>, Error> {
        jpeg_of(&self.rgb, (self.width, self.height), quality)
    }
}

/// The JPEG file of pixels that are no [`Picture`].
pub(super) fn jpeg_of(rgb: &[u8], size: (u32, u32), quality: u8) -> Result<Vec<u8>, Error> {
    let limit = || Error::TooLarge {
        what: "the side of a JPEG picture, in pixels,",
        limit: u64::from(u16::MAX),
    };
    let width = u16::try_from(size.0).map_err(|_| limit())?;
    let height = u16::try_from(size.1).map_err(|_| limit())?;
    let mut file = Vec::new();
    jpeg_encoder::Encoder::new(&mut file, quality.clamp(1, 100))
        .encode(rgb, width, height, jpeg_encoder::ColorType::Rgb)
        .map_err(|why| Error::damaged(format!("the picture is no JPEG: {why}")))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_cut_at_every_side() {
        let piece = Picture {
            width: 4,
            height: 4,
            rgb: vec![7; 48],
        };
        for (left, top, painted) in [(-2, -2, 4), (8, 8, 4), (-5, 0, 0), (3, 10, 0), (2, 2, 16)] {
            let mut picture = Picture::white(10, 10);
            picture.paste(&piece, left, top);
            let count = picture
                .rgb
                .iter()
                .map(|value| usize::from(*value == 7))
                .sum::<usize>();
            assert_eq!(count, painted * 3, "{left},{top}");
        }
    }

    #[test]
    fn a_picture_without_pixels_is_no_file() {
        assert!(Picture::white(0, 4).to_png().is_err());
        assert!(Picture::white(4, 0).to_jpeg(80).is_err());
        assert!(Picture::white(70_000, 1).to_jpeg(80).is_err());
    }
}
