//! Slides built by hand, byte by byte: what is read, what is refused, and what harms nobody.

mod build;
mod colours;
mod hostile;
mod images;
mod jpeg2000;
mod made;
mod makers;
mod refused;

use super::*;
use crate::pyramid::geometry::{Region, TileAt};
use build::{CLASSIC, Image, Values, file, file_with, forms, pieces, pixel, tiled};
use proptest::prelude::*;
use tiff::tag;

fn members(bytes: &Vec<u8>) -> [Member<'_>; 1] {
    [Member { name: "", bytes }]
}

fn opened(bytes: &Vec<u8>) -> Result<Slide, Error> {
    open(&members(bytes))
}

fn first_tile() -> TileAt {
    TileAt {
        image: 0,
        level: 0,
        column: 0,
        row: 0,
    }
}

/// The part of a picture of [`pixel`]s that a region shows, white beyond `size`.
fn expected(size: (u32, u32), region: Region) -> Vec<u8> {
    let places = (0..region.height).flat_map(|y| (0..region.width).map(move |x| (x, y)));
    let colours = places.flat_map(|(x, y)| {
        let (x, y) = (region.x + x, region.y + y);
        if x < size.0 && y < size.1 {
            pixel(x, y)
        } else {
            [255; 3]
        }
    });
    colours.collect()
}

#[test]
fn every_form_of_tiff_shows_the_same_slide() {
    for form in forms() {
        let mut image = tiled((40, 24));
        image.set(60_000, Values::Unknown);
        let bytes = file(form, &[image, tiled((20, 12))]);
        let slide = opened(&bytes).expect("a tiled TIFF");
        let facts = slide.facts();
        assert_eq!(facts.vendor, "generic-tiff", "{form:?}");
        assert_eq!(
            (facts.width, facts.height, facts.bigtiff),
            (40, 24, form.big)
        );
        assert_eq!(facts.levels.len(), 2, "{form:?}");
        assert_eq!((facts.mpp, facts.scale()), ([None, None], None));
        let checked = conformance::check(&slide, &members(&bytes), u64::MAX).expect("it conforms");
        assert_eq!((checked.extents, checked.tiles, checked.served), (8, 8, 0));
    }
}

/// Each sample as the difference from the one of the pixel to its left, in rows of 16 pixels.
fn differences(piece: &[u8]) -> Vec<u8> {
    let row = |row: &[u8]| {
        let left = |at: usize| if at < 3 { 0 } else { row[at - 3] };
        let apart = (0..48).map(|at| row[at].wrapping_sub(left(at)));
        apart.collect::<Vec<_>>()
    };
    piece.chunks_exact(48).flat_map(row).collect()
}

/// A piece as TIFF's compression `number` stores it.
fn packed(piece: &[u8], number: u16) -> Vec<u8> {
    match number {
        5 => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
            .encode(piece)
            .unwrap(),
        8 => {
            let fast = flate2::Compression::fast();
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), fast);
            std::io::Write::write_all(&mut encoder, piece).unwrap();
            encoder.finish().unwrap()
        }
        _ => piece.to_vec(),
    }
}

#[test]
fn packed_samples_are_the_same_pixels() {
    let bare = pieces((40, 24), (16, 16), 3);
    let whole = Region {
        x: 0,
        y: 0,
        width: 40,
        height: 24,
    };
    for (compression, predictor, codec) in [
        (5, 1, "lzw"),
        (5, 2, "lzw"),
        (8, 2, "deflate"),
        (1, 2, "none"),
    ] {
        let mut image = tiled((40, 24))
            .with(tag::COMPRESSION, Values::Shorts(vec![compression]))
            .with(tag::PREDICTOR, Values::Shorts(vec![predictor]));
        let stored = bare.iter().map(|piece| {
            let plain = if predictor == 2 {
                differences(piece)
            } else {
                piece.clone()
            };
            packed(&plain, compression)
        });
        image.pieces = stored.collect();
        let bytes = file(CLASSIC, &[image]);
        let slide = opened(&bytes).unwrap();
        let codec_said = serde_json::to_value(slide.facts()).unwrap()["codec"].clone();
        assert_eq!(codec_said, codec);
        let picture = slide.region(&members(&bytes), 0, whole).unwrap();
        assert_eq!(
            picture.rgb,
            expected((40, 24), whole),
            "{compression} {predictor}"
        );
        let refused = slide.tile(&members(&bytes), first_tile()).unwrap_err();
        assert!(matches!(refused, Error::NotShowable { .. }), "{refused}");
    }
}

#[test]
fn levels_are_found_below_the_first_image_and_strangers_are_not() {
    let mut mask = tiled((20, 12));
    mask.set(tag::SUBFILE_TYPE, Values::Longs(vec![5]));
    let images = [
        tiled((80, 48)),
        tiled((30, 30)),
        mask,
        tiled((20, 12)),
        tiled((40, 24)),
    ];
    let slide = opened(&file_with(CLASSIC, &images, 2)).unwrap();
    let widths = slide.levels().iter().map(|level| level.grid.width);
    assert_eq!(widths.collect::<Vec<_>>(), [80, 40, 20]);
    let numbers = slide.levels().iter().map(|level| level.level);
    assert_eq!(numbers.collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn resolution_tags_are_a_scale_only_when_they_can_be() {
    let unknown = [None, None];
    for (unit, above, below, mpp, implausible) in [
        (3, 40_000, 1, [Some(0.25), Some(0.25)], false),
        (2, 50_800, 1, [Some(0.5), Some(0.5)], false),
        (3, 10, 1, [Some(1000.0), Some(1000.0)], true),
        (1, 1, 1, unknown, false),
        (3, 0, 1, unknown, false),
        (3, 1, 0, unknown, false),
        (3, 0, 0, unknown, false),
    ] {
        let image = tiled((40, 24))
            .with(tag::RESOLUTION_UNIT, Values::Shorts(vec![unit]))
            .with(tag::X_RESOLUTION, Values::Fraction(above, below))
            .with(tag::Y_RESOLUTION, Values::Fraction(above, below));
        let slide = opened(&file(CLASSIC, &[image])).unwrap();
        let facts = slide.facts();
        assert_eq!(
            (facts.mpp, facts.mpp_implausible),
            (mpp, implausible),
            "{above}/{below}"
        );
        assert_eq!(facts.scale().is_some(), mpp != unknown && !implausible);
    }
}

#[test]
fn an_svs_has_its_pictures_beside_its_levels() {
    let strips = |size, rows| Image {
        pieces: pieces(size, (size.0, rows), 3),
        ..Image::new(size, 3, Some(rows))
    };
    let images = [
        tiled((80, 48))
            .describe("Aperio Image\r\n80x48|AppMag = 40|MPP = 0.2525|Barcode = S26-1;A1"),
        strips((20, 12), 5).describe("Aperio Image\r\n80x48 -> 20x12"),
        tiled((40, 24)).describe("Aperio Image"),
        strips((9, 11), 4).describe("Aperio Image\r\nlabel 9x11"),
        strips((30, 7), 7).with(tag::SUBFILE_TYPE, Values::Longs(vec![9])),
    ];
    let bytes = file(CLASSIC, &images);
    let slide = opened(&bytes).unwrap();
    let facts = slide.facts();
    assert_eq!(
        (facts.vendor.as_str(), facts.objective),
        ("aperio", Some(40.0))
    );
    assert_eq!(facts.scale(), Some([0.2525; 2]));
    assert_eq!(
        facts.barcode.as_ref().map(|code| code.expose().as_str()),
        Some("S26-1;A1")
    );
    assert!(!format!("{facts:?}").contains("S26-1"));
    let names = facts.associated.iter().map(|image| image.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["label", "macro", "thumbnail"]);
    let whole = Region {
        x: 0,
        y: 0,
        width: 9,
        height: 11,
    };
    let label = slide.associated(&members(&bytes), "label").unwrap();
    assert_eq!(label.rgb, expected((9, 11), whole));
    assert!(matches!(
        slide.associated(&members(&bytes), "x"),
        Err(Error::NoSuchImage(_))
    ));
    assert_eq!(
        conformance::check(&slide, &members(&bytes), 9)
            .unwrap()
            .associated,
        3
    );
}

#[test]
fn what_the_scanner_left_out_is_white() {
    let mut image = tiled((40, 24));
    image.pieces[0].clear();
    let bytes = file(CLASSIC, &[image]);
    let slide = opened(&bytes).unwrap();
    let tile = slide.tile_pixels(&members(&bytes), first_tile()).unwrap();
    assert_eq!(tile, Picture::white(16, 16));
    let mut lengths = Vec::new();
    let mut sink = |extent: TileExtent| {
        lengths.push(extent.length);
        Ok(())
    };
    slide.extents(&members(&bytes), 0, &mut sink).unwrap();
    assert_eq!(lengths, [0, 768, 768, 768, 768, 768]);
}

#[test]
fn what_is_not_there_is_said() {
    let bytes = file(CLASSIC, &[tiled((40, 24))]);
    let slide = opened(&bytes).unwrap();
    let wrong = [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 3, 0), (0, 0, 0, 2)];
    for (image, level, column, row) in wrong {
        let at = TileAt {
            image,
            level,
            column,
            row,
        };
        let why = slide.tile_pixels(&members(&bytes), at).unwrap_err();
        assert!(matches!(why, Error::NoSuchTile), "{at:?} {why}");
    }
    let region = |width, height| Region {
        x: 0,
        y: 0,
        width,
        height,
    };
    let ask = |region| slide.region(&members(&bytes), 0, region).unwrap_err();
    assert!(matches!(ask(region(0, 9)), Error::EmptyRegion));
    assert!(matches!(
        ask(region(u32::MAX, u32::MAX)),
        Error::TooLarge { .. }
    ));
    let missing = slide.tile_pixels(&[], first_tile()).unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");
}

proptest! {
    #[test]
    fn any_region_is_cut_from_the_same_picture(
        x in 0..100_u32, y in 0..60_u32, width in 1..50_u32, height in 1..50_u32,
    ) {
        let bytes = file(CLASSIC, &[tiled((70, 45))]);
        let region = Region { x, y, width, height };
        let picture = opened(&bytes).unwrap().region(&members(&bytes), 0, region).unwrap();
        prop_assert_eq!(picture.rgb, expected((70, 45), region));
    }
}
