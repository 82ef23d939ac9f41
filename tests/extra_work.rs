//! More glass of a case under reading, and glass itself: the requester stays the owner, nothing is waited for in silence.

use catalog::{Claim, Error, ExtraWork, NoMore, SignOut};
use pathology::case::IdentityState;
use pathology::ids::WorkId;

use crate::opinions::sampled;
use crate::world::{Order, Person, World, fresh, on_both};

on_both!(
    a_request_without_sense_changes_nothing,
    an_order_sent_twice_under_one_key_cuts_the_tissue_once,
    slides_come_one_by_one_and_the_case_stays_with_who_ordered_them,
    no_tissue_left_ends_the_wait_and_is_named,
    what_can_be_said_already_is_reported_and_ends_nothing,
    extra_work_that_does_not_come_is_an_alarm_once,
    a_case_deferred_to_glass_is_not_signed_before_it_was_read,
);
on_both!(under sampled:
    who_audits_blind_is_not_told_why_glass_was_read,
);

async fn claimed(world: &World) -> (Order, Claim) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    (order, world.claim(&world.ada).await)
}

fn work(claim: &Claim, stains: &[&str]) -> ExtraWork {
    ExtraWork {
        work: WorkId(fresh()),
        claim: claim.claim,
        fence: claim.fence,
        block: "A1".to_owned(),
        recut: true,
        stains: stains.iter().map(|one| (*one).to_owned()).collect(),
        reason: "margins".to_owned(),
    }
}

async fn a_request_without_sense_changes_nothing(world: World) {
    let (_, claim) = claimed(&world).await;
    let by = &world.ada.by;
    let ask = async |new| world.catalog.request_extra_work(new, None, by).await;
    let nothing = ask(work(&claim, &[])).await;
    assert!(matches!(
        nothing,
        Err(Error::Invalid {
            field: "stains",
            ..
        })
    ));
    let silent = ExtraWork {
        reason: " ".to_owned(),
        ..work(&claim, &["H&E"])
    };
    assert!(matches!(
        ask(silent).await,
        Err(Error::Invalid {
            field: "reason",
            ..
        })
    ));
    let nowhere = ExtraWork {
        block: "Z9".to_owned(),
        ..work(&claim, &["H&E"])
    };
    assert!(matches!(ask(nowhere).await, Err(Error::NotFound(_))));
    world.pass(120).await;
    let lost = ask(work(&claim, &["H&E"])).await;
    assert!(matches!(lost, Err(Error::ClaimLost { .. })), "{lost:?}");
    assert_eq!(world.count("SELECT count(*) FROM slide").await, 1);
    assert_eq!(world.count("SELECT manifest_version FROM cases").await, 1);
}

async fn an_order_sent_twice_under_one_key_cuts_the_tissue_once(world: World) {
    let (_, claim) = claimed(&world).await;
    let by = &world.ada.by;
    let ask = async |key, stain| {
        let new = work(&claim, &[stain]);
        let asked = world.catalog.request_extra_work(new, Some(key), by);
        asked.await.expect("ordered")
    };
    let first = ask("k", "H&E").await;
    assert_eq!(ask("k", "H&E").await, first);
    assert_eq!(world.count("SELECT count(*) FROM extra_work").await, 1);
    assert_ne!(ask("another", "H&E").await, first);
    assert_ne!(ask("k", "Ki-67").await, first, "another order, not lost");
    assert_eq!(world.count("SELECT count(*) FROM extra_work").await, 3);
}

async fn slides_come_one_by_one_and_the_case_stays_with_who_ordered_them(world: World) {
    let (order, claim) = claimed(&world).await;
    let due = "SELECT due_at FROM case_clock WHERE kind = 'report'";
    let before = world.count(due).await;
    let new = work(&claim, &["H&E", "Ki-67"]);
    world
        .catalog
        .request_extra_work(new, None, &world.ada.by)
        .await
        .expect("ordered");
    assert_eq!(world.count("SELECT manifest_version FROM cases").await, 2);
    assert!(
        world.pass(3 * 24 * 3600).await.is_empty(),
        "it waits for its glass, with Ada"
    );
    for (n, here) in [("2", 1), ("3", 0)] {
        let container = format!("S26-00001-A1-{n}");
        let came = world.deliver(&order.at, &container, &container).await;
        assert_eq!(came.identity, IdentityState::Matched);
        let open = "SELECT count(*) FROM extra_work WHERE closed_at IS NULL";
        assert_eq!(world.count(open).await, here, "after slide {n}");
        let seen = world.looked_at(&world.northgate, &world.ada, claim.case);
        let work = seen.await.work;
        let still: Vec<_> = work.iter().flat_map(|one| &one.slides).collect();
        let still = still.iter().map(|slide| (slide.stain.as_str(), slide.here));
        let shown: &[_] = if here == 1 {
            &[("H&E", true), ("Ki-67", false)]
        } else {
            &[]
        };
        assert_eq!(still.collect::<Vec<_>>(), shown, "after slide {n}");
    }
    let clocks = world.catalog.clocks(order.case).await.expect("shown");
    let figures = clocks[0].figures;
    let paused = figures.published_us - figures.adjusted_us;
    assert!(
        paused >= 3 * 24 * 3600 * 1_000_000,
        "the adjusted figure: {paused}"
    );
    assert_eq!(
        world.count(due).await,
        before,
        "the published clock went on"
    );
    assert!(
        world.pass(3600).await.is_empty(),
        "held anew from the last slide on"
    );
    let sign = world.signature(&claim).await;
    assert_eq!(sign.seen.len(), 3);
    world.sign(&world.ada, sign).await.expect("signed");
}

async fn no_tissue_left_ends_the_wait_and_is_named(world: World) {
    let (order, claim) = claimed(&world).await;
    let new = work(&claim, &["H&E"]);
    let id = new.work;
    world
        .catalog
        .request_extra_work(new, None, &world.ada.by)
        .await
        .expect("ordered");
    let by = order.at.operator("sam");
    let end = async |reason: &str| {
        let how = NoMore::NoTissueLeft;
        world.catalog.end_extra_work(id, how, reason, &by).await
    };
    assert!(matches!(end("").await, Err(Error::Invalid { .. })));
    end("block exhausted").await.expect("ended");
    assert!(matches!(end("again").await, Err(Error::Conflict(_))));
    let waived = world
        .texts("SELECT reason FROM manifest_slide WHERE expectation = 'waived'")
        .await;
    assert_eq!(waived, ["block exhausted"]);
    let sign = world.signature(&claim).await;
    world
        .sign(&world.ada, sign)
        .await
        .expect("nothing is missing");
}

async fn what_can_be_said_already_is_reported_and_ends_nothing(world: World) {
    let (order, claim) = claimed(&world).await;
    let by = &world.ada.by;
    let report = async |sign, key| world.catalog.report_interim(sign, key, by).await;
    let early = report(world.signature(&claim).await, None).await;
    assert!(matches!(early, Err(Error::Conflict(_))), "{early:?}");
    let stale = world.signature(&claim).await;
    let asked = { &world.catalog }.request_extra_work(work(&claim, &["H&E"]), None, by);
    asked.await.expect("ordered");
    let changed = report(stale, None).await;
    assert!(
        matches!(changed, Err(Error::ChangedSinceYouLooked { .. })),
        "{changed:?}"
    );
    let blind = report(world.signature(&claim).await, None).await;
    let Err(Error::MissingAcknowledgement { needs }) = blind else {
        panic!("the new slide is not here: {blind:?}");
    };
    let signature = async || SignOut {
        acknowledged: needs.clone(),
        ..world.signature(&claim).await
    };
    let mut empty = signature().await;
    empty.diagnosis = " ".to_owned().into();
    assert!(matches!(
        report(empty, None).await,
        Err(Error::Invalid { .. })
    ));
    let coded = SignOut {
        diagnosis_code: "8720/0".to_owned(),
        ..signature().await
    };
    assert!(matches!(
        report(coded, None).await,
        Err(Error::Invalid { .. })
    ));
    let sign = signature().await;
    let first = report(sign, Some("k")).await.expect("reported");
    let again = report(signature().await, Some("k")).await;
    assert_eq!(again.expect("once").report, first.report);
    assert_eq!(world.count("SELECT count(*) FROM interim_report").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM report").await, 0);
    assert_eq!(world.reading_state(claim.reading).await, "claimed");
    assert_ne!(world.case_state(order.case).await, "signed_out");
    let container = "S26-00001-A1-2";
    world.deliver(&order.at, container, container).await;
    let late = report(signature().await, None).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let sign = signature().await;
    world.sign(&world.ada, sign).await.expect("the report");
    let gone = report(signature().await, None).await;
    assert!(matches!(gone, Err(Error::ClaimLost { .. })), "{gone:?}");
}

async fn extra_work_that_does_not_come_is_an_alarm_once(world: World) {
    let (_, claim) = claimed(&world).await;
    let new = work(&claim, &["H&E"]);
    world
        .catalog
        .request_extra_work(new, None, &world.ada.by)
        .await
        .expect("ordered");
    let alarm = async || world.catalog.alarm_overdue(10).await.expect("looked");
    assert_eq!(alarm().await, 0);
    world.pass(49 * 3600).await;
    assert_eq!((alarm().await, alarm().await), (1, 0));
}

async fn a_case_deferred_to_glass_is_not_signed_before_it_was_read(world: World) {
    let (order, claim) = claimed(&world).await;
    let slide = world.slide(&order.at, &order.container(1)).await;
    let other = world.order(&world.northgate, "S26-00002").minutes_later(9);
    world.ready(&other).await;
    let foreign = world.slide(&other.at, &other.container(1)).await;
    let (id, fence, by) = (claim.claim, claim.fence, &world.ada.by);
    let defer = async |slide, reason: &str| {
        world
            .catalog
            .defer_to_glass(id, fence, slide, reason, by)
            .await
    };
    assert!(matches!(defer(slide, "").await, Err(Error::Invalid { .. })));
    assert!(matches!(
        defer(foreign, "polarise").await,
        Err(Error::NotFound(_))
    ));
    defer(slide, "polarise").await.expect("deferred");
    let seen = world.looked_at(&world.northgate, &world.ada, claim.case);
    let glass = seen.await.glass;
    assert_eq!((glass[0].slide, glass[0].read_at), (slide, None));
    assert_eq!(glass[0].reason.expose(), "polarise");
    let refused = world.sign(&world.ada, world.signature(&claim).await).await;
    assert!(
        matches!(refused, Err(Error::GlassUnread { .. })),
        "{refused:?}"
    );
    world.pass(25 * 3600).await;
    assert_eq!(world.catalog.alarm_overdue(10).await.expect("looked"), 1);
    let again = world.claim(&world.ada).await;
    let read = async |fence| {
        world
            .catalog
            .glass_was_read(again.claim, fence, slide, by)
            .await
    };
    assert!(matches!(read(fence).await, Err(Error::ClaimLost { .. })));
    read(again.fence).await.expect("read");
    world
        .sign(&world.ada, world.signature(&again).await)
        .await
        .expect("signed");
    let named = world.texts("SELECT acknowledged FROM report").await;
    assert_eq!(named, [format!("glass:{slide}")]);
}

async fn who_audits_blind_is_not_told_why_glass_was_read(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 3).await;
    let (order, claim) = claimed(&world).await;
    let slide = world.slide(&order.at, &order.container(1)).await;
    let (id, fence, by) = (claim.claim, claim.fence, &world.ada.by);
    let deferred = { &world.catalog }.defer_to_glass(id, fence, slide, "melanoma?", by);
    deferred.await.expect("deferred");
    let read = world.catalog.glass_was_read(id, fence, slide, by);
    read.await.expect("read");
    let sign = world.signature(&claim).await;
    world.sign(&world.ada, sign).await.expect("signed");
    let told = async |who: &Person| {
        let seen = world.looked_at(&world.northgate, who, claim.case).await;
        seen.waited_for(Some(who.id)).1.len()
    };
    assert_eq!(told(&world.ada).await, 1);
    let audit = world.claim(&eve).await;
    assert_ne!(audit.reading, claim.reading);
    assert_eq!(told(&eve).await, 0, "the reason would lead her");
}
