//! A scan joins its slide on two independent sources that agree (P3, 8.2); else it lies in a tray.

use catalog::Error;
use pathology::case::{IdentityState, Number, Priority};

use crate::world::road::arrival;
use crate::world::{Delivered, Order, World, on_both, together};

on_both!(
    a_label_and_the_manifest_attach,
    whatever_comes_first_the_case_becomes_ready,
    publish_and_accession_at_once_always_meet,
    two_trusts_never_get_each_others_slides,
    an_unreadable_code_needs_a_person,
    a_code_of_no_case_waits_for_its_case,
    a_code_with_a_zero_character_or_without_end_is_put_before_a_person,
    a_second_slide_with_the_same_barcode_is_held,
    two_slides_with_one_barcode_at_once_are_never_both_attached,
    a_rescan_is_taken_once,
    a_contradiction_needs_two_people,
    two_people_who_disagree_release_nothing,
    immediate_needs_one_person_and_says_so,
    a_waived_slide_that_comes_is_shown_to_a_person,
    a_dismissed_entry_says_why,
    a_slide_after_sign_out_is_put_to_the_signer,
    the_case_waits_in_the_transaction_that_completes_it,
);

async fn accessioned(world: &World, slides: usize) -> Order {
    let order = world.order(&world.northgate, "S26-00001").slides(slides);
    world.accession(&order).await.expect("registered");
    order
}

async fn in_tray(world: &World, delivered: Delivered, code: &str) -> pathology::ids::TrayId {
    assert_ne!(delivered.identity, IdentityState::Matched);
    let (tray, found) = world.tray(delivered.scan).await.expect("a tray entry");
    assert_eq!(found, code);
    tray
}

async fn a_label_and_the_manifest_attach(world: World) {
    let order = accessioned(&world, 2).await;
    let label = order.container(1);
    let first = world.deliver(&order.at, "tissue 1", &label).await;
    assert_eq!(first.identity, IdentityState::Matched);
    assert_eq!(world.case_state(order.case).await, "partial");
    // The same code in the file name and on the label is one source, read twice.
    let label = order.container(2);
    let file = format!("{label}_20261123.svs");
    let second = world.deliver_as(&order.at, "tissue 2", &label, &file).await;
    assert_eq!(second.identity, IdentityState::Matched);
    assert_eq!(world.case_state(order.case).await, "ready");
    let basis = world.texts("SELECT matched_by FROM scan").await;
    assert!(
        basis.iter().all(|b| b.starts_with("label + manifest by")),
        "{basis:?}"
    );
}

/// Accession and the publishing of two slides, in all six orders.
async fn whatever_comes_first_the_case_becomes_ready(world: World) {
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for (n, steps) in orders.iter().enumerate() {
        let order = world
            .order(&world.northgate, &format!("S26-{n:05}"))
            .slides(2);
        for step in steps {
            match step {
                0 => assert!(world.accession(&order).await.expect("registered").created),
                slide => {
                    let label = order.container(*slide);
                    world.deliver(&order.at, &label, &label).await;
                }
            }
        }
        assert_eq!(world.case_state(order.case).await, "ready", "{steps:?}");
        let open = world.open(order.case).await;
        assert_eq!(
            world.reading_state(open.reading).await,
            "waiting",
            "{steps:?}"
        );
    }
    let left = world
        .count("SELECT count(*) FROM tray WHERE closed_at IS NULL")
        .await;
    assert_eq!(left, 0);
}

async fn publish_and_accession_at_once_always_meet(world: World) {
    for n in 0..12 {
        let order = world.order(&world.northgate, &format!("S26-{n:05}"));
        let label = order.container(1);
        world.store(arrival(&order.at, &label, "a.svs")).await;
        let job = world.take_job().await;
        together(2, |side| {
            let (world, order, job) = (world.clone(), order.clone(), job.clone());
            let label = label.clone();
            async move {
                if side == 0 {
                    world.publish(&job, &label).await.expect("published");
                } else {
                    world.accession(&order).await.expect("registered");
                }
            }
        })
        .await;
        assert_eq!(world.case_state(order.case).await, "ready", "round {n}");
    }
}

async fn two_trusts_never_get_each_others_slides(world: World) {
    let here = world.order(&world.northgate, "S26-00001");
    let there = world.order(&world.hillview, "S26-00001");
    world.accession(&here).await.expect("registered");
    let label = here.container(1);
    let wrong = world.deliver(&world.hillview, "tissue", &label).await;
    in_tray(&world, wrong, "no_case").await;
    assert_eq!(world.case_state(here.case).await, "accessioned");
    world.accession(&there).await.expect("registered");
    assert!(world.tray(wrong.scan).await.is_none());
    assert_eq!(world.case_state(there.case).await, "ready");
    assert_eq!(world.case_state(here.case).await, "accessioned");
}

async fn an_unreadable_code_needs_a_person(world: World) {
    let order = accessioned(&world, 1).await;
    let unread = world.deliver(&order.at, "tissue", "").await;
    let tray = in_tray(&world, unread, "unreadable").await;
    let by = order.at.operator("sam");
    let attached = world.handheld(tray, &order.container(1), &by).await;
    assert!(attached.expect("attached").matched);
    assert_eq!(world.case_state(order.case).await, "ready");
    let again = world.handheld(tray, &order.container(1), &by).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
}

async fn a_code_of_no_case_waits_for_its_case(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    let label = order.container(1);
    let early = world.deliver(&order.at, "tissue", &label).await;
    in_tray(&world, early, "no_case").await;
    world.accession(&order).await.expect("registered");
    assert!(world.tray(early.scan).await.is_none());
    assert_eq!(world.case_state(order.case).await, "ready");
}

async fn a_second_slide_with_the_same_barcode_is_held(world: World) {
    let order = accessioned(&world, 1).await;
    let label = order.container(1);
    let first = world.deliver(&order.at, "tissue", &label).await;
    let second = world.deliver(&order.at, "other tissue", &label).await;
    in_tray(&world, second, "two_slides_one_barcode").await;
    assert_eq!(second.identity, IdentityState::Held);
    let current = world.texts("SELECT current_scan_id FROM slide").await;
    assert_eq!(current, [first.scan.to_string()]);
}

async fn two_slides_with_one_barcode_at_once_are_never_both_attached(world: World) {
    for n in 0..10 {
        let order = world.order(&world.northgate, &format!("S26-{n:05}"));
        world.accession(&order).await.expect("registered");
        let label = order.container(1);
        let mut jobs = Vec::new();
        for copy in 0..2 {
            world
                .store(arrival(&order.at, &format!("{label} {copy}"), "a.svs"))
                .await;
            jobs.push(world.take_job().await);
        }
        let found = together(2, |copy| {
            let (world, job, label) = (world.clone(), jobs[copy].clone(), label.clone());
            async move { world.publish(&job, &label).await.expect("published") }
        })
        .await;
        let attached = found
            .iter()
            .filter(|i| **i == IdentityState::Matched)
            .count();
        assert_eq!(attached, 1, "round {n}: {found:?}");
    }
}

async fn a_rescan_is_taken_once(world: World) {
    let order = accessioned(&world, 1).await;
    let label = order.container(1);
    world.deliver(&order.at, "blurred", &label).await;
    let second = world.deliver(&order.at, "also blurred", &label).await;
    let tray = in_tray(&world, second, "two_slides_one_barcode").await;
    let by = order.at.operator("sam");
    let aside = world.catalog.dismiss(tray, "out of focus", true, &by);
    aside.await.expect("put aside");
    let file = format!("{label}.svs");
    let pushed_again = arrival(&order.at, "also blurred", &file);
    assert!(world.store(pushed_again).await.already);
    let rescan = world.deliver(&order.at, "sharp", &label).await;
    assert_eq!(rescan.identity, IdentityState::Matched);
    let current = world.texts("SELECT current_scan_id FROM slide").await;
    assert_eq!(current, [rescan.scan.to_string()]);
    // The request is spent: other glass with this barcode is held again.
    let fourth = world.deliver(&order.at, "other glass", &label).await;
    in_tray(&world, fourth, "two_slides_one_barcode").await;
}

/// A label and a file name that disagree.
async fn contradiction(world: &World, order: &Order) -> (Delivered, pathology::ids::TrayId) {
    let (label, file) = (order.container(1), order.container(2));
    let delivered = world.deliver_as(&order.at, "tissue", &label, &file).await;
    let tray = in_tray(world, delivered, "contradiction").await;
    (delivered, tray)
}

async fn a_contradiction_needs_two_people(world: World) {
    let order = accessioned(&world, 2).await;
    let (delivered, tray) = contradiction(&world, &order).await;
    let (sam, kim) = (order.at.operator("sam"), order.at.operator("kim"));
    let code = order.container(1);
    let first = world.handheld(tray, &code, &sam).await.expect("noted");
    assert!(!first.matched, "one person is not enough");
    let same = world.handheld(tray, &code, &sam).await.expect("noted");
    assert!(!same.matched, "the same person twice is one person");
    let second = world.handheld(tray, &code, &kim).await.expect("attached");
    assert!(second.matched);
    let at = world
        .texts("SELECT container FROM slide WHERE current_scan_id IS NOT NULL")
        .await;
    assert_eq!(at, [code]);
    assert!(world.tray(delivered.scan).await.is_none());
}

async fn two_people_who_disagree_release_nothing(world: World) {
    let order = accessioned(&world, 2).await;
    let (_, tray) = contradiction(&world, &order).await;
    let (sam, kim) = (order.at.operator("sam"), order.at.operator("kim"));
    let first = world.handheld(tray, &order.container(1), &sam).await;
    let second = world.handheld(tray, &order.container(2), &kim).await;
    assert!(!first.expect("noted").matched && !second.expect("noted").matched);
    let current = world
        .count("SELECT count(current_scan_id) FROM slide")
        .await;
    assert_eq!(current, 0);
}

async fn immediate_needs_one_person_and_says_so(world: World) {
    let order = world.order(&world.northgate, "S26-00001").slides(2);
    let order = order.priority(Priority::Immediate);
    world.accession(&order).await.expect("registered");
    let (_, tray) = contradiction(&world, &order).await;
    let by = order.at.operator("sam");
    let attached = world.handheld(tray, &order.container(1), &by).await;
    assert!(attached.expect("attached").matched);
    let basis = world.texts("SELECT matched_by FROM scan").await;
    assert!(basis[0].contains("single_checked"), "{basis:?}");
}

async fn a_waived_slide_that_comes_is_shown_to_a_person(world: World) {
    let order = accessioned(&world, 2).await;
    let label = order.container(2);
    world
        .deliver(&order.at, "tissue", &order.container(1))
        .await;
    let slide = world.slide(&order.at, &label).await;
    let by = order.at.operator("sam");
    let waived = world.catalog.waive_slide(order.case, slide, "broken", &by);
    waived.await.expect("waived");
    assert_eq!(world.case_state(order.case).await, "ready");
    let late = world.deliver(&order.at, "mended", &label).await;
    in_tray(&world, late, "waived").await;
}

async fn a_dismissed_entry_says_why(world: World) {
    let unread = world.deliver(&world.northgate, "tissue", "").await;
    let tray = in_tray(&world, unread, "unreadable").await;
    let by = world.northgate.operator("sam");
    let silent = world.catalog.dismiss(tray, "  ", false, &by).await;
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
    let done = world
        .catalog
        .dismiss(tray, "a test slide", false, &by)
        .await;
    done.expect("put aside");
    assert_eq!(
        world.texts("SELECT resolution FROM tray").await,
        ["a test slide"]
    );
    let again = world.catalog.dismiss(tray, "twice", false, &by).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
}

async fn a_slide_after_sign_out_is_put_to_the_signer(world: World) {
    let order = accessioned(&world, 2).await;
    let by = order.at.operator("sam");
    world
        .deliver(&order.at, "tissue", &order.container(1))
        .await;
    let slide = world.slide(&order.at, &order.container(2)).await;
    let waived = world.catalog.waive_slide(order.case, slide, "lost", &by);
    waived.await.expect("waived");
    let claim = world.claim(&world.ada).await;
    let signed = world.sign(&world.ada, world.signature(&claim).await).await;
    signed.expect("signed out");
    let number = Number::new(order.at.issuer.clone(), "S26-00001-A1-3").expect("a number");
    let more = vec![catalog::NewSlide {
        container: number,
        name: "A1-3".to_owned(),
        stain: "Ki-67".to_owned(),
    }];
    let expected = world.catalog.expect_slides(order.case, more, &by).await;
    expected.expect("expected");
    let late = world
        .deliver(&order.at, "late tissue", "S26-00001-A1-3")
        .await;
    assert_eq!(late.identity, IdentityState::Matched);
    let open = "SELECT code FROM incident WHERE closed_at IS NULL AND deadline_at > opened_at ORDER BY incident_id";
    // That a slide is expected changes the case, too.
    let put = ["order_after_sign_out", "slide_after_sign_out"];
    assert_eq!(world.texts(open).await, put);
    assert_eq!(world.case_state(order.case).await, "signed_out");
}

/// Nobody ever sees a complete case that does not wait: the walk at the end would name it too.
async fn the_case_waits_in_the_transaction_that_completes_it(world: World) {
    let order = accessioned(&world, 4).await;
    let mut jobs = Vec::new();
    for n in 1..=4 {
        world
            .store(arrival(&order.at, &order.container(n), "a.svs"))
            .await;
        jobs.push(world.take_job().await);
    }
    together(4, |n| {
        let (world, job) = (world.clone(), jobs[n].clone());
        let label = order.container(n + 1);
        async move {
            world.publish(&job, &label).await.expect("published");
            let broken = world.catalog.broken_promises().await.expect("the walk");
            assert_eq!(broken, Vec::<String>::new());
        }
    })
    .await;
    assert_eq!(world.case_state(order.case).await, "ready");
    let ready = "SELECT count(*) FROM event WHERE kind = 'ready'";
    assert_eq!(world.count(ready).await, 1);
}

async fn a_code_with_a_zero_character_or_without_end_is_put_before_a_person(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.accession(&order).await.expect("accessioned");
    let number = order.container(1);
    let zero = number.replace("-A1", "\0-A1");
    let endless = number.repeat(400);
    for label in [zero, endless] {
        let delivered = world.deliver(&order.at, &label, &label).await;
        assert_eq!(delivered.identity, IdentityState::Unmatched);
    }
    let open = "SELECT count(*) FROM tray WHERE closed_at IS NULL";
    assert_eq!(world.count(open).await, 2);
}
