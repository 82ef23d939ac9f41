//! Whether a network can be played: every name is somebody's, every number can be meant.

use std::collections::BTreeSet;

use super::network::{Network, PolicyKind};
use crate::staff::Specialty;

/// A setting that cannot be meant, and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {remedy}")]
pub struct Wrong {
    key: String,
    remedy: String,
}

/// Longest run, so that no loop is endless: ten years.
const MOST_WEEKS: u32 = 520;
/// Most people and sites, so that memory has a bound.
const MOST_PEOPLE: usize = 5_000;

pub(super) fn check(network: &Network) -> Result<(), Wrong> {
    run(network)?;
    arrivals(network)?;
    readings(network)?;
    specialties(network)?;
    sites(network)?;
    shifts(network)?;
    teams(network)?;
    agreements(network)?;
    policies(network)?;
    what_if(network)
}

fn run(network: &Network) -> Result<(), Wrong> {
    let run = &network.run;
    holds(
        (1..=MOST_WEEKS).contains(&run.weeks),
        "run.weeks",
        "1 to 520",
    )?;
    holds(
        run.warm_up_weeks <= MOST_WEEKS,
        "run.warm_up_weeks",
        "at most 520",
    )?;
    let replications = (2..=1_000).contains(&run.replications);
    holds(
        replications,
        "run.replications",
        "2 to 1000: an interval needs at least two",
    )?;
    let waiting = (1..=10_000_000).contains(&run.most_waiting);
    holds(waiting, "run.most_waiting", "1 to 10000000")
}

fn arrivals(network: &Network) -> Result<(), Wrong> {
    let arrivals = &network.arrivals;
    shares(&arrivals.hours, 24, "arrivals.hours")?;
    shares(&arrivals.weekdays, 7, "arrivals.weekdays")?;
    let batch = (1.0..=100.0).contains(&arrivals.batch_cases);
    holds(batch, "arrivals.batch_cases", "1 to 100")
}

fn shares(all: &[f64], count: usize, key: &str) -> Result<(), Wrong> {
    let fine = all.len() == count && all.iter().all(|one| one.is_finite() && *one >= 0.0);
    let remedy = format!("{count} numbers, none negative, not all 0");
    holds(fine && all.iter().sum::<f64>() > 0.0, key, &remedy)
}

fn readings(network: &Network) -> Result<(), Wrong> {
    let readings = &network.readings;
    holds(
        (0.0..=5.0).contains(&readings.spread),
        "readings.spread",
        "0 to 5",
    )?;
    let longest = (1.0..=1_440.0).contains(&readings.longest_minutes);
    holds(longest, "readings.longest_minutes", "1 to 1440")?;
    percent(readings.decline_percent, "readings.decline_percent")?;
    let decline = (0.0..=60.0).contains(&readings.decline_minutes);
    holds(decline, "readings.decline_minutes", "0 to 60")?;
    let missed = (0.0..=90.0).contains(&readings.missed_shift_percent);
    holds(missed, "readings.missed_shift_percent", "0 to 90")?;
    let priorities = &network.priorities;
    percent(priorities.immediate_percent, "priorities.immediate_percent")?;
    let both = priorities.immediate_percent + priorities.urgent_percent;
    percent(priorities.urgent_percent, "priorities.urgent_percent")?;
    percent(both, "priorities.urgent_percent")
}

fn specialties(network: &Network) -> Result<(), Wrong> {
    let all = &network.specialties;
    holds(
        !all.is_empty(),
        "specialties",
        "at least one [[specialties]]",
    )?;
    once(all.iter().map(|one| one.key.as_str()), "specialties.key")?;
    for one in all {
        Specialty::new(&one.key).map_err(|why| wrong("specialties.key", &why.to_string()))?;
        percent(one.cases_percent, "specialties.cases_percent")?;
        let minutes = (0.01..=10_000.0).contains(&one.reading_minutes);
        holds(minutes, "specialties.reading_minutes", "0.01 to 10000")?;
    }
    Ok(())
}

fn sites(network: &Network) -> Result<(), Wrong> {
    let all = &network.sites;
    holds(
        !all.is_empty() && all.len() <= 1_000,
        "sites",
        "1 to 1000 [[sites]]",
    )?;
    once(all.iter().map(|one| one.name.as_str()), "sites.name")?;
    for one in all {
        let cases = one.cases_per_week == 0.0 || (0.01..=1e6).contains(&one.cases_per_week);
        holds(cases, "sites.cases_per_week", "0, or 0.01 to 1000000")?;
        let offset = (-1440..=1440).contains(&one.utc_offset_minutes);
        holds(offset, "sites.utc_offset_minutes", "-1440 to 1440")?;
        for (key, share) in &one.specialties {
            is_specialty(network, key, "sites.specialties")?;
            percent(*share, "sites.specialties")?;
        }
        let mix = network.specialties.iter().map(|mix| one.share_of(mix));
        holds(
            mix.sum::<f64>() > 0.0,
            "sites.specialties",
            "a site needs a share above 0",
        )?;
        if let Some(partner) = &one.send_out {
            is_site(network, partner, "sites.send_out")?;
        }
    }
    Ok(())
}

fn shifts(network: &Network) -> Result<(), Wrong> {
    once(
        network.shifts.iter().map(|one| one.name.as_str()),
        "shifts.name",
    )?;
    for one in &network.shifts {
        let fine = 0.0 <= one.from_hour && one.from_hour < one.to_hour && one.to_hour <= 24.0;
        holds(
            fine,
            "shifts.to_hour",
            "0 <= from_hour < to_hour <= 24; a night is two shifts",
        )?;
        holds(
            !one.weekdays.is_empty(),
            "shifts.weekdays",
            "name at least one of mon to sun",
        )?;
    }
    Ok(())
}

fn teams(network: &Network) -> Result<(), Wrong> {
    let people = || network.teams.iter().flat_map(|team| &team.pathologists);
    let count = people().count();
    holds(
        (1..=MOST_PEOPLE).contains(&count),
        "teams.pathologists",
        "1 to 5000 people in all",
    )?;
    once(people().map(String::as_str), "teams.pathologists")?;
    for team in &network.teams {
        is_site(network, &team.site, "teams.site")?;
        let known = network.shifts.iter().any(|shift| shift.name == team.shift);
        holds(
            known,
            "teams.shift",
            &format!("no [[shifts]] has the name {:?}", team.shift),
        )?;
        for key in &team.specialties {
            is_specialty(network, key, "teams.specialties")?;
        }
        let pace = (0.01..=100.0).contains(&team.pace);
        holds(pace, "teams.pace", "0.01 to 100")?;
    }
    Ok(())
}

fn agreements(network: &Network) -> Result<(), Wrong> {
    let added = network
        .what_if
        .iter()
        .filter_map(|one| one.agreement.as_ref());
    for one in network.agreements.iter().chain(added) {
        for name in [&one.owner, &one.reading] {
            let known = network.sites.iter().any(|site| site.organisation == *name);
            let remedy = format!("no [[sites]] belongs to the organisation {name:?}");
            holds(known, "agreements", &remedy)?;
        }
        for key in one.specialties.iter().filter(|key| *key != "*") {
            is_specialty(network, key, "agreements.specialties")?;
        }
    }
    Ok(())
}

fn policies(network: &Network) -> Result<(), Wrong> {
    let all = &network.policies;
    holds(
        (1..=10).contains(&all.len()),
        "policies",
        "1 to 10 [[policies]]",
    )?;
    for (n, one) in all.iter().enumerate() {
        holds(!all[..n].contains(one), "policies", "name each policy once")?;
        let window = one.kind != PolicyKind::LocalFirst || one.local_minutes > 0;
        holds(
            window,
            "policies.local_minutes",
            "at least 1 for local_first",
        )?;
    }
    Ok(())
}

fn what_if(network: &Network) -> Result<(), Wrong> {
    holds(
        network.what_if.len() <= 20,
        "what_if",
        "at most 20 questions",
    )?;
    once(
        network.what_if.iter().map(|one| one.name.as_str()),
        "what_if.name",
    )?;
    for one in &network.what_if {
        if let Some(down) = &one.scanner_down {
            is_site(network, &down.site, "what_if.scanner_down.site")?;
            percent(down.cases_percent, "what_if.scanner_down.cases_percent")?;
            holds(down.from < down.to, "what_if.scanner_down.to", "after from")?;
        }
        let people = || network.teams.iter().flat_map(|team| &team.pathologists);
        if let Some(off) = &one.off {
            holds(off.from < off.to, "what_if.off.to", "after from")?;
            for name in &off.pathologists {
                let remedy = format!("no team has a pathologist {name:?}");
                holds(
                    people().any(|known| known == name),
                    "what_if.off.pathologists",
                    &remedy,
                )?;
            }
        }
        let asks = one.scanner_down.is_some() || one.off.is_some() || one.agreement.is_some();
        holds(asks, "what_if", "say scanner_down, off or agreement")?;
    }
    Ok(())
}

fn is_site(network: &Network, name: &str, key: &str) -> Result<(), Wrong> {
    let known = network.sites.iter().any(|site| site.name == name);
    holds(known, key, &format!("no [[sites]] has the name {name:?}"))
}

fn is_specialty(network: &Network, name: &str, key: &str) -> Result<(), Wrong> {
    let known = network.specialties.iter().any(|one| one.key == name);
    holds(
        known,
        key,
        &format!("no [[specialties]] has the key {name:?}"),
    )
}

fn percent(value: f64, key: &str) -> Result<(), Wrong> {
    holds((0.0..=100.0).contains(&value), key, "0 to 100")
}

fn once<'a>(names: impl Iterator<Item = &'a str>, key: &str) -> Result<(), Wrong> {
    let mut seen = BTreeSet::new();
    for name in names {
        holds(seen.insert(name), key, &format!("{name:?} stands twice"))?;
    }
    Ok(())
}

fn holds(fine: bool, key: &str, remedy: &str) -> Result<(), Wrong> {
    if fine {
        Ok(())
    } else {
        Err(wrong(key, remedy))
    }
}

fn wrong(key: &str, remedy: &str) -> Wrong {
    Wrong {
        key: key.to_owned(),
        remedy: remedy.to_owned(),
    }
}
