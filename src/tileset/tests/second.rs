//! What version 2 of the index adds: derived packs, and the blocks of the members.

use super::*;

const INDEX_V2: &[u8] = include_bytes!("../../../tests/golden/index-v2.bin");

/// The golden index with what version 2 adds: a member of three blocks and a derived pack.
fn second_version() -> Facts {
    let mut derived = level(2, 57, 32);
    derived.derived = true;
    Facts {
        generation: 2,
        levels: vec![level(0, 900, 500), level(1, 225, 125), derived],
        packs: vec![2],
        sizes: vec![(2 << 20) + 5],
        ..two_levels()
    }
}

fn second_index() -> Index {
    let facts = second_version();
    let mut writer = IndexWriter::new(facts.clone()).unwrap();
    for number in 0..facts.rows() {
        let mut row = row(&facts, number);
        if number + 1 == facts.rows() {
            row.recipe = Recipe::Derived;
        }
        writer.push(&row).unwrap();
    }
    let mut member = BlockHasher::default();
    member.update(&vec![7; (2 << 20) + 5]);
    writer.blocks(0, member.finish().1).unwrap();
    writer.finish().unwrap()
}

#[test]
fn todays_writer_writes_the_golden_index_of_version_2() {
    let index = second_index();
    assert_eq!(index.bytes, INDEX_V2);
    let header = Header::open_for(SCAN, 2, &index.header_digest, INDEX_V2).unwrap();
    assert_eq!(header.facts(), &second_version());
    for (number, bytes) in [(0, vec![7; 1 << 20]), (2, vec![7; 5])] {
        let place = header.block_of(0, number).unwrap();
        let range = place.range.start as usize..place.range.end as usize;
        let page = BlockPage::open(&INDEX_V2[range], &header, place.page).unwrap();
        assert_eq!(page.digest(place.slot), Some(block_digest(number, &bytes)));
        assert_eq!(page.digest(3), None);
    }
    assert_eq!((header.block_of(0, 3), header.block_of(1, 0)), (None, None));
    assert_eq!(Header::open(INDEX_V1).unwrap().block_of(0, 0), None);
}

#[test]
fn an_index_with_sizes_needs_the_blocks_of_every_member() {
    let mut writer = IndexWriter::new(second_version()).unwrap();
    assert!(
        writer.blocks(0, vec![Digest([0; 32]); 2]).is_err(),
        "too few"
    );
    assert!(
        writer.blocks(1, vec![Digest([0; 32]); 3]).is_err(),
        "no such file"
    );
    writer.blocks(0, vec![Digest([0; 32]); 3]).unwrap();
    assert!(writer.blocks(0, vec![Digest([0; 32]); 3]).is_err(), "twice");
    let sizeless = Facts {
        sizes: Vec::new(),
        ..second_version()
    };
    assert!(IndexWriter::new(sizeless).is_err(), "packs without sizes");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_flipped_bit_of_the_second_version_is_refused(bit in 0..INDEX_V2.len() * 8) {
        let mut bytes = INDEX_V2.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let digest = Header::open(INDEX_V2).unwrap().digest();
        let read = Header::open_for(SCAN, 2, &digest, &bytes).and_then(|header| {
            locate(&bytes, &header, second_version().at(0).unwrap())?;
            let range = header.block_page_range(0).unwrap();
            BlockPage::open(&bytes[range.start as usize..range.end as usize], &header, 0)
        });
        prop_assert!(read.is_err());
    }
}
