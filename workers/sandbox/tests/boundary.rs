//! The real child on real files: what it may do, what it answers, how it ends.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pathology::formats::{Area, Picture, TileExtent};
use pathology::phi::Phi;
use pathology::pyramid::geometry::{Region, TileAt};
use pathology::pyramid::quality::{Flag, Thresholds};
use sandbox::{
    Error, Form, Member, MemberAccess, Placed, Reading, Refusal, Sandbox, Settings, Sheet, Source,
};

fn settings() -> Settings {
    Settings::of_program(env!("CARGO_BIN_EXE_sandbox-child"))
}

fn sandbox() -> Sandbox {
    Sandbox::new(settings()).unwrap()
}

/// Entries of the directory below.
const ENTRIES: u16 = 10;

/// A tiled TIFF (TIFF 6.0 §15) of 2 × 2 JPEG tiles, its directory first.
fn slide() -> Vec<u8> {
    let tile = Picture::white(256, 256).to_jpeg(80).unwrap();
    let arrays = 8 + 2 + u32::from(ENTRIES) * 12 + 4;
    let tiles = arrays + 6 + 16 + 16;
    let length = tile.len() as u32;
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(ENTRIES.to_le_bytes());
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    };
    entry(256, 4, 1, 500);
    entry(257, 4, 1, 400);
    entry(258, 3, 3, arrays);
    entry(259, 3, 1, 7);
    entry(262, 3, 1, 6);
    entry(277, 3, 1, 3);
    entry(322, 4, 1, 256);
    entry(323, 4, 1, 256);
    entry(324, 4, 4, arrays + 6);
    entry(325, 4, 4, arrays + 22);
    file.extend([0; 4]);
    file.extend([8, 0, 8, 0, 8, 0]);
    (0..4).for_each(|n| file.extend((tiles + n * length).to_le_bytes()));
    (0..4).for_each(|_| file.extend(length.to_le_bytes()));
    (0..4).for_each(|_| file.extend(&tile));
    file
}

struct Stored {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn stored(bytes: &[u8]) -> Stored {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0");
    std::fs::write(&path, bytes).unwrap();
    Stored {
        _folder: folder,
        path,
    }
}

fn at_path(path: &Path) -> Vec<Member> {
    vec![Member {
        name: Phi::new("TESTPATIENT.svs".into()),
        access: MemberAccess::Path(path.to_owned()),
    }]
}

fn brokered(size: u64, source: Arc<dyn Source>) -> Vec<Member> {
    vec![Member {
        name: Phi::new("TESTPATIENT.svs".into()),
        access: MemberAccess::Brokered { size, source },
    }]
}

fn in_memory(bytes: Vec<u8>) -> Vec<Member> {
    brokered(bytes.len() as u64, Arc::new(bytes))
}

const LAST: TileAt = TileAt {
    image: 0,
    level: 0,
    column: 1,
    row: 1,
};

#[tokio::test]
async fn what_is_no_slide_is_refused_with_the_reason() {
    let sandbox = sandbox();
    for (bytes, kind) in [
        (b"".to_vec(), Refusal::Empty),
        (b"a letter, not a slide".to_vec(), Refusal::Unrecognised),
    ] {
        let file = stored(&bytes);
        let why = sandbox
            .inspect(&at_path(&file.path))
            .await
            .expect_err("no slide");
        assert!(
            matches!(&why, Error::Refused { kind: found, .. } if *found == kind),
            "{why}"
        );
        assert!(!why.is_poison());
    }
}

#[tokio::test]
async fn a_child_looks_a_slide_over() {
    let file = stored(&slide());
    let sandbox = sandbox();
    let mut child = sandbox.open(&at_path(&file.path)).await.unwrap();
    let (quality, heat_map) = child.quality(&Thresholds::default()).await.unwrap();
    assert_eq!(quality.flags, [Flag::BlankSlide], "white is bare glass");
    assert!(heat_map.starts_with(b"\x89PNG") && heat_map.len() < 256 << 10);
}

#[tokio::test]
async fn bytes_that_cannot_be_had_are_not_the_slides_fault() {
    struct Gone;
    impl Source for Gone {
        fn read(&self, _: u64, _: u32) -> Reading<'_> {
            Box::pin(async { Err(std::io::ErrorKind::NotFound.into()) })
        }
    }
    let sandbox = sandbox();
    for members in [
        at_path(Path::new("/nowhere/0")),
        brokered(4_000, Arc::new(Gone)),
        // The store gives less than it announced.
        brokered(9_000_000, Arc::new(slide())),
    ] {
        let why = sandbox.inspect(&members).await.expect_err("no bytes");
        assert!(matches!(why, Error::Source(_)), "{why}");
        assert!(!why.is_poison());
    }
}

#[tokio::test]
async fn more_memory_than_allowed_ends_the_child_and_says_so() {
    let sandbox = Sandbox::new(Settings {
        memory_bytes: 64 << 20,
        ..settings()
    });
    let file = stored(&slide());
    let region = Region {
        x: 0,
        y: 0,
        width: 5_000,
        height: 5_000,
    };
    let why = sandbox
        .unwrap()
        .region(&at_path(&file.path), (0, 0), region)
        .await;
    let why = why.expect_err("75 MB of pixels");
    assert!(matches!(why, Error::TooMuchMemory { .. }), "{why}");
}

#[tokio::test]
async fn a_child_that_is_killed_fails_its_ask_and_no_other() {
    let sandbox = sandbox();
    let file = stored(&slide());
    let mut killed = sandbox.open(&at_path(&file.path)).await.unwrap();
    let mut other = sandbox.open(&at_path(&file.path)).await.unwrap();
    let process = killed
        .process_id()
        .and_then(|id| rustix::process::Pid::from_raw(id as i32));
    rustix::process::kill_process(process.unwrap(), rustix::process::Signal::KILL).unwrap();
    let why = killed.tile(LAST).await.expect_err("killed");
    assert!(matches!(why, Error::Crashed { .. }), "{why}");
    assert!(other.tile(LAST).await.is_ok());
}

#[tokio::test]
async fn one_child_serves_all_asks_about_a_scan() {
    let sandbox = sandbox();
    let file = stored(&slide());
    let bytes = slide();
    for members in [at_path(&file.path), in_memory(bytes.clone())] {
        let before = sandbox.children_started();
        let mut child = sandbox.open(&members).await.unwrap();
        let seen = child.inspected().clone();
        assert_eq!((seen.facts.width, seen.facts.height), (500, 400));
        let mut extents: Vec<TileExtent> = Vec::new();
        child
            .extents(0, 0, |some| extents.extend(some))
            .await
            .unwrap();
        let last = extents.last().unwrap();
        assert_eq!((extents.len(), last.at), (4, LAST));
        assert_eq!(last.offset + u64::from(last.length), bytes.len() as u64);
        // These tiles carry their own tables: served as they are stored.
        let tile = child.tile(LAST).await.unwrap();
        assert_eq!(tile, bytes[last.offset as usize..]);
        let region = Region {
            x: 10,
            y: 10,
            width: 300,
            height: 200,
        };
        let png = child.region(0, 0, region).await.unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        let why = child.associated("label").await.expect_err("it has none");
        assert!(
            matches!(
                why,
                Error::Refused {
                    kind: Refusal::NoSuchImage,
                    ..
                }
            ),
            "{why}"
        );
        assert_eq!(child.codes().await.unwrap(), []);
        assert_eq!(sandbox.children_started(), before + 1);
    }
}

#[tokio::test]
async fn a_child_has_nothing_it_does_not_need() {
    let file = stored(&slide());
    let child = sandbox().open(&at_path(&file.path)).await.unwrap();
    let proc = PathBuf::from(format!("/proc/{}", child.process_id().unwrap()));
    assert_eq!(std::fs::read(proc.join("environ")).unwrap(), b"");
    let limits = std::fs::read_to_string(proc.join("limits")).unwrap();
    for (name, soft, hard) in [
        ("Max cpu time", "120", "121"),
        ("Max file size", "0", "0"),
        ("Max core file size", "0", "0"),
        ("Max processes", "0", "0"),
        ("Max open files", "0", "0"),
        ("Max address space", "2147483648", "2147483648"),
    ] {
        let line = limits.lines().find_map(|line| line.strip_prefix(name));
        let values: Vec<_> = line.unwrap().split_whitespace().take(2).collect();
        assert_eq!(values, [soft, hard], "{name}");
    }
    for open in std::fs::read_dir(proc.join("fd")).unwrap() {
        let open = open.unwrap();
        let target = std::fs::read_link(open.path()).unwrap();
        let pipe = target.to_string_lossy().starts_with("pipe:");
        // What whoever started these tests left open in every process is not ours to judge.
        let ours = Path::new("/proc/self/fd").join(open.file_name());
        let inherited = std::fs::read_link(ours).is_ok_and(|left| left == target);
        let known = pipe || inherited || target == file.path;
        assert!(known, "{}", target.display());
    }
}

#[tokio::test]
async fn a_place_is_free_when_its_child_is_gone() {
    let sandbox = Sandbox::new(Settings {
        max_children: 1,
        ..settings()
    })
    .unwrap();
    let file = stored(&slide());
    let members = at_path(&file.path);
    let first = sandbox.open(&members).await.unwrap();
    let first_process = rustix::process::Pid::from_raw(first.process_id().unwrap() as i32);
    let mut second = std::pin::pin!(sandbox.open(&members));
    let waker = std::task::Waker::noop();
    let polled = second
        .as_mut()
        .poll(&mut std::task::Context::from_waker(waker));
    assert!(polled.is_pending());
    assert_eq!(sandbox.children_started(), 1);
    drop(first);
    second.await.unwrap();
    gone(first_process.unwrap()).await;
    assert_eq!(sandbox.children_started(), 2);
}

#[tokio::test]
async fn a_scan_is_opened_without_starting_a_process() {
    let sandbox = Sandbox::new(Settings {
        warm_children: 2,
        ..settings()
    });
    let sandbox = sandbox.unwrap();
    let file = stored(&slide());
    let members = at_path(&file.path);
    for _ in 0..3 {
        // Fills up what the last round took; one more child each time says what the kernel holds.
        sandbox.prepare().await.unwrap();
        let first = sandbox.open(&members).await.unwrap();
        let second = sandbox.open(&members).await.unwrap();
        assert_ne!(first.process_id(), second.process_id());
        assert!(first.enforced().is_some() && first.enforced() == sandbox.enforced());
    }
    assert_eq!(sandbox.children_waited_for(), 0);
    assert!(sandbox.children_started() >= 3 * 3);
}

#[tokio::test]
async fn a_child_that_died_waiting_is_not_the_slides_fault() {
    let sandbox = Sandbox::new(Settings {
        warm_children: 1,
        max_children: 1,
        ..settings()
    });
    let sandbox = sandbox.unwrap();
    let file = stored(&slide());
    let members = at_path(&file.path);
    sandbox.prepare().await.unwrap();
    for process in waiting(&sandbox) {
        rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
        gone(process).await;
    }
    assert!(sandbox.open(&members).await.is_ok());
}

#[tokio::test]
async fn the_waiting_end_with_the_sandbox() {
    let sandbox = sandbox();
    sandbox.prepare().await.unwrap();
    let waiting = waiting(&sandbox);
    assert_eq!(waiting.len(), 2);
    sandbox.close();
    for process in waiting {
        gone(process).await;
    }
    let why = sandbox.open(&in_memory(slide())).await;
    assert!(matches!(why, Err(Error::Closed)), "{why:?}");
}

/// The waiting children of this sandbox.
fn waiting(sandbox: &Sandbox) -> Vec<rustix::process::Pid> {
    let ids = sandbox.waiting().into_iter();
    ids.filter_map(|id| rustix::process::Pid::from_raw(id as i32))
        .collect()
}

/// Returns when the process has ended; its memory is gone a moment before that.
async fn gone(process: rustix::process::Pid) {
    let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
    while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_child_paints_one_canvas_after_the_other_from_what_the_parent_read() {
    let sandbox = sandbox();
    let file = stored(&slide());
    let mut child = sandbox.open(&at_path(&file.path)).await.unwrap();
    let grid = child.inspected().levels[0].grid;
    let tile = child.tile(LAST).await.unwrap();
    for (side, size) in [(256, 256), (500, 100), (4_000, 640), (300, 300)] {
        let sheet = Sheet {
            stored_as: None,
            grid,
            corner: (0, 0),
            size: (side, side),
        };
        child.canvas(sheet).await.unwrap();
        let placed = |(column, row)| Placed {
            column,
            row,
            bytes: tile.clone(),
        };
        let tiles = [(0, 0), (1, 0), (0, 1), (1, 1)].map(placed).to_vec();
        child.place(tiles).await.unwrap();
        let area = Area {
            x: 0.0,
            y: 0.0,
            width: side.into(),
            height: side.into(),
        };
        let png = child.look(area, (size, size), Form::Png).await.unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{side}");
    }
    let beyond = Placed {
        column: 9,
        row: 9,
        bytes: tile,
    };
    let why = child.place(vec![beyond]).await.expect_err("no such tile");
    assert!(
        matches!(
            why,
            Error::Refused {
                kind: Refusal::NoSuchTile,
                ..
            }
        ),
        "{why}"
    );
}
