//! Whatever is past its deadline raises one alarm, and only one.

use pathology::routing::leaves;

use crate::world::road::arrival;
use crate::world::{World, on_both};

on_both!(
    everything_past_its_deadline_raises_one_alarm,
    what_is_in_time_raises_none,
);

/// A case without slides, work nobody does, a file that stopped, a glass nobody scans, a report nobody sends.
async fn leave_everything(world: &World) {
    let signed = world.order(&world.hillview, "S26-00007");
    world.ready(&signed).await;
    let claim = world.claim(&world.cleo).await;
    let signature = world.signature(&claim).await;
    world.sign(&world.cleo, signature).await.expect("signed");
    let order = world.order(&world.northgate, "S26-00001");
    world.accession(&order).await.expect("accessioned");
    let left = arrival(&world.northgate, "left", "left.svs");
    world.store(left).await;
    let (lab, began) = (&world.northgate, world.began);
    let file = format!(
        "INSERT INTO delivery (delivery_id, organisation_id, scanner_id, name, size_bytes, modified_us, state, first_seen_at, changed_at) \
         VALUES ('00000000-0000-0000-0000-0000000000aa', '{}', '{}', 'half.svs', 1, 0, 'arriving', {began}, {began})",
        lab.organisation, lab.scanner
    );
    world.meddle(&file).await.expect("a file that stopped");
    let glass = format!(
        "INSERT INTO rescan (organisation_id, slide_id, reason, requested_at, requested_by) \
         SELECT organisation_id, slide_id, 'blurred', {began}, 'operator:dana' FROM slide WHERE issuer = '{}'",
        lab.issuer
    );
    world.meddle(&glass).await.expect("a glass to scan again");
}

async fn told(world: &World, topic: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM outbox WHERE topic = '{topic}'");
    world.count(&sql).await
}

async fn everything_past_its_deadline_raises_one_alarm(world: World) {
    leave_everything(&world).await;
    world.pass(40 * 86_400).await;
    let catalog = &world.catalog;
    let raised = catalog.raise_overdue(200).await.expect("alarms");
    let mut counted = 0;
    for topic in [
        "case_overdue",
        "work_stuck",
        "arrival_stuck",
        "rescan_overdue",
        "message_unsent",
    ] {
        let count = told(&world, topic).await;
        assert!(count > 0, "{topic}");
        counted += count;
    }
    assert_eq!(i64::try_from(raised).expect("few"), counted);
    assert_eq!(told(&world, "case_overdue").await, 1);
    let again = catalog.raise_overdue(200).await.expect("alarms");
    assert_eq!(again, 0, "once each");
    for body in world.texts("SELECT body FROM outbox").await {
        assert!(leaves(&body), "{body}");
    }
}

async fn what_is_in_time_raises_none(world: World) {
    leave_everything(&world).await;
    let raised = world.catalog.raise_overdue(200).await.expect("alarms");
    assert_eq!(raised, 0);
    // No more than asked for at once.
    world.pass(40 * 86_400).await;
    let few = world.catalog.raise_overdue(1).await.expect("alarms");
    assert!(few <= 6, "{few}");
}
