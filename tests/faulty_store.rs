//! The n-th storage call of one ingest fails, for every n, in every way a store can fail.
//!
//! ```text
//!   push ─▶ tile ─▶ published          without a fault: this state
//!     └ n-th call: refused, done but said failed, said done but not, cut short, flipped
//!           └─▶ pushed again, tried again, swept ─▶ the same state
//! ```
//!
//! A run in which no call is left to fail ends the count. A short run meets every call with a refusal and a
//! lost answer, and with the other faults in turn; a long one meets every call with every fault.

use std::path::Path;

use archive::{Archive, Fault, Faults, Key};
use futures::StreamExt;
use pathology::ids::{AttemptId, ScanId};
use tile::{Depth, SweepSettings};

use crate::world::intake::{Intake, small_slide};
use crate::world::storage::{Place, Storage};
use crate::world::{Engine, World, fresh};

#[test]
fn every_call_of_an_ingest_on_a_local_disk() {
    run(every_call(Engine::Sqlite, Place::Disk));
}

#[test]
fn every_call_of_an_ingest_on_s3() {
    run(every_call(Engine::Postgres, Place::S3));
}

#[test]
fn every_call_of_a_large_upload_to_s3() {
    run(every_call_of_an_upload());
}

fn run(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work);
}

async fn every_call(engine: Engine, place: Place) {
    let folder = tempfile::tempdir().expect("a folder");
    let slide = folder.path().join("S26-00001-A1-1.svs");
    std::fs::write(&slide, small_slide("S26-00001-A1-1", 3)).expect("a slide");
    let sound = one(engine, place, &slide, Faults::none()).await;
    assert!(
        sound.contains("published") || sound.contains("verified"),
        "{sound}"
    );
    let mut n = 1;
    loop {
        let mut calls = 0;
        for fault in faults_of(n) {
            let faults = Faults::nth(n, fault);
            let state = one(engine, place, &slide, faults.clone()).await;
            assert_eq!(state, sound, "call {n} was {fault:?}");
            calls = calls.max(faults.calls());
        }
        if calls < n {
            break;
        }
        n += 1;
    }
    assert!(n > 10, "only {n} calls were counted");
}

fn faults_of(n: u64) -> Vec<Fault> {
    if long() {
        return Fault::ALL.to_vec();
    }
    let [refused, lost, others @ ..] = Fault::ALL;
    let first = if n.is_multiple_of(2) { refused } else { lost };
    vec![first, others[n as usize % others.len()]]
}

#[expect(
    clippy::disallowed_methods,
    reason = "the length of a run is named by the environment"
)]
fn long() -> bool {
    std::env::var("SLIDEWAY_LONG").is_ok()
}

/// One ingest with its healing, and what is then.
async fn one(engine: Engine, place: Place, slide: &Path, faults: Faults) -> String {
    let world = World::on(engine).await;
    let storage = Storage::of(place);
    let intake = Intake::open(&world, &storage, faults.clone()).await;
    faults.arm();
    let mut pushed = intake.push(slide).await;
    for _ in 0..2 {
        if pushed.is_err() {
            pushed = intake.push(slide).await;
        }
    }
    let scan = pushed.expect("a push after the fault is taken in");
    intake.work().await;
    let now = SweepSettings {
        grace_hours: 0,
        at_most_percent: 100.0,
    };
    faults.rest();
    let swept = intake.upkeep().sweep(&now).await.expect("a sweep");
    assert_eq!(swept.orphans, swept.removed, "{swept:?}");
    let verified = intake
        .upkeep()
        .verify(Depth::Bytes)
        .await
        .expect("looked at");
    assert!(verified.checked.findings.is_empty(), "{verified:?}");
    let state = state(&world, &intake.archive, scan).await;
    drop(intake);
    world.finish().await;
    state
}

/// Everything but ids, times and how often something was tried.
async fn state(world: &World, archive: &Archive, scan: ScanId) -> String {
    let mut all = Vec::new();
    for sql in [
        "SELECT 'scan ' || pixels || ' ' || identity || ' ' || CAST(size_bytes AS TEXT) || ' ' || coalesce(reason_code, '-') || ' ' || coalesce(facts, '-') FROM scan",
        "SELECT 'member ' || CAST(n AS TEXT) || ' ' || name || ' ' || CAST(size_bytes AS TEXT) FROM member",
        "SELECT 'code ' || origin || ' ' || value FROM identifier ORDER BY 1",
        "SELECT 'tray ' || kind || ' ' || code || CASE WHEN closed_at IS NULL THEN ' open' ELSE ' closed' END FROM tray ORDER BY 1",
        "SELECT 'job ' || kind || ' ' || state FROM job ORDER BY 1",
        "SELECT DISTINCT 'receipt ' || door || ' ' || name FROM receipt ORDER BY 1",
    ] {
        all.extend(world.texts(sql).await);
    }
    let mut listed = Box::pin(archive.list());
    let mut objects = Vec::new();
    while let Some(found) = listed.next().await {
        let key = found.expect("a listing").key.expect("an object");
        objects.push(match key {
            Key::Original { scan: of, n, .. } if of == scan => format!("original {n}"),
            Key::Index { scan: of, .. } if of == scan => "index".to_owned(),
            Key::Manifest { scan: of, .. } if of == scan => "manifest".to_owned(),
            Key::Derived { scan: of, .. } if of == scan => "derived".to_owned(),
            other => format!("stray {other}"),
        });
    }
    objects.sort();
    all.extend(objects);
    all.join("\n")
}

/// Larger than one part: the parts, their completion and what is asked before and after.
async fn every_call_of_an_upload() {
    let bytes: Vec<u8> = (0..(17_u32 << 20) + 5).map(|n| (n / 7) as u8).collect();
    let digest = *blake3::hash(&bytes).as_bytes();
    for fault in Fault::ALL {
        let mut n = 1;
        loop {
            let storage = Storage::of(Place::S3);
            let faults = Faults::nth(n, fault);
            let archive = Archive::open_with(&storage.settings, faults.clone()).await;
            let archive = archive.expect("an archive");
            let mut staged = archive.stage().await.expect("staged");
            staged.write(bytes.clone()).await.expect("written");
            let sealed = staged.finish().await.expect("sealed");
            faults.arm();
            // As a delivery does: again under the same key, else under a fresh one.
            let mut kept = None;
            for _ in 0..3 {
                let key = Key::Original {
                    scan: ScanId(fresh()),
                    attempt: AttemptId(fresh()),
                    n: 0,
                };
                if archive.keep(&sealed, key).await.is_ok() {
                    kept = Some(key);
                    break;
                }
            }
            let kept = kept.expect("kept after the fault");
            faults.rest();
            let mut hasher = blake3::Hasher::new();
            let mut blocks = Box::pin(archive.read_blocks(kept, 8 << 20).await.expect("its size"));
            while let Some(block) = blocks.next().await {
                hasher.update(&block.expect("a block"));
            }
            let read = *hasher.finalize().as_bytes();
            assert!(read == digest, "call {n} was {fault:?}");
            if faults.calls() < n {
                break;
            }
            n += 1;
        }
        assert!(n > 4, "only {n} calls were counted");
    }
}
