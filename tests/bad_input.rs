//! What is wrong with a slide ends in a tray or a refusal, with a reason a person understands.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pathology::case::{Issuer, Micros, Number, NumberRole, Priority};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::ids::{CaseId, OrganisationId, SiteId, derived};
use pathology::phi::Phi;
use uuid::Uuid;

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

    /// A case of the laboratory below the bench, which a first push has made.
    fn register(&self, number: &str) {
        let made = self.ingest(&self.file("first.svs", &[]));
        assert_eq!(made.status.code(), Some(1), "an empty file is refused");
        let settings = catalog::Settings {
            url: format!(
                "sqlite:{}",
                self.folder.path().join("slideway-data/catalogue").display()
            ),
            ..catalog::Settings::default()
        };
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let catalog = catalog::Catalog::open(&settings, catalog::Policy::default()).await;
            let catalog = catalog.expect("it opens");
            let organisation = OrganisationId(derived(Uuid::nil(), "organisation", "Laboratory"));
            let by = catalog::By::operator("desk", organisation);
            let registered = catalog
                .accession(case(organisation, number), &by, None)
                .await;
            registered.expect("registered");
            catalog.close().await;
        });
    }
}

/// A case of one specimen, of which no slide is expected yet.
fn case(organisation: OrganisationId, owning: &str) -> catalog::NewCase {
    let number = |value: &str| {
        Number::new(Issuer::new("laboratory").expect("an issuer"), value).expect("a number")
    };
    catalog::NewCase {
        case: CaseId(Uuid::now_v7()),
        organisation,
        site: SiteId(derived(Uuid::nil(), "site", "Here")),
        numbers: vec![(number(owning), NumberRole::Owning)],
        patient: catalog::NewPatient {
            numbers: vec![number("MRN-1")],
            national_number: None,
            family: Phi::new("TESTPATIENT".to_owned()),
            given: Phi::new("Anna".to_owned()),
            born: Phi::new("1961-04-12".to_owned()),
            sex: "F".to_owned(),
        },
        specialty: "skin".to_owned(),
        priority: Priority::Routine,
        received_at: Micros(0),
        collected_at: None,
        due_at: None,
        content: catalog::NewContent::default(),
        specimens: vec![catalog::NewSpecimen {
            part: "A".to_owned(),
            specimen_type: "skin excision".to_owned(),
            body_site: "forearm".to_owned(),
            macroscopic: Phi::default(),
            fixation: "formalin".to_owned(),
            decalcified: false,
            blocks: Vec::new(),
        }],
        routing: catalog::NewRouting::default(),
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

/// A scan joins a case only once it is published, so naming a case means waiting for that.
#[test]
fn a_slide_for_a_named_case_joins_it_without_being_told_to_wait() {
    let bench = Bench::new();
    let slide = bench.file("S26-7.svs", &bench.slide);
    bench.register("C-26-7");
    let pushed = Command::new("timeout")
        .args(["120", env!("CARGO_BIN_EXE_slideway"), "ingest"])
        .args(["--case", "C-26-7"])
        .arg(&slide)
        .current_dir(bench.folder.path())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&pushed.stderr);
    assert_eq!(pushed.status.code(), Some(0), "{said}");
    assert!(said.contains("published and matched"), "{said}");
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

#[test]
fn a_folder_is_pushed_as_one_slide_and_the_wrong_ones_are_refused_by_reason() {
    let bench = Bench::new();
    let folder = bench.folder.path().join("S26-1");
    std::fs::create_dir(&folder).expect("a folder");
    refused(&bench.ingest(&folder), "no file in the folder");
    bench.file("S26-1/1.svs", &bench.slide);
    bench.file("S26-1/Thumbs.db", b"what a file manager leaves");
    let output = bench.ingest(&folder);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    bench.file("S26-1/2.svs.part", b"not all of it");
    refused(&bench.ingest(&folder), "still being written");
    std::fs::remove_file(folder.join("2.svs.part")).expect("removed");
    std::os::unix::fs::symlink("1.svs", folder.join("2.svs")).expect("a link");
    refused(&bench.ingest(&folder), "a link in the folder");
}
