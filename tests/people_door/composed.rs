//! Pictures made of tiles: any scale, several tiles as one, Deep Zoom, and what no browser shows as it is stored.

use pathology::formats::{Member, Picture, Slide, jpeg, open};
use pathology::pyramid::geometry::{Region, TileAt};
use serde_json::Value;

use super::house::{Glass, House};
use super::visitor::Visitor;
use crate::world::{World, on_both, plain};

on_both! {
    a_region_at_the_scale_of_a_level_is_that_levels_pixels,
    a_region_at_another_scale_shows_the_same_tissue,
    a_damaged_tile_is_in_no_picture,
    tiles_come_two_or_four_as_one,
    deep_zoom_shows_the_whole_slide_at_every_level,
    what_no_browser_shows_is_decoded_once_and_handed_out_as_stored_too,
}

async fn a_region_at_the_scale_of_a_level_is_that_levels_pixels(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass.bytes);
    for (level, x, y, w, h) in [
        (0, 0, 0, 300, 200),
        (0, 2200, 1600, 300, 300),
        (1, 513, 130, 200, 90),
    ] {
        let ask = format!("x={x}&y={y}&w={w}&h={h}&level={level}");
        let shown = ada.bytes(&region_of(&glass, &ask)).await;
        let region = Region {
            x,
            y,
            width: w,
            height: h,
        };
        let stored = slide.region(&members, level, region).expect("a region");
        assert!(
            shown == stored.to_png().expect("a PNG"),
            "other pixels for {ask}"
        );
    }
    for wrong in [
        "x=0&y=0&w=0&h=5",
        "x=0&y=0&w=5&h=5&scale=0",
        "x=0&y=0&w=5&h=5&scale=nan",
        "x=0&w=5&h=5",
    ] {
        assert_eq!(ada.status(&region_of(&glass, wrong)).await, 422, "{wrong}");
    }
    assert_eq!(
        ada.status(&region_of(&glass, "x=0&y=0&w=5&h=5&level=9"))
            .await,
        404
    );
    assert_eq!(
        ada.status(&region_of(&glass, "x=0&y=0&w=5&h=5&channel=1"))
            .await,
        404
    );
    house.close().await;
}

async fn a_region_at_another_scale_shows_the_same_tissue(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass.bytes);
    for (scale, side) in [(0.5, 400), (1.7, 300), (3.0, 500), (7.3, 200)] {
        let ask = format!("x=200&y=100&w={side}&h={side}&scale={scale}&form=jpeg");
        let shown = ada.bytes(&region_of(&glass, &ask)).await;
        let shown = jpeg::decode(&shown, side, side).expect("a picture");
        let whole = (f64::from(side) * scale) as u32;
        let region = Region {
            x: 200,
            y: 100,
            width: whole,
            height: whole,
        };
        let stored = slide.region(&members, 0, region).expect("a region");
        for channel in 0..3 {
            let apart = (mean(&shown, channel) - mean(&stored, channel)).abs();
            assert!(
                apart < 2.0,
                "channel {channel} is {apart} off at scale {scale}"
            );
        }
    }
    house.close().await;
}

async fn a_damaged_tile_is_in_no_picture(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass.bytes);
    let mut first = None;
    let mut note = |extent: pathology::formats::TileExtent| {
        first = first.or(Some(extent));
        Ok(())
    };
    slide.extents(&members, 0, &mut note).expect("extents");
    let extent = first.expect("a tile");
    house.flip_a_bit(&glass, extent.offset + u64::from(extent.length) / 2);
    let tiles = tiles_of(&ada, &glass).await;
    for path in [
        region_of(&glass, "x=10&y=10&w=20&h=20"),
        region_of(&glass, "x=0&y=0&w=300&h=300&scale=1.5"),
        format!("{tiles}/0/0/0?join=2"),
        format!("/api/v1/scans/{}/deepzoom_files/12/0_0.jpg", glass.scan),
    ] {
        let refused = ada.get(&path).await;
        assert_eq!(refused.status(), 502, "{path}");
        let body = refused.bytes().await.expect("a body");
        let told: Value = serde_json::from_slice(&body).expect("a problem, no pixels");
        assert_eq!(told["code"], "damaged_tile", "{told}");
    }
    ada.bytes(&format!("{tiles}/0/5/5")).await;
    house.close().await;
}

async fn tiles_come_two_or_four_as_one(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass.bytes);
    let tiles = tiles_of(&ada, &glass).await;
    for span in [2, 4] {
        let shown = ada.bytes(&format!("{tiles}/0/1/0?join={span}")).await;
        let side = 256 * span;
        let shown = jpeg::decode(&shown, side, side).expect("a picture");
        let region = Region {
            x: side,
            y: 0,
            width: side,
            height: side,
        };
        let stored = slide.region(&members, 0, region).expect("a region");
        let apart = mean_difference(&shown, &stored);
        assert!(
            apart < 0.5,
            "{span} tiles as one are {apart} off: only seams may differ"
        );
    }
    for wrong in ["join=3", "join=0", "form=png", "zoom=1"] {
        assert_eq!(
            ada.status(&format!("{tiles}/0/0/0?{wrong}")).await,
            422,
            "{wrong}"
        );
    }
    assert_eq!(ada.status(&format!("{tiles}/0/9/0?join=4")).await, 404);
    house.close().await;
}

async fn deep_zoom_shows_the_whole_slide_at_every_level(world: World) {
    let house = House::open(&world).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    let ada = house.visit("ada").await;
    let (slide, members) = read(&glass.bytes);
    let base = format!("/api/v1/scans/{}", glass.scan);
    let told = ada.bytes(&format!("{base}/deepzoom.dzi")).await;
    let told = String::from_utf8(told).expect("text");
    assert!(told.contains(r#"Width="2300" Height="1700""#), "{told}");
    assert!(
        told.contains(r#"TileSize="256""#) && told.contains(r#"Overlap="0""#),
        "{told}"
    );
    let at = TileAt {
        image: 0,
        level: 0,
        column: 3,
        row: 2,
    };
    let stored = slide.tile(&members, at).expect("a tile");
    let exact = ada
        .bytes(&format!("{base}/deepzoom_files/12/3_2.jpg"))
        .await;
    assert!(
        exact == stored,
        "a tile that is stored is handed out as it is"
    );
    for (level, columns, rows) in [(12, 9, 7), (11, 5, 4), (9, 2, 1), (0, 1, 1)] {
        let scale = f64::from(1 << (12 - level));
        let size = |side: f64| (side / scale).ceil() as u32;
        let last = format!(
            "{base}/deepzoom_files/{level}/{}_{}.jpg",
            columns - 1,
            rows - 1
        );
        let shown = ada.bytes(&last).await;
        let header = jpeg::header(&shown).expect("a JPEG");
        let left = |side: u32, tiles: u32| u32::from(u16::MAX).min(side - (tiles - 1) * 256) as u16;
        let expected = (left(size(2300.0), columns), left(size(1700.0), rows));
        assert_eq!((header.width, header.height), expected, "level {level}");
        for outside in [format!("{columns}_0"), format!("0_{rows}")] {
            let path = format!("{base}/deepzoom_files/{level}/{outside}.jpg");
            assert_eq!(ada.status(&path).await, 404, "{path}");
        }
    }
    assert_eq!(
        ada.status(&format!("{base}/deepzoom_files/13/0_0.jpg"))
            .await,
        404
    );
    assert_eq!(
        house
            .visit("dev")
            .await
            .status(&format!("{base}/deepzoom.dzi"))
            .await,
        404
    );
    house.close().await;
}

async fn what_no_browser_shows_is_decoded_once_and_handed_out_as_stored_too(world: World) {
    let house = House::open(&world).await;
    let bytes = plain::tiled_tiff(600, 500);
    let scan = house
        .deliver_file(&world.northgate, "plain.tif", &bytes)
        .await;
    let desk = house.visit("northgate desk").await;
    let glass = Glass { scan, bytes };
    let (slide, members) = read(&glass.bytes);
    let tiles = tiles_of(&desk, &glass).await;
    let at = TileAt {
        image: 0,
        level: 0,
        column: 1,
        row: 0,
    };
    let shown = desk.get(&format!("{tiles}/0/1/0")).await;
    assert_eq!(shown.status(), 200);
    assert_eq!(shown.headers()["content-type"], "image/jpeg");
    let shown = shown.bytes().await.expect("a body");
    let decoded = jpeg::decode(&shown, 256, 256).expect("a picture");
    let stored = slide.tile_pixels(&members, at).expect("pixels");
    assert!(mean_difference(&decoded, &stored) < 3.0);
    let raw = desk.bytes(&format!("{tiles}/0/1/0?form=stored")).await;
    assert!(raw == stored.rgb, "bare samples are handed out as they are");
    let before = house.keepers.sandbox.children_started();
    for _ in 0..3 {
        assert!(desk.bytes(&format!("{tiles}/0/1/0")).await == shown);
        desk.bytes(&format!("{tiles}/0/0/1")).await;
    }
    assert_eq!(
        house.keepers.sandbox.children_started(),
        before,
        "one child a slide"
    );
    house.close().await;
}

fn read(bytes: &Vec<u8>) -> (Slide, [Member<'_>; 1]) {
    let members = [Member {
        name: "slide",
        bytes,
    }];
    (open(&members).expect("a slide"), members)
}

fn region_of(glass: &Glass, ask: &str) -> String {
    format!("/api/v1/scans/{}/region?{ask}", glass.scan)
}

async fn tiles_of(who: &Visitor, glass: &Glass) -> String {
    let shown = who.json(&format!("/api/v1/scans/{}", glass.scan)).await;
    shown["tiles"]
        .as_str()
        .expect("where the tiles are")
        .to_owned()
}

fn mean(picture: &Picture, channel: usize) -> f64 {
    let values = picture.rgb.iter().skip(channel).step_by(3);
    values.map(|value| f64::from(*value)).sum::<f64>() / (picture.rgb.len() / 3) as f64
}

fn mean_difference(one: &Picture, other: &Picture) -> f64 {
    assert_eq!((one.width, one.height), (other.width, other.height));
    let pairs = one.rgb.iter().zip(&other.rgb);
    pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / one.rgb.len() as f64
}
