//! Somebody is away: all they own moves in one act, urgent first, and the preview says the same beforehand.

mod supervised;

use catalog::{Absence, AbsenceFate, AbsencePlan, Claim, ClaimOutcome, Error, ExtraWork, Offer};
use pathology::case::Priority;
use pathology::ids::{AbsenceId, ClaimId, PathologistId, WorkId};

use sqlx::{Connection as _, PgConnection};

use crate::world::{Engine, Person, World, fresh, on_both, try_out, until};

on_both!(
    an_absence_without_sense_is_refused,
    an_absence_sent_twice_under_one_key_is_one,
    everything_owned_moves_and_the_preview_said_so,
    what_the_deputy_may_not_read_waits_again_with_its_age,
    a_full_deputy_gets_the_urgent_case_first,
    a_planned_absence_ends_new_claims_beforehand_and_moves_when_it_begins,
    extra_work_stays_unless_they_are_away_beyond_the_time_that_remains,
    incidents_go_to_the_deputy_who_then_answers,
    an_absence_ended_early_lets_them_claim_again,
);

const HOUR: i64 = 3_600_000_000;

async fn away(
    world: &World,
    who: &Person,
    deputy: Option<PathologistId>,
    hours: (i64, i64),
) -> Absence {
    let now = world.catalog.now().await.expect("the clock");
    Absence {
        absence: AbsenceId(fresh()),
        pathologist: who.id,
        deputy,
        from: pathology::case::Micros(now.0 + hours.0 * HOUR),
        to: pathology::case::Micros(now.0 + hours.1 * HOUR),
        reason: "leave".to_owned(),
    }
}

async fn record(world: &World, new: Absence) -> AbsencePlan {
    let by = world.northgate.operator("manager");
    world
        .catalog
        .record_absence(new, None, &by)
        .await
        .expect("recorded")
        .1
}

fn said(plan: &AbsencePlan) -> Vec<(&str, &'static str)> {
    let word = |fate: &AbsenceFate| match fate {
        AbsenceFate::Deputy => "deputy",
        AbsenceFate::Waits(_) => "waits",
        AbsenceFate::Stays => "stays",
        AbsenceFate::Manager(_) => "manager",
    };
    plan.moves
        .iter()
        .map(|one| (&*one.was, word(&one.fate)))
        .collect()
}

async fn an_absence_without_sense_is_refused(world: World) {
    let by = world.northgate.operator("manager");
    let sound = away(&world, &world.ada, None, (0, 8)).await;
    let backwards = Absence {
        to: sound.from,
        ..sound.clone()
    };
    let oneself = Absence {
        deputy: Some(world.ada.id),
        ..sound.clone()
    };
    let silent = Absence {
        reason: String::new(),
        ..sound.clone()
    };
    let over = away(&world, &world.ada, None, (-9, -1)).await;
    for (wrong, word) in [
        (backwards, "to"),
        (oneself, "deputy"),
        (silent, "reason"),
        (over, "to"),
    ] {
        match world.catalog.record_absence(wrong, None, &by).await {
            Err(Error::Invalid { field, .. }) => assert_eq!(field, word),
            other => panic!("{other:?}"),
        }
    }
    let nobody = Absence {
        pathologist: PathologistId(fresh()),
        ..sound
    };
    let refused = world.catalog.record_absence(nobody, None, &by).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
    assert_eq!(world.count("SELECT count(*) FROM absence").await, 0);
}

/// Ada claims two cases, begins the second, and is offered an immediate one; the claim that is not begun.
async fn busy(world: &World) -> Claim {
    world.ready_cases(&world.northgate, 2).await;
    let claimed = world.claim(&world.ada).await;
    let begun = world.claim(&world.ada).await;
    let drafted = world.draft(&world.ada, &begun, "a naevus").await;
    drafted.expect("kept");
    let order = world.order(&world.northgate, "S26-00009");
    let open = world.ready(&order.priority(Priority::Immediate)).await;
    let by = world.northgate.operator("manager");
    let offer = Offer {
        claim: ClaimId(fresh()),
        reading: open.reading,
        to: world.ada.id,
        seconds: 90,
    };
    let offered = world.catalog.offer(offer, None, &by).await;
    offered.expect("offered");
    claimed
}

async fn an_absence_sent_twice_under_one_key_is_one(world: World) {
    let by = world.northgate.operator("manager");
    let sound = away(&world, &world.ada, None, (0, 8)).await;
    let send = async || {
        let new = Absence {
            absence: AbsenceId(fresh()),
            ..sound.clone()
        };
        let sent = world.catalog.record_absence(new, Some("k"), &by);
        sent.await.expect("recorded").0
    };
    assert_eq!(send().await, send().await);
    assert_eq!(world.count("SELECT count(*) FROM absence").await, 1);
}

async fn everything_owned_moves_and_the_preview_said_so(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 5).await;
    let claimed = busy(&world).await;
    let new = away(&world, &world.ada, Some(eve.id), (0, 8)).await;
    let rows =
        "SELECT reading_id || state || COALESCE(claim_id, '') FROM reading ORDER BY reading_id";
    let before = world.texts(rows).await;
    let preview = world.catalog.preview_absence(new.clone()).await;
    let preview = preview.expect("shown");
    let after = world.texts(rows).await;
    assert_eq!(before, after, "a preview writes nothing");
    let done = record(&world, new).await;
    assert!(done.applied && !preview.applied);
    assert_eq!(said(&preview), said(&done));
    let expected = [
        ("offered", "waits"),
        ("claimed", "deputy"),
        ("begun", "deputy"),
    ];
    assert_eq!(said(&done), expected);
    let held = "SELECT count(*) FROM reading WHERE pathologist_id = ";
    assert_eq!(world.count(&format!("{held}'{}'", eve.id)).await, 2);
    assert!(world.pass(600).await.is_empty(), "they are held for her");
    let late = world.draft(&world.ada, &claimed, "late").await;
    assert!(matches!(late, Err(Error::ClaimLost { .. })), "{late:?}");
    let next = world.claim_next(&world.ada).await;
    assert!(matches!(next, ClaimOutcome::Away), "{next:?}");
    let moved = "SELECT count(*) FROM audit WHERE action = 'move_for_absence'";
    assert_eq!(world.count(moved).await, 3);
}

async fn what_the_deputy_may_not_read_waits_again_with_its_age(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let age = "SELECT CAST(vkey AS TEXT) || ' ' || CAST(ready_at AS TEXT) FROM reading";
    let before = world.texts(age).await;
    let claim = world.claim(&world.ada).await;
    world
        .draft(&world.ada, &claim, "a naevus")
        .await
        .expect("kept");
    let done = record(
        &world,
        away(&world, &world.ada, Some(world.ben.id), (0, 8)).await,
    )
    .await;
    match &done.moves[0].fate {
        AbsenceFate::Waits(why) => assert!(why.join(" ").contains("credential"), "{why:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.texts(age).await, before);
    assert_eq!(world.claim(&world.cleo).await.reading, claim.reading);
}

async fn a_full_deputy_gets_the_urgent_case_first(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 1).await;
    let routine = world.order(&world.northgate, "S26-00001");
    world.ready(&routine).await;
    let first = world.claim(&world.ada).await;
    let urgent = world
        .order(&world.northgate, "S26-00002")
        .priority(Priority::Urgent);
    world.ready(&urgent).await;
    let second = world.claim(&world.ada).await;
    assert_ne!(first.reading, second.reading);
    let done = record(&world, away(&world, &world.ada, Some(eve.id), (0, 8)).await).await;
    assert_eq!(said(&done), [("claimed", "deputy"), ("claimed", "waits")]);
    assert_eq!(done.moves[0].reading, second.reading);
}

async fn a_planned_absence_ends_new_claims_beforehand_and_moves_when_it_begins(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    let claim = world.claim(&world.ada).await;
    world
        .draft(&world.ada, &claim, "a naevus")
        .await
        .expect("kept");
    let planned = record(
        &world,
        away(&world, &world.ada, Some(world.cleo.id), (26, 50)).await,
    )
    .await;
    assert!(!planned.applied);
    let beat = world
        .catalog
        .heartbeat(claim.claim, claim.fence, true)
        .await;
    beat.expect("she works on");
    world.pass(3 * 3600).await;
    assert!(
        matches!(world.claim_next(&world.ada).await, ClaimOutcome::Away),
        "a day before"
    );
    let present = world.catalog.set_presence(
        world.ada.id,
        pathology::staff::Presence::Available,
        &world.ada.by,
    );
    present.await.expect("said");
    assert!(matches!(
        world.claim_next(&world.ada).await,
        ClaimOutcome::Away
    ));
    assert_eq!(world.catalog.begin_absences(10).await.expect("looked"), 0);
    for _ in 0..12 {
        world.pass(2 * 3600).await;
        let beat = world
            .catalog
            .heartbeat(claim.claim, claim.fence, true)
            .await;
        beat.expect("what she has is hers until then");
    }
    assert_eq!(world.catalog.begin_absences(10).await.expect("begun"), 1);
    assert_eq!(world.catalog.begin_absences(10).await.expect("once"), 0);
    let held = format!(
        "SELECT count(*) FROM reading WHERE pathologist_id = '{}'",
        world.cleo.id
    );
    assert_eq!(world.count(&held).await, 1);
}

async fn extra_work_stays_unless_they_are_away_beyond_the_time_that_remains(world: World) {
    for (hours, fate) in [(8, "stays"), (24 * 30, "deputy")] {
        let name = format!("S26-0000{}", hours % 9);
        world.ready(&world.order(&world.northgate, &name)).await;
        let eve = world.person(&world.northgate, "Eve", "skin", 5).await;
        let claim = world.claim(&eve).await;
        let new = ExtraWork {
            work: WorkId(fresh()),
            claim: claim.claim,
            fence: claim.fence,
            block: "A1".to_owned(),
            recut: false,
            stains: vec!["Ki-67".to_owned()],
            reason: "grade".to_owned(),
        };
        world
            .catalog
            .request_extra_work(new, None, &eve.by)
            .await
            .expect("ordered");
        let done = record(
            &world,
            away(&world, &eve, Some(world.ada.id), (0, hours)).await,
        )
        .await;
        assert_eq!(said(&done), [("extra_work", fate)]);
    }
    let moved = format!(
        "SELECT count(*) FROM extra_work WHERE pathologist_id = '{}'",
        world.ada.id
    );
    assert_eq!(world.count(&moved).await, 1);
}

async fn incidents_go_to_the_deputy_who_then_answers(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let sign = world.signature(&claim).await;
    world.sign(&world.ada, sign).await.expect("signed");
    let by = order.at.operator("sam");
    let slide = world.slide(&order.at, &order.container(1)).await;
    let waived = world
        .catalog
        .waive_slide(order.case, slide, "broken", &by)
        .await;
    waived.expect("waived");
    let eve = world.person(&world.northgate, "Eve", "skin", 5).await;
    let done = record(&world, away(&world, &world.ada, Some(eve.id), (0, 8)).await).await;
    assert_eq!(said(&done), [("incident", "deputy")]);
    let again = world
        .catalog
        .waive_slide(order.case, slide, "still broken", &by)
        .await;
    again.expect("waived");
    let open = world.catalog.incidents(eve.id).await.expect("listed");
    assert_eq!(open.len(), 2, "what comes while Ada is away comes to Eve");
    for one in open {
        let answered = world
            .catalog
            .answer_no_change(one.incident, "seen on glass", &eve.by);
        answered.await.expect("answered");
    }
}

async fn an_absence_ended_early_lets_them_claim_again(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let new = away(&world, &world.ada, None, (0, 8)).await;
    let id = new.absence;
    record(&world, new).await;
    let (by, here, there) = (
        &world.ada.by,
        world.northgate.organisation,
        world.hillview.organisation,
    );
    let foreign = world.catalog.cancel_absence(id, there, by).await;
    assert!(matches!(foreign, Err(Error::NotFound(_))), "{foreign:?}");
    world
        .catalog
        .cancel_absence(id, here, by)
        .await
        .expect("ended");
    let back = world
        .catalog
        .set_presence(world.ada.id, pathology::staff::Presence::Available, by);
    back.await.expect("said");
    world.claim(&world.ada).await;
}

/// On SQLite nothing waits for a lock: there is one writer.
#[test]
fn an_absence_recorded_while_a_claim_waits_for_its_lock_is_heeded() {
    try_out(Engine::Postgres, |world| async move {
        world.ready_cases(&world.northgate, 1).await;
        let mut database = PgConnection::connect(&world.url()).await.expect("connects");
        let mut first = database.begin().await.expect("begun");
        let id = world.ada.id.to_string();
        sqlx::query("SELECT 1 FROM pathologist WHERE pathologist_id = $1 FOR UPDATE")
            .bind(&id)
            .execute(&mut *first)
            .await
            .expect("locked");
        let claim = tokio::spawn({
            let (catalog, ada) = (world.catalog.clone(), world.ada.clone());
            async move {
                let next = catalog.claim_next(ClaimId(fresh()), ada.id, None, &ada.by);
                next.await
            }
        });
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        until("the claim waits", async || world.count(waits).await > 0).await;
        sqlx::query(
            "INSERT INTO absence SELECT $2, organisation_id, pathologist_id, NULL, 0, 9000000000000000, 0, 'leave', 0, 'manager'
             FROM pathologist WHERE pathologist_id = $1",
        )
        .bind(&id)
        .bind(AbsenceId(fresh()).to_string())
        .execute(&mut *first)
        .await
        .expect("recorded");
        first.commit().await.expect("committed");
        let told = claim.await.expect("ends").expect("answered");
        assert!(matches!(told, ClaimOutcome::Away), "{told:?}");
    });
}
