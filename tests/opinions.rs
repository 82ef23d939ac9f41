//! Readings of a kind (8.7): second before release, consult, panel, blind audit, arbitration.

mod blind;

use catalog::{AskFor, Claim, ClaimOutcome, Error, Opinion, Policy, SignOut};
use pathology::case::{Concordance, ReadingRules};
use pathology::ids::ReadingId;
use pathology::phi::Phi;

use crate::world::{Order, Person, World, fresh, on_both};

on_both!(under strict:
    a_second_says_whether_they_agree,
    a_report_that_needs_a_second_pathologist_waits_for_one,
    who_read_it_first_is_no_second_and_who_disagrees_calls_a_third,
    an_opinion_asked_for_twice_under_one_key_is_one,
);
on_both!(under sampled:
    an_audit_is_blind_by_the_sample_and_by_someone_else,
    an_audit_that_disagrees_is_put_to_the_signer,
);
on_both!(
    a_question_without_words_or_of_nobody_is_refused,
    a_consult_of_another_specialty_blocks_only_if_it_is_asked_to,
    a_panel_is_of_different_people_and_holds_the_release,
    a_second_asked_for_holds_the_release,
    who_is_asked_by_name_is_asked_first_and_then_everybody,
    a_name_that_may_not_answer_is_refused_and_nothing_is_opened,
);

fn rules(rules: ReadingRules) -> Policy {
    Policy {
        readings: rules,
        ..Policy::default()
    }
}

/// Every skin excision needs a second pathologist: the specimen type of every order here.
fn strict() -> Policy {
    rules(ReadingRules {
        second_specimen_types: vec!["skin excision".to_owned()],
        ..ReadingRules::default()
    })
}

/// Everything that is signed is audited.
pub(crate) fn sampled() -> Policy {
    rules(ReadingRules {
        audit_per_mille: 1_000,
        ..ReadingRules::default()
    })
}

/// A case of one more dermatologist of Northgate, signed by Ada.
async fn signed(world: &World, code: &str) -> (Order, Person) {
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let sign = coded(world, &claim, code, None).await;
    world.sign(&world.ada, sign).await.expect("signed");
    (order, eve)
}

async fn coded(
    world: &World,
    claim: &Claim,
    code: &str,
    concordance: Option<Concordance>,
) -> SignOut {
    SignOut {
        diagnosis_code: code.to_owned(),
        concordance,
        ..world.signature(claim).await
    }
}

async fn released(world: &World) -> i64 {
    let sql = "SELECT count(*) FROM report WHERE released_at IS NOT NULL";
    world.count(sql).await
}

async fn of_kind(world: &World, kind: &str) -> Vec<ReadingId> {
    let sql = format!("SELECT reading_id FROM reading WHERE kind = '{kind}' ORDER BY slot");
    let ids = world.texts(&sql).await;
    ids.iter().map(|id| id.parse().expect("an id")).collect()
}

async fn asked(world: &World, claim: &Claim, ask: AskFor, many: usize) -> Result<(), Error> {
    let opinion = Opinion {
        claim: claim.claim,
        fence: claim.fence,
        ask,
        to: None,
        question: Phi::new("invasive?".to_owned()),
        readings: (0..many).map(|_| ReadingId(fresh())).collect(),
    };
    world
        .catalog
        .ask_opinion(opinion, None, &world.ada.by)
        .await
        .map(drop)
}

async fn an_opinion_asked_for_twice_under_one_key_is_one(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let ask = async || {
        let opinion = Opinion {
            claim: claim.claim,
            fence: claim.fence,
            ask: AskFor::Second,
            to: None,
            question: Phi::new("invasive?".to_owned()),
            readings: vec![ReadingId(fresh())],
        };
        let asked = world.catalog.ask_opinion(opinion, Some("k"), &world.ada.by);
        asked.await.expect("asked")
    };
    assert_eq!(ask().await, ask().await);
    assert_eq!(of_kind(&world, "second_before_release").await.len(), 1);
}

async fn a_report_that_needs_a_second_pathologist_waits_for_one(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    assert_eq!(released(&world).await, 0, "nothing leaves the house yet");
    assert_ne!(world.case_state(order.case).await, "signed_out");
    assert_eq!(
        world
            .count("SELECT count(*) FROM outbox WHERE topic = 'report_signed'")
            .await,
        0
    );
    let claim = world.claim(&eve).await;
    let sign = coded(&world, &claim, "D22", Some(Concordance::Agrees)).await;
    world.sign(&eve, sign).await.expect("signed");
    assert_eq!(released(&world).await, 1);
    assert_eq!(world.case_state(order.case).await, "signed_out");
    let said = world
        .texts("SELECT concordance FROM report ORDER BY signed_at")
        .await;
    assert_eq!(said, ["", "agrees"]);
}

async fn who_read_it_first_is_no_second_and_who_disagrees_calls_a_third(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    let second = of_kind(&world, "second_before_release").await[0];
    let refused = world.claim_this(&world.ada, second).await;
    assert!(
        matches!(refused, ClaimOutcome::NotEligible { .. }),
        "{refused:?}"
    );
    let claim = world.claim(&eve).await;
    let sign = coded(&world, &claim, "C43", Some(Concordance::Major)).await;
    world.sign(&eve, sign).await.expect("signed");
    assert_eq!(released(&world).await, 0);
    for who in [&world.ada, &eve] {
        assert!(matches!(world.claim_next(who).await, ClaimOutcome::Nothing));
    }
    let third = world.claim(&world.cleo).await;
    let sign = coded(&world, &third, "D22", Some(Concordance::Agrees)).await;
    world.sign(&world.cleo, sign).await.expect("signed");
    assert_eq!(released(&world).await, 1);
    assert_eq!(world.case_state(order.case).await, "signed_out");
}

async fn a_second_says_whether_they_agree(world: World) {
    let (_, eve) = signed(&world, "").await;
    let claim = world.claim(&eve).await;
    let refused = world.sign(&eve, world.signature(&claim).await).await;
    assert!(
        matches!(
            refused,
            Err(Error::Invalid {
                field: "concordance",
                ..
            })
        ),
        "{refused:?}"
    );
}

async fn an_audit_is_blind_by_the_sample_and_by_someone_else(world: World) {
    let (order, eve) = signed(&world, "D22").await;
    assert_eq!(released(&world).await, 1, "an audit holds nothing back");
    assert_eq!(world.case_state(order.case).await, "signed_out");
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Nothing
    ));
    let claim = world.claim(&eve).await;
    let refused = world.sign(&eve, world.signature(&claim).await).await;
    assert!(
        matches!(
            refused,
            Err(Error::Invalid {
                field: "diagnosis_code",
                ..
            })
        ),
        "{refused:?}"
    );
    let sign = coded(&world, &claim, "D22", Some(Concordance::Major)).await;
    world.sign(&eve, sign).await.expect("signed");
    let said = "SELECT concordance FROM report WHERE concordance <> ''";
    assert_eq!(
        world.texts(said).await,
        ["agrees"],
        "found by the codes, not said"
    );
    assert_eq!(world.count("SELECT count(*) FROM incident").await, 0);
}

async fn an_audit_that_disagrees_is_put_to_the_signer(world: World) {
    let (_, eve) = signed(&world, "D22").await;
    let claim = world.claim(&eve).await;
    let sign = coded(&world, &claim, "C43", None).await;
    world.sign(&eve, sign).await.expect("signed");
    let open = world.catalog.incidents(world.ada.id).await.expect("listed");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].code, "audit_disagrees");
    let third = world.claim(&world.cleo).await;
    let sign = coded(&world, &third, "C43", Some(Concordance::Agrees)).await;
    world
        .sign(&world.cleo, sign)
        .await
        .expect("an arbitrator says it");
}

async fn a_question_without_words_or_of_nobody_is_refused(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    for (ask, many) in [
        (AskFor::Second, 0),
        (AskFor::Second, 2),
        (AskFor::Panel, 1),
        (AskFor::Panel, 10),
    ] {
        let refused = asked(&world, &claim, ask, many).await;
        assert!(
            matches!(
                refused,
                Err(Error::Invalid {
                    field: "readings",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    world.pass(120).await;
    let lost = asked(&world, &claim, AskFor::Second, 1).await;
    assert!(matches!(lost, Err(Error::ClaimLost { .. })), "{lost:?}");
    assert_eq!(world.count("SELECT count(*) FROM reading").await, 1);
}

async fn a_consult_of_another_specialty_blocks_only_if_it_is_asked_to(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let consult = AskFor::Consult {
        specialty: Some("renal".to_owned()),
        before_release: false,
    };
    asked(&world, &claim, consult, 1).await.expect("asked");
    let sign = world.signature(&claim).await;
    world.sign(&world.ada, sign).await.expect("signed");
    assert_eq!(released(&world).await, 1);
    assert_eq!(world.case_state(claim.case).await, "signed_out");
    let opinion = world.claim(&world.ben).await;
    let sign = world.signature(&opinion).await;
    world.sign(&world.ben, sign).await.expect("signed");
    assert_eq!(released(&world).await, 1, "an opinion stays in the house");
}

async fn a_panel_is_of_different_people_and_holds_the_release(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    asked(&world, &claim, AskFor::Panel, 2)
        .await
        .expect("asked");
    let sign = world.signature(&claim).await;
    world.sign(&world.ada, sign).await.expect("signed");
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Nothing
    ));
    let first = world.claim(&eve).await;
    let sign = world.signature(&first).await;
    world.sign(&eve, sign).await.expect("signed");
    assert!(
        matches!(world.claim_next(&eve).await, ClaimOutcome::Nothing),
        "one voice each"
    );
    assert_eq!(released(&world).await, 0);
    let last = world.claim(&world.cleo).await;
    let sign = world.signature(&last).await;
    world.sign(&world.cleo, sign).await.expect("signed");
    assert_eq!(released(&world).await, 1);
}

async fn a_second_asked_for_holds_the_release(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    asked(&world, &claim, AskFor::Second, 1)
        .await
        .expect("asked");
    let sign = world.signature(&claim).await;
    world.sign(&world.ada, sign).await.expect("signed");
    assert_eq!(released(&world).await, 0);
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Nothing
    ));
    let second = world.claim(&world.cleo).await;
    let sign = coded(&world, &second, "", Some(Concordance::Agrees)).await;
    world.sign(&world.cleo, sign).await.expect("signed");
    assert_eq!(released(&world).await, 1);
}

fn to(claim: &Claim, who: &Person, ask: AskFor) -> Opinion {
    Opinion {
        claim: claim.claim,
        fence: claim.fence,
        ask,
        to: Some(who.id),
        question: Phi::new("invasive?".to_owned()),
        readings: vec![ReadingId(fresh())],
    }
}

const CONSULT: AskFor = AskFor::Consult {
    specialty: None,
    before_release: false,
};

async fn who_is_asked_by_name_is_asked_first_and_then_everybody(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    let claim = world.claim(&world.ada).await;
    let ask = { &world.catalog }.ask_opinion(to(&claim, &eve, CONSULT), None, &world.ada.by);
    let reading = ask.await.expect("asked").remove(0);
    let early = world.claim_this(&world.cleo, reading).await;
    let ClaimOutcome::NotEligible { why } = early else {
        panic!("Eve was asked: {early:?}");
    };
    assert_eq!(why, ["This case is still offered to the people it names."]);
    let asked = world.looked_at(&world.northgate, &world.ada, claim.case);
    let asked = asked.await.readings.into_iter();
    let asked = asked.filter(|one| one.question.expose() == "invasive?");
    assert_eq!(asked.count(), 1);
    let (spare, release) = (world.claim(&eve).await, "not mine after all");
    assert_eq!(spare.reading, reading);
    let back = { &world.catalog }.release(spare.claim, spare.fence, release, &eve.by);
    back.await.expect("given back");
    world.pass(3600).await;
    world.catalog.relax_readings(10).await.expect("looked at");
    let late = world.claim_this(&world.cleo, reading).await;
    assert!(matches!(late, ClaimOutcome::Claimed(_)), "{late:?}");
}

async fn a_name_that_may_not_answer_is_refused_and_nothing_is_opened(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let claim = world.claim(&world.ada).await;
    let asked = async |opinion| {
        world
            .catalog
            .ask_opinion(opinion, None, &world.ada.by)
            .await
    };
    for (who, ask) in [
        (&world.ben, CONSULT),
        (&world.ada, CONSULT),
        (&world.ada, AskFor::Second),
    ] {
        let refused = asked(to(&claim, who, ask)).await;
        let Err(Error::NotEligible { why }) = refused else {
            panic!("{refused:?}");
        };
        let said = why.join(" ").to_lowercase();
        assert!(said.contains("they") && !said.contains("you"), "{said}");
    }
    let panel = Opinion {
        readings: (0..2).map(|_| ReadingId(fresh())).collect(),
        ..to(&claim, &world.cleo, AskFor::Panel)
    };
    let panel = asked(panel).await;
    assert!(
        matches!(panel, Err(Error::Invalid { field: "to", .. })),
        "{panel:?}"
    );
    assert_eq!(world.count("SELECT count(*) FROM reading").await, 1);
}
