//! The doors as they run: a real folder, real slides, the real decoder, inotify.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::time::Duration;

use archive::Archive;
use catalog::{Catalog, NewIssuer, NewScanner, NewSite, Policy};
use ingest::{Door, Error, Keepers, ScannerSettings, Settings};
use pathology::case::{NoManifest, ReportOfRecord};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::ids::{OrganisationId, ScannerId, SiteId};
use sandbox::Sandbox;
use sqlx::Row;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(2));
const SITE: SiteId = SiteId(Uuid::from_u128(4));
const SCANNER: ScannerId = ScannerId(Uuid::from_u128(5));

struct Laboratory {
    folder: tempfile::TempDir,
    keepers: Keepers,
}

impl Laboratory {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("scans")).unwrap();
        let archive = archive::Settings {
            url: format!("file://{}", folder.path().join("archive").display()),
            ..archive::Settings::default()
        };
        let catalog = catalog::Settings {
            url: format!("sqlite:{}", folder.path().join("catalogue").display()),
            ..catalog::Settings::default()
        };
        let program = env!("CARGO_BIN_EXE_ingest-sandbox-child");
        let keepers = Keepers {
            archive: Archive::open(&archive).await.unwrap(),
            catalog: Catalog::open(&catalog, Policy::default()).await.unwrap(),
            sandbox: Sandbox::new(sandbox::Settings::of_program(program)).unwrap(),
        };
        establish(&keepers.catalog).await;
        Self { folder, keepers }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("scans").join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn run(&self, quiet_seconds: u32) -> (CancellationToken, JoinHandle<Result<(), Error>>) {
        let scanner = ScannerSettings {
            profile: ingest::Profile {
                quiet_seconds,
                stuck_minutes: 0,
                ..ingest::Profile::default()
            },
            ..ScannerSettings::of(SCANNER, "GT 1", self.path(""))
        };
        let settings = Settings {
            scanners: vec![scanner],
            ..Settings::default()
        };
        let shutdown = CancellationToken::new();
        let keepers = self.keepers.clone();
        let run = ingest::run(settings, vec![door()], keepers, shutdown.clone());
        (shutdown, tokio::spawn(run))
    }

    /// States of deliveries by name.
    async fn states(&self) -> Vec<(String, String)> {
        let file = self.folder.path().join("catalogue/catalogue.sqlite");
        let url = format!("sqlite:{}?mode=ro", file.display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let query = "SELECT name, state FROM delivery ORDER BY name";
        let rows = sqlx::query(query).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows.iter()
            .map(|row| (row.get("name"), row.get("state")))
            .collect()
    }

    /// Waits until the catalogue says so; the run of the tests ends a test that waits for ever.
    async fn until(&self, name: &str, state: &str) {
        let wanted = (name.to_owned(), state.to_owned());
        while !self.states().await.contains(&wanted) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn door() -> Door {
    Door {
        scanner: Some(SCANNER),
        organisation: ORGANISATION,
        site: SITE,
        issuer: "northgate-lab".parse().unwrap(),
        urgency: 2,
        door: "inbox",
    }
}

async fn establish(catalog: &Catalog) {
    let organisation = ORGANISATION;
    let registered = catalog.register_organisation(organisation, "Northgate");
    registered.await.unwrap();
    let site = NewSite {
        id: SITE,
        organisation,
        name: "Northgate".into(),
    };
    catalog.register_site(site).await.unwrap();
    let issuer = NewIssuer {
        issuer: "northgate-lab".into(),
        organisation,
        code_pattern: String::new(),
        no_manifest: NoManifest::Hold,
        report_of_record: ReportOfRecord::Slideway,
    };
    catalog.register_issuer(issuer).await.unwrap();
    let scanner = NewScanner {
        id: SCANNER,
        organisation,
        site: SITE,
        name: "GT 1".into(),
        issuer: "northgate-lab".into(),
    };
    catalog.register_scanner(scanner).await.unwrap();
}

fn slide(seed: u64) -> Vec<u8> {
    let recipe = Recipe {
        width: 700,
        height: 600,
        seed,
        barcode: None,
        label_lines: vec![],
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    write_svs(&recipe, &mut file).unwrap();
    file.into_inner()
}

#[tokio::test]
async fn a_final_rename_is_taken_at_once() {
    let laboratory = Laboratory::new().await;
    let a_day = 86_400;
    laboratory.write("S26-0.svs", &slide(0));
    let (shutdown, running) = laboratory.run(a_day);
    // The folder is watched before it is looked at for the first time.
    laboratory.until("S26-0.svs", "arriving").await;
    laboratory.write("S26-1.svs.part", &slide(1));
    std::fs::rename(
        laboratory.path("S26-1.svs.part"),
        laboratory.path("S26-1.svs"),
    )
    .unwrap();
    laboratory.until("S26-1.svs", "stored").await;
    let states = laboratory.states().await;
    assert_eq!(
        states.len(),
        2,
        "a temporary name is never seen: {states:?}"
    );
    assert_eq!(states[0].1, "arriving", "no rename: its quiet time lasts");
    shutdown.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn only_structures_that_close_are_taken_and_what_is_no_slide_is_kept_too() {
    let laboratory = Laboratory::new().await;
    let whole = slide(1);
    for (name, cut) in [
        ("header", 16),
        ("half", whole.len() / 2),
        ("last", whole.len() - 1),
    ] {
        laboratory.write(&format!("cut at {name}.svs"), &whole[..cut]);
    }
    // As a scanner that writes straight into the folder leaves it: where the directory is, comes last.
    let mut begun = whole[..whole.len() / 2].to_vec();
    begun[4..8].fill(0);
    laboratory.write("begun.svs", &begun);
    laboratory.write("whole.svs", &whole);
    laboratory.write("letter.svs", b"a letter, not a slide");
    let (shutdown, running) = laboratory.run(0);
    for name in ["cut at header", "cut at half", "cut at last", "begun"] {
        laboratory.until(&format!("{name}.svs"), "stuck").await;
    }
    laboratory.until("whole.svs", "stored").await;
    laboratory.until("letter.svs", "stored").await;
    // The rest comes: it is a delivery like any other.
    laboratory.write("begun.svs", &slide(2));
    laboratory.until("begun.svs", "stored").await;
    let broken = laboratory.keepers.catalog.broken_promises().await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
    shutdown.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_scanner_without_a_door_is_refused_by_its_id() {
    let laboratory = Laboratory::new().await;
    let settings = Settings {
        scanners: vec![ScannerSettings::of(SCANNER, "GT 1", laboratory.path(""))],
        ..Settings::default()
    };
    let keepers = laboratory.keepers.clone();
    let refused = ingest::run(settings, vec![], keepers, CancellationToken::new()).await;
    let words = refused.unwrap_err().to_string();
    assert!(words.contains(&SCANNER.to_string()), "{words}");
}
