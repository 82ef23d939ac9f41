//! Published before verified; levels appended without a number moved; damage told to whom it concerns.

mod pixels;

use catalog::{ClaimOutcome, Error, Job, Kind, MoreLevels, Refusal, Verification};
use pathology::case::{IdentityState, TrayCode};
use pathology::phi::Phi;

use crate::world::road::arrival;
use crate::world::{World, on_both};

on_both!(
    a_scan_is_published_first_and_verified_afterwards,
    verifying_waits_for_all_tiling_and_immediate_scans_go_first,
    appended_levels_disturb_nobody_who_reads,
    a_holder_is_told_of_damage_and_cannot_sign,
    a_signature_over_damage_needs_a_reason_which_is_recorded,
    a_report_signed_with_a_damaged_scan_is_put_to_its_signer,
    damage_is_found_once_and_stays,
);

async fn verify_job(world: &World) -> Job {
    let job = world.catalog.claim_job_of("verify", "verifier", 60).await;
    job.expect("asked").expect("a published scan waits")
}

async fn pixels(world: &World) -> String {
    world.texts("SELECT pixels FROM scan").await.remove(0)
}

fn verification(job: &Job, generation: Option<u32>) -> Verification {
    let more = generation.map(|generation| MoreLevels {
        generation,
        facts: "{}".to_owned(),
        index_header_digest: [4; 32],
        index_header_length: 200,
        index_size_bytes: 2_000,
        index_digest: [5; 32],
        manifest_digest: [6; 32],
    });
    Verification {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        more,
    }
}

fn failed(job: &Job) -> Refusal {
    Refusal {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        code: TrayCode::DigestMismatch,
        reason: "tile 1,0 of level 0: its bytes are not those that were published".to_owned(),
    }
}

async fn a_scan_is_published_first_and_verified_afterwards(world: World) {
    let delivered = world.deliver(&world.northgate, "tissue", "").await;
    assert_eq!(delivered.identity, IdentityState::Unmatched);
    assert_eq!(pixels(&world).await, "published");
    let job = verify_job(&world).await;
    assert_eq!((job.scan, job.kind.as_str()), (delivered.scan, "verify"));
    let by = catalog::By::system("tile", job.organisation);
    let done = world.catalog.verify_scan(verification(&job, None), &by);
    done.await.expect("verified");
    assert_eq!(pixels(&world).await, "verified");
    let stamped = "SELECT count(*) FROM scan WHERE verified_at IS NOT NULL AND generation = 1";
    assert_eq!(world.count(stamped).await, 1);
    let late = world.catalog.verify_scan(verification(&job, Some(9)), &by);
    assert!(matches!(late.await, Err(Error::Superseded)));
    assert!(
        world
            .catalog
            .tileset_to_verify(job.scan)
            .await
            .expect("asked")
            .is_none(),
        "nothing waits any more"
    );
}

async fn verifying_waits_for_all_tiling_and_immediate_scans_go_first(world: World) {
    world.deliver(&world.northgate, "routine", "").await;
    let mut urgent = arrival(&world.northgate, "immediate", "b.svs");
    urgent.urgency = 0;
    world.store(urgent).await;
    let tile = world.take_tiling().await;
    world.publish(&tile, "").await.expect("published");
    world
        .store(arrival(&world.northgate, "late", "c.svs"))
        .await;
    let mut order = Vec::new();
    while let Some(job) = world.catalog.claim_job("worker", 60).await.expect("asked") {
        if job.kind != "quality" {
            order.push((job.kind, job.urgency));
        }
    }
    let expected = [("tile", 2), ("verify", 0), ("verify", 2)];
    assert_eq!(
        order,
        expected.map(|(kind, urgency)| (kind.to_owned(), urgency))
    );
}

async fn appended_levels_disturb_nobody_who_reads(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let signature = world.signature(&claim).await;
    assert_eq!(signature.seen[0].generation, 1);
    let job = verify_job(&world).await;
    let by = catalog::By::system("tile", job.organisation);
    let done = world.catalog.verify_scan(verification(&job, Some(2)), &by);
    done.await.expect("verified");
    let range = "SELECT count(*) FROM scan WHERE published_generation = 1 AND generation = 2";
    assert_eq!(world.count(range).await, 1);
    let signed = world.sign(&world.ada, signature).await;
    signed.expect("the generation that was opened shows the same pixels");
    assert_eq!(world.count("SELECT generation FROM report_scan").await, 1);
}

async fn a_holder_is_told_of_damage_and_cannot_sign(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await.remove(0);
    let claim = world.claim(&world.ada).await;
    let job = verify_job(&world).await;
    let mut changes = world.catalog.changes();
    let by = catalog::By::system("tile", job.organisation);
    let marked = world.catalog.fail_verification(failed(&job), &by);
    marked.await.expect("marked");
    loop {
        let change = changes.recv().await.expect("told before the world ends");
        if change.kind == Kind::Case && change.case == Some(open.case) {
            break;
        }
    }
    assert_eq!(pixels(&world).await, "damaged");
    let (_, code) = world.tray(job.scan).await.expect("somebody owns it");
    assert_eq!(code, "digest_mismatch");
    let refused = world.sign(&world.ada, world.signature(&claim).await).await;
    assert!(
        matches!(refused, Err(Error::DamagedSlide { scan }) if scan == job.scan),
        "{refused:?}"
    );
    assert_eq!(world.count("SELECT count(*) FROM report").await, 0);
}

async fn a_signature_over_damage_needs_a_reason_which_is_recorded(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let before = world.signature(&claim).await;
    let job = verify_job(&world).await;
    let by = catalog::By::system("scrub", job.organisation);
    let found = world.catalog.mark_damaged(job.scan, "rot", &by);
    assert!(found.await.expect("marked"));
    let reason = Phi::new("the damaged corner holds no tissue".to_owned());
    let mut late = before;
    late.damage_reason = reason.clone();
    let refused = world.sign(&world.ada, late).await;
    assert!(
        matches!(refused, Err(Error::ChangedSinceYouLooked { .. })),
        "who has not seen the damage cannot override it: {refused:?}"
    );
    let mut blank = world.signature(&claim).await;
    blank.damage_reason = Phi::new("  ".to_owned());
    let refused = world.sign(&world.ada, blank).await;
    assert!(
        matches!(refused, Err(Error::DamagedSlide { .. })),
        "{refused:?}"
    );
    let mut knowing = world.signature(&claim).await;
    knowing.damage_reason = reason;
    world.sign(&world.ada, knowing).await.expect("signed");
    let kept = world.texts("SELECT damage_reason FROM report").await;
    assert_eq!(kept, ["the damaged corner holds no tissue"]);
    let audited = "SELECT count(*) FROM audit WHERE action = 'override_damage'";
    assert_eq!(world.count(audited).await, 1);
}

async fn a_report_signed_with_a_damaged_scan_is_put_to_its_signer(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    let claim = world.claim(&world.ada).await;
    let signature = world.signature(&claim).await;
    let scan = signature.seen[0].scan;
    let signed = world.sign(&world.ada, signature).await.expect("signed");
    let by = catalog::By::system("scrub", world.northgate.organisation);
    let found = world.catalog.mark_damaged(scan, "rot", &by);
    assert!(found.await.expect("marked"));
    let of = format!(
        "FROM incident WHERE report_id = '{}' AND code = 'damaged_scan'",
        signed.report
    );
    assert_eq!(world.count(&format!("SELECT count(*) {of}")).await, 1);
    assert_eq!(
        world.texts(&format!("SELECT owner_role {of}")).await,
        ["signer"]
    );
    assert_eq!(
        world.count("SELECT count(*) FROM incident").await,
        1,
        "one report, one incident"
    );
}

async fn damage_is_found_once_and_stays(world: World) {
    let delivered = world.deliver(&world.northgate, "tissue", "").await;
    let job = verify_job(&world).await;
    let by = catalog::By::system("scrub", world.northgate.organisation);
    for first in [true, false] {
        let found = world.catalog.mark_damaged(delivered.scan, "rot", &by);
        assert_eq!(found.await.expect("asked"), first);
    }
    // A pass that was under way comes to its end, and changes nothing.
    let done = world.catalog.verify_scan(verification(&job, Some(2)), &by);
    done.await.expect("its work is over");
    assert_eq!(pixels(&world).await, "damaged");
    assert_eq!(world.count("SELECT generation FROM scan").await, 1);
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Nothing
    ));
}
