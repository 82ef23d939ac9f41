//! A signature is bound to the claim, the case revision and every scan (8.7–8.9), and given once.

use catalog::{CaseChange, Claim, Error, SignOut};
use pathology::case::{Number, ReportState};
use pathology::ids::ReportId;
use pathology::phi::Phi;

use crate::world::{Laboratory, Order, World, fresh, on_both, together};

on_both!(
    a_signature_ends_the_case_and_its_clocks,
    the_report_of_record_of_the_lis_is_not_ours_to_authorise,
    a_slide_that_came_meanwhile_is_named,
    a_waived_slide_is_named,
    scans_not_seen_cannot_be_signed,
    a_case_signed_while_it_changes_is_signed_as_seen_or_not_at_all,
    missing_slides_are_acknowledged_by_name,
    a_damaged_slide_blocks,
    without_a_diagnosis_nothing_is_signed,
    it_is_signed_exactly_once,
    one_of_two_signatures_at_once_stands,
    a_retried_signature_gets_the_first_answer,
    a_key_used_again_for_another_case_signs_that_one_too,
    a_scan_named_twice_is_refused_with_a_reason,
);

async fn claimed(world: &World, at: &Laboratory, slides: usize) -> (Order, Claim) {
    let order = world.order(at, "S26-00001").slides(slides);
    world.ready(&order).await;
    let reader = if at.issuer == world.northgate.issuer {
        &world.ada
    } else {
        &world.cleo
    };
    let claim = world.claim(reader).await;
    (order, claim)
}

async fn expect_one_more(world: &World, order: &Order, container: &str) {
    let more = vec![catalog::NewSlide {
        container: Number::new(order.at.issuer.clone(), container).expect("a number"),
        name: "A1-9".to_owned(),
        stain: "Ki-67".to_owned(),
    }];
    let by = order.at.operator("sam");
    let expected = world.catalog.expect_slides(order.case, more, &by).await;
    expected.expect("expected");
}

async fn nothing_is_signed(world: &World) {
    assert_eq!(world.count("SELECT count(*) FROM report").await, 0);
    assert_eq!(world.texts("SELECT state FROM reading").await, ["claimed"]);
}

async fn a_signature_ends_the_case_and_its_clocks(world: World) {
    let (order, claim) = claimed(&world, &world.northgate, 2).await;
    let running = "SELECT count(*) FROM case_clock WHERE stopped_at IS NULL";
    assert_eq!(world.count(running).await, 1);
    let signed = world.sign(&world.ada, world.signature(&claim).await).await;
    let signed = signed.expect("signed out");
    assert_eq!(signed.state, ReportState::Authorised);
    assert_eq!(world.case_state(order.case).await, "signed_out");
    assert_eq!(world.reading_state(claim.reading).await, "signed_out");
    assert_eq!(world.count(running).await, 0);
    assert_eq!(world.count("SELECT count(*) FROM report_scan").await, 2);
    assert_eq!(
        world
            .count("SELECT count(*) FROM outbox WHERE topic = 'report_signed'")
            .await,
        1
    );
    let held = "SELECT CAST(sum(active) AS BIGINT) FROM pathologist";
    assert_eq!(world.count(held).await, 0);
}

async fn the_report_of_record_of_the_lis_is_not_ours_to_authorise(world: World) {
    let (_, claim) = claimed(&world, &world.hillview, 1).await;
    let signed = world.sign(&world.cleo, world.signature(&claim).await).await;
    assert_eq!(signed.expect("signed out").state, ReportState::Signed);
    let running = "SELECT count(*) FROM case_clock WHERE stopped_at IS NULL";
    assert_eq!(
        world.count(running).await,
        1,
        "turnaround stops at authorised"
    );
    assert_eq!(
        world
            .count("SELECT count(*) FROM report WHERE authorised_at IS NULL")
            .await,
        1
    );
}

fn changes(refused: Result<catalog::SignedOut, Error>) -> Vec<CaseChange> {
    match refused {
        Err(Error::ChangedSinceYouLooked { changes, .. }) => changes,
        other => panic!("expected what changed, not {other:?}"),
    }
}

async fn a_slide_that_came_meanwhile_is_named(world: World) {
    let (order, claim) = claimed(&world, &world.northgate, 1).await;
    let sign = world.signature(&claim).await;
    expect_one_more(&world, &order, "S26-00001-A1-9").await;
    world
        .deliver(&order.at, "more tissue", "S26-00001-A1-9")
        .await;
    let said = changes(world.sign(&world.ada, sign).await);
    let texts: Vec<&str> = said.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["A1-9 Ki-67 is expected", "A1-9 Ki-67 arrived"]);
    assert!(said[1].scan.is_some());
    nothing_is_signed(&world).await;
    let again = world.sign(&world.ada, world.signature(&claim).await).await;
    again.expect("what was looked at again can be signed");
}

async fn a_waived_slide_is_named(world: World) {
    let (order, claim) = claimed(&world, &world.northgate, 1).await;
    expect_one_more(&world, &order, "S26-00001-A1-9").await;
    let sign = world.signature(&claim).await;
    let slide = world.slide(&order.at, "S26-00001-A1-9").await;
    let by = order.at.operator("sam");
    let waived = world.catalog.waive_slide(order.case, slide, "broken", &by);
    waived.await.expect("waived");
    let said = changes(world.sign(&world.ada, sign).await);
    assert_eq!(said[0].text, "a slide was waived");
}

async fn scans_not_seen_cannot_be_signed(world: World) {
    let (_, claim) = claimed(&world, &world.northgate, 2).await;
    let whole = world.signature(&claim).await;
    let with = |change: fn(&mut SignOut)| {
        let mut sign = whole.clone();
        change(&mut sign);
        sign
    };
    for wrong in [
        with(|s| s.seen.truncate(1)),
        with(|s| s.seen[0].generation += 1),
        with(|s| s.seen[0].scan = pathology::ids::ScanId(fresh())),
        with(|s| s.case_revision -= 1),
        with(|s| s.case_revision += 1),
    ] {
        changes(world.sign(&world.ada, wrong).await);
    }
    nothing_is_signed(&world).await;
}

async fn a_case_signed_while_it_changes_is_signed_as_seen_or_not_at_all(world: World) {
    let at = &world.northgate;
    for n in 0..6 {
        let order = world.order(at, &format!("S26-{n:05}"));
        world.ready(&order).await;
        let claim = world.claim(&world.ada).await;
        let late = order.container(9);
        expect_one_more(&world, &order, &late).await;
        let mut sign = world.signature(&claim).await;
        let slide = world.slide(at, &late).await;
        sign.acknowledged = vec![format!("expected:{slide}")];
        world
            .store(crate::world::road::arrival(at, &late, "a.svs"))
            .await;
        let job = world.take_job().await;
        let signed = together(2, |side| {
            let (world, sign, job) = (world.clone(), sign.clone(), job.clone());
            let late = late.clone();
            async move {
                if side == 0 {
                    return world.sign(&world.ada, sign).await.is_ok();
                }
                world.publish(&job, &late).await.expect("published");
                false
            }
        })
        .await[0];
        let of = format!("FROM incident WHERE case_id = '{}'", order.case);
        let put_to_signer = world.count(&format!("SELECT count(*) {of}")).await;
        assert_eq!(
            put_to_signer,
            i64::from(signed),
            "round {n}: seen before, or told after"
        );
        if !signed {
            let again = world.sign(&world.ada, world.signature(&claim).await).await;
            again.expect("signed out");
        }
    }
}

async fn missing_slides_are_acknowledged_by_name(world: World) {
    let (order, claim) = claimed(&world, &world.northgate, 1).await;
    expect_one_more(&world, &order, "S26-00001-A1-9").await;
    let mut sign = world.signature(&claim).await;
    let refused = world.sign(&world.ada, sign.clone()).await;
    let Err(Error::MissingAcknowledgement { needs }) = refused else {
        panic!("{refused:?}");
    };
    let slide = world.slide(&order.at, "S26-00001-A1-9").await;
    assert_eq!(needs, [format!("expected:{slide}")]);
    nothing_is_signed(&world).await;
    sign.acknowledged = needs;
    world.sign(&world.ada, sign).await.expect("signed out");
    let kept = world.texts("SELECT acknowledged FROM report").await;
    assert_eq!(kept, [format!("expected:{slide}")]);
}

async fn a_damaged_slide_blocks(world: World) {
    let (_, claim) = claimed(&world, &world.northgate, 2).await;
    let sign = world.signature(&claim).await;
    let scan = sign.seen[1].scan;
    let verified = "UPDATE scan SET pixels = 'damaged' WHERE scan_id =";
    world
        .meddle(&format!("{verified} '{scan}'"))
        .await
        .expect("damaged");
    let refused = world.sign(&world.ada, sign.clone()).await;
    assert!(
        matches!(&refused, Err(Error::DamagedSlide { scan: one }) if *one == scan),
        "{refused:?}"
    );
    nothing_is_signed(&world).await;
    let mended = format!("UPDATE scan SET pixels = 'verified' WHERE scan_id = '{scan}'");
    world.meddle(&mended).await.expect("mended");
    world.sign(&world.ada, sign).await.expect("signed out");
}

async fn without_a_diagnosis_nothing_is_signed(world: World) {
    let (_, claim) = claimed(&world, &world.northgate, 1).await;
    let mut sign = world.signature(&claim).await;
    sign.diagnosis = Phi::new(" \n".to_owned());
    let refused = world.sign(&world.ada, sign).await;
    assert!(
        matches!(
            refused,
            Err(Error::Invalid {
                field: "diagnosis",
                ..
            })
        ),
        "{refused:?}"
    );
    nothing_is_signed(&world).await;
}

async fn it_is_signed_exactly_once(world: World) {
    let (_, claim) = claimed(&world, &world.northgate, 1).await;
    let sign = world.signature(&claim).await;
    world
        .sign(&world.ada, sign.clone())
        .await
        .expect("signed out");
    let mut again = sign;
    again.report = ReportId(fresh());
    let refused = world.sign(&world.ada, again).await;
    assert!(
        matches!(refused, Err(Error::ClaimLost { .. })),
        "{refused:?}"
    );
    assert_eq!(world.count("SELECT count(*) FROM report").await, 1);
    assert!(
        world.pass(48 * 3600).await.is_empty(),
        "nothing of it lapses"
    );
}

async fn one_of_two_signatures_at_once_stands(world: World) {
    for n in 0..6 {
        let order = world.order(&world.northgate, &format!("S26-{n:05}"));
        world.ready(&order).await;
        let claim = world.claim(&world.ada).await;
        let sign = world.signature(&claim).await;
        let signed = together(4, |_| {
            let (world, mut sign) = (world.clone(), sign.clone());
            sign.report = ReportId(fresh());
            async move { world.sign(&world.ada, sign).await }
        })
        .await;
        let stands = signed.iter().filter(|s| s.is_ok()).count();
        assert_eq!(stands, 1, "{signed:?}");
        let lost = signed
            .iter()
            .filter(|s| matches!(s, Err(Error::ClaimLost { .. })));
        assert_eq!(lost.count(), 3, "{signed:?}");
    }
    assert_eq!(world.count("SELECT count(*) FROM report").await, 6);
}

async fn a_retried_signature_gets_the_first_answer(world: World) {
    for n in 0..6 {
        let order = world.order(&world.northgate, &format!("S26-{n:05}"));
        world.ready(&order).await;
        let claim = world.claim(&world.ada).await;
        let sign = world.signature(&claim).await;
        let key = format!("key {n}");
        let answers = together(4, |_| {
            let (world, sign, key) = (world.clone(), sign.clone(), key.clone());
            async move {
                let signed = world
                    .catalog
                    .sign_out(sign, Some(&key), &world.ada.by)
                    .await;
                signed.expect("answered").report
            }
        })
        .await;
        assert!(answers.iter().all(|one| *one == sign.report), "{answers:?}");
    }
    assert_eq!(world.count("SELECT count(*) FROM report").await, 6);
}

async fn a_key_used_again_for_another_case_signs_that_one_too(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    for _ in 0..2 {
        let claim = world.claim(&world.ada).await;
        let sign = world.signature(&claim).await;
        let (report, by) = (sign.report, &world.ada.by);
        let signed = world.catalog.sign_out(sign, Some("one key"), by).await;
        assert_eq!(signed.expect("signed out").report, report);
    }
    let open = "SELECT count(*) FROM cases WHERE state <> 'signed_out'";
    assert_eq!(world.count(open).await, 0);
}

async fn a_scan_named_twice_is_refused_with_a_reason(world: World) {
    let (_, claim) = claimed(&world, &world.northgate, 1).await;
    let mut sign = world.signature(&claim).await;
    sign.seen.push(sign.seen[0]);
    let refused = world.sign(&world.ada, sign).await;
    let named = matches!(refused, Err(Error::Invalid { field: "seen", .. }));
    assert!(named, "{refused:?}");
    nothing_is_signed(&world).await;
}
