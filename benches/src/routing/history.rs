//! Does a claim or a worklist cost more when far more has been signed out? Two databases with the same that waits, one with
//! 100 times the other's history, asked in turn, so that the machine's load falls on both alike.

use std::time::{Duration, Instant};

use catalog::{Catalog, ClaimOutcome};
use pathology::ids::ClaimId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::laboratory::{Beside, Person, Size, fill, ready};
use crate::Failure;

const WAITING: u64 = 5_000;
const PEOPLE: u64 = 102;
/// One reading in so many must be read by somebody who has not read the case before.
const SECOND_EVERY: u64 = 3;
const SHORT: u64 = 2_000;
const LONG: u64 = 200_000;
const TIMES: u64 = 120;

/// Milliseconds of each look.
#[derive(Default)]
struct Took {
    hinted: Vec<f64>,
    heads: Vec<f64>,
    worklist: Vec<f64>,
}

pub(super) async fn measure(short: &str, long: &str) -> Result<Value, Failure> {
    let size = Size::new(WAITING, PEOPLE).with_second_readings(SECOND_EVERY);
    for (url, history) in [(short, SHORT), (long, LONG)] {
        fill(url, &size).await?;
        sign_out(url, history).await?;
    }
    let (short, long) = (ready(short).await?, ready(long).await?);
    let (mut brief, mut ample) = (Took::default(), Took::default());
    for n in 0..TIMES {
        let person = Person::numbered(n % (PEOPLE - 2), PEOPLE);
        brief.look(&short, person).await?;
        ample.look(&long, person).await?;
    }
    short.close().await;
    long.close().await;
    Ok(json!({ "short": brief.told(), "long": ample.told() }))
}

async fn sign_out(url: &str, history: u64) -> Result<(), Failure> {
    let filled_in = |text: &str| text.replace("{history}", &history.to_string());
    let mut beside = Beside::connect(url, "catalogue.sqlite").await?;
    let postgres = filled_in(include_str!("load/history.postgres.sql"));
    let sqlite = filled_in(include_str!("load/history.sqlite.sql"));
    beside
        .run(&postgres, &format!("BEGIN; {sqlite} COMMIT"))
        .await?;
    beside
        .run("VACUUM ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
        .await?;
    beside.close().await
}

impl Took {
    async fn look(&mut self, catalog: &Catalog, person: Person) -> Result<(), Failure> {
        wait_for_index(catalog).await;
        self.hinted.push(claim(catalog, person).await?);
        let began = Instant::now();
        person.worklist(catalog).await?;
        self.worklist.push(milliseconds(began));
        catalog.rebuild_index();
        self.heads.push(claim(catalog, person).await?);
        Ok(())
    }

    fn told(mut self) -> Value {
        for took in [&mut self.hinted, &mut self.heads, &mut self.worklist] {
            took.sort_by(f64::total_cmp);
        }
        let middle = TIMES as usize / 2;
        json!({
            "claim_ms": self.hinted[middle],
            "claim_by_heads_ms": self.heads[middle],
            "worklist_ms": self.worklist[middle],
        })
    }
}

/// Whatever was just committed is in the index, and nothing else runs.
async fn wait_for_index(catalog: &Catalog) {
    tokio::time::sleep(Duration::from_millis(50)).await;
    while catalog
        .feed_lag()
        .is_none_or(|lag| lag >= Duration::from_secs(1))
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn claim(catalog: &Catalog, person: Person) -> Result<f64, Failure> {
    let began = Instant::now();
    let claim = ClaimId(Uuid::now_v7());
    match catalog
        .claim_next(claim, person.id(), None, &person.by())
        .await?
    {
        ClaimOutcome::Claimed(_) => Ok(milliseconds(began)),
        other => Err(format!("a claim went wrong: {other:?}").into()),
    }
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}
