//! What a tile costs, and which tiles are refused.

use pathology::formats::Colour;
use pathology::ids::AttemptId;
use pathology::pyramid::geometry::Grid;
use pathology::tileset::{Facts, IndexWriter, Level, Tagger};
use uuid::Uuid;

use super::*;

const TILES: u32 = 70 * 70;

fn scan(n: u128) -> ScanId {
    ScanId(Uuid::from_u128(n))
}

fn facts(scan: ScanId) -> Facts {
    let grid = Grid {
        width: 70 * 256,
        height: 70 * 256,
        tile_width: 256,
        tile_height: 256,
    };
    let level = Level {
        image: 0,
        level: 0,
        grid,
        scale: 1.0,
        derived: false,
        codec: Codec::Jpeg,
        colour: Colour::YCbCr,
        table: None,
    };
    Facts {
        scan,
        generation: 1,
        members: 1,
        levels: vec![level],
        tables: Vec::new(),
        packs: Vec::new(),
        sizes: Vec::new(),
    }
}

fn at(number: u32) -> TileAt {
    TileAt {
        image: 0,
        level: 0,
        column: number % 70,
        row: number / 70,
    }
}

/// The stored bytes of a tile: twelve bytes of its number and its scan; tile 9 is blank.
fn stored(scan: ScanId, number: u32) -> Vec<u8> {
    let (number, scan) = (number.to_le_bytes(), scan.0.as_u128() as u32);
    [number, scan.to_le_bytes(), number].concat()
}

fn original(scan: ScanId) -> Key {
    Key::Original {
        scan,
        attempt: AttemptId(Uuid::from_u128(1)),
        n: 0,
    }
}

/// Publishes a scan of 4,900 tiles (two pages) whose stored bytes are `original`.
async fn publish(archive: &Archive, scan: ScanId, bytes: Vec<u8>) -> Tileset {
    let tagger = Tagger::new(scan);
    let mut writer = IndexWriter::new(facts(scan)).unwrap();
    for number in 0..TILES {
        let row = Row {
            member: 0,
            recipe: Recipe::Stored,
            length: 12,
            offset: u64::from(number) * 12,
            tag: tagger.tag(&stored(scan, number), at(number)),
        };
        let blank = Row::empty(Recipe::Blank, tagger.tag(&[], at(number)));
        writer
            .push(if number == 9 { &blank } else { &row })
            .unwrap();
    }
    let index = writer.finish().unwrap();
    let tileset = Tileset {
        scan,
        generation: 1,
        header_digest: index.header_digest,
        header_length: index.header_length,
        originals: Arc::new([original(scan)]),
    };
    archive.put_new(original(scan), bytes.into()).await.unwrap();
    let put = archive.put_new(tileset.index(), index.bytes.into()).await;
    put.unwrap();
    tileset
}

fn all_tiles(scan: ScanId) -> Vec<u8> {
    (0..TILES).flat_map(|number| stored(scan, number)).collect()
}

async fn archive() -> (Archive, Tilesets) {
    let settings = Settings {
        url: "memory:".into(),
        ..Settings::default()
    };
    let archive = Archive::open(&settings).await.unwrap();
    let tilesets = Tilesets::new(&archive, &settings);
    (archive, tilesets)
}

#[tokio::test]
async fn two_swapped_originals_are_refused_tile_by_tile() {
    let (archive, tilesets) = archive().await;
    let mine = publish(&archive, scan(1), all_tiles(scan(1))).await;
    let other = publish(&archive, scan(2), all_tiles(scan(2))).await;
    assert!(tilesets.tile(&mine, at(3)).await.is_ok());
    let swapped = Tileset {
        originals: other.originals,
        ..mine
    };
    for number in [0, 3, TILES - 1] {
        let refused = tilesets.tile(&swapped, at(number)).await.unwrap_err();
        assert!(refused.is_damaged() && !refused.is_transient(), "{refused}");
        assert!(
            refused.to_string().contains("belong elsewhere"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn another_scans_intact_index_is_refused() {
    let (archive, tilesets) = archive().await;
    let mine = publish(&archive, scan(1), all_tiles(scan(1))).await;
    let other = publish(&archive, scan(2), all_tiles(scan(2))).await;
    let bytes = archive.read(mine.index(), 0..archive.size(mine.index()).await.unwrap());
    let misplaced = Tileset {
        generation: 2,
        ..other
    };
    let put = archive.put_new(misplaced.index(), bytes.await.unwrap());
    put.await.unwrap();
    let refused = tilesets.tile(&misplaced, at(3)).await.unwrap_err();
    let said = refused.to_string();
    assert!(
        refused.is_damaged() && said.contains("belongs to"),
        "{said}"
    );
}

#[tokio::test]
async fn a_flipped_bit_and_a_swapped_tile_are_refused_where_they_are() {
    let (archive, tilesets) = archive().await;
    let mut bytes = all_tiles(scan(1));
    bytes[12 * 5] ^= 1;
    let (left, right) = bytes.split_at_mut(12 * 8);
    left[12 * 7..].swap_with_slice(&mut right[..12]);
    let tileset = publish(&archive, scan(1), bytes).await;
    for number in 0..20 {
        let tile = tilesets.tile(&tileset, at(number)).await;
        if [5, 7, 8].contains(&number) {
            let refused = tile.unwrap_err();
            assert!(matches!(
                refused,
                Error::Tileset { source: tileset::Error::DamagedTile { at: there }, .. } if there == at(number)
            ));
        } else {
            assert_eq!(tile.unwrap() == Tile::Blank, number == 9);
        }
    }
}

#[tokio::test]
async fn a_truncated_original_is_damage_and_a_place_outside_is_not() {
    let (archive, tilesets) = archive().await;
    let mut bytes = all_tiles(scan(1));
    bytes.truncate(12 * 100 + 11);
    let tileset = publish(&archive, scan(1), bytes).await;
    assert!(tilesets.tile(&tileset, at(99)).await.is_ok());
    let cut = tilesets.tile(&tileset, at(100)).await.unwrap_err();
    assert!(matches!(cut, Error::Short { .. }) && cut.is_damaged());
    let outside = tilesets.tile(&tileset, at(TILES)).await.unwrap_err();
    assert!(!outside.is_damaged(), "{outside}");
    let lost = Tileset {
        originals: Arc::new([]),
        ..tileset
    };
    let lost = tilesets.tile(&lost, at(1)).await.unwrap_err();
    assert!(matches!(lost, Error::NoMember { n: 0, .. }) && lost.is_damaged());
}

#[tokio::test]
async fn a_cached_header_does_not_excuse_another_digest() {
    let (archive, tilesets) = archive().await;
    let tileset = publish(&archive, scan(1), all_tiles(scan(1))).await;
    assert!(tilesets.tile(&tileset, at(0)).await.is_ok());
    let wrong = Tileset {
        header_digest: Digest([7; 32]),
        ..tileset.clone()
    };
    assert!(tilesets.tile(&wrong, at(0)).await.unwrap_err().is_damaged());
    assert!(tilesets.tile(&tileset, at(0)).await.is_ok());
}

#[tokio::test]
async fn a_warm_tile_is_one_range_read_of_its_own_bytes() {
    let (archive, tilesets) = archive().await;
    let tileset = publish(&archive, scan(1), all_tiles(scan(1))).await;
    let spent = |archive: &Archive| (archive.reads().ranges(), archive.reads().bytes());
    let before = spent(&archive);
    let tile = tilesets.tile(&tileset, at(4)).await.unwrap();
    let expected = Tile::Coded {
        bytes: stored(scan(1), 4).into(),
        codec: Codec::Jpeg,
        recipe: Recipe::Stored,
    };
    assert_eq!(tile, expected);
    assert_eq!(spent(&archive).0 - before.0, 3, "header, page, tile");
    let warm = spent(&archive);
    for number in [4, 5, 4095, 0] {
        tilesets.tile(&tileset, at(number)).await.unwrap();
    }
    assert_eq!(spent(&archive), (warm.0 + 4, warm.1 + 4 * 12));
    tilesets.tile(&tileset, at(9)).await.unwrap();
    assert_eq!(spent(&archive).0, warm.0 + 4, "a blank tile has no bytes");
    tilesets.tile(&tileset, at(4096)).await.unwrap();
    assert_eq!(spent(&archive).0, warm.0 + 6, "the second page, a tile");
}

#[tokio::test]
async fn a_cache_of_nothing_still_serves() {
    let (archive, _) = archive().await;
    let none = Settings {
        index_cache_entries: 0,
        ..Settings::default()
    };
    let tilesets = Tilesets::new(&archive, &none);
    let tileset = publish(&archive, scan(1), all_tiles(scan(1))).await;
    for _ in 0..2 {
        assert!(tilesets.tile(&tileset, at(1)).await.is_ok());
    }
}
