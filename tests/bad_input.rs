//! What is wrong with a slide ends in a tray or a refusal, with a reason a person understands.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pathology::formats::synthetic::{Recipe, Stain, write_svs};

struct Bench {
    folder: tempfile::TempDir,
    slide: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        let recipe = Recipe {
            width: 1200,
            height: 900,
            seed: 21,
            barcode: None,
            label_lines: Vec::new(),
            stain: Stain::HE,
            microns_per_pixel: 0.5,
            objective: 20,
            trouble: None,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        write_svs(&recipe, &mut bytes).expect("a slide");
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            slide: bytes.into_inner(),
        }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// Pushes a file into a laboratory of its own, below the bench.
    fn ingest(&self, path: &Path) -> Output {
        let command = &mut Command::new(env!("CARGO_BIN_EXE_slideway"));
        command
            .args(["ingest", "--wait"])
            .arg(path)
            .current_dir(self.folder.path())
            .output()
            .expect("the binary runs")
    }
}

fn refused(output: &Output, reason: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(reason), "{reason:?} is not in {said:?}");
}

#[test]
fn a_sound_slide_is_published_and_waits_for_its_case() {
    let bench = Bench::new();
    let output = bench.ingest(&bench.file("sound.svs", &bench.slide));
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let again = bench.ingest(&bench.file("copy.svs", &bench.slide));
    assert_eq!(
        output.stdout, again.stdout,
        "the same bytes are the same scan"
    );
}

#[test]
fn a_file_that_ends_early_is_refused_with_how_much_came() {
    let bench = Bench::new();
    let cut = &bench.slide[..bench.slide.len() / 2];
    refused(&bench.ingest(&bench.file("cut.svs", cut)), "ends early");
}

#[test]
fn an_empty_file_is_refused_as_empty() {
    let bench = Bench::new();
    refused(&bench.ingest(&bench.file("empty.svs", &[])), "empty");
}

#[test]
fn the_content_decides_and_not_the_name() {
    let bench = Bench::new();
    let output = bench.ingest(&bench.file("slide.jpg", &bench.slide));
    assert_eq!(
        output.status.code(),
        Some(3),
        "an SVS by another name: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    refused(
        &bench.ingest(&bench.file("picture.svs", b"\xFF\xD8\xFF\xE0 not a slide at all")),
        "a JPEG picture, not a slide: send",
    );
}

#[test]
fn directories_that_loop_end() {
    let bench = Bench::new();
    let mut loops = b"II*\0\x08\0\0\0".to_vec();
    loops.extend_from_slice(&0_u16.to_le_bytes());
    loops.extend_from_slice(&8_u32.to_le_bytes());
    refused(&bench.ingest(&bench.file("loop.svs", &loops)), "loop.svs");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let bench = Bench::new();
    refused(
        &bench.ingest(&bench.folder.path().join("nowhere.svs")),
        "nowhere.svs",
    );
}

#[test]
fn one_bad_slide_does_not_keep_the_others_out() {
    let bench = Bench::new();
    let (good, bad) = (
        bench.file("good.svs", &bench.slide),
        bench.file("bad.svs", b"nonsense"),
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_slideway"));
    let output = command
        .args(["ingest", "--wait"])
        .arg(&bad)
        .arg(&good)
        .current_dir(bench.folder.path())
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).lines().count(),
        2,
        "both have receipts"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("good.svs: published"));
}
