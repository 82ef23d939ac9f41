//! Stages only ever add people, nobody waits for a stage that nobody can serve, and silence ends with a manager.

use catalog::{ClaimOutcome, NewRouting, Policy};
use pathology::case::{Minutes, Priority};
use pathology::routing::Role;
use pathology::staff::{Opens, Presence};

use crate::world::{Open, Person, World, fresh, on_both};

on_both!(under own_site_first:
    the_own_site_is_asked_first_and_all_sites_after_its_minutes,
    a_site_where_nobody_is_there_is_skipped_at_once,
    when_the_last_one_leaves_the_case_goes_on_at_once,
    an_immediate_case_begins_at_all_sites,
    nobody_anywhere_pages_those_on_call_and_a_manager_once,
    a_routine_case_at_night_waits_for_somebody_before_it_alarms,
    the_named_pathologist_is_asked_first,
    a_named_pathologist_who_may_not_read_it_is_skipped,
    a_withdrawn_credential_opens_the_next_stage,
    a_withdrawn_agreement_pages_those_on_call_at_once,
    who_read_the_patient_before_is_asked_first,
    what_is_given_back_is_offered_to_everyone_who_saw_it,
    an_agreement_for_those_on_call_opens_late,
);

/// Half an hour for the own site of a routine case.
fn own_site_first() -> Policy {
    let mut policy = Policy::default();
    policy.stages.own_site = Minutes {
        immediate: 0,
        urgent: 10,
        routine: 30,
    };
    policy
}

async fn sees_nothing(world: &World, who: &Person) {
    let outcome = world.claim_next(who).await;
    assert!(matches!(outcome, ClaimOutcome::Nothing), "{outcome:?}");
}

async fn away(world: &World, who: &Person) {
    let catalog = &world.catalog;
    let gone = catalog.set_presence(who.id, Presence::Away, &who.by);
    gone.await.expect("away");
}

/// Time passes and what is due is looked at.
async fn minutes(world: &World, minutes: i64) {
    world.pass(minutes * 60).await;
    world.catalog.relax_readings(100).await.expect("relaxed");
}

async fn stage(world: &World, open: Open) -> i64 {
    let sql = format!(
        "SELECT stage FROM reading WHERE reading_id = '{}'",
        open.reading
    );
    world.count(&sql).await
}

async fn told(world: &World, topic: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM outbox WHERE topic = '{topic}'");
    world.count(&sql).await
}

fn naming(who: &Person) -> NewRouting {
    NewRouting {
        named: vec![(Role::Named, who.id)],
        ..NewRouting::default()
    }
}

async fn skin_case(world: &World) -> Open {
    world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await
}

async fn the_own_site_is_asked_first_and_all_sites_after_its_minutes(world: World) {
    let case = skin_case(&world).await;
    sees_nothing(&world, &world.cleo).await;
    let refused = world.claim_this(&world.cleo, case.reading).await;
    let ClaimOutcome::NotEligible { why } = refused else {
        panic!("{refused:?}");
    };
    assert!(
        why.iter().any(|one| one.contains("its own site")),
        "{why:?}"
    );
    minutes(&world, 29).await;
    sees_nothing(&world, &world.cleo).await;
    minutes(&world, 2).await;
    assert_eq!(stage(&world, case).await, 2);
    let claim = world.claim(&world.cleo).await;
    assert_eq!(claim.case, case.case);
    let events = world
        .count("SELECT count(*) FROM event WHERE kind = 'stage' AND reading_id IS NOT NULL")
        .await;
    assert!(events >= 1, "a step is on record");
}

async fn a_site_where_nobody_is_there_is_skipped_at_once(world: World) {
    away(&world, &world.ada).await;
    let case = skin_case(&world).await;
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn when_the_last_one_leaves_the_case_goes_on_at_once(world: World) {
    let case = skin_case(&world).await;
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    away(&world, &world.ada).await;
    sees_nothing(&world, &world.cleo).await;
    away(&world, &eve).await;
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn an_immediate_case_begins_at_all_sites(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    let case = world.ready(&order.priority(Priority::Immediate)).await;
    assert_eq!(stage(&world, case).await, 2);
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn nobody_anywhere_pages_those_on_call_and_a_manager_once(world: World) {
    for who in [&world.ada, &world.cleo] {
        away(&world, who).await;
    }
    let order = world.order(&world.northgate, "S26-00001");
    let case = world.ready(&order.priority(Priority::Immediate)).await;
    assert_eq!(stage(&world, case).await, 4);
    assert_eq!(told(&world, "page_on_call").await, 1);
    assert_eq!(told(&world, "nobody_took_it").await, 1);
    minutes(&world, 600).await;
    assert_eq!(told(&world, "nobody_took_it").await, 1, "once");
    // The alarm takes nobody away: whoever comes may claim.
    let back = world
        .catalog
        .set_presence(world.cleo.id, Presence::Available, &world.cleo.by);
    back.await.expect("back");
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn a_routine_case_at_night_waits_for_somebody_before_it_alarms(world: World) {
    for who in [&world.ada, &world.cleo] {
        away(&world, who).await;
    }
    let case = skin_case(&world).await;
    assert_eq!(stage(&world, case).await, 3);
    assert_eq!(told(&world, "page_on_call").await, 1);
    assert_eq!(told(&world, "nobody_took_it").await, 0);
    minutes(&world, 1441).await;
    assert_eq!(stage(&world, case).await, 4);
    assert_eq!(told(&world, "nobody_took_it").await, 1);
}

async fn the_named_pathologist_is_asked_first(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let order = world.order(&world.northgate, "S26-00001");
    let case = world.ready(&order.routed(naming(&eve))).await;
    for who in [&world.ada, &world.cleo] {
        sees_nothing(&world, who).await;
    }
    minutes(&world, 61).await;
    assert_eq!(stage(&world, case).await, 1);
    sees_nothing(&world, &world.cleo).await;
    let pools = format!(
        "SELECT count(*) FROM reading_pool WHERE reading_id = '{}'",
        case.reading
    );
    assert_eq!(
        world.count(&pools).await,
        2,
        "a stage adds a pool, removes none"
    );
    assert_eq!(world.claim(&eve).await.case, case.case);
}

async fn a_named_pathologist_who_may_not_read_it_is_skipped(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    let case = world.ready(&order.routed(naming(&world.ben))).await;
    assert_eq!(stage(&world, case).await, 1);
    sees_nothing(&world, &world.ben).await;
    assert_eq!(world.claim(&world.ada).await.case, case.case);
    let nobody = Person {
        id: pathology::ids::PathologistId(fresh()),
        by: world.ada.by.clone(),
    };
    let order = world.order(&world.northgate, "S26-00002");
    let refused = world.accession(&order.routed(naming(&nobody))).await;
    let refused = refused.expect_err("nobody is named").to_string();
    assert!(refused.contains("is no pathologist here"), "{refused}");
}

async fn a_withdrawn_credential_opens_the_next_stage(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let order = world.order(&world.northgate, "S26-00001");
    let case = world.ready(&order.routed(naming(&eve))).await;
    sees_nothing(&world, &world.ada).await;
    let by = world.northgate.operator("manager");
    let withdrawn = world.catalog.withdraw_credential(eve.id, "skin", &by);
    withdrawn.await.expect("withdrawn");
    assert_eq!(world.claim(&world.ada).await.case, case.case);
}

async fn a_withdrawn_agreement_pages_those_on_call_at_once(world: World) {
    away(&world, &world.ada).await;
    let order = world.order(&world.northgate, "S26-00001");
    let case = world.ready(&order.priority(Priority::Immediate)).await;
    assert_eq!(
        (
            stage(&world, case).await,
            told(&world, "page_on_call").await
        ),
        (2, 0)
    );
    let by = world.northgate.operator("manager");
    let withdrawn = world.catalog.withdraw_agreement(world.agreement, &by).await;
    withdrawn.expect("withdrawn");
    assert!(stage(&world, case).await > 2);
    assert_eq!(told(&world, "page_on_call").await, 1);
}

async fn who_read_the_patient_before_is_asked_first(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let first = world.order(&world.northgate, "S26-00001");
    world.ready(&first.patient("MRN-7", "1961-04-12")).await;
    let claim = world.claim(&eve).await;
    let sign = world.signature(&claim).await;
    world.sign(&eve, sign).await.expect("signed");
    let second = world.order(&world.northgate, "S26-00002");
    let case = world.ready(&second.patient("MRN-7", "1961-04-12")).await;
    assert_eq!(stage(&world, case).await, 0);
    sees_nothing(&world, &world.ada).await;
    assert_eq!(world.claim(&eve).await.case, case.case);
    // Another patient is nobody's.
    let other = world
        .ready(&world.order(&world.northgate, "S26-00003"))
        .await;
    assert_eq!(stage(&world, other).await, 1);
}

async fn what_is_given_back_is_offered_to_everyone_who_saw_it(world: World) {
    let case = skin_case(&world).await;
    minutes(&world, 31).await;
    let claim = world.claim(&world.cleo).await;
    let given = world
        .catalog
        .release(claim.claim, claim.fence, "", &world.cleo.by);
    given.await.expect("released");
    assert_eq!(stage(&world, case).await, 2, "a stage never falls");
    let again = world.claim(&world.cleo).await;
    let declined = world
        .catalog
        .decline(again.claim, again.fence, "not mine", &world.cleo.by);
    declined.await.expect("declined");
    assert_eq!(world.claim(&world.ada).await.case, case.case);
}

async fn an_agreement_for_those_on_call_opens_late(world: World) {
    let new = catalog::NewAgreement {
        id: pathology::ids::AgreementId(fresh()),
        owner: world.northgate.organisation,
        reading: world.hillview.organisation,
        specialties: vec!["neuro".to_owned()],
        purpose: "direct_care".to_owned(),
        opens: Opens::OnCall,
        legal_basis: "mutual aid out of hours".to_owned(),
        valid_from: 0,
        valid_to: i64::MAX,
    };
    let by = world.northgate.operator("manager");
    let catalog = &world.catalog;
    catalog.sign_agreement(new, &by).await.expect("signed");
    let fay = world.person(&world.northgate, "Fay", "neuro", 2).await;
    let order = world.order(&world.northgate, "S26-00001").of("neuro");
    let case = world.ready(&order).await;
    minutes(&world, 31).await;
    assert_eq!(stage(&world, case).await, 2);
    sees_nothing(&world, &world.dev).await;
    minutes(&world, 2881).await;
    assert_eq!(stage(&world, case).await, 3);
    assert_eq!(told(&world, "page_on_call").await, 1);
    assert_eq!(world.claim(&world.dev).await.case, case.case);
    drop(fay);
}
