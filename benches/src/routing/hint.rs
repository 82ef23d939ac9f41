//! The index alone: 10,000 pathologists in 300 profiles of 46 of 8,000 pools look for their next case, and every look
//! ends as a claim does: held, taken out, and another case arrives.

use std::time::Instant;

use pathology::case::Micros;
use pathology::ids::{PathologistId, ReadingId};
use pathology::routing::{Attendance, MatchingIndex, OrderKey, PoolId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::start::memory;
use super::storm::Dice;

const POOLS: u64 = 8_000;
const PROFILES: usize = 300;
const POOLS_OF_PROFILE: usize = 46;
const PEOPLE: u64 = 10_000;
const LOOKS: usize = 200_000;

pub(super) fn measure(waiting: u64) -> Value {
    let mut dice = Dice::new(1);
    let (before, began) = (memory("VmRSS").unwrap_or(0.0), Instant::now());
    let mut index = MatchingIndex::new();
    subscribe(&mut index, &mut dice);
    for _ in 0..waiting {
        arrive(&mut index, &mut dice);
    }
    let built = began.elapsed().as_secs_f64();
    let resident = memory("VmRSS").unwrap_or(f64::MAX) - before;
    let mut took: Vec<f64> = (0..LOOKS).map(|_| look(&mut index, &mut dice)).collect();
    took.sort_by(f64::total_cmp);
    json!({
        "build_seconds": built,
        "memory_mib": resident,
        "p50_us": took[LOOKS / 2],
        "p99_us": took[LOOKS * 99 / 100],
        "worst_us": took[LOOKS - 1],
    })
}

fn subscribe(index: &mut MatchingIndex, dice: &mut Dice) {
    let mut profile = || (0..POOLS_OF_PROFILE).map(|_| pool(dice)).collect();
    let profiles: Vec<Vec<PoolId>> = (0..PROFILES).map(|_| profile()).collect();
    for n in 0..PEOPLE {
        let stands = Attendance {
            available: true,
            room: true,
            load: (n % 7) as u32,
            idle_since: Micros(n as i64),
        };
        index.subscribe(who(n), &profiles[n as usize % PROFILES], stands);
    }
}

fn who(n: u64) -> PathologistId {
    PathologistId(Uuid::from_u128(
        u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(n),
    ))
}

fn pool(dice: &mut Dice) -> PoolId {
    PoolId(dice.below(POOLS) as i64)
}

fn arrive(index: &mut MatchingIndex, dice: &mut Dice) {
    let id = u128::from(dice.below(u64::MAX)) << 64 | u128::from(dice.below(u64::MAX));
    let key = OrderKey {
        class: 1,
        vkey: dice.below(1_000_000_000) as i64,
    };
    index.put(ReadingId(Uuid::from_u128(id)), key, &[pool(dice)]);
}

/// The microseconds of one look.
fn look(index: &mut MatchingIndex, dice: &mut Dice) -> f64 {
    let person = who(dice.below(PEOPLE));
    let asked = Instant::now();
    let found = index.best(person, 1, false, Micros(0));
    let took = asked.elapsed().as_nanos() as f64 / 1e3;
    if let Some(&reading) = found.readings.first() {
        index.hold(reading);
        index.remove(reading);
        arrive(index, dice);
    }
    took
}
