//! Streams cut, put together and broken on purpose.

use super::super::Picture;
use super::*;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

/// How a test's stream is coded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    pub(crate) sampling: SamplingFactor,
    pub(crate) grey: bool,
    /// MCUs between restart markers; 0 for none.
    pub(crate) restart: u16,
    /// Tables made for this stream alone.
    pub(crate) optimised: bool,
}

pub(crate) const FULL: Coding = Coding {
    sampling: SamplingFactor::F_1_1,
    grey: false,
    restart: 0,
    optimised: false,
};

/// Every sampling scanners use, and grey with tables of its own.
pub(crate) fn codings() -> impl Iterator<Item = Coding> {
    let colour = [
        SamplingFactor::F_1_1,
        SamplingFactor::F_2_1,
        SamplingFactor::F_1_2,
        SamplingFactor::F_2_2,
    ];
    let colour = colour.map(|sampling| Coding { sampling, ..FULL });
    let grey = [false, true].map(|optimised| Coding {
        grey: true,
        optimised,
        ..FULL
    });
    colour.into_iter().chain(grey)
}

/// A picture with edges, gradients and grain, part `seed` of some slide.
pub(crate) fn picture((width, height): (u32, u32), seed: u32) -> Picture {
    let grain = |x: u32, y: u32| {
        let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA6B)).wrapping_add(seed);
        (mixed.wrapping_mul(0xC2B2_AE35) >> 25) as u8
    };
    let colour = |x: u32, y: u32| {
        let stripe = if (x / 37 + y / 29 + seed).is_multiple_of(3) {
            90
        } else {
            20
        };
        [
            (x / 4 + seed * 40) as u8 / 2 + stripe,
            grain(x, y) / 2 + (y / 8) as u8 / 2,
            stripe + grain(y, x) / 3,
        ]
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    Picture {
        width,
        height,
        rgb: places.flat_map(|(x, y)| colour(x, y)).collect(),
    }
}

/// The picture as a JPEG of this coding.
pub(crate) fn encoded(picture: &Picture, coding: Coding) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut encoder = Encoder::new(&mut stream, 85);
    encoder.set_sampling_factor(coding.sampling);
    if coding.restart > 0 {
        encoder.set_restart_interval(coding.restart);
    }
    encoder.set_optimized_huffman_tables(coding.optimised);
    let luma: Vec<u8> = picture.rgb.chunks_exact(3).map(|pixel| pixel[1]).collect();
    let (samples, kind) = if coding.grey {
        (&luma, ColorType::Luma)
    } else {
        (&picture.rgb, ColorType::Rgb)
    };
    let (width, height) = (picture.width as u16, picture.height as u16);
    encoder.encode(samples, width, height, kind).unwrap();
    stream
}

fn stitched(tiles: &[Vec<u8>], columns: usize) -> Result<Vec<u8>, Unfit> {
    let tiles: Vec<&[u8]> = tiles.iter().map(Vec::as_slice).collect();
    stitch(&tiles, columns)
}

/// Checks that each tile's coefficients stand in the whole at the tile's place.
pub(crate) fn holds(whole: &Coefficients, tile: &Coefficients, left: u32, top: u32) -> usize {
    let mut compared = 0;
    for down in 0..tile.down {
        for across in 0..tile.across {
            let Some(there) = whole.at(left + across, top + down) else {
                continue;
            };
            assert_eq!(tile.at(across, down).unwrap(), there, "MCU {across},{down}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn stitched_tiles_keep_every_coefficient() {
    for coding in codings() {
        let tiles: Vec<Vec<u8>> = (0..6)
            .map(|n| {
                let restart = [0, 1, 5][n as usize % 3];
                encoded(&picture((64, 96), n), Coding { restart, ..coding })
            })
            .collect();
        let whole = match stitched(&tiles, 3) {
            Err(Unfit::Coding { .. }) if coding.optimised => continue,
            whole => whole.unwrap(),
        };
        let found = header(&whole).unwrap();
        assert_eq!((found.width, found.height), (192, 192), "{coding:?}");
        let whole = coefficients(&whole).unwrap();
        for (n, tile) in (0..).zip(&tiles) {
            let tile = coefficients(tile).unwrap();
            let compared = holds(&whole, &tile, n % 3 * tile.across, n / 3 * tile.down);
            assert_eq!(compared as u32, tile.across * tile.down);
        }
    }
}

#[test]
fn stitched_pixels_are_those_of_the_tiles_where_colours_are_whole() {
    let tiles: Vec<Vec<u8>> = (0..4)
        .map(|n| encoded(&picture((64, 64), n), FULL))
        .collect();
    let whole = decode(&stitched(&tiles, 2).unwrap(), 128, 128).unwrap();
    let mut pasted = Picture::white(128, 128);
    for (n, tile) in (0..).zip(&tiles) {
        let tile = decode(tile, 64, 64).unwrap();
        pasted.paste(&tile, n % 2 * 64, n / 2 * 64);
    }
    assert_eq!(whole, pasted);
}

#[test]
fn tables_of_one_tile_alone_get_the_codes_their_neighbours_need() {
    let coding = Coding {
        grey: true,
        optimised: true,
        ..FULL
    };
    let dark = Picture {
        rgb: vec![3; 64 * 64 * 3],
        ..picture((64, 64), 0)
    };
    let tile = encoded(&dark, coding);
    let frame = Frame::read(&tile).unwrap();
    assert!(frame.complete.is_some(), "one grey has one difference");
    let whole = stitched(&[tile.clone(), tile.clone()], 2).unwrap();
    let (whole, tile) = (coefficients(&whole).unwrap(), coefficients(&tile).unwrap());
    assert_eq!(holds(&whole, &tile, 0, 0), 64);
    assert_eq!(holds(&whole, &tile, 8, 0), 64);
}

#[test]
fn tiles_that_do_not_fit_say_why() {
    let tile = |size, coding| encoded(&picture(size, 1), coding);
    let halved = Coding {
        sampling: SamplingFactor::F_2_2,
        ..FULL
    };
    let good = tile((64, 64), FULL);
    let mut progressive = Vec::new();
    let mut encoder = Encoder::new(&mut progressive, 80);
    encoder.set_progressive(true);
    encoder
        .encode(&picture((64, 64), 1).rgb, 64, 64, ColorType::Rgb)
        .unwrap();
    for (tiles, columns, said) in [
        (vec![], 1, "0 tiles in 1 columns are no grid"),
        (vec![good.clone()], 0, "1 tiles in 0 columns are no grid"),
        (vec![good.clone(); 3], 2, "3 tiles in 2 columns are no grid"),
        (
            vec![good.clone(), tile((64, 32), FULL)],
            2,
            "tile 1 has another size than the first",
        ),
        (
            vec![good.clone(), tile((64, 64), halved)],
            2,
            "tile 1 is coded otherwise than the first",
        ),
        (
            vec![tile((60, 64), FULL)],
            1,
            "tiles of 60 by 64 pixels end within a block of colours",
        ),
        (
            vec![tile((72, 64), halved)],
            1,
            "tiles of 72 by 64 pixels end within a block of colours",
        ),
        (
            vec![good.clone(), progressive],
            2,
            "tile 1 cannot be copied: ",
        ),
        (
            vec![good.clone(), good[..good.len() / 2].to_vec()],
            2,
            "tile 1 cannot be copied: ",
        ),
        (vec![good.clone(), vec![]], 2, "tile 1 cannot be copied: "),
    ] {
        let why = stitched(&tiles, columns).unwrap_err().to_string();
        assert!(why.starts_with(said), "{why:?} is not {said:?}");
    }
    let wide = encoded(&picture((8_192, 8), 0), FULL);
    assert!(matches!(stitched(&vec![wide; 9], 9), Err(Unfit::TooLarge)));
}

/// Everything that takes bytes takes any bytes: it ends, and says what is wrong.
fn try_all(stream: &[u8], good: &[u8]) {
    let _ = header(stream);
    let _ = coefficients(stream);
    let _ = stitch(&[stream, stream], 1);
    let _ = stitch(&[good, stream], 2);
    let _ = splice(Some(stream), good, Colour::Rgb);
}

proptest! {
    #[test]
    fn broken_streams_end_in_words(which in 0_usize..6, restart in 0_u16..4,
                                   hits in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..12),
                                   cut in any::<u32>()) {
        let coding = Coding { restart, ..codings().nth(which).unwrap() };
        let good = encoded(&picture((48, 32), 5), coding);
        let mut bad = good.clone();
        for (place, value) in hits {
            let place = place as usize % bad.len();
            bad[place] = value;
        }
        try_all(&bad, &good);
        bad.truncate(cut as usize % (bad.len() + 1));
        try_all(&bad, &good);
    }

    #[test]
    fn any_bytes_end_in_words(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let good = encoded(&picture((16, 16), 0), FULL);
        let mut marked = SOI.to_vec();
        marked.extend(&bytes);
        try_all(&bytes, &good);
        try_all(&marked, &good);
        // Behind good headers, any bytes are bits.
        let frame = Frame::read(&good).unwrap();
        try_all(&[&good[..frame.scan_at], &bytes[..]].concat(), &good);
    }
}
