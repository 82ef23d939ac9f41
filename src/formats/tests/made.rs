//! Levels that are made: strips cut into tiles, and tiles that overlap.

use super::*;

/// An image of 70 × 45 pixels in strips of 7 rows.
fn strips(size: (u32, u32)) -> Image {
    Image {
        pieces: pieces(size, (size.0, 7), 3),
        ..Image::new(size, 3, Some(7))
    }
}

/// Tiles of 16 × 16 that advance by `advance`, cut from the picture of [`pixel`]s.
pub(super) fn overlapping(tiles: (u32, u32), advance: (u32, u32)) -> Image {
    let size = (tiles.0 * 16, tiles.1 * 16);
    let mut image = Image::new(size, 3, None);
    for row in 0..tiles.1 {
        for column in 0..tiles.0 {
            let places = (0..16).flat_map(|y| (0..16).map(move |x| (x, y)));
            let pixels =
                places.flat_map(|(x, y)| pixel(column * advance.0 + x, row * advance.1 + y));
            image.pieces.push(pixels.collect());
        }
    }
    image
}

fn whole(width: u32, height: u32) -> Region {
    Region {
        x: 0,
        y: 0,
        width,
        height,
    }
}

/// Every made tile, as it comes.
fn made(slide: &Slide, bytes: &Vec<u8>, level: usize) -> Vec<(TileAt, Vec<u8>)> {
    let mut made = Vec::new();
    let mut sink = |at, tile| {
        made.push((at, tile));
        Ok(())
    };
    slide.make(&members(bytes), level, &mut sink).unwrap();
    made
}

#[test]
fn a_tiff_in_strips_is_a_slide_of_tiles() {
    for form in forms() {
        let bytes = file(form, &[strips((1_100, 45)), strips((550, 22))]);
        let slide = opened(&bytes).unwrap();
        let facts = slide.facts();
        assert_eq!(
            (facts.vendor.as_str(), facts.codec),
            ("generic-tiff", Codec::Jpeg)
        );
        assert!(
            facts.not_shown[0].starts_with("strips as they are stored"),
            "{:?}",
            facts.not_shown
        );
        assert_eq!(slide.levels().len(), 2);
        assert!(slide.levels().iter().all(|level| level.made));
        assert_eq!(slide.levels()[0].grid.tile_width, 512);
        let picture = slide.region(&members(&bytes), 0, whole(1_110, 50)).unwrap();
        assert_eq!(picture.rgb, expected((1_100, 45), whole(1_110, 50)));
        let checked = conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
        assert_eq!((checked.tiles, checked.served), (5, 5));
    }
}

#[test]
fn the_tiles_of_one_pass_are_those_made_one_by_one() {
    let bytes = file(CLASSIC, &[strips((1_100, 600))]);
    let slide = opened(&bytes).unwrap();
    let made = made(&slide, &bytes, 0);
    assert_eq!(made.len(), 6);
    for (at, tile) in made {
        assert_eq!(slide.tile(&members(&bytes), at).unwrap(), tile, "{at:?}");
    }
}

#[test]
fn strips_too_wide_for_a_band_are_refused() {
    let width = (1 << 17) + 1;
    let image = Image {
        pieces: vec![vec![0; width as usize]],
        ..Image::new((width, 1), 1, Some(1))
    };
    let why = opened(&file(CLASSIC, &[image])).unwrap_err();
    assert!(matches!(why, Error::TooLarge { .. }), "{why}");
}

/// A Trestle slide of 5 × 3 tiles.
fn trestle(image: Image, description: &str) -> Vec<u8> {
    let software = Values::Text("MedScan 1.0".to_owned());
    file(
        CLASSIC,
        &[image.with(tag::SOFTWARE, software).describe(description)],
    )
}

#[test]
fn overlapping_tiles_make_the_picture_they_were_cut_from() {
    let bytes = trestle(
        overlapping((5, 3), (12, 13)),
        "OverlapsXY= 4 3;Objective Power=40",
    );
    let slide = opened(&bytes).unwrap();
    let facts = slide.facts();
    assert_eq!(
        (facts.vendor.as_str(), facts.objective),
        ("trestle", Some(40.0))
    );
    assert_eq!((facts.width, facts.height), (4 * 12 + 16, 2 * 13 + 16));
    assert!(
        facts.not_shown[0].starts_with("overlapping tiles"),
        "{:?}",
        facts.not_shown
    );
    for region in [
        whole(70, 50),
        Region {
            x: 11,
            y: 12,
            width: 9,
            height: 17,
        },
    ] {
        let picture = slide.region(&members(&bytes), 0, region).unwrap();
        assert_eq!(picture.rgb, expected((64, 42), region), "{region:?}");
    }
    conformance::check(&slide, &members(&bytes), u64::MAX).unwrap();
    assert_eq!(made(&slide, &bytes, 0).len(), 1);
}

#[test]
fn tiles_that_do_not_overlap_stay_as_they_are() {
    for description in ["OverlapsXY= 0 0 0 0", "OverlapsXY= "] {
        let slide = opened(&trestle(tiled((40, 24)), description)).unwrap();
        assert!(!slide.levels()[0].made);
        assert!(slide.facts().not_shown.is_empty());
    }
}

#[test]
fn an_overlap_that_no_stage_has_is_damage() {
    let bytes = trestle(tiled((40, 24)), "OverlapsXY= 15 0");
    let why = opened(&bytes).unwrap_err();
    assert!(why.to_string().contains("more than half"), "{why}");
}

#[test]
fn a_trestle_scale_is_one_a_scanner_has_or_none() {
    for (unit, above, below, mpp) in [
        (3, 20_000, 1, Some(0.5)),
        (2, 25, 100, Some(0.25)),
        (3, 1, 1_000_000, None),
        (3, 0, 0, None),
    ] {
        let image = tiled((40, 24))
            .with(tag::RESOLUTION_UNIT, Values::Shorts(vec![unit]))
            .with(tag::X_RESOLUTION, Values::Fraction(above, below))
            .with(tag::Y_RESOLUTION, Values::Fraction(above, below));
        let slide = opened(&trestle(image, "OverlapsXY= 0 0")).unwrap();
        assert_eq!(slide.facts().mpp, [mpp; 2], "{above}/{below}");
        assert!(!slide.facts().mpp_implausible);
    }
}
