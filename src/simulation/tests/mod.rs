//! Tests of the simulation: against formulas, against the naive worklist, against itself.

mod oracles;
mod random;
mod whole;
mod worklist;

use super::network::{
    Arrivals, HouseRules, Network, Policy, PolicyKind, Priorities, Readings, Run, Shift, Site,
    SpecialtyMix, Team, Times, Weekday,
};
use crate::case::{Minutes, Targets};

/// Ten years in minutes: a target that orders by receipt and is never missed.
const NEVER: u32 = 10 * 365 * 24 * 60;

fn policy(kind: PolicyKind) -> Policy {
    Policy {
        kind,
        local_minutes: 60,
        send_out_hours: 0,
    }
}

/// One site, one specialty, people who never sleep: M/M/c with a mean reading time of one hour.
fn queue(people: u32, load: f64, weeks: u32) -> Network {
    Network {
        run: Run {
            warm_up_weeks: 4,
            weeks,
            replications: 12,
            most_waiting: 100_000,
            ..Run::default()
        },
        arrivals: Arrivals {
            hours: vec![1.0; 24],
            weekdays: vec![1.0; 7],
            batch_cases: 1.0,
            laboratory_minutes: same(0),
        },
        readings: Readings {
            times: Times::Exponential,
            decline_percent: 0.0,
            missed_shift_percent: 0.0,
            ..Readings::default()
        },
        priorities: Priorities {
            immediate_percent: 0.0,
            urgent_percent: 0.0,
        },
        specialties: vec![SpecialtyMix {
            key: "gastro".into(),
            cases_percent: 100.0,
            reading_minutes: 60.0,
        }],
        sites: vec![site("Here", load * f64::from(people) * 168.0)],
        shifts: vec![Shift {
            name: "always".into(),
            weekdays: Weekday::ALL.to_vec(),
            from_hour: 0.0,
            to_hour: 24.0,
        }],
        teams: vec![team(
            "Here",
            (1..=people).map(|n| format!("Dr {n}")).collect(),
            &["gastro"],
            "always",
        )],
        agreements: Vec::new(),
        policies: vec![policy(PolicyKind::FirstAvailable)],
        what_if: Vec::new(),
        routing_file: None,
        rules: HouseRules {
            targets: Targets {
                minutes: same(NEVER),
                ..Targets::default()
            },
            ..HouseRules::default()
        },
    }
}

fn same(minutes: u32) -> Minutes {
    Minutes {
        immediate: minutes,
        urgent: minutes,
        routine: minutes,
    }
}

fn site(name: &str, cases_per_week: f64) -> Site {
    Site {
        name: name.into(),
        organisation: "Trust".into(),
        utc_offset_minutes: 0,
        cases_per_week,
        specialties: std::collections::BTreeMap::new(),
        send_out: None,
    }
}

fn team(site: &str, pathologists: Vec<String>, specialties: &[&str], shift: &str) -> Team {
    Team {
        site: site.into(),
        pathologists,
        specialties: specialties.iter().map(ToString::to_string).collect(),
        shift: shift.into(),
        capacity: 6,
        pace: 1.0,
    }
}
