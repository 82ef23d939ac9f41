//! The pass against the plain way: every tag made from the whole tile at once.

use super::*;
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

fn plan_of(extents: &[(u64, u32)], table: bool) -> Plan {
    let numbered = || (0..).zip(extents);
    let piece = |(number, &(offset, length)): (u32, &(u64, u32))| Piece {
        offset,
        length,
        number,
    };
    let mut pieces: Vec<_> = numbered()
        .filter(|(_, extent)| extent.1 > 0)
        .map(piece)
        .collect();
    pieces.sort_unstable();
    let absent = numbered().filter(|(_, extent)| extent.1 == 0);
    Plan {
        facts: facts(extents.len() as u32, table),
        to_make: Vec::new(),
        made: Vec::new(),
        absent: absent.map(|(number, _)| number).collect(),
        pieces: vec![pieces],
    }
}

fn run(bytes: &[u8], mut plan: Plan, received: Digest) -> Result<Index, Failure> {
    plan.facts.sizes = vec![bytes.len() as u64];
    let pieces = plan.pieces.remove(0);
    let mut through = Pass::new(&mut plan)?.member(0, pieces, bytes.len() as u64);
    let reading = through.reading();
    for n in 0..reading.blocks() {
        let range = reading.range(n);
        let block = Bytes::copy_from_slice(&bytes[range.start as usize..range.end as usize]);
        through.take(reading.read(n, block)?)?;
    }
    through.finish(received)?.finish()
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
        let index = run(&bytes, plan_of(&extents, table), Digest::of(&bytes)).unwrap();
        let header = Header::open(&index.bytes).unwrap();
        let tagger = Tagger::new(SCAN);
        for (number, (offset, length)) in (0..).zip(extents) {
            let at = header.facts().at(number).unwrap();
            let place = header.page_of(at).unwrap();
            let page = &index.bytes[place.range.start as usize..place.range.end as usize];
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
        let plan = plan_of(&[(0, 100)], false);
        let why = run(stored, plan, Digest::of(&bytes)).unwrap_err();
        assert!(why.is_damage(), "{why}");
    }
}

#[test]
fn tiles_heaped_on_one_place_are_refused_before_memory_is() {
    let bytes = vec![5; 2_000_000];
    let heap: Vec<(u64, u32)> = (0..200).map(|n| (n, 1_500_000)).collect();
    let why = run(&bytes, plan_of(&heap, false), Digest::of(&bytes)).unwrap_err();
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
    assert!(run(&bytes, plan_of(&shared, false), Digest::of(&bytes)).is_ok());
}
