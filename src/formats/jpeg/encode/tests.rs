//! The encoder beside the plain definition, beside another encoder, and beside itself on other machines.

use super::*;
use crate::formats::Picture;
use crate::formats::jpeg::{coefficients, decode};

/// Something like tissue: slow colours, edges and grain.
fn tissue(width: u32, height: u32) -> Picture {
    let mut state = 7_u32;
    let mut grain = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 28) as i32
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x as i32, y as i32)));
    let rgb = pixels.flat_map(|(x, y)| {
        let nucleus = i32::from((x / 9 + y / 7) % 4 == 0) * 70;
        let slow = (x + 2 * y) % 200 / 4;
        let grain = grain();
        [
            210 - nucleus - slow + grain,
            160 - nucleus + grain,
            200 - nucleus / 2 + slow - grain,
        ]
        .map(|value| value.clamp(0, 255) as u8)
    });
    Picture {
        rgb: rgb.collect(),
        width,
        height,
    }
}

/// The mean squared difference of samples.
fn apart(one: &Picture, other: &Picture) -> f64 {
    let pairs = one.rgb.iter().zip(&other.rgb);
    let sum: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    sum / one.rgb.len() as f64
}

#[test]
fn it_is_as_close_and_as_small_as_another_encoder() {
    for quality in [60, 80, 92] {
        let picture = tissue(256, 192);
        let ours = Encoder::new(quality).unwrap();
        let ours = ours.encode(&picture.rgb, 256, 192).unwrap();
        let mut other = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut other, quality);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
        encoder
            .encode(&picture.rgb, 256, 192, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        let [us, them] = [&ours, &other].map(|file| decode(file, 256, 192).unwrap());
        let (us, them) = (apart(&us, &picture), apart(&them, &picture));
        assert!(us < them * 1.03, "{quality}: {us} beside {them}");
        let (us, them) = (ours.len() as f64, other.len() as f64);
        assert!(us < them * 1.02, "{quality}: {us} bytes beside {them}");
    }
}

#[test]
fn every_coefficient_is_the_definition_s_or_its_neighbour() {
    let picture = tissue(64, 64);
    let encoder = Encoder::new(80).unwrap();
    let file = encoder.encode(&picture.rgb, 64, 64).unwrap();
    let found = coefficients(&file).unwrap();
    let quantisers = encoder.frame.quantisers(0).unwrap();
    let mut equal = 0;
    for (n, block) in (0..).zip(&found.values).filter(|(n, _)| n % 6 < 4) {
        let (mcu, part) = (n / 6, n % 6);
        let (left, top) = (mcu % 4 * 16 + part % 2 * 8, mcu / 4 * 16 + part / 2 * 8);
        for (k, value) in block.iter().enumerate() {
            let order = usize::from(ORDER[k]);
            let expected = exact(&picture, (left, top), (order / 8, order % 8));
            let expected = expected / f64::from(quantisers[k]);
            assert!(
                (f64::from(*value) - expected).abs() < 0.75,
                "block {n}, {k}"
            );
            equal += u32::from((f64::from(*value) - expected).abs() <= 0.5);
        }
    }
    assert!(equal > 64 * 64 * 98 / 100, "{equal} of {}", 64 * 64);
}

/// The cosine transform of brightness, as T.81 A.3.3 defines it.
fn exact(picture: &Picture, (left, top): (usize, usize), (u, v): (usize, usize)) -> f64 {
    let base =
        |k: usize, n: usize| ((2 * n + 1) as f64 * k as f64 * std::f64::consts::PI / 16.0).cos();
    let norm = |k: usize| if k == 0 { 0.5_f64.sqrt() } else { 1.0 };
    let sum: f64 = (0..64)
        .map(|n| {
            let (x, y) = (n % 8, n / 8);
            let at = ((top + y) * 64 + left + x) * 3;
            let [r, g, b] = [0, 1, 2].map(|c| f64::from(picture.rgb[at + c]));
            (0.299 * r + 0.587 * g + 0.114 * b - 128.0) * base(u, x) * base(v, y)
        })
        .sum();
    sum / 4.0 * norm(u) * norm(v)
}

#[test]
fn odd_sides_are_filled_with_their_edge() {
    let encoder = Encoder::new(90).unwrap();
    for (width, height) in [(1, 1), (17, 5), (240, 240), (31, 33), (16, 48)] {
        let picture = tissue(width, height);
        let file = encoder.encode(&picture.rgb, width, height).unwrap();
        let shown = decode(&file, width, height).unwrap();
        assert!(apart(&shown, &picture) < 160.0, "{width} × {height}");
    }
    assert!(encoder.encode(&[], 0, 1).is_err());
    assert!(encoder.encode(&[0; 5], 1, 1).is_err());
    assert!(encoder.encode(&vec![0; 70_000 * 3], 70_000, 1).is_err());
}

#[test]
fn the_hardest_blocks_are_coded() {
    let mut rgb = Vec::new();
    for n in 0..64 * 64 {
        rgb.extend([if (n + n / 64) % 2 == 0 { 255 } else { 0 }; 3]);
    }
    for quality in [1, 50, 100] {
        let file = Encoder::new(quality).unwrap().encode(&rgb, 64, 64).unwrap();
        assert!(decode(&file, 64, 64).is_ok(), "{quality}");
    }
}

#[test]
fn the_same_pixels_give_these_bytes_on_every_machine() {
    let picture = tissue(256, 256);
    let file = Encoder::new(80).unwrap().encode(&picture.rgb, 256, 256);
    assert_eq!(
        blake3::hash(&file.unwrap()).to_string(),
        "6ad5b0cf6a8c07ace6858c2a7388121512a279696625926cd839481172f3c6d7"
    );
}
