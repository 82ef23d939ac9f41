//! Levels that are made: strips cut into tiles, and tiles that overlap.

use super::*;
use crate::pyramid::cascade::Made;
use crate::pyramid::geometry::Grid;

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
fn made(slide: &Slide, bytes: &Vec<u8>, level: usize, halves: &[Grid]) -> Vec<Made> {
    let mut made = Vec::new();
    let mut sink = |tile| {
        made.push(tile);
        Ok(())
    };
    slide
        .make(&members(bytes), level, halves, &mut sink)
        .unwrap();
    made
}

/// A level's grid and its halves down to one tile.
fn halves(slide: &Slide, level: usize) -> Vec<Grid> {
    let mut grids = vec![slide.levels()[level].grid];
    while let Some(last) = grids.last().filter(|grid| grid.tiles() > 1).copied() {
        grids.push(Grid {
            width: last.width.div_ceil(2),
            height: last.height.div_ceil(2),
            ..last
        });
    }
    grids.split_off(1)
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
    let made = made(&slide, &bytes, 0, &[]);
    assert_eq!(made.len(), 6);
    for tile in made {
        let at = TileAt {
            image: 0,
            level: 0,
            column: tile.column,
            row: tile.row,
        };
        let alone = slide.tile(&members(&bytes), at).unwrap();
        assert_eq!(alone, *tile.bytes, "{at:?}");
    }
}

/// Every step is compared with the mean of the picture's own boxes, and the level itself is what it is without them.
#[test]
fn the_halves_come_with_the_level_and_show_its_means() {
    let bytes = file(CLASSIC, &[strips((1_100, 1_100))]);
    let slide = opened(&bytes).unwrap();
    let halves = halves(&slide, 0);
    let grids = halves.iter().map(|grid| (grid.width, grid.tiles()));
    assert_eq!(grids.collect::<Vec<_>>(), [(550, 4), (275, 1)]);
    let all = made(&slide, &bytes, 0, &halves);
    let (level, below): (Vec<_>, Vec<_>) = all.into_iter().partition(|tile| tile.step == 0);
    assert_eq!(level, made(&slide, &bytes, 0, &[]));
    let steps: Vec<_> = below.iter().map(|tile| tile.step).collect();
    assert_eq!(steps, [1, 1, 1, 1, 2], "as soon as each is complete");
    for tile in below {
        let shown = jpeg::decode(&tile.bytes, 512, 512).unwrap();
        let side = 1_u32 << tile.step;
        let mut off = 0;
        for (x, y) in [(10, 10), (30, 25)] {
            let (left, top) = (tile.column * 512 + x, tile.row * 512 + y);
            let boxed =
                (0..side * side).map(|n| pixel(left * side + n % side, top * side + n / side));
            let sum = boxed.fold([0_u32; 3], |sum, one| {
                [0, 1, 2].map(|c| sum[c] + u32::from(one[c]))
            });
            let place = (y * 512 + x) as usize * 3;
            let found = &shown.rgb[place..place + 3];
            off += (0..3)
                .map(|c| u32::from(found[c]).abs_diff(sum[c] / (side * side)))
                .sum::<u32>();
        }
        assert!(off < 6 * 40, "step {}: {off}", tile.step);
    }
}

/// A file, and the length of each read of it.
struct Watched(Vec<u8>, std::sync::Mutex<Vec<(u64, usize)>>);

impl ReadAt for Watched {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_exact_at(&self, offset: u64, bytes: &mut [u8]) -> std::io::Result<()> {
        self.1.lock().unwrap().push((offset, bytes.len()));
        self.0.read_exact_at(offset, bytes)
    }
}

#[test]
fn every_piece_is_decoded_once_though_it_reaches_into_the_next_row_of_tiles() {
    let overlaps = trestle(overlapping((5, 60), (12, 13)), "OverlapsXY= 4 3");
    let in_strips = file(CLASSIC, &[strips((1_100, 1_100))]);
    for (bytes, piece, pieces) in [
        (in_strips, 1_100 * 7 * 3, 1_100_usize.div_ceil(7)),
        (overlaps, 16 * 16 * 3, 5 * 60),
    ] {
        let watched = Watched(bytes, std::sync::Mutex::default());
        let member = [Member {
            name: "",
            bytes: &watched,
        }];
        let slide = open(&member).unwrap();
        assert!(slide.levels()[0].decoded && slide.levels()[0].grid.rows() > 1);
        watched.1.lock().unwrap().clear();
        let halves = halves(&slide, 0);
        slide.make(&member, 0, &halves, &mut |_| Ok(())).unwrap();
        let read = watched.1.into_inner().unwrap();
        // The last strip is one row; what is left are pages of the arrays.
        let shorter = 1_100 * 3;
        let decoded = read
            .iter()
            .filter(|(_, length)| [piece, shorter].contains(length));
        assert_eq!(decoded.count(), pieces);
    }
}

/// Looking a slide over asks for many small squares: those beside each other are cut from the same strips.
#[test]
fn squares_in_one_row_of_strips_are_decoded_together() {
    let bytes = file(CLASSIC, &[strips((1_100, 210))]);
    let watched = Watched(bytes.clone(), std::sync::Mutex::default());
    let member = [Member {
        name: "",
        bytes: &watched,
    }];
    let slide = open(&member).unwrap();
    let square = |n: u32| Region {
        x: n % 5 * 200,
        y: n / 5 * 70,
        width: 100,
        height: 70,
    };
    let squares: Vec<_> = (0..15).map(square).collect();
    watched.1.lock().unwrap().clear();
    let see = |region, picture| Ok((region, picture));
    let seen = quality::each(&slide, &member, &squares, see).unwrap();
    let read = watched.1.into_inner().unwrap();
    let strip = 1_100 * 7 * 3;
    let decoded = read.iter().filter(|(_, length)| *length == strip);
    assert_eq!(decoded.count(), 210 / 7, "each strip once");
    let shown = |region: &Region| slide.region(&members(&bytes), 0, *region).unwrap();
    let expected: Vec<_> = squares.iter().map(|one| (*one, shown(one))).collect();
    assert_eq!(seen, expected);
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
    assert_eq!(made(&slide, &bytes, 0, &[]).len(), 1);
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
