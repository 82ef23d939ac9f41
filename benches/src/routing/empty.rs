//! What does it cost to be told that nothing waits?

use std::time::Instant;

use catalog::ClaimOutcome;
use pathology::ids::ClaimId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::laboratory::{Person, ready};
use crate::Failure;

const TIMES: u32 = 10_000;

pub(super) async fn measure(url: &str, people: u64) -> Result<Value, Failure> {
    let catalog = ready(url).await?;
    let person = Person::idle(people);
    let (before, began) = (catalog.statements_run(), Instant::now());
    for _ in 0..TIMES {
        let claim = ClaimId(Uuid::now_v7());
        let outcome = catalog
            .claim_next(claim, person.id(), None, &person.by())
            .await?;
        if !matches!(outcome, ClaimOutcome::Nothing) {
            return Err(format!("nothing waits, and it said {outcome:?}").into());
        }
    }
    let microseconds = began.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES);
    let statements = catalog.statements_run() - before;
    let lag = catalog.feed_lag().map(|lag| lag.as_secs_f64());
    catalog.close().await;
    Ok(
        json!({ "asked": TIMES, "statements": statements, "microseconds": microseconds, "lag_seconds": lag }),
    )
}
