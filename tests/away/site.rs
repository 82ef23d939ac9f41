//! A laboratory whose processes reach their database through the proxy.

use std::path::PathBuf;

use archive::Archive;
use catalog::{Catalog, Policy, Settings};
use ingest::{Door, ScannerSettings};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use sandbox::Sandbox;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::proxy::Proxy;
use crate::world::{World, until};

pub(super) struct Site {
    pub(super) proxy: Proxy,
    /// Through the proxy.
    pub(super) catalog: Catalog,
    archive: Archive,
    sandbox: Sandbox,
    door: Door,
    folder: tempfile::TempDir,
    /// Scans that stood in the catalogue before, quoted: rows without bytes in this archive, which
    /// their verification rightly calls damaged.
    stood: String,
}

/// Processes that are running.
pub(super) struct Running {
    processes: JoinSet<()>,
    shutdown: CancellationToken,
}

impl Site {
    /// Northgate, with the world's database behind a proxy.
    pub(super) async fn before(world: &World) -> Self {
        let url = world.url();
        let (who, place) = url
            .rsplit_once('@')
            .expect("postgres://user@host:port/name");
        let (server, name) = place.split_once('/').expect("a database");
        let proxy = Proxy::before(server).await;
        let settings = Settings {
            url: format!("{who}@{}/{name}", proxy.address),
            connections: 8,
        };
        let catalog = Catalog::open(&settings, Policy::default()).await;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("scans")).expect("a folder");
        let archive = archive::Settings {
            url: format!("file://{}", folder.path().join("archive").display()),
            ..archive::Settings::default()
        };
        let program = env!("CARGO_BIN_EXE_slideway");
        let at = &world.northgate;
        let stood = world.texts("SELECT scan_id FROM scan").await;
        Self {
            proxy,
            catalog: catalog.expect("through the proxy"),
            archive: Archive::open(&archive).await.expect("an archive"),
            sandbox: Sandbox::new(sandbox::Settings::of_program(program)).expect("a sandbox"),
            door: Door {
                scanner: Some(at.scanner),
                organisation: at.organisation,
                site: at.site,
                issuer: at.issuer.clone(),
                urgency: 2,
                door: "inbox",
            },
            folder,
            stood: format!("'{}'", stood.join("', '")),
        }
    }

    /// Runs the scanner's door, the tilers and what looks after the worklist.
    pub(super) fn run(&self) -> Running {
        let shutdown = CancellationToken::new();
        let mut processes = JoinSet::new();
        let route = route::Settings {
            sweep_seconds: 1,
            ..route::Settings::default()
        };
        let route = route::run(route, self.catalog.clone(), shutdown.clone());
        let tile = tile::Settings {
            poll_seconds: 1,
            lease_seconds: 2,
            ..tile::Settings::default()
        };
        let tile = tile::run(tile, self.for_tile(), shutdown.clone());
        let ingest = ingest::run(
            self.watched(),
            vec![self.door.clone()],
            self.for_ingest(),
            shutdown.clone(),
        );
        processes.spawn(async { route.await.expect("route goes on") });
        processes.spawn(async { tile.await.expect("tile goes on") });
        processes.spawn(async { ingest.await.expect("ingest goes on") });
        Running {
            processes,
            shutdown,
        }
    }

    fn for_ingest(&self) -> ingest::Keepers {
        ingest::Keepers {
            archive: self.archive.clone(),
            catalog: self.catalog.clone(),
            sandbox: self.sandbox.clone(),
        }
    }

    fn for_tile(&self) -> tile::Keepers {
        tile::Keepers {
            archive: self.archive.clone(),
            catalog: self.catalog.clone(),
            sandbox: self.sandbox.clone(),
        }
    }

    fn watched(&self) -> ingest::Settings {
        let scanner = self.door.scanner.expect("a scanner");
        let folder = self.folder.path().join("scans");
        let scanner = ScannerSettings {
            profile: ingest::Profile {
                quiet_seconds: 0,
                ..ingest::Profile::default()
            },
            ..ScannerSettings::of(scanner, "scanner 1", folder)
        };
        ingest::Settings {
            scanners: vec![scanner],
            rescan_seconds: 1,
            ..ingest::Settings::default()
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("scans").join(name)
    }

    /// The scanner writes a slide into its folder; its bytes.
    pub(super) fn deliver(&self, name: &str, seed: u64) -> Vec<u8> {
        let recipe = Recipe {
            width: 700,
            height: 600,
            seed,
            barcode: None,
            label_lines: Vec::new(),
            stain: Stain::HE,
            microns_per_pixel: 0.5,
            objective: 20,
            trouble: None,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        write_svs(&recipe, &mut bytes).expect("a slide");
        let part = self.path(&format!("{name}.part"));
        std::fs::write(&part, bytes.get_ref()).expect("a file");
        std::fs::rename(part, self.path(name)).expect("renamed");
        bytes.into_inner()
    }

    pub(super) fn delivered(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("what was delivered is there")
    }

    /// Waits until so many scans that came through this door are published, and holds that no others
    /// came. What pauses after a failure goes by the database's clock, which is helped along; but not
    /// while somebody works, whose lease goes by the same clock and would be over before the work is.
    pub(super) async fn published(&self, world: &World, count: i64) {
        let came = format!(
            "SELECT count(*) FROM scan WHERE scan_id NOT IN ({})",
            self.stood
        );
        let published = format!("{came} AND pixels IN ('published', 'verified')");
        let at_work = "SELECT count(*) FROM job WHERE state = 'leased'";
        until("everything is published", async || {
            if world.count(at_work).await == 0 {
                let second = world.catalog.move_clock(1_000_000);
                second.await.expect("the clock");
            }
            world.count(&published).await >= count
        })
        .await;
        assert_eq!(world.count(&came).await, count);
    }

    /// Waits until no machine work is left.
    pub(super) async fn idle(&self, world: &World) {
        let open = "SELECT count(*) FROM job WHERE kind = 'tile' AND state <> 'done'";
        until("no work is left", async || world.count(open).await == 0).await;
    }
}

impl Running {
    /// Everyone is still at work, and ends when told to.
    pub(super) async fn end(mut self) {
        assert!(
            self.processes.try_join_next().is_none(),
            "a process ended in the cut"
        );
        self.shutdown.cancel();
        while let Some(ended) = self.processes.join_next().await {
            ended.expect("a process ends well");
        }
    }
}
