//! What is immediate calls on the screen of everybody who may take it, and an offer on the screen of one (D7).

use catalog::views::Urgent;
use catalog::{ClaimOutcome, Offer};
use pathology::case::{Micros, Priority};
use pathology::ids::ClaimId;
use pathology::staff::Presence;

use crate::world::{Open, Person, World, fresh, on_both};

on_both!(
    an_immediate_case_calls_everybody_who_may_take_it_and_nobody_else,
    an_immediate_case_calls_whoever_is_full_and_not_who_is_away,
    what_was_taken_calls_nobody,
    an_offer_calls_one_until_its_time_is_up,
    eight_call_however_many_wait_the_first_due_first,
    while_nothing_calls_anybody_the_database_is_asked_once,
);

async fn frozen(world: &World, number: &str, minutes: i64) -> Open {
    let order = world.order(&world.northgate, number);
    let order = order.priority(Priority::Immediate).minutes_later(minutes);
    world.ready(&order).await
}

async fn calls(world: &World, who: &Person) -> Urgent {
    let calls = world.catalog.urgent(who.id).await.expect("calls");
    calls.unwrap_or_else(|| Urgent {
        now: Micros(0),
        waiting: Vec::new(),
        offered: Vec::new(),
    })
}

fn numbers(calls: &Urgent) -> Vec<&str> {
    calls
        .waiting
        .iter()
        .map(|one| one.number.as_str())
        .collect()
}

async fn an_immediate_case_calls_everybody_who_may_take_it_and_nobody_else(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    let open = frozen(&world, "S26-00011", 0).await;
    for who in [&world.ada, &world.cleo] {
        let calls = calls(&world, who).await;
        assert_eq!(numbers(&calls), ["S26-00011"], "routine cases do not call");
        assert_eq!(calls.waiting[0].reading, open.reading);
        assert!(calls.offered.is_empty());
    }
    assert!(numbers(&calls(&world, &world.ben).await).is_empty());
    let by = world.northgate.operator("manager");
    let declined = world.claim_this(&world.cleo, open.reading).await;
    let ClaimOutcome::Claimed(claim) = declined else {
        panic!("{declined:?}")
    };
    let decline = world
        .catalog
        .decline(claim.claim, claim.fence, "not mine", &world.cleo.by);
    decline.await.expect("declined");
    let cleo = calls(&world, &world.cleo).await;
    assert!(numbers(&cleo).is_empty(), "not again to who declined it");
    let objection = world
        .catalog
        .record_objection(open.case, world.hillview.organisation, &by);
    objection.await.expect("an objection");
    let eve = world.person(&world.hillview, "Eve", "skin", 3).await;
    assert!(numbers(&calls(&world, &eve).await).is_empty());
    assert_eq!(numbers(&calls(&world, &world.ada).await), ["S26-00011"]);
}

async fn an_immediate_case_calls_whoever_is_full_and_not_who_is_away(world: World) {
    frozen(&world, "S26-00011", 0).await;
    let full = world.person(&world.northgate, "Full", "skin", 0).await;
    assert_eq!(numbers(&calls(&world, &full).await), ["S26-00011"]);
    let away = world
        .catalog
        .set_presence(full.id, Presence::Away, &full.by);
    away.await.expect("away");
    assert!(numbers(&calls(&world, &full).await).is_empty());
}

async fn what_was_taken_calls_nobody(world: World) {
    let open = frozen(&world, "S26-00011", 0).await;
    world.claim(&world.ada).await;
    for who in [&world.ada, &world.cleo] {
        let calls = calls(&world, who).await;
        assert!(calls.waiting.is_empty() && calls.offered.is_empty());
    }
    assert_eq!(world.reading_state(open.reading).await, "claimed");
}

async fn an_offer_calls_one_until_its_time_is_up(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let offer = Offer {
        claim: ClaimId(fresh()),
        reading: open.reading,
        to: world.ada.id,
        seconds: 60,
    };
    let by = world.northgate.operator("manager");
    let offered = world
        .catalog
        .offer(offer, None, &by)
        .await
        .expect("offered");
    let (ada, cleo) = (
        calls(&world, &world.ada).await,
        calls(&world, &world.cleo).await,
    );
    assert!(cleo.offered.is_empty());
    let (called, view) = &ada.offered[0];
    assert_eq!((called.reading, called.case), (open.reading, open.case));
    assert_eq!((view.claim, view.fence), (offered.claim, offered.fence));
    assert_eq!(view.until, offered.until);
    world.pass(61).await;
    assert!(calls(&world, &world.ada).await.offered.is_empty());
}

async fn eight_call_however_many_wait_the_first_due_first(world: World) {
    for n in 0..10 {
        frozen(&world, &format!("S26-0001{n}"), 9 - n).await;
    }
    let calls = calls(&world, &world.ada).await;
    let first: Vec<String> = (2..10).rev().map(|n| format!("S26-0001{n}")).collect();
    assert_eq!(numbers(&calls), first);
}

async fn while_nothing_calls_anybody_the_database_is_asked_once(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    assert!(calls(&world, &world.ada).await.waiting.is_empty());
    let before = world.catalog.statements_run();
    for who in [&world.ada, &world.ben, &world.cleo] {
        let quiet = world.catalog.urgent(who.id).await.expect("calls");
        assert!(quiet.is_none());
    }
    assert_eq!(world.catalog.statements_run(), before);
    frozen(&world, "S26-00011", 0).await;
    assert_eq!(numbers(&calls(&world, &world.ada).await), ["S26-00011"]);
    let by = world.northgate.operator("manager");
    world.claim(&world.ada).await;
    assert!(calls(&world, &world.cleo).await.waiting.is_empty());
    let case = world.order(&world.northgate, "S26-00012");
    let offer = Offer {
        claim: ClaimId(fresh()),
        reading: world.ready(&case).await.reading,
        to: world.cleo.id,
        seconds: 60,
    };
    world
        .catalog
        .offer(offer, None, &by)
        .await
        .expect("offered");
    assert_eq!(calls(&world, &world.cleo).await.offered.len(), 1);
}
