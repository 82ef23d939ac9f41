//! NDPIs of every layout: the tiles cut from them hold the coefficients of their levels.

mod build;

use super::super::jpeg::tests::{Coding, FULL, codings, encoded, holds, picture};
use super::super::jpeg::{Coefficients, coefficients};
use super::super::{Error, Level, Member, ReadAt, Slide, conformance, open};
use crate::pyramid::cascade::Made;
use crate::pyramid::geometry::TileAt;
use build::{Image, Sparse, file};
use proptest::prelude::*;

fn members(bytes: &dyn ReadAt) -> [Member<'_>; 1] {
    [Member { name: "", bytes }]
}

fn opened(bytes: &Sparse) -> Result<Slide, Error> {
    open(&members(bytes))
}

/// All tiles of a level, made in one pass.
fn made(bytes: &Sparse, slide: &Slide, place: usize) -> Vec<(TileAt, Vec<u8>)> {
    let mut made = Vec::new();
    let Level { image, level, .. } = slide.levels()[place];
    let mut keep = |tile: Made| {
        let at = TileAt {
            image,
            level,
            column: tile.column,
            row: tile.row,
        };
        made.push((at, tile.bytes.to_vec()));
        Ok(())
    };
    slide.make(&members(bytes), place, &[], &mut keep).unwrap();
    made
}

/// Checks that the tiles of a level hold every MCU of `stored`, and nothing else inside its edges.
fn made_holds(bytes: &Sparse, slide: &Slide, place: usize, stored: &Coefficients) {
    let mut compared = 0;
    for (at, tile) in made(bytes, slide, place) {
        let tile = coefficients(&tile).unwrap();
        let (wide, high) = (512 / stored.mcu.0, 512 / stored.mcu.1);
        compared += holds(stored, &tile, at.column * wide, at.row * high);
    }
    assert_eq!(compared as u32, stored.across * stored.down);
}

/// The same, and each tile is what asking for it alone gives.
fn same_coefficients(bytes: &Sparse, slide: &Slide, place: usize, stored: &Coefficients) {
    made_holds(bytes, slide, place, stored);
    for (at, tile) in made(bytes, slide, place) {
        assert!(slide.tile(&members(bytes), at).unwrap() == tile, "{at:?}");
    }
}

/// Restart intervals for a level of `across` MCUs: none, a part of a row, a row, across rows, and many rows.
fn intervals(across: u32) -> [u16; 5] {
    let across = across as u16;
    [0, across / 4, across, across + 3, 3 * across]
}

#[test]
fn tiles_keep_every_coefficient_whatever_the_layout() {
    let size = (1_050, 530);
    let shown = picture(size, 3);
    for coding in codings() {
        let whole = coefficients(&encoded(&shown, coding)).unwrap();
        for restart in intervals(whole.across) {
            // The encoder's own tables do not count with restart markers.
            let optimised = coding.optimised && restart == 0;
            let coding = Coding {
                restart,
                optimised,
                ..coding
            };
            let level = Image::level(size, 20.0, encoded(&shown, coding));
            for level in [level.clone(), level.listed()] {
                let bytes = file(&[level], 0);
                let slide = opened(&bytes).unwrap();
                same_coefficients(&bytes, &slide, 0, &whole);
            }
        }
    }
}

#[test]
fn a_slide_beyond_four_gibibytes_is_read_by_its_high_words() {
    let shown = picture((700, 520), 1);
    let coding = Coding {
        restart: 88,
        ..FULL
    };
    let whole = coefficients(&encoded(&shown, coding)).unwrap();
    let level = Image::level((700, 520), 40.0, encoded(&shown, coding)).listed();
    let overview = Image::level((96, 40), -1.0, encoded(&picture((96, 40), 2), FULL));
    let bytes = file(&[level, overview], (4 << 30) + 12_345);
    let slide = opened(&bytes).unwrap();
    assert_eq!((slide.facts().width, slide.facts().height), (700, 520));
    assert_eq!(slide.facts().mpp, [Some(0.5), Some(0.5)]);
    assert_eq!(
        slide.associated(&members(&bytes), "macro").unwrap().width,
        96
    );
    same_coefficients(&bytes, &slide, 0, &whole);
}

#[test]
fn an_ndpi_holds_what_every_slide_holds() {
    let coding = Coding {
        restart: 125,
        ..FULL
    };
    let level = |size, lens, seed, plane| Image {
        plane,
        ..Image::level(size, lens, encoded(&picture(size, seed), coding)).listed()
    };
    let images = [
        level((1_000, 900), 40.0, 1, 0),
        level((500, 450), 20.0, 1, 0),
        level((1_000, 900), 40.0, 2, -2_000),
        level((1_000, 900), 40.0, 3, 2_000),
        Image::level((96, 40), -1.0, encoded(&picture((96, 40), 2), FULL)),
        Image::level((96, 40), -2.0, encoded(&picture((96, 40), 2), FULL)),
    ];
    let bytes = file(&images, 0);
    let slide = opened(&bytes).unwrap();
    conformance::check(&slide, &members(&bytes), 20).unwrap();
    let facts = slide.facts();
    assert_eq!(
        (facts.vendor.as_str(), facts.objective),
        ("hamamatsu", Some(40.0))
    );
    let widths: Vec<u32> = facts.levels.iter().map(|level| level.w).collect();
    assert_eq!(widths, [1_000, 500, 250, 125, 62]);
    assert_eq!(
        facts.not_shown,
        ["the scanner's map of where it found tissue"]
    );
    let planes = facts
        .images
        .iter()
        .map(|image| (image.focal_plane, image.name.as_str()));
    let planes: Vec<_> = planes.collect();
    assert_eq!(planes, [(1, "+0 µm"), (0, "-2 µm"), (2, "+2 µm")]);
    let place = slide.place(2, 0).unwrap();
    same_coefficients(
        &bytes,
        &slide,
        place,
        &coefficients(&images[3].jpeg).unwrap(),
    );
}

#[test]
fn a_size_too_large_for_a_jpeg_is_taken_from_the_directory() {
    let shown = picture((600, 530), 1);
    let coding = Coding {
        restart: 75,
        ..FULL
    };
    let jpeg = encoded(&shown, coding);
    let whole = coefficients(&jpeg).unwrap();
    let mut level = Image::level((600, 530), 20.0, jpeg).listed();
    let frame = level
        .jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    level.jpeg[frame + 5..frame + 9].fill(0);
    let bytes = file(&[level.clone()], 0);
    same_coefficients(&bytes, &opened(&bytes).unwrap(), 0, &whole);
    level.jpeg[frame + 5..frame + 9].copy_from_slice(&[1, 0, 1, 0]);
    let why = opened(&file(&[level], 0)).unwrap_err().to_string();
    assert!(why.contains("another size than its JPEG"), "{why}");
}

#[test]
fn a_list_of_intervals_that_is_wrong_is_not_believed() {
    let shown = picture((600, 1_100), 1);
    let coding = Coding {
        restart: 75,
        ..FULL
    };
    let whole = coefficients(&encoded(&shown, coding)).unwrap();
    let level = Image::level((600, 1_100), 20.0, encoded(&shown, coding)).listed();
    let starts = level.starts.clone().unwrap();
    let shifted = starts.iter().map(|start| start + 1).collect();
    let beyond = starts.iter().map(|start| start + (1 << 33)).collect();
    let others = starts.iter().rev().copied().collect();
    // Eight intervals on, the marker has the same number.
    let eighth = starts.iter().skip(8).copied().collect();
    let lists = [
        shifted,
        beyond,
        others,
        eighth,
        starts[..40].to_vec(),
        vec![],
    ];
    for (list, starts) in (0..).zip(lists) {
        let level = Image {
            starts: Some(starts),
            ..level.clone()
        };
        let bytes = file(&[level], 0);
        let slide = opened(&bytes).unwrap();
        if list == 3 {
            made_holds(&bytes, &slide, 0, &whole);
        } else {
            same_coefficients(&bytes, &slide, 0, &whole);
        }
    }
}

#[test]
fn a_level_that_is_cut_short_is_named() {
    let coding = Coding {
        restart: 75,
        ..FULL
    };
    let jpeg = encoded(&picture((600, 1_100), 1), coding);
    let level = |jpeg| Image::level((600, 1_100), 20.0, jpeg);
    for cut in [jpeg.len() / 3, jpeg.len() / 2, jpeg.len() * 9 / 10] {
        let bytes = file(&[level(jpeg[..cut].to_vec())], 0);
        let slide = opened(&bytes).unwrap();
        let why = slide
            .make(&members(&bytes), 0, &[], &mut |_| Ok(()))
            .unwrap_err();
        assert!(matches!(why, Error::Damaged { .. }), "{why}");
    }
    let mut bytes = file(&[level(jpeg)], 0);
    bytes.size -= 60_000;
    assert!(opened(&bytes).is_err());
}

#[test]
fn pixels_that_are_no_jpeg_are_refused_by_name() {
    let mut level = Image::level((64, 64), 20.0, encoded(&picture((64, 64), 1), FULL));
    let mut bytes = file(&[level.clone()], 0);
    for (_, part) in &mut bytes.parts {
        // Compression (259, a short) from JPEG to bare samples.
        if let Some(at) = part
            .windows(8)
            .position(|raw| raw == [3, 1, 3, 0, 1, 0, 0, 0])
        {
            part[at + 8] = 1;
        }
    }
    let why = opened(&bytes).unwrap_err().to_string();
    assert!(
        why.starts_with("this is a Hamamatsu NDPI slide whose pixels are not JPEG"),
        "{why}"
    );
    level.lens = -1.0;
    assert!(
        opened(&file(&[level], 0)).is_err(),
        "a macro image alone is no slide"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_broken_ndpi_ends_in_words(hits in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..16), restart in 0_u16..20) {
        let coding = Coding { restart, ..FULL };
        let level = Image::level((96, 64), 20.0, encoded(&picture((96, 64), 1), coding)).listed();
        let mut bytes = file(&[level], 0);
        for (place, value) in hits {
            let place = u64::from(place) % bytes.size;
            for (at, part) in &mut bytes.parts {
                if let Some(byte) = place.checked_sub(*at).and_then(|at| part.get_mut(at as usize)) {
                    *byte = value;
                }
            }
        }
        if let Ok(slide) = opened(&bytes) {
            for place in 0..slide.levels().len() {
                let _ = slide.make(&members(&bytes), place, &[], &mut |_| Ok(()));
            }
        }
    }
}
