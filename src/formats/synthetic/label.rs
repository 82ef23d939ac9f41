//! The paper label: lines of text, a `DataMatrix` (ISO/IEC 16022) and the number printed under it.

use rxing::datamatrix::DataMatrixWriter;
use rxing::{BarcodeFormat, Writer};

use super::noise::{hash, unit};
use super::{Error, Recipe, Trouble};
use crate::formats::Picture;

/// Side of the picture in pixels.
pub(super) const SIDE: u32 = 400;
const PAPER: [u8; 3] = [247, 246, 241];
const INK: [u8; 3] = [34, 33, 36];
/// Side of the code with its quiet zone, at most.
const CODE: u32 = 236;
const MARGIN: u32 = 16;

/// The label of a slide as a scanner photographs it.
pub(super) fn picture(recipe: &Recipe) -> Result<Picture, Error> {
    let mut label = Picture {
        width: SIDE,
        height: SIDE,
        rgb: PAPER.repeat((SIDE * SIDE) as usize),
    };
    let lines = recipe.label_lines.iter().take(4);
    for (line, text) in lines.enumerate() {
        print(&mut label, text, (MARGIN, MARGIN + line as u32 * 24), 2);
    }
    let shown = recipe.trouble != Some(Trouble::NoCode);
    if let Some(number) = recipe.barcode.as_deref().filter(|_| shown) {
        code(&mut label, number)?;
        if recipe.trouble == Some(Trouble::UnreadableCode) {
            scratch(&mut label, recipe.seed as u32);
        }
        let wide = number.chars().count() as u32 * 24 > SIDE - 2 * MARGIN;
        print(
            &mut label,
            number,
            (MARGIN, SIDE - 36),
            if wide { 2 } else { 3 },
        );
    }
    Ok(label)
}

fn code(label: &mut Picture, number: &str) -> Result<(), Error> {
    let code = DataMatrixWriter
        .encode(number, &BarcodeFormat::DATA_MATRIX, 0, 0)
        .map_err(|why| Error::Code(why.to_string()))?;
    let (columns, rows) = (code.getWidth(), code.getHeight());
    let module = CODE / (columns.max(rows) + 4);
    if module < 3 {
        return Err(Error::Code(String::from("it is too long for a label")));
    }
    let (left, top) = (MARGIN + 2 * module, 118 + 2 * module);
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        if code.get(column, row) {
            fill(
                label,
                (left + column * module, top + row * module),
                (module, module),
                INK,
            );
        }
    }
    Ok(())
}

/// Scratches as from a rack's edge: they take the ink off across the code.
fn scratch(label: &mut Picture, seed: u32) {
    for n in 0..9 {
        let h = hash(n, 1, seed);
        let (mut x, lean) = (20.0 + 26.0 * n as f32 + 8.0 * unit(h, 1), unit(h, 2) - 0.5);
        for y in 112..362 {
            x += 0.5 * lean + 0.6 * (unit(hash(n, y as i32, seed), 3) - 0.5);
            let width = 7 + (hash(n, y as i32 / 9, seed) % 6);
            fill(label, (x.max(0.0) as u32, y), (width, 1), PAPER);
        }
    }
}

/// Prints text, `scale` pixels to a dot of the 8 × 8 font; what does not fit is cut.
fn print(label: &mut Picture, text: &str, (left, top): (u32, u32), scale: u32) {
    let room = (SIDE - left) / (8 * scale);
    for (place, letter) in text.chars().take(room as usize).enumerate() {
        let glyph = font8x8::legacy::BASIC_LEGACY
            .get(letter as usize)
            .unwrap_or(&[0; 8]);
        for (row, dots) in glyph.iter().enumerate() {
            for column in (0..8).filter(|column| dots >> column & 1 == 1) {
                let x = left + (place as u32 * 8 + column) * scale;
                fill(label, (x, top + row as u32 * scale), (scale, scale), INK);
            }
        }
    }
}

fn fill(label: &mut Picture, (left, top): (u32, u32), (width, height): (u32, u32), ink: [u8; 3]) {
    for y in top..(top + height).min(label.height) {
        for x in left..(left + width).min(label.width) {
            let at = (y * label.width + x) as usize * 3;
            label.rgb[at..at + 3].copy_from_slice(&ink);
        }
    }
}
