//! Synthetic slides with one flaw each: the flaw is flagged, and nothing else is.

use std::io::Cursor;

use super::*;
use crate::formats::synthetic::{Recipe, Stain, Trouble, write_svs};
use crate::formats::{self, Member};
use crate::pyramid::coverage::Coverage;
use crate::pyramid::quality::Flag;

fn svs(seed: u64, stain: Stain, trouble: Option<Trouble>) -> Vec<u8> {
    let recipe = Recipe {
        width: 2560,
        height: 1920,
        seed,
        barcode: Some("NG26-01742-A1-1".to_owned()),
        label_lines: vec!["NORTHGATE".to_owned()],
        stain,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble,
    };
    let mut out = Cursor::new(Vec::new());
    write_svs(&recipe, &mut out).unwrap();
    out.into_inner()
}

fn looked_over(bytes: &[u8]) -> (Quality, Picture) {
    let members = [Member {
        name: "a slide",
        bytes: &bytes.to_vec(),
    }];
    let slide = formats::open(&members).unwrap();
    look_over(&slide, &members, &Thresholds::default()).unwrap()
}

#[test]
fn a_sound_slide_has_no_flag() {
    for (seed, stain) in [
        (1, Stain::HE),
        (2, Stain::Ihc),
        (3, Stain::HE),
        (4, Stain::Ihc),
        (5, Stain::HE),
        (6, Stain::HE),
    ] {
        let (quality, _) = looked_over(&svs(seed, stain, None));
        assert_eq!(quality.flags, [], "{seed} {stain:?}");
    }
}

#[test]
fn each_flaw_is_flagged_by_its_name() {
    for (trouble, flag) in [
        (Trouble::OutOfFocus, Flag::OutOfFocus),
        (Trouble::Blank, Flag::BlankSlide),
        (Trouble::PenMarks, Flag::PenMarks),
        (Trouble::PieceLeftOut, Flag::TissueNotScanned),
    ] {
        for seed in [11, 12, 13] {
            let (quality, _) = looked_over(&svs(seed, Stain::HE, Some(trouble)));
            assert_eq!(quality.flags, [flag], "{trouble:?} {seed}");
        }
    }
}

#[test]
fn the_same_slide_gives_the_same_record_and_a_small_heat_map() {
    let bytes = svs(21, Stain::HE, Some(Trouble::OutOfFocus));
    let (quality, heat) = looked_over(&bytes);
    assert_eq!(looked_over(&bytes), (quality.clone(), heat.clone()));
    let png = heat.to_png().unwrap();
    assert!(png.len() < 256 << 10, "{}", png.len());
    assert!(heat.width.max(heat.height) <= 320);
    let region = quality.blurred_region().unwrap();
    assert!(region.x + region.width <= 1800, "{region:?}");
    assert!(matches!(
        quality.coverage,
        Coverage::Compared {
            unscanned_share: 0.0,
            ..
        }
    ));
}
