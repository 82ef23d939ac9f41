//! The rota is a forecast: it keeps a stage open for who is coming, and says where nobody will be.

use catalog::{Absence, ClaimOutcome, Error, Policy};
use pathology::case::{ClockKind, Micros, Minutes};
use pathology::ids::AbsenceId;
use pathology::staff::{Duty, Presence, Shift, Specialty};

use crate::world::{Person, World, fresh, on_both};

on_both!(under own_site_first:
    a_rota_of_somebody_elses_people_is_refused,
    who_comes_within_the_stage_is_waited_for,
    who_comes_later_is_not,
    who_is_away_by_an_absence_is_not_waited_for_and_covers_nothing,
    what_waits_for_somebody_goes_on_when_they_take_no_more_before_an_absence,
    a_rota_sent_again_replaces_what_it_overlaps,
    a_specialty_with_nobody_on_the_rota_is_a_gap,
    a_pause_leaves_the_published_figure,
    clocks_are_started_and_stopped_once,
);

/// Half an hour for the own site of a routine case.
fn own_site_first() -> Policy {
    let mut policy = Policy::default();
    policy.stages.own_site = Minutes {
        immediate: 0,
        urgent: 10,
        routine: 30,
    };
    policy
}

/// A shift from so many minutes after the world began, for so many minutes.
fn shift(world: &World, who: &Person, after: i64, minutes: i64) -> Shift {
    let from = Micros(world.began).plus_minutes(after);
    Shift {
        pathologist: who.id,
        from,
        duty: Duty::Reading,
        to: from.plus_minutes(minutes),
    }
}

async fn record(world: &World, shifts: Vec<Shift>) -> Result<(), Error> {
    let by = world.northgate.operator("manager");
    world.catalog.record_rota(shifts, &by).await
}

async fn ada_is_away(world: &World) {
    let gone = world
        .catalog
        .set_presence(world.ada.id, Presence::Away, &world.ada.by);
    gone.await.expect("away");
}

async fn a_rota_of_somebody_elses_people_is_refused(world: World) {
    let theirs = record(&world, vec![shift(&world, &world.cleo, 0, 60)]).await;
    let refused = theirs.expect_err("another house's people").to_string();
    assert!(refused.contains("employed elsewhere"), "{refused}");
    let none = record(&world, Vec::new()).await;
    assert!(matches!(none, Err(Error::Invalid { .. })), "{none:?}");
    assert_eq!(world.count("SELECT count(*) FROM rota").await, 0);
}

async fn who_comes_within_the_stage_is_waited_for(world: World) {
    ada_is_away(&world).await;
    record(&world, vec![shift(&world, &world.ada, 20, 240)])
        .await
        .expect("recorded");
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let early = world.claim_next(&world.cleo).await;
    assert!(matches!(early, ClaimOutcome::Nothing), "{early:?}");
    // She does not come: the forecast was wrong, and the window ends.
    world.pass(31 * 60).await;
    world.catalog.relax_readings(10).await.expect("relaxed");
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn who_comes_later_is_not(world: World) {
    ada_is_away(&world).await;
    record(&world, vec![shift(&world, &world.ada, 45, 240)])
        .await
        .expect("recorded");
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

/// From when until when, in minutes after the world began.
async fn ada_will_be_away(world: &World, (from, to): (i64, i64)) {
    let minute = |n| Micros(world.began).plus_minutes(n);
    let absence = Absence {
        absence: AbsenceId(fresh()),
        pathologist: world.ada.id,
        deputy: None,
        from: minute(from),
        to: minute(to),
        reason: "leave".to_owned(),
    };
    let by = world.northgate.operator("manager");
    let recorded = world.catalog.record_absence(absence, None, &by).await;
    recorded.expect("recorded");
}

/// The rota has them there; the absence that is on record knows better.
async fn who_is_away_by_an_absence_is_not_waited_for_and_covers_nothing(world: World) {
    let minute = |n| Micros(world.began).plus_minutes(n);
    let day = shift(&world, &world.ada, 0, 480);
    record(&world, vec![day]).await.expect("recorded");
    ada_will_be_away(&world, (-1, 240)).await;
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    assert_eq!(world.claim(&world.cleo).await.case, case.case, "at once");
    let north = world.northgate.organisation;
    let skin = Specialty::new("skin").expect("a key");
    let found = world.catalog.coverage_gaps(north, minute(0), minute(480));
    let found = found.await.expect("gaps").into_iter();
    let found = found.filter(|gap| gap.specialty == skin);
    let times: Vec<_> = found.map(|gap| (gap.from, gap.to)).collect();
    assert_eq!(times, [(minute(0), minute(240))]);
    let shown = world.catalog.rota(north, minute(0), minute(60)).await;
    let shown = shown.expect("the rota");
    assert_eq!((shown.len(), shown[0].pathologist), (1, world.ada.id));
    assert!(shown[0].away, "not to be counted on");
    let later = world.catalog.rota(north, minute(480), minute(500)).await;
    assert!(later.expect("the rota").is_empty(), "the shift is over");
    let backwards = world.catalog.rota(north, minute(5), minute(1)).await;
    assert!(matches!(backwards, Err(Error::Invalid { .. })));
}

async fn what_waits_for_somebody_goes_on_when_they_take_no_more_before_an_absence(world: World) {
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let early = world.claim_next(&world.cleo).await;
    assert!(matches!(early, ClaimOutcome::Nothing), "Ada is there");
    // In five hours: she takes nothing new from a day before.
    record(&world, vec![shift(&world, &world.ada, 0, 60)])
        .await
        .expect("recorded");
    ada_will_be_away(&world, (300, 3_000)).await;
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
    let (north, minute) = (world.northgate.organisation, |n| {
        Micros(world.began).plus_minutes(n)
    });
    let shown = world.catalog.rota(north, minute(0), minute(60)).await;
    assert!(shown.expect("the rota")[0].away, "as the gaps count her");
}

async fn a_rota_sent_again_replaces_what_it_overlaps(world: World) {
    let morning = shift(&world, &world.ada, 0, 240);
    let evening = shift(&world, &world.ada, 600, 240);
    record(&world, vec![morning, evening])
        .await
        .expect("recorded");
    let later = shift(&world, &world.ada, 60, 240);
    record(&world, vec![later]).await.expect("recorded");
    let starts = "SELECT CAST(starts_at AS TEXT) FROM rota ORDER BY starts_at";
    let expected = [later.from, evening.from].map(|at| at.0.to_string());
    assert_eq!(world.texts(starts).await, expected);
    let told = "SELECT count(*) FROM event WHERE kind = 'rights' AND detail = 'rota' AND pathologist_id IS NOT NULL";
    assert_eq!(world.count(told).await, 2);
}

async fn a_specialty_with_nobody_on_the_rota_is_a_gap(world: World) {
    let minute = |n| Micros(world.began).plus_minutes(n);
    record(
        &world,
        vec![
            shift(&world, &world.ben, 0, 60),
            shift(&world, &world.ada, 120, 60),
        ],
    )
    .await
    .expect("recorded");
    // Cleo of hillview reads northgate's skin by agreement.
    let by = world.hillview.operator("manager");
    let all_day = vec![shift(&world, &world.cleo, 0, 240)];
    let recorded = world.catalog.record_rota(all_day, &by);
    recorded.await.expect("recorded");
    let north = world.northgate.organisation;
    let found = world.catalog.coverage_gaps(north, minute(0), minute(240));
    let found = found.await.expect("gaps");
    let renal = Specialty::new("renal").expect("a key");
    assert!(found.iter().all(|gap| gap.specialty == renal), "{found:?}");
    let times: Vec<_> = found.iter().map(|gap| (gap.from, gap.to)).collect();
    assert_eq!(
        times,
        [(minute(60), minute(120)), (minute(180), minute(240))]
    );
    assert!(
        found[0]
            .to_string()
            .starts_with("No eligible Renal pathologist")
    );
    // A credential that is withdrawn covers nothing any more.
    let manager = world.northgate.operator("manager");
    let withdrawn = world
        .catalog
        .withdraw_credential(world.ben.id, "renal", &manager);
    withdrawn.await.expect("withdrawn");
    let found = world.catalog.coverage_gaps(north, minute(0), minute(120));
    let found = found.await.expect("gaps");
    assert_eq!((found[0].from, found[0].to), (minute(0), minute(120)));
    let backwards = world
        .catalog
        .coverage_gaps(north, minute(5), minute(1))
        .await;
    assert!(matches!(backwards, Err(Error::Invalid { .. })));
}

async fn a_pause_leaves_the_published_figure(world: World) {
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await
        .case;
    let by = world.northgate.operator("desk");
    let catalog = &world.catalog;
    let nothing = catalog.resume_clocks(case, &by).await;
    assert!(matches!(nothing, Err(Error::Conflict(_))), "{nothing:?}");
    let silent = catalog.pause_clocks(case, " ", &by).await;
    assert!(matches!(silent, Err(Error::Invalid { .. })), "{silent:?}");
    let due = "SELECT due_at FROM cases";
    let before = world.count(due).await;
    catalog
        .pause_clocks(case, "deeper levels", &by)
        .await
        .expect("paused");
    let twice = catalog.pause_clocks(case, "stains", &by).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    world.pass(3600).await;
    catalog.resume_clocks(case, &by).await.expect("resumed");
    let clocks = catalog.clocks(case).await.expect("clocks");
    let figures = clocks[0].figures;
    let paused = figures.published_us - figures.adjusted_us;
    assert!(paused >= 3_600_000_000, "{figures:?}");
    assert!(figures.published_us >= paused, "{figures:?}");
    assert_eq!(world.count(due).await, before, "a pause moves no due time");
}

async fn clocks_are_started_and_stopped_once(world: World) {
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await
        .case;
    let by = world.northgate.operator("desk");
    let catalog = &world.catalog;
    let verbal = ClockKind::Verbal;
    let early = catalog.stop_clock(case, verbal, &by).await;
    assert!(matches!(early, Err(Error::Conflict(_))), "{early:?}");
    let open = catalog
        .start_clock(case, ClockKind::Pathway, None, &by)
        .await;
    assert!(matches!(open, Err(Error::Invalid { .. })), "{open:?}");
    catalog
        .start_clock(case, verbal, None, &by)
        .await
        .expect("started");
    let twice = catalog.start_clock(case, verbal, None, &by).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    catalog
        .stop_clock(case, verbal, &by)
        .await
        .expect("stopped");
    let clocks = catalog.clocks(case).await.expect("clocks");
    let running: Vec<_> = clocks
        .iter()
        .filter(|one| one.clock.stopped_at.is_none())
        .map(|one| one.clock.kind)
        .collect();
    assert_eq!(
        running,
        [ClockKind::Report],
        "a verbal result ends no report"
    );
}
