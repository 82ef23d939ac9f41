//! JPEG streams: what their markers say, and how a tile with shared tables becomes a file of its own.
//!
//! ```text
//! tables   SOI DQT DHT … EOI          stand-alone   SOI [APP14] DQT DHT … SOF SOS … EOI
//! tile     SOI SOF SOS … EOI      →                  └ only for RGB that no marker declares
//! ```
//!
//! Without any marker, browsers and libjpeg take three components for `Y'CbCr`; scanners that store RGB
//! rely on TIFF's photometric tag, which the stream does not carry. A JFIF or Adobe marker in the stream
//! decides, also against the photometric tag.

mod bits;
mod coefficients;
mod encode;
mod frame;
mod huffman;
mod piece;
mod retile;
mod scan;
mod source;
mod stitch;
mod transform;
#[cfg(feature = "turbo")]
mod turbo;

#[cfg(test)]
pub(crate) mod tests;

pub use coefficients::{Coefficients, coefficients};
pub use encode::Encoder;
pub use stitch::{Unfit, stitch};

/// What codes the tiles of levels that are made.
#[cfg(not(feature = "turbo"))]
pub use encode::Encoder as LevelEncoder;
/// What codes the tiles of levels that are made.
#[cfg(feature = "turbo")]
pub use turbo::Encoder as LevelEncoder;

pub(crate) use frame::Frame;
pub(crate) use retile::Retile;
pub(crate) use scan::Scan;

use super::{Colour, Error, Picture};

/// An Adobe APP14 segment that says "no transform": the components are red, green and blue.
const ADOBE_RGB: [u8; 16] = [
    0xFF, 0xEE, 0, 14, b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, 0,
];
const SOI: [u8; 2] = [0xFF, 0xD8];
const EOI: [u8; 2] = [0xFF, 0xD9];

/// Markers walked before a stream counts as damaged; real ones have a dozen.
const MARKERS: usize = 1_000;

/// Scans a progressive JPEG may have; each costs a walk over all its pixels.
const SCANS: usize = 64;

/// A tile with its shared tables as a stand-alone JPEG: one allocation, nothing decoded. Bytes that do not
/// start as a JPEG come back as they are.
pub fn splice(tables: Option<&[u8]>, tile: &[u8], colour: Colour) -> Vec<u8> {
    let Some(body) = tile.strip_prefix(&SOI) else {
        return tile.to_vec();
    };
    let tables = tables.map_or(&[][..], segments_of);
    let adobe: &[u8] = if colour == Colour::Rgb && !declares_its_colours(tile) {
        &ADOBE_RGB
    } else {
        &[]
    };
    [&SOI[..], adobe, tables, body].concat()
}

/// Whether one tile says what its colours are, wherever among its markers; a comment may come first.
fn declares_its_colours(tile: &[u8]) -> bool {
    header(tile).is_ok_and(|found| found.declared)
}

/// The segments of an abbreviated table stream, without its start and end (TIFF Technical Note 2).
fn segments_of(tables: &[u8]) -> &[u8] {
    let body = tables.strip_prefix(&SOI).unwrap_or(tables);
    body.strip_suffix(&EOI).unwrap_or(body)
}

/// What the markers before the pixels say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels; 0 when it comes after the pixels.
    pub height: u16,
    /// Components a pixel.
    pub components: u8,
    /// Bits a sample.
    pub bits: u8,
    /// The stream says what its colours are, by JFIF or Adobe.
    pub declared: bool,
}

/// Reads the markers up to the frame header (ITU-T T.81 Annex B).
pub fn header(stream: &[u8]) -> Result<Header, Error> {
    let mut found = Header::default();
    walk(stream, &mut |marker, segment| match marker {
        0xE0 if segment.starts_with(b"JFIF\0") => found.declared = true,
        0xEE if segment.starts_with(b"Adobe") => found.declared = true,
        0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
            if let [bits, h1, h0, w1, w0, components, ..] = *segment {
                found.bits = bits;
                found.height = u16::from_be_bytes([h1, h0]);
                found.width = u16::from_be_bytes([w1, w0]);
                found.components = components;
            }
        }
        _ => {}
    })?;
    if found.components == 0 {
        return Err(Error::damaged("a JPEG tile has no frame header"));
    }
    Ok(found)
}

/// What the colours of a tile are, from its own markers, its tables and TIFF's photometric tag.
pub fn colour(tables: Option<&[u8]>, tile: &[u8], photometric_rgb: bool) -> Result<Colour, Error> {
    let in_tile = header(tile)?;
    let mut in_tables = false;
    if let Some(tables) = tables {
        walk(tables, &mut |marker, _| {
            in_tables |= matches!(marker, 0xE0 | 0xEE);
        })?;
    }
    Ok(if in_tile.components == 1 {
        Colour::Grey
    } else if in_tile.declared || in_tables {
        Colour::Declared
    } else if photometric_rgb {
        Colour::Rgb
    } else {
        Colour::YCbCr
    })
}

/// Hands each marker and its segment to `visit`, up to the first scan or the end.
fn walk(stream: &[u8], visit: &mut dyn FnMut(u8, &[u8])) -> Result<(), Error> {
    let cut = || Error::damaged("a JPEG tile ends within its markers");
    let mut rest = stream
        .strip_prefix(&SOI)
        .ok_or_else(|| Error::damaged("a JPEG tile does not start as one"))?;
    for _ in 0..MARKERS {
        match *rest {
            [] | [0xFF, 0xD9 | 0xDA, ..] => return Ok(()),
            [0xFF, 0xFF, ..] => rest = &rest[1..],
            [0xFF, marker, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                visit(marker, rest.get(4..2 + length).ok_or_else(cut)?);
                rest = &rest[2 + length..];
            }
            _ => return Err(cut()),
        }
    }
    Err(Error::damaged("a JPEG tile has markers without end"))
}

/// Decodes a stand-alone JPEG into a piece of `width` × `height`: what is beyond is cut, what is missing
/// stays white. A stream larger than the piece by more than its padding is refused before any pixel, and so
/// is one without an end: decoders would show what is there and invent the rest.
pub fn decode(stream: &[u8], width: u32, height: u32) -> Result<Picture, Error> {
    use zune_jpeg::zune_core::{
        bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions,
    };
    let broken = |why: &dyn std::fmt::Display| Error::damaged(format!("a JPEG tile: {why}"));
    if !stream.windows(2).rev().any(|pair| pair == EOI) {
        return Err(broken(&"it ends early"));
    }
    let padded = |side: u32| side.next_multiple_of(16) as usize;
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(padded(width))
        .set_max_height(padded(height))
        .jpeg_set_max_scans(SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(stream), options);
    let rgb = decoder.decode().map_err(|why| broken(&why))?;
    let (wide, high) = decoder
        .dimensions()
        .ok_or_else(|| broken(&"it has no size"))?;
    if rgb.len() != wide * high * 3 {
        return Err(broken(&"it has neither one nor three components"));
    }
    let whole = Picture {
        width: wide as u32,
        height: high as u32,
        rgb,
    };
    if (whole.width, whole.height) == (width, height) {
        return Ok(whole);
    }
    let mut piece = Picture::white(width, height);
    piece.paste(&whole, 0, 0);
    Ok(piece)
}
