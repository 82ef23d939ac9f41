//! The simulation against queueing formulas: Erlang-C, Cobham's priorities; within 3 %.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::super::outcome::simulate;
use super::super::play::{Scene, Step, play};
use super::super::roster::Roster;
use super::*;
use crate::case::Priority;

fn near(found: f64, wanted: f64, what: &str) {
    let off = found / wanted - 1.0;
    assert!(
        off.abs() < 0.03,
        "{what}: {found:.5} for {wanted:.5}, {:.1} % off",
        100.0 * off
    );
}

/// P(wait) of M/M/c with `a` Erlang, through Erlang-B.
fn erlang_c(people: u32, a: f64) -> f64 {
    let b = (1..=people).fold(1.0, |b, n| a * b / (f64::from(n) + a * b));
    let load = a / f64::from(people);
    b / (1.0 - load + load * b)
}

fn is_erlang_c(people: u32, load: f64, weeks: u32) {
    let report = simulate(&queue(people, load, weeks), None);
    let one = &report.policies[0];
    assert!(one.stable, "{:?}", one.because);
    assert!((one.load - load).abs() < 1e-3, "{}", one.load);
    let figures = one.figures.expect("it is stable");
    let waits = erlang_c(people, load * f64::from(people));
    near(figures.waited_percent.mean, 100.0 * waits, "P(wait)");
    near(
        figures.wait_hours.mean.mean,
        waits / (f64::from(people) * (1.0 - load)),
        "mean wait",
    );
    near(one.utilisation[0].percent.mean, 100.0 * load, "utilisation");
    assert!(figures.late_percent.mean.abs() < 1e-9);
}

#[test]
fn one_pathologist_waits_as_erlang_says() {
    is_erlang_c(1, 0.6, 500);
}

#[test]
fn two_pathologists_wait_as_erlang_says() {
    is_erlang_c(2, 0.7, 500);
}

#[test]
fn six_pathologists_wait_as_erlang_says() {
    is_erlang_c(6, 0.8, 300);
}

#[test]
fn twenty_pathologists_wait_as_erlang_says() {
    is_erlang_c(20, 0.85, 100);
}

#[test]
fn priorities_wait_as_cobham_says() {
    let mut network = queue(1, 0.7, 500);
    network.priorities = Priorities {
        immediate_percent: 20.0,
        urgent_percent: 30.0,
    };
    network.rules.targets.boost = Minutes {
        immediate: 0,
        urgent: NEVER,
        routine: 0,
    };
    let roster = Roster::of(&network, None, None);
    let waits = (0..24)
        .into_par_iter()
        .map(|replication| waits(&network, &roster, replication));
    let sums = waits.reduce(
        || [(0.0, 0.0); 3],
        |a, b| [0, 1, 2].map(|n| (a[n].0 + b[n].0, a[n].1 + b[n].1)),
    );
    // Work in service met by an arrival: the load, of exponential hours; then W0 / ((1 − σ before)(1 − σ with)).
    let wanted = [0.7 / 0.86, 0.7 / (0.86 * 0.65), 0.7 / (0.65 * 0.3)];
    for (n, what) in ["immediate", "urgent", "routine"].iter().enumerate() {
        near(sums[n].0 / sums[n].1, wanted[n], what);
    }
}

/// Hours waited and cases, by priority.
fn waits(network: &Network, roster: &Roster, replication: u64) -> [(f64, f64); 3] {
    let mut ready = std::collections::BTreeMap::new();
    let mut sums = [(0.0, 0.0); 3];
    let scene = Scene {
        network,
        roster,
        policy: network.policies[0],
        down: None,
        log: None,
        replication,
    };
    let _measured = play(scene, |now, step| match step {
        Step::Ready(case) => drop(ready.insert(case.reading.id, (now, case.incoming.priority))),
        Step::Claimed(_, id) => {
            if let Some((at, priority)) = ready.remove(&id) {
                let place = Priority::ALL
                    .iter()
                    .position(|one| *one == priority)
                    .expect("listed");
                sums[place].0 += (now.0 - at.0) as f64 / 3.6e9;
                sums[place].1 += 1.0;
            }
        }
        _ => {}
    });
    sums
}
