//! From stored bytes to a tileset whose every tile is served, or to the reason why not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod slide;

use archive::{Archive, Key, Tile, Tileset, Tilesets};
use catalog::{StoredMember, StoredScan};
use pathology::case::{Issuer, Micros, TrayCode};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::ids::{AttemptId, OrganisationId, ScanId, SiteId};
use pathology::phi::Phi;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{self, Digest, Manifest, original_digest};
use sandbox::{CodeOrigin, Sandbox};
use slide::Slide;
use tile::{Failure, Settings, build};
use uuid::Uuid;

struct World {
    folder: tempfile::TempDir,
    archive: Archive,
    sandbox: Sandbox,
}

impl World {
    /// A local archive, or one whose bytes have to be brokered.
    async fn new(local: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = if local {
            format!("file://{}", folder.path().display())
        } else {
            "memory:".to_owned()
        };
        let settings = archive::Settings {
            url,
            ..archive::Settings::default()
        };
        let program = env!("CARGO_BIN_EXE_tile-sandbox-child");
        Self {
            folder,
            archive: Archive::open(&settings).await.unwrap(),
            sandbox: Sandbox::new(sandbox::Settings::of_program(program)).unwrap(),
        }
    }

    async fn store(&self, bytes: &[u8]) -> StoredScan {
        let mut staged = self.archive.stage().await.unwrap();
        staged.write(bytes.to_vec()).await.unwrap();
        let sealed = staged.finish().await.unwrap();
        let digest = Digest::of(bytes);
        let stored = StoredScan {
            scan: ScanId(Uuid::from_u128(1)),
            organisation: OrganisationId(Uuid::from_u128(2)),
            attempt: AttemptId(Uuid::from_u128(3)),
            site: SiteId(Uuid::from_u128(4)),
            issuer: "northgate-lab".parse::<Issuer>().unwrap(),
            digest: original_digest(&[digest]).0,
            size_bytes: bytes.len() as u64,
            scanner: None,
            urgency: 2,
            stored_at: Micros(0),
            members: vec![StoredMember {
                n: 0,
                name: Phi::new("TESTPATIENT.svs".into()),
                size_bytes: bytes.len() as u64,
                blake3: digest.0,
            }],
        };
        self.archive.keep(&sealed, original(&stored)).await.unwrap();
        stored
    }

    async fn build(&self, stored: &StoredScan) -> Result<tile::Built, Failure> {
        build(
            &self.archive,
            &self.sandbox,
            stored,
            4,
            &Settings::default(),
        )
        .await
    }

    fn damage(&self, stored: &StoredScan, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.folder.path().join(original(stored).to_string());
        let mut bytes = std::fs::read(&path).unwrap();
        change(&mut bytes);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
}

fn original(stored: &StoredScan) -> Key {
    Key::Original {
        scan: stored.scan,
        attempt: stored.attempt,
        n: 0,
    }
}

#[tokio::test]
async fn every_tile_of_a_built_tileset_is_served_as_the_child_serves_it() {
    for local in [true, false] {
        let world = World::new(local).await;
        let stored = world.store(&Slide::sound().file()).await;
        let built = world.build(&stored).await.unwrap();
        assert_eq!(
            (&built.facts["width"], &built.facts["height"]),
            (&500.into(), &400.into())
        );
        let tilesets = Tilesets::new(&world.archive, &archive::Settings::default());
        let tileset = tileset(&stored, &built);
        for (column, row) in [(0, 0), (1, 0), (0, 1)] {
            let at = TileAt {
                image: 0,
                level: 0,
                column,
                row,
            };
            let members = vec![member(&world, &stored)];
            let decoded = world.sandbox.tile(&members, at).await.unwrap();
            let Tile::Coded { bytes, .. } = tilesets.tile(&tileset, at).await.unwrap() else {
                panic!("tile {column},{row} has bytes");
            };
            assert_eq!(bytes, decoded);
        }
        let last = TileAt {
            image: 0,
            level: 0,
            column: 1,
            row: 1,
        };
        assert_eq!(tilesets.tile(&tileset, last).await.unwrap(), Tile::Absent);
    }
}

fn tileset(stored: &StoredScan, built: &tile::Built) -> Tileset {
    Tileset {
        scan: stored.scan,
        generation: 4,
        header_digest: built.index.header_blake3,
        header_length: built.index.header_length,
        originals: [original(stored)].into(),
    }
}

fn member(world: &World, stored: &StoredScan) -> sandbox::Member {
    let path = world.archive.local_path(original(stored));
    let access = path.map_or_else(
        || sandbox::MemberAccess::Brokered {
            size: stored.members[0].size_bytes,
            source: std::sync::Arc::new(Slide::sound().file()),
        },
        sandbox::MemberAccess::Path,
    );
    sandbox::Member {
        name: Phi::new(String::new()),
        access,
    }
}

/// A slide of several levels whose tiles share tables and say nothing of their colours.
#[tokio::test]
async fn a_pyramid_of_abbreviated_tiles_is_served_whole_at_every_level() {
    let recipe = Recipe {
        width: 3_000,
        height: 2_200,
        seed: 1,
        barcode: Some("NG26-01742-A1-1".into()),
        label_lines: Vec::new(),
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    write_svs(&recipe, &mut file).unwrap();
    let world = World::new(true).await;
    let stored = world.store(file.get_ref()).await;
    let built = world.build(&stored).await.unwrap();
    let label: Vec<_> = built
        .codes
        .iter()
        .filter(|code| code.origin == CodeOrigin::LabelPicture)
        .collect();
    assert_eq!(label[0].value.expose(), "NG26-01742-A1-1");
    assert!(
        !built.facts.to_string().contains("NG26-01742"),
        "a code is an identifier, not a fact"
    );
    let tilesets = Tilesets::new(&world.archive, &archive::Settings::default());
    let tileset = tileset(&stored, &built);
    let header = tilesets.header(&tileset).await.unwrap();
    assert!(header.levels().len() > 1);
    let members = [member(&world, &stored)];
    let mut child = world.sandbox.open(&members).await.unwrap();
    for number in 0..header.facts().rows() {
        let at = header.facts().at(number).unwrap();
        let served = tilesets.tile(&tileset, at).await.unwrap();
        let Tile::Coded { bytes, recipe, .. } = served else {
            panic!("every tile of this slide has bytes");
        };
        assert_eq!(recipe, tileset::Recipe::Spliced);
        assert_eq!(bytes, child.tile(at).await.unwrap());
    }
}

#[tokio::test]
async fn the_manifest_tells_what_belongs_together() {
    let world = World::new(true).await;
    let stored = world.store(&Slide::sound().file()).await;
    let built = world.build(&stored).await.unwrap();
    let key = Key::Manifest {
        scan: stored.scan,
        generation: 4,
    };
    let size = world.archive.size(key).await.unwrap();
    let json = world.archive.read(key, 0..size).await.unwrap();
    assert_eq!(Digest::of(&json), built.manifest_blake3);
    let manifest = Manifest::from_json(&json).unwrap();
    assert_eq!((manifest.scan, manifest.generation), (stored.scan, 4));
    assert_eq!(manifest.index, built.index);
    assert_eq!(manifest.members[0].key, original(&stored).to_string());
    // Building once more changes nothing: objects are created once and are the same.
    assert_eq!(world.build(&stored).await.unwrap().index, built.index);
}

#[tokio::test]
async fn a_slide_that_cannot_be_served_is_refused_with_a_code_and_a_remedy() {
    let sound = Slide::sound().file();
    let beyond = Slide {
        tiles: [(0, 100), (0, 100), (0, 100), (4_000, u32::MAX)],
        ..Slide::sound()
    };
    let pieces: Vec<(u32, u32)> = (0..4).map(|n| (n, 900)).collect();
    let heaped = Slide {
        tiles: pieces.try_into().unwrap(),
        pixels: vec![0; 1_000],
        ..Slide::sound()
    };
    for (bytes, code) in [
        (beyond.file(), TrayCode::Truncated),
        (heaped.file(), TrayCode::Malformed),
        (sound[..300].to_vec(), TrayCode::Truncated),
        (b"a letter, not a slide".to_vec(), TrayCode::Unsupported),
        (Vec::new(), TrayCode::Truncated),
    ] {
        let world = World::new(true).await;
        let stored = world.store(&bytes).await;
        let why = world.build(&stored).await.unwrap_err();
        assert!(
            matches!(&why, Failure::Refused { code: found, .. } if *found == code),
            "{code:?}: {why:?}"
        );
        let original = world.archive.size(original(&stored)).await.unwrap();
        assert_eq!(original, bytes.len() as u64, "the original stays");
    }
}

/// What a browser cannot show is stored as it is all the same: it is served in another form.
#[tokio::test]
async fn tiles_that_no_browser_shows_are_published_as_they_are_stored() {
    let bare = Slide {
        compression: 1,
        tiles: [(0, 196_608); 4],
        pixels: vec![9; 196_608],
    };
    let world = World::new(true).await;
    let stored = world.store(&bare.file()).await;
    let built = world.build(&stored).await.unwrap();
    let tilesets = Tilesets::new(&world.archive, &archive::Settings::default());
    let at = TileAt {
        image: 0,
        level: 0,
        column: 1,
        row: 1,
    };
    let served = tilesets.tile(&tileset(&stored, &built), at).await.unwrap();
    let Tile::Coded { bytes, codec, .. } = served else {
        panic!("the tile has bytes");
    };
    assert_eq!(
        (bytes.len(), codec),
        (196_608, pathology::formats::Codec::None)
    );
}

#[tokio::test]
async fn more_tiles_than_accepted_are_refused_before_they_are_listed() {
    let world = World::new(true).await;
    let stored = world.store(&Slide::sound().file()).await;
    let settings = Settings {
        max_tiles: 3,
        ..Settings::default()
    };
    let why = build(&world.archive, &world.sandbox, &stored, 1, &settings).await;
    let why = why.unwrap_err();
    assert!(
        matches!(
            &why,
            Failure::Refused {
                code: TrayCode::TooLarge,
                ..
            }
        ),
        "{why:?}"
    );
}

#[tokio::test]
async fn rot_in_the_archive_is_never_taken_for_a_bad_slide() {
    type Change = fn(&mut Vec<u8>);
    let changes: [(&str, Change); 4] = [
        ("a tile's byte", |bytes| {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
        }),
        ("the first byte", |bytes| bytes[0] = b'X'),
        ("the compression", |bytes| bytes[8 + 2 + 3 * 12 + 8] = 1),
        ("the end", |bytes| bytes.truncate(400)),
    ];
    for (what, change) in changes {
        let world = World::new(true).await;
        let stored = world.store(&Slide::sound().file()).await;
        world.damage(&stored, change);
        let why = world.build(&stored).await.unwrap_err();
        assert!(why.is_damage(), "{what}: {why:?}");
    }
}

#[tokio::test]
async fn an_original_that_is_gone_is_damage_and_a_decoder_that_is_not_there_is_not() {
    let world = World::new(true).await;
    let mut stored = world.store(&Slide::sound().file()).await;
    let nowhere = sandbox::Settings::of_program("/nowhere/slideway");
    let nowhere = Sandbox::new(nowhere).unwrap();
    let settings = Settings::default();
    let why = build(&world.archive, &nowhere, &stored, 1, &settings).await;
    assert!(matches!(why, Err(Failure::Later(_))), "{why:?}");
    stored.attempt = AttemptId(Uuid::from_u128(99));
    let why = world.build(&stored).await.unwrap_err();
    assert!(why.is_damage(), "{why:?}");
}
