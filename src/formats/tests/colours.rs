//! JPEG tiles: shared tables, and who says what the colours are.

use super::build::{CLASSIC, Image, Values, file};
use super::*;

/// A 16 × 16 JPEG of one colour whose components are stored as given, without any marker.
fn unmarked(components: [u8; 3]) -> Vec<u8> {
    let mut stream = Vec::new();
    jpeg_encoder::Encoder::new(&mut stream, 95)
        .encode(
            &components.repeat(256),
            16,
            16,
            jpeg_encoder::ColorType::Ycbcr,
        )
        .unwrap();
    let length = usize::from(u16::from_be_bytes([stream[4], stream[5]]));
    assert_eq!(stream[2..4], [0xFF, 0xE0]);
    stream.drain(2..4 + length);
    stream
}

/// The stream as an abbreviated one and the tables taken out of it.
fn abbreviated(stream: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut tables, mut tile) = (vec![0xFF, 0xD8], vec![0xFF, 0xD8]);
    let mut at = 2;
    while stream[at + 1] != 0xDA {
        let end = at + 2 + usize::from(u16::from_be_bytes([stream[at + 2], stream[at + 3]]));
        let to = if matches!(stream[at + 1], 0xDB | 0xC4) {
            &mut tables
        } else {
            &mut tile
        };
        to.extend(&stream[at..end]);
        at = end;
    }
    tile.extend(&stream[at..]);
    tables.extend([0xFF, 0xD9]);
    (tables, tile)
}

fn slide_of(tile: Vec<u8>, tables: Option<Vec<u8>>, photometric: u16) -> Vec<u8> {
    let mut image = Image::new((16, 16), 3, None)
        .with(tag::COMPRESSION, Values::Shorts(vec![7]))
        .with(tag::PHOTOMETRIC, Values::Shorts(vec![photometric]));
    if let Some(tables) = tables {
        image.set(tag::JPEG_TABLES, Values::Bytes(tables));
    }
    image.pieces = vec![tile];
    file(CLASSIC, &[image])
}

fn near(picture: &Picture, colour: [u8; 3]) -> bool {
    let pixels = picture.rgb.chunks_exact(3);
    let mut apart = pixels.flat_map(|pixel| (0..3).map(|at| pixel[at].abs_diff(colour[at])));
    apart.all(|apart| apart <= 3)
}

#[test]
fn stored_rgb_is_declared_when_it_is_served() {
    let (tables, tile) = abbreviated(&unmarked([200, 40, 90]));
    let bytes = slide_of(tile.clone(), Some(tables.clone()), 2);
    let slide = opened(&bytes).unwrap();
    let level = &slide.levels()[0];
    assert_eq!(level.colour, Colour::Rgb);
    let served = slide.tile(&members(&bytes), first_tile()).unwrap();
    assert_eq!(
        served,
        jpeg::splice(level.tables.as_deref(), &tile, level.colour)
    );
    assert_eq!(served.len(), tile.len() + tables.len() - 4 + 16);
    assert!(jpeg::header(&served).unwrap().declared);
    assert!(near(&jpeg::decode(&served, 16, 16).unwrap(), [200, 40, 90]));
    let checked = conformance::check(&slide, &members(&bytes), 9).unwrap();
    assert_eq!((checked.tiles, checked.served), (1, 1));
}

#[test]
fn a_marker_in_the_stream_wins_over_the_tag() {
    let picture = Picture {
        width: 16,
        height: 16,
        rgb: [30, 160, 70].repeat(256),
    };
    let jfif = picture.to_jpeg(95).unwrap();
    let bytes = slide_of(jfif.clone(), None, 2);
    let slide = opened(&bytes).unwrap();
    assert_eq!(slide.levels()[0].colour, Colour::Declared);
    assert_eq!(slide.tile(&members(&bytes), first_tile()).unwrap(), jfif);
    let shown = slide.tile_pixels(&members(&bytes), first_tile()).unwrap();
    assert!(near(&shown, [30, 160, 70]));
    assert_eq!(
        jpeg::splice(None, &jfif, Colour::Rgb),
        jfif,
        "never declared twice"
    );
}

#[test]
fn a_comment_before_the_marker_does_not_hide_it() {
    let picture = Picture {
        width: 16,
        height: 16,
        rgb: [30, 160, 70].repeat(256),
    };
    let jfif = picture.to_jpeg(95).unwrap();
    let comment = [0xFF, 0xFE, 0, 6, b'n', b'o', b't', b'e'];
    let commented = [&jfif[..2], &comment, &jfif[2..]].concat();
    let spliced = jpeg::splice(None, &commented, Colour::Rgb);
    assert_eq!(
        spliced, commented,
        "a tile that declares itself stays as it is"
    );
}

#[test]
fn an_unmarked_stream_of_luma_and_chroma_stays_as_it_is() {
    let tile = unmarked([120, 128, 128]);
    let bytes = slide_of(tile.clone(), None, 6);
    let slide = opened(&bytes).unwrap();
    assert_eq!(slide.levels()[0].colour, Colour::YCbCr);
    assert_eq!(slide.tile(&members(&bytes), first_tile()).unwrap(), tile);
    let shown = slide.tile_pixels(&members(&bytes), first_tile()).unwrap();
    assert!(near(&shown, [120, 120, 120]));
}

#[test]
fn a_tile_left_out_is_served_white() {
    let mut image = Image::new((32, 16), 3, None).with(tag::COMPRESSION, Values::Shorts(vec![7]));
    image.pieces = vec![Vec::new(), unmarked([9, 9, 9])];
    let bytes = file(CLASSIC, &[image]);
    let slide = opened(&bytes).unwrap();
    let served = slide.tile(&members(&bytes), first_tile()).unwrap();
    assert_eq!(
        jpeg::decode(&served, 16, 16).unwrap(),
        Picture::white(16, 16)
    );
}

#[test]
fn a_tile_that_ends_early_is_damage_and_never_half_a_picture() {
    let pixels = (0..768_u32).map(|at| (at * 37 % 251) as u8).collect();
    let picture = Picture {
        width: 16,
        height: 16,
        rgb: pixels,
    };
    let whole = picture.to_jpeg(95).unwrap();
    assert!(jpeg::decode(&whole, 16, 16).is_ok());
    for length in 0..whole.len() {
        let why = jpeg::decode(&whole[..length], 16, 16);
        assert!(matches!(why, Err(Error::Damaged { .. })), "cut at {length}");
    }
}

#[test]
fn a_stream_larger_than_its_tile_is_refused() {
    let large = Picture::white(64, 64).to_jpeg(80).unwrap();
    assert!(jpeg::decode(&large, 16, 16).is_err());
    let padded = Picture::white(16, 16).to_jpeg(80).unwrap();
    assert_eq!(
        jpeg::decode(&padded, 12, 10).unwrap(),
        Picture::white(12, 10)
    );
}
