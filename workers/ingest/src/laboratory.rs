//! A laboratory with one scanner, a real catalogue and a real archive, and a decoder that is told
//! what to say: whether structures are read rightly is tried with the real one in `tests/folder.rs`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use archive::{Archive, Key};
use catalog::{Catalog, NewIssuer, NewScanner, NewSite, Policy};
use pathology::case::{NoManifest, ReportOfRecord};
use pathology::ids::{OrganisationId, ScannerId, SiteId};
use sandbox::Sandbox;
use sqlx::Row;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::closing::{Answer, Closes, Closing};
use crate::inbox::Inbox;
use crate::{Door, Keepers, ScannerSettings};

pub(crate) const SECOND: i64 = 1_000_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// The decoder wants more after this.
pub(crate) const EARLY: &[u8] = b"a slide that ends early";

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(2));
const SITE: SiteId = SiteId(Uuid::from_u128(4));
const SCANNER: ScannerId = ScannerId(Uuid::from_u128(5));

pub(crate) struct Laboratory {
    folder: tempfile::TempDir,
    pub(crate) keepers: Keepers,
    pub(crate) door: Door,
    decoder: Arc<Decoder>,
}

/// Says of a file what its first bytes say.
#[derive(Default)]
struct Decoder {
    asked: AtomicU32,
    is_away: AtomicBool,
}

impl Closes for Decoder {
    fn closes<'a>(&'a self, path: &'a std::path::Path) -> Answer<'a> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        // Of a folder it has nothing to say.
        let bytes = std::fs::read(path).unwrap_or_default();
        let closing = match bytes.as_slice() {
            EARLY => Closing::EndsEarly,
            b"no slide at all" => Closing::NoSlide,
            _ => Closing::Closes,
        };
        let is_away = self.is_away.load(Ordering::Relaxed);
        Box::pin(async move {
            if is_away {
                return Err(sandbox::Error::Closed);
            }
            Ok(closing)
        })
    }
}

impl Laboratory {
    pub(crate) async fn new() -> Self {
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
        let keepers = Keepers {
            archive: Archive::open(&archive).await.unwrap(),
            catalog: Catalog::open(&catalog, Policy::default()).await.unwrap(),
            sandbox: Sandbox::new(sandbox::Settings::of_program("not asked")).unwrap(),
        };
        establish(&keepers.catalog).await;
        let door = Door {
            scanner: Some(SCANNER),
            organisation: ORGANISATION,
            site: SITE,
            issuer: "northgate-lab".parse().unwrap(),
            urgency: 2,
            door: "inbox",
        };
        Self {
            folder,
            keepers,
            door,
            decoder: Arc::default(),
        }
    }

    pub(crate) fn inbox(&self, change: impl Fn(&mut ScannerSettings)) -> Inbox {
        let mut settings = ScannerSettings::of(SCANNER, "GT 1", self.path(""));
        change(&mut settings);
        let places = Arc::new(Semaphore::new(2));
        let decoder = self.decoder.clone();
        Inbox::new(
            settings,
            self.door.clone(),
            self.keepers.clone(),
            decoder,
            places,
        )
    }

    /// Moves the clock, looks, and waits for what the hands took.
    pub(crate) async fn look(&self, inbox: &mut Inbox, after_us: i64) {
        self.keepers.catalog.move_clock(after_us).await.unwrap();
        inbox.look().await.unwrap();
        inbox.finish().await;
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("scans").join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// How often a structure was looked at.
    pub(crate) fn asked(&self) -> u32 {
        self.decoder.asked.load(Ordering::Relaxed)
    }

    pub(crate) fn fail_asking(&self, is_away: bool) {
        self.decoder.is_away.store(is_away, Ordering::Relaxed);
    }

    async fn rows(&self, query: &'static str) -> Vec<sqlx::sqlite::SqliteRow> {
        let file = self.folder.path().join("catalogue/catalogue.sqlite");
        let url = format!("sqlite:{}?mode=ro", file.display());
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let rows = sqlx::query(query).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }

    /// Scans and receipts.
    pub(crate) async fn counts(&self) -> (i64, i64) {
        let query = "SELECT (SELECT count(*) FROM scan) AS scans, (SELECT count(*) FROM receipt) AS receipts";
        let row = self.rows(query).await.remove(0);
        (row.get("scans"), row.get("receipts"))
    }

    /// Names and states.
    pub(crate) async fn deliveries(&self) -> Vec<(String, String)> {
        let rows = self
            .rows("SELECT name, state FROM delivery ORDER BY name")
            .await;
        rows.iter()
            .map(|row| (row.get("name"), row.get("state")))
            .collect()
    }

    /// Codes and words of what is open.
    pub(crate) async fn trays(&self) -> Vec<(String, String)> {
        let query = "SELECT code, detail FROM tray WHERE closed_at IS NULL";
        let rows = self.rows(query).await;
        rows.iter()
            .map(|row| (row.get("code"), row.get("detail")))
            .collect()
    }

    pub(crate) async fn codes(&self) -> Vec<String> {
        let rows = self
            .rows("SELECT value FROM identifier WHERE origin = 'file_name'")
            .await;
        rows.iter().map(|row| row.get("value")).collect()
    }

    /// What the archive returns for every scan, oldest first.
    pub(crate) async fn stored_bytes(&self) -> Vec<Vec<u8>> {
        let query = "SELECT scan_id, attempt_id, size_bytes FROM scan ORDER BY stored_at, scan_id";
        let mut stored = Vec::new();
        for row in self.rows(query).await {
            let key = Key::Original {
                scan: row.get::<String, _>("scan_id").parse().unwrap(),
                attempt: row.get::<String, _>("attempt_id").parse().unwrap(),
                n: 0,
            };
            let size = row.get::<i64, _>("size_bytes") as u64;
            let bytes = self.keepers.archive.read(key, 0..size).await.unwrap();
            stored.push(bytes.to_vec());
        }
        stored
    }

    /// Files of the archive, staging included.
    pub(crate) fn objects(&self) -> usize {
        files_below(&self.folder.path().join("archive"))
    }

    pub(crate) async fn assert_promises_hold(&self) {
        let broken = self.keepers.catalog.broken_promises().await.unwrap();
        assert!(broken.is_empty(), "{broken:?}");
    }
}

fn files_below(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}

async fn establish(catalog: &Catalog) {
    catalog
        .register_organisation(ORGANISATION, "Northgate")
        .await
        .unwrap();
    let site = NewSite {
        id: SITE,
        organisation: ORGANISATION,
        name: "Northgate".into(),
    };
    catalog.register_site(site).await.unwrap();
    let issuer = NewIssuer {
        issuer: "northgate-lab".into(),
        organisation: ORGANISATION,
        code_pattern: String::new(),
        no_manifest: NoManifest::Hold,
        report_of_record: ReportOfRecord::Slideway,
    };
    catalog.register_issuer(issuer).await.unwrap();
    let scanner = NewScanner {
        id: SCANNER,
        organisation: ORGANISATION,
        site: SITE,
        name: "GT 1".into(),
        issuer: "northgate-lab".into(),
    };
    catalog.register_scanner(scanner).await.unwrap();
}
