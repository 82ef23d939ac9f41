//! The pass against the plain way: every tag made from the whole tile at once.

use super::*;
use crate::pieces::{Errands, Pieces};
use archive::Archive;
use pathology::formats::{Codec, Colour};
use pathology::ids::ScanId;
use pathology::pyramid::geometry::Grid;
use pathology::tileset::{Header, Level, Page};
use proptest::prelude::*;
use uuid::Uuid;

const SCAN: ScanId = ScanId(Uuid::from_u128(7));

/// A level of one row of `tiles` tiles.
fn facts(tiles: u32, table: bool) -> Facts {
    let grid = Grid {
        width: tiles * 8,
        height: 8,
        tile_width: 8,
        tile_height: 8,
    };
    Facts {
        scan: SCAN,
        generation: 1,
        members: 1,
        levels: vec![Level {
            image: 0,
            level: 0,
            grid,
            scale: 1.0,
            derived: false,
            codec: Codec::Jpeg,
            colour: Colour::Declared,
            table: table.then_some(0),
        }],
        tables: if table { vec![vec![1]] } else { Vec::new() },
        packs: Vec::new(),
        sizes: Vec::new(),
    }
}

/// The index over these bytes, one member, as a whole object.
fn run(
    bytes: &[u8],
    extents: &[(u64, u32)],
    table: bool,
    received: Digest,
) -> Result<Vec<u8>, Failure> {
    let facts = Facts {
        sizes: vec![bytes.len() as u64],
        ..facts(extents.len() as u32, table)
    };
    let archive = memory();
    let mut index = IndexWriter::over(facts.clone(), archive.scratch()?)?;
    let mut pieces = Pieces::new(&archive)?;
    for (number, &(offset, length)) in (0..).zip(extents) {
        let at = place(&facts, number)?;
        if length == 0 {
            let tag = Tagger::new(SCAN).tag(&[], at);
            index.put(at, &Row::empty(Recipe::Absent, tag))?;
            continue;
        }
        pieces.push(Piece {
            member: 0,
            offset,
            length,
            number,
        })?;
    }
    let mut sorted = pieces.sorted()?.peekable();
    let mut through = Pass::new(index).member(0, bytes.len() as u64);
    let reading = through.reading();
    for errand in Errands::new(&mut sorted, 0, bytes.len() as u64) {
        let errand = errand?;
        let range = reading.range(errand.block);
        let block = bytes[range.start as usize..range.end as usize].to_vec();
        through.take(reading.read(&errand, block)?)?;
    }
    let pass = through.finish(received)?;
    assert!(sorted.next().is_none(), "every piece had its errand");
    let mut laid = pass.finish()?;
    let mut bytes = std::mem::take(&mut laid.header);
    for n in 0..laid.pages() {
        bytes.extend(laid.page(n)?);
    }
    bytes.extend(laid.blocks);
    Ok(bytes)
}

fn memory() -> Archive {
    let settings = archive::Settings {
        url: "memory:".into(),
        ..archive::Settings::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(Archive::open(&settings)).unwrap()
}

fn noise(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n * n / 7) as u8).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_tile_gets_the_tag_of_its_bytes(
        size in 1_usize..4_000_000,
        extents in proptest::collection::vec((0_u64..4_000_000, 0_u32..1_500_000), 1..40),
        table in any::<bool>(),
    ) {
        // Shared, overlapping and straddling extents as they come; within the member.
        let bytes = noise(size);
        let size = size as u64;
        let extents: Vec<_> = extents
            .into_iter()
            .map(|(offset, length)| (offset % size, length.min((size - offset % size) as u32)))
            .collect();
        let index = run(&bytes, &extents, table, Digest::of(&bytes)).unwrap();
        let header = Header::open(&index).unwrap();
        let tagger = Tagger::new(SCAN);
        for (number, (offset, length)) in (0..).zip(extents) {
            let at = header.facts().at(number).unwrap();
            let place = header.page_of(at).unwrap();
            let page = &index[place.range.start as usize..place.range.end as usize];
            let page = Page::open(page, &header, place.page).unwrap();
            let row = page.row(place.slot).unwrap();
            let stored = &bytes[offset as usize..][..length as usize];
            prop_assert_eq!(row.tag, tagger.tag(stored, at));
            let has_bytes = if table { Recipe::Spliced } else { Recipe::Stored };
            let expected = if length == 0 { Recipe::Absent } else { has_bytes };
            prop_assert_eq!((row.recipe, row.length), (expected, length));
        }
    }
}

#[test]
fn bytes_that_were_not_received_are_damage() {
    let bytes = noise(3_000_000);
    let mut flipped = bytes.clone();
    flipped[2_000_500] ^= 1;
    for stored in [&flipped[..], &bytes[..2_999_999], &[]] {
        let why = run(stored, &[(0, 100)], false, Digest::of(&bytes)).unwrap_err();
        assert!(why.is_damage(), "{why}");
    }
}

#[test]
fn tiles_heaped_on_one_place_are_refused_before_memory_is() {
    let bytes = vec![5; 2_000_000];
    let heap: Vec<(u64, u32)> = (0..200).map(|n| (n, 1_500_000)).collect();
    let why = run(&bytes, &heap, false, Digest::of(&bytes)).unwrap_err();
    assert!(
        matches!(
            why,
            Failure::Refused {
                code: TrayCode::Malformed,
                ..
            }
        ),
        "{why}"
    );
    // The same bytes for many tiles are how scanners store background: no heap.
    let shared = vec![(100, 500); 200];
    assert!(run(&bytes, &shared, false, Digest::of(&bytes)).is_ok());
}

#[test]
fn a_million_places_come_sorted_whatever_their_order_and_share_their_bytes() {
    let archive = memory();
    let mut pieces = Pieces::new(&archive).unwrap();
    let count = 100_000_u32;
    for number in 0..count {
        // A stride that shares no factor with the count meets every place once, far from its neighbours.
        let place = u64::from(number) * 77_777 % u64::from(count);
        pieces
            .push(Piece {
                member: (place >= 60_000).into(),
                offset: place / 3,
                length: 5,
                number,
            })
            .unwrap();
    }
    for _ in 0..2 {
        let sorted: Result<Vec<_>, _> = pieces.sorted().unwrap().collect();
        let sorted = sorted.unwrap();
        assert_eq!(sorted.len() as u32, count);
        assert!(sorted.is_sorted());
    }
    let mut sorted = pieces.sorted().unwrap().peekable();
    let (mut met, size) = (0, 3 << 20);
    for member in 0..2 {
        for errand in Errands::new(&mut sorted, member, size) {
            let errand = errand.unwrap();
            assert!(errand.pieces.len() <= 32 << 10, "an errand is bounded");
            assert!(errand.pieces.iter().all(|piece| piece.member == member));
            met += errand.pieces.len() as u32;
        }
    }
    assert_eq!(met, count);
}
