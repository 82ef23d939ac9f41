//! Clients that claim one after the other, all at once, for some seconds or until there is nothing left.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::Failure;

/// The first part of a run, in which caches, plans and connections get warm, is not counted.
const WARM: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(6);

/// Chance that is the same in every run (xorshift).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub(super) const fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// One that claims; `false`: there was nothing.
pub(super) type Claim<'a> = BoxFuture<'a, Result<bool, Failure>>;

/// Runs the clients, each with its own means; `exhaust`: from the first claim on, until there is nothing left.
pub(super) async fn storm<C: Send + 'static>(
    clients: Vec<C>,
    exhaust: bool,
    claim: impl for<'a> Fn(&'a mut C, &'a mut Dice) -> Claim<'a> + Send + Sync + 'static,
) -> Result<Value, Failure> {
    let (claim, ended) = (Arc::new(claim), Arc::new(AtomicBool::new(false)));
    let began = Instant::now();
    let warm = if exhaust { Duration::ZERO } else { WARM };
    let mut running = tokio::task::JoinSet::new();
    for (n, mut client) in clients.into_iter().enumerate() {
        let (claim, ended) = (claim.clone(), ended.clone());
        running.spawn(async move {
            let (mut dice, mut took) = (Dice::new(n as u64), Vec::new());
            while began.elapsed() < warm + LONG && !ended.load(Ordering::Relaxed) {
                let asked = Instant::now();
                if !claim(&mut client, &mut dice).await? {
                    ended.store(exhaust, Ordering::Relaxed);
                    continue;
                }
                if asked.duration_since(began) >= warm {
                    took.push(asked.elapsed().as_secs_f64() * 1e3);
                }
            }
            Ok::<_, Failure>(took)
        });
    }
    let mut took = Vec::new();
    while let Some(one) = running.join_next().await {
        took.extend(one??);
    }
    Ok(told(
        took,
        began.elapsed().saturating_sub(warm).as_secs_f64(),
    ))
}

fn told(mut took: Vec<f64>, seconds: f64) -> Value {
    took.sort_by(f64::total_cmp);
    let part = |part: f64| {
        took.get((took.len() as f64 * part) as usize)
            .or(took.last())
            .copied()
    };
    json!({
        "claims": took.len(),
        "claims_a_second": took.len() as f64 / seconds,
        "p50_ms": part(0.5),
        "p99_ms": part(0.99),
    })
}
