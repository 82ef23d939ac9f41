//! What is no slide, or not one slide, and the words for it.

use super::build::JPEG;
use super::*;

fn why(instances: &[Built]) -> String {
    let files: Vec<Vec<u8>> = instances.iter().map(Built::file).collect();
    let why = opened(&files).expect_err("it is refused").to_string();
    assert!(
        !why.contains("P1") && !why.contains("P2"),
        "patient data in {why}"
    );
    why
}

/// A level, changed by `change`.
fn changed(change: impl FnOnce(&mut Built)) -> Built {
    let mut level = Built::level((40, 24));
    change(&mut level);
    level
}

#[test]
fn what_belongs_to_somebody_else_is_refused() {
    let level = Built::level((40, 24));
    let small = || Built::level((20, 12));
    for (stranger, what) in [
        (
            Built {
                patient: "P2",
                ..small()
            },
            "different patients",
        ),
        (
            Built {
                series: "2.25.77",
                ..small()
            },
            "different series",
        ),
        (
            Built {
                container: "C-2",
                ..small()
            },
            "different containers",
        ),
        (
            Built {
                reference: "2.25.88",
                ..small()
            },
            "different frames of reference",
        ),
    ] {
        let said = why(&[level.clone(), stranger]);
        assert!(
            said.contains(what) && said.contains("send each slide on its own"),
            "{said}"
        );
    }
    // The camera of the label has a frame of reference of its own.
    let label = Built {
        reference: "2.25.88",
        ..Built::beside("LABEL", (9, 7))
    };
    assert!(opened(&[level.file(), label.file()]).is_ok());
}

#[test]
fn two_pictures_for_one_place_are_refused() {
    let level = Built::level((40, 24));
    let mut other = level.clone();
    other.frames[0].fill(7);
    assert!(why(&[level.clone(), other.clone()]).contains("bear the same UID"));
    other.uid = "2.25.99".into();
    assert!(why(&[level.clone(), other]).contains("claim to be the same level"));
    let label = Built::beside("LABEL", (9, 7));
    let second = Built::beside("LABEL", (9, 8));
    assert!(why(&[level.clone(), label, second]).contains("different labels"));
    assert!(why(&[level, Built::level((20, 20))]).contains("several scanned areas"));
}

#[test]
fn a_picture_alone_is_no_slide() {
    let label = Built::beside("LABEL", (9, 7));
    let said = why(std::slice::from_ref(&label));
    assert!(
        said.contains("a DICOM label image alone, not a slide"),
        "{said}"
    );
    let both = [label, Built::beside("OVERVIEW", (9, 8))];
    assert!(why(&both).contains("without the slide's own image"));
}

#[test]
fn other_objects_are_named_and_left_out_beside_a_slide() {
    let segmentation = changed(|level| level.class = "1.2.840.10008.5.1.4.1.1.66.4");
    assert!(why(std::slice::from_ref(&segmentation)).contains("a DICOM segmentation, not a slide"));
    let files = [Built::level((40, 24)).file(), segmentation.file()];
    let slide = opened(&files).unwrap();
    assert_eq!(slide.facts().not_shown.len(), 1);
}

#[test]
fn ways_of_storing_that_are_not_read_are_named() {
    for (syntax, name) in [
        ("1.2.840.10008.1.2.2", "big endian"),
        ("1.2.840.10008.1.2.1.99", "deflated"),
        ("1.2.840.10008.1.2.4.80", "JPEG-LS"),
        ("1.2.840.10008.1.2.4.201", "high-throughput JPEG 2000"),
        ("1.2.840.10008.1.2.4.70", "lossless JPEG"),
        ("1.2.3", "a transfer syntax we do not know"),
    ] {
        let said = why(&[changed(|level| level.syntax = syntax)]);
        assert!(said.contains(name) && said.contains("export"), "{said}");
    }
    for (level, name) in [
        (changed(|level| level.bits = 16), "16 bits a sample"),
        (changed(|level| level.bits = 1), "an unusual size"),
        (
            changed(|level| level.photometric = "PALETTE COLOR"),
            "a palette",
        ),
        (
            changed(|level| level.photometric = "YBR_PARTIAL_420"),
            "an unusual kind of colours",
        ),
    ] {
        assert!(why(&[level]).contains(name), "{name}");
    }
}

#[test]
fn counts_that_contradict_each_other_are_refused() {
    let said = |frames: &str| changed(|level| level.said_frames = Some(frames.into()));
    assert!(why(&[said("7")]).contains("shorter than its frames"));
    assert!(why(&[said("5")]).contains("not as many frames as its size needs"));
    assert!(why(&[said("0")]).contains("no frames"));
    assert!(why(&[said("six")]).contains("no number"));
    assert!(why(&[said("4294967295")]).contains("larger than we accept"));
    assert!(why(&[changed(|level| level.size = (0, 24))]).contains("how large it is"));
    assert!(why(&[changed(|level| level.size.0 = 1 << 25)]).contains("larger than we accept"));
    assert!(why(&[changed(|level| level.focal_planes = 0)]).contains("makes no sense"));
    assert!(why(&[changed(|level| level.syntax = JPEG)]).contains("as its transfer syntax says"));
    let sparse = |places: Vec<(u32, u32, Option<&'static str>)>| {
        changed(|level| {
            level.full = false;
            level.frames.truncate(2);
            level.places = places;
        })
    };
    assert!(why(&[sparse(vec![])]).contains("do not say where they lie"));
    assert!(why(&[sparse(vec![(1, 1, None); 2])]).contains("at the same place"));
    assert!(why(&[sparse(vec![(1, 1, None), (49, 1, None)])]).contains("outside the matrix"));
    assert!(why(&[sparse(vec![(1, 1, None), (0, 1, None)])]).contains("outside the matrix"));
    assert!(why(&[sparse(vec![(1, 1, None), (9, 1, None)])]).contains("do not lie side by side"));
}

/// Where the last element of this tag begins.
fn at(file: &[u8], tag: [u8; 4]) -> usize {
    file.windows(4).rposition(|bytes| bytes == tag).unwrap()
}

#[test]
fn tables_that_lie_are_refused() {
    let with = |table, change: fn(&mut Vec<u8>)| {
        let mut file = Built::jpeg((40, 24), table).file();
        change(&mut file);
        opened(&[file]).map(|_| ()).unwrap_err().to_string()
    };
    let basic = with(Table::Basic, |file| {
        let data = at(file, [0xE0, 0x7F, 0x10, 0]);
        file[data + 12 + 8 + 4] ^= 4;
    });
    assert!(basic.contains("points to no fragment"), "{basic}");
    let extended = with(Table::Extended, |file| {
        let offsets = at(file, [0xE0, 0x7F, 1, 0]);
        file[offsets + 12 + 8] ^= 4;
    });
    assert!(extended.contains("extended offset table"), "{extended}");
    let lengths = with(Table::Extended, |file| {
        let lengths = at(file, [0xE0, 0x7F, 2, 0]);
        file[lengths + 12] ^= 0x40;
    });
    assert!(lengths.contains("extended offset table"), "{lengths}");
    let mut fewer = Built::jpeg((40, 24), Table::Empty);
    fewer.frames.truncate(5);
    fewer.said_frames = Some("6".into());
    assert!(why(&[fewer]).contains("do not say which frames"));
}
