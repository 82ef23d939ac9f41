//! Networks at random, small and awkward: gaps in specialties, short shifts, declines, tight capacity.

use super::super::chance::{Chance, Kind};
use super::super::network::{Agreement, PolicyKind};
use super::*;

const SPECIALTIES: [&str; 3] = ["gastro", "renal", "skin"];

/// A network that follows from its number.
pub(super) fn network(number: u64) -> Network {
    let mut chance = Chance::of(number, 9, Kind::Case, 9, 9);
    let mut network = queue(1, 0.5, 2);
    network.run = Run {
        seed: number,
        warm_up_weeks: 1,
        weeks: 2,
        replications: 2,
        ..Run::default()
    };
    network.arrivals = Arrivals::default();
    network.arrivals.batch_cases = 1.0 + 3.0 * chance.unit();
    network.readings = Readings {
        decline_percent: 25.0,
        overtime_minutes: 10,
        missed_shift_percent: 10.0,
        ..Readings::default()
    };
    network.priorities = Priorities {
        immediate_percent: 5.0,
        urgent_percent: 30.0,
    };
    network.rules = HouseRules {
        decline_hours: 6,
        ..HouseRules::default()
    };
    network.rules.targets.minutes = Minutes {
        immediate: 20,
        urgent: 2000,
        routine: 4000,
    };
    let mix = |key: &&str| SpecialtyMix {
        key: (*key).into(),
        cases_percent: 33.0,
        reading_minutes: 40.0,
    };
    network.specialties = SPECIALTIES.iter().map(mix).collect();
    network.sites = ["North", "South", "West"]
        .map(|name| site(name, 30.0 + 60.0 * chance.unit()))
        .to_vec();
    network.sites[1].organisation = "Other".into();
    network.sites[2].organisation = "Third".into();
    network.sites[1].utc_offset_minutes = 60;
    network.agreements = agreements(&mut chance);
    network.shifts.extend(shifts());
    network.teams = ["North", "South", "West"]
        .iter()
        .map(|name| staffed(name, &mut chance))
        .collect();
    network.policies = PolicyKind::ALL.iter().map(|kind| policy(*kind)).collect();
    network
}

fn shifts() -> [Shift; 2] {
    let shift = |name: &str, from_hour, to_hour, weekdays: &[Weekday]| Shift {
        name: name.into(),
        weekdays: weekdays.to_vec(),
        from_hour,
        to_hour,
    };
    [
        shift("morning", 8.5, 12.0, &Weekday::ALL[..5]),
        shift("afternoon", 13.0, 18.0, &Weekday::ALL[1..6]),
    ]
}

fn agreements(chance: &mut Chance) -> Vec<Agreement> {
    let mut all = Vec::new();
    for owner in ["Trust", "Other", "Third"] {
        for reading in ["Trust", "Other", "Third"] {
            if owner != reading && chance.happens(60.0) {
                let some = SPECIALTIES[chance.pick([1.0; 3].into_iter())];
                let specialties = vec![if chance.happens(50.0) { "*" } else { some }.to_owned()];
                all.push(Agreement {
                    owner: owner.into(),
                    reading: reading.into(),
                    specialties,
                });
            }
        }
    }
    all
}

fn staffed(site: &str, chance: &mut Chance) -> Team {
    let people = 1 + chance.pick([1.0; 3].into_iter());
    let names = (0..people).map(|n| format!("Dr {site} {n}")).collect();
    let reads: Vec<&str> = SPECIALTIES
        .into_iter()
        .filter(|_| chance.happens(60.0))
        .collect();
    let shift = ["always", "morning", "afternoon"][chance.pick([1.0, 3.0, 3.0].into_iter())];
    let mut team = team(site, names, &reads, shift);
    team.capacity = 1 + chance.pick([1.0; 3].into_iter()) as u32;
    team
}
