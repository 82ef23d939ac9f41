//! Why a claim was made is kept with it, and the rules say the same of the same facts for ever.

use catalog::views::DecisionView;
use catalog::{ClaimOutcome, Error};
use pathology::routing::RULES;
use pathology::staff::Presence;

use crate::world::{Person, World, on_both};

on_both!(
    a_claim_is_decided_again_after_its_rights_are_gone,
    what_was_handed_over_is_decided_again_too,
    a_fact_that_was_altered_is_found,
    another_house_reads_no_decisions,
    everybody_a_reading_could_concern_is_named_with_the_reason,
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

async fn everybody_a_reading_could_concern_is_named_with_the_reason(world: World) {
    let case = world.ready_cases(&world.northgate, 2).await.remove(0);
    let full = world.person(&world.northgate, "Full", "skin", 1).await;
    world.claim_next(&full).await;
    let gone = { &world.catalog }.set_presence(world.cleo.id, Presence::Away, &world.cleo.by);
    gone.await.expect("away");
    let stranger = world.person(&world.hillview, "Renal", "renal", 2).await;
    let owner = world.northgate.organisation;
    let waiting = "SELECT reading_id FROM reading WHERE state = 'waiting'";
    let reading = world.texts(waiting).await[0].parse().expect("an id");
    let seen = world.catalog.eligible_for(reading, Some(owner)).await;
    let seen = seen.expect("who may");
    let of = |who: &Person| seen.people.iter().find(|one| one.pathologist == who.id);
    let ada = of(&world.ada).expect("she could");
    assert!(ada.may && seen.people[0].may, "who may stands first");
    let said = |who: &Person| of(who).map(|one| one.why.join(" ")).expect("named");
    assert!(said(&world.ada).contains("they are credentialed"));
    assert!(said(&full).contains("They hold 1 of 1 cases."));
    assert!(said(&world.cleo).contains("They are away."));
    assert!(of(&world.cleo).is_some_and(|one| one.may_later && !one.may));
    assert!(
        of(&stranger).is_none(),
        "another specialty is no reason to tell"
    );
    let theirs = world.hillview.organisation;
    let foreign = world.catalog.eligible_for(reading, Some(theirs)).await;
    assert!(matches!(foreign, Err(Error::NotFound(_))), "{foreign:?}");
    // What it says is what a claim says.
    let by = world.northgate.operator("manager");
    let gone = world.catalog.withdraw_agreement(world.agreement, &by).await;
    gone.expect("withdrawn");
    let seen = { &world.catalog }.eligible_for(case.reading, None).await;
    let seen = seen.expect("who may");
    let cleo = seen
        .people
        .iter()
        .find(|one| one.pathologist == world.cleo.id);
    let why = cleo.expect("an agreement named her").why.join(" ");
    assert!(why.contains("northgate"), "{why}");
}
