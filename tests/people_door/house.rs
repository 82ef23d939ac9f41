//! A running server on a port of its own, with everyone of the world at its door.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::{Archive, Tilesets};
use pathology::access::{Role, Subject};
use pathology::case::{Micros, PixelState};
use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::ids::ScanId;
use sandbox::Sandbox;
use serde_json::{Value, json};
use serve::{Keepers, Persona};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::visitor::Visitor;
use crate::world::storage::Storage;
use crate::world::{Laboratory, Person, World, until};

pub(crate) struct House {
    pub(crate) world: World,
    pub(crate) keepers: Keepers,
    folder: Arc<tempfile::TempDir>,
    address: SocketAddr,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), serve::Error>>,
}

/// A slide that came in.
pub(crate) struct Glass {
    pub(crate) scan: ScanId,
    /// As the scanner wrote it.
    pub(crate) bytes: Vec<u8>,
}

impl House {
    pub(crate) async fn open(world: &World) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::open_in(world, Arc::new(folder)).await
    }

    /// On an archive of the test's choice.
    pub(crate) async fn on(world: &World, storage: Storage) -> Self {
        let Storage { settings, folder } = storage;
        Self::open_on(world, Arc::new(folder), settings).await
    }

    /// Another server over the same archive, which remembers nothing.
    pub(crate) async fn beside(&self) -> Self {
        Self::open_in(&self.world, self.folder.clone()).await
    }

    async fn open_in(world: &World, folder: Arc<tempfile::TempDir>) -> Self {
        let settings = archive::Settings {
            url: format!("file://{}", folder.path().join("archive").display()),
            ..archive::Settings::default()
        };
        Self::open_on(world, folder, settings).await
    }

    async fn open_on(
        world: &World,
        folder: Arc<tempfile::TempDir>,
        settings: archive::Settings,
    ) -> Self {
        let archive = Archive::open(&settings).await.expect("an archive");
        let program = env!("CARGO_BIN_EXE_slideway");
        let keepers = Keepers {
            catalog: world.catalog.clone(),
            tilesets: Tilesets::new(&archive, &settings),
            archive,
            sandbox: Sandbox::new(sandbox::Settings::of_program(program)).expect("a sandbox"),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shutdown = CancellationToken::new();
        let settings = serve::Settings {
            demo: true,
            personas: everyone(world),
            pictures: 0,
            ..serve::Settings::default()
        };
        let door = serve::Door::open(settings, keepers.clone(), shutdown.clone());
        Self {
            world: world.clone(),
            keepers,
            folder,
            address,
            shutdown,
            serving: tokio::spawn(serve::run_on(listener, door)),
        }
    }

    /// Someone comes in and signs in.
    pub(crate) async fn visit(&self, persona: &str) -> Visitor {
        Visitor::sign_in(self.address, persona).await
    }

    /// Someone who has not signed in.
    pub(crate) fn stranger(&self) -> Visitor {
        Visitor::at(self.address)
    }

    pub(crate) async fn close(self) {
        self.shutdown.cancel();
        let ended = self.serving.await.expect("it ends");
        ended.expect("serving ends well");
    }

    /// The desk of a laboratory registers a case through the door.
    pub(crate) async fn order(&self, at: &Laboratory, desk: &str, of: Value) -> Value {
        let mut order = of;
        let place = at.issuer.as_str().trim_end_matches("-lab");
        order["site"] = json!(format!("{place} site"));
        order["received_at"] = json!(Micros(self.world.began).to_rfc3339());
        let desk = self.visit(desk).await;
        let (status, case) = desk.post("/api/v1/cases", &order).await;
        assert_eq!(status, 201, "{case}");
        case
    }

    /// A slide whose label carries this number is pushed and tiled.
    pub(crate) async fn deliver(&self, at: &Laboratory, container: &str) -> Glass {
        let seed = u64::from(seed_of(container));
        let bytes = slide(container, seed);
        let name = format!("{seed}.svs");
        let scan = self.deliver_file(at, &name, &bytes).await;
        Glass { scan, bytes }
    }

    /// A file is pushed and tiled.
    pub(crate) async fn deliver_file(&self, at: &Laboratory, name: &str, bytes: &[u8]) -> ScanId {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let scan = self.push(at, &path).await;
        self.tile_until(scan, PixelState::is_readable).await;
        scan
    }

    /// Runs the tilers until the pixels of a scan are in such a state.
    pub(crate) async fn tile_until(&self, scan: ScanId, is_so: fn(PixelState) -> bool) {
        let shutdown = CancellationToken::new();
        let keepers = tile::Keepers {
            catalog: self.keepers.catalog.clone(),
            archive: self.keepers.archive.clone(),
            sandbox: self.keepers.sandbox.clone(),
        };
        let tiling = tile::run(tile::Settings::default(), keepers, shutdown.clone());
        let tiling = tokio::spawn(tiling);
        until("its pixels are ready", async || {
            let account = self.keepers.catalog.account_of_scan(scan).await;
            is_so(account.expect("on record").pixels)
        })
        .await;
        shutdown.cancel();
        tiling.await.expect("it ends").expect("tiling ends well");
    }

    /// A file is pushed, and nothing more.
    pub(crate) async fn push(&self, at: &Laboratory, path: &Path) -> ScanId {
        let keepers = ingest::Keepers {
            archive: self.keepers.archive.clone(),
            catalog: self.keepers.catalog.clone(),
            sandbox: self.keepers.sandbox.clone(),
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
        pushed.expect("taken in").scan
    }

    /// A case of one slide that waits for a pathologist, with its glass.
    pub(crate) async fn ready(
        &self,
        at: &Laboratory,
        number: &str,
        specialty: &str,
    ) -> (Value, Glass) {
        let desk = self.desk(at);
        let order = order(at, number, specialty);
        let case = self.order(at, desk, order).await;
        let glass = self.deliver(at, &format!("{number}-A1-1")).await;
        (case, glass)
    }

    fn desk(&self, at: &Laboratory) -> &'static str {
        if at.organisation == self.world.northgate.organisation {
            "northgate desk"
        } else {
            "hillview desk"
        }
    }

    /// Every object of a scan, as files of the archive.
    pub(crate) fn objects(&self, scan: ScanId) -> Vec<PathBuf> {
        let folder = self.folder.path().join("archive/scans");
        let mut found = Vec::new();
        let mut folders = vec![folder.join(scan.to_string())];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    &mut folders
                } else {
                    &mut found
                }
                .push(path);
            }
        }
        found.sort();
        found
    }

    /// The file of a scan's original in the archive.
    pub(crate) fn original(&self, glass: &Glass) -> PathBuf {
        let folder = self.folder.path().join("archive/scans");
        let folder = folder.join(glass.scan.to_string()).join("original");
        let mut attempts = std::fs::read_dir(folder).expect("a folder");
        let attempt = attempts.next().expect("an attempt").expect("an entry");
        attempt.path().join("0")
    }

    /// Storage that went bad: one bit of the original is another.
    pub(super) fn flip_a_bit(&self, glass: &Glass, place: u64) {
        use std::os::unix::fs::FileExt;
        let path = self.original(glass);
        let mut permissions = std::fs::metadata(&path).expect("a file").permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        std::fs::set_permissions(&path, permissions).expect("permitted");
        let file = std::fs::File::options().read(true).write(true).open(path);
        let file = file.expect("the original");
        let mut byte = [0];
        file.read_exact_at(&mut byte, place).expect("a byte");
        file.write_all_at(&[byte[0] ^ 4], place).expect("a bit");
    }
}

/// An order of one slide, named by the case's number.
fn order(at: &Laboratory, number: &str, specialty: &str) -> Value {
    let issuer = at.issuer.as_str();
    json!({
        "numbers": [{"issuer": issuer, "value": number, "role": "owning"}],
        "patient": {"numbers": [{"issuer": issuer, "value": format!("ZZ-{number}")}], "national_number": null,
            "family": "TESTPATIENT", "given": "Anna", "born": "1961-03-14", "sex": "female"},
        "specialty": specialty, "priority": "routine",
        "specimens": [{"part": "A", "specimen_type": "excision", "blocks": [{"code": "A1", "pieces": 1, "slides": [
            {"issuer": issuer, "container": format!("{number}-A1-1"), "stain": "H&E"}]}]}],
    })
}

fn everyone(world: &World) -> Vec<Persona> {
    let (north, hill) = (&world.northgate, &world.hillview);
    let doctor = |person: &Person| Role::Pathologist(person.id);
    vec![
        persona("ada", north, doctor(&world.ada)),
        persona("ben", north, doctor(&world.ben)),
        persona("cleo", hill, doctor(&world.cleo)),
        persona("dev", hill, doctor(&world.dev)),
        persona("northgate desk", north, Role::Operator),
        persona("hillview desk", hill, Role::Operator),
    ]
}

fn persona(key: &str, at: &Laboratory, role: Role) -> Persona {
    Persona {
        key: key.to_owned(),
        name: key.to_uppercase(),
        subject: Subject {
            organisation: at.organisation,
            site: Some(at.site),
            role,
        },
        organisation: String::new(),
        site: String::new(),
        specialties: Vec::new(),
        note: String::new(),
    }
}

/// A slide of two levels or more, its number on its label.
fn slide(container: &str, seed: u64) -> Vec<u8> {
    let recipe = Recipe {
        width: 2300,
        height: 1700,
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

/// A number that differs between containers.
fn seed_of(container: &str) -> u32 {
    let digest = blake3::hash(container.as_bytes());
    u32::from_le_bytes(digest.as_bytes()[..4].try_into().expect("four bytes"))
}
