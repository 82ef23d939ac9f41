//! The whole road on a real S3 store: delivered, published, matched, shown; and the commands of the archive.

use std::path::Path;
use std::process::{Command, Output};

use archive::{Archive, Error, Key};
use pathology::ids::{AttemptId, ScanId};

use crate::people_door::house::House;
use crate::world::intake::small_slide;
use crate::world::storage::{Place, Storage};
use crate::world::{World, fresh, on_both};

on_both!(a_slide_is_delivered_published_and_shown);

async fn a_slide_is_delivered_published_and_shown(world: World) {
    let house = House::on(&world, Storage::of(Place::S3)).await;
    let (_, glass) = house.ready(&world.northgate, "S26-00001", "skin").await;
    world.claim(&world.ada).await;
    let ada = house.visit("ada").await;
    let scan = format!("/api/v1/scans/{}", glass.scan);
    let shown = ada.json(&scan).await;
    let tiles = shown["tiles"].as_str().expect("where the tiles are");
    for level in 0..shown["levels"].as_array().expect("levels").len() {
        let tile = ada.bytes(&format!("{tiles}/{level}/0/0")).await;
        assert!(tile.starts_with(&[0xFF, 0xD8]), "level {level} is no JPEG");
    }
    let label = ada.bytes(&format!("{scan}/associated/label")).await;
    assert!(label.starts_with(b"\x89PNG"));
    let region = ada
        .bytes(&format!("{scan}/region?x=0&y=0&w=300&h=200"))
        .await;
    assert!(region.starts_with(b"\x89PNG"));
    let original = ada.bytes(&format!("{scan}/original/0")).await;
    assert!(original == glass.bytes, "other bytes than were delivered");
    house.close().await;
}

#[test]
fn the_commands_work_on_s3() {
    let storage = Storage::of(Place::S3);
    let folder = storage.folder.path();
    let slide = folder.join("S26-00007-A1-1.svs");
    std::fs::write(&slide, small_slide("S26-00007-A1-1", 7)).expect("a slide");
    let text = format!(
        "[catalog]\nurl = \"sqlite:{}\"\n[archive]\nurl = \"{}\"\nstaging = \"{}\"\n[archive.s3]\nendpoint = \"{}\"\nallow_http = true\n",
        folder.join("catalogue").display(),
        storage.settings.url,
        folder.join("staging").display(),
        storage
            .settings
            .s3
            .endpoint
            .as_deref()
            .expect("an endpoint"),
    );
    let config = folder.join("slideway.toml");
    std::fs::write(&config, text).expect("a configuration");
    let slideway = |arguments: &[&str], with: Option<&Path>| -> Output {
        let keys = storage.settings.s3.credentials.as_ref().expect("keys");
        let mut command = Command::new(env!("CARGO_BIN_EXE_slideway"));
        command
            .args(arguments)
            .arg("--config")
            .arg(&config)
            .args(with)
            .env("SLIDEWAY_S3_ACCESS_KEY_ID", &keys.access_key_id)
            .env("SLIDEWAY_S3_SECRET_ACCESS_KEY", &keys.secret_access_key);
        command.output().expect("the binary runs")
    };
    let first = slideway(&["ingest", "--wait"], Some(&slide));
    assert_eq!(first.status.code(), Some(3), "{first:?}");
    let verified = slideway(&["verify"], None);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    std::fs::remove_dir_all(folder.join("catalogue")).expect("the catalogue is lost");
    let rebuilt = slideway(&["rebuild"], None);
    assert_eq!(rebuilt.status.code(), Some(0), "{rebuilt:?}");
    let again = slideway(&["ingest", "--wait"], Some(&slide));
    assert_eq!(
        again.stdout, first.stdout,
        "the same bytes are the same scan: {again:?}"
    );
    let verified = slideway(&["verify"], None);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

/// Small ones go up in one piece, others in parts; neither arrives with other bytes than were acknowledged.
#[tokio::test]
async fn a_delivery_that_changed_in_staging_is_not_uploaded() {
    let storage = Storage::of(Place::S3);
    let archive = Archive::open(&storage.settings).await.expect("an archive");
    for size in [3_000_usize, (17 << 20) + 5] {
        let key = Key::Original {
            scan: ScanId(fresh()),
            attempt: AttemptId(fresh()),
            n: 0,
        };
        let mut staged = archive.stage().await.expect("staged");
        staged.write(vec![7; size]).await.expect("written");
        let sealed = staged.finish().await.expect("sealed");
        let folder = storage.settings.staging.clone().expect("a folder");
        let mut files = std::fs::read_dir(folder).expect("a folder");
        let file = files.next().expect("a file").expect("an entry").path();
        let mut bytes = std::fs::read(&file).expect("the delivery");
        bytes[size / 2] ^= 1;
        std::fs::write(&file, &bytes).expect("a bit flips");
        let refused = archive.keep(&sealed, key).await;
        assert!(matches!(refused, Err(Error::Spoilt)), "{size}: {refused:?}");
        let there = archive.size(key).await;
        assert!(matches!(there, Err(Error::NotFound { .. })), "{there:?}");
        bytes[size / 2] ^= 1;
        std::fs::write(&file, &bytes).expect("as it was");
        archive.keep(&sealed, key).await.expect("kept");
    }
}
