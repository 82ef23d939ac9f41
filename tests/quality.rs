//! A doubtful scan asks a person, hides nothing and moves no clock; nobody waits in silence.

mod real;

use catalog::{Decision, Error, Job, Measured};
use pathology::case::{IdentityState, Priority, TrayCode};
use pathology::ids::{ScanId, TrayId};
use pathology::pyramid::geometry::Region;

use crate::world::road::arrival;
use crate::world::{Open, Order, World, on_both};

on_both!(
    a_flagged_scan_enters_the_tray_and_hides_nothing,
    a_scan_without_flags_asks_nobody,
    a_scan_that_passes_leaves_the_tray,
    a_rescan_reaches_the_scanners_list_and_ends_with_the_new_scan,
    nobody_waits_in_silence_past_the_deadline,
    an_immediate_case_is_decided_in_two_minutes,
    a_scan_that_cannot_be_measured_says_so,
    immediate_scans_are_looked_over_first,
);

/// A ready case of one slide whose scan waits to be looked over.
async fn ready(world: &World, priority: Priority) -> (Order, Open, Job) {
    let order = world
        .order(&world.northgate, "S26-00001")
        .priority(priority);
    let open = world.ready(&order).await;
    let job = world.take_job().await;
    assert_eq!(job.kind, "quality");
    (order, open, job)
}

async fn measured(world: &World, job: &Job, flags: &[TrayCode]) {
    let by = catalog::By::system("tile", job.organisation);
    let measured = Measured {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        measures: "{}".into(),
        flags: flags.to_vec(),
        detail: "62 % of 40 places looked at are blurred.".into(),
        heat_map: vec![7; 1000],
    };
    let recorded = world.catalog.record_quality(measured, &by).await;
    recorded.expect("recorded");
}

/// The open entry of a flagged scan.
async fn entry(world: &World, scan: ScanId) -> TrayId {
    let (tray, code) = world.tray(scan).await.expect("an entry");
    assert_eq!(code, "out_of_focus");
    tray
}

async fn verdict(world: &World) -> Vec<String> {
    let sql = "SELECT verdict FROM quality ORDER BY measured_at, scan_id";
    world.texts(sql).await
}

async fn audited(world: &World, action: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM audit WHERE action = '{action}'");
    world.count(&sql).await
}

/// Everything that orders and times the case.
async fn clocks(world: &World) -> Vec<String> {
    let sql =
        "SELECT CAST(due_at AS TEXT) || ' ' || CAST(vkey AS TEXT) || ' ' || state FROM reading";
    world.texts(sql).await
}

async fn a_flagged_scan_enters_the_tray_and_hides_nothing(world: World) {
    let (_, open, job) = ready(&world, Priority::Routine).await;
    let before = clocks(&world).await;
    measured(&world, &job, &[TrayCode::OutOfFocus, TrayCode::PenMarks]).await;
    entry(&world, job.scan).await;
    assert_eq!(verdict(&world).await, ["flagged"]);
    assert_eq!(clocks(&world).await, before, "the clock keeps running");
    assert_eq!(world.case_state(open.case).await, "ready");
    let rows = world
        .catalog
        .tray("quality", world.northgate.organisation, None);
    let rows = rows.await.expect("listed");
    assert_eq!(
        rows[0].best_guess.as_ref().map(|guess| guess.case),
        Some(open.case)
    );
    let claim = world.claim(&world.ada).await;
    assert_eq!(claim.case, open.case, "it can be read all the while");
    let by = world.northgate.operator("sam");
    let aside = world.catalog.dismiss(rows[0].tray, "not now", false, &by);
    assert!(matches!(aside.await, Err(Error::Conflict(_))));
    assert_eq!(audited(&world, "measure_quality").await, 1);
}

async fn a_scan_without_flags_asks_nobody(world: World) {
    let (_, _, job) = ready(&world, Priority::Routine).await;
    measured(&world, &job, &[]).await;
    assert!(world.tray(job.scan).await.is_none());
    assert_eq!(verdict(&world).await, ["good"]);
    let kept = "SELECT count(*) FROM quality WHERE heat_map IS NOT NULL";
    assert_eq!(world.count(kept).await, 0, "only evidence is kept");
}

async fn a_scan_that_passes_leaves_the_tray(world: World) {
    let (order, _, job) = ready(&world, Priority::Routine).await;
    measured(&world, &job, &[TrayCode::OutOfFocus]).await;
    let tray = entry(&world, job.scan).await;
    let by = order.at.operator("sam");
    let pass = world.catalog.decide_quality(tray, Decision::Pass, "", &by);
    pass.await.expect("decided");
    assert!(world.tray(job.scan).await.is_none());
    assert_eq!(verdict(&world).await, ["passed"]);
    assert_eq!(audited(&world, "decide_quality").await, 1);
    let again = world.catalog.decide_quality(tray, Decision::Pass, "", &by);
    assert!(matches!(again.await, Err(Error::Conflict(_))));
}

async fn a_rescan_reaches_the_scanners_list_and_ends_with_the_new_scan(world: World) {
    let (order, open, job) = ready(&world, Priority::Urgent).await;
    measured(&world, &job, &[TrayCode::OutOfFocus]).await;
    let (tray, by) = (entry(&world, job.scan).await, order.at.operator("sam"));
    let before = clocks(&world).await;
    let region = Region {
        x: 100,
        y: 200,
        width: 3000,
        height: 4000,
    };
    let rescan = Decision::Rescan(Some(region));
    let silent = world.catalog.decide_quality(tray, rescan, " ", &by);
    assert!(
        matches!(silent.await, Err(Error::Invalid { .. })),
        "a reason is needed"
    );
    let asked = world
        .catalog
        .decide_quality(tray, rescan, "upper half blurred", &by);
    asked.await.expect("decided");
    let (of, scanner) = (order.at.organisation, order.at.scanner);
    let list = async |scanner| {
        world
            .catalog
            .rescans(of, None, scanner)
            .await
            .expect("listed")
    };
    let listed = list(Some(scanner)).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].scan, listed[0].region),
        (Some(job.scan), Some(region))
    );
    assert_eq!(
        (listed[0].case, listed[0].code.as_str()),
        (open.case, "out_of_focus")
    );
    assert_eq!(listed[0].reason.expose(), "upper half blurred");
    assert!(
        list(Some(world.hillview.scanner)).await.is_empty(),
        "another scanner's list"
    );
    assert_eq!(clocks(&world).await, before, "the clock keeps running");
    let sharp = world.deliver(&order.at, "sharp", &order.container(1)).await;
    assert_eq!(sharp.identity, IdentityState::Matched);
    let current = world.texts("SELECT current_scan_id FROM slide").await;
    assert_eq!(current, [sharp.scan.to_string()]);
    assert!(list(None).await.is_empty(), "the request is spent");
    assert_eq!(verdict(&world).await, ["rescan"]);
}

async fn nobody_waits_in_silence_past_the_deadline(world: World) {
    let (order, open, job) = ready(&world, Priority::Urgent).await;
    measured(&world, &job, &[TrayCode::OutOfFocus]).await;
    let (tray, before) = (entry(&world, job.scan).await, clocks(&world).await);
    world.pass(15 * 60 - 5).await;
    assert_eq!(
        world
            .catalog
            .release_overdue_quality(10)
            .await
            .expect("swept"),
        0
    );
    world.pass(10).await;
    assert_eq!(
        world.catalog.alarm_trays(10).await.expect("swept"),
        0,
        "not alarmed twice"
    );
    assert_eq!(
        world
            .catalog
            .release_overdue_quality(10)
            .await
            .expect("swept"),
        1
    );
    assert_eq!(verdict(&world).await, ["released"]);
    assert!(world.tray(job.scan).await.is_none());
    let alarms = world
        .count("SELECT count(*) FROM outbox WHERE topic = 'quality_released'")
        .await;
    assert_eq!(alarms, 1);
    assert_eq!(audited(&world, "release_quality").await, 1);
    assert_eq!(
        world
            .catalog
            .release_overdue_quality(10)
            .await
            .expect("swept"),
        0,
        "once"
    );
    assert_eq!(clocks(&world).await, before);
    assert_eq!(world.case_state(open.case).await, "ready");
    let by = order.at.operator("sam");
    let late = world.catalog.decide_quality(tray, Decision::Pass, "", &by);
    assert!(
        matches!(late.await, Err(Error::Conflict(_))),
        "the system has decided"
    );
}

async fn an_immediate_case_is_decided_in_two_minutes(world: World) {
    let (_, _, job) = ready(&world, Priority::Immediate).await;
    measured(&world, &job, &[TrayCode::OutOfFocus]).await;
    world.pass(121).await;
    assert_eq!(
        world
            .catalog
            .release_overdue_quality(10)
            .await
            .expect("swept"),
        1
    );
    assert_eq!(verdict(&world).await, ["released"]);
}

async fn a_scan_that_cannot_be_measured_says_so(world: World) {
    let (order, open, job) = ready(&world, Priority::Routine).await;
    let by = catalog::By::system("tile", order.at.organisation);
    let late = world
        .catalog
        .quality_not_measured(job.id, job.fence + 1, job.scan, "no level", &by);
    assert!(matches!(late.await, Err(Error::Superseded)), "fenced");
    let told = world
        .catalog
        .quality_not_measured(job.id, job.fence, job.scan, "no level", &by);
    told.await.expect("recorded");
    assert_eq!(verdict(&world).await, ["not_measured"]);
    assert_eq!(world.case_state(open.case).await, "ready");
}

async fn immediate_scans_are_looked_over_first(world: World) {
    let at = &world.northgate;
    world.deliver(at, "routine", "").await;
    let mut frozen = arrival(at, "frozen", "b.svs");
    frozen.urgency = 0;
    let scan = frozen.scan;
    world.store(frozen).await;
    let tiling = world.take_job().await;
    assert_eq!((tiling.scan, tiling.kind.as_str()), (scan, "tile"));
    world.publish(&tiling, "").await.expect("published");
    world.store(arrival(at, "waits", "c.svs")).await;
    let mut order = Vec::new();
    for _ in 0..3 {
        let job = world.take_job().await;
        order.push((job.kind, job.urgency));
    }
    let expected = [("quality", 0), ("tile", 2), ("quality", 12)];
    assert_eq!(order, expected.map(|(kind, rank)| (kind.to_owned(), rank)));
}
