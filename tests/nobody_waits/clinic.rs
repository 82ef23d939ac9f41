//! What a patient on the table waits for: a transplant at night, a frozen section among overdue cases.

use catalog::views::{Part, WorklistQuery};
use catalog::{ClaimOutcome, NewCredential};
use pathology::access::{Role, Subject};
use pathology::case::Priority;
use pathology::routing::Owner;
use pathology::staff::{Presence, Tier};
use route::NotifySettings;

use super::receivers::Receiver;
use super::{look, minutes, notifier, transplant, webhook};
use crate::staffing::hire;
use crate::world::{Engine, World, on_both};

on_both!(
    a_renal_transplant_at_night_is_acknowledged_or_escalated_in_time,
    a_frozen_section_goes_before_every_overdue_routine_case,
    a_list_goes_on_behind_what_one_may_not_read,
);

async fn a_renal_transplant_at_night_is_acknowledged_or_escalated_in_time(world: World) {
    let (pager, manager) = (Receiver::web().await, Receiver::web().await);
    let contacts = vec![
        webhook(Owner::OnCall, &pager),
        webhook(Owner::OnCall, &manager),
        webhook(Owner::Manager, &manager),
    ];
    let notifier = notifier(None, None, contacts);
    // The pager is out of order: the next name must not wait for it.
    pager.answers(500);
    let case = transplant(&world).await;
    look(&notifier, &world).await;
    for _ in 0..NotifySettings::default().escalate_minutes {
        minutes(&world, 1).await;
        look(&notifier, &world).await;
    }
    let told: Vec<_> = manager
        .json()
        .iter()
        .map(|one| one["topic"].clone())
        .collect();
    assert!(told.contains(&"page_on_call".into()), "{told:?}");
    assert!(told.contains(&"nobody_took_it".into()), "{told:?}");
    // Whoever comes may claim it at once.
    let catalog = &world.catalog;
    let back = catalog.set_presence(world.ben.id, Presence::Available, &world.ben.by);
    back.await.expect("back");
    assert_eq!(world.claim(&world.ben).await.case, case.case);
}

async fn a_frozen_section_goes_before_every_overdue_routine_case(world: World) {
    let people = [&world.ada, &world.cleo];
    let one = world.ready_cases(&world.northgate, 12).await[0].case;
    crowd(&world, &one.to_string()).await;
    for who in people {
        for _ in 0..2 {
            world.claim(who).await;
        }
        let full = world.claim_next(who).await;
        assert!(matches!(full, ClaimOutcome::AtCapacity), "{full:?}");
    }
    let late = world.catalog.move_clock(30 * 86_400 * 1_000_000).await;
    late.expect("a month passes; nobody sweeps the claims");
    let mut order = world.order(&world.northgate, "S26-90001");
    order.received_at = world.catalog.now().await.expect("the clock").0;
    let frozen = world.ready(&order.priority(Priority::Immediate)).await;
    for who in people {
        let list = world.claim_next(who).await;
        let ClaimOutcome::Claimed(claim) = list else {
            panic!("who is full takes an immediate case all the same: {list:?}");
        };
        assert_eq!(claim.case, frozen.case, "first everywhere");
        let given = world
            .catalog
            .release(claim.claim, claim.fence, "", &who.by)
            .await;
        given.expect("released for the next");
    }
    world.pass(0).await;
    for _ in 0..10 {
        let told = route::tick(&route::Settings::default(), &world.catalog).await;
        told.expect("somebody is told of the late cases, 200 at a time");
    }
}

async fn a_list_goes_on_behind_what_one_may_not_read(world: World) {
    let one = world.ready_cases(&world.northgate, 12).await[0].case;
    crowd(&world, &one.to_string()).await;
    // 700 that only a specialist may read stand before all the others.
    let hard = "UPDATE reading SET tier = 'specialist' WHERE reading_id IN (
        SELECT reading_id FROM reading ORDER BY class, vkey, reading_id LIMIT 700)";
    world.meddle(hard).await.expect("hard cases");
    let core = hire(
        &world,
        vec![NewCredential::consultant("skin", Tier::Core)],
        9,
    )
    .await;
    let subject = Subject {
        organisation: world.northgate.organisation,
        site: None,
        role: Role::Pathologist(core.id),
    };
    let query = WorklistQuery {
        part: Part::MineAndWaiting,
        specialty: None,
        site: None,
    };
    let list = world.catalog.worklist(&subject, &query).await;
    let list = list.expect("a list");
    assert_eq!(list.rows.len(), 100);
    let claim = world.claim(&core).await;
    let likely = list.most_likely.map(|row| row.reading);
    assert_eq!(likely, Some(claim.reading), "what it said comes next");
}

/// Ten thousand more cases that wait like this one.
async fn crowd(world: &World, like: &str) {
    let id = |kind: &str| match world.engine() {
        Engine::Sqlite => format!("printf('00000000-0000-8000-800{kind}-%012x', n)"),
        Engine::Postgres => format!("'00000000-0000-8000-800{kind}-' || lpad(to_hex(n), 12, '0')"),
    };
    let many =
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 10000)";
    let (case, reading) = (id("6"), id("7"));
    for sql in [
        format!(
            "INSERT INTO cases (case_id, organisation_id, site_id, patient_id, issuer, number, specialty, priority, state, revision,
               content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey, ready_at, report_of_record, fingerprint)
             {many} SELECT {case}, organisation_id, site_id, patient_id, issuer, 'S27-' || n, specialty, priority, state, revision,
               content_version, manifest_version, received_at, accessioned_at, due_at, class, vkey + n, ready_at, report_of_record, fingerprint
             FROM cases, many WHERE case_id = '{like}'"
        ),
        format!(
            "INSERT INTO reading (reading_id, organisation_id, case_id, kind, slot, stage, specialty, specialties, priority, state, class,
               vkey, due_at, ready_at, stage_at, next_relax_at)
             {many} SELECT {reading}, organisation_id, {case}, kind, slot, stage, specialty, specialties, priority, state, class,
               vkey + n, due_at, ready_at, stage_at, next_relax_at
             FROM reading, many WHERE case_id = '{like}'"
        ),
        format!(
            "INSERT INTO case_clock (case_id, organisation_id, kind, started_at, due_at)
             {many} SELECT {case}, organisation_id, kind, started_at, due_at FROM case_clock, many WHERE case_id = '{like}'"
        ),
        format!(
            "INSERT INTO reading_pool (pool_id, class, vkey, reading_id, organisation_id)
             {many} SELECT pool_id, p.class, p.vkey + n, {reading}, p.organisation_id
             FROM reading_pool p JOIN reading r ON r.reading_id = p.reading_id, many WHERE r.case_id = '{like}'"
        ),
    ] {
        world.meddle(&sql).await.expect("a crowd");
    }
    world.catalog.rebuild_index();
}
