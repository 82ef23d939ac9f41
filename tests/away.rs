//! A database that goes away is waited for: nothing is half there, nothing is done twice.
//!
//! Between the catalogue and its PostgreSQL stands a proxy that can be cut in the very moment of a
//! COMMIT, before it reaches the server or before its answer comes back.

mod proxy;
mod site;

use std::process::Command;

use catalog::{Catalog, ClaimOutcome, Error, SignOut, SignedOut};
use pathology::ids::{ClaimId, ReportId};
use proxy::Moment;
use site::Site;

use crate::world::{Engine, Person, World, fresh, try_out, until};

const MOMENTS: [Moment; 2] = [Moment::Commit, Moment::Answer];
/// Words that only a claim, a signature, an arrival, a publication sends.
const CLAIMS: &str = "UPDATE reading SET state = 'claimed'";
const SIGNS: &str = "INSERT INTO report ";
const ARRIVES: &str = "INSERT INTO scan ";
const PUBLISHES: &str = "UPDATE scan SET pixels = 'published'";

fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(World) -> F) {
    try_out(Engine::Postgres, body);
}

#[test]
fn a_claim_in_a_cut_is_refused_and_made_once_afterwards() {
    on_postgres(|world| async move {
        world.ready_cases(&world.northgate, 4).await;
        let site = Site::before(&world).await;
        site.proxy.cut();
        let refused = claim(&site.catalog, &world.ada, "one").await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        site.proxy.restore();
        let made = claimed(&site.catalog, &world.ada, "one").await;
        assert_eq!(claimed(&site.catalog, &world.ada, "one").await, made);
        assert_eq!(world.count("SELECT count(*) FROM assignment").await, 1);
    });
}

#[test]
fn a_claim_whose_commit_is_cut_is_made_once() {
    for moment in MOMENTS {
        on_postgres(|world| async move {
            world.ready_cases(&world.northgate, 4).await;
            let site = Site::before(&world).await;
            site.proxy.trap(CLAIMS, moment);
            let refused = claim(&site.catalog, &world.ada, "one").await;
            assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
            assert!(site.proxy.is_away(), "the claim did not come by");
            let made = "SELECT count(*) FROM assignment";
            assert_eq!(world.count(made).await, stands(moment), "{moment:?}");
            site.proxy.restore();
            let again = claimed(&site.catalog, &world.ada, "one").await;
            assert_eq!(world.count(made).await, 1, "{moment:?}");
            let held = world.texts("SELECT claim_id FROM reading WHERE state = 'claimed'");
            assert_eq!(held.await, [again.to_string()], "{moment:?}");
        });
    }
}

#[test]
fn a_signature_whose_commit_is_cut_is_given_once() {
    for moment in MOMENTS {
        on_postgres(|world| async move {
            world.ready_cases(&world.northgate, 1).await;
            let held = world.claim(&world.ada).await;
            world
                .draft(&world.ada, &held, "Naevus.")
                .await
                .expect("saved");
            let sign = world.signature(&held).await;
            let site = Site::before(&world).await;
            site.proxy.trap(SIGNS, moment);
            let refused = signed(&site.catalog, &world.ada, &sign).await;
            assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
            let reports = "SELECT count(*) FROM report";
            assert_eq!(world.count(reports).await, stands(moment), "{moment:?}");
            site.proxy.restore();
            let again = signed(&site.catalog, &world.ada, &sign).await;
            let again = again.expect("signed").report.to_string();
            let given = world.texts("SELECT report_id FROM report").await;
            assert_eq!(given, [again], "{moment:?}");
        });
    }
}

/// How often it is done when the moment has passed.
fn stands(moment: Moment) -> i64 {
    i64::from(moment == Moment::Answer)
}

async fn claim(catalog: &Catalog, who: &Person, key: &str) -> Result<ClaimOutcome, Error> {
    let claim = ClaimId(fresh());
    catalog.claim_next(claim, who.id, Some(key), &who.by).await
}

async fn claimed(catalog: &Catalog, who: &Person, key: &str) -> ClaimId {
    match claim(catalog, who, key).await {
        Ok(ClaimOutcome::Claimed(claim)) => claim.claim,
        other => panic!("not claimed: {other:?}"),
    }
}

/// As the door sends it each time: under a new report id, with the same key.
async fn signed(catalog: &Catalog, who: &Person, sign: &SignOut) -> Result<SignedOut, Error> {
    let sign = SignOut {
        report: ReportId(fresh()),
        ..sign.clone()
    };
    catalog.sign_out(sign, Some("signature"), &who.by).await
}

#[test]
fn whoever_watches_is_told_of_a_change_whose_answer_was_lost() {
    on_postgres(|world| async move {
        world.ready_cases(&world.northgate, 1).await;
        let site = Site::before(&world).await;
        let mut changes = site.catalog.changes();
        site.proxy.trap(CLAIMS, Moment::Answer);
        let lost = claim(&site.catalog, &world.ada, "one").await;
        assert!(lost.is_err(), "{lost:?}");
        let change = changes.try_recv().expect("told: it may have happened");
        assert_eq!(change.pathologist, Some(world.ada.id));
    });
}

#[test]
fn a_delivery_waits_in_its_folder_and_is_stored_by_itself() {
    on_postgres(|world| async move {
        let site = Site::before(&world).await;
        let running = site.run();
        site.proxy.cut();
        let slide = site.deliver("one.svs", 1);
        let tried = site.proxy.refused();
        until("the folder is looked at", async || {
            site.proxy.refused() > tried + 3
        })
        .await;
        assert_eq!(world.count("SELECT count(*) FROM scan").await, 0);
        assert_eq!(world.count("SELECT count(*) FROM delivery").await, 0);
        site.proxy.restore();
        site.published(&world, 1).await;
        assert_eq!(site.delivered("one.svs"), slide, "it is only ever read");
        running.end().await;
    });
}

#[test]
fn an_arrival_whose_commit_is_cut_is_stored_once_with_its_bytes() {
    for moment in MOMENTS {
        on_postgres(|world| async move {
            let site = Site::before(&world).await;
            let running = site.run();
            site.proxy.trap(ARRIVES, moment);
            let slide = site.deliver("one.svs", 1);
            until("it arrives", async || site.proxy.is_away()).await;
            let scans = world.count("SELECT count(*) FROM scan").await;
            assert_eq!(scans, stands(moment), "{moment:?}");
            site.proxy.restore();
            // The tiler compares what is kept with the digest of the receipt.
            site.published(&world, 1).await;
            assert_eq!(site.delivered("one.svs"), slide, "it is only ever read");
            running.end().await;
        });
    }
}

#[test]
fn a_publication_whose_commit_is_cut_is_made_once() {
    for moment in MOMENTS {
        on_postgres(|world| async move {
            let site = Site::before(&world).await;
            let running = site.run();
            site.proxy.trap(PUBLISHES, moment);
            site.deliver("one.svs", 1);
            until("it is published", async || site.proxy.is_away()).await;
            let published = "SELECT count(*) FROM scan WHERE pixels IN ('published', 'verified')";
            assert_eq!(world.count(published).await, stands(moment), "{moment:?}");
            site.proxy.restore();
            site.published(&world, 1).await;
            site.idle(&world).await;
            running.end().await;
        });
    }
}

#[test]
fn every_process_survives_the_cut_and_goes_on() {
    on_postgres(|world| async move {
        world.ready_cases(&world.northgate, 1).await;
        let site = Site::before(&world).await;
        let running = site.run();
        site.deliver("one.svs", 1);
        site.published(&world, 1).await;
        let held = world.claim(&world.ada).await;
        site.proxy.cut();
        site.deliver("two.svs", 2);
        let hour = 3_600 * 1_000_000;
        world.catalog.move_clock(hour).await.expect("the clock");
        let tried = site.proxy.refused();
        until("everyone tries", async || site.proxy.refused() > tried + 8).await;
        assert_eq!(world.reading_state(held.reading).await, "claimed");
        site.proxy.restore();
        site.published(&world, 2).await;
        until("the claim lapses", async || {
            world.reading_state(held.reading).await == "waiting"
        })
        .await;
        running.end().await;
    });
}

#[test]
fn a_database_that_is_not_there_is_named_with_the_remedy() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address").to_string();
    drop(free);
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("slideway.toml");
    let text = format!("[catalog]\nurl = \"postgres://pathology:hushhush@{address}/slides\"\n");
    std::fs::write(&config, text).expect("a configuration");
    std::fs::write(folder.path().join("a.svs"), "a slide").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_slideway"))
        .args(["ingest", "--config", "slideway.toml", "a.svs"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    for needed in [
        &address,
        "database slides",
        "start it, or correct catalog.url",
    ] {
        assert!(words.contains(needed), "{needed:?} is not in {words:?}");
    }
    assert!(!words.contains("hushhush"), "the password is told: {words}");
}
