//! One verification and one pack of made levels, ended at each of their points, and then gone on with.

use std::cell::RefCell;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use pathology::case::PixelState;

use super::ingests::{Slide, books, configure, ingest, said};
use super::points;
use crate::world::database::Scratch;
use crate::world::{Engine, plain, until};

#[test]
fn every_point_of_a_verification_on_sqlite() {
    every_point(Engine::Sqlite);
}

#[test]
fn every_point_of_a_verification_on_postgres() {
    every_point(Engine::Postgres);
}

fn every_point(engine: Engine) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let slide = Slide::make();
    let points = points(&["verify::", "catalog::verify::", "catalog::damage::"]);
    assert!(points.len() >= 6, "{points:?}");
    for point in points {
        runtime.block_on(one_point(engine, &slide, &point));
    }
}

async fn one_point(engine: Engine, slide: &Slide, point: &str) {
    let scratch = Scratch::make(engine).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &scratch.url());
    // Published, and no further: the process ends before it verifies anything.
    let published = ingest(&config, &slide.path, Some("verify::decoded"));
    scratch.look_in().await;
    let early = published.status.signal() == Some(9);
    assert!(
        early || published.status.code() == Some(3),
        "{}",
        said(&published)
    );
    let end = if point.starts_with("catalog::damage::") {
        spoil(folder.path());
        PixelState::Damaged
    } else {
        PixelState::Verified
    };
    let killed = tilers(&config, Some(point));
    until(point, async || {
        hurry(&scratch).await;
        killed.ended().is_some()
    })
    .await;
    let signal = killed.ended().and_then(|ended| ended.signal());
    assert_eq!(signal, Some(9), "{point} is not on the road");
    books(&scratch.url()).await;
    let running = tilers(&config, None);
    until("it is verified", async || {
        hurry(&scratch).await;
        scratch.texts("SELECT pixels FROM scan").await == [end.as_str()]
    })
    .await;
    drop(running);
    let scans = books(&scratch.url()).await;
    assert_eq!(scans.len(), 1, "{point}");
    assert_eq!(
        scans[0].digest, slide.digest,
        "{point}: other bytes are recorded (P2)"
    );
    scratch.remove().await;
}

/// A pack that was written and not published is made again, once.
#[test]
fn a_pack_of_made_levels_is_published_once() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for point in points(&["make::"]) {
            runtime.block_on(one_pack(engine, &point));
        }
    }
}

async fn one_pack(engine: Engine, point: &str) {
    let scratch = Scratch::make(engine).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &scratch.url());
    let slide = folder.path().join("strips.tif");
    std::fs::write(&slide, plain::striped_tiff(900, 704)).expect("a file");
    let killed = ingest(&config, &slide, Some(point));
    assert_eq!(
        killed.status.signal(),
        Some(9),
        "{point}: {}",
        said(&killed)
    );
    let again = ingest(&config, &slide, None);
    assert_eq!(again.status.code(), Some(3), "{point}: {}", said(&again));
    let scans = books(&scratch.url()).await;
    scratch.look_in().await;
    let facts = scratch.texts("SELECT facts FROM scan").await.remove(0);
    let facts: serde_json::Value = serde_json::from_str(&facts).expect("facts");
    let levels = facts["levels"].as_array().map(Vec::len);
    assert_eq!(levels, Some(2), "{point}: its whole pyramid");
    assert_eq!(scans.len(), 1, "{point}: the same bytes are one scan (P7)");
    assert!(
        scans[0].pixels.is_readable(),
        "{point}: {:?}",
        scans[0].pixels
    );
    scratch.remove().await;
}

/// The process that tiles and verifies.
fn tilers(config: &Path, kill_at: Option<&str>) -> Tilers {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slideway"));
    command
        .args(["run", "--only", "tile", "--config"])
        .arg(config);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(point) = kill_at {
        command.env("SLIDEWAY_KILL_AT", point);
    }
    Tilers(RefCell::new(command.spawn().expect("the binary runs")))
}

/// A look that found something wrong is repeated after a pause; here at once.
async fn hurry(scratch: &Scratch) {
    let soon = "UPDATE job SET run_at = 0 WHERE state = 'queued'";
    scratch.execute(soon).await.expect("brought forward");
}

/// Ends with the test, however that ends.
struct Tilers(RefCell<Child>);

impl Tilers {
    fn ended(&self) -> Option<ExitStatus> {
        self.0.borrow_mut().try_wait().expect("a process")
    }
}

impl Drop for Tilers {
    fn drop(&mut self) {
        let _it_ended_already = self.0.get_mut().kill();
        let _it_ended_already = self.0.get_mut().wait();
    }
}

/// One bit of the original is another: inside a tile of its largest level, which comes first.
fn spoil(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let path = original(&folder.join("archive/scans")).expect("an original");
    let mut bytes = std::fs::read(&path).expect("the original");
    bytes[2_000] ^= 4;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("permitted");
    std::fs::write(path, bytes).expect("written");
}

fn original(folder: &Path) -> Option<PathBuf> {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let within = path.parent().is_some_and(|attempt| {
            attempt
                .parent()
                .is_some_and(|original| original.ends_with("original"))
        });
        if within && path.is_file() {
            return Some(path);
        }
        if path.is_dir()
            && let Some(found) = original(&path)
        {
            return Some(found);
        }
    }
    None
}
