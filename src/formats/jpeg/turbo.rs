//! RGB pixels become a baseline JPEG by libjpeg-turbo: the feature `turbo`, whose build needs cmake and nasm.
//!
//! It codes faster than [`super::Encoder`], and other bytes; it decodes no faster than what we have, so
//! it decodes nothing.

use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use super::Error;

/// Codes pictures of one quality, with 4:2:0 as [`super::Encoder`] does.
#[derive(Debug, Clone, Copy)]
pub struct Encoder {
    quality: u8,
}

impl Encoder {
    /// For pictures of this quality, 1 to 100.
    pub fn new(quality: u8) -> Result<Self, Error> {
        let quality = quality.clamp(1, 100);
        Ok(Self { quality })
    }

    /// The picture as a JPEG file; its sides are 1 to 65,535 pixels, three bytes each.
    pub fn encode(self, rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>, Error> {
        let (width, height) = (width as usize, height as usize);
        if width == 0 || height == 0 || rgb.len() != width * height * 3 {
            return Err(Error::damaged("a picture lacks pixels"));
        }
        let picture = Image {
            pixels: rgb,
            width,
            pitch: width * 3,
            height,
            format: PixelFormat::RGB,
        };
        self.coded(picture)
            .map_err(|why| Error::damaged(format!("a picture: {why}")))
    }

    fn coded(self, picture: Image<&[u8]>) -> turbojpeg::Result<Vec<u8>> {
        let mut compressor = Compressor::new()?;
        compressor.set_quality(i32::from(self.quality))?;
        compressor.set_subsamp(Subsamp::Sub2x2)?;
        compressor.compress_to_vec(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::jpeg::{Encoder as Plain, decode};

    fn slope(width: u32, height: u32) -> Vec<u8> {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        pixels
            .flat_map(|(x, y)| [200 - x / 2, 90 + y / 2, 160 - (x + y) / 4].map(|n| n as u8))
            .collect()
    }

    /// The mean difference of a coded picture from what it was made of.
    fn loss(rgb: &[u8], coded: &[u8], width: u32, height: u32) -> f64 {
        let shown = decode(coded, width, height).unwrap();
        let apart = shown
            .rgb
            .iter()
            .zip(rgb)
            .map(|(a, b)| f64::from(a.abs_diff(*b)));
        apart.sum::<f64>() / rgb.len() as f64
    }

    #[test]
    fn its_pictures_are_as_true_as_those_of_the_plain_coder() {
        for (width, height, quality) in [(256, 256, 80), (17, 9, 80), (1, 1, 60), (64, 40, 60)] {
            let rgb = slope(width, height);
            let ours = Encoder::new(quality).unwrap().encode(&rgb, width, height);
            let plain = Plain::new(quality).unwrap().encode(&rgb, width, height);
            let [ours, plain] = [ours, plain].map(|file| loss(&rgb, &file.unwrap(), width, height));
            assert!(
                ours < plain * 1.1 + 0.5,
                "{width} × {height}: {ours} beside {plain}"
            );
        }
    }

    #[test]
    fn pixels_that_are_not_all_there_are_refused() {
        let rgb = slope(64, 64);
        let encoder = Encoder::new(80).unwrap();
        assert!(encoder.encode(&rgb[..10], 64, 64).is_err());
        assert!(encoder.encode(&[], 0, 64).is_err());
    }
}
