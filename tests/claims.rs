//! The first available specialist gets the next case in order, and nobody else does (D6, D7, P6).

use std::collections::BTreeSet;

use catalog::{Claim, ClaimOutcome, Error};
use pathology::case::Priority;
use pathology::ids::{ClaimId, PathologistId, ReadingId};
use pathology::staff::Presence;

use crate::world::{Person, World, fresh, on_both, together};

on_both!(
    the_first_in_order_is_claimed,
    one_place_left_takes_one_of_two_claims,
    a_storm_claims_every_case_once,
    everyone_who_asks_at_once_gets_a_case,
    one_case_that_many_want_has_one_holder,
    a_retried_claim_answers_the_same_claim,
    a_retried_claim_at_the_same_moment_answers_the_same_claim,
    at_capacity_or_away_nothing_is_claimed,
    an_immediate_case_comes_first_and_ignores_capacity,
    out_of_order_needs_a_reason_and_is_on_record,
    not_eligible_says_why,
    an_agreement_opens_one_specialty_one_way,
    the_longest_of_two_agreements_counts,
    a_case_that_is_not_ready_cannot_be_claimed,
    what_nobody_knows_is_named,
);

fn claimed(outcome: &ClaimOutcome) -> Option<&Claim> {
    match outcome {
        ClaimOutcome::Claimed(claim) => Some(claim),
        _ => None,
    }
}

async fn the_first_in_order_is_claimed(world: World) {
    let at = &world.northgate;
    let late = world.order(at, "S26-00001").minutes_later(90);
    let soon = world.order(at, "S26-00002");
    let urgent = world.order(at, "S26-00003").minutes_later(60);
    let urgent = urgent.priority(Priority::Urgent);
    let mut expected = Vec::new();
    for order in [&urgent, &soon, &late] {
        expected.push(world.ready(order).await.case);
    }
    let dr = world.person(at, "Eve", "skin", 9).await;
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(world.claim(&dr).await.case);
    }
    assert_eq!(found, expected);
    assert!(matches!(world.claim_next(&dr).await, ClaimOutcome::Nothing));
}

async fn one_place_left_takes_one_of_two_claims(world: World) {
    world.ready_cases(&world.northgate, 8).await;
    for _ in 0..4 {
        let dr = world
            .person(&world.northgate, &fresh().to_string(), "skin", 1)
            .await;
        let outcomes = at_once(&world, 2, &dr).await;
        let won = outcomes.iter().filter_map(claimed).count();
        assert_eq!(won, 1, "{outcomes:?}");
        let told = outcomes
            .iter()
            .filter(|o| matches!(o, ClaimOutcome::AtCapacity));
        assert_eq!(told.count(), 1, "{outcomes:?}");
    }
}

async fn at_once(world: &World, times: usize, who: &Person) -> Vec<ClaimOutcome> {
    together(times, |_| {
        let (world, who) = (world.clone(), who.clone());
        async move { world.claim_next(&who).await }
    })
    .await
}

async fn people(world: &World, count: usize, max_active: u32) -> Vec<Person> {
    let mut all = Vec::new();
    for _ in 0..count {
        let name = fresh().to_string();
        all.push(
            world
                .person(&world.northgate, &name, "skin", max_active)
                .await,
        );
    }
    all
}

async fn a_storm_claims_every_case_once(world: World) {
    let cases = world.ready_cases(&world.northgate, 24).await;
    let people = people(&world, 8, 4).await;
    let held = together(people.len(), |n| {
        let (world, who) = (world.clone(), people[n].clone());
        async move {
            let mut mine = Vec::new();
            loop {
                match world.claim_next(&who).await {
                    ClaimOutcome::Claimed(claim) => mine.push(claim.reading),
                    ClaimOutcome::Nothing | ClaimOutcome::AtCapacity => return mine,
                    other => panic!("{other:?}"),
                }
            }
        }
    })
    .await;
    let all: Vec<ReadingId> = held.into_iter().flatten().collect();
    let wanted: BTreeSet<ReadingId> = cases.iter().map(|c| c.reading).collect();
    assert_eq!(all.len(), cases.len(), "every case is claimed, none twice");
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), wanted);
    let counted = world
        .count("SELECT CAST(sum(active) AS BIGINT) FROM pathologist")
        .await;
    assert_eq!(counted, 24);
}

/// As many cases as people: whoever hears "nothing" was told an untruth.
async fn everyone_who_asks_at_once_gets_a_case(world: World) {
    let cases = world.ready_cases(&world.northgate, 20).await;
    let people = people(&world, cases.len(), 1).await;
    let outcomes = together(people.len(), |n| {
        let (world, who) = (world.clone(), people[n].clone());
        async move { world.claim_next(&who).await }
    })
    .await;
    let got = outcomes.iter().filter_map(claimed).count();
    assert_eq!(got, cases.len(), "{outcomes:?}");
}

async fn one_case_that_many_want_has_one_holder(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await[0];
    let people = people(&world, 8, 1).await;
    let outcomes = together(people.len(), |n| {
        let (world, who) = (world.clone(), people[n].clone());
        async move { world.claim_this(&who, case.reading).await }
    })
    .await;
    assert_eq!(
        outcomes.iter().filter_map(claimed).count(),
        1,
        "{outcomes:?}"
    );
    let taken = |o: &&ClaimOutcome| matches!(o, ClaimOutcome::Taken { holder: Some(who) } if who.starts_with("Dr TESTDOCTOR"));
    assert_eq!(outcomes.iter().filter(taken).count(), 7, "{outcomes:?}");
}

async fn a_retried_claim_answers_the_same_claim(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    let ada = &world.ada;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let id = ClaimId(fresh());
        let outcome = world.catalog.claim_next(id, ada.id, Some("key 1"), &ada.by);
        answers.push(outcome.await.expect("answered"));
    }
    let (first, second) = (claimed(&answers[0]), claimed(&answers[1]));
    let (first, second) = (first.expect("claimed"), second.expect("claimed"));
    assert_eq!((first.claim, first.fence), (second.claim, second.fence));
    assert_eq!(world.count("SELECT count(*) FROM assignment").await, 1);
}

async fn a_retried_claim_at_the_same_moment_answers_the_same_claim(world: World) {
    world.ready_cases(&world.northgate, 4).await;
    let outcomes = together(6, |_| {
        let (catalog, ada) = (world.catalog.clone(), world.ada.clone());
        async move {
            let claim = catalog.claim_next(ClaimId(fresh()), ada.id, Some("key"), &ada.by);
            claim.await.expect("answered")
        }
    })
    .await;
    let claims: BTreeSet<ClaimId> = outcomes
        .iter()
        .filter_map(claimed)
        .map(|c| c.claim)
        .collect();
    assert_eq!(claims.len(), 1, "{outcomes:?}");
    assert_eq!(world.count("SELECT count(*) FROM assignment").await, 1);
}

async fn at_capacity_or_away_nothing_is_claimed(world: World) {
    world.ready_cases(&world.northgate, 4).await;
    let ada = &world.ada;
    world.claim(ada).await;
    world.claim(ada).await;
    assert!(matches!(
        world.claim_next(ada).await,
        ClaimOutcome::AtCapacity
    ));
    let cleo = &world.cleo;
    let away = world
        .catalog
        .set_presence(cleo.id, Presence::Away, &cleo.by);
    away.await.expect("away");
    assert!(matches!(world.claim_next(cleo).await, ClaimOutcome::Away));
    let back = world
        .catalog
        .set_presence(cleo.id, Presence::Available, &cleo.by);
    back.await.expect("back");
    world.claim(cleo).await;
}

async fn an_immediate_case_comes_first_and_ignores_capacity(world: World) {
    world.ready_cases(&world.northgate, 3).await;
    let ada = &world.ada;
    world.claim(ada).await;
    world.claim(ada).await;
    let frozen = world
        .order(&world.northgate, "S26-00099")
        .minutes_later(600);
    let frozen = world.ready(&frozen.priority(Priority::Immediate)).await;
    let claim = world.claim(ada).await;
    assert_eq!(claim.case, frozen.case);
    let counted = format!(
        "SELECT active FROM pathologist WHERE pathologist_id = '{}'",
        ada.id
    );
    assert_eq!(
        world.count(&counted).await,
        2,
        "immediate cases do not count"
    );
    let given_back = world.catalog.release(claim.claim, claim.fence, "", &ada.by);
    given_back.await.expect("released");
    assert_eq!(world.count(&counted).await, 2);
}

async fn out_of_order_needs_a_reason_and_is_on_record(world: World) {
    let cases = world.ready_cases(&world.northgate, 2).await;
    let ada = &world.ada;
    let silent = world.catalog.claim_this(
        ClaimId(fresh()),
        ada.id,
        cases[1].reading,
        " ",
        None,
        &ada.by,
    );
    let silent = silent.await;
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
    let outcome = world.claim_this(ada, cases[1].reading).await;
    assert_eq!(claimed(&outcome).expect("claimed").case, cases[1].case);
    let reasons = world
        .texts("SELECT detail FROM audit WHERE action = 'claim_out_of_order'")
        .await;
    assert_eq!(reasons, ["asked for by the clinic"]);
    assert_eq!(world.count("SELECT out_of_order FROM assignment").await, 1);
}

async fn why_not(world: &World, who: &Person, reading: ReadingId) -> String {
    match world.claim_this(who, reading).await {
        ClaimOutcome::NotEligible { why } => why.join(" "),
        other => panic!("expected a reason, not {other:?}"),
    }
}

async fn not_eligible_says_why(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await[0];
    let said = why_not(&world, &world.ben, case.reading).await;
    assert_eq!(said, "Dermatology: you hold no valid credential.");
    let said = why_not(&world, &world.dev, case.reading).await;
    assert!(
        said.contains("Dermatology: you hold no valid credential."),
        "{said}"
    );
    assert!(matches!(
        world.claim_next(&world.dev).await,
        ClaimOutcome::Nothing
    ));
    let hillview = &world.hillview.organisation;
    let by = world.northgate.operator("sam");
    let objected = world.catalog.record_objection(case.case, *hillview, &by);
    objected.await.expect("recorded");
    let said = why_not(&world, &world.cleo, case.reading).await;
    assert_eq!(said, "The patient objected to this.");
    assert!(matches!(
        world.claim_next(&world.cleo).await,
        ClaimOutcome::Nothing
    ));
    assert_eq!(
        world.claim(&world.ada).await.case,
        case.case,
        "it narrows, it never blocks"
    );
}

async fn an_agreement_opens_one_specialty_one_way(world: World) {
    let skin = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let renal = world.order(&world.northgate, "S26-00002").of("renal");
    let renal = world.ready(&renal).await;
    let theirs = world
        .ready(&world.order(&world.hillview, "S26-00003"))
        .await;
    let hill_renal = world.person(&world.hillview, "Ula", "renal", 3).await;
    let said = why_not(&world, &hill_renal, renal.reading).await;
    assert!(
        said.contains("No agreement covers northgate Renal for you."),
        "{said}"
    );
    let said = why_not(&world, &world.ada, theirs.reading).await;
    assert!(
        said.contains("No agreement covers hillview Dermatology for you."),
        "{said}"
    );
    let read = world.claim_this(&world.cleo, skin.reading).await;
    assert_eq!(claimed(&read).expect("claimed").case, skin.case);
    let basis = world.texts("SELECT agreement_id FROM assignment").await;
    assert_eq!(basis, [world.agreement.to_string()]);
}

/// Two agreements cover the same pool; the shorter one's end does not end the right.
async fn the_longest_of_two_agreements_counts(world: World) {
    let new = catalog::NewAgreement {
        id: pathology::ids::AgreementId(fresh()),
        owner: world.northgate.organisation,
        reading: world.hillview.organisation,
        specialties: vec!["*".to_owned()],
        purpose: "direct_care".to_owned(),
        opens: pathology::staff::Opens::Network,
        legal_basis: "contract".to_owned(),
        valid_from: 0,
        valid_to: world.began + 60_000_000,
    };
    let by = world.northgate.operator("manager");
    world
        .catalog
        .sign_agreement(new, &by)
        .await
        .expect("signed");
    let case = world.ready_cases(&world.northgate, 1).await[0];
    world.pass(120).await;
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn a_case_that_is_not_ready_cannot_be_claimed(world: World) {
    let order = world.order(&world.northgate, "S26-00001").slides(2);
    world.accession(&order).await.expect("registered");
    world
        .deliver(&order.at, "tissue", &order.container(1))
        .await;
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Nothing
    ));
    let open = world.open(order.case).await;
    let outcome = world.claim_this(&world.ada, open.reading).await;
    assert!(
        matches!(outcome, ClaimOutcome::Taken { holder: None }),
        "{outcome:?}"
    );
}

async fn what_nobody_knows_is_named(world: World) {
    let by = &world.ada.by;
    let nobody = world
        .catalog
        .claim_next(ClaimId(fresh()), PathologistId(fresh()), None, by);
    assert!(matches!(nobody.await, Err(Error::NotFound("pathologist"))));
    let nothing = ReadingId(fresh());
    let nothing =
        world
            .catalog
            .claim_this(ClaimId(fresh()), world.ada.id, nothing, "why", None, by);
    assert!(matches!(nothing.await, Err(Error::NotFound("reading"))));
}
