//! What a synthetic slide promises.

use std::io::Cursor;

use super::*;
use crate::formats::{self, Codec, Colour, Member, jpeg, label::read_codes};
use crate::pyramid::geometry::TileAt;

const NUMBER: &str = "NG26-01742-A1-1";

fn recipe(width: u32, height: u32, seed: u64) -> Recipe {
    Recipe {
        width,
        height,
        seed,
        barcode: Some(NUMBER.to_owned()),
        label_lines: vec![String::from("NORTHGATE"), String::from("H&E")],
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    }
}

fn svs(recipe: &Recipe) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let written = write_svs(recipe, &mut out).unwrap();
    let bytes = out.into_inner();
    assert_eq!(written.size_bytes, bytes.len() as u64);
    bytes
}

fn codes(picture: &Picture) -> Vec<String> {
    let codes = read_codes(picture.width, picture.height, &picture.rgb);
    codes
        .into_iter()
        .map(crate::phi::Phi::into_exposed)
        .collect()
}

#[test]
fn a_recipe_out_of_bounds_is_refused() {
    let mut out = Cursor::new(Vec::new());
    let mut coarse = recipe(300, 300, 1);
    coarse.microns_per_pixel = 11.0;
    let mut long = recipe(300, 300, 1);
    long.barcode = Some("A1-".repeat(400));
    for wrong in [
        recipe(0, 5, 1),
        recipe(5, LONGEST_SIDE + 1, 1),
        coarse,
        long,
    ] {
        assert!(write_svs(&wrong, &mut out).is_err());
    }
    assert!(
        out.into_inner().is_empty(),
        "nothing is written before the recipe is known to be good"
    );
}

#[test]
fn the_same_recipe_gives_the_same_bytes_on_every_machine() {
    let bytes = svs(&recipe(1100, 700, 7));
    assert_eq!(bytes, svs(&recipe(1100, 700, 7)));
    assert_ne!(bytes, svs(&recipe(1100, 700, 8)));
    let digest = blake3::hash(&bytes).to_hex();
    assert_eq!(
        digest.as_str(),
        "cd856d5dd3994bc287c274a63b4df96098eaccf29a72723aa5686ba61cda21f0",
        "a change of look changes this digest too"
    );
}

#[test]
fn it_opens_as_an_aperio_slide_of_shared_tables() {
    let bytes = svs(&recipe(2600, 1500, 3));
    let members = [Member {
        name: "a.svs",
        bytes: &bytes,
    }];
    let slide = formats::open(&members).unwrap();
    let sizes: Vec<_> = slide
        .levels()
        .iter()
        .map(|level| (level.grid.width, level.grid.height))
        .collect();
    assert_eq!(sizes, [(2600, 1500), (650, 375)]);
    for level in slide.levels() {
        assert_eq!((level.codec, level.colour), (Codec::Jpeg, Colour::YCbCr));
        assert!(level.tables.is_some());
        for row in 0..level.grid.rows() {
            let at = TileAt {
                image: 0,
                level: level.level,
                column: 0,
                row,
            };
            let tile = slide.tile(&members, at).unwrap();
            assert_eq!(jpeg::decode(&tile, 256, 256).unwrap().width, 256);
        }
    }
    let named = |name| slide.associated(&members, name).unwrap();
    assert_eq!(named("thumbnail").width, 650);
    assert_eq!(named("macro").width, 1280);
    assert_eq!(codes(&named("label")), [NUMBER]);
}

#[test]
fn sixty_four_bit_offsets_read_the_same() {
    let small = svs(&recipe(700, 300, 5));
    let mut out = Cursor::new(Vec::new());
    write(&recipe(700, 300, 5), &mut out, true).unwrap();
    let big = out.into_inner();
    assert_eq!(big[2], 43);
    let [first, second] = [&small, &big].map(|bytes| {
        let members = [Member { name: "", bytes }];
        let at = TileAt {
            image: 0,
            level: 0,
            column: 1,
            row: 0,
        };
        formats::open(&members)
            .unwrap()
            .tile_pixels(&members, at)
            .unwrap()
    });
    assert_eq!(first, second);
}

#[test]
fn it_looks_like_tissue_on_glass() {
    for (seed, stain) in [(1, Stain::HE), (2, Stain::HE), (3, Stain::Ihc)] {
        let recipe = Recipe {
            stain,
            ..recipe(6000, 4000, seed)
        };
        let bytes = svs(&recipe);
        let members = [Member {
            name: "",
            bytes: &bytes,
        }];
        let seen = formats::open(&members)
            .unwrap()
            .associated(&members, "thumbnail")
            .unwrap();
        let pixels = seen.rgb.chunks(3).count();
        let share = |is: &dyn Fn(&[u8]) -> bool| {
            seen.rgb.chunks(3).filter(|p| is(p)).count() * 100 / pixels
        };
        let glass = share(&|p| p.iter().all(|value| *value > 232));
        let stained = share(&|p| p[1] < 215 && p[1] + 10 < p[2]);
        assert!((30..90).contains(&glass), "seed {seed}: {glass} % glass");
        assert!(
            (8..65).contains(&stained),
            "seed {seed}: {stained} % stained"
        );
    }
}

#[test]
fn neighbouring_tiles_have_no_seam() {
    let bytes = svs(&recipe(3000, 2000, 2));
    let members = [Member {
        name: "",
        bytes: &bytes,
    }];
    let slide = formats::open(&members).unwrap();
    let at = |column| TileAt {
        image: 0,
        level: 0,
        column,
        row: 4,
    };
    let [left, right] = [2, 3].map(|column| slide.tile_pixels(&members, at(column)).unwrap());
    let step = |a: &Picture, x: usize, b: &Picture, y: usize| -> u64 {
        let samples = (0..256 * 3).map(|n| (n / 3 * 768 + n % 3, n));
        samples
            .map(|(at, _)| u64::from(a.rgb[at + x * 3].abs_diff(b.rgb[at + y * 3])))
            .sum()
    };
    let across = step(&left, 255, &right, 0);
    let within = step(&left, 247, &left, 248).max(step(&right, 7, &right, 8));
    assert!(within > 0, "the tiles show tissue");
    assert!(
        across < 3 * within,
        "{across} across the seam, {within} within"
    );
}

#[test]
fn its_label_is_read_also_after_a_hard_jpeg() {
    let label = label_picture(&recipe(100, 100, 1)).unwrap();
    assert_eq!(codes(&label), [NUMBER]);
    let stream = label.to_jpeg(35).unwrap();
    assert_eq!(
        codes(&jpeg::decode(&stream, label.width, label.height).unwrap()),
        [NUMBER]
    );
}

#[test]
fn a_label_in_trouble_is_not_read() {
    for seed in 0..12 {
        for trouble in [Trouble::UnreadableCode, Trouble::NoCode] {
            let recipe = Recipe {
                trouble: Some(trouble),
                ..recipe(100, 100, seed)
            };
            assert!(
                codes(&label_picture(&recipe).unwrap()).is_empty(),
                "{trouble:?} {seed}"
            );
        }
    }
}

/// The files of a DICOM series by their names, in the order in which they were begun.
fn dicom(recipe: &Recipe) -> Vec<(String, Vec<u8>)> {
    let files = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let mut open = |name: &str| {
        let mut files = files.borrow_mut();
        files.push((name.to_owned(), Shared::default()));
        let (_, file) = &files[files.len() - 1];
        Ok(file.clone())
    };
    let written = write_dicom(recipe, &mut open).unwrap();
    let files: Vec<(String, Vec<u8>)> = files
        .borrow()
        .iter()
        .map(|(name, file)| (name.clone(), file.0.borrow().get_ref().clone()))
        .collect();
    let sum: usize = files.iter().map(|(_, file)| file.len()).sum();
    assert_eq!(written.size_bytes, sum as u64);
    files
}

/// A file in memory that its writer and the test both hold.
#[derive(Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Cursor<Vec<u8>>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl std::io::Seek for Shared {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.borrow_mut().seek(to)
    }
}

#[test]
fn a_dicom_series_is_the_same_slide_as_the_svs() {
    let recipe = recipe(4200, 3000, 5);
    let files = dicom(&recipe);
    assert!(files == dicom(&recipe), "the same recipe, other bytes");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let levels = ["level-0.dcm", "level-1.dcm", "level-2.dcm"];
    assert_eq!(names[..3], levels);
    assert_eq!(names[3..], ["label.dcm", "macro.dcm", "thumbnail.dcm"]);
    let members: Vec<Member<'_>> = files
        .iter()
        .map(|(name, bytes)| Member { name, bytes })
        .collect();
    let slide = formats::open(&members).unwrap();
    formats::conformance::check(&slide, &members, 3).unwrap();
    let facts = slide.facts();
    assert_eq!(facts.vendor, "dicom");
    assert_eq!(facts.mpp, [Some(0.5); 2]);
    assert_eq!(facts.objective, Some(20.0));
    let same = svs(&recipe);
    let svs_members = [Member {
        name: "",
        bytes: &same,
    }];
    let other = formats::open(&svs_members).unwrap();
    for level in 0..3 {
        let at = TileAt {
            image: 0,
            level,
            column: 1,
            row: 1,
        };
        if slide.levels()[usize::from(level)]
            .grid
            .place(1, 1)
            .is_some()
        {
            let pixels = slide.tile_pixels(&members, at).unwrap();
            assert!(pixels == other.tile_pixels(&svs_members, at).unwrap());
        }
    }
    let label = slide.associated(&members, "label").unwrap();
    assert_eq!(codes(&label), [NUMBER]);
}
