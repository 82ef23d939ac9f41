//! The workers with a real catalogue: what becomes of a scan that is stored.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod slide;

use archive::{Archive, Key};
use catalog::{Arrival, ArrivedMember, By, Catalog, NewIssuer, NewSite, Policy};
use pathology::case::{Issuer, NoManifest, ReportOfRecord};
use pathology::ids::{AttemptId, OrganisationId, ReceiptId, ScanId, SiteId};
use pathology::phi::Phi;
use pathology::tileset::{Digest, original_digest};
use sandbox::Sandbox;
use slide::Slide;
use sqlx::Row;
use tile::{Keepers, Settings};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const SCAN: ScanId = ScanId(Uuid::from_u128(1));
const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(2));
const ATTEMPT: AttemptId = AttemptId(Uuid::from_u128(3));
const SITE: SiteId = SiteId(Uuid::from_u128(4));
const ORIGINAL: Key = Key::Original {
    scan: SCAN,
    attempt: ATTEMPT,
    n: 0,
};

const CHILD: &str = env!("CARGO_BIN_EXE_tile-sandbox-child");
const CRASHES: &str = env!("CARGO_BIN_EXE_tile-crashing-child");
const HANGS: &str = env!("CARGO_BIN_EXE_tile-hanging-child");

struct Laboratory {
    folder: tempfile::TempDir,
    keepers: Keepers,
}

/// What the catalogue says of the scan and its job.
#[derive(Debug, PartialEq, Eq)]
struct State {
    pixels: String,
    reason: Option<String>,
    generation: i64,
    job: String,
    attempts: i64,
}

fn state(pixels: &str, reason: Option<&str>, generation: i64, job: &str, attempts: i64) -> State {
    State {
        pixels: pixels.into(),
        reason: reason.map(Into::into),
        generation,
        job: job.into(),
        attempts,
    }
}

impl Laboratory {
    async fn new(program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
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
            sandbox: Sandbox::new(sandbox::Settings::of_program(program)).unwrap(),
        };
        let laboratory = Self { folder, keepers };
        laboratory.establish().await;
        laboratory
    }

    async fn establish(&self) {
        let catalog = &self.keepers.catalog;
        let (organisation, issuer) = (ORGANISATION, "northgate-lab");
        catalog
            .register_organisation(organisation, "Northgate")
            .await
            .unwrap();
        let site = NewSite {
            id: SITE,
            organisation,
            name: "Northgate".into(),
        };
        catalog.register_site(site).await.unwrap();
        let issuer = NewIssuer {
            issuer: issuer.into(),
            organisation,
            code_pattern: String::new(),
            no_manifest: NoManifest::Hold,
            report_of_record: ReportOfRecord::Slideway,
        };
        catalog.register_issuer(issuer).await.unwrap();
    }

    /// Stores the bytes and records their arrival, as a door does.
    async fn deliver(&self, bytes: &[u8]) {
        let mut staged = self.keepers.archive.stage().await.unwrap();
        staged.write(bytes.to_vec()).await.unwrap();
        let sealed = staged.finish().await.unwrap();
        self.keepers.archive.keep(&sealed, ORIGINAL).await.unwrap();
        let digest = Digest::of(bytes);
        let arrival = Arrival {
            scan: SCAN,
            attempt: ATTEMPT,
            receipt: ReceiptId(Uuid::from_u128(5)),
            organisation: ORGANISATION,
            site: SITE,
            scanner: None,
            issuer: "northgate-lab".parse::<Issuer>().unwrap(),
            door: "command",
            urgency: 2,
            members: vec![ArrivedMember {
                n: 0,
                name: Phi::new("TESTPATIENT.svs".into()),
                size_bytes: bytes.len() as u64,
                blake3: digest.0,
            }],
            digest: original_digest(&[digest]).0,
            codes: Vec::new(),
            delivery: None,
        };
        let by = By::system("command", ORGANISATION);
        self.keepers
            .catalog
            .record_arrival(arrival, &by)
            .await
            .unwrap();
    }

    fn work(&self, attempts: u32) -> (CancellationToken, JoinHandle<Result<(), tile::Error>>) {
        let shutdown = CancellationToken::new();
        let settings = Settings {
            workers: 1,
            attempts,
            lease_seconds: 3,
            poll_seconds: 1,
            ..Settings::default()
        };
        let run = tile::run(settings, self.keepers.clone(), shutdown.clone());
        (shutdown, tokio::spawn(run))
    }

    async fn pool(&self) -> sqlx::SqlitePool {
        let url = format!(
            "sqlite:{}/catalogue/catalogue.sqlite?mode=ro",
            self.folder.path().display()
        );
        sqlx::SqlitePool::connect(&url).await.unwrap()
    }

    /// How often the scan was claimed.
    async fn claims(&self) -> i64 {
        let pool = self.pool().await;
        let claims = sqlx::query_scalar("SELECT fence FROM job WHERE kind = 'tile'");
        let claims = claims.fetch_one(&pool).await.unwrap();
        pool.close().await;
        claims
    }

    async fn state(&self) -> State {
        let pool = self.pool().await;
        let query = "SELECT s.pixels, s.reason_code, s.generation, j.state, j.attempts FROM scan s JOIN job j ON j.scan_id = s.scan_id AND j.kind = 'tile'";
        let row = sqlx::query(query).fetch_one(&pool).await.unwrap();
        pool.close().await;
        State {
            pixels: row.get("pixels"),
            reason: row.get("reason_code"),
            generation: row.get("generation"),
            job: row.get("state"),
            attempts: row.get("attempts"),
        }
    }

    /// Waits until the catalogue says so; the run of the tests ends a test that waits for ever.
    async fn until(&self, wanted: impl Fn(&State) -> bool) -> State {
        loop {
            let now = self.state().await;
            if wanted(&now) {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn assert_nothing_is_stuck(&self) {
        let broken = self.keepers.catalog.broken_promises().await.unwrap();
        assert!(broken.is_empty(), "{broken:?}");
        assert!(
            self.keepers.archive.size(ORIGINAL).await.is_ok(),
            "the original stays"
        );
    }
}

async fn stop((shutdown, workers): (CancellationToken, JoinHandle<Result<(), tile::Error>>)) {
    shutdown.cancel();
    workers.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_slide_that_cannot_be_read_is_refused_into_a_tray() {
    let laboratory = Laboratory::new(CHILD).await;
    laboratory.deliver(b"a letter, not a slide").await;
    let workers = laboratory.work(3);
    let ended = laboratory.until(|now| now.pixels != "stored").await;
    assert_eq!(ended, state("refused", Some("unsupported"), 0, "done", 1));
    laboratory.assert_nothing_is_stuck().await;
    stop(workers).await;
}

#[tokio::test]
async fn a_slide_that_crashes_its_decoder_is_quarantined_after_its_last_attempt() {
    let laboratory = Laboratory::new(CRASHES).await;
    laboratory.deliver(&Slide::sound().file()).await;
    let workers = laboratory.work(2);
    let first = laboratory
        .until(|now| now.attempts == 1 && now.job == "queued")
        .await;
    assert_eq!(first.pixels, "stored");
    // What waits to be tried again is tried when its time has come.
    laboratory
        .keepers
        .catalog
        .move_clock(3_600_000_000)
        .await
        .unwrap();
    let ended = laboratory.until(|now| now.pixels != "stored").await;
    assert_eq!(
        ended,
        state("quarantined", Some("decoding_failed"), 0, "dead", 2)
    );
    laboratory.assert_nothing_is_stuck().await;
    stop(workers).await;
}

#[tokio::test]
async fn storage_that_rots_is_named_and_never_published() {
    let laboratory = Laboratory::new(CHILD).await;
    let bytes = Slide::sound().file();
    laboratory.deliver(&bytes).await;
    let path = laboratory.keepers.archive.local_path(ORIGINAL).unwrap();
    let mut rotten = bytes;
    *rotten.last_mut().unwrap() ^= 1;
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, rotten).unwrap();
    let workers = laboratory.work(1);
    let ended = laboratory.until(|now| now.pixels != "stored").await;
    assert_eq!(
        ended,
        state("quarantined", Some("digest_mismatch"), 0, "dead", 1)
    );
    laboratory.assert_nothing_is_stuck().await;
    stop(workers).await;
}

#[tokio::test]
async fn a_decoder_that_is_not_there_never_speaks_against_a_slide() {
    let laboratory = Laboratory::new("/nowhere/slideway").await;
    laboratory.deliver(&Slide::sound().file()).await;
    let workers = laboratory.work(1);
    while laboratory.claims().await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let waiting = laboratory.until(|now| now.job == "queued").await;
    assert_eq!(waiting, state("stored", None, 0, "queued", 0));
    stop(workers).await;
}

#[tokio::test]
async fn a_slide_that_ends_the_whole_server_is_quarantined_as_well() {
    let laboratory = Laboratory::new(CHILD).await;
    laboratory.deliver(&Slide::sound().file()).await;
    let catalog = &laboratory.keepers.catalog;
    for lost in 1..=3 {
        let job = catalog.claim_job("ends with its server", 60).await;
        assert_eq!(job.unwrap().unwrap().attempts, lost);
        catalog.move_clock(61_000_000).await.unwrap();
    }
    let workers = laboratory.work(3);
    let ended = laboratory.until(|now| now.pixels != "stored").await;
    assert_eq!(
        ended,
        state("quarantined", Some("decoding_failed"), 0, "dead", 4)
    );
    laboratory.assert_nothing_is_stuck().await;
    stop(workers).await;
}

#[tokio::test]
async fn a_sound_slide_is_published_under_its_fence() {
    let laboratory = Laboratory::new(CHILD).await;
    // Work that was waiting before the workers came, under a lease that nobody keeps.
    laboratory.deliver(&Slide::sound().file()).await;
    let lost = laboratory
        .keepers
        .catalog
        .claim_job("lost", 1)
        .await
        .unwrap();
    assert_eq!(lost.unwrap().fence, 1);
    laboratory
        .keepers
        .catalog
        .move_clock(3_600_000_000)
        .await
        .unwrap();
    let workers = laboratory.work(3);
    let ended = laboratory.until(|now| now.pixels != "stored").await;
    assert_eq!(ended, state("published", None, 2, "done", 2));
    for key in [
        Key::Index {
            scan: SCAN,
            generation: 2,
        },
        Key::Manifest {
            scan: SCAN,
            generation: 2,
        },
    ] {
        assert!(laboratory.keepers.archive.size(key).await.is_ok());
    }
    laboratory.assert_nothing_is_stuck().await;
    stop(workers).await;
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_lets_go_and_changes_nothing() {
    let laboratory = Laboratory::new(HANGS).await;
    laboratory.deliver(&Slide::sound().file()).await;
    let workers = laboratory.work(3);
    laboratory.until(|now| now.job == "leased").await;
    let catalog = &laboratory.keepers.catalog;
    catalog.move_clock(3_600_000_000).await.unwrap();
    let other = loop {
        if let Some(job) = catalog.claim_job("other", 7_200).await.unwrap() {
            break job;
        }
        // The worker renewed its lease in between: once more an hour later.
        catalog.move_clock(3_600_000_000).await.unwrap();
    };
    // There is one worker. It claims the scan again, so it has let go of it before.
    catalog
        .retry_job(other.id, other.fence, "the other is done", 0)
        .await
        .unwrap();
    let again = other.attempts + 1;
    laboratory
        .until(|now| now.attempts == again && now.job == "leased")
        .await;
    stop(workers).await;
    let ended = laboratory.state().await;
    assert_eq!(ended, state("stored", None, 0, "queued", again - 1));
}

#[tokio::test]
async fn what_is_in_the_making_at_shutdown_is_put_back() {
    let laboratory = Laboratory::new(HANGS).await;
    laboratory.deliver(&Slide::sound().file()).await;
    let workers = laboratory.work(3);
    laboratory.until(|now| now.job == "leased").await;
    stop(workers).await;
    assert_eq!(
        laboratory.state().await,
        state("stored", None, 0, "queued", 0)
    );
}
