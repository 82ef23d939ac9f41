//! The archive is checked against the catalogue, swept of what nobody needs, and the catalogue rebuilt from it.

mod lost;
mod swept;

use std::fs::File;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};

use archive::Faults;
use pathology::ids::ScanId;
use tile::{Depth, ScrubSettings, Wrong};

use crate::world::intake::{Intake, small_slide};
use crate::world::storage::{Place, Storage};
use crate::world::{World, on_both};

on_both!(
    what_is_wrong_with_an_object_is_named,
    the_scrub_marks_a_scan_damaged_and_goes_on_where_it_was,
);

/// A laboratory with a published scan or two, on a disk.
struct Shelf {
    intake: Intake,
    storage: Storage,
}

impl Shelf {
    async fn open(world: &World) -> Self {
        let storage = Storage::of(Place::Disk);
        let intake = Intake::open(world, &storage, Faults::none()).await;
        Self { intake, storage }
    }

    async fn publish(&self, container: &str, seed: u64) -> ScanId {
        let path = self.storage.folder.path().join(format!("{container}.svs"));
        std::fs::write(&path, small_slide(container, seed)).expect("a slide");
        let scan = self.intake.push(&path).await.expect("taken in");
        self.intake.work().await;
        scan
    }

    /// The object whose path ends so; of the newest generation, where several have one.
    fn object(&self, scan: ScanId, ending: &str) -> PathBuf {
        let newest = self.objects(scan, ending).pop();
        newest.unwrap_or_else(|| panic!("{scan} has no {ending}"))
    }

    /// Removes such objects of earlier generations, which tell of the scan as well.
    fn keep_newest(&self, scan: ScanId, ending: &str) {
        let mut objects = self.objects(scan, ending);
        objects.pop();
        for earlier in objects {
            std::fs::remove_file(earlier).expect("removed");
        }
    }

    /// By generation.
    fn objects(&self, scan: ScanId, ending: &str) -> Vec<PathBuf> {
        let root = self.storage.folder.path();
        let mut folders = vec![root.join(format!("archive/scans/{scan}"))];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(ending) {
                    found.push(path);
                }
            }
        }
        found.sort_by_key(|path| generation(path));
        found
    }
}

/// The generation in the path of an object; 0 where it has none.
fn generation(path: &std::path::Path) -> u32 {
    let folder = path.parent().and_then(std::path::Path::file_name);
    let number = folder.and_then(|name| name.to_str()?.strip_prefix('g')?.parse().ok());
    number.unwrap_or_default()
}

/// One bit of a file is another; twice, and it is as before.
fn flip(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("permitted");
    let file = File::options().read(true).write(true).open(path);
    let file = file.expect("an object");
    let place = file.metadata().expect("its length").len() / 2;
    let mut byte = [0];
    file.read_exact_at(&mut byte, place).expect("a byte");
    file.write_all_at(&[byte[0] ^ 1], place).expect("a bit");
}

async fn what_is_wrong_with_an_object_is_named(world: World) {
    let shelf = Shelf::open(&world).await;
    let scan = shelf.publish("S26-00001-A1-1", 1).await;
    let upkeep = shelf.intake.upkeep();
    let sound = upkeep.verify(Depth::Bytes).await.expect("looked at");
    assert!(sound.checked.findings.is_empty(), "{sound:?}");
    assert!(sound.checked.objects >= 3 && sound.scans == 1, "{sound:?}");
    assert_eq!((sound.orphans, sound.unknown.len()), (0, 0));
    for ending in ["/0", "/index", "/manifest"] {
        let path = shelf.object(scan, ending);
        flip(&path);
        let found = upkeep.verify(Depth::Bytes).await.expect("looked at");
        let wrong: Vec<_> = found.checked.findings.iter().map(|f| &f.wrong).collect();
        assert_eq!(wrong, [&Wrong::Bytes], "{ending}");
        assert!(found.checked.findings[0].key.ends_with(ending), "{found:?}");
        let quick = upkeep.verify(Depth::Lengths).await.expect("looked at");
        assert!(quick.checked.findings.is_empty(), "lengths only: {quick:?}");
        flip(&path);
    }
    let path = shelf.object(scan, "/0");
    let bytes = std::fs::read(&path).expect("an object");
    std::fs::write(&path, &bytes[..1000]).expect("cut");
    let found = upkeep.verify(Depth::Lengths).await.expect("looked at");
    let cut = Wrong::Length {
        expected: bytes.len() as u64,
        found: 1000,
    };
    assert_eq!(found.checked.findings[0].wrong, cut);
    std::fs::write(&path, &bytes).expect("restored");
    // Opened before, so that a descriptor that is kept does not hide that the name is gone.
    let moved = shelf.storage.folder.path().join("elsewhere");
    std::fs::rename(shelf.object(scan, "/index"), &moved).expect("moved");
    let cold = Intake::open(&world, &shelf.storage, Faults::none()).await;
    let found = cold
        .upkeep()
        .verify(Depth::Lengths)
        .await
        .expect("looked at");
    assert_eq!(found.checked.findings[0].wrong, Wrong::Missing);
}

async fn the_scrub_marks_a_scan_damaged_and_goes_on_where_it_was(world: World) {
    let shelf = Shelf::open(&world).await;
    let first = shelf.publish("S26-00001-A1-1", 1).await;
    let second = shelf.publish("S26-00002-A1-1", 2).await;
    let upkeep = shelf.intake.upkeep();
    let settings = ScrubSettings {
        bytes_per_second: 0,
        ..ScrubSettings::default()
    };
    let round = upkeep.scrub_round(&settings).await.expect("a round");
    assert_eq!((round.scans, round.checked.findings.len()), (2, 0));
    let done = world.catalog.scrub_progress().await.expect("progress");
    assert_eq!((done.round, done.scans, done.all_scans), (1, 2, 2));
    assert!(done.done_at.is_some() && done.whole.is_some() && done.bytes > 0);
    // A round that was broken off after the first scan goes on with the second.
    world.catalog.begin_scrub().await.expect("a round");
    let (scan, nothing) = (first, 0);
    let noted = world.catalog.advance_scrub(2, scan, 5, nothing).await;
    noted.expect("noted");
    flip(&shelf.object(second, "/0"));
    let round = upkeep.scrub_round(&settings).await.expect("a round");
    assert_eq!((round.scans, round.checked.findings.len()), (1, 1));
    let progress = world.catalog.scrub_progress().await.expect("progress");
    assert_eq!((progress.round, progress.scans, progress.wrong), (2, 2, 1));
    let pixels = |scan: ScanId| {
        let sql = format!("SELECT pixels FROM scan WHERE scan_id = '{scan}'");
        let world = world.clone();
        async move { world.texts(&sql).await.remove(0) }
    };
    assert_eq!(pixels(second).await, "damaged");
    assert_ne!(pixels(first).await, "damaged");
}
