//! Children that lie: what each of them costs the parent is one clear error.

use super::*;
use crate::Sandbox;
use crate::protocol::{EXTENTS_A_FRAME, Extent, Refusal, Structure, WireLevel};
use pathology::formats::{Codec, Colour, Facts};
use pathology::pyramid::geometry::{Grid, TileAt};

/// A sandbox whose children say `frames` and then run `ending` (a line of shell).
struct Liar {
    _folder: tempfile::TempDir,
    sandbox: Sandbox,
}

/// Keeps the pipes open and never answers again.
const SILENCE: &str = "exec /bin/sleep 600";

impl Liar {
    fn saying(frames: &[Vec<u8>], ending: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("child");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay.sh");
        std::os::unix::fs::symlink(script, &program).unwrap();
        std::fs::write(folder.path().join("frames"), frames.concat()).unwrap();
        std::fs::write(folder.path().join("ending"), ending).unwrap();
        let sandbox = Sandbox::new(Settings {
            wall_seconds: 20,
            max_output_bytes: 3 << 20,
            ..Settings::of_program(program)
        });
        Self {
            _folder: folder,
            sandbox: sandbox.unwrap(),
        }
    }

    /// Hurried where only the limit of time can end the ask.
    fn hurried(frames: &[Vec<u8>], ending: &str) -> Self {
        let mut liar = Self::saying(frames, ending);
        let settings = Settings {
            wall_seconds: 1,
            ..liar.sandbox.settings().clone()
        };
        liar.sandbox = Sandbox::new(settings).unwrap();
        liar
    }

    async fn open(&self) -> Result<crate::Child, Error> {
        self.sandbox.open(&[member()]).await
    }

    async fn refusal(&self) -> Error {
        self.open().await.expect_err("no slide comes from a liar")
    }
}

fn member() -> Member {
    Member {
        name: Phi::new("TESTPATIENT.svs".into()),
        access: MemberAccess::Path("/dev/null".into()),
    }
}

fn ready() -> Vec<u8> {
    frame(&Reply::Ready { version: VERSION }).unwrap()
}

fn opened(grid: Grid) -> Vec<u8> {
    let facts = Facts {
        vendor: "aperio".into(),
        width: 512,
        height: 512,
        levels: Vec::new(),
        mpp: [None, None],
        objective: None,
        associated: Vec::new(),
        codec: Codec::Jpeg,
        mpp_implausible: false,
        photometric: "RGB".into(),
        bigtiff: false,
        barcode: None,
        images: Vec::new(),
        not_shown: Vec::new(),
        icc_bytes: 0,
    };
    let level = WireLevel {
        image: 0,
        level: 0,
        grid,
        codec: Codec::Jpeg,
        tables: None,
        colour: Colour::Declared,
        made: false,
        decoded: false,
    };
    let levels = vec![level];
    frame(&Reply::Opened(Box::new(Structure { facts, levels }))).unwrap()
}

const GRID: Grid = Grid {
    width: 512,
    height: 512,
    tile_width: 256,
    tile_height: 256,
};

const EXTENT: Extent = Extent {
    member: 0,
    offset: 8,
    length: 9,
};

const FIRST: TileAt = TileAt {
    image: 0,
    level: 0,
    column: 0,
    row: 0,
};

fn extents(count: usize, extent: Extent) -> Vec<u8> {
    frame(&Reply::Extents(vec![extent; count])).unwrap()
}

#[tokio::test]
async fn a_program_that_is_not_ours_is_not_the_slides_fault() {
    let other_version = frame(&Reply::Ready { version: 999 }).unwrap();
    for (frames, ending) in [
        (vec![], "exit 0"),
        (vec![], "exit 2"),
        (vec![other_version], SILENCE),
        (vec![b"usage: something else".to_vec()], SILENCE),
    ] {
        let why = Liar::saying(&frames, ending).refusal().await;
        assert!(matches!(why, Error::Start(_)), "{ending}: {why}");
        assert!(!why.is_poison());
    }
    let missing = Sandbox::new(Settings::of_program("/nowhere/slideway")).unwrap();
    let why = missing.open(&[member()]).await.expect_err("no program");
    assert!(matches!(why, Error::Start(_)), "{why}");
    assert_eq!(missing.children_started(), 0);
}

#[tokio::test]
async fn a_giant_length_is_refused_before_it_is_read() {
    let giant = u32::MAX.to_le_bytes().to_vec();
    let why = Liar::saying(&[ready(), giant], SILENCE).refusal().await;
    assert!(matches!(why, Error::Protocol(_)), "{why}");
    assert!(why.is_poison());
}

#[tokio::test]
async fn a_frame_of_nonsense_is_refused() {
    let nonsense = [&[4, 0, 0, 0][..], &[250; 4]].concat();
    let why = Liar::saying(&[ready(), nonsense], SILENCE).refusal().await;
    assert!(matches!(why, Error::Protocol(_)), "{why}");
}

#[tokio::test]
async fn a_child_that_hangs_is_ended_by_the_clock() {
    let why = Liar::hurried(&[ready()], SILENCE).refusal().await;
    assert!(matches!(why, Error::TimedOut { seconds: 1 }), "{why}");
    // Half a frame is no better than none.
    let half = opened(GRID)[..9].to_vec();
    let why = Liar::hurried(&[ready(), half], SILENCE).refusal().await;
    assert!(matches!(why, Error::TimedOut { seconds: 1 }), "{why}");
}

#[tokio::test]
async fn a_child_that_falls_over_is_told_from_one_that_closes() {
    let half = opened(GRID)[..9].to_vec();
    for (ending, words) in [
        ("exit 101", "101"),
        ("kill -SEGV $$", "signal: 11"),
        ("exec 1>&-; exec /bin/sleep 600", "closed its output"),
    ] {
        let why = Liar::saying(&[ready(), half.clone()], ending)
            .refusal()
            .await;
        assert!(why.is_poison());
        assert!(why.to_string().contains(words), "{ending}: {why}");
    }
}

#[tokio::test]
async fn the_ends_a_child_announces_are_understood() {
    let no_memory = "echo 'memory allocation of 75000000 bytes failed' >&2; exit 134";
    let why = Liar::saying(&[ready()], no_memory).refusal().await;
    assert!(matches!(why, Error::TooMuchMemory { .. }), "{why}");
    let why = Liar::saying(&[ready()], "kill -XCPU $$").refusal().await;
    assert!(matches!(why, Error::TimedOut { seconds: 120 }), "{why}");
    let why = Liar::saying(&[ready()], "exit 78").refusal().await;
    assert!(matches!(why, Error::Start(_)), "{why}");
}

#[tokio::test]
async fn much_noise_on_stderr_neither_blocks_nor_grows() {
    let noise = "/usr/bin/head -c 3000000 /dev/zero >&2; exit 101";
    let why = Liar::saying(&[ready()], noise).refusal().await;
    assert!(matches!(why, Error::Crashed { .. }), "{why}");
}

#[tokio::test]
async fn a_structure_no_slide_has_is_refused() {
    for grid in [
        Grid {
            tile_width: 0,
            ..GRID
        },
        Grid { height: 0, ..GRID },
        Grid {
            width: u32::MAX,
            height: u32::MAX,
            tile_width: 1,
            tile_height: 1,
        },
    ] {
        let why = Liar::saying(&[ready(), opened(grid)], SILENCE)
            .refusal()
            .await;
        assert!(matches!(why, Error::Protocol(_)), "{grid:?}: {why}");
    }
}

#[tokio::test]
async fn bytes_are_brokered_only_where_they_were_offered() {
    let need = |member, offset, length| {
        let need = Reply::NeedBytes {
            member,
            offset,
            length,
        };
        frame(&need).unwrap()
    };
    // The only member is a path; a second one does not exist.
    for ask in [need(0, 0, 1), need(1, 0, 1)] {
        let why = Liar::saying(&[ready(), ask], SILENCE).refusal().await;
        assert!(matches!(why, Error::Protocol(_)), "{why}");
    }
    let brokered = Member {
        name: Phi::new(String::new()),
        access: MemberAccess::Brokered {
            size: 100,
            source: std::sync::Arc::new(vec![7_u8; 100]),
        },
    };
    for ask in [need(0, 99, 2), need(0, u64::MAX, 2), need(0, 0, u32::MAX)] {
        let liar = Liar::saying(&[ready(), ask], SILENCE);
        let why = liar.sandbox.open(std::slice::from_ref(&brokered)).await;
        assert!(matches!(why, Err(Error::Protocol(_))), "{why:?}");
    }
}

#[tokio::test]
async fn extents_are_exactly_those_of_the_grid() {
    let done = frame(&Reply::Done).unwrap();
    let other_member = Extent {
        member: 1,
        ..EXTENT
    };
    for (what, frames) in [
        ("too many", vec![extents(5, EXTENT), done.clone()]),
        (
            "too many, in two frames",
            vec![extents(4, EXTENT), extents(1, EXTENT)],
        ),
        ("too few", vec![extents(3, EXTENT), done.clone()]),
        (
            "a frame too full",
            vec![extents(EXTENTS_A_FRAME + 1, EXTENT)],
        ),
        ("another member", vec![extents(4, other_member), done]),
        (
            "another answer",
            vec![frame(&Reply::Codes(Vec::new())).unwrap()],
        ),
    ] {
        let frames = [&[ready(), opened(GRID)], &frames[..]].concat();
        let liar = Liar::saying(&frames, SILENCE);
        let mut child = liar.open().await.unwrap();
        let why = child.extents(0, 0, |_| ()).await.expect_err(what);
        assert!(matches!(why, Error::Protocol(_)), "{what}: {why}");
        let after = child.codes().await.expect_err("the child has ended");
        assert!(matches!(after, Error::Protocol(_)), "{after}");
    }
}

#[tokio::test]
async fn a_picture_without_end_is_cut_off() {
    let piece = frame(&Reply::Piece(vec![0; PIECE_BYTES])).unwrap();
    let frames = [vec![ready(), opened(GRID)], vec![piece; 4]].concat();
    let liar = Liar::saying(&frames, SILENCE);
    let mut child = liar.open().await.unwrap();
    let why = child.tile(FIRST).await.expect_err("4 MiB, 3 allowed");
    assert!(matches!(why, Error::OutputTooLarge { .. }), "{why}");
}

#[tokio::test]
async fn a_refusal_is_one_bounded_line_and_leaves_the_child_alive() {
    let refused = Reply::Refused {
        kind: Refusal::Damaged,
        reason: "a\nb\u{1b}[31m".repeat(1_000),
    };
    let codes = frame(&Reply::Codes(Vec::new())).unwrap();
    let frames = [ready(), opened(GRID), frame(&refused).unwrap(), codes];
    let liar = Liar::saying(&frames, SILENCE);
    let mut child = liar.open().await.unwrap();
    let why = child.tile(FIRST).await.expect_err("refused");
    assert!(!why.is_poison());
    let text = why.to_string();
    assert!(text.chars().count() <= 400 && !text.contains(char::is_control));
    assert_eq!(child.codes().await.unwrap(), []);
}

#[tokio::test]
async fn an_ask_dropped_half_way_ends_the_conversation() {
    let liar = Liar::saying(&[ready(), opened(GRID)], SILENCE);
    let mut child = liar.open().await.unwrap();
    {
        let mut asking = std::pin::pin!(child.codes());
        let waker = std::task::Waker::noop();
        let polled = asking
            .as_mut()
            .poll(&mut std::task::Context::from_waker(waker));
        assert!(polled.is_pending());
    }
    let why = child.codes().await.expect_err("out of step");
    assert!(matches!(why, Error::Protocol(_)), "{why}");
}
