//! Real slides in a real archive: what the pass decodes, makes and refuses.

use archive::{Archive, Key, Tile, Tileset, Tilesets};
use catalog::{MoreLevels, PublishedTileset, StoredMember, StoredScan};
use pathology::case::Micros;
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::ids::{AttemptId, OrganisationId, ScanId, SiteId};
use pathology::phi::Phi;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{Digest, Manifest, original_digest};
use sandbox::Sandbox;
use tile::{Built, Failure, Settings};
use uuid::Uuid;

use crate::world::plain;

struct Site {
    folder: tempfile::TempDir,
    archive: Archive,
    sandbox: Sandbox,
    stored: StoredScan,
    built: Built,
}

impl Site {
    /// A slide that is stored and published, on a disk or where its bytes have to be brokered.
    async fn published(local: bool) -> Self {
        Self::of(local, synthetic()).await
    }

    async fn of(local: bool, bytes: Vec<u8>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = if local {
            format!("file://{}", folder.path().display())
        } else {
            "memory:".to_owned()
        };
        let archive = archive::Settings {
            url,
            ..archive::Settings::default()
        };
        let archive = Archive::open(&archive).await.expect("an archive");
        let program = env!("CARGO_BIN_EXE_slideway");
        let sandbox = Sandbox::new(sandbox::Settings::of_program(program)).expect("a sandbox");
        let stored = store(&archive, bytes).await;
        let settings = Settings::default();
        let built = tile::build(&archive, &sandbox, &stored, 3, &settings).await;
        Self {
            folder,
            archive,
            sandbox,
            stored,
            built: built.expect("built"),
        }
    }

    async fn verify(&self) -> Result<Option<MoreLevels>, Failure> {
        let published = PublishedTileset {
            generation: 3,
            index_header_digest: self.built.index.header_blake3.0,
            index_header_length: self.built.index.header_length,
            manifest_digest: self.built.manifest_blake3.0,
            facts: self.built.facts.to_string(),
        };
        let both = (&self.stored, &published);
        tile::verify(&self.archive, &self.sandbox, both, 5, &Settings::default()).await
    }

    fn tileset(&self, more: Option<&MoreLevels>) -> Tileset {
        let index = &self.built.index;
        let old = (3, index.header_blake3, index.header_length);
        let (generation, header_digest, header_length) = more.map_or(old, |more| {
            let length = more.index_header_length as u32;
            (more.generation, Digest(more.index_header_digest), length)
        });
        Tileset {
            scan: self.stored.scan,
            generation,
            header_digest,
            header_length,
            originals: [original(&self.stored)].into(),
        }
    }

    /// Changes a stored object behind everybody's back.
    fn meddle(&self, key: Key, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.folder.path().join(key.to_string());
        let mut bytes = std::fs::read(&path).expect("an object");
        change(&mut bytes);
        std::fs::remove_file(&path).expect("it can be replaced");
        std::fs::write(&path, bytes).expect("it is replaced");
    }
}

fn synthetic() -> Vec<u8> {
    let recipe = Recipe {
        width: 3_000,
        height: 2_200,
        seed: 5,
        barcode: None,
        label_lines: Vec::new(),
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    write_svs(&recipe, &mut file).expect("a slide");
    file.into_inner()
}

async fn store(archive: &Archive, bytes: Vec<u8>) -> StoredScan {
    let digest = Digest::of(&bytes);
    let stored = StoredScan {
        scan: ScanId(Uuid::from_u128(1)),
        organisation: OrganisationId(Uuid::from_u128(2)),
        attempt: AttemptId(Uuid::from_u128(3)),
        site: SiteId(Uuid::from_u128(4)),
        issuer: "northgate-lab".parse().expect("an issuer"),
        digest: original_digest(&[digest]).0,
        size_bytes: bytes.len() as u64,
        scanner: None,
        urgency: 2,
        stored_at: Micros(0),
        members: vec![StoredMember {
            n: 0,
            name: Phi::new("slide.svs".into()),
            size_bytes: bytes.len() as u64,
            blake3: digest.0,
        }],
    };
    let mut staged = archive.stage().await.expect("staged");
    staged.write(bytes).await.expect("written");
    let sealed = staged.finish().await.expect("sealed");
    archive
        .keep(&sealed, original(&stored))
        .await
        .expect("kept");
    stored
}

fn original(stored: &StoredScan) -> Key {
    Key::Original {
        scan: stored.scan,
        attempt: stored.attempt,
        n: 0,
    }
}

async fn served(tilesets: &Tilesets, of: &Tileset, at: TileAt) -> Vec<u8> {
    match tilesets.tile(of, at).await.expect("served") {
        Tile::Coded { bytes, .. } => bytes.to_vec(),
        other => panic!("{at:?} has bytes: {other:?}"),
    }
}

#[tokio::test]
async fn levels_are_appended_and_what_was_published_stays_as_it_is() {
    let mut kinds = Vec::new();
    for local in [true, false] {
        let site = Site::published(local).await;
        let more = site.verify().await.expect("sound");
        let more = more.expect("a synthetic slide lacks levels");
        let tilesets = Tilesets::new(&site.archive, &archive::Settings::default());
        let (old, new) = (site.tileset(None), site.tileset(Some(&more)));
        let before = tilesets.header(&old).await.expect("g1 is still served");
        let after = tilesets.header(&new).await.expect("g2 is served");
        let natives = before.levels().len();
        assert_eq!(
            before.levels(),
            &after.levels()[..natives],
            "no number moved"
        );
        assert!(after.levels()[natives..].iter().all(|level| level.derived));
        assert_eq!(
            after.levels().last().map(|level| level.grid.tiles()),
            Some(1)
        );
        for number in 0..before.facts().rows() {
            let at = before.facts().at(number).expect("a tile");
            assert_eq!(
                served(&tilesets, &old, at).await,
                served(&tilesets, &new, at).await
            );
        }
        for number in before.facts().rows()..after.facts().rows() {
            let at = after.facts().at(number).expect("a tile");
            let made = served(&tilesets, &new, at).await;
            let header = pathology::formats::jpeg::header(&made).expect("a JPEG");
            assert_eq!((header.width, header.height), (256, 256), "{at:?}");
        }
        let (scan, generation) = (site.stored.scan, 5);
        let key = Key::Manifest { scan, generation };
        let size = site.archive.size(key).await.expect("a manifest");
        let json = site.archive.read(key, 0..size).await.expect("read");
        let manifest = Manifest::from_json(&json).expect("a manifest of version 2");
        assert_eq!((manifest.version, manifest.packs.len()), (2, 1));
        let pack = site.archive.size(Key::Derived { scan, generation }).await;
        assert_eq!(pack.expect("a pack"), manifest.packs[0].size_bytes);
        assert_eq!(
            manifest.facts["levels"].as_array().map(Vec::len),
            Some(after.levels().len())
        );
        kinds.push((more.index_digest, manifest.packs[0].blake3));
    }
    assert_eq!(
        kinds[0], kinds[1],
        "the same slide gives the same bytes, wherever it lies"
    );
}

#[tokio::test]
async fn whatever_the_store_returns_wrong_is_damage() {
    type Change = fn(&mut Vec<u8>, usize);
    let whole = Site::published(true).await;
    let scan = whole.stored.scan;
    let index = Key::Index {
        scan,
        generation: 3,
    };
    let manifest = Key::Manifest {
        scan,
        generation: 3,
    };
    let tilesets = Tilesets::new(&whole.archive, &archive::Settings::default());
    let header = tilesets
        .header(&whole.tileset(None))
        .await
        .expect("a header");
    let rows = header.page_range(0).expect("a page").start as usize;
    let changes: [(&str, Key, Change); 6] = [
        ("a byte of a tile", original(&whole.stored), |bytes, _| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
        (
            "the end of the original",
            original(&whole.stored),
            |bytes, _| bytes.truncate(9_000),
        ),
        ("a row of the index", index, |bytes, rows| {
            bytes[rows + 8] ^= 1;
        }),
        ("the index's header", index, |bytes, _| bytes[60] ^= 1),
        ("two rows of the index", index, |bytes, rows| {
            let (one, two) = bytes[rows..].split_at_mut(24);
            one.swap_with_slice(&mut two[..24]);
        }),
        ("the manifest", manifest, |bytes, _| bytes[30] ^= 1),
    ];
    for (what, key, change) in changes {
        let site = Site::published(true).await;
        site.meddle(key, |bytes| change(bytes, rows));
        let found = site.verify().await.expect_err(what);
        assert!(found.is_damage(), "{what}: {found:?}");
    }
}

#[tokio::test]
async fn what_is_not_the_slides_doing_is_not_damage() {
    let mut site = Site::published(true).await;
    let nowhere = sandbox::Settings::of_program("/nowhere/slideway");
    site.sandbox = Sandbox::new(nowhere).expect("a sandbox");
    let why = site.verify().await.expect_err("no decoder");
    assert!(matches!(why, Failure::Later(_)), "{why:?}");
}

/// Strips have to be decoded before they can be read at all: everything is made then, in generation 1, and is
/// verified as it is.
#[tokio::test]
async fn a_slide_in_strips_is_published_with_its_whole_pyramid() {
    let mut kinds = Vec::new();
    for local in [true, false] {
        let site = Site::of(local, plain::striped_tiff(1_500, 1_104)).await;
        let tilesets = Tilesets::new(&site.archive, &archive::Settings::default());
        let tileset = site.tileset(None);
        let header = tilesets.header(&tileset).await.expect("a header");
        let levels = header.levels().iter();
        let shape =
            levels.map(|level| (level.level, level.scale, level.derived, level.grid.tiles()));
        let expected = [(0, 1.0, true, 9), (1, 2.0, true, 4), (2, 4.0, true, 1)];
        assert_eq!(shape.collect::<Vec<_>>(), expected);
        assert_eq!(header.facts().packs, [3], "one pack");
        for number in 0..header.facts().rows() {
            let at = header.facts().at(number).expect("a tile");
            let made = served(&tilesets, &tileset, at).await;
            let header = pathology::formats::jpeg::header(&made).expect("a JPEG");
            assert_eq!((header.width, header.height), (512, 512), "{at:?}");
        }
        let told = site.built.facts["levels"].as_array().map(Vec::len);
        assert_eq!(told, Some(3), "the catalogue hears of them");
        assert!(
            site.verify().await.expect("sound").is_none(),
            "nothing lacks"
        );
        kinds.push((site.built.index.blake3, site.built.packs[0].blake3));
    }
    assert_eq!(kinds[0], kinds[1], "wherever it lies");
}

/// A tile that rotted in the pack, of the level itself or of one made with it, is refused and found; every other one
/// is shown as before.
#[tokio::test]
async fn a_made_tile_that_rots_harms_only_itself() {
    for level in [0, 1, 2] {
        let site = Site::of(true, plain::striped_tiff(1_500, 1_104)).await;
        let tileset = site.tileset(None);
        let sound = everything(&site, &tileset).await;
        let rotten = TileAt {
            image: 0,
            level,
            column: 0,
            row: 0,
        };
        let bytes = sound.iter().find(|(at, _)| *at == rotten);
        let bytes = bytes.and_then(|(_, bytes)| bytes.clone()).expect("a tile");
        let generation = 3;
        let scan = site.stored.scan;
        site.meddle(Key::Derived { scan, generation }, |pack| {
            let mut windows = pack.windows(bytes.len());
            let at = windows.position(|window| *window == *bytes);
            pack[at.expect("it lies there") + bytes.len() / 2] ^= 1;
        });
        for ((at, before), (_, now)) in sound.iter().zip(everything(&site, &tileset).await) {
            let expected = before.clone().filter(|_| *at != rotten);
            assert!(now == expected, "{at:?} after {rotten:?}");
        }
        let found = site.verify().await.expect_err("it is found");
        let named = format!("tile 0,0 of level {level}");
        assert!(
            found.is_damage() && found.to_string().contains(&named),
            "{found}"
        );
    }
}

/// Every tile as a server that remembers nothing shows it; `None` where it refuses.
async fn everything(site: &Site, of: &Tileset) -> Vec<(TileAt, Option<Vec<u8>>)> {
    let settings = archive::Settings {
        url: format!("file://{}", site.folder.path().display()),
        ..archive::Settings::default()
    };
    let archive = Archive::open(&settings).await.expect("an archive");
    let tilesets = Tilesets::new(&archive, &settings);
    let header = tilesets.header(of).await.expect("a header");
    let mut all = Vec::new();
    for number in 0..header.facts().rows() {
        let at = header.facts().at(number).expect("a tile");
        let bytes = match tilesets.tile(of, at).await {
            Ok(Tile::Coded { bytes, .. }) => Some(bytes.to_vec()),
            Ok(other) => panic!("{at:?} has bytes: {other:?}"),
            Err(_) => None,
        };
        all.push((at, bytes));
    }
    all
}
