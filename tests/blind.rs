//! A blind audit is read by somebody who saw nothing of what others wrote (8.7).

use catalog::views::{Asking, CaseView};
use catalog::{ClaimOutcome, Policy};
use pathology::access::{Action, Purpose, Role, Subject};
use pathology::case::ReadingRules;
use pathology::ids::{CaseId, ReadingId};
use pathology::phi::Phi;

use crate::world::{Person, World, on_both};

on_both!(under sampled:
    who_saw_the_report_is_not_given_its_audit_and_another_is,
    who_looks_twice_is_kept_once_and_who_signed_is_no_candidate,
    who_holds_the_audit_may_look_and_keeps_it,
    who_may_claim_it_is_shown_no_report_and_may_still_claim,
);

fn sampled() -> Policy {
    Policy {
        readings: ReadingRules {
            audit_per_mille: 1_000,
            ..ReadingRules::default()
        },
        ..Policy::default()
    }
}

/// A case signed by Ada, with its audit to be read by Eve or by Cleo.
async fn signed(world: &World) -> (CaseId, ReadingId, Person) {
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let sign = world.signature(&claim).await;
    let sign = catalog::SignOut {
        diagnosis_code: "D22".to_owned(),
        ..sign
    };
    world.sign(&world.ada, sign).await.expect("signed");
    let audit = "SELECT reading_id FROM reading WHERE cause = 'sample'";
    let audit = world.texts(audit).await.remove(0).parse();
    (order.case, audit.expect("an id"), eve)
}

/// Opened by a specialist of the house who says why.
async fn opened(world: &World, who: &Person, case: CaseId, why: Option<&str>) -> CaseView {
    let asking = Asking {
        subject: Subject {
            organisation: world.northgate.organisation,
            site: None,
            role: Role::Pathologist(who.id),
        },
        name: who.by.subject.clone(),
        action: Action::ViewCase,
        purpose: Purpose::DirectCare,
        reason: why.map(|why| Phi::new(why.to_owned())),
    };
    let opened = world.catalog.touch_case(&asking, case).await;
    let view = world.catalog.case(&opened.expect("they may open it")).await;
    view.expect("shown")
}

async fn who_saw_the_report_is_not_given_its_audit_and_another_is(world: World) {
    let (case, audit, eve) = signed(&world).await;
    let seen = opened(&world, &eve, case, Some("asked by the ward")).await;
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
    let (case, _, eve) = signed(&world).await;
    for who in [&eve, &eve, &world.ada] {
        opened(&world, who, case, Some("asked by the ward")).await;
    }
    let kept = "SELECT pathologist_id FROM exclusion WHERE reason = 'saw_report'";
    assert_eq!(world.texts(kept).await, [eve.id.to_string()]);
    let events = "SELECT count(*) FROM event WHERE kind = 'saw_report'";
    assert_eq!(world.count(events).await, 1);
}

async fn who_holds_the_audit_may_look_and_keeps_it(world: World) {
    let (case, audit, eve) = signed(&world).await;
    let claim = world.claim(&eve).await;
    assert_eq!(claim.reading, audit);
    let seen = opened(&world, &eve, case, Some("out of interest")).await;
    assert!(seen.written(Some(eve.id), true).1.is_empty(), "blind");
    world.pass(3600).await;
    assert_eq!(
        world.claim(&eve).await.reading,
        audit,
        "again, after a lapse"
    );
}

async fn who_may_claim_it_is_shown_no_report_and_may_still_claim(world: World) {
    let (case, audit, eve) = signed(&world).await;
    opened(&world, &eve, case, None).await;
    assert_eq!(world.claim(&eve).await.reading, audit);
}
