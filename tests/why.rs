//! Why a claim was made is kept with it, and the rules say the same of the same facts for ever.

use catalog::ClaimOutcome;
use catalog::views::DecisionView;
use pathology::routing::RULES;

use crate::world::{World, on_both};

on_both!(
    a_claim_is_decided_again_after_its_rights_are_gone,
    what_was_handed_over_is_decided_again_too,
    a_fact_that_was_altered_is_found,
    another_house_reads_no_decisions,
);

async fn decisions(world: &World, case: pathology::ids::CaseId) -> Vec<DecisionView> {
    let owner = world.northgate.organisation;
    let found = world.catalog.decisions_of(owner, case).await;
    found.expect("the claims of the case")
}

async fn a_claim_is_decided_again_after_its_rights_are_gone(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await.remove(0);
    let ClaimOutcome::Claimed(claim) = world.claim_next(&world.cleo).await else {
        panic!("Cleo reads for Northgate");
    };
    let by = world.northgate.operator("manager");
    let gone = world.catalog.withdraw_agreement(world.agreement, &by).await;
    gone.expect("withdrawn");
    let theirs = world.hillview.operator("manager");
    let skin = { &world.catalog }.withdraw_credential(world.cleo.id, "skin", &theirs);
    skin.await.expect("withdrawn");

    let found = decisions(&world, case.case).await;
    let [one] = found.as_slice() else {
        panic!("one claim, not {}", found.len());
    };
    assert_eq!(one.claim, claim.claim);
    assert_eq!(one.said, claim.why, "what she was told");
    assert_eq!(one.again().as_ref(), Some(&claim.why), "bit for bit");
    assert_eq!(one.stands(), Some(true));
    let facts = one.decision.as_ref().expect("facts");
    assert_eq!(facts.rules, RULES);
    assert_eq!(facts.agreements[0].id, world.agreement);
    assert!(facts.agreements[0].revoked_at.is_none(), "it held then");
    assert!(!facts.pathologist.credentials.is_empty());
    assert!(
        !format!("{facts:?}").contains("S26-"),
        "no number of a case"
    );
}

async fn what_was_handed_over_is_decided_again_too(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await.remove(0);
    let claim = world.claim(&world.ada).await;
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let hand = catalog::HandOver {
        claim: claim.claim,
        fence: claim.fence,
        to: eve.id,
        new_claim: pathology::ids::ClaimId(crate::world::fresh()),
        reason: "her field".to_owned(),
    };
    let handed = world.catalog.hand_over(hand, None, &world.ada.by).await;
    handed.expect("handed over");
    let found = decisions(&world, case.case).await;
    let whose: Vec<_> = found.iter().map(|one| one.pathologist).collect();
    assert!(whose.contains(&eve.id) && whose.contains(&world.ada.id));
    for one in &found {
        assert_eq!(one.stands(), Some(true), "{:?}", one.said);
    }
    let hers = found.iter().find(|one| one.pathologist == eve.id);
    let said = &hers.expect("Eve's").said;
    assert_eq!(said[0], "Handed over: her field");
}

async fn a_fact_that_was_altered_is_found(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await.remove(0);
    let claim = world.claim(&world.ada).await;
    let alter = |from: &str, to: &str| {
        format!("UPDATE assignment SET decision = replace(decision, '{from}', '{to}')")
    };
    let full = ("\"max_active\":2", "\"max_active\":0");
    let kept = decisions(&world, case.case).await.remove(0);
    let facts = kept.decision.expect("facts");
    let most = facts.pathologist.max_active;
    let (from, to) = (full.0.replace('2', &most.to_string()), full.1);
    world.meddle(&alter(&from, to)).await.expect("altered");
    let altered = decisions(&world, case.case).await.remove(0);
    assert_eq!(altered.stands(), Some(false), "she had no room");
    assert_eq!(altered.said, claim.why, "what was said stays");
    let broken = world.catalog.broken_promises().await.expect("the walk");
    assert_eq!(broken, ["a claim is not what its facts decide: 1"]);
    world.meddle(&alter(to, &from)).await.expect("as it was");
}

async fn another_house_reads_no_decisions(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await.remove(0);
    world.claim(&world.ada).await;
    let other = world.hillview.organisation;
    let found = world.catalog.decisions_of(other, case.case).await;
    assert!(found.expect("nothing").is_empty());
}
