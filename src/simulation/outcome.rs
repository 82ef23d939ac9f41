//! Replications to figures: every policy and every question on the same chance.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::hours::weekly_hours;
use super::interval::Interval;
use super::load::{Load, tightest};
use super::measured::{Measured, Time};
use super::network::{Network, Policy, PolicyKind, ScannerDown, WhatIf};
use super::play::{Scene, play};
use super::replay::{Logged, Replay};
use super::report::{
    Answer, Counts, Difference, Figures, Observation, Outcome, Percentiles, Plan, Report,
    Utilisation,
};
use super::roster::Roster;
use super::spread::Spread;

/// A pool grows when its queue gained more than this share of what came, beyond chance.
const GROWING: f64 = 0.02;
/// And more than this many cases.
const GROWING_CASES: f64 = 3.0;

/// Plays a checked network, or a log in it, under each of its policies and with each of its questions.
///
/// The same network and log give the same report, on any number of processors.
pub fn simulate(network: &Network, replay: Option<&Replay>) -> Report {
    let roster = Roster::of(network, None, None);
    let days = Days {
        network,
        log: replay.map(|replay| replay.cases.as_slice()),
    };
    let played: Vec<Played> = network
        .policies
        .iter()
        .map(|policy| days.play(&roster, *policy, None))
        .collect();
    Report {
        plan: days.plan(&roster, &played[0]),
        observed: replay.map(observation),
        differences: played[1..]
            .iter()
            .map(|other| difference(&played[0], other))
            .collect(),
        what_if: network
            .what_if
            .iter()
            .flat_map(|question| days.answers(question, &played))
            .collect(),
        policies: played.into_iter().map(|one| one.outcome).collect(),
    }
}

/// The days that are played.
struct Days<'a> {
    network: &'a Network,
    log: Option<&'a [Logged]>,
}

/// A policy, played.
struct Played {
    outcome: Outcome,
    replications: Vec<Measured>,
}

impl Days<'_> {
    fn plan(&self, roster: &Roster, first: &Played) -> Plan {
        let run = &self.network.run;
        let weeks = u64::from(run.replications) * u64::from(run.warm_up_weeks + run.weeks);
        Plan {
            seed: run.seed,
            starts_at: run.starts_at,
            warm_up_weeks: run.warm_up_weeks,
            weeks: run.weeks,
            replications: run.replications,
            sites: roster.sites.len(),
            pathologists: roster.people.len(),
            cases_per_week: first.outcome.cases.arrived / weeks.max(1),
            replayed: self.log.is_some(),
        }
    }

    fn play(&self, roster: &Roster, policy: Policy, down: Option<&ScannerDown>) -> Played {
        let network = self.network;
        let scene = |replication| Scene {
            network,
            roster,
            policy,
            down,
            log: self.log,
            replication,
        };
        let numbers = 0..u64::from(network.run.replications);
        let replications: Vec<Measured> = numbers
            .into_par_iter()
            .map(|n| play(scene(n), |_, _| {}))
            .collect();
        let load = self.load(roster, policy);
        let because = self.instability(roster, &load, &replications);
        Played {
            outcome: self.outcome(roster, policy, &load, because, &replications),
            replications,
        }
    }

    fn outcome(
        &self,
        roster: &Roster,
        policy: Policy,
        load: &Load,
        because: Vec<String>,
        replications: &[Measured],
    ) -> Outcome {
        let weeks = f64::from(self.network.run.weeks);
        let growth = |one: &Measured| one.pools.iter().map(|pool| pool.grew).sum::<f64>() / weeks;
        let sites = roster.sites.iter().enumerate();
        let percent = |time: &Time| 100.0 * time.busy / time.here.max(1.0);
        Outcome {
            policy,
            name: policy.name(),
            stable: because.is_empty(),
            figures: because.is_empty().then(|| figures(replications)),
            because,
            load: (load.ratio * 10_000.0).round() / 10_000.0,
            tightest: load
                .pools
                .iter()
                .map(|pool| roster.pool_name(*pool))
                .collect(),
            utilisation: sites
                .map(|(n, site)| Utilisation {
                    site: site.name.clone(),
                    percent: of(replications, |one| percent(&one.sites[n])),
                })
                .collect(),
            growth_cases_per_week: of(replications, growth),
            cases: counts(replications),
        }
    }

    /// Work against hours, by what the configuration or the log says.
    fn load(&self, roster: &Roster, policy: Policy) -> Load {
        let minutes = |pool: usize| {
            self.network.specialties[pool % roster.specialties.len()].reading_minutes
                * self.cases_a_week(pool, roster)
        };
        let work: Vec<f64> = (0..roster.pools()).map(minutes).collect();
        let readers = |pool: usize| match policy.kind {
            PolicyKind::Siloed => roster.readers_at(pool, roster.home(pool)).collect(),
            _ => roster.readers(pool).to_vec(),
        };
        let readers: Vec<Vec<usize>> = (0..roster.pools()).map(readers).collect();
        let there = 1.0 - self.network.readings.missed_shift_percent / 100.0;
        let hours = |shift: usize| self.network.shifts.get(shift).map_or(0.0, weekly_hours);
        let time = roster
            .people
            .iter()
            .map(|one| hours(one.shift) * 60.0 * one.pace * there);
        tightest(&work, &readers, &time.collect::<Vec<f64>>())
    }

    fn cases_a_week(&self, pool: usize, roster: &Roster) -> f64 {
        let (site, specialty) = (
            pool / roster.specialties.len(),
            pool % roster.specialties.len(),
        );
        if let Some(log) = self.log {
            let first = log.first().map_or(0, |one| one.ready_at.0);
            let last = log.last().map_or(0, |one| one.ready_at.0);
            let weeks = ((last - first) as f64 / (7.0 * super::hours::DAY as f64)).max(1.0);
            let own = log
                .iter()
                .filter(|one| one.site() == site && usize::from(one.specialty) == specialty);
            return own.count() as f64 / weeks;
        }
        let place = &self.network.sites[site];
        let all: f64 = self
            .network
            .specialties
            .iter()
            .map(|mix| place.share_of(mix))
            .sum();
        place.cases_per_week * place.share_of(&self.network.specialties[specialty]) / all
    }

    /// Why no steady state may be claimed, in words; nothing when it may.
    fn instability(&self, roster: &Roster, load: &Load, replications: &[Measured]) -> Vec<String> {
        let mut because = Vec::new();
        if load.ratio >= 1.0 {
            because.push(overfull(roster, load));
        }
        if replications.iter().any(|one| one.overflowed) {
            let most = self.network.run.most_waiting;
            because.push(format!("More than {most} cases wait."));
        }
        if self.log.is_none() {
            because.extend(
                (0..roster.pools()).filter_map(|pool| self.grows(roster, pool, replications)),
            );
            because.extend((0..roster.pools()).filter_map(|pool| left(roster, pool, replications)));
        }
        because
    }

    fn grows(&self, roster: &Roster, pool: usize, replications: &[Measured]) -> Option<String> {
        let grew = of(replications, |one| one.pools[pool].grew);
        let came = of(replications, |one| one.pools[pool].arrived as f64).mean;
        let each_week = grew.mean / f64::from(self.network.run.weeks);
        let name = roster.pool_name(pool);
        (grew.low > GROWING_CASES.max(GROWING * came))
            .then(|| format!("{name} grows by {each_week:.1} cases a week."))
    }

    fn answers(&self, question: &WhatIf, played: &[Played]) -> Vec<Answer> {
        let roster = Roster::of(
            self.network,
            question.agreement.as_ref(),
            question.off.as_ref(),
        );
        let answer = |base: &Played| {
            let with = self.play(&roster, base.outcome.policy, question.scanner_down.as_ref());
            Answer {
                question: question.name.clone(),
                policy: base.outcome.name.clone(),
                change: change(base, &with),
                more_late_cases: differing(base, &with, |one| one.late as f64),
                stable: with.outcome.stable,
                because: with.outcome.because,
            }
        };
        played.iter().map(answer).collect()
    }
}

impl Policy {
    /// Its name for people.
    pub fn name(&self) -> String {
        match self.kind {
            PolicyKind::Siloed => "Each site alone".to_owned(),
            PolicyKind::LocalFirst => format!("Own site first, {} min", self.local_minutes),
            PolicyKind::FirstAvailable => "First available".to_owned(),
        }
    }
}

/// A steady state reads every case, however few are left.
pub(super) fn left(roster: &Roster, pool: usize, replications: &[Measured]) -> Option<String> {
    let most = replications.iter().map(|one| one.pools[pool].left).max()?;
    let name = roster.pool_name(pool);
    (most > 0).then(|| format!("{name}: up to {most} cases are not read in half of the time."))
}

fn overfull(roster: &Roster, load: &Load) -> String {
    let names: Vec<String> = load
        .pools
        .iter()
        .map(|pool| roster.pool_name(*pool))
        .collect();
    let pools = names.join(", ");
    if load.ratio.is_infinite() {
        return format!("Nobody may read: {pools}.");
    }
    format!(
        "More work than hours ({:.0} %): {pools}.",
        load.ratio * 100.0
    )
}

fn figures(replications: &[Measured]) -> Figures {
    Figures {
        turnaround_hours: percentiles(|read| of(replications, |one| read(&one.turnaround))),
        wait_hours: percentiles(|read| of(replications, |one| read(&one.wait))),
        waited_percent: of(replications, |one| 100.0 * one.wait.share_of_some()),
        late_percent: of(replications, late_percent),
    }
}

fn percentiles(figure: impl Fn(&dyn Fn(&Spread) -> f64) -> Interval) -> Percentiles {
    let at = |percent: f64| figure(&move |spread: &Spread| spread.percentile(percent) / 3600.0);
    Percentiles {
        p50: at(50.0),
        p90: at(90.0),
        p99: at(99.0),
        mean: figure(&|spread: &Spread| spread.mean() / 3600.0),
    }
}

fn late_percent(one: &Measured) -> f64 {
    100.0 * one.late as f64 / one.turnaround.count().max(1) as f64
}

fn of(replications: &[Measured], figure: impl Fn(&Measured) -> f64) -> Interval {
    Interval::of(&replications.iter().map(figure).collect::<Vec<f64>>())
}

fn differing(from: &Played, to: &Played, figure: impl Fn(&Measured) -> f64) -> Interval {
    let all = |played: &Played| {
        played
            .replications
            .iter()
            .map(&figure)
            .collect::<Vec<f64>>()
    };
    Interval::of_differences(&all(from), &all(to))
}

fn change(from: &Played, to: &Played) -> Option<Figures> {
    (from.outcome.stable && to.outcome.stable).then(|| Figures {
        turnaround_hours: percentiles(|read| differing(from, to, |one| read(&one.turnaround))),
        wait_hours: percentiles(|read| differing(from, to, |one| read(&one.wait))),
        waited_percent: differing(from, to, |one| 100.0 * one.wait.share_of_some()),
        late_percent: differing(from, to, late_percent),
    })
}

fn difference(from: &Played, to: &Played) -> Difference {
    Difference {
        from: from.outcome.name.clone(),
        to: to.outcome.name.clone(),
        change: change(from, to),
    }
}

fn counts(replications: &[Measured]) -> Counts {
    replications
        .iter()
        .fold(Counts::default(), |all, one| Counts {
            arrived: all.arrived + one.arrived,
            signed_out: all.signed_out + one.signed_out,
            waiting: all.waiting + one.waiting,
            held: all.held + one.held,
        })
}

fn observation(replay: &Replay) -> Observation {
    let observed = &replay.observed;
    let hours = |spread: &Spread| {
        [50.0, 90.0, 99.0].map(|percent| (spread.percentile(percent) / 36.0).round() / 100.0)
    };
    let signed_out = observed.turnaround.count();
    Observation {
        cases: replay.cases.len() as u64,
        signed_out,
        turnaround_hours: hours(&observed.turnaround),
        wait_hours: hours(&observed.wait),
        late_percent: (10_000.0 * observed.late as f64 / signed_out.max(1) as f64).round() / 100.0,
    }
}
