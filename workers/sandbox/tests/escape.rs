//! A child that tries to get out: every way is closed, and the parent hears how it ended.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::sync::Arc;

use pathology::phi::Phi;
use sandbox::{Enforced, Error, Member, MemberAccess, Require, Sandbox, Settings};

fn settings() -> Settings {
    Settings {
        wall_seconds: 20,
        ..Settings::of_program(env!("CARGO_BIN_EXE_sandbox-breaker"))
    }
}

/// A scan whose first member's name tells the child what to try.
fn trying(how: &str) -> Vec<Member> {
    let bytes = b"not a slide".to_vec();
    vec![Member {
        name: Phi::new(how.to_owned()),
        access: MemberAccess::Brokered {
            size: bytes.len() as u64,
            source: Arc::new(bytes),
        },
    }]
}

async fn ended(settings: Settings, how: &str) -> Error {
    let sandbox = Sandbox::new(settings).unwrap();
    let why = sandbox.open(&trying(how)).await;
    why.expect_err("no slide was there")
}

fn another_scan() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0");
    std::fs::write(&path, b"another patient's slide").unwrap();
    (folder, path)
}

#[tokio::test]
async fn every_way_out_is_closed() {
    let (folder, other) = another_scan();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let door = folder.path().join("door");
    let _door = std::os::unix::net::UnixListener::bind(&door).unwrap();
    let new = folder.path().join("new");
    for how in [
        format!("read {}", other.display()),
        "read /etc/hostname".into(),
        "read /proc/self/environ".into(),
        format!("write {}", new.display()),
        format!("remove {}", other.display()),
        format!("list {}", folder.path().display()),
        format!("connect {address}"),
        format!("local {}", door.display()),
        "socket".into(),
        "execute /bin/true".into(),
        "thread".into(),
        "trace".into(),
        "signal".into(),
    ] {
        let why = ended(settings(), &how).await;
        let Error::Crashed { status } = &why else {
            panic!("{how}: {why}");
        };
        let held = status.contains("SIGSYS") || status.contains("exit status: 4");
        assert!(held, "{how}: {status}");
        assert!(why.is_poison());
    }
    assert!(!new.exists() && other.exists());
}

#[tokio::test]
async fn a_child_that_tries_nothing_is_not_in_the_way() {
    let why = ended(settings(), "nothing").await;
    assert!(matches!(why, Error::Refused { .. }), "{why}");
}

#[tokio::test]
async fn a_child_that_ends_badly_says_how() {
    for (how, words) in [("abort", "SIGABRT"), ("overflow", "SIG")] {
        let why = ended(settings(), how).await;
        assert!(matches!(why, Error::Crashed { .. }), "{how}: {why}");
        assert!(why.to_string().contains(words), "{how}: {why}");
    }
}

#[tokio::test]
async fn a_child_that_takes_its_time_is_ended() {
    let hurried = Settings {
        wall_seconds: 1,
        ..settings()
    };
    let why = ended(hurried, "sleep").await;
    assert!(matches!(why, Error::TimedOut { seconds: 1 }), "{why}");
    let frugal = Settings {
        cpu_seconds: 1,
        ..settings()
    };
    let why = ended(frugal, "spin").await;
    assert!(matches!(why, Error::TimedOut { seconds: 1 }), "{why}");
}

#[tokio::test]
async fn what_the_kernel_holds_is_known_and_required() {
    let full = Settings {
        require: Require::Full,
        ..settings()
    };
    let sandbox = Sandbox::new(full).unwrap();
    assert_eq!(sandbox.enforced(), None);
    let prepared = sandbox.prepare().await;
    let enforced = sandbox.enforced().unwrap();
    let opened = sandbox
        .open(&trying("nothing"))
        .await
        .expect_err("no slide");
    if enforced.is_full() {
        assert_eq!(prepared.unwrap(), enforced);
        assert!(matches!(opened, Error::Refused { .. }), "{opened}");
    } else {
        let why = prepared.expect_err("a part is missing");
        assert!(matches!(why, Error::Unconfined(_)), "{why}");
        assert!(why.to_string().contains(enforced.lacks()[0]));
        assert!(matches!(opened, Error::Start(_)), "{opened}");
    }
    let none = Enforced {
        landlock: 0,
        seccomp: false,
    };
    assert_ne!(
        enforced, none,
        "this kernel has neither landlock nor seccomp"
    );
}
