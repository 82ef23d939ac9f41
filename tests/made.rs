//! A slide without levels of its own gets a whole pyramid, in one decode: at once where its tiles have to be made
//! before anybody can read it, with its verification where they are stored. It is kept beside the original, which stays
//! as it came, and is as closely checked as what a scanner stored.

#[path = "../workers/sandbox/tests/mirax.rs"]
mod mirax;

use std::path::{Path, PathBuf};
use std::process::Command;

use pathology::case::PixelState;
use pathology::formats::{Picture, jpeg};
use pathology::ids::ScanId;
use serde_json::Value;

use crate::flips::bad_storage::{Answer, ask, everything, flipped, places};
use crate::people_door::house::{Glass, House};
use crate::world::{World, on_both, plain};

on_both!(
    strips_get_every_level,
    stored_tiles_are_shown_at_once_and_get_their_levels_with_the_verification,
    a_piece_that_cannot_be_decoded_harms_only_its_own_slide,
    a_flipped_bit_of_a_made_level_is_refused,
);

const WIDTH: u32 = 1_500;
const HEIGHT: u32 = 1_104;
/// Original, index, pack and manifest.
const OBJECTS: usize = 4;

async fn strips_get_every_level(world: World) {
    let house = House::open(&world).await;
    let bytes = plain::striped_tiff(WIDTH, HEIGHT);
    let scan = house
        .deliver_file(&world.northgate, "strips.tif", &bytes)
        .await;
    let glass = Glass { scan, bytes };
    let desk = house.visit("northgate desk").await;
    let shown = desk.json(&format!("/api/v1/scans/{}", glass.scan)).await;
    let levels = shown["levels"].as_array().expect("levels");
    let published = house.objects(glass.scan);
    assert_eq!(published.len(), OBJECTS, "{published:?}");
    let number = |level: &Value, key: &str| level[key].as_u64().expect("a number") as u32;
    assert_eq!(number(&levels[0], "width"), WIDTH);
    assert_eq!(number(&levels[0], "height"), HEIGHT);
    let smallest = levels.last().expect("a level");
    assert!(
        number(smallest, "width") <= number(smallest, "tile_width"),
        "{levels:?}"
    );
    assert!(levels.len() >= 3, "{levels:?}");
    for (n, level) in levels.iter().enumerate() {
        let tile = number(level, "tile_width");
        let wide = tile.min(number(level, "width"));
        let high = tile.min(number(level, "height"));
        let base = shown["tiles"].as_str().expect("tiles");
        let picture = desk.bytes(&format!("{base}/{n}/0/0")).await;
        let step = WIDTH.div_ceil(number(level, "width"));
        let difference = apart(&decoded(&picture, tile), (wide, high), step);
        assert!(difference < 3.0, "level {n} is {difference} steps off");
    }
    house
        .tile_until(scan, |pixels| pixels == PixelState::Verified)
        .await;
    assert_eq!(house.objects(glass.scan), published, "nothing lacked");
    assert_eq!(
        desk.json(&format!("/api/v1/scans/{scan}")).await["levels"],
        shown["levels"]
    );
    assert!(std::fs::read(house.original(&glass)).expect("the original") == glass.bytes);
    house.close().await;
}

async fn stored_tiles_are_shown_at_once_and_get_their_levels_with_the_verification(world: World) {
    let house = House::open(&world).await;
    let scan = pushed(&house, "tiles.tif", plain::tiled_tiff(1_280, 1_024)).await;
    house
        .tile_until(scan, |pixels| pixels == PixelState::Verified)
        .await;
    let desk = house.visit("northgate desk").await;
    let shown = desk.json(&format!("/api/v1/scans/{scan}")).await;
    let widths = shown["levels"].as_array().expect("levels").iter();
    let widths: Vec<_> = widths.map(|level| level["width"].as_u64()).collect();
    assert_eq!(widths, [1_280, 640, 320, 160].map(Some));
    let first = "SELECT count(*) FROM scan WHERE published_generation < generation";
    assert_eq!(world.count(first).await, 1, "it was published before");
    let kept = house.objects(scan);
    let packs = kept.iter().filter(|path| path.ends_with("derived")).count();
    assert!(packs == 1 && kept.len() <= 6, "{kept:?}");
    house.close().await;
}

/// In a slide that has to be decoded first it is found before anything is published, otherwise by the verification.
async fn a_piece_that_cannot_be_decoded_harms_only_its_own_slide(world: World) {
    let house = House::open(&world).await;
    let torn = plain::torn_strips(600, 528, 20);
    let strips = pushed(&house, "torn-strips.tif", torn).await;
    let torn = plain::torn_tiles(1_280, 1_024, 7);
    let tiles = pushed(&house, "torn-tiles.tif", torn).await;
    let sound = pushed(&house, "sound.tif", plain::torn_tiles(1_280, 1_024, 99)).await;
    for (scan, end) in [
        (strips, PixelState::Refused),
        (tiles, PixelState::Damaged),
        (sound, PixelState::Verified),
    ] {
        house.tile_until(scan, ended).await;
        let account = house.keepers.catalog.account_of_scan(scan).await;
        assert_eq!(account.expect("on record").pixels, end);
    }
    let packs = |scan| {
        let kept = house.objects(scan).into_iter();
        kept.filter(|path| path.ends_with("derived")).count()
    };
    assert_eq!([strips, tiles, sound].map(packs), [0, 0, 1]);
    let said =
        format!("SELECT detail FROM tray WHERE scan_id = '{tiles}' AND code = 'digest_mismatch'");
    let said = world.texts(&said).await.remove(0);
    assert!(said.contains("tile 2,1 of level 0"), "{said}");
    house.close().await;
}

/// Nothing more becomes of its pixels.
fn ended(pixels: PixelState) -> bool {
    !matches!(pixels, PixelState::Stored | PixelState::Published)
}

async fn pushed(house: &House, name: &str, bytes: Vec<u8>) -> ScanId {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    house.push(&house.world.northgate, &path).await
}

async fn a_flipped_bit_of_a_made_level_is_refused(world: World) {
    let house = House::open(&world).await;
    let glass = striped(&house).await;
    let sound = everything(&house.visit("northgate desk").await, &glass).await;
    let mut packs = house.objects(glass.scan);
    packs.retain(|path| path.ends_with("derived"));
    let size = std::fs::metadata(&packs[0]).expect("a pack").len();
    let mut refused = 0;
    for place in places(size) {
        let back = flipped(&packs[0], place);
        let cold = house.beside().await;
        let desk = cold.visit("northgate desk").await;
        for (path, before) in &sound {
            let now = ask(&desk, path).await;
            assert!(
                now == Answer::Refused || now == *before,
                "byte {place}: {path} shows something else"
            );
            refused += usize::from(now == Answer::Refused && *before != Answer::Refused);
        }
        cold.close().await;
        back.restore();
    }
    assert!(refused > 0, "no flip was seen");
    house.close().await;
}

/// MIRAX is read by OpenSlide alone: named, it is published with levels of its own; missing, it is refused with
/// the remedy. `tests/run` names the library.
#[test]
fn what_only_openslide_reads_is_published_with_it_and_refused_without() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in mirax::files(photograph) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    let missing = ingest(folder.path(), Path::new("/nowhere/libopenslide.so.1"));
    assert_eq!(missing.0, Some(1), "{}", missing.1);
    assert!(missing.1.contains("OpenSlide"), "{}", missing.1);
    let Some(library) = library() else { return };
    let read = ingest(folder.path(), &library);
    assert_eq!(
        read.0,
        Some(3),
        "published, and no case asked for it: {}",
        read.1
    );
    assert_eq!(
        derived(folder.path()),
        1,
        "a pack for each slide that is published"
    );
    let sound = Command::new(env!("CARGO_BIN_EXE_slideway"))
        .args(["verify", "--config", "slideway.toml"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    assert!(
        sound.status.success(),
        "{}",
        String::from_utf8_lossy(&sound.stderr)
    );
}

fn library() -> Option<PathBuf> {
    std::env::var_os("SLIDEWAY_TEST_OPENSLIDE").map(PathBuf::from)
}

fn ingest(folder: &Path, library: &Path) -> (Option<i32>, String) {
    let text = format!("[sandbox]\nopenslide = \"{}\"\n", library.display());
    std::fs::write(folder.join("slideway.toml"), text).expect("a configuration");
    let output = Command::new(env!("CARGO_BIN_EXE_slideway"))
        .args(["ingest", "--wait", "--config", "slideway.toml", "S.mrxs"])
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

/// How many packs of made levels lie below a folder.
fn derived(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let below = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            derived(&path)
        } else {
            usize::from(path.ends_with("derived"))
        }
    });
    below.sum()
}

async fn striped(house: &House) -> Glass {
    let bytes = plain::striped_tiff(WIDTH, HEIGHT);
    let scan = house
        .deliver_file(&house.world.northgate, "strips.tif", &bytes)
        .await;
    let whole = |pixels| pixels == PixelState::Verified;
    house.tile_until(scan, whole).await;
    Glass { scan, bytes }
}

fn decoded(picture: &[u8], tile: u32) -> Picture {
    jpeg::decode(picture, tile, tile).expect("a JPEG picture of a whole tile")
}

/// Mean difference of a tile's upper left part from the colours of the slide, of which it shows every `step`th.
fn apart(tile: &Picture, (wide, high): (u32, u32), step: u32) -> f64 {
    let mut sum = 0.0;
    for y in 0..high {
        for x in 0..wide {
            let middle = |at: u32| at * step + step / 2;
            let at = (y * tile.width + x) as usize * 3;
            let shown = &tile.rgb[at..at + 3];
            let of = plain::colour(middle(x), middle(y));
            let off = shown.iter().zip(of).map(|(a, b)| f64::from(a.abs_diff(b)));
            sum += off.sum::<f64>();
        }
    }
    sum / f64::from(wide * high * 3)
}

fn photograph(width: u16, height: u16) -> Vec<u8> {
    let (width, height) = (u32::from(width), u32::from(height));
    let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| plain::colour(x, y)));
    let picture = Picture {
        width,
        height,
        rgb: pixels.collect(),
    };
    picture.to_jpeg(90).expect("a JPEG picture")
}
