//! What an index, its pages and its manifest promise.

mod second;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::formats::{Codec, Colour};
use crate::ids::ScanId;
use crate::pyramid::geometry::Grid;

const SCAN: ScanId = ScanId(Uuid::from_u128(0x0198_c0de_0000_7000_8000_0000_0000_0001));
const OTHER: ScanId = ScanId(Uuid::from_u128(0x0198_c0de_0000_7000_8000_0000_0000_0002));
const INDEX_V1: &[u8] = include_bytes!("../../tests/golden/index-v1.bin");

fn level(number: u16, width: u32, height: u32) -> Level {
    Level {
        image: 0,
        level: number,
        grid: Grid {
            width,
            height,
            tile_width: 256,
            tile_height: 256,
        },
        scale: f64::from(1 << (2 * number)),
        derived: false,
        codec: Codec::Jpeg,
        colour: Colour::YCbCr,
        table: None,
    }
}

fn facts(scan: ScanId, levels: Vec<Level>) -> Facts {
    Facts {
        scan,
        generation: 1,
        members: 1,
        levels,
        tables: vec![b"tables".to_vec()],
        packs: Vec::new(),
        sizes: Vec::new(),
    }
}

/// The stored bytes of a tile: its own number, repeated.
fn stored(number: u64) -> Vec<u8> {
    number.to_le_bytes().repeat(1 + (number % 3) as usize)
}

fn row(facts: &Facts, number: u64) -> Row {
    let at = facts.at(number).unwrap();
    let tagger = Tagger::new(facts.scan);
    if number % 7 == 3 {
        return Row::empty(Recipe::Blank, tagger.tag(&[], at));
    }
    Row {
        member: 0,
        recipe: Recipe::Stored,
        length: stored(number).len() as u32,
        offset: 1000 + 24 * number,
        tag: tagger.tag(&stored(number), at),
    }
}

fn index(facts: &Facts) -> Index {
    let mut writer = IndexWriter::new(facts.clone()).unwrap();
    for number in 0..facts.rows() {
        writer.push(&row(facts, number)).unwrap();
    }
    writer.finish().unwrap()
}

/// Locates a tile's row as a server does: header, page, slot.
fn locate(bytes: &[u8], header: &Header, at: TileAt) -> Result<Row, Error> {
    let place = header.page_of(at).ok_or(Error::Outside { at })?;
    let range = place.range.start as usize..place.range.end as usize;
    Page::open(&bytes[range], header, place.page)?.row(place.slot)
}

fn two_levels() -> Facts {
    facts(SCAN, vec![level(0, 900, 500), level(1, 225, 125)])
}

#[test]
fn todays_writer_writes_the_golden_index_and_todays_reader_reads_it() {
    let facts = two_levels();
    let index = index(&facts);
    assert_eq!(index.bytes, INDEX_V1);
    let header = Header::open_for(SCAN, 1, &index.header_digest, INDEX_V1).unwrap();
    assert_eq!(header.facts(), &facts);
    let number = 5;
    let at = facts.at(number).unwrap();
    let found = locate(INDEX_V1, &header, at).unwrap();
    assert_eq!(found, row(&facts, number));
    let bytes = stored(number);
    assert_eq!(
        header.serve(&found, at, &bytes),
        Ok(Served::Tile(bytes.as_slice().into()))
    );
}

#[test]
fn a_short_read_says_how_much_more_is_needed() {
    let header = Header::open(INDEX_V1).unwrap();
    let whole = u64::from(header.length());
    for short in 0..whole {
        let Err(Error::NeedMore { bytes }) = Header::open(&INDEX_V1[..short as usize]) else {
            panic!("{short} bytes opened it");
        };
        assert!(bytes > short && bytes <= whole);
    }
    assert!(Header::open(&INDEX_V1[..whole as usize]).is_ok());
}

#[test]
fn what_is_not_an_index_or_claims_too_much_is_refused() {
    assert!(matches!(
        Header::open(b"II*\0"),
        Err(Error::NotAnIndex { .. })
    ));
    let mut newer = INDEX_V1.to_vec();
    newer[8] = 3;
    assert!(matches!(
        Header::open(&newer),
        Err(Error::NotAnIndex { .. })
    ));
    let mut huge = INDEX_V1[..48].to_vec();
    huge[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(matches!(Header::open(&huge), Err(Error::Damaged { .. })));
}

#[test]
fn an_intact_index_of_another_scan_generation_or_digest_is_refused() {
    let digest = Header::open(INDEX_V1).unwrap().digest();
    let open = |scan, generation, digest| Header::open_for(scan, generation, digest, INDEX_V1);
    assert!(matches!(
        open(OTHER, 1, &digest),
        Err(Error::OtherScan { .. })
    ));
    assert!(matches!(
        open(SCAN, 2, &digest),
        Err(Error::OtherScan { .. })
    ));
    assert!(matches!(
        open(SCAN, 1, &Digest([0; 32])),
        Err(Error::Damaged { .. })
    ));
    assert!(open(SCAN, 1, &digest).is_ok());
}

#[test]
fn the_writer_refuses_what_a_reader_would() {
    let good = two_levels();
    let twice = Facts {
        levels: vec![level(0, 9, 9), level(0, 9, 9)],
        ..good.clone()
    };
    let backwards = Facts {
        levels: vec![level(1, 9, 9), level(0, 9, 9)],
        ..good.clone()
    };
    let mut no_table = level(0, 9, 9);
    no_table.table = Some(1);
    let no_table = Facts {
        levels: vec![no_table],
        ..good.clone()
    };
    let huge = Facts {
        levels: vec![level(0, u32::MAX, u32::MAX)],
        ..good.clone()
    };
    let empty = Facts {
        levels: vec![],
        ..good.clone()
    };
    for wrong in [twice, backwards, no_table, huge, empty] {
        assert!(matches!(
            IndexWriter::new(wrong),
            Err(Error::Unwritable { .. })
        ));
    }
    let mut writer = IndexWriter::new(good.clone()).unwrap();
    writer.push(&row(&good, 0)).unwrap();
    assert!(
        writer.put(good.at(0).unwrap(), &row(&good, 0)).is_err(),
        "two rows for a tile"
    );
    let stray = Row {
        member: 1,
        ..row(&good, 1)
    };
    assert!(
        writer.put(good.at(1).unwrap(), &stray).is_err(),
        "a member that is not there"
    );
    let spliced = Row {
        recipe: Recipe::Spliced,
        ..row(&good, 1)
    };
    assert!(
        writer.put(good.at(1).unwrap(), &spliced).is_err(),
        "spliced without tables"
    );
    assert!(writer.finish().is_err(), "rows are missing");
}

#[test]
fn rows_may_come_in_any_order() {
    let facts = two_levels();
    let mut writer = IndexWriter::new(facts.clone()).unwrap();
    for number in (0..facts.rows()).rev() {
        writer
            .put(facts.at(number).unwrap(), &row(&facts, number))
            .unwrap();
    }
    assert_eq!(writer.finish().unwrap().bytes, INDEX_V1);
}

#[test]
fn a_spliced_tile_is_served_with_its_levels_tables_and_colours() {
    let mut facts = facts(SCAN, vec![level(0, 200, 200)]);
    facts.tables = vec![vec![0xFF, 0xD8, 0xFF, 0xDB, 0, 3, 7, 0xFF, 0xD9]];
    facts.levels[0].table = Some(0);
    facts.levels[0].colour = Colour::Rgb;
    let (at, bytes) = (
        facts.at(0).unwrap(),
        [0xFF, 0xD8, 0xFF, 0xDA, 1, 0xFF, 0xD9],
    );
    let tag = Tagger::new(SCAN).tag(&bytes, at);
    let row = Row {
        recipe: Recipe::Spliced,
        length: 7,
        tag,
        ..row(&facts, 0)
    };
    let mut writer = IndexWriter::new(facts).unwrap();
    writer.push(&row).unwrap();
    let header = Header::open(&writer.finish().unwrap().bytes).unwrap();
    let Ok(Served::Tile(tile)) = header.serve(&row, at, &bytes) else {
        panic!("it is served");
    };
    assert_eq!(
        tile[..4],
        [0xFF, 0xD8, 0xFF, 0xEE],
        "an Adobe marker comes first"
    );
    assert_eq!(tile[18..], [0xFF, 0xDB, 0, 3, 7, 0xFF, 0xDA, 1, 0xFF, 0xD9]);
}

#[test]
fn a_tag_is_the_same_in_one_piece_and_in_many() {
    let tagger = Tagger::new(SCAN);
    let at = two_levels().at(4).unwrap();
    for size in [0, 1, 1_012, 1_024, 2_048, 4_095, 4_096, 4_097, 40_000] {
        let bytes: Vec<u8> = (0..size).map(|n| (n / 3) as u8).collect();
        let mut hasher = tagger.hasher();
        bytes.chunks(700).for_each(|piece| hasher.update(piece));
        assert_eq!(hasher.finish(at), tagger.tag(&bytes, at), "{size}");
    }
}

#[test]
fn an_intact_tile_of_another_place_or_scan_is_refused() {
    let header = Header::open(INDEX_V1).unwrap();
    let facts = two_levels();
    let (here, there) = (facts.at(0).unwrap(), facts.at(8).unwrap());
    let moved = row(&facts, 8);
    assert_eq!(
        header.serve(&moved, here, &stored(8)),
        Err(Error::DamagedTile { at: here })
    );
    assert!(header.serve(&moved, there, &stored(8)).is_ok());
    let theirs = Facts {
        scan: OTHER,
        ..facts
    };
    let foreign = row(&theirs, 0);
    assert_eq!(
        header.serve(&foreign, here, &stored(0)),
        Err(Error::DamagedTile { at: here })
    );
    let outside = TileAt { level: 9, ..here };
    assert_eq!(
        header.serve(&foreign, outside, &[]),
        Err(Error::Outside { at: outside })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_locates_what_was_written(width in 1u32..40_000, height in 1u32..40_000, pick: u64) {
        let facts = facts(SCAN, vec![level(0, width, height), level(1, width.div_ceil(4), height.div_ceil(4))]);
        let index = index(&facts);
        let header = Header::open_for(SCAN, 1, &index.header_digest, &index.bytes).unwrap();
        let number = pick % facts.rows();
        let at = facts.at(number).unwrap();
        prop_assert_eq!(locate(&index.bytes, &header, at).unwrap(), row(&facts, number));
        let end = header.page_range(header.pages().len() as u32 - 1).unwrap().end;
        prop_assert_eq!(end, index.bytes.len() as u64);
        prop_assert_eq!(header.page_of(TileAt { column: width, ..at }), None);
    }

    #[test]
    fn any_flipped_bit_of_the_index_is_refused(bit in 0..INDEX_V1.len() * 8) {
        let mut bytes = INDEX_V1.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let digest = Header::open(INDEX_V1).unwrap().digest();
        let at = two_levels().at(0).unwrap();
        let read = Header::open_for(SCAN, 1, &digest, &bytes).and_then(|header| locate(&bytes, &header, at));
        prop_assert!(read.is_err());
    }

    #[test]
    fn any_flipped_bit_of_a_stored_tile_is_refused(number in 0u64..9, bit: usize) {
        let (header, facts) = (Header::open(INDEX_V1).unwrap(), two_levels());
        let (at, row) = (facts.at(number).unwrap(), row(&facts, number));
        let mut bytes = if row.recipe == Recipe::Stored { stored(number) } else { Vec::new() };
        prop_assert!(header.serve(&row, at, &bytes).is_ok());
        if let Some(bits) = (bytes.len() * 8).checked_sub(1) {
            let bit = bit % (bits + 1);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(header.serve(&row, at, &bytes), Err(Error::DamagedTile { at }));
        }
        bytes.push(0);
        prop_assert!(header.serve(&row, at, &bytes).is_err(), "a byte too many");
    }
}
