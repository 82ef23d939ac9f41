//! Data sets built by hand: what is walked, what is refused, and what harms nobody.

use super::*;
use proptest::prelude::*;

impl Source for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        let bytes = self.get(offset as usize..offset as usize + buffer.len());
        buffer.copy_from_slice(bytes.ok_or(std::io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A value: the sequences it stands in, its attribute, its bytes.
type Value = (Vec<Tag>, Tag, Vec<u8>);

/// Every value with the sequences it stands in, or why the walk ended.
fn walk(bytes: &Vec<u8>, implicit: bool) -> Result<Vec<Value>, Error> {
    let mut reader = Reader::new(bytes, 0, implicit);
    let mut found = Vec::new();
    while let Some(event) = reader.step()? {
        if let Event::Element(element) = event {
            let value = match element.length {
                Some(_) => reader.value(&element, 1 << 20)?,
                None => Vec::new(),
            };
            found.push((reader.path().to_vec(), element.tag, value));
        }
    }
    Ok(found)
}

/// A header of explicit VR: tag, representation, length.
fn header(tag: Tag, vr: &str, length: u32) -> Vec<u8> {
    let mut bytes = [tag.0.to_le_bytes(), tag.1.to_le_bytes()].concat();
    bytes.extend(vr.as_bytes());
    if matches!(vr, "SQ" | "OB" | "UN") {
        bytes.extend([0; 2]);
        bytes.extend(length.to_le_bytes());
    } else {
        bytes.extend((length as u16).to_le_bytes());
    }
    bytes
}

/// A header without representation: of an item, a delimiter, or any element of implicit VR.
fn bare(tag: Tag, length: u32) -> Vec<u8> {
    let tag = [tag.0.to_le_bytes(), tag.1.to_le_bytes()].concat();
    [tag, length.to_le_bytes().to_vec()].concat()
}

fn spacing() -> Vec<u8> {
    [header(Tag::PIXEL_SPACING, "DS", 4), b"1\\2 ".to_vec()].concat()
}

#[test]
fn known_and_unknown_lengths_are_the_same_data_set() {
    let mut inner = DataSet::default();
    inner.text(Tag::PIXEL_SPACING, *b"DS", "1\\2 ");
    let mut middle = DataSet::default();
    middle.sequence(Tag::PIXEL_MEASURES_SEQUENCE, &[inner]);
    let mut known = DataSet::default();
    known.short(Tag::ROWS, 7);
    known.sequence(Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, &[middle]);
    let unknown = [
        header(Tag::ROWS, "US", 2),
        vec![7, 0],
        header(Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, "SQ", u32::MAX),
        bare(Tag::ITEM, u32::MAX),
        header(Tag::PIXEL_MEASURES_SEQUENCE, "SQ", u32::MAX),
        bare(Tag::ITEM, u32::MAX),
        spacing(),
        bare(Tag::ITEM_DELIMITATION_ITEM, 0),
        bare(Tag::SEQUENCE_DELIMITATION_ITEM, 0),
        bare(Tag::ITEM_DELIMITATION_ITEM, 0),
        bare(Tag::SEQUENCE_DELIMITATION_ITEM, 0),
    ]
    .concat();
    let path = vec![
        Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
        Tag::PIXEL_MEASURES_SEQUENCE,
    ];
    let expected = vec![
        (vec![], Tag::ROWS, vec![7, 0]),
        (path, Tag::PIXEL_SPACING, b"1\\2 ".to_vec()),
    ];
    assert_eq!(walk(&known.bytes().to_vec(), false).unwrap(), expected);
    assert_eq!(walk(&unknown, false).unwrap(), expected);
}

#[test]
fn elements_without_representation_are_walked() {
    let inner = [bare(Tag::PIXEL_SPACING, 4), b"1\\2 ".to_vec()].concat();
    let bytes = [
        bare(
            Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
            8 + inner.len() as u32,
        ),
        bare(Tag::ITEM, inner.len() as u32),
        inner.clone(),
        bare(Tag(0x0009, 0x0001), u32::MAX),
        bare(Tag::ITEM, u32::MAX),
        inner,
        bare(Tag::ITEM_DELIMITATION_ITEM, 0),
        bare(Tag::SEQUENCE_DELIMITATION_ITEM, 0),
    ]
    .concat();
    let found = walk(&bytes, true).unwrap();
    let paths: Vec<Vec<Tag>> = found.into_iter().map(|(path, ..)| path).collect();
    assert_eq!(
        paths,
        [
            vec![Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE],
            vec![Tag(0x0009, 0x0001)]
        ]
    );
}

#[test]
fn an_icon_in_fragments_is_stepped_over() {
    let bytes = [
        header(Tag(0x0088, 0x0200), "SQ", u32::MAX),
        bare(Tag::ITEM, u32::MAX),
        header(Tag::PIXEL_DATA, "OB", u32::MAX),
        bare(Tag::ITEM, 0),
        bare(Tag::ITEM, 4),
        vec![1, 2, 3, 4],
        bare(Tag::SEQUENCE_DELIMITATION_ITEM, 0),
        bare(Tag::ITEM_DELIMITATION_ITEM, 0),
        bare(Tag::SEQUENCE_DELIMITATION_ITEM, 0),
        spacing(),
    ]
    .concat();
    let found = walk(&bytes, false).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].1, Tag::PIXEL_SPACING);
}

#[test]
fn sequences_within_sequences_end_at_a_depth() {
    let nested = |times: usize| {
        let one = [
            header(Tag(0x0009, 0x0001), "SQ", u32::MAX),
            bare(Tag::ITEM, u32::MAX),
        ];
        one.concat().repeat(times)
    };
    let why = |times| walk(&nested(times), false).unwrap_err().to_string();
    assert!(
        why(DEPTH + 1).contains("nest too deep"),
        "{}",
        why(DEPTH + 1)
    );
    assert!(why(1_000_000).contains("nest too deep"));
    // Allowed, and then cut.
    assert!(matches!(
        walk(&nested(DEPTH), false),
        Err(Error::Ends { .. })
    ));
}

#[test]
fn what_reaches_beyond_its_place_is_refused() {
    let beyond = [header(Tag(0x0009, 0x0001), "OB", 1 << 30), vec![0; 16]].concat();
    assert!(matches!(
        walk(&beyond, false),
        Err(Error::Ends { found: 28, .. })
    ));
    let inner = header(Tag(0x0009, 0x0001), "OB", 100);
    let in_item = [
        header(Tag::PIXEL_MEASURES_SEQUENCE, "SQ", 8 + inner.len() as u32),
        bare(Tag::ITEM, inner.len() as u32),
        inner,
        vec![0; 200],
    ]
    .concat();
    assert!(matches!(walk(&in_item, false), Err(Error::Damaged(_))));
    for bytes in [
        [header(Tag::ROWS, "us", 2), vec![0; 2]].concat(),
        [bare(Tag::ITEM, 0), vec![0; 8]].concat(),
        [
            header(Tag::PIXEL_MEASURES_SEQUENCE, "SQ", 10),
            header(Tag::ROWS, "US", 2),
            vec![0; 2],
        ]
        .concat(),
    ] {
        assert!(
            matches!(walk(&bytes, false), Err(Error::Damaged(_))),
            "{bytes:?}"
        );
    }
}

#[test]
fn a_value_is_read_only_as_far_as_it_may_be_long() {
    let bytes = [header(Tag(0x0009, 0x0001), "OB", 64), vec![0; 64]].concat();
    let mut reader = Reader::new(&bytes, 0, false);
    let Some(Event::Element(element)) = reader.step().unwrap() else {
        panic!("no element")
    };
    assert!(reader.value(&element, 64).is_ok());
    assert!(reader.value(&element, 63).is_err());
}

#[test]
fn the_beginning_says_how_to_go_on() {
    let mut file = beginning("1.2.840.10008.1.2.4.50", "1.2.3", "1.2.4");
    let expected = Start {
        at: file.len() as u64,
        transfer_syntax: Some("1.2.840.10008.1.2.4.50".into()),
        sop_class: Some("1.2.3".into()),
    };
    file.extend(spacing());
    assert_eq!(start(&file).unwrap(), expected);
    let without_preamble = file[132..].to_vec();
    assert_eq!(start(&without_preamble).unwrap().at, expected.at - 132);
    assert_eq!(start(&spacing()).unwrap(), Start::default());
}

#[test]
fn fragments_are_found_up_to_their_delimiter() {
    let mut data = DataSet::default();
    data.item(&[]);
    data.item(&[1, 2, 3]);
    data.item(&[4, 5]);
    data.end_frames();
    let bytes = data.bytes().to_vec();
    let all = |bytes: &Vec<u8>| {
        let mut found = Vec::new();
        let end = fragments::<Error>(bytes, 0, &mut |fragment| {
            found.push((fragment.at, fragment.length));
            Ok(())
        });
        end.map(|end| (end, found))
    };
    let (end, found) = all(&bytes).unwrap();
    assert_eq!(found, [(8, 0), (16, 4), (28, 2)]);
    assert_eq!(end, bytes.len() as u64 - 8);
    for length in 0..bytes.len() {
        assert!(all(&bytes[..length].to_vec()).is_err(), "{length}");
    }
    assert!(all(&bare(Tag::ITEM, u32::MAX)).is_err());
    assert!(all(&bare(Tag::ROWS, 0)).is_err());
}

/// A frame of run-length coded segments.
fn runs(segments: &[&[u8]]) -> Vec<u8> {
    let mut numbers = [0_u32; 16];
    numbers[0] = segments.len() as u32;
    let mut at = 64;
    for (number, segment) in numbers[1..].iter_mut().zip(segments) {
        *number = at;
        at += segment.len() as u32;
    }
    let header: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    [header, segments.concat()].concat()
}

#[test]
fn runs_become_samples_pixel_by_pixel() {
    let frame = runs(&[&[253, 7], &[3, 1, 2, 3, 4, 128], &[128, 255, 9, 1, 8, 6]]);
    let expected = vec![7, 1, 9, 7, 2, 9, 7, 3, 8, 7, 4, 6];
    assert_eq!(rle::decode(&frame, 4, 3), Some(expected));
    assert_eq!(rle::decode(&runs(&[&[253, 7]]), 4, 1), Some(vec![7; 4]));
    // A run may reach beyond the end, a segment may not fall short of it.
    assert_eq!(rle::decode(&runs(&[&[129, 7]]), 4, 1), Some(vec![7; 4]));
    assert_eq!(rle::decode(&runs(&[&[254, 7]]), 4, 1), None);
    assert_eq!(rle::decode(&frame, 4, 1), None);
    assert_eq!(rle::decode(&frame[..63], 4, 3), None);
    let mut astray = frame;
    astray[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(rle::decode(&astray, 4, 3), None);
}

#[test]
fn numbers_and_words_come_without_padding() {
    assert_eq!(text(b" a \0"), Some("a".into()));
    assert_eq!(text(b" \0"), None);
    assert_eq!(texts(b"A\\ B\\"), ["A", "B", ""]);
    assert_eq!(decimals(b"0.5 \\x\\1e400"), [Some(0.5), None, None]);
    assert_eq!(numbers::<2>(&[1, 2, 3]).collect::<Vec<_>>(), [513]);
    assert_eq!(numbers::<8>(&[255; 8]).collect::<Vec<_>>(), [u64::MAX]);
}

proptest! {
    #[test]
    fn no_bytes_make_a_walk_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), implicit: bool) {
        let walked = walk(&bytes, implicit);
        prop_assert!(walked.map_or(0, |found| found.len()) <= bytes.len() / 8);
        let _ = start(&bytes);
        let _ = rle::decode(&bytes, 100, 3);
    }
}
