//! A laboratory's machine work on an archive of the test's choice: push, tile, upkeep.

use std::path::Path;

use archive::{Archive, Faults, Tilesets};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::ids::ScanId;
use sandbox::Sandbox;
use tile::Upkeep;
use tokio_util::sync::CancellationToken;

use super::storage::Storage;
use super::{World, until};

pub(crate) struct Intake {
    pub(crate) world: World,
    pub(crate) archive: Archive,
    pub(crate) tilesets: Tilesets,
    pub(crate) sandbox: Sandbox,
}

impl Intake {
    pub(crate) async fn open(world: &World, storage: &Storage, faults: Faults) -> Self {
        let archive = Archive::open_with(&storage.settings, faults).await;
        let archive = archive.expect("an archive");
        let program = env!("CARGO_BIN_EXE_slideway");
        Self {
            world: world.clone(),
            tilesets: Tilesets::new(&archive, &storage.settings),
            archive,
            sandbox: Sandbox::new(sandbox::Settings::of_program(program)).expect("a sandbox"),
        }
    }

    pub(crate) fn upkeep(&self) -> Upkeep {
        Upkeep {
            archive: self.archive.clone(),
            tilesets: self.tilesets.clone(),
            catalog: self.world.catalog.clone(),
        }
    }

    /// One push of a file at Northgate's scanner.
    pub(crate) async fn push(&self, path: &Path) -> Result<ScanId, ingest::Error> {
        let at = &self.world.northgate;
        let keepers = ingest::Keepers {
            archive: self.archive.clone(),
            catalog: self.world.catalog.clone(),
            sandbox: self.sandbox.clone(),
        };
        let door = ingest::Door {
            scanner: Some(at.scanner),
            organisation: at.organisation,
            site: at.site,
            issuer: at.issuer.clone(),
            urgency: 2,
            door: "inbox",
        };
        let pushed = ingest::push(&keepers, &door, path, Vec::new(), |_| {}).await;
        pushed.map(|pushed| pushed.scan)
    }

    /// The machine work, tried again as often as it is postponed, to its end.
    pub(crate) async fn work(&self) {
        let open = "SELECT count(*) FROM job WHERE state IN ('queued', 'leased')";
        for _ in 0..20 {
            if self.world.count(open).await == 0 {
                return;
            }
            self.one_attempt().await;
            // What was postponed is due.
            let moved = self.world.catalog.move_clock(3_600_000_000).await;
            moved.expect("the clock moves");
        }
        panic!("the work does not end");
    }

    /// Until nothing that is due now waits.
    async fn one_attempt(&self) {
        let shutdown = CancellationToken::new();
        let keepers = tile::Keepers {
            catalog: self.world.catalog.clone(),
            archive: self.archive.clone(),
            sandbox: self.sandbox.clone(),
        };
        let settings = tile::Settings {
            workers: 1,
            ..tile::Settings::default()
        };
        let running = tokio::spawn(tile::run(settings, keepers, shutdown.clone()));
        let due = "SELECT count(*) FROM job, clock WHERE state = 'leased' OR (state = 'queued' AND run_at <= now_us)";
        until("the attempt ends", async || {
            self.world.count(due).await == 0
        })
        .await;
        shutdown.cancel();
        running.await.expect("it ends").expect("it ends well");
    }
}

/// A small slide with this number on its label, as a scanner writes it.
pub(crate) fn small_slide(container: &str, seed: u64) -> Vec<u8> {
    let recipe = Recipe {
        width: 900,
        height: 700,
        seed,
        barcode: Some(container.to_owned()),
        label_lines: Vec::new(),
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    write_svs(&recipe, &mut bytes).expect("a slide");
    bytes.into_inner()
}
