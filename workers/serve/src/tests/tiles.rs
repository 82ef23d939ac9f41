//! Tiles: what the first touch asks, what the next ones do not, and what ends them.

use archive::Key;
use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use catalog::{Arrival, ArrivedMember, By, Code, Publication};
use pathology::case::Issuer;
use pathology::formats::{Codec, Colour};
use pathology::ids::{AttemptId, OrganisationId, PathologistId, ReceiptId, ScanId, SiteId};
use pathology::pyramid::geometry::{Grid, TileAt};
use pathology::tileset::{
    Digest, Facts, IndexWriter, Level, Recipe, Row, Tagger, block_digest, original_digest,
};
use serde_json::json;
use uuid::Uuid;

use super::site::{Ask, Site, new_case, site};

const TILE: &[u8] = b"\xFF\xD8 a tile of 24 bytes \xFF\xD9";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn scan() -> ScanId {
    ScanId(id(71))
}

/// Registers a case and publishes the scan of its one slide: two tiles, the second one damaged.
async fn published(site: &Site) {
    let dana = site.become_one("dana").await;
    let (status, _) = site
        .json(Ask::post("/api/v1/cases", &dana, new_case("NG26-9")))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let original: Vec<u8> = [TILE, &[0; 24]].concat();
    let archive = &site.door.keepers.archive;
    let key = Key::Original {
        scan: scan(),
        attempt: AttemptId(id(81)),
        n: 0,
    };
    archive.put_new(key, original.clone().into()).await.unwrap();
    let organisation = OrganisationId(id(1));
    let by = By::system("test", organisation);
    let blake3 = *blake3::hash(&original).as_bytes();
    let arrival = Arrival {
        scan: scan(),
        attempt: AttemptId(id(81)),
        receipt: ReceiptId(id(82)),
        organisation,
        site: SiteId(id(11)),
        scanner: None,
        issuer: Issuer::new("northgate-lab").unwrap(),
        door: "command",
        urgency: 1,
        members: vec![ArrivedMember {
            n: 0,
            name: "a.svs".to_owned().into(),
            size_bytes: 48,
            blake3,
        }],
        digest: original_digest(&[Digest(blake3)]).0,
        codes: vec![Code {
            origin: "file_name",
            value: "NG26-9-A1-1".to_owned().into(),
        }],
        delivery: None,
    };
    site.door
        .catalog()
        .record_arrival(arrival, &by)
        .await
        .unwrap();
    publish(site, &by).await;
}

async fn publish(site: &Site, by: &By) {
    let job = site
        .door
        .catalog()
        .claim_job("test", 60)
        .await
        .unwrap()
        .unwrap();
    let generation = job.fence as u32;
    let index = index(generation);
    let key = Key::Index {
        scan: scan(),
        generation,
    };
    let put = site
        .door
        .keepers
        .archive
        .put_new(key, index.bytes.clone().into());
    put.await.unwrap();
    let publication = Publication {
        job: job.id,
        fence: job.fence,
        scan: scan(),
        facts: json!({"vendor": "aperio", "width": 512, "height": 256, "mpp": [0.5, 0.5],
            "levels": [{"w": 512, "h": 256, "tile_w": 256, "tile_h": 256}]})
        .to_string(),
        index_header_digest: index.header_digest.0,
        index_header_length: u64::from(index.header_length),
        index_size_bytes: index.bytes.len() as u64,
        index_digest: *blake3::hash(&index.bytes).as_bytes(),
        manifest_digest: [0; 32],
        codes: Vec::new(),
    };
    site.door
        .catalog()
        .publish_scan(publication, by)
        .await
        .unwrap();
}

fn index(generation: u32) -> pathology::tileset::Index {
    let grid = Grid {
        width: 512,
        height: 256,
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
    let facts = Facts {
        scan: scan(),
        generation,
        members: 1,
        levels: vec![level],
        tables: Vec::new(),
        packs: Vec::new(),
        sizes: vec![48],
    };
    let tagger = Tagger::new(scan());
    let mut writer = IndexWriter::new(facts).unwrap();
    for column in 0..2 {
        let at = TileAt {
            image: 0,
            level: 0,
            column,
            row: 0,
        };
        let row = Row {
            member: 0,
            recipe: Recipe::Stored,
            length: 24,
            offset: u64::from(column) * 24,
            tag: tagger.tag(TILE, at),
        };
        writer.push(&row).unwrap();
    }
    let block = block_digest(0, &[TILE, &[0; 24]].concat());
    writer.blocks(0, vec![block]).unwrap();
    writer.finish().unwrap()
}

async fn tiles_of(site: &Site, cookie: &str) -> String {
    let path = format!("/api/v1/scans/{}", scan());
    let (status, described) = site.json(Ask::get(&path, cookie)).await;
    assert_eq!(
        (status, &described["levels"][0]["scale"]),
        (StatusCode::OK, &json!(1.0))
    );
    described["tiles"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn after_the_first_touch_a_tile_needs_no_catalogue_and_no_decoder() {
    let site = site().await;
    published(&site).await;
    let ines = site.become_one("ines").await;
    let tile = format!("{}/0/0/0", tiles_of(&site, &ines).await);
    let first = site.send(Ask::get(&tile, &ines)).await;
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(first.headers()["x-scan"], scan().to_string());
    let kept = first.headers()[header::CACHE_CONTROL].to_str().unwrap();
    assert_eq!(kept, "private, max-age=31536000, immutable");
    assert_eq!(to_bytes(first.into_body(), 1 << 20).await.unwrap(), TILE);
    let keepers = &site.door.keepers;
    let spent = || {
        (
            keepers.catalog.statements_run(),
            keepers.sandbox.children_started(),
        )
    };
    let before = (spent(), keepers.archive.reads().ranges());
    for _ in 0..10 {
        assert_eq!(
            site.send(Ask::get(&tile, &ines)).await.status(),
            StatusCode::OK
        );
    }
    assert_eq!(spent(), before.0, "statements and children");
    assert_eq!(
        keepers.archive.reads().ranges(),
        before.1 + 10,
        "one range read a tile"
    );
}

#[tokio::test]
async fn a_damaged_tile_an_outside_one_and_another_generation_are_told_apart() {
    let site = site().await;
    published(&site).await;
    let ines = site.become_one("ines").await;
    let tiles = tiles_of(&site, &ines).await;
    let other = tiles.replace("/g", "/g9");
    let cases = [
        (
            format!("{tiles}/0/1/0"),
            StatusCode::BAD_GATEWAY,
            "damaged_tile",
        ),
        (format!("{tiles}/0/2/0"), StatusCode::NOT_FOUND, "not_found"),
        (format!("{tiles}/1/0/0"), StatusCode::NOT_FOUND, "not_found"),
        (
            format!("{tiles}/0/-1/0"),
            StatusCode::NOT_FOUND,
            "not_found",
        ),
        (
            format!("{other}/0/0/0"),
            StatusCode::GONE,
            "other_generation",
        ),
    ];
    for (path, status, code) in cases {
        let (found, body) = site.json(Ask::get(&path, &ines)).await;
        assert_eq!((found, &body["code"]), (status, &json!(code)), "{path}");
    }
}

#[tokio::test]
async fn a_withdrawn_right_ends_warm_tiles_and_a_manager_has_none() {
    let site = site().await;
    published(&site).await;
    let ines = site.become_one("ines").await;
    let tile = format!("{}/0/0/0", tiles_of(&site, &ines).await);
    assert_eq!(
        site.send(Ask::get(&tile, &ines)).await.status(),
        StatusCode::OK
    );
    let tess = site.become_one("tess").await;
    assert_eq!(
        site.send(Ask::get(&tile, &tess)).await.status(),
        StatusCode::FORBIDDEN
    );
    let mut changes = site.door.catalog().changes();
    let by = By::system("test", OrganisationId(id(1)));
    let withdrawn = site
        .door
        .catalog()
        .withdraw_credential(PathologistId(id(21)), "skin", &by);
    withdrawn.await.unwrap();
    // The grants' own watcher heard the same change; it is told apart by nothing but its turn.
    changes.recv().await.unwrap();
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    let refused = site.send(Ask::get(&tile, &ines)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_original_comes_whole_or_by_range_to_who_reads_the_case() {
    let site = site().await;
    published(&site).await;
    let ines = site.become_one("ines").await;
    let path = format!("/api/v1/scans/{}/original/0", scan());
    // Waiting is not reading: whole files are for who holds the case.
    assert_eq!(
        site.send(Ask::get(&path, &ines)).await.status(),
        StatusCode::FORBIDDEN
    );
    let claim = site
        .json(Ask::post("/api/v1/worklist/claim-next", &ines, json!({})))
        .await;
    assert_eq!(claim.0, StatusCode::CREATED, "{}", claim.1);
    let whole = site.send(Ask::get(&path, &ines)).await;
    assert_eq!(whole.headers()[header::CONTENT_LENGTH], "48");
    let whole = to_bytes(whole.into_body(), 1 << 20).await.unwrap();
    assert_eq!(&whole[..24], TILE);
    let (status, _) = site.json(Ask::get(&format!("{path}1"), &ines)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
