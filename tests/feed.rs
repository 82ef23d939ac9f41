//! Each process follows what all processes commit, proposes from its index, and decides in the database.
//!
//! Two catalogues on one PostgreSQL stand for two processes: they share nothing else.

mod plans;

use std::time::Duration;

use catalog::{Catalog, Change, ClaimOutcome, Error, Kind, Policy, Settings};
use pathology::ids::{ClaimId, PathologistId, ReadingId};
use pathology::staff::Presence;
use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgListener};
use tokio::sync::broadcast;

use crate::world::{Engine, Person, World, fresh, on_both, together, try_out, until};

on_both!(
    nothing_to_claim_asks_the_database_nothing,
    full_and_away_ask_the_database_nothing,
    a_retried_claim_is_found_though_nothing_waits,
    what_was_just_made_ready_is_claimed_at_once,
    without_an_index_the_heads_are_claimed_in_order,
    a_declined_case_is_passed_over_and_the_next_one_claimed,
    a_claim_that_fails_fails_no_other_of_its_batch,
);

fn on_postgres<F: Future<Output = ()>>(body: impl FnOnce(World) -> F) {
    try_out(Engine::Postgres, body);
}

async fn claim(catalog: &Catalog, who: &Person, key: Option<&str>) -> Result<ClaimOutcome, Error> {
    catalog
        .claim_next(ClaimId(fresh()), who.id, key, &who.by)
        .await
}

fn reading(outcome: &ClaimOutcome) -> Option<ReadingId> {
    match outcome {
        ClaimOutcome::Claimed(claim) => Some(claim.reading),
        _ => None,
    }
}

/// Asks until the answer needs no statement: then it is the index that knows.
async fn the_index_knows(catalog: &Catalog, who: &Person, is: fn(&ClaimOutcome) -> bool) {
    until("the index knows the answer", async || {
        let before = catalog.statements_run();
        let outcome = claim(catalog, who, None).await.expect("answered");
        assert!(is(&outcome), "{outcome:?}");
        catalog.statements_run() == before
    })
    .await;
}

async fn nothing_to_claim_asks_the_database_nothing(world: World) {
    let nothing = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
    world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    the_index_knows(&world.catalog, &world.dev, nothing).await;
    let before = world.catalog.statements_run();
    let keyed = claim(&world.catalog, &world.dev, Some("first")).await;
    assert!(nothing(&keyed.expect("answered")));
    assert_eq!(world.catalog.statements_run(), before);
    assert!(reading(&world.claim_next(&world.ada).await).is_some());
}

async fn full_and_away_ask_the_database_nothing(world: World) {
    world.ready_cases(&world.northgate, 2).await;
    let one = world.person(&world.northgate, "Full", "skin", 1).await;
    world.claim(&one).await;
    let full = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::AtCapacity);
    the_index_knows(&world.catalog, &one, full).await;
    let two = world.person(&world.northgate, "Gone", "skin", 1).await;
    let away = world.catalog.set_presence(two.id, Presence::Away, &two.by);
    away.await.expect("away");
    let away = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Away);
    the_index_knows(&world.catalog, &two, away).await;
}

async fn a_retried_claim_is_found_though_nothing_waits(world: World) {
    world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let first = claim(&world.catalog, &world.ada, Some("once")).await;
    let first = reading(&first.expect("answered")).expect("claimed");
    let nothing = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
    the_index_knows(&world.catalog, &world.ada, nothing).await;
    let again = claim(&world.catalog, &world.ada, Some("once")).await;
    assert_eq!(reading(&again.expect("answered")), Some(first));
}

async fn what_was_just_made_ready_is_claimed_at_once(world: World) {
    let dr = world.person(&world.northgate, "Eve", "skin", 99).await;
    let nothing = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
    the_index_knows(&world.catalog, &dr, nothing).await;
    for n in 1..=12 {
        let order = world.order(&world.northgate, &format!("S26-{n:05}"));
        let open = world.ready(&order).await;
        assert_eq!(world.claim(&dr).await.reading, open.reading);
    }
}

async fn without_an_index_the_heads_are_claimed_in_order(world: World) {
    let cases = world.ready_cases(&world.northgate, 6).await;
    let dr = world.person(&world.northgate, "Eve", "skin", 99).await;
    for case in &cases {
        world.catalog.rebuild_index();
        assert_eq!(world.claim(&dr).await.reading, case.reading);
    }
    let nothing = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
    the_index_knows(&world.catalog, &dr, nothing).await;
}

async fn a_declined_case_is_passed_over_and_the_next_one_claimed(world: World) {
    let cases = world.ready_cases(&world.northgate, 2).await;
    let first = world.claim(&world.ada).await;
    let decline = world
        .catalog
        .decline(first.claim, first.fence, "not my field", &world.ada.by);
    decline.await.expect("declined");
    let neuro = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
    the_index_knows(&world.catalog, &world.dev, neuro).await;
    assert_eq!(world.claim(&world.ada).await.reading, cases[1].reading);
    assert_eq!(reading(&world.claim_next(&world.ada).await), None);
    let other = world.person(&world.northgate, "Eve", "skin", 9).await;
    assert_eq!(world.claim(&other).await.reading, cases[0].reading);
}

async fn a_claim_that_fails_fails_no_other_of_its_batch(world: World) {
    world.ready_cases(&world.northgate, 8).await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(
            world
                .person(&world.northgate, &n.to_string(), "skin", 9)
                .await,
        );
    }
    refuse(&world, &people[3]).await;
    let outcomes = together(people.len(), |n| {
        let (catalog, who) = (world.catalog.clone(), people[n].clone());
        async move {
            claim(&catalog, &who, None)
                .await
                .map(|outcome| reading(&outcome))
        }
    })
    .await;
    for (n, outcome) in outcomes.iter().enumerate() {
        let claimed = matches!(outcome, Ok(Some(_)));
        assert_eq!(claimed, n != 3, "{n}: {outcome:?}");
    }
}

/// From now on the database refuses whatever this pathologist claims.
async fn refuse(world: &World, who: &Person) {
    let statements = match world.engine() {
        Engine::Sqlite => vec![format!(
            "CREATE TRIGGER refused BEFORE INSERT ON assignment WHEN new.pathologist_id = '{}'
             BEGIN SELECT RAISE(ABORT, 'refused'); END",
            who.id
        )],
        Engine::Postgres => vec![
            "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$".to_owned(),
            format!(
                "CREATE TRIGGER refused BEFORE INSERT ON assignment FOR EACH ROW
                 WHEN (new.pathologist_id = '{}') EXECUTE FUNCTION refused()",
                who.id
            ),
        ],
    };
    for sql in statements {
        world.meddle(&sql).await.expect("made");
    }
}

/// Another process on the same database.
async fn other(world: &World) -> Catalog {
    let settings = Settings {
        url: world.url(),
        connections: 8,
    };
    let catalog = Catalog::open(&settings, Policy::default()).await;
    let catalog = catalog.expect("the database opens twice");
    until("the other's index is built", async || {
        catalog.feed_lag().is_some()
    })
    .await;
    catalog
}

/// Waits for a change that the other process heard of.
async fn heard(changes: &mut broadcast::Receiver<Change>, is: impl Fn(&Change) -> bool) {
    let waited = tokio::time::timeout(Duration::from_mins(2), async {
        while !is(&changes.recv().await.expect("the feed goes on")) {}
    });
    waited.await.expect("the other process heard of it");
}

#[test]
fn what_one_process_makes_ready_the_other_offers() {
    on_postgres(|world| async move {
        let other = other(&world).await;
        let nothing = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
        the_index_knows(&other, &world.ada, nothing).await;
        let (mut changes, mut notified) = (other.changes(), listener(&world).await);
        let open = world
            .ready(&world.order(&world.northgate, "S26-00001"))
            .await;
        heard(&mut changes, |change| change.reading == Some(open.reading)).await;
        let woken = tokio::time::timeout(Duration::from_mins(2), notified.recv());
        let woken = woken
            .await
            .expect("somebody was woken")
            .expect("a connection");
        assert_eq!(woken.payload(), "", "a notification carries no data");
        let claimed = claim(&other, &world.ada, None).await.expect("answered");
        assert_eq!(reading(&claimed), Some(open.reading));
        let ClaimOutcome::Claimed(held) = claimed else {
            panic!("not claimed");
        };
        let mut here = world.catalog.changes();
        let release = other.release(held.claim, held.fence, "", &world.ada.by);
        release.await.expect("released");
        heard(&mut here, |change| change.reading == Some(open.reading)).await;
        other.close().await;
    });
}

async fn listener(world: &World) -> PgListener {
    let mut listener = PgListener::connect(&world.url()).await.expect("connects");
    listener.listen("slideway").await.expect("listens");
    listener
}

#[test]
fn a_withdrawn_right_an_absence_and_an_objection_are_heard_by_the_other() {
    on_postgres(|world| async move {
        let other = other(&world).await;
        let mut changes = other.changes();
        let of = |who: PathologistId| {
            move |change: &Change| change.kind == Kind::Rights && change.pathologist == Some(who)
        };
        let by = world.northgate.operator("manager");
        world
            .catalog
            .withdraw_agreement(world.agreement, &by)
            .await
            .expect("withdrawn");
        heard(&mut changes, of(world.cleo.id)).await;
        world
            .ready(&world.order(&world.northgate, "S26-00001"))
            .await;
        let nothing = |outcome: &ClaimOutcome| matches!(outcome, ClaimOutcome::Nothing);
        the_index_knows(&other, &world.cleo, nothing).await;
        let away = world
            .catalog
            .set_presence(world.ada.id, Presence::Away, &world.ada.by);
        away.await.expect("away");
        heard(&mut changes, of(world.ada.id)).await;
        let objection = world.catalog.record_objection(
            world.texts("SELECT case_id FROM cases").await[0]
                .parse()
                .expect("a case"),
            world.hillview.organisation,
            &by,
        );
        objection.await.expect("recorded");
        heard(&mut changes, |change| {
            change.kind == Kind::Rights && change.case.is_some()
        })
        .await;
        other.close().await;
    });
}

#[test]
fn an_event_that_commits_late_is_not_lost() {
    on_postgres(|world| async move {
        let other = other(&world).await;
        let mut changes = other.changes();
        let mut slow = PgConnection::connect(&world.url()).await.expect("connects");
        run(&mut slow, "BEGIN").await;
        let presence = format!(
            "INSERT INTO event (organisation_id, kind, at, pathologist_id) VALUES ('{}', 'rights', 0, '{}')",
            world.northgate.organisation, world.ben.id
        );
        run(&mut slow, &presence).await;
        // Later transactions commit first: what they did is not hidden from claims for longer than the lag.
        let open = world
            .ready(&world.order(&world.northgate, "S26-00001"))
            .await;
        until("the other claims although it cannot follow", async || {
            let outcome = claim(&other, &world.ada, None).await.expect("answered");
            reading(&outcome) == Some(open.reading)
        })
        .await;
        while let Ok(change) = changes.try_recv() {
            assert_eq!(
                change.pathologist,
                Some(world.ada.id),
                "told before its turn"
            );
        }
        run(&mut slow, "COMMIT").await;
        heard(&mut changes, |change| {
            change.pathologist == Some(world.ben.id)
        })
        .await;
        heard(&mut changes, |change| change.reading == Some(open.reading)).await;
        slow.close().await.expect("closed");
        other.close().await;
    });
}

async fn run(connection: &mut PgConnection, sql: &str) {
    let text = sqlx::AssertSqlSafe(sql.to_owned());
    let done = sqlx::raw_sql(text).execute(connection).await;
    done.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

#[test]
fn stale_hints_cost_a_retry_and_never_a_double_claim() {
    on_postgres(|world| async move {
        let other = other(&world).await;
        world.ready_cases(&world.northgate, 30).await;
        let mut people = Vec::new();
        for n in 0..10 {
            people.push(
                world
                    .person(&world.northgate, &n.to_string(), "skin", 99)
                    .await,
            );
        }
        let claimed = together(people.len(), |n| {
            let catalog = [&world.catalog, &other][n % 2].clone();
            let who = people[n].clone();
            async move {
                let mut mine = Vec::new();
                while mine.len() < 3 {
                    let outcome = claim(&catalog, &who, None).await.expect("answered");
                    mine.extend(reading(&outcome));
                }
                mine
            }
        })
        .await;
        let mut all: Vec<ReadingId> = claimed.into_iter().flatten().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 30, "each case has one holder");
        other.close().await;
    });
}
