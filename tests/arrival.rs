//! What a scanner delivers is stored once (P7), worked on under a lease, and refused in words.

use std::collections::BTreeSet;

use catalog::{By, Error, Refusal};
use pathology::case::{IdentityState, TrayCode};
use pathology::ids::{ReceiptId, ScanId};
use pathology::phi::Phi;
use pathology::tileset::{Digest, original_digest};

use crate::world::road::arrival;
use crate::world::{World, fresh, on_both, together};

on_both!(
    sixteen_identical_pushes_are_one_scan_and_sixteen_receipts,
    the_same_bytes_of_two_trusts_are_two_scans,
    a_slide_of_two_files_is_one_scan_in_whatever_order_they_come,
    a_stored_scan_has_work_that_will_publish_it,
    a_worker_that_lost_its_lease_publishes_nothing,
    two_workers_never_get_the_same_job,
    immediate_work_goes_first,
    a_retried_job_waits_its_time,
    a_refused_scan_lies_in_a_tray_with_its_reason,
    a_quarantined_scan_lies_in_a_tray_with_its_reason,
    what_was_turned_away_is_tried_again_when_it_is_brought_again,
    the_same_bytes_with_a_readable_name_find_their_slide,
);

async fn sixteen_identical_pushes_are_one_scan_and_sixteen_receipts(world: World) {
    let receipts = together(16, |_| {
        let world = world.clone();
        async move {
            let pushed = arrival(&world.northgate, "tissue", "a.svs");
            world.store(pushed).await
        }
    })
    .await;
    let scans: BTreeSet<ScanId> = receipts.iter().map(|r| r.scan).collect();
    let numbers: BTreeSet<ReceiptId> = receipts.iter().map(|r| r.receipt).collect();
    assert_eq!((scans.len(), numbers.len()), (1, 16));
    assert_eq!(receipts.iter().filter(|r| !r.already).count(), 1);
    assert_eq!(world.count("SELECT count(*) FROM scan").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM receipt").await, 16);
    assert_eq!(world.count("SELECT count(*) FROM member").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM job").await, 1);
}

async fn the_same_bytes_of_two_trusts_are_two_scans(world: World) {
    let here = world
        .store(arrival(&world.northgate, "control", "a.svs"))
        .await;
    let there = world
        .store(arrival(&world.hillview, "control", "a.svs"))
        .await;
    assert_ne!(here.scan, there.scan);
    assert!(
        !there.already,
        "one trust learns nothing of another's bytes"
    );
}

async fn a_slide_of_two_files_is_one_scan_in_whatever_order_they_come(world: World) {
    let first = world
        .store(of_two(&world, ["1.dcm", "2.dcm"], [0, 1]))
        .await;
    let again = world
        .store(of_two(&world, ["a.dcm", "b.dcm"], [1, 0]))
        .await;
    assert_eq!((again.scan, again.already), (first.scan, true));
    assert_eq!(world.count("SELECT count(*) FROM member").await, 2);
    assert_eq!(world.count("SELECT count(*) FROM job").await, 1);
    let job = world.take_job().await;
    let stored = world.catalog.scan_for_tiling(job.scan).await;
    let stored = stored.expect("the tiler finds it");
    let members: Vec<_> = stored
        .members
        .iter()
        .map(|member| (member.n, member.name.expose().as_str()))
        .collect();
    assert_eq!(members, [(0, "1.dcm"), (1, "2.dcm")]);
    let half = world
        .store(arrival(&world.northgate, "half 0", "1.dcm"))
        .await;
    assert_ne!(half.scan, first.scan, "a part of a slide is not the slide");
}

/// A delivery of two files with these names and contents.
fn of_two(world: &World, names: [&str; 2], halves: [u8; 2]) -> catalog::Arrival {
    let mut whole = arrival(&world.northgate, "", "");
    let files = (0..).zip(names.into_iter().zip(halves));
    let members = files.map(|(n, (name, half))| {
        let bytes = format!("half {half}");
        catalog::ArrivedMember {
            n,
            name: Phi::new(name.to_owned()),
            size_bytes: bytes.len() as u64,
            blake3: Digest::of(bytes.as_bytes()).0,
        }
    });
    whole.members = members.collect();
    let digests: Vec<_> = whole.members.iter().map(|m| Digest(m.blake3)).collect();
    whole.digest = original_digest(&digests).0;
    whole.codes.clear();
    whole
}

async fn a_stored_scan_has_work_that_will_publish_it(world: World) {
    let receipt = world
        .store(arrival(&world.northgate, "tissue", "a.svs"))
        .await;
    let job = world.take_job().await;
    assert_eq!((job.scan, job.fence, job.attempts), (receipt.scan, 1, 1));
    let stored = world.catalog.scan_for_tiling(job.scan).await;
    let stored = stored.expect("the tiler finds it");
    assert_eq!((stored.members.len(), stored.size_bytes), (1, 6));
    let identity = world.publish(&job, "").await.expect("published");
    assert_eq!(identity, IdentityState::Unmatched);
    let next = world.take_job().await;
    assert_eq!(next.kind, "quality", "tiling is done");
    let again = world.catalog.claim_job_of("tile", "tiler 2", 60).await;
    assert!(again.expect("asked").is_none(), "tiling is done");
}

async fn a_worker_that_lost_its_lease_publishes_nothing(world: World) {
    world
        .store(arrival(&world.northgate, "tissue", "a.svs"))
        .await;
    let late = world.take_job().await;
    let kept = world.catalog.keep_job(late.id, late.fence, 60).await;
    kept.expect("a lease can be kept");
    world.pass(61).await;
    let next = world.take_job().await;
    assert_eq!((next.scan, next.fence), (late.scan, late.fence + 1));
    let refused = world.publish(&late, "").await;
    assert!(matches!(refused, Err(Error::Superseded)), "{refused:?}");
    let kept = world.catalog.keep_job(late.id, late.fence, 60).await;
    assert!(matches!(kept, Err(Error::Superseded)), "{kept:?}");
    let put_back = world
        .catalog
        .retry_job(late.id, late.fence, "late", 0)
        .await;
    assert!(matches!(put_back, Err(Error::Superseded)), "{put_back:?}");
    world.publish(&next, "").await.expect("published");
    assert_eq!(world.count("SELECT generation FROM scan").await, 2);
    let twice = world.publish(&next, "").await;
    assert!(matches!(twice, Err(Error::Superseded)), "{twice:?}");
}

async fn two_workers_never_get_the_same_job(world: World) {
    for n in 0..12 {
        let bytes = format!("tissue {n}");
        world
            .store(arrival(&world.northgate, &bytes, "a.svs"))
            .await;
    }
    let jobs = together(16, |n| {
        let catalog = world.catalog.clone();
        async move {
            let job = catalog.claim_job(&format!("tiler {n}"), 60).await;
            job.expect("asked").map(|job| job.scan)
        }
    })
    .await;
    let given: Vec<ScanId> = jobs.into_iter().flatten().collect();
    let scans: BTreeSet<&ScanId> = given.iter().collect();
    assert_eq!(given.len(), scans.len(), "a job was given twice");
    assert_eq!(given.len(), 12, "work waits while workers go away idle");
}

async fn immediate_work_goes_first(world: World) {
    let routine = arrival(&world.northgate, "routine", "a.svs");
    let mut frozen = arrival(&world.northgate, "frozen", "b.svs");
    frozen.urgency = 0;
    let expected = frozen.scan;
    world.store(routine).await;
    world.store(frozen).await;
    assert_eq!(world.take_job().await.scan, expected);
}

async fn a_retried_job_waits_its_time(world: World) {
    world
        .store(arrival(&world.northgate, "tissue", "a.svs"))
        .await;
    let job = world.take_job().await;
    let put_back = world.catalog.retry_job(job.id, job.fence, "store away", 30);
    put_back.await.expect("put back");
    let early = world.catalog.claim_job_of("tile", "tiler 1", 60).await;
    assert!(early.expect("asked").is_none());
    world.pass(31).await;
    let again = world.take_job().await;
    assert_eq!((again.attempts, again.fence), (2, 2));
}

async fn a_refused_scan_lies_in_a_tray_with_its_reason(world: World) {
    let by = By::system("tile", world.northgate.organisation);
    let refusal = refusal(&world, TrayCode::Truncated).await;
    let done = world.catalog.refuse_scan(refusal.clone(), &by).await;
    done.expect("refused");
    in_quarantine(&world, refusal.scan, "refused", "truncated").await;
    assert_eq!(world.texts("SELECT state FROM job").await, ["done"]);
}

async fn a_quarantined_scan_lies_in_a_tray_with_its_reason(world: World) {
    let by = By::system("tile", world.northgate.organisation);
    let refusal = refusal(&world, TrayCode::DecodingFailed).await;
    let done = world.catalog.quarantine_scan(refusal.clone(), &by).await;
    done.expect("quarantined");
    in_quarantine(&world, refusal.scan, "quarantined", "decoding_failed").await;
    assert_eq!(world.texts("SELECT state FROM job").await, ["dead"]);
    let again = world.catalog.quarantine_scan(refusal, &by).await;
    assert!(matches!(again, Err(Error::Superseded)), "{again:?}");
}

async fn what_was_turned_away_is_tried_again_when_it_is_brought_again(world: World) {
    let by = By::system("tile", world.northgate.organisation);
    let refusal = refusal(&world, TrayCode::Truncated).await;
    let done = world.catalog.refuse_scan(refusal.clone(), &by).await;
    done.expect("refused");
    let name = world.texts("SELECT name FROM receipt").await.remove(0);
    let same = || arrival(&world.northgate, "half a file", &name);
    let receipt = world.store(same()).await;
    assert_eq!((receipt.scan, receipt.already), (refusal.scan, true));
    assert_eq!(world.texts("SELECT pixels FROM scan").await, ["stored"]);
    assert!(
        world.tray(refusal.scan).await.is_none(),
        "its entry is closed"
    );
    let late = world.catalog.refuse_scan(refusal.clone(), &by).await;
    assert!(
        matches!(late, Err(Error::Superseded)),
        "by who looked before: {late:?}"
    );
    let job = world.take_job().await;
    assert_eq!((job.scan, job.attempts), (refusal.scan, 1));
    // While it is looked at, bringing it once more changes nothing.
    world.store(same()).await;
    assert_eq!(world.texts("SELECT state FROM job").await, ["leased"]);
    world.publish(&job, "").await.expect("published");
}

async fn refusal(world: &World, code: TrayCode) -> Refusal {
    world
        .store(arrival(&world.northgate, "half a file", "a.svs"))
        .await;
    let job = world.take_job().await;
    Refusal {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        code,
        reason: "the file ends at byte 11".to_owned(),
    }
}

async fn in_quarantine(world: &World, scan: ScanId, pixels: &str, code: &str) {
    assert_eq!(world.texts("SELECT pixels FROM scan").await, [pixels]);
    let (_, found) = world.tray(scan).await.expect("a tray entry");
    assert_eq!(found, code);
    let kinds = world.texts("SELECT kind FROM tray").await;
    assert_eq!(kinds, ["quarantine"]);
    let reasons = world.texts("SELECT detail FROM tray").await;
    assert_eq!(reasons, ["the file ends at byte 11"]);
    world.pass(61 * 60).await;
    assert_eq!(world.catalog.alarm_trays(10).await.expect("asked"), 1);
    let again = world.catalog.alarm_trays(10).await;
    assert_eq!(again.expect("asked"), 0, "an alarm is raised once");
}

async fn the_same_bytes_with_a_readable_name_find_their_slide(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.accession(&order).await.expect("registered");
    let unread = world.deliver(&world.northgate, "tissue", "").await;
    assert_eq!(unread.identity, IdentityState::Unmatched);
    let mut again = arrival(&world.northgate, "tissue", "S26-00001-A1-1.svs");
    again.receipt = ReceiptId(fresh());
    assert!(world.store(again).await.already);
    assert!(
        world.tray(unread.scan).await.is_none(),
        "it lies in the tray still"
    );
    assert_eq!(world.case_state(order.case).await, "ready");
}
