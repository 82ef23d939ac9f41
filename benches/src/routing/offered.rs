//! How soon does a screen show a case that has become claimable, in the same process and in another?
//!
//! From before the case is given back until whoever watches was told and has read their worklist again, with it.

use std::time::Instant;

use catalog::{Catalog, Change, ClaimOutcome};
use pathology::ids::{ClaimId, ReadingId};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

use super::laboratory::{Person, ready};
use crate::Failure;

const TIMES: u64 = 300;

pub(super) async fn measure(url: &str, people: u64) -> Result<Value, Failure> {
    let here = ready(url).await?;
    let there = if url.starts_with("postgres") {
        Some(ready(url).await?)
    } else {
        None
    };
    let (mut near, mut far) = (Vec::new(), Vec::new());
    for number in 0..TIMES {
        let person = Person::numbered(number, people);
        let claim = ClaimId(Uuid::now_v7());
        let by = person.by();
        let claimed = here.claim_next(claim, person.id(), None, &by);
        let ClaimOutcome::Claimed(held) = claimed.await? else {
            return Err("nothing waits: the laboratory is too small".into());
        };
        let mut watched = here.changes();
        let mut watched_there = there.as_ref().map(Catalog::changes);
        let began = Instant::now();
        let release = here.release(held.claim, held.fence, "measured", &by);
        let shown_here = shown(&here, &mut watched, person, held.reading, began);
        let shown_there = async {
            match (&there, &mut watched_there) {
                (Some(there), Some(watched)) => shown(there, watched, person, held.reading, began)
                    .await
                    .map(Some),
                _ => Ok(None),
            }
        };
        let (released, here_ms, there_ms) = tokio::join!(release, shown_here, shown_there);
        released?;
        near.push(here_ms?);
        far.extend(there_ms?);
    }
    here.close().await;
    if let Some(there) = there {
        there.close().await;
    }
    Ok(json!({ "here_p99_ms": p99(near), "there_p99_ms": p99(far) }))
}

/// Waits to be told of the reading, reads the worklist, and gives how long that took when it stands there.
async fn shown(
    catalog: &Catalog,
    changes: &mut Receiver<Change>,
    person: Person,
    reading: ReadingId,
    began: Instant,
) -> Result<f64, Failure> {
    loop {
        let change = changes.recv().await?;
        if change.reading != Some(reading) {
            continue;
        }
        let list = person.worklist(catalog).await?;
        if list.most_likely.is_some_and(|row| row.reading == reading) {
            return Ok(began.elapsed().as_secs_f64() * 1e3);
        }
    }
}

fn p99(mut took: Vec<f64>) -> Option<f64> {
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 99 / 100).copied()
}
