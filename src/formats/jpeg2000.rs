//! JPEG 2000 tiles: what a code stream declares, bounded, and its pixels (ITU-T T.800).
//!
//! ```text
//! SOC SIZ COD QCD …        size, components, tiles; layers, precincts, code blocks
//! SOT … SOD data           a tile part, as long as its SOT says; its header may change the coding
//! EOC
//! ```
//!
//! The decoder takes memory and time by what the headers declare, and some bytes can declare anything; so the
//! headers are walked first. The colour transform inside the stream is the decoder's; `Y'CbCr` that only the
//! container tells of (TIFF's 33003) is converted here.

mod headers;

use super::{Colour, Error, Picture};
use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use headers::Headers;

/// Decodes a code stream into a piece of `width` × `height` pixels, 8 bits a sample, grey or colour; what
/// the stream leaves out at the right and the bottom stays white. `colour` is what the container says the
/// components are. Errors name what is damaged or not read.
pub(crate) fn jpeg2000(
    stored: &[u8],
    colour: Colour,
    width: u32,
    height: u32,
) -> Result<Picture, Error> {
    let stream = headers::code_stream(stored)?;
    let found = Headers::read(stream)?;
    if found.width > width || found.height > height {
        return Err(damaged(&"it is larger than its place"));
    }
    let settings = DecodeSettings {
        strict: true,
        ..DecodeSettings::default()
    };
    let image = Image::new(stream, &settings).map_err(|why| damaged(&why))?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|why| damaged(&why))?;
    let planes = decoded.components().iter();
    let planes: Vec<&[f32]> = planes.map(hayro_jpeg2000::ComponentData::samples).collect();
    let pixels = found.width as usize * found.height as usize;
    if planes.is_empty() || planes.iter().any(|plane| plane.len() != pixels) {
        return Err(damaged(&"its components differ in size"));
    }
    let convert = colour == Colour::YCbCr && !found.transformed && !found.halved;
    let whole = Picture {
        width: found.width,
        height: found.height,
        rgb: interleaved(&planes, convert),
    };
    if (whole.width, whole.height) == (width, height) {
        return Ok(whole);
    }
    let mut piece = Picture::white(width, height);
    piece.paste(&whole, 0, 0);
    Ok(piece)
}

/// Red, green and blue of the planes; the ones beyond grey or colour are dropped.
fn interleaved(planes: &[&[f32]], convert: bool) -> Vec<u8> {
    match *planes {
        [red, green, blue, ..] => {
            let pixels = red.iter().zip(green).zip(blue);
            let colours = pixels.flat_map(|((&a, &b), &c)| {
                let colour = if convert { rgb(a, b, c) } else { [a, b, c] };
                colour.map(byte)
            });
            colours.collect()
        }
        [grey, ..] => grey.iter().flat_map(|value| [byte(*value); 3]).collect(),
        [] => Vec::new(),
    }
}

/// ITU-T T.871's conversion of components that are bytes, whatever the transform made of them.
fn rgb(luma: f32, blue: f32, red: f32) -> [f32; 3] {
    let [luma, blue, red] = [luma, blue, red].map(|value| f32::from(byte(value)));
    let (blue, red) = (blue - 128.0, red - 128.0);
    [
        luma + 1.402 * red,
        luma - 0.344_136 * blue - 0.714_136 * red,
        luma + 1.772 * blue,
    ]
}

/// Rust's cast holds a number within 0 and 255, and takes what is none for 0.
fn byte(value: f32) -> u8 {
    value.round() as u8
}

fn damaged(why: &dyn std::fmt::Display) -> Error {
    Error::damaged(format!("a JPEG 2000 tile: {why}"))
}
