//! The whole simulation: the same bytes, the same chance for all, what is unstable, what is remembered.

use std::collections::BTreeMap;

use super::super::measured::Measured;
use super::super::network::{Agreement, Off, PolicyKind, ScannerDown, WhatIf};
use super::super::outcome::{left, simulate};
use super::super::play::{Scene, Step, play};
use super::super::replay::{BadLog, Happened, Replay};
use super::super::roster::Roster;
use super::*;
use crate::case::{Micros, Priority};

fn bytes(network: &Network, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    pool.install(|| serde_json::to_string(&simulate(network, None)).expect("plain values"))
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_processors() {
    let network = random::network(3);
    let first = bytes(&network, 1);
    assert_eq!(first, bytes(&network, 3));
    let mut other = network;
    other.run.seed += 1;
    assert_ne!(first, bytes(&other, 3));
}

#[test]
fn every_policy_meets_the_same_cases_and_the_same_shifts() {
    let network = random::network(5);
    let roster = Roster::of(&network, None, None);
    let met = |policy| {
        let (mut cases, mut shifts) = (Vec::new(), Vec::new());
        let scene = Scene {
            network: &network,
            roster: &roster,
            policy,
            down: None,
            log: None,
            replication: 1,
        };
        let _measured = play(scene, |now, step| match step {
            Step::Ready(case) => cases.push((
                case.incoming.number,
                now,
                case.key,
                case.incoming.seconds.to_bits(),
            )),
            Step::Here(person) => shifts.push((now, person, true)),
            Step::Gone(person) => shifts.push((now, person, false)),
            _ => {}
        });
        shifts.sort_unstable();
        (cases, shifts)
    };
    let all: Vec<_> = network.policies.iter().map(|policy| met(*policy)).collect();
    assert!(all[0].0.len() > 200 && all[0].1.len() > 20);
    assert!(all.iter().all(|one| *one == all[0]));
}

#[test]
fn more_work_than_hours_is_unstable_and_has_no_percentiles() {
    let report = simulate(&queue(2, 1.1, 8), None);
    let one = &report.policies[0];
    assert!(!one.stable && one.figures.is_none());
    assert_eq!(
        one.because[0],
        "More work than hours (110 %): Gastrointestinal of Here."
    );
    assert!(one.because[1].contains("grows by"), "{:?}", one.because);
    assert!(one.growth_cases_per_week.low > 0.0);
}

#[test]
fn a_queue_that_grows_is_unstable_whatever_the_hours_say() {
    let mut network = queue(2, 0.8, 12);
    (
        network.readings.decline_percent,
        network.readings.decline_minutes,
    ) = (100.0, 30.0);
    let one = &simulate(&network, None).policies[0];
    assert!(one.load < 1.0 && !one.stable, "{one:?}");
    assert!(
        one.because.iter().any(|why| why.contains("grows by")),
        "{:?}",
        one.because
    );
}

#[test]
fn few_cases_that_are_never_read_are_no_steady_state() {
    let network = queue(1, 0.5, 12);
    let roster = Roster::of(&network, None, None);
    let weeks = |n: i64| Micros(0).plus_hours(n * 168);
    let told = |ready: &[Micros], end: i64| {
        let mut one = Measured::new(&roster);
        one.begin(weeks(0));
        one.leave(ready.iter().map(|at| (0, *at)), weeks(end));
        left(&roster, 0, &[Measured::new(&roster), one])
    };
    assert_eq!(told(&[weeks(6), weeks(11)], 12), None);
    let why = told(&[weeks(5), weeks(11)], 12).expect("half of twelve weeks");
    assert!(why.contains("up to 1 cases"), "{why}");
    assert_eq!(told(&[weeks(1)], 5), None, "four weeks at least");
    assert!(told(&[weeks(-1)], 4).is_some());
}

#[test]
fn work_that_nobody_may_read_is_named() {
    let mut network = queue(1, 0.5, 4);
    network.teams[0].specialties.clear();
    let report = simulate(&network, None);
    assert_eq!(
        report.policies[0].because[0],
        "Nobody may read: Gastrointestinal of Here."
    );
    assert!(
        serde_json::to_string(&report)
            .expect("plain")
            .contains("\"load\":null")
    );
}

#[test]
fn what_is_remembered_does_not_grow_with_the_weeks() {
    let remembered = |weeks| {
        let network = queue(6, 0.7, weeks);
        let roster = Roster::of(&network, None, None);
        let scene = Scene {
            network: &network,
            roster: &roster,
            policy: network.policies[0],
            down: None,
            log: None,
            replication: 0,
        };
        let measured = play(scene, |_, _| {});
        (measured.most_remembered, measured.arrived)
    };
    let (short, long) = (remembered(4), remembered(400));
    assert!(
        long.1 > 40 * short.1 && long.0 < 3 * short.0,
        "{short:?} {long:?}"
    );
}

#[test]
fn a_queue_without_end_stops_at_its_bound() {
    let mut network = queue(1, 20.0, 50);
    network.run.most_waiting = 500;
    let report = simulate(&network, None);
    let one = &report.policies[0];
    assert!(
        one.because
            .iter()
            .any(|why| why == "More than 500 cases wait."),
        "{:?}",
        one.because
    );
    let counts = one.cases;
    assert!(counts.waiting <= 501 * 12, "{counts:?}");
    assert_eq!(
        counts.arrived,
        counts.signed_out + counts.waiting + counts.held
    );
}

#[test]
fn pooling_two_uneven_sites_shortens_the_wait() {
    let mut network = queue(1, 0.9, 60);
    network.sites.push(site("There", 0.5 * 168.0));
    network.teams.push(team(
        "There",
        vec!["Dr There".into()],
        &["gastro"],
        "always",
    ));
    network.policies = PolicyKind::ALL.iter().map(|kind| policy(*kind)).collect();
    let report = simulate(&network, None);
    let p90 = |n: usize| report.policies[n].figures.expect("stable").wait_hours.p90;
    assert!(
        p90(2).high < p90(1).low && p90(1).high < p90(0).low,
        "{:?}",
        [p90(0), p90(1), p90(2)]
    );
    let change = report.differences[1].change.expect("both stable");
    assert!(change.wait_hours.p90.high < 0.0, "{change:?}");
}

fn questions(from: Micros, to: Micros) -> Vec<WhatIf> {
    vec![
        WhatIf {
            name: "nothing".into(),
            ..WhatIf::default()
        },
        WhatIf {
            name: "off".into(),
            off: Some(Off {
                pathologists: vec!["Dr 1".into(), "Dr 2".into()],
                from,
                to,
            }),
            ..WhatIf::default()
        },
        WhatIf {
            name: "down".into(),
            scanner_down: Some(ScannerDown {
                site: "Here".into(),
                from,
                to,
                cases_percent: 100.0,
            }),
            ..WhatIf::default()
        },
        WhatIf {
            name: "agreed".into(),
            agreement: Some(Agreement {
                owner: "Trust".into(),
                reading: "Other".into(),
                specialties: vec!["*".into()],
            }),
            ..WhatIf::default()
        },
    ]
}

#[test]
fn what_if_compares_the_same_days() {
    let mut network = queue(3, 0.8, 6);
    network.sites.push(site("Other", 0.0));
    network.sites[1].organisation = "Other".into();
    network.teams.push(team(
        "Other",
        vec!["Dr Other".into()],
        &["gastro"],
        "always",
    ));
    let from = network.run.starts_at.plus_hours(6 * 7 * 24);
    let to = from.plus_hours(48);
    network.what_if = questions(from, to);
    let report = simulate(&network, None);
    let turnaround = |n: usize| {
        report.what_if[n]
            .change
            .expect("stable")
            .turnaround_hours
            .mean
    };
    assert!(
        turnaround(0).low.abs() < 1e-9 && turnaround(0).high.abs() < 1e-9,
        "the same days are the same"
    );
    assert!(
        turnaround(1).low > 0.0 && turnaround(2).low > 0.0,
        "{:?} {:?}",
        turnaround(1),
        turnaround(2)
    );
    assert!(turnaround(3).high < 0.0, "{:?}", turnaround(3));
}

fn log(network: &Network, lines: &[Happened]) -> Result<Replay, BadLog> {
    let mut replay = Replay::default();
    for line in lines {
        replay.line(network, &serde_json::to_string(line).expect("plain"))?;
    }
    replay.end();
    Ok(replay)
}

fn accession(n: i64, site: &str) -> Happened {
    let at = Micros(1_767_571_200_000_000).plus_hours(n);
    Happened::Accession {
        at,
        case: n.to_string(),
        site: site.into(),
        specialty: "gastro".into(),
        priority: Priority::Routine,
        received_at: at.plus_hours(-1),
        due_at: at.plus_hours(4),
    }
}

fn later(n: i64, minutes: i64) -> (Micros, String) {
    (
        Micros(1_767_571_200_000_000)
            .plus_hours(n)
            .plus_minutes(minutes),
        n.to_string(),
    )
}

#[test]
fn a_log_is_played_again_with_its_own_cases() {
    let network = queue(1, 0.5, 4);
    let mut lines = Vec::new();
    for n in 0..300 {
        lines.push(accession(n, "Here"));
        let ((at, case), (claimed, signed)) = (later(n, 10), (later(n, 30), later(n, 50)));
        lines.push(Happened::Ready { at, case });
        lines.push(Happened::Claim {
            at: claimed.0,
            case: claimed.1,
        });
        lines.push(Happened::SignOut {
            at: signed.0,
            case: signed.1,
        });
    }
    let replay = log(&network, &lines).expect("a good log");
    let report = simulate(&replay.played_by(&network).expect("cases"), Some(&replay));
    let observed = report.observed.expect("a log was played");
    assert_eq!((observed.cases, observed.signed_out), (300, 300));
    assert!(
        (observed.wait_hours[0] - 0.33).abs() < 0.01
            && (observed.turnaround_hours[1] - 1.83).abs() < 0.02
    );
    assert_eq!(report.policies[0].cases.arrived, 300 * 12);
    assert_eq!(report.policies[0].cases.signed_out, 300 * 12);
    assert!(
        (report.policies[0].load - 1.0).abs() < 0.05,
        "{}",
        report.policies[0].load
    );
}

#[test]
fn a_wrong_log_names_its_line_and_the_remedy() {
    let network = queue(1, 0.5, 4);
    let says = |lines: &[Happened]| log(&network, lines).map(|_| ()).unwrap_err().to_string();
    let unknown = says(&[accession(1, "Here"), accession(2, "Nowhere")]);
    assert_eq!(
        unknown,
        "line 2: the network has no site \"Nowhere\": add it to the configuration"
    );
    let mut replay = Replay::default();
    let why = replay
        .line(&network, "{\"kind\":\"born\"}")
        .unwrap_err()
        .to_string();
    assert!(
        why.starts_with("line 1: ") && why.contains("accession, ready, claim or sign_out"),
        "{why}"
    );
    assert!(matches!(replay.played_by(&network), Err(BadLog::Empty)));
}

#[test]
fn names_and_numbers_that_cannot_be_meant_are_refused_with_the_remedy() {
    let says = |change: &dyn Fn(&mut Network)| {
        let mut network = queue(1, 0.5, 4);
        change(&mut network);
        network.check().expect_err("it was taken").to_string()
    };
    queue(1, 0.5, 4).check().expect("it can be played");
    assert_eq!(
        says(&|n| n.teams[0].site = "X".into()),
        "teams.site: no [[sites]] has the name \"X\""
    );
    assert_eq!(
        says(&|n| n.run.replications = 1),
        "run.replications: 2 to 1000: an interval needs at least two"
    );
    assert_eq!(
        says(&|n| n.arrivals.hours = vec![0.0; 24]),
        "arrivals.hours: 24 numbers, none negative, not all 0"
    );
    assert_eq!(
        says(&|n| n.sites[0].cases_per_week = f64::NAN),
        "sites.cases_per_week: 0, or 0.01 to 1000000"
    );
    assert!(says(&|n| n.shifts[0].to_hour = 25.0).starts_with("shifts.to_hour"));
    assert!(says(&|n| n.policies.clear()).starts_with("policies"));
    let twice = says(&|n| n.sites = vec![site("A", 1.0), site("A", 1.0)]);
    assert_eq!(twice, "sites.name: \"A\" stands twice");
    assert!(
        says(&|n| n.sites[0].specialties = BTreeMap::from([("skin".into(), 2.0)]))
            .starts_with("sites.specialties")
    );
}
