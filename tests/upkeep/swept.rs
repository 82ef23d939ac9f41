//! What nobody needs goes, in two steps; what somebody may need stays, and much never goes at once.

use std::time::{Duration, SystemTime};

use archive::Key;
use pathology::ids::{AttemptId, ScanId};
use tile::{SweepSettings, UpkeepError};

use super::Shelf;
use crate::world::{World, fresh, on_both};

on_both!(
    an_orphan_is_marked_and_goes_a_grace_later,
    what_a_worker_may_still_publish_stays,
    a_sweep_that_would_take_much_or_sees_little_is_refused,
);

const HOUR: u64 = 3600;

fn within(grace_hours: u32, at_most_percent: f64) -> SweepSettings {
    SweepSettings {
        grace_hours,
        at_most_percent,
    }
}

/// A delivery that ended before it was recorded.
async fn orphan(shelf: &Shelf, scan: ScanId) -> Key {
    let archive = &shelf.intake.archive;
    let mut staged = archive.stage().await.expect("staged");
    staged.write(vec![7; 100]).await.expect("written");
    let sealed = staged.finish().await.expect("sealed");
    let key = Key::Original {
        scan,
        attempt: AttemptId(fresh()),
        n: 0,
    };
    archive.keep(&sealed, key).await.expect("kept");
    age(shelf, key);
    key
}

/// As if it had been written two hours ago.
fn age(shelf: &Shelf, key: Key) {
    let path = shelf.intake.archive.local_path(key).expect("a file");
    let file = std::fs::File::options().append(true).open(path);
    let then = SystemTime::now() - Duration::from_secs(2 * HOUR);
    file.expect("an object").set_modified(then).expect("aged");
}

async fn an_orphan_is_marked_and_goes_a_grace_later(world: World) {
    let shelf = Shelf::open(&world).await;
    let scan = shelf.publish("S26-00001-A1-1", 1).await;
    let key = orphan(&shelf, scan).await;
    let strange = orphan(&shelf, ScanId(fresh())).await;
    let (upkeep, archive) = (shelf.intake.upkeep(), &shelf.intake.archive);
    let young = upkeep.sweep(&within(3, 100.0)).await.expect("a sweep");
    assert_eq!(
        (young.orphans, young.removed),
        (0, 0),
        "younger than the grace"
    );
    let first = upkeep.sweep(&within(1, 100.0)).await.expect("a sweep");
    assert_eq!((first.orphans, first.removed), (2, 0), "marked only");
    let again = upkeep.sweep(&within(1, 100.0)).await.expect("a sweep");
    assert_eq!(again.removed, 0, "the grace is not over");
    let moved = world.catalog.move_clock(2 * 3_600_000_000).await;
    moved.expect("the clock moves");
    let last = upkeep.sweep(&within(1, 100.0)).await.expect("a sweep");
    assert_eq!(last.removed, 2);
    for gone in [key, strange] {
        assert!(archive.size(gone).await.is_err(), "{gone} is still there");
    }
    assert_eq!(world.count("SELECT count(*) FROM sweep_mark").await, 0);
    let clean = upkeep.verify(tile::Depth::Bytes).await.expect("looked at");
    assert!(clean.checked.findings.is_empty() && clean.orphans == 0);
}

async fn what_a_worker_may_still_publish_stays(world: World) {
    let shelf = Shelf::open(&world).await;
    let scan = shelf.publish("S26-00001-A1-1", 1).await;
    let (upkeep, archive) = (shelf.intake.upkeep(), &shelf.intake.archive);
    let key = Key::Index {
        scan,
        generation: 77,
    };
    archive.put_new(key, vec![1; 10].into()).await.expect("put");
    age(&shelf, key);
    let lease = "UPDATE job SET state = 'leased', lease_until = 9000000000000000";
    world.meddle(lease).await.expect("leased");
    let swept = upkeep.sweep(&within(0, 100.0)).await.expect("a sweep");
    assert_eq!((swept.orphans, swept.removed), (0, 0));
    let done = "UPDATE job SET state = 'done', lease_until = NULL";
    world.meddle(done).await.expect("done");
    let swept = upkeep.sweep(&within(0, 100.0)).await.expect("a sweep");
    assert_eq!((swept.orphans, swept.removed), (1, 1), "its worker is dead");
    assert!(archive.size(key).await.is_err());
}

async fn a_sweep_that_would_take_much_or_sees_little_is_refused(world: World) {
    let shelf = Shelf::open(&world).await;
    let scan = shelf.publish("S26-00001-A1-1", 1).await;
    let key = orphan(&shelf, scan).await;
    let upkeep = shelf.intake.upkeep();
    let refused = upkeep.sweep(&within(0, 1.0)).await.expect_err("too much");
    assert!(
        matches!(refused, UpkeepError::TooMuch { orphans: 1, .. }),
        "{refused}"
    );
    assert!(
        refused.to_string().contains("nothing was removed"),
        "{refused}"
    );
    assert!(shelf.intake.archive.size(key).await.is_ok());
    let moved = shelf.storage.folder.path().join("elsewhere");
    std::fs::rename(shelf.object(scan, "/manifest"), moved).expect("moved");
    let refused = upkeep.sweep(&within(0, 100.0)).await.expect_err("short");
    assert!(
        matches!(refused, UpkeepError::ListingIsShort { .. }),
        "{refused}"
    );
    assert!(shelf.intake.archive.size(key).await.is_ok());
}
