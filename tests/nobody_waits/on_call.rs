//! Whoever the rota says is on call, and may read what waits, is paged; who is not sleeps.

use catalog::Absence;
use pathology::case::Micros;
use pathology::ids::AbsenceId;
use pathology::routing::Owner;
use pathology::staff::{Duty, Shift};
use route::Contact;

use super::receivers::Receiver;
use super::{look, minutes, notifier, transplant, webhook};
use crate::world::{Person, World, fresh, on_both};

on_both!(
    who_is_on_call_by_the_rota_is_paged_and_nobody_else_is,
    with_nobody_on_the_rota_the_house_s_own_pager_is_told,
    who_is_ill_is_not_paged_whatever_the_rota_says,
);

fn pager(who: &Person, receiver: &Receiver) -> Contact {
    Contact {
        pathologist: Some(who.id),
        ..webhook(Owner::OnCall, receiver)
    }
}

/// On call from an hour ago for so many minutes.
async fn on_call(world: &World, who: &Person, minutes: i64) {
    let from = Micros(world.began).plus_minutes(-60);
    let shift = Shift {
        pathologist: who.id,
        from,
        duty: Duty::OnCall,
        to: from.plus_minutes(minutes),
    };
    let by = world.northgate.operator("manager");
    let recorded = world.catalog.record_rota(vec![shift], &by).await;
    recorded.expect("a rota");
}

async fn who_is_on_call_by_the_rota_is_paged_and_nobody_else_is(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    let [ada, ben, skin, last] = [
        Receiver::web().await,
        Receiver::web().await,
        Receiver::web().await,
        Receiver::web().await,
    ];
    let contacts = vec![
        pager(&world.ada, &ada),
        pager(&eve, &skin),
        pager(&world.ben, &ben),
        webhook(Owner::OnCall, &last),
    ];
    let notifier = notifier(None, None, contacts);
    on_call(&world, &world.ada, 50).await; // Over: ten minutes ago.
    on_call(&world, &world.ben, 120).await;
    on_call(&world, &eve, 120).await; // Reads no renal case.
    transplant(&world).await;
    look(&notifier, &world).await;
    let paged = |receiver: &Receiver| receiver.got().len();
    assert_eq!([&ada, &skin, &ben, &last].map(paged), [0, 0, 1, 0]);
    assert_eq!(ben.json()[0]["topic"], "page_on_call");
    assert_eq!(
        ben.json()[0]["facts"]["on_call_1"],
        world.ben.id.to_string()
    );
    minutes(&world, 11).await;
    look(&notifier, &world).await;
    assert_eq!(
        [&ada, &skin, &ben, &last].map(paged),
        [0, 0, 1, 1],
        "the next name"
    );
}

async fn with_nobody_on_the_rota_the_house_s_own_pager_is_told(world: World) {
    let (ben, house) = (Receiver::web().await, Receiver::web().await);
    let contacts = vec![pager(&world.ben, &ben), webhook(Owner::OnCall, &house)];
    let notifier = notifier(None, None, contacts);
    transplant(&world).await;
    look(&notifier, &world).await;
    assert_eq!((ben.got().len(), house.got().len()), (0, 1));
}

async fn who_is_ill_is_not_paged_whatever_the_rota_says(world: World) {
    let (ben, house) = (Receiver::web().await, Receiver::web().await);
    let contacts = vec![pager(&world.ben, &ben), webhook(Owner::OnCall, &house)];
    let notifier = notifier(None, None, contacts);
    on_call(&world, &world.ben, 120).await;
    let began = Micros(world.began);
    let ill = Absence {
        absence: AbsenceId(fresh()),
        pathologist: world.ben.id,
        deputy: None,
        from: began.plus_minutes(-1),
        to: began.plus_hours(24),
        reason: "ill".to_owned(),
    };
    let by = world.northgate.operator("manager");
    let recorded = world.catalog.record_absence(ill, None, &by).await;
    recorded.expect("recorded");
    transplant(&world).await;
    look(&notifier, &world).await;
    assert_eq!((ben.got().len(), house.got().len()), (0, 1));
    let facts = &house.json()[0]["facts"];
    assert!(facts.get("on_call_1").is_none(), "{facts}");
}
