//! A case goes from one pair of hands to another: handed over, offered, or moved once its holder was told (8.1).

use catalog::{Claim, ClaimOutcome, Error, HandOver, Offer};
use pathology::case::Priority;
use pathology::ids::{ClaimId, PathologistId, ReadingId};
use pathology::staff::Presence;

use crate::world::{Person, World, fresh, on_both, together};

on_both!(
    who_may_not_claim_it_is_not_handed_it,
    a_case_handed_over_never_waits,
    a_hand_over_without_a_reason_or_of_a_lost_claim_changes_nothing,
    one_of_two_hand_overs_at_once_stands,
    a_retried_hand_over_gets_the_first_answer,
    hand_overs_across_each_other_end,
    nobody_else_claims_what_is_offered,
    an_offer_nobody_accepts_waits_again_with_its_age,
    what_was_declined_is_not_offered_again_unless_nobody_else_may_read_it,
    an_offer_is_refused_to_whom_may_not_have_it,
    a_right_withdrawn_after_the_offer_ends_it,
    of_accepting_and_claiming_at_once_one_stands,
    nothing_begun_moves_before_its_holder_and_the_manager_were_told,
    the_next_one_sees_an_unfinished_draft_and_none_of_their_own,
);

const PLACE: &str = "SELECT CAST(vkey AS TEXT) || ' ' || CAST(ready_at AS TEXT) || ' ' || CAST(due_at AS TEXT) FROM reading ORDER BY reading_id";

fn hand(claim: &Claim, to: PathologistId) -> HandOver {
    HandOver {
        claim: claim.claim,
        fence: claim.fence,
        to,
        new_claim: ClaimId(fresh()),
        reason: "her field".to_owned(),
    }
}

fn offer(reading: ReadingId, to: &Person) -> Offer {
    Offer {
        claim: ClaimId(fresh()),
        reading,
        to: to.id,
        seconds: 60,
    }
}

async fn who_may_not_claim_it_is_not_handed_it(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let full = world.person(&world.northgate, "Full", "skin", 0).await;
    let away = world.person(&world.northgate, "Away", "skin", 2).await;
    let gone = world
        .catalog
        .set_presence(away.id, Presence::Away, &away.by);
    gone.await.expect("away");
    for (who, word) in [
        (&world.ben, "credential"),
        (&full, "0 of 0"),
        (&away, "away"),
    ] {
        let refused = world
            .catalog
            .hand_over(hand(&claim, who.id), None, &world.ada.by);
        match refused.await {
            Err(Error::NotEligible { why }) => assert!(why.join(" ").contains(word), "{why:?}"),
            other => panic!("{other:?}"),
        }
    }
    let kept = world.catalog.heartbeat(claim.claim, claim.fence, true);
    kept.await.expect("who may not give it keeps it");
}

async fn a_case_handed_over_never_waits(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let before = world.texts(PLACE).await;
    let claim = world.claim(&world.ada).await;
    let drafted = world.draft(&world.ada, &claim, "a naevus").await;
    drafted.expect("kept");
    let moved = world
        .catalog
        .hand_over(hand(&claim, world.cleo.id), None, &world.ada.by)
        .await
        .expect("handed over");
    assert_eq!(moved.fence, claim.fence + 1);
    assert_eq!(world.texts(PLACE).await, before, "its age is its own");
    let waited = "SELECT count(*) FROM reading_pool";
    assert_eq!(world.count(waited).await, 0);
    let old = world.draft(&world.ada, &claim, "my late words").await;
    assert!(matches!(old, Err(Error::ClaimLost { .. })), "{old:?}");
    assert!(world.pass(3_600).await.is_empty(), "it is held for Cleo");
    let theirs = Claim {
        claim: moved.claim,
        fence: moved.fence,
        ..claim
    };
    let sign = world.signature(&theirs).await;
    world.sign(&world.cleo, sign).await.expect("signed");
    let said = "SELECT detail FROM audit WHERE action = 'hand_over'";
    assert!(world.texts(said).await[0].ends_with("her field"));
}

async fn a_hand_over_without_a_reason_or_of_a_lost_claim_changes_nothing(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let silent = HandOver {
        reason: " ".to_owned(),
        ..hand(&claim, world.cleo.id)
    };
    let refused = world.catalog.hand_over(silent, None, &world.ada.by).await;
    assert!(matches!(
        refused,
        Err(Error::Invalid {
            field: "reason",
            ..
        })
    ));
    world.pass(120).await;
    let lost = world
        .catalog
        .hand_over(hand(&claim, world.cleo.id), None, &world.ada.by);
    assert!(matches!(lost.await, Err(Error::ClaimLost { .. })));
    assert_eq!(world.texts("SELECT state FROM reading").await, ["waiting"]);
}

async fn one_of_two_hand_overs_at_once_stands(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let answers = together(8, |n| {
        let to = [world.cleo.id, eve.id][n % 2];
        let (world, hand) = (world.clone(), hand(&claim, to));
        async move { world.catalog.hand_over(hand, None, &world.ada.by).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|one| one.is_ok()).count(), 1);
    for one in answers.iter().filter_map(|one| one.as_ref().err()) {
        assert!(matches!(one, Error::ClaimLost { .. }), "{one}");
    }
}

async fn a_retried_hand_over_gets_the_first_answer(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let go = async || {
        let hand = hand(&claim, world.cleo.id);
        let moved = world.catalog.hand_over(hand, Some("k"), &world.ada.by);
        moved.await.expect("handed over").claim
    };
    assert_eq!(go().await, go().await);
}

/// Two pathologists give each other their cases at once: no lock is taken against the order.
async fn hand_overs_across_each_other_end(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    let eve = world.person(&world.northgate, "Eve", "skin", 4).await;
    let mine = world.claim(&world.ada).await;
    let hers = world.claim(&eve).await;
    let answers = together(2, |n| {
        let world = world.clone();
        let (hand, by) = match n {
            0 => (hand(&mine, eve.id), world.ada.by.clone()),
            _ => (hand(&hers, world.ada.id), eve.by.clone()),
        };
        async move { world.catalog.hand_over(hand, None, &by).await }
    })
    .await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

async fn nobody_else_claims_what_is_offered(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let by = world.northgate.operator("manager");
    let offered = world
        .catalog
        .offer(offer(open.reading, &world.cleo), None, &by);
    let offered = offered.await.expect("offered");
    let taken = world.claim_this(&world.ada, open.reading).await;
    assert!(matches!(taken, ClaimOutcome::Taken { .. }), "{taken:?}");
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Nothing
    ));
    let again = world
        .catalog
        .offer(offer(open.reading, &world.ada), None, &by)
        .await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let beat = world
        .catalog
        .heartbeat(offered.claim, offered.fence, true)
        .await;
    assert!(matches!(beat, Err(Error::Conflict(_))), "{beat:?}");
    let claim = world
        .catalog
        .accept(offered.claim, offered.fence, None, &world.cleo.by)
        .await
        .expect("accepted");
    let sign = world.signature(&claim).await;
    world.sign(&world.cleo, sign).await.expect("signed");
}

async fn an_offer_nobody_accepts_waits_again_with_its_age(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let before = world.texts(PLACE).await;
    let by = world.northgate.operator("manager");
    let offered = world
        .catalog
        .offer(offer(open.reading, &world.cleo), None, &by);
    let offered = offered.await.expect("offered");
    assert!(world.pass(59).await.is_empty());
    assert_eq!(world.pass(2).await.len(), 1);
    assert_eq!(world.texts(PLACE).await, before);
    let late = world
        .catalog
        .accept(offered.claim, offered.fence, None, &world.cleo.by)
        .await;
    assert!(matches!(late, Err(Error::ClaimLost { .. })), "{late:?}");
    assert!(world.claim(&world.ada).await.fence > offered.fence);
}

async fn what_was_declined_is_not_offered_again_unless_nobody_else_may_read_it(world: World) {
    let shared = world.ready_cases(&world.northgate, 1).await[0];
    let lonely = world
        .ready(&world.order(&world.hillview, "S26-00009"))
        .await;
    let by = [
        world.northgate.operator("manager"),
        world.hillview.operator("manager"),
    ];
    let decline = async |reading, by| {
        let offered = world
            .catalog
            .offer(offer(reading, &world.cleo), None, by)
            .await;
        let offered = offered.expect("offered");
        let declined = world
            .catalog
            .decline(offered.claim, offered.fence, "busy", &world.cleo.by);
        declined.await.expect("declined");
        world
            .catalog
            .offer(offer(reading, &world.cleo), None, by)
            .await
    };
    let again = decline(shared.reading, &by[0]).await;
    assert!(matches!(again, Err(Error::NotEligible { .. })), "{again:?}");
    decline(lonely.reading, &by[1])
        .await
        .expect("only Cleo may read it");
}

async fn an_offer_is_refused_to_whom_may_not_have_it(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let by = world.northgate.operator("manager");
    let refused = world
        .catalog
        .offer(offer(open.reading, &world.ben), None, &by)
        .await;
    assert!(
        matches!(refused, Err(Error::NotEligible { .. })),
        "{refused:?}"
    );
    let foreign = world.hillview.operator("manager");
    let refused = world
        .catalog
        .offer(offer(open.reading, &world.cleo), None, &foreign)
        .await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
    assert_eq!(world.texts("SELECT state FROM reading").await, ["waiting"]);
}

async fn a_right_withdrawn_after_the_offer_ends_it(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let by = world.northgate.operator("manager");
    let offered = world
        .catalog
        .offer(offer(open.reading, &world.cleo), None, &by);
    let offered = offered.await.expect("offered");
    let withdrawn = world.catalog.withdraw_agreement(world.agreement, &by);
    withdrawn.await.expect("withdrawn");
    let accepted = world
        .catalog
        .accept(offered.claim, offered.fence, None, &world.cleo.by)
        .await;
    assert!(
        matches!(accepted, Err(Error::NotEligible { .. })),
        "{accepted:?}"
    );
    assert_eq!(world.pass(61).await.len(), 1);
}

async fn of_accepting_and_claiming_at_once_one_stands(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let by = world.northgate.operator("manager");
    let answers = together(6, |n| {
        let (world, by) = (world.clone(), by.clone());
        async move {
            if n % 2 == 0 {
                let claimed = world.claim_this(&world.ada, open.reading).await;
                return matches!(claimed, ClaimOutcome::Claimed(_));
            }
            let offer = offer(open.reading, &world.cleo);
            let Ok(offered) = world.catalog.offer(offer, None, &by).await else {
                return false;
            };
            let (claim, fence) = (offered.claim, offered.fence);
            world
                .catalog
                .accept(claim, fence, None, &world.cleo.by)
                .await
                .is_ok()
        }
    })
    .await;
    assert_eq!(answers.iter().filter(|stands| **stands).count(), 1);
}

async fn nothing_begun_moves_before_its_holder_and_the_manager_were_told(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order.priority(Priority::Urgent)).await;
    let claim = world.claim(&world.ada).await;
    world
        .draft(&world.ada, &claim, "a naevus")
        .await
        .expect("kept");
    let moved = async |seconds: i64| {
        world
            .catalog
            .move_clock(seconds * 1_000_000)
            .await
            .expect("time");
        world.catalog.sweep_leases(10).await.expect("swept").len()
    };
    let tell = async || world.catalog.tell_before_it_moves(10).await.expect("told");
    assert_eq!(moved(2_000).await, 0);
    assert_eq!(tell().await, 0, "not that early");
    assert_eq!(moved(10_000).await, 0, "nobody was told: it does not move");
    assert_eq!(tell().await, 1);
    assert_eq!(tell().await, 0, "once");
    let told = "SELECT body FROM outbox WHERE topic = 'hold_ends' ORDER BY outbox_id";
    let told = world.texts(told).await;
    assert!(
        told[0].contains("holder") && told[1].contains("manager"),
        "{told:?}"
    );
    let back = world
        .catalog
        .heartbeat(claim.claim, claim.fence, true)
        .await;
    back.expect("who was told can come back");
    assert_eq!(moved(10).await, 0);
    assert_eq!(moved(10_000).await, 0, "a new limit is told anew");
    assert_eq!(tell().await, 1);
    assert_eq!(moved(1).await, 1);
}

async fn the_next_one_sees_an_unfinished_draft_and_none_of_their_own(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    world
        .draft(&world.ada, &claim, "a naevus")
        .await
        .expect("kept");
    let handed = hand(&claim, world.cleo.id);
    let handed = world.catalog.hand_over(handed, None, &world.ada.by).await;
    handed.expect("handed over");
    let case = world.looked_at(&world.hillview, &world.cleo, claim.case);
    let drafts = case.await.drafts;
    assert_eq!(drafts.len(), 1, "nothing is filled in for her");
    assert_eq!(drafts[0].name, "Dr TESTDOCTOR Ada");
    assert_eq!(drafts[0].text.expose(), "a naevus");
}
