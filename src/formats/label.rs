//! Reads the codes on a picture of a slide's label (`DataMatrix`, ISO/IEC 16022).
//!
//! Labels are photographed in any of four orientations, so all are tried. The picture is brought
//! down to at most [`LONGEST_SIDE`] first: time and memory are bounded whatever the scanner
//! delivers. Codes are patient data.

use std::collections::{BTreeSet, HashSet};

use rxing::helpers::detect_in_luma_filtered_with_hints;
use rxing::{BarcodeFormat, DecodeHints};

use crate::phi::Phi;

/// Longest side in pixels that is searched; larger pictures are averaged down.
pub const LONGEST_SIDE: u32 = 1600;

/// The codes found, each once, in ascending order; none for a picture without a readable code or
/// whose `rgb` is not `width * height * 3` bytes.
pub fn read_codes(width: u32, height: u32, rgb: &[u8]) -> Vec<Phi<String>> {
    let whole = u128::from(width) * u128::from(height) * 3 == rgb.len() as u128;
    if !whole || rgb.is_empty() {
        return Vec::new();
    }
    let mut picture = Grey::bounded(width, height, rgb);
    let mut found = BTreeSet::new();
    for _ in 0..4 {
        found.extend(picture.code());
        picture = picture.turned();
    }
    found.into_iter().map(Phi::new).collect()
}

struct Grey {
    width: u32,
    height: u32,
    luma: Vec<u8>,
}

impl Grey {
    /// The picture in grey, each pixel the mean of a square of whole pixels.
    fn bounded(width: u32, height: u32, rgb: &[u8]) -> Self {
        let step = width.max(height).div_ceil(LONGEST_SIDE);
        let (columns, rows) = ((width / step).max(1), (height / step).max(1));
        let mut luma = Vec::with_capacity(columns as usize * rows as usize);
        for row in 0..rows {
            for column in 0..columns {
                luma.push(mean(
                    rgb,
                    (width, height),
                    (column * step, row * step),
                    step,
                ));
            }
        }
        Self {
            width: columns,
            height: rows,
            luma,
        }
    }

    fn code(&self) -> Option<String> {
        let mut hints = DecodeHints {
            TryHarder: Some(true),
            PossibleFormats: Some(HashSet::from([BarcodeFormat::DATA_MATRIX])),
            ..DecodeHints::default()
        };
        detect_in_luma_filtered_with_hints(
            self.luma.clone(),
            self.width,
            self.height,
            None,
            &mut hints,
        )
        .ok()
        .map(|code| code.getText().to_owned())
    }

    /// A quarter turn clockwise.
    fn turned(&self) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let luma = (0..width)
            .flat_map(|column| (0..height).rev().map(move |row| row * width + column))
            .map(|place| self.luma[place])
            .collect();
        Self {
            width: self.height,
            height: self.width,
            luma,
        }
    }
}

/// Mean luma (ITU-R BT.601) of the square of `step` pixels at `(x, y)`, cut at the picture's edge.
fn mean(rgb: &[u8], (width, height): (u32, u32), (x, y): (u32, u32), step: u32) -> u8 {
    let (mut sum, mut count) = (0, 0);
    for row in y..(y + step).min(height) {
        for column in x..(x + step).min(width) {
            let at = (row as usize * width as usize + column as usize) * 3;
            let [red, green, blue] = [rgb[at], rgb[at + 1], rgb[at + 2]].map(u64::from);
            sum += 299 * red + 587 * green + 114 * blue;
            count += 1000;
        }
    }
    (sum / count) as u8
}

#[cfg(test)]
mod tests {
    use rxing::Writer;
    use rxing::datamatrix::DataMatrixWriter;

    use super::*;

    const NUMBER: &str = "NG26-01742-A1-1";

    /// White, with the number's code at `(60, 40)`, `module` pixels a module.
    fn picture(width: u32, height: u32, module: u32) -> Vec<u8> {
        let code = DataMatrixWriter
            .encode(NUMBER, &BarcodeFormat::DATA_MATRIX, 0, 0)
            .unwrap();
        let mut rgb = vec![245; (width * height * 3) as usize];
        for y in 0..code.getHeight() * module {
            for x in 0..code.getWidth() * module {
                if code.get(x / module, y / module) {
                    let at = ((y + 40) * width + x + 60) as usize * 3;
                    rgb[at..at + 3].fill(30);
                }
            }
        }
        rgb
    }

    fn exposed(codes: &[Phi<String>]) -> Vec<&str> {
        codes.iter().map(|code| code.expose().as_str()).collect()
    }

    #[test]
    fn it_reads_a_code_whichever_way_the_label_lies() {
        let mut turned = Grey::bounded(400, 300, &picture(400, 300, 6));
        for _ in 0..4 {
            let rgb: Vec<u8> = turned.luma.iter().flat_map(|grey| [*grey; 3]).collect();
            let codes = read_codes(turned.width, turned.height, &rgb);
            assert_eq!(exposed(&codes), [NUMBER]);
            turned = turned.turned();
        }
    }

    #[test]
    fn a_picture_of_a_whole_rack_is_brought_down_first() {
        let small = Grey::bounded(3201, 1600, &picture(3201, 1600, 18));
        assert_eq!((small.width, small.height), (1067, 533));
        assert_eq!(
            exposed(&read_codes(3201, 1600, &picture(3201, 1600, 18))),
            [NUMBER]
        );
    }

    #[test]
    fn no_code_and_no_picture_are_no_code() {
        assert!(read_codes(90, 80, &vec![255; 90 * 80 * 3]).is_empty());
        assert!(read_codes(90, 80, &[0; 5]).is_empty());
        assert!(read_codes(0, 0, &[]).is_empty());
        assert!(read_codes(u32::MAX, u32::MAX, &[0; 3]).is_empty());
    }

    #[test]
    fn codes_do_not_print() {
        let codes = read_codes(400, 300, &picture(400, 300, 6));
        assert_eq!(format!("{codes:?}"), "[[phi]]");
    }
}
