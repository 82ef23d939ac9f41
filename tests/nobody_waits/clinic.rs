//! What a patient on the table waits for: a transplant at night, a frozen section among overdue cases.

use catalog::ClaimOutcome;
use pathology::case::Priority;
use pathology::routing::Owner;
use pathology::staff::Presence;
use route::NotifySettings;

use super::receivers::Receiver;
use super::{look, minutes, notifier, transplant, webhook};
use crate::world::{World, on_both};

on_both!(
    a_renal_transplant_at_night_is_acknowledged_or_escalated_in_time,
    a_frozen_section_goes_before_every_overdue_routine_case,
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
    world.ready_cases(&world.northgate, 12).await;
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
}
