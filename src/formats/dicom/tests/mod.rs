//! Slides built by hand, instance by instance: what is read, what is refused, and what harms nobody.

mod build;
mod hostile;
mod refused;

use crate::formats::{Error, Member, ReadAt, Slide, conformance, open};
use crate::pyramid::geometry::{Region, TileAt};
use build::{Built, RLE, Table, frame, pixel};

/// Opens the instances as one delivery.
fn opened(files: &[Vec<u8>]) -> Result<Slide, Error> {
    open(&members(files))
}

fn members(files: &[Vec<u8>]) -> Vec<Member<'_>> {
    let member = |bytes| Member { name: "", bytes };
    files
        .iter()
        .map(|file| member(file as &dyn ReadAt))
        .collect()
}

/// Opens, checks every promise, and compares all pixels of the first level of image 0 with the picture.
fn shows_the_picture(files: &[Vec<u8>]) -> Slide {
    let slide = opened(files).expect("a slide");
    let members = members(files);
    conformance::check(&slide, &members, u64::MAX).expect("it conforms");
    let (width, height) = (slide.facts().width, slide.facts().height);
    let whole = Region {
        x: 0,
        y: 0,
        width,
        height,
    };
    let region = slide.region(&members, 0, whole).unwrap();
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let expected: Vec<u8> = places.flat_map(|(x, y)| pixel(x, y)).collect();
    assert!(region.rgb == expected, "it shows another picture");
    slide
}

fn tile(column: u32, row: u32) -> TileAt {
    TileAt {
        image: 0,
        level: 0,
        column,
        row,
    }
}

#[test]
fn a_series_is_one_slide() {
    let icc = Built {
        icc: vec![1; 588],
        ..Built::level((40, 24))
    };
    let files = [
        Built::level((20, 12)).file(),
        Built::beside("LABEL", (9, 7)).file(),
        icc.file(),
        Built::beside("OVERVIEW", (12, 5)).file(),
        Built::beside("THUMBNAIL", (8, 8)).file(),
    ];
    let slide = shows_the_picture(&files);
    let facts = serde_json::to_value(slide.facts()).unwrap();
    assert_eq!(facts["vendor"], "dicom");
    assert_eq!(facts["codec"], "none");
    assert_eq!(facts["mpp"], serde_json::json!([0.25, 0.5]));
    assert_eq!(facts["objective"], 20.0);
    assert_eq!(facts["barcode"], "C-1");
    assert_eq!(facts["icc_bytes"], 588);
    assert_eq!(facts["photometric"], "RGB");
    assert_eq!(facts["levels"].as_array().unwrap().len(), 2);
    let names: Vec<&str> = slide
        .facts()
        .associated
        .iter()
        .map(|a| a.name.as_str())
        .collect();
    assert_eq!(names, ["label", "macro", "thumbnail"]);
}

#[test]
fn every_table_finds_the_same_frames() {
    let stream = &Built::jpeg((40, 24), Table::Empty).frames[4];
    for table in [Table::Basic, Table::Empty, Table::Extended, Table::Split] {
        let files = [Built::jpeg((40, 24), table).file()];
        let slide = opened(&files).unwrap();
        let members = members(&files);
        let checked = conformance::check(&slide, &members, u64::MAX).expect("it conforms");
        assert_eq!((checked.tiles, checked.served), (6, 6), "{table:?}");
        assert_eq!(slide.levels()[0].made, table == Table::Split);
        let served = slide.tile(&members, tile(1, 1)).unwrap();
        assert!(served.starts_with(stream), "{table:?}");
        assert!(served.len() <= stream.len() + 1);
    }
}

#[test]
fn one_frame_may_have_any_number_of_fragments() {
    let mut split = Built::jpeg((16, 16), Table::Split);
    split.frames.truncate(1);
    let whole = split.file();
    let slide = opened(std::slice::from_ref(&whole)).unwrap();
    assert!(slide.levels()[0].made);
    let files = [whole];
    let made = |files: &[Vec<u8>]| {
        let mut tiles = Vec::new();
        let sink = &mut |tile: crate::pyramid::cascade::Made| {
            tiles.push(tile.bytes.to_vec());
            Ok(())
        };
        slide.make(&members(files), 0, &[], sink).unwrap();
        tiles
    };
    assert!(made(&files)[0].starts_with(&split.frames[0]));
}

#[test]
fn bare_samples_come_in_any_arrangement() {
    let level = Built::level((40, 24));
    let apart = |frame: &Vec<u8>| {
        let plane = |sample: usize| frame.iter().skip(sample).step_by(3).copied();
        (0..3).flat_map(plane).collect::<Vec<u8>>()
    };
    let planar = Built {
        planar: 1,
        frames: level.frames.iter().map(apart).collect(),
        ..level.clone()
    };
    shows_the_picture(&[planar.file()]);
    let runs = |frame: &Vec<u8>| {
        let literal = |plane: &[u8]| [&[127], &plane[..128], &[127], &plane[128..]].concat();
        let segments: Vec<Vec<u8>> = apart(frame).chunks(256).map(literal).collect();
        let mut header = [3, 64, 64 + 258, 64 + 516].map(u32::to_le_bytes).concat();
        header.resize(64, 0);
        [header, segments.concat()].concat()
    };
    let rle = Built {
        syntax: RLE,
        table: Table::Basic,
        frames: level.frames.iter().map(runs).collect(),
        ..level
    };
    let slide = shows_the_picture(&[rle.file()]);
    let facts = serde_json::to_value(slide.facts()).unwrap();
    assert_eq!(facts["codec"], "rle");
}

#[test]
fn luma_and_chroma_become_colours() {
    let mut luma = Built::level((16, 16));
    luma.photometric = "YBR_FULL";
    luma.frames = vec![[76, 85, 255].repeat(256)];
    let files = [luma.file()];
    let slide = opened(&files).unwrap();
    let picture = slide.tile_pixels(&members(&files), tile(0, 0)).unwrap();
    assert_eq!(picture.rgb[..3], [254, 0, 0]);
    let mut grey = Built::level((16, 16));
    (grey.photometric, grey.samples) = ("MONOCHROME1", 1);
    grey.frames = vec![vec![1; 256]];
    let files = [grey.file()];
    let slide = opened(&files).unwrap();
    let picture = slide.tile_pixels(&members(&files), tile(0, 0)).unwrap();
    assert_eq!(picture.rgb[..3], [254; 3]);
}

#[test]
fn frames_lie_where_they_say_and_the_rest_is_absent() {
    let mut sparse = Built::level((40, 24));
    sparse.full = false;
    sparse.places = vec![(17, 17, None), (1, 1, None)];
    sparse.frames = vec![
        frame((40, 24), (16, 16), 1, 1),
        frame((40, 24), (16, 16), 0, 0),
    ];
    let files = [sparse.file()];
    let slide = opened(&files).unwrap();
    let members = members(&files);
    conformance::check(&slide, &members, u64::MAX).expect("it conforms");
    let corner =
        |column, row| slide.tile_pixels(&members, tile(column, row)).unwrap().rgb[..3].to_vec();
    assert_eq!(corner(1, 1), pixel(16, 16));
    assert_eq!(corner(0, 0), pixel(0, 0));
    assert_eq!(corner(2, 0), [255; 3]);
    let mut absent = 0;
    let count = &mut |extent: crate::formats::TileExtent| {
        absent += u32::from(extent.length == 0);
        Ok(())
    };
    slide.extents(&members, 0, count).unwrap();
    assert_eq!(absent, 4);
}

#[test]
fn a_frame_larger_than_the_matrix_is_cut() {
    let mut large = Built::level((10, 12));
    large.full = false;
    large.places = vec![(1, 1, None)];
    let slide = shows_the_picture(&[large.file()]);
    assert_eq!((slide.facts().width, slide.facts().height), (10, 12));
}

#[test]
fn parts_of_a_concatenation_are_one_image() {
    let whole = Built::level((40, 24));
    let part = |number: u16, frames: std::ops::Range<usize>| Built {
        part: Some((number, 2, frames.start as u32)),
        frames: whole.frames[frames].to_vec(),
        uid: format!("2.25.{number}"),
        ..whole.clone()
    };
    let (first, second) = (part(1, 0..2).file(), part(2, 2..6).file());
    shows_the_picture(&[second.clone(), first.clone()]);
    for files in [[first].as_slice(), &[second]] {
        let why = opened(files).unwrap_err().to_string();
        assert!(
            why.contains("a part of a concatenation is missing"),
            "{why}"
        );
    }
}

#[test]
fn focal_planes_and_optical_paths_are_images() {
    let mut stack = Built::level((40, 24));
    stack.focal_planes = 2;
    stack.paths = vec!["DAPI", "FITC"];
    let dark = |frame: &Vec<u8>| frame.iter().map(|value| value / 2).collect::<Vec<u8>>();
    let others = stack.frames.iter().map(dark).collect::<Vec<_>>();
    stack.frames = [stack.frames.clone(), others.clone(), others.clone(), others].concat();
    let lower = Built {
        paths: vec!["FITC"],
        ..Built::level((20, 12))
    };
    let files = [lower.file(), stack.file()];
    let slide = shows_the_picture(&files);
    let images = &slide.facts().images;
    let told: Vec<_> = images
        .iter()
        .map(|i| (i.channel, i.focal_plane, i.levels.len()))
        .collect();
    assert_eq!(told, [(0, 0, 1), (0, 1, 1), (1, 0, 2), (1, 1, 1)]);
    assert_eq!(images[3].name, "FITC at 2 µm");
    assert_eq!(slide.levels().len(), 5);
}

#[test]
fn planes_in_files_of_their_own_are_one_stack() {
    let plane = |height, uid: &str| Built {
        full: false,
        places: vec![(1, 1, Some(height))],
        uid: uid.into(),
        ..Built::level((16, 16))
    };
    let mut above = plane("1.5", "2.25.2");
    above.frames[0].fill(9);
    let files = [above.file(), plane("0", "2.25.1").file()];
    let slide = shows_the_picture(&files);
    assert_eq!(slide.facts().images.len(), 2);
    assert_eq!(slide.facts().images[1].name, "1 at 1.5 µm");
}

#[test]
fn a_level_that_came_twice_is_one_level() {
    let level = Built::level((40, 24));
    let mut renamed = level.clone();
    renamed.uid = "2.25.99".into();
    let files = [level.file(), level.file(), renamed.file()];
    assert_eq!(shows_the_picture(&files).levels().len(), 1);
}
