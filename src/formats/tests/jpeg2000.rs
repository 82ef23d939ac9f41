//! JPEG 2000 tiles: who says what the components are, and what is refused before it costs anything.
//!
//! The streams were written by `OpenJPEG` from the picture of [`pixel`]s, 16 × 16, without loss.

use super::super::jpeg2000::jpeg2000;
use super::*;

const RGB: &[u8] = include_bytes!("../../../tests/golden/jpeg2000/rgb.j2k");
const BOXED: &[u8] = include_bytes!("../../../tests/golden/jpeg2000/rgb.jp2");
const YCBCR: &[u8] = include_bytes!("../../../tests/golden/jpeg2000/ycbcr.j2k");
const GREY: &[u8] = include_bytes!("../../../tests/golden/jpeg2000/grey.j2k");

fn whole() -> Picture {
    let region = Region {
        x: 0,
        y: 0,
        width: 16,
        height: 16,
    };
    Picture {
        width: 16,
        height: 16,
        rgb: expected((16, 16), region),
    }
}

fn worst(one: &Picture, other: &Picture) -> u8 {
    let pairs = one.rgb.iter().zip(&other.rgb);
    pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

#[test]
fn a_stream_without_loss_is_its_picture() {
    for stream in [RGB, BOXED] {
        for colour in [Colour::Rgb, Colour::Declared, Colour::YCbCr] {
            let picture = jpeg2000(stream, colour, 16, 16).unwrap();
            assert_eq!(picture, whole(), "its own transform is never done twice");
        }
    }
    let grey = jpeg2000(GREY, Colour::Grey, 16, 16).unwrap();
    let red = whole()
        .rgb
        .chunks_exact(3)
        .flat_map(|p| [p[0]; 3])
        .collect::<Vec<_>>();
    assert_eq!(grey.rgb, red);
}

#[test]
fn components_that_only_the_container_knows_are_converted() {
    let picture = jpeg2000(YCBCR, Colour::YCbCr, 16, 16).unwrap();
    assert!(
        worst(&picture, &whole()) <= 2,
        "{}",
        worst(&picture, &whole())
    );
    let taken_for_rgb = jpeg2000(YCBCR, Colour::Rgb, 16, 16).unwrap();
    assert!(worst(&taken_for_rgb, &whole()) > 40);
}

#[test]
fn an_svs_says_by_its_compression_what_the_components_are() {
    for (compression, stream) in [(33_003, YCBCR), (33_005, RGB), (34_712, RGB)] {
        let mut image = Image::new((32, 16), 3, None)
            .with(tag::COMPRESSION, Values::Shorts(vec![compression]))
            .describe("Aperio|MPP = 0.5");
        image.pieces = vec![stream.to_vec(), Vec::new()];
        let bytes = file(CLASSIC, &[image]);
        let slide = opened(&bytes).unwrap();
        assert_eq!(slide.facts().codec, Codec::Jpeg2000);
        let tile = slide.tile_pixels(&members(&bytes), first_tile()).unwrap();
        assert!(worst(&tile, &whole()) <= 2, "{compression}");
        let why = slide.tile(&members(&bytes), first_tile()).unwrap_err();
        assert!(matches!(why, Error::NotShowable { .. }), "{why}");
        let checked = conformance::check(&slide, &members(&bytes), 9).unwrap();
        assert_eq!((checked.tiles, checked.served), (2, 0));
    }
}

#[test]
fn a_piece_is_as_large_as_its_place() {
    let padded = jpeg2000(RGB, Colour::Rgb, 20, 18).unwrap();
    assert_eq!((padded.width, padded.height), (20, 18));
    assert_eq!(padded.rgb[16 * 3..20 * 3], [255; 12]);
    let why = jpeg2000(RGB, Colour::Rgb, 15, 16).unwrap_err();
    assert!(why.to_string().contains("larger than its place"), "{why}");
}

#[test]
fn a_stream_cut_anywhere_is_damage_and_never_half_a_picture() {
    for length in 0..RGB.len() {
        let why = jpeg2000(&RGB[..length], Colour::Rgb, 16, 16);
        assert!(matches!(why, Err(Error::Damaged { .. })), "cut at {length}");
    }
    for length in 0..BOXED.len() {
        assert!(
            jpeg2000(&BOXED[..length], Colour::Rgb, 16, 16).is_err(),
            "cut at {length}"
        );
    }
}

/// The stream with its bytes from `at` on replaced.
fn with(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut stream = RGB.to_vec();
    stream[at..at + bytes.len()].copy_from_slice(bytes);
    stream
}

#[test]
fn what_a_stream_declares_is_bounded_before_it_is_decoded() {
    let large = 60_000_u32.to_be_bytes();
    let tiny = 1_u32.to_be_bytes();
    let many_tiles = {
        let mut stream = with(8, &2_000_u32.to_be_bytes());
        stream[12..16].copy_from_slice(&2_000_u32.to_be_bytes());
        stream[24..28].copy_from_slice(&tiny);
        stream
    };
    let cod = RGB.windows(2).position(|two| two == [0xFF, 0x52]).unwrap();
    let small_blocks = {
        let mut stream = with(8, &2_000_u32.to_be_bytes());
        stream[12..16].copy_from_slice(&2_000_u32.to_be_bytes());
        stream.copy_within(8..16, 24);
        stream[cod + 10..cod + 12].copy_from_slice(&[0, 0]);
        stream
    };
    for (stream, what) in [
        (with(8, &[large, large].concat()), "pixels"),
        (many_tiles, "parts"),
        (small_blocks, "packets"),
        (with(cod + 6, &u16::MAX.to_be_bytes()), "packets"),
    ] {
        let why = jpeg2000(&stream, Colour::Rgb, 4_096, 4_096).unwrap_err();
        let Error::TooLarge { what: said, .. } = why else {
            panic!("{what}: {why}");
        };
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn kinds_we_do_not_decode_are_named() {
    let cod = RGB.windows(2).position(|two| two == [0xFF, 0x52]).unwrap();
    let high_throughput = with(cod + 12, &[0x40]);
    for (stream, said) in [
        (high_throughput, "High-Throughput"),
        (with(42, &[11]), "unusual kind"),
        (with(42, &[0x87]), "unusual kind"),
        (with(43, &[2, 2]), "unusual kind"),
    ] {
        let why = jpeg2000(&stream, Colour::Rgb, 16, 16).unwrap_err();
        assert!(matches!(why, Error::NotReadYet { .. }), "{why}");
        assert!(why.to_string().contains(said), "{why}");
    }
}

#[test]
fn flipped_bits_are_an_error_or_a_picture() {
    for stream in [RGB, GREY, BOXED] {
        for bit in 0..stream.len() * 8 {
            let mut flipped = stream.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(picture) = jpeg2000(&flipped, Colour::Rgb, 64, 64) {
                assert_eq!((picture.width, picture.height), (64, 64));
            }
        }
    }
}
