//! One claim and one sign-out, ended at each of their points, and then made again.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use catalog::{By, Catalog, ClaimOutcome, Policy, Settings, SignOut};
use pathology::ids::{ClaimId, OrganisationId, PathologistId, ReportId};
use pathology::phi::Phi;

use super::points;
use crate::world::{Engine, World, fresh};

/// What the child process is told, by these variables.
const URL: &str = "SLIDEWAY_TEST_CLAIM_URL";
const WHO: &str = "SLIDEWAY_TEST_CLAIM_WHO";
const OF: &str = "SLIDEWAY_TEST_CLAIM_OF";
const POINT: &str = "SLIDEWAY_TEST_CLAIM_POINT";

#[test]
fn every_point_of_a_claim_on_sqlite() {
    every_point(Engine::Sqlite);
}

#[test]
fn every_point_of_a_claim_on_postgres() {
    every_point(Engine::Postgres);
}

fn every_point(engine: Engine) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for point in points(&["catalog::claim::", "catalog::sign_out::"]) {
        runtime.block_on(one_point(engine, &point));
    }
}

async fn one_point(engine: Engine, point: &str) {
    let world = World::on(engine).await;
    let at = world.northgate.clone();
    world.ready(&world.order(&at, "S26-00001")).await;
    let (ada, organisation) = (world.ada.id, at.organisation);
    let scratch = world.leave().await;

    let killed = child(&scratch.url(), ada, organisation, Some(point));
    assert_eq!(
        killed.status.signal(),
        Some(9),
        "{point} was not reached: {}",
        said(&killed)
    );

    let url = scratch.url();
    comes_back(&url, By::pathologist(ada, organisation), ada, point).await;

    let done = child(&scratch.url(), ada, organisation, None);
    assert!(done.status.success(), "{point}: {}", said(&done));
    let catalog = open(&scratch.url()).await;
    let signatures = catalog.signatures_after(None, 10).await.expect("the books");
    assert_eq!(
        signatures.len(),
        1,
        "{point}: exactly one accepted sign-out"
    );
    assert_eq!(
        catalog.broken_promises().await.expect("the walk"),
        Vec::<String>::new(),
        "at the end of {point}"
    );
    catalog.close().await;
    drop(catalog);
    scratch.remove().await;
}

/// What was not committed did not happen; what was committed lapses, and comes back with its age.
async fn comes_back(url: &str, by: By, ada: PathologistId, point: &str) {
    let catalog = open(url).await;
    assert_eq!(
        broken(&catalog).await,
        Vec::<String>::new(),
        "after {point}"
    );
    let days = 10 * 24 * 3_600_000_000;
    catalog.move_clock(days).await.expect("the clock");
    let told = catalog.tell_before_it_moves(10).await;
    told.expect("nothing begun moves untold");
    catalog.sweep_leases(10).await.expect("the sweep");
    assert_eq!(
        broken(&catalog).await,
        Vec::<String>::new(),
        "after the sweep of {point}"
    );
    let outcome = catalog.claim_next(ClaimId(fresh()), ada, None, &by).await;
    let Ok(ClaimOutcome::Claimed(claim)) = outcome else {
        panic!("{point}: the case is lost: {outcome:?}")
    };
    let released = catalog.release(claim.claim, claim.fence, "test", &by).await;
    released.expect("released");
    catalog.close().await;
}

async fn broken(catalog: &Catalog) -> Vec<String> {
    catalog.broken_promises().await.expect("the walk")
}

async fn open(url: &str) -> Catalog {
    let settings = Settings {
        url: url.to_owned(),
        connections: 2,
    };
    Catalog::open(&settings, Policy::default())
        .await
        .expect("the catalogue opens again")
}

/// Starts this test program again as the process that claims and signs out.
fn child(url: &str, who: PathologistId, of: OrganisationId, point: Option<&str>) -> Output {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args([
        "--exact",
        "kill_nine::claims::the_process_that_is_killed",
        "--nocapture",
    ]);
    command
        .env(URL, url)
        .env(WHO, who.to_string())
        .env(OF, of.to_string());
    if let Some(point) = point {
        command.env(POINT, point);
    }
    command.output().expect("the process runs")
}

fn said(output: &Output) -> String {
    format!(
        "{}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Not a test by itself: the process that the tests above start, and end where they say.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "its orders come by the environment"
)]
fn the_process_that_is_killed() {
    let Ok(url) = std::env::var(URL) else { return };
    let (who, of) = (
        std::env::var(WHO).expect("who"),
        std::env::var(OF).expect("of whom"),
    );
    if let Ok(point) = std::env::var(POINT) {
        let kill = || {
            let _dead = rustix::process::kill_process(
                rustix::process::getpid(),
                rustix::process::Signal::KILL,
            );
        };
        fail::cfg_callback(point, kill).expect("a point");
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(claim_and_sign_out(
        &url,
        who.parse().expect("an id"),
        of.parse().expect("an id"),
    ));
}

async fn claim_and_sign_out(url: &str, who: PathologistId, of: OrganisationId) {
    let catalog = open(url).await;
    let by = By::pathologist(who, of);
    let outcome = catalog
        .claim_next(ClaimId(fresh()), who, None, &by)
        .await
        .expect("a claim");
    let ClaimOutcome::Claimed(claim) = outcome else {
        panic!("nothing to claim: {outcome:?}")
    };
    let text = Phi::new("benign".to_owned());
    catalog
        .save_draft(claim.claim, claim.fence, text.clone(), &by)
        .await
        .expect("a draft");
    let case = catalog.to_sign(claim.case).await.expect("the case");
    let sign = SignOut {
        report: ReportId(fresh()),
        claim: claim.claim,
        fence: claim.fence,
        case_revision: case.revision,
        diagnosis: text,
        seen: case.scans,
        acknowledged: case.missing,
        damage_reason: String::new().into(),
        diagnosis_code: String::new(),
        concordance: None,
    };
    catalog.sign_out(sign, None, &by).await.expect("signed out");
    catalog.close().await;
}
