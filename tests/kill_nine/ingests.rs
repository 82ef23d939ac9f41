//! One ingest, ended at each of its points, and then run again.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use catalog::{Catalog, Policy, ScanAccount, Settings};
use pathology::case::PixelState;
use pathology::formats::synthetic::{Recipe, Stain, write_svs};

use super::points;
use crate::world::Engine;
use crate::world::database::Scratch;

/// The points that one `slideway ingest --wait` passes.
const ROAD: [&str; 6] = [
    "archive::",
    "ingest::",
    "catalog::arrival::",
    "catalog::publish::",
    "tile::",
    "catalog::job::",
];

#[test]
fn every_point_of_an_ingest_on_sqlite() {
    every_point(Engine::Sqlite);
}

#[test]
fn every_point_of_an_ingest_on_postgres() {
    every_point(Engine::Postgres);
}

fn every_point(engine: Engine) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let slide = Slide::make();
    for point in points(&ROAD) {
        runtime.block_on(one_point(engine, &slide, &point));
    }
}

async fn one_point(engine: Engine, slide: &Slide, point: &str) {
    let scratch = Scratch::make(engine).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &scratch.url());
    let killed = ingest(&config, &slide.path, Some(point));
    assert_eq!(
        killed.status.signal(),
        Some(9),
        "{point} is not on the road: {}",
        said(&killed)
    );
    let acknowledged = String::from_utf8_lossy(&killed.stdout).trim().to_owned();

    let before = books(&scratch.url()).await;
    assert!(before.len() <= 1, "{point}: {before:?}");
    if !acknowledged.is_empty() {
        assert_eq!(
            before[0].scan.to_string(),
            acknowledged,
            "{point}: an acknowledged scan is gone (P1)"
        );
    }
    let again = ingest(&config, &slide.path, None);
    assert_eq!(again.status.code(), Some(3), "{point}: {}", said(&again));

    let after = books(&scratch.url()).await;
    assert_eq!(
        after.len(),
        1,
        "{point}: the same bytes are one scan (P7): {after:?}"
    );
    // It may have been verified meanwhile.
    let pixels = after[0].pixels;
    let readable = [PixelState::Published, PixelState::Verified];
    assert!(readable.contains(&pixels), "{point}: {pixels:?}");
    assert_eq!(
        after[0].digest, slide.digest,
        "{point}: other bytes are recorded (P2)"
    );
    if let Some(first) = before.first() {
        assert_eq!(
            first.scan, after[0].scan,
            "{point}: the scan changed its id"
        );
    }
    scratch.look_in().await;
    scratch.remove().await;
}

/// The books, after the walk over all promises (P5).
pub(super) async fn books(url: &str) -> Vec<ScanAccount> {
    let settings = Settings {
        url: url.to_owned(),
        connections: 2,
    };
    let catalog = Catalog::open(&settings, Policy::default())
        .await
        .expect("the catalogue opens again");
    assert_eq!(
        catalog.broken_promises().await.expect("the walk"),
        Vec::<String>::new()
    );
    let scans = catalog
        .account_of_scans_after(None, 10)
        .await
        .expect("the books");
    catalog.close().await;
    scans
}

/// Everything in this folder and that database; leases are short, so that the second run need not wait.
pub(super) fn configure(folder: &Path, catalog: &str) -> PathBuf {
    let archive = folder.join("archive");
    let text = format!(
        "[catalog]\nurl = \"{catalog}\"\n[archive]\nurl = \"file://{}\"\n[tile]\nlease_seconds = 1\npoll_seconds = 1\n",
        archive.display()
    );
    let path = folder.join("slideway.toml");
    std::fs::write(&path, text).expect("a configuration");
    path
}

pub(super) fn ingest(config: &Path, slide: &Path, kill_at: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slideway"));
    command
        .args(["ingest", "--wait", "--config"])
        .arg(config)
        .arg(slide);
    if let Some(point) = kill_at {
        command.env("SLIDEWAY_KILL_AT", point);
    }
    command.output().expect("the binary runs")
}

pub(super) fn said(output: &Output) -> String {
    format!(
        "{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    )
}

pub(super) struct Slide {
    pub(super) path: PathBuf,
    pub(super) digest: [u8; 32],
    _folder: tempfile::TempDir,
}

impl Slide {
    pub(super) fn make() -> Self {
        let recipe = Recipe {
            width: 900,
            height: 700,
            seed: 11,
            barcode: None,
            label_lines: Vec::new(),
            stain: Stain::HE,
            microns_per_pixel: 0.5,
            objective: 20,
            trouble: None,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        write_svs(&recipe, &mut bytes).expect("a slide");
        let bytes = bytes.into_inner();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("slide.svs");
        std::fs::write(&path, &bytes).expect("a file");
        let digest =
            pathology::tileset::original_digest(&[pathology::tileset::Digest::of(&bytes)]).0;
        Self {
            path,
            digest,
            _folder: folder,
        }
    }
}
