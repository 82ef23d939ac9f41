//! A claim is not yet ownership; begun work is (8.1). All by the database's clock.

use catalog::{ClaimOutcome, Error};
use pathology::case::Priority;
use pathology::routing::Silence;

use crate::world::{World, on_both, together};

on_both!(
    an_untouched_claim_lapses_with_its_age_and_place,
    heartbeats_keep_a_claim_until_its_page_is_idle,
    begun_work_is_held_through_silence_until_its_limit,
    begun_urgent_work_is_held_for_an_hour,
    an_old_fence_writes_nothing_but_its_draft_is_kept,
    a_draft_sent_with_a_wrong_fence_does_not_silence_the_next,
    a_released_case_waits_again_at_once,
    a_declined_case_is_not_offered_again_for_a_while,
    a_claim_given_back_twice_is_given_back_once,
    everything_that_lapsed_at_once_returns,
    sweeping_from_many_sides_returns_each_claim_once,
);

async fn an_untouched_claim_lapses_with_its_age_and_place(world: World) {
    let cases = world.ready_cases(&world.northgate, 3).await;
    let place = "SELECT CAST(vkey AS TEXT) || ' ' || CAST(ready_at AS TEXT) || ' ' || CAST(due_at AS TEXT) FROM reading ORDER BY reading_id";
    let before = world.texts(place).await;
    let claim = world.claim(&world.ada).await;
    assert_eq!(claim.case, cases[0].case);
    assert!(world.pass(74).await.is_empty(), "not before its time");
    let lapsed = world.pass(2).await;
    assert_eq!(lapsed.len(), 1);
    assert_eq!(lapsed[0].reading, claim.reading);
    assert_eq!(lapsed[0].pathologist, world.ada.id);
    assert_eq!(lapsed[0].silence, Silence::NoContact);
    assert_eq!(world.texts(place).await, before, "its age is its own");
    let next = world.claim(&world.cleo).await;
    assert_eq!(next.case, cases[0].case, "it is first in order again");
    assert!(next.fence > claim.fence);
}

async fn heartbeats_keep_a_claim_until_its_page_is_idle(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let beat = async |active| {
        let lease = world.catalog.heartbeat(claim.claim, claim.fence, active);
        lease.await
    };
    for _ in 0..5 {
        assert!(world.pass(60).await.is_empty());
        assert!(!beat(true).await.expect("kept").begun);
    }
    for _ in 0..16 {
        assert!(world.pass(60).await.is_empty());
        beat(false).await.expect("asked, still theirs");
    }
    let lapsed = world.pass(61).await;
    assert_eq!(lapsed.len(), 1);
    assert_eq!(lapsed[0].silence, Silence::Idle);
    let lost = beat(true).await;
    assert!(matches!(lost, Err(Error::ClaimLost { .. })), "{lost:?}");
}

async fn begun_work_is_held_through_silence_until_its_limit(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    world
        .draft(&world.ada, &claim, "a naevus")
        .await
        .expect("kept");
    let lease = world
        .catalog
        .heartbeat(claim.claim, claim.fence, true)
        .await;
    let lease = lease.expect("kept");
    assert!(lease.begun && lease.hold_until.is_some());
    assert!(world.pass(3600).await.is_empty(), "silence does not end it");
    assert!(world.pass(22 * 3600).await.is_empty());
    assert!(matches!(
        world.claim_next(&world.cleo).await,
        ClaimOutcome::Nothing
    ));
    let moved = world.pass(3600 + 60).await;
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].silence, Silence::HoldLimit);
    assert_eq!(world.texts("SELECT state FROM assignment").await, ["moved"]);
    world.claim(&world.cleo).await;
    assert_eq!(world.texts("SELECT body FROM draft").await, ["a naevus"]);
}

async fn begun_urgent_work_is_held_for_an_hour(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order.priority(Priority::Urgent)).await;
    let claim = world.claim(&world.ada).await;
    world
        .draft(&world.ada, &claim, "a naevus")
        .await
        .expect("kept");
    assert!(world.pass(3500).await.is_empty());
    assert_eq!(world.pass(101).await.len(), 1);
}

async fn an_old_fence_writes_nothing_but_its_draft_is_kept(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let old = world.claim(&world.ada).await;
    let signature = world.signature(&old).await;
    world.pass(120).await;
    let new = world.claim(&world.cleo).await;
    let rows = "SELECT state || ' ' || CAST(fence AS TEXT) || ' ' || CAST(lease_until AS TEXT) || ' ' || pathologist_id FROM reading";
    let before = world.texts(rows).await;
    let ada = &world.ada;
    let lost = [
        world
            .catalog
            .heartbeat(old.claim, old.fence, true)
            .await
            .err(),
        world
            .catalog
            .release(old.claim, old.fence, "", &ada.by)
            .await
            .err(),
        world
            .catalog
            .decline(old.claim, old.fence, "busy", &ada.by)
            .await
            .err(),
        world.sign(ada, signature).await.err(),
        world.draft(ada, &old, "my late words").await.err(),
        world
            .catalog
            .heartbeat(new.claim, new.fence - 1, true)
            .await
            .err(),
        world
            .catalog
            .heartbeat(old.claim, new.fence, true)
            .await
            .err(),
    ];
    for one in lost {
        let named = matches!(&one, Some(Error::ClaimLost { holder: Some(who), .. }) if who.ends_with("Cleo"));
        assert!(named, "{one:?}");
    }
    assert_eq!(world.texts(rows).await, before);
    let drafts = world.texts("SELECT body FROM draft").await;
    assert_eq!(drafts, ["my late words"]);
    let kept = world.draft(&world.cleo, &new, "her words").await;
    kept.expect("kept");
    assert_eq!(world.count("SELECT count(*) FROM draft").await, 2);
}

async fn a_draft_sent_with_a_wrong_fence_does_not_silence_the_next(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let mut wrong = claim.clone();
    wrong.fence = i64::MAX;
    let refused = world.draft(&world.ada, &wrong, "sent wrongly").await;
    assert!(
        matches!(refused, Err(Error::ClaimLost { .. })),
        "{refused:?}"
    );
    let kept = world.draft(&world.ada, &claim, "a naevus").await;
    kept.expect("kept");
    let drafts = world.texts("SELECT body FROM draft").await;
    assert_eq!(
        drafts,
        ["a naevus"],
        "what was acknowledged is what is kept"
    );
}

async fn a_released_case_waits_again_at_once(world: World) {
    let cases = world.ready_cases(&world.northgate, 2).await;
    let claim = world.claim(&world.ada).await;
    let given_back = world
        .catalog
        .release(claim.claim, claim.fence, "called away", &world.ada.by);
    given_back.await.expect("released");
    let next = world.claim(&world.ada).await;
    assert_eq!((next.case, next.fence > claim.fence), (cases[0].case, true));
    let why = world
        .texts("SELECT end_reason FROM assignment WHERE state = 'released'")
        .await;
    assert_eq!(why, ["called away"]);
}

async fn a_declined_case_is_not_offered_again_for_a_while(world: World) {
    let cases = world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let ada = &world.ada;
    let silent = world
        .catalog
        .decline(claim.claim, claim.fence, "", &ada.by)
        .await;
    assert!(
        matches!(
            silent,
            Err(Error::Invalid {
                field: "reason",
                ..
            })
        ),
        "{silent:?}"
    );
    let declined = world
        .catalog
        .decline(claim.claim, claim.fence, "I know her", &ada.by);
    declined.await.expect("declined");
    assert!(matches!(world.claim_next(ada).await, ClaimOutcome::Nothing));
    let named = world.claim_this(ada, cases[0].reading).await;
    let ClaimOutcome::NotEligible { why } = named else {
        panic!("{named:?}");
    };
    assert_eq!(
        why,
        ["You declined this reading, or were excluded from it."]
    );
    let other = world.claim(&world.cleo).await;
    assert_eq!(other.case, cases[0].case, "others may read it");
    world.pass(12 * 3600 + 60).await;
    assert_eq!(
        world.claim(ada).await.case,
        cases[0].case,
        "a while has passed"
    );
}

async fn a_claim_given_back_twice_is_given_back_once(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let answers = together(4, |_| {
        let (catalog, by) = (world.catalog.clone(), world.ada.by.clone());
        let (id, fence) = (claim.claim, claim.fence);
        async move { catalog.release(id, fence, "", &by).await.is_ok() }
    })
    .await;
    assert_eq!(answers.iter().filter(|done| **done).count(), 1);
    assert_eq!(
        world
            .count("SELECT CAST(sum(active) AS BIGINT) FROM pathologist")
            .await,
        0
    );
}

async fn everything_that_lapsed_at_once_returns(world: World) {
    world.ready_cases(&world.northgate, 6).await;
    for n in 0..6 {
        let dr = world
            .person(&world.northgate, &format!("Jan {n}"), "skin", 1)
            .await;
        world.claim(&dr).await;
    }
    world.catalog.move_clock(120_000_000).await.expect("moved");
    let first = world.catalog.sweep_leases(4).await.expect("swept");
    let rest = world.catalog.sweep_leases(4).await.expect("swept");
    assert_eq!((first.len(), rest.len()), (4, 2), "a sweep is bounded");
}

async fn sweeping_from_many_sides_returns_each_claim_once(world: World) {
    world.ready_cases(&world.northgate, 8).await;
    for _ in 0..4 {
        let mut people = Vec::new();
        for n in 0..4 {
            let name = format!("Kay {n} {}", crate::world::fresh());
            people.push(world.person(&world.northgate, &name, "skin", 2).await);
        }
        for dr in people.iter().chain(&people) {
            world.claim(dr).await;
        }
        world.catalog.move_clock(120_000_000).await.expect("moved");
        let returned = together(7, |n| {
            let (world, dr) = (world.clone(), people[n % 4].clone());
            async move {
                if n < 3 {
                    let swept = world.catalog.sweep_leases(100).await;
                    return swept.expect("swept").len();
                }
                world.claim_next(&dr).await;
                0
            }
        })
        .await;
        assert_eq!(returned.iter().sum::<usize>(), 8, "{returned:?}");
        world.pass(120).await;
    }
}
