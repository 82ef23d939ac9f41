//! After the signature (8.8, 8.9): release delay and recall, addendum, amendment, incidents.

use catalog::{Claim, Correction, Error, Policy};
use pathology::case::{ReadingRules, ReportKind};
use pathology::ids::{ClaimId, ReportId};
use pathology::phi::Phi;

use crate::world::{Order, World, fresh, on_both, together};

on_both!(under delayed:
    an_incident_holds_the_release_until_it_is_answered,
    a_report_is_recalled_before_its_release_and_never_after,
    of_recall_and_release_at_once_one_stands,
    a_recall_sent_twice_under_one_key_is_one_recall,
);
on_both!(
    a_correction_without_words_or_of_nothing_is_refused,
    an_amendment_says_what_it_changes_and_the_old_report_stays,
    an_addendum_answers_the_incident_it_names,
    no_change_needs_a_reason_and_closes_once,
    an_incident_nobody_answers_is_an_alarm_once,
);

fn delayed() -> Policy {
    Policy {
        readings: ReadingRules {
            release_minutes: 10,
            ..ReadingRules::default()
        },
        ..Policy::default()
    }
}

async fn signed(world: &World) -> (Order, Claim, ReportId) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let sign = world.signature(&claim).await;
    let report = sign.report;
    world.sign(&world.ada, sign).await.expect("signed");
    (order, claim, report)
}

async fn correction(
    world: &World,
    claim: &Claim,
    corrects: ReportId,
    kind: ReportKind,
) -> Correction {
    let seen = world.signature(claim).await;
    Correction {
        report: ReportId(fresh()),
        corrects,
        kind,
        who: world.ada.id,
        text: Phi::new("melanoma in situ".to_owned()),
        changes: Phi::new("naevus to melanoma in situ".to_owned()),
        case_revision: seen.case_revision,
        seen: seen.seen,
        acknowledged: Vec::new(),
        answers: Vec::new(),
    }
}

async fn topics(world: &World) -> Vec<String> {
    let sql = "SELECT topic FROM outbox WHERE topic LIKE 'report_%' ORDER BY outbox_id";
    world.texts(sql).await
}

async fn release(world: &World) -> u64 {
    world.catalog.release_reports(10).await.expect("looked")
}

async fn a_report_is_recalled_before_its_release_and_never_after(world: World) {
    let (order, claim, report) = signed(&world).await;
    assert_eq!(release(&world).await, 0);
    assert!(topics(&world).await.is_empty());
    let recall = async |report, reason: &str| {
        world
            .catalog
            .recall(report, ClaimId(fresh()), reason, None, &world.ada.by)
            .await
    };
    assert!(matches!(
        recall(report, "").await,
        Err(Error::Invalid { .. })
    ));
    assert!(matches!(
        recall(ReportId(fresh()), "typo").await,
        Err(Error::NotFound(_))
    ));
    let again = recall(report, "typo").await.expect("recalled");
    assert_eq!(again.fence, claim.fence + 1);
    assert_eq!(world.case_state(order.case).await, "ready");
    assert!(matches!(
        recall(report, "typo").await,
        Err(Error::Conflict(_))
    ));
    world.pass(11 * 60).await;
    assert_eq!(release(&world).await, 0, "what was recalled never leaves");
    let mine = Claim {
        claim: again.claim,
        fence: again.fence,
        ..claim
    };
    let sign = world.signature(&mine).await;
    let second = sign.report;
    world.sign(&world.ada, sign).await.expect("signed again");
    world.pass(11 * 60).await;
    assert_eq!(release(&world).await, 1);
    assert_eq!(topics(&world).await, ["report_signed"]);
    assert!(matches!(
        recall(second, "late").await,
        Err(Error::Conflict(_))
    ));
    assert_eq!(
        world.count("SELECT count(*) FROM report").await,
        2,
        "both are on record"
    );
}

async fn of_recall_and_release_at_once_one_stands(world: World) {
    let (_, _, report) = signed(&world).await;
    world.pass(11 * 60).await;
    let answers = together(6, |n| {
        let world = world.clone();
        async move {
            if n % 2 == 0 {
                return release(&world).await == 0;
            }
            let again = world
                .catalog
                .recall(report, ClaimId(fresh()), "typo", None, &world.ada.by);
            again.await.is_ok()
        }
    })
    .await;
    let recalled = answers.iter().skip(1).step_by(2).any(|one| *one);
    let out = topics(&world).await.len();
    assert_eq!(out, usize::from(!recalled), "sent or recalled, never both");
}

async fn recalled(world: World, report: ReportId) -> (ClaimId, i64) {
    let (new, by) = (ClaimId(fresh()), &world.ada.by);
    let again = world.catalog.recall(report, new, "typo", Some("k"), by);
    let again = again.await.expect("recalled, whichever was first");
    (again.claim, again.fence)
}

async fn a_recall_sent_twice_under_one_key_is_one_recall(world: World) {
    let (_, _, report) = signed(&world).await;
    let at_once = together(6, |_| recalled(world.clone(), report)).await;
    let later = recalled(world.clone(), report).await;
    assert!(at_once.iter().all(|one| *one == later), "{at_once:?}");
}

async fn an_incident_holds_the_release_until_it_is_answered(world: World) {
    let (order, _, _) = signed(&world).await;
    let by = order.at.operator("sam");
    let slide = world.slide(&order.at, &order.container(1)).await;
    world
        .catalog
        .waive_slide(order.case, slide, "broken", &by)
        .await
        .expect("waived");
    world.pass(11 * 60).await;
    assert_eq!(release(&world).await, 0);
    let open = world.catalog.incidents(world.ada.id).await.expect("listed");
    let answered = world
        .catalog
        .answer_no_change(open[0].incident, "seen", &world.ada.by)
        .await;
    answered.expect("answered");
    assert_eq!(topics(&world).await, ["report_signed"]);
}

async fn a_correction_without_words_or_of_nothing_is_refused(world: World) {
    let (_, claim, report) = signed(&world).await;
    let sound = correction(&world, &claim, report, ReportKind::Amendment).await;
    let empty = Phi::new(String::new());
    let wrong = [
        (
            Correction {
                text: empty.clone(),
                ..sound.clone()
            },
            "text",
        ),
        (
            Correction {
                changes: empty,
                ..sound.clone()
            },
            "changes",
        ),
        (
            Correction {
                kind: ReportKind::Report,
                ..sound.clone()
            },
            "kind",
        ),
    ];
    for (wrong, word) in wrong {
        match world.catalog.correct(wrong, None, &world.ada.by).await {
            Err(Error::Invalid { field, .. }) => assert_eq!(field, word),
            other => panic!("{other:?}"),
        }
    }
    let unseen = Correction {
        seen: Vec::new(),
        ..sound.clone()
    };
    let refused = world.catalog.correct(unseen, None, &world.ada.by).await;
    assert!(
        matches!(refused, Err(Error::ChangedSinceYouLooked { .. })),
        "{refused:?}"
    );
    let not_open = Correction {
        answers: vec![77],
        ..sound
    };
    let refused = world.catalog.correct(not_open, None, &world.ada.by).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(world.count("SELECT count(*) FROM report").await, 1);
}

async fn an_amendment_says_what_it_changes_and_the_old_report_stays(world: World) {
    let (_, claim, report) = signed(&world).await;
    let new = correction(&world, &claim, report, ReportKind::Amendment).await;
    let go = async |new| world.catalog.correct(new, Some("k"), &world.ada.by).await;
    let first = go(new.clone()).await.expect("amended");
    assert_eq!(first.version, 2);
    let other = Correction {
        report: ReportId(fresh()),
        ..new.clone()
    };
    assert_eq!(
        go(other).await.expect("the first answer").report,
        first.report
    );
    let more = Correction {
        report: ReportId(fresh()),
        ..new
    };
    let more = world.catalog.correct(more, None, &world.ada.by).await;
    assert_eq!(more.expect("amended again").version, 3);
    let bodies = world
        .texts("SELECT body FROM report ORDER BY version")
        .await;
    assert_eq!(
        bodies,
        ["benign naevus", "melanoma in situ", "melanoma in situ"]
    );
    assert_eq!(
        topics(&world).await,
        ["report_signed", "report_corrected", "report_corrected"]
    );
}

async fn an_addendum_answers_the_incident_it_names(world: World) {
    let (order, claim, report) = signed(&world).await;
    let by = order.at.operator("sam");
    let slide = world.slide(&order.at, &order.container(1)).await;
    world
        .catalog
        .waive_slide(order.case, slide, "broken", &by)
        .await
        .expect("waived");
    let open = world.catalog.incidents(world.ada.id).await.expect("listed");
    let new = Correction {
        answers: vec![open[0].incident],
        ..correction(&world, &claim, report, ReportKind::Addendum).await
    };
    world
        .catalog
        .correct(new, None, &world.ada.by)
        .await
        .expect("added");
    let how = world.texts("SELECT resolution FROM incident").await;
    assert_eq!(how, ["addendum"]);
}

async fn no_change_needs_a_reason_and_closes_once(world: World) {
    let (order, _, _) = signed(&world).await;
    let by = order.at.operator("sam");
    let slide = world.slide(&order.at, &order.container(1)).await;
    world
        .catalog
        .waive_slide(order.case, slide, "broken", &by)
        .await
        .expect("waived");
    let open = world.catalog.incidents(world.ada.id).await.expect("listed")[0].incident;
    let answer = async |incident, reason: &str| {
        world
            .catalog
            .answer_no_change(incident, reason, &world.ada.by)
            .await
    };
    assert!(matches!(
        answer(open, " ").await,
        Err(Error::Invalid { .. })
    ));
    assert!(matches!(
        answer(open + 9, "seen").await,
        Err(Error::NotFound(_))
    ));
    answer(open, "seen").await.expect("answered");
    assert!(matches!(
        answer(open, "seen").await,
        Err(Error::Conflict(_))
    ));
}

async fn an_incident_nobody_answers_is_an_alarm_once(world: World) {
    let (order, _, _) = signed(&world).await;
    let by = order.at.operator("sam");
    let slide = world.slide(&order.at, &order.container(1)).await;
    world
        .catalog
        .waive_slide(order.case, slide, "broken", &by)
        .await
        .expect("waived");
    let alarm = async || world.catalog.alarm_overdue(10).await.expect("looked");
    assert_eq!(alarm().await, 0);
    world.pass(5 * 3600).await;
    assert_eq!((alarm().await, alarm().await), (1, 0));
}
