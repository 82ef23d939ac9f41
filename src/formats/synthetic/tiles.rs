//! Tiles as scanners store them: abbreviated JPEG streams whose tables stand once in the directory.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::Error;
use super::paint::TILE;

/// Quality of tiles, 1 to 100.
pub(super) const QUALITY: u8 = 80;

/// The tables every tile shares, as an abbreviated stream (TIFF's tag 347).
pub(super) fn shared_tables() -> Result<Vec<u8>, Error> {
    Ok(split(&whole(&vec![255; TILE * TILE * 3])?).0)
}

/// A tile without its tables.
pub(super) fn encode(rgb: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(split(&whole(rgb)?).1)
}

fn whole(rgb: &[u8]) -> Result<Vec<u8>, Error> {
    let mut stream = Vec::with_capacity(TILE * TILE / 2);
    let mut encoder = Encoder::new(&mut stream, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder
        .encode(rgb, TILE as u16, TILE as u16, ColorType::Rgb)
        .map_err(|why| Error::Encoding(why.to_string()))?;
    Ok(stream)
}

/// The tables and the rest of a JPEG stream, each a stream of its own; the JFIF marker is dropped.
fn split(stream: &[u8]) -> (Vec<u8>, Vec<u8>) {
    const SOI: [u8; 2] = [0xFF, 0xD8];
    let (mut tables, mut tile) = (SOI.to_vec(), SOI.to_vec());
    let mut rest = &stream[2..];
    while let [0xFF, marker, high, low, ..] = *rest {
        if marker == 0xDA {
            break;
        }
        let (segment, after) = rest.split_at(2 + usize::from(u16::from_be_bytes([high, low])));
        match marker {
            0xDB | 0xC4 => tables.extend(segment),
            0xE0 => {}
            _ => tile.extend(segment),
        }
        rest = after;
    }
    tables.extend([0xFF, 0xD9]);
    tile.extend(rest);
    (tables, tile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Colour, jpeg};

    #[test]
    fn a_tile_and_its_tables_make_the_picture_again() {
        let rgb: Vec<u8> = (0..TILE * TILE)
            .flat_map(|n| [200, (n % TILE) as u8, 150])
            .collect();
        let (tables, tile) = (shared_tables().unwrap(), encode(&rgb).unwrap());
        assert!(
            jpeg::decode(&tile, 256, 256).is_err(),
            "it lacks its tables"
        );
        let joined = jpeg::splice(Some(&tables), &tile, Colour::YCbCr);
        let picture = jpeg::decode(&joined, 256, 256).unwrap();
        let far = picture
            .rgb
            .iter()
            .zip(&rgb)
            .filter(|(a, b)| a.abs_diff(**b) > 12)
            .count();
        assert!(far < rgb.len() / 50, "{far} samples differ");
    }
}
