//! A blind audit is read by somebody who saw nothing of what others wrote (8.7).

use catalog::ClaimOutcome;
use pathology::access::Relation;
use pathology::ids::ReadingId;

use super::{coded, sampled, signed};
use crate::world::{World, on_both};

on_both!(under sampled:
    who_saw_the_report_is_not_given_its_audit_and_another_is,
    who_looks_twice_is_kept_once_and_who_signed_is_no_candidate,
    who_holds_the_audit_may_look_and_keeps_it,
    who_may_claim_it_is_shown_no_report_and_may_still_claim,
    a_report_signed_while_the_case_is_being_opened_is_not_shown_with_it,
);

/// Why a specialist of the house opens a case that is not theirs.
const WHY: Option<&str> = Some("asked by the ward");

async fn audit(world: &World) -> ReadingId {
    let audit = "SELECT reading_id FROM reading WHERE cause = 'sample'";
    let id = world.texts(audit).await.remove(0).parse();
    id.expect("an id")
}

async fn who_saw_the_report_is_not_given_its_audit_and_another_is(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    let audit = audit(&world).await;
    let (shown, seen) = world.opened(&world.northgate, &eve, order.case, WHY).await;
    assert_eq!(shown, (Relation::OwnOrganisationSpecialist, true));
    assert_eq!(seen.written(Some(eve.id), true).1.len(), 1, "the report");
    let next = world.claim_next(&eve).await;
    assert!(matches!(next, ClaimOutcome::Nothing), "{next:?}");
    let this = world.claim_this(&eve, audit).await;
    let ClaimOutcome::NotEligible { why } = this else {
        panic!("Eve has seen it: {this:?}");
    };
    assert_eq!(
        why,
        ["You declined this reading, or were excluded from it."]
    );
    assert_eq!(world.claim(&world.cleo).await.reading, audit);
}

async fn who_looks_twice_is_kept_once_and_who_signed_is_no_candidate(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    for who in [&eve, &eve, &world.ada] {
        world.opened(&world.northgate, who, order.case, WHY).await;
    }
    let kept = "SELECT pathologist_id FROM exclusion WHERE reason = 'saw_report'";
    assert_eq!(world.texts(kept).await, [eve.id.to_string()]);
    let events = "SELECT count(*) FROM event WHERE kind = 'saw_report'";
    assert_eq!(world.count(events).await, 1);
}

async fn who_holds_the_audit_may_look_and_keeps_it(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    let audit = audit(&world).await;
    assert_eq!(world.claim(&eve).await.reading, audit);
    let (_, seen) = world.opened(&world.northgate, &eve, order.case, WHY).await;
    assert!(seen.written(Some(eve.id), true).1.is_empty(), "blind");
    world.pass(3600).await;
    assert_eq!(
        world.claim(&eve).await.reading,
        audit,
        "again, after a lapse"
    );
}

async fn who_may_claim_it_is_shown_no_report_and_may_still_claim(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    let (shown, _) = world.opened(&world.northgate, &eve, order.case, None).await;
    assert_eq!(shown, (Relation::Claimable, false), "no report");
    assert_eq!(world.claim(&eve).await.reading, audit(&world).await);
}

async fn a_report_signed_while_the_case_is_being_opened_is_not_shown_with_it(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let asking = World::asking(&world.northgate, &eve, WHY);
    let opened = world.catalog.touch_case(&asking, order.case).await;
    let opened = opened.expect("a specialist of the house, with a reason");
    let sign = coded(&world, &claim, "D22", None).await;
    world.sign(&world.ada, sign).await.expect("signed");
    let shown = world.catalog.case(&opened).await.expect("shown");
    assert!(shown.reports.is_empty(), "nobody kept Eve from its audit");
    assert_eq!(world.claim(&eve).await.reading, audit(&world).await);
    let (_, again) = world
        .opened(&world.northgate, &world.ada, order.case, None)
        .await;
    assert_eq!(again.reports.len(), 1, "Ada reads what she signed");
}
