//! Tiles, labels and originals: what comes out is what the scanner wrote, or nothing.

use pathology::formats::{Member, Slide, jpeg, open};
use pathology::pyramid::geometry::TileAt;
use serde_json::Value;

use super::house::{Glass, House};
use super::visitor::Visitor;
use crate::world::{World, on_both};

on_both! {
    every_tile_and_the_label_are_those_of_the_file,
    a_warm_slide_needs_no_catalogue_and_no_decoder,
    a_flipped_bit_is_a_damaged_tile_and_never_a_picture,
    the_original_is_handed_out_by_range_to_who_holds_the_case,
    the_description_names_every_door,
}

async fn every_tile_and_the_label_are_those_of_the_file(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass);
    let shown = scan(&ada, &glass).await;
    assert_eq!(
        shown["levels"].as_array().expect("levels").len(),
        slide.levels().len()
    );
    assert!(slide.levels().len() >= 2, "a slide of several levels");
    for (at, path) in tiles(&slide, &shown) {
        let served = ada.get(&path).await;
        assert_eq!(served.status(), 200, "{path}");
        assert_eq!(served.headers()["content-type"], "image/jpeg");
        assert_eq!(served.headers()["x-scan"], glass.scan.to_string());
        let stored = slide.tile_pixels(&members, at).expect("a tile of the file");
        let bytes = served.bytes().await.expect("a body");
        let pixels = jpeg::decode(&bytes, stored.width, stored.height).expect("a picture");
        assert!(pixels.rgb == stored.rgb, "other pixels at {path}");
    }
    let beyond = format!("{}/9/0/0", tiles_of(&shown));
    assert_eq!(ada.status(&beyond).await, 404);
    let label = format!("/api/v1/scans/{}/associated/label", glass.scan);
    let stored = slide.associated(&members, "label").expect("a label");
    assert_eq!(ada.bytes(&label).await, stored.to_png().expect("a PNG"));
    house.close().await;
}

async fn a_warm_slide_needs_no_catalogue_and_no_decoder(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, _) = read(&glass);
    let tiles = tiles(&slide, &scan(&ada, &glass).await);
    ada.bytes(&tiles[0].1).await;
    let spent = || {
        let keepers = &house.keepers;
        (
            keepers.catalog.statements_run(),
            keepers.sandbox.children_started(),
        )
    };
    let before = spent();
    assert!(
        before.0 > 0 && before.1 > 0,
        "the counters count: {before:?}"
    );
    for (_, path) in tiles.iter().cycle().take(50) {
        ada.bytes(path).await;
    }
    assert_eq!(spent(), before, "statements and children");
    // Someone else is decided upon anew.
    let cleo = house.visit("cleo").await;
    cleo.bytes(&tiles[0].1).await;
    assert!(spent().0 > before.0, "nobody asked whether Cleo may");
    house.close().await;
}

async fn a_flipped_bit_is_a_damaged_tile_and_never_a_picture(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass);
    let tiles = tiles(&slide, &scan(&ada, &glass).await);
    ada.bytes(&tiles[0].1).await;
    let mut place = None;
    let first = |extent: pathology::formats::TileExtent| {
        place = place.or(Some(extent));
        Ok(())
    };
    let mut first = first;
    slide.extents(&members, 0, &mut first).expect("extents");
    let extent = place.expect("a tile");
    assert_eq!(extent.at, tiles[0].0);
    house.flip_a_bit(&glass, extent.offset + u64::from(extent.length) / 2);
    for who in [&ada, &house.visit("cleo").await] {
        let refused = who.get(&tiles[0].1).await;
        assert_eq!(refused.status(), 502);
        assert_eq!(
            refused.headers()["content-type"],
            "application/problem+json"
        );
        let body = refused.bytes().await.expect("a body");
        let told: Value = serde_json::from_slice(&body).expect("a problem, no pixels");
        assert_eq!(told["code"], "damaged_tile", "{told}");
        who.bytes(&tiles[1].1).await;
    }
    house.close().await;
}

async fn the_original_is_handed_out_by_range_to_who_holds_the_case(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let path = format!("/api/v1/scans/{}/original/0", glass.scan);
    assert_eq!(ada.status(&path).await, 403, "waiting is not reading");
    world.claim(&world.ada).await;
    assert!(ada.bytes(&path).await == glass.bytes, "other bytes");
    let size = glass.bytes.len();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-70000", 1000, 70_001),
        ("bytes=-10", size - 10, size),
        ("bytes=90000-", 90_000, size),
    ] {
        let part = ada.part(&path, range).await;
        assert_eq!(part.status(), 206, "{range}");
        let of = format!("bytes {from}-{}/{size}", to - 1);
        assert_eq!(part.headers()["content-range"], of);
        assert_eq!(part.headers()["content-length"], (to - from).to_string());
        let bytes = part.bytes().await.expect("a body");
        assert!(bytes == glass.bytes[from..to], "other bytes for {range}");
    }
    let beyond = ada.part(&path, &format!("bytes={size}-")).await;
    assert_eq!(beyond.status(), 416);
    house.close().await;
}

async fn the_description_names_every_door(world: World) {
    let house = House::open(&world).await;
    let ada = house.visit("ada").await;
    let text = ada.bytes("/openapi.json").await;
    let described: Value = serde_json::from_slice(&text).expect("JSON");
    let paths = described["paths"].as_object().expect("paths");
    let mut named = 0;
    for route in serve::routes() {
        let method = route.method.as_str().to_lowercase();
        let operation = &paths[&route.written()][&method];
        assert_eq!(
            operation["summary"], route.summary,
            "{method} {}",
            route.path
        );
        assert!(operation["responses"].is_object(), "{operation}");
        named += 1;
    }
    let operations = paths.values().filter_map(Value::as_object);
    assert_eq!(operations.map(serde_json::Map::len).sum::<usize>(), named);
    house.close().await;
}

fn read(glass: &Glass) -> (Slide, [Member<'_>; 1]) {
    let members = [Member {
        name: "slide.svs",
        bytes: &glass.bytes,
    }];
    (open(&members).expect("a slide"), members)
}

async fn scan(who: &Visitor, glass: &Glass) -> Value {
    who.json(&format!("/api/v1/scans/{}", glass.scan)).await
}

fn tiles_of(shown: &Value) -> &str {
    shown["tiles"].as_str().expect("where the tiles are")
}

/// Every tile of every level, and where the door has it.
fn tiles(slide: &Slide, shown: &Value) -> Vec<(TileAt, String)> {
    let mut all = Vec::new();
    for level in slide.levels() {
        for row in 0..level.grid.rows() {
            for column in 0..level.grid.columns() {
                let at = TileAt {
                    image: level.image,
                    level: level.level,
                    column,
                    row,
                };
                let base = tiles_of(shown);
                all.push((at, format!("{base}/{}/{column}/{row}", level.level)));
            }
        }
    }
    all
}
