//! Where cases come from: drawn for each site from its hours and weekdays, or taken from a log.
//!
//! A site's stream is a Poisson process of batches whose rate follows the hour of the week, drawn
//! hour by hour. What a case is like follows from its site and its number alone, so every policy and
//! every question meets the same cases.

use super::chance::{Chance, Kind};
use super::hours::{DAY, HOUR, weekday};
use super::network::{Network, Readings, Site, Times};
use super::replay::Logged;
use crate::case::{Micros, Priority, Wanted, due_at};

/// A case that becomes ready.
#[derive(Debug, Clone, Copy)]
pub(super) struct Incoming {
    /// Unique, and the same under every policy.
    pub(super) number: u128,
    pub(super) site: usize,
    pub(super) specialty: usize,
    pub(super) priority: Priority,
    pub(super) received_at: Micros,
    pub(super) ready_at: Micros,
    pub(super) due_at: Micros,
    /// Seconds to read it, at the usual pace.
    pub(super) seconds: f64,
}

/// All cases of a replication, in the order in which they become ready.
pub(super) enum Source<'a> {
    Drawn {
        network: &'a Network,
        replication: u64,
        sites: Vec<Stream>,
    },
    Logged {
        network: &'a Network,
        replication: u64,
        log: &'a [Logged],
        next: usize,
    },
}

/// The cases of one site.
pub(super) struct Stream {
    site: usize,
    chance: Chance,
    /// When the next batch becomes ready.
    at: Micros,
    left: u32,
    numbered: u64,
}

impl<'a> Source<'a> {
    pub(super) fn new(network: &'a Network, replication: u64, log: Option<&'a [Logged]>) -> Self {
        if let Some(log) = log {
            return Self::Logged {
                network,
                replication,
                log,
                next: 0,
            };
        }
        let busy = network
            .sites
            .iter()
            .enumerate()
            .filter(|(_, site)| site.cases_per_week > 0.0);
        let sites = busy
            .map(|(site, _)| Stream::new(network, replication, site))
            .collect();
        Self::Drawn {
            network,
            replication,
            sites,
        }
    }
}

impl Iterator for Source<'_> {
    type Item = Incoming;

    fn next(&mut self) -> Option<Incoming> {
        match self {
            Self::Drawn {
                network,
                replication,
                sites,
            } => {
                let first = sites.iter_mut().min_by_key(|one| (one.at, one.site))?;
                Some(first.next(network, *replication))
            }
            Self::Logged {
                network,
                replication,
                log,
                next,
            } => {
                let logged = log.get(*next)?;
                *next += 1;
                Some(logged.incoming(network, *replication, *next as u64))
            }
        }
    }
}

impl Stream {
    fn new(network: &Network, replication: u64, site: usize) -> Self {
        let mut stream = Self {
            site,
            chance: Chance::of(
                network.run.seed,
                replication,
                Kind::Arrivals,
                site as u64,
                0,
            ),
            at: network.run.starts_at,
            left: 0,
            numbered: 0,
        };
        stream.next_batch(network);
        stream
    }

    fn next(&mut self, network: &Network, replication: u64) -> Incoming {
        let incoming = self.drawn(network, replication);
        self.numbered += 1;
        self.left -= 1;
        if self.left == 0 {
            self.next_batch(network);
        }
        incoming
    }

    fn drawn(&self, network: &Network, replication: u64) -> Incoming {
        let site = &network.sites[self.site];
        let seed = network.run.seed;
        let mut chance = Chance::of(
            seed,
            replication,
            Kind::Case,
            self.site as u64,
            self.numbered,
        );
        let specialty = chance.pick(network.specialties.iter().map(|mix| site.share_of(mix)));
        let priority = priority(network, &mut chance);
        let minutes = network.arrivals.laboratory_minutes.of(priority);
        let received_at = self.at.plus_minutes(-i64::from(minutes));
        let mix = &network.specialties[specialty];
        let wanted = Wanted {
            priority,
            specialty: &mix.key,
            specimen_types: &[],
        };
        Incoming {
            number: (1 + self.site as u128) << 64 | u128::from(self.numbered),
            site: self.site,
            specialty,
            priority,
            received_at,
            ready_at: self.at,
            due_at: due_at(received_at, &wanted, &network.rules.targets),
            seconds: drawn_seconds(&network.readings, mix.reading_minutes, &mut chance),
        }
    }

    /// Walks the hours of the week until their rates have used up one exponential draw.
    fn next_batch(&mut self, network: &Network) {
        let site = &network.sites[self.site];
        let mut wanted = self.chance.exponential();
        loop {
            let (rate, ends_at) = rate_at(network, site, self.at);
            let there = (ends_at.0 - self.at.0) as f64 * rate;
            if wanted < there {
                self.at.0 += (wanted / rate) as i64;
                break;
            }
            wanted -= there;
            self.at = ends_at;
        }
        self.left = self.chance.batch(network.arrivals.batch_cases);
    }
}

/// Batches a microsecond at `at`, and the end of its hour.
fn rate_at(network: &Network, site: &Site, at: Micros) -> (f64, Micros) {
    let arrivals = &network.arrivals;
    let offset = i64::from(site.utc_offset_minutes) * 60_000_000;
    let local = at.0 + offset;
    let hour = local.div_euclid(HOUR as i64);
    let day = local.div_euclid(DAY);
    let of_day = arrivals.hours[hour.rem_euclid(24) as usize] / arrivals.hours.iter().sum::<f64>();
    let of_week = arrivals.weekdays[weekday(day)] / arrivals.weekdays.iter().sum::<f64>();
    let batches = site.cases_per_week / arrivals.batch_cases;
    (
        batches * of_day * of_week / HOUR,
        Micros((hour + 1) * HOUR as i64 - offset),
    )
}

fn priority(network: &Network, chance: &mut Chance) -> Priority {
    let drawn = chance.unit() * 100.0;
    let shares = &network.priorities;
    match () {
        () if drawn < shares.immediate_percent => Priority::Immediate,
        () if drawn < shares.immediate_percent + shares.urgent_percent => Priority::Urgent,
        () => Priority::Routine,
    }
}

/// How long a case of this mean takes to read, in seconds.
pub(super) fn drawn_seconds(readings: &Readings, mean_minutes: f64, chance: &mut Chance) -> f64 {
    let minutes = match readings.times {
        Times::Lognormal => {
            let drawn = mean_minutes * chance.lognormal(readings.spread);
            drawn.min(readings.longest_minutes)
        }
        Times::Exponential => mean_minutes * chance.exponential(),
    };
    minutes * 60.0
}
