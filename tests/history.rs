//! Every act is on record for ever, and whatever happens the catalogue agrees with the naive worklist.

mod lives;
mod mutants;
mod races;

use std::collections::BTreeSet;

use catalog::{By, Refusal};
use pathology::case::TrayCode;
use pathology::staff::Presence;

use crate::world::road::arrival;
use crate::world::{Engine, Person, World, on_both};

on_both!(
    the_record_is_append_only,
    every_act_of_a_case_is_on_record,
    every_act_of_a_scan_is_on_record,
    every_change_of_a_right_is_on_record,
    what_was_refused_leaves_no_record,
);

mod random_lives_agree_with_the_naive_worklist {
    use crate::world::Engine;

    #[test]
    fn on_sqlite() {
        super::lives::compare(Engine::Sqlite, false);
    }

    #[test]
    fn on_postgres() {
        super::lives::compare(Engine::Postgres, false);
    }
}

async fn the_record_is_append_only(world: World) {
    world.ready_cases(&world.northgate, 1).await;
    let before = world.count("SELECT count(*) FROM audit").await;
    let mut attempts = vec![
        "UPDATE audit SET subject = 'somebody else'",
        "UPDATE audit SET detail = '' WHERE 1 = 0 OR audit_id > 0",
        "DELETE FROM audit WHERE action = 'accession'",
        "DELETE FROM audit",
    ];
    if world.engine() == Engine::Postgres {
        attempts.push("TRUNCATE audit CASCADE");
    } else {
        attempts.push("INSERT OR REPLACE INTO audit SELECT audit_id, organisation_id, at, 'x', action, purpose, basis, outcome, case_id, scan_id, reading_id, detail FROM audit");
    }
    for sql in attempts {
        let refused = world.meddle(sql).await.expect_err(sql);
        assert!(refused.contains("append only"), "{sql}: {refused}");
    }
    assert_eq!(world.count("SELECT count(*) FROM audit").await, before);
    let changed = "SELECT count(*) FROM audit WHERE subject IN ('x', 'somebody else')";
    assert_eq!(world.count(changed).await, 0);
}

async fn actions(world: &World) -> BTreeSet<String> {
    let actions = world.texts("SELECT DISTINCT action FROM audit").await;
    actions.into_iter().collect()
}

async fn on_record(world: &World, expected: &[&str]) {
    let found = actions(world).await;
    for action in expected {
        assert!(found.contains(*action), "no {action} among {found:?}");
    }
    let nameless = "SELECT count(*) FROM audit WHERE subject = '' OR purpose = '' OR basis = ''";
    assert_eq!(world.count(nameless).await, 0);
}

async fn claim_begin(world: &World, who: &Person) -> catalog::Claim {
    let claim = world.claim(who).await;
    world.draft(who, &claim, "a naevus").await.expect("kept");
    claim
}

async fn every_act_of_a_case_is_on_record(world: World) {
    let cases = world.ready_cases(&world.northgate, 1).await;
    let ada = &world.ada;
    let untouched = world.claim(ada).await;
    world.pass(120).await;
    claim_begin(&world, ada).await;
    world.pass(25 * 3600).await;
    let released = world.claim_this(ada, untouched.reading).await;
    let catalog::ClaimOutcome::Claimed(released) = released else {
        panic!("{released:?}");
    };
    let back = world
        .catalog
        .release(released.claim, released.fence, "", &ada.by);
    back.await.expect("released");
    let declined = world.claim(ada).await;
    let back = world
        .catalog
        .decline(declined.claim, declined.fence, "I know her", &ada.by);
    back.await.expect("declined");
    let last = world.claim(&world.cleo).await;
    let signed = world.sign(&world.cleo, world.signature(&last).await).await;
    signed.expect("signed out");
    on_record(
        &world,
        &[
            "accession",
            "case_ready",
            "claim",
            "lapsed",
            "begin_case",
            "moved",
            "claim_out_of_order",
            "released",
            "declined",
            "sign_out",
        ],
    )
    .await;
    let of_the_case = format!(
        "SELECT count(*) FROM audit WHERE case_id = '{}'",
        cases[0].case
    );
    assert!(world.count(&of_the_case).await >= 13);
    let signer = world
        .texts("SELECT subject FROM audit WHERE action = 'sign_out'")
        .await;
    assert_eq!(signer, [format!("pathologist:{}", world.cleo.id)]);
}

async fn every_act_of_a_scan_is_on_record(world: World) {
    let at = &world.northgate;
    let order = world.order(at, "S26-00001").slides(2);
    world.accession(&order).await.expect("registered");
    let by = at.operator("sam");
    let unread = world.deliver(at, "tissue", "").await;
    let (tray, _) = world.tray(unread.scan).await.expect("a tray entry");
    let attached = world.handheld(tray, &order.container(1), &by).await;
    assert!(attached.expect("attached").matched);
    let other = world.deliver(at, "other", "").await;
    let (tray, _) = world.tray(other.scan).await.expect("a tray entry");
    let aside = world
        .catalog
        .dismiss(tray, "a test slide", false, &by)
        .await;
    aside.expect("put aside");
    world.store(arrival(at, "half", "a.svs")).await;
    let job = world.take_job().await;
    let refusal = Refusal {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        code: TrayCode::Truncated,
        reason: "it ends early".to_owned(),
    };
    let tiler = By::system("tile", at.organisation);
    let refused = world.catalog.refuse_scan(refusal, &tiler).await;
    refused.expect("refused");
    let slide = world.slide(at, &order.container(2)).await;
    let waived = world.catalog.waive_slide(order.case, slide, "broken", &by);
    waived.await.expect("waived");
    let more = world
        .catalog
        .expect_slides(order.case, Vec::new(), &by)
        .await;
    more.expect("expected");
    on_record(
        &world,
        &[
            "record_arrival",
            "publish_scan",
            "match_scan",
            "handheld_scan",
            "dismiss_tray",
            "turn_away_scan",
            "waive_slide",
            "expect_slides",
        ],
    )
    .await;
}

async fn every_change_of_a_right_is_on_record(world: World) {
    let case = world.ready_cases(&world.northgate, 1).await[0];
    let by = world.northgate.operator("manager");
    let withdrawn = world.catalog.withdraw_agreement(world.agreement, &by).await;
    withdrawn.expect("withdrawn");
    let ended = world
        .catalog
        .withdraw_credential(world.ben.id, "renal", &by);
    ended.await.expect("withdrawn");
    let excluded = world.hillview.organisation;
    let objected = world.catalog.record_objection(case.case, excluded, &by);
    objected.await.expect("recorded");
    let away = world
        .catalog
        .set_presence(world.ben.id, Presence::Away, &world.ben.by);
    away.await.expect("away");
    on_record(
        &world,
        &[
            "sign_agreement",
            "withdraw_agreement",
            "withdraw_credential",
            "record_objection",
            "set_presence",
        ],
    )
    .await;
}

async fn what_was_refused_leaves_no_record(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.accession(&order).await.expect("registered");
    let before = world.count("SELECT count(*) FROM audit").await;
    let events = world.count("SELECT count(*) FROM event").await;
    let mut other = order.slides(3);
    other.case = pathology::ids::CaseId(crate::world::fresh());
    assert!(world.accession(&other).await.is_err());
    world.claim_next(&world.ada).await;
    assert_eq!(world.count("SELECT count(*) FROM audit").await, before);
    assert_eq!(world.count("SELECT count(*) FROM event").await, events);
}
