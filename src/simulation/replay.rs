//! A real event log: the cases of a laboratory as they came, to be played again under other policies.
//!
//! ```text
//! {"kind":"accession","at":…,"case":…,"site":…,"specialty":…,"priority":…,"received_at":…,"due_at":…}
//! {"kind":"ready","at":…,"case":…}     {"kind":"claim","at":…,"case":…}     {"kind":"sign_out","at":…,"case":…}
//! ```
//!
//! One JSON object a line; of a case in this order, cases as they come. Cases are open from accession to sign-out; memory is
//! bounded by [`MOST_OPEN`] of them and [`MOST_CASES`] ready ones (48 bytes each). Reading times are
//! drawn as configured: between claim and sign-out people do other things too.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::chance::{Chance, Kind};
use super::network::Network;
use super::source::{Incoming, drawn_seconds};
use super::spread::Spread;
use crate::case::{Micros, Priority};

/// Cases between accession and sign-out.
pub const MOST_OPEN: usize = 1_000_000;
/// Cases that became ready.
pub const MOST_CASES: usize = 2_000_000;

/// A line of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// A case was registered.
    Accession {
        /// When.
        at: Micros,
        /// The case's id.
        case: String,
        /// The name of its site.
        site: String,
        /// The key of its specialty.
        specialty: String,
        /// How soon it is wanted.
        priority: Priority,
        /// When the laboratory received it.
        received_at: Micros,
        /// When it is due.
        due_at: Micros,
    },
    /// It became ready to be read.
    Ready {
        /// When.
        at: Micros,
        /// The case's id.
        case: String,
    },
    /// A pathologist claimed it.
    Claim {
        /// When.
        at: Micros,
        /// The case's id.
        case: String,
    },
    /// It was signed out.
    SignOut {
        /// When.
        at: Micros,
        /// The case's id.
        case: String,
    },
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum BadLog {
    /// A line is no event.
    #[error(
        "line {0}: {1}; expected one JSON object with kind accession, ready, claim or sign_out"
    )]
    NotAnEvent(u64, serde_json::Error),
    /// The network lacks a name of the log.
    #[error("line {line}: the network has no {kind} {name:?}: add it to the configuration")]
    Unknown {
        /// Which line.
        line: u64,
        /// `site` or `specialty`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// More than memory is kept for.
    #[error(
        "line {0}: too many cases: play the log in parts, of at most 2,000,000 cases with 1,000,000 open at once"
    )]
    TooLong(u64),
    /// Nothing to play.
    #[error("no case of the log became ready after its accession: nothing to play")]
    Empty,
}

/// A case of the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Logged {
    site: u16,
    pub(super) specialty: u16,
    priority: Priority,
    received_at: Micros,
    pub(super) ready_at: Micros,
    due_at: Micros,
}

/// A log, as far as it was read.
#[derive(Debug, Default)]
pub struct Replay {
    pub(super) cases: Vec<Logged>,
    pub(super) observed: Observed,
    open: HashMap<String, Open>,
    line: u64,
}

/// What really happened.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) turnaround: Spread,
    pub(super) wait: Spread,
    pub(super) late: u64,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    case: Logged,
    ready: bool,
    claimed: bool,
}

impl Replay {
    /// Reads the next line.
    ///
    /// # Errors
    /// Names the line and the remedy.
    pub fn line(&mut self, network: &Network, text: &str) -> Result<(), BadLog> {
        self.line += 1;
        if text.trim().is_empty() {
            return Ok(());
        }
        let happened: Happened =
            serde_json::from_str(text).map_err(|why| BadLog::NotAnEvent(self.line, why))?;
        match happened {
            Happened::Accession { .. } => self.accession(network, happened),
            Happened::Ready { at, case } => self.ready(at, &case),
            Happened::Claim { at, case } => {
                self.claim(at, &case);
                Ok(())
            }
            Happened::SignOut { at, case } => {
                self.sign_out(at, &case);
                Ok(())
            }
        }
    }

    /// Ends the reading: cases stand as they became ready.
    pub fn end(&mut self) {
        self.cases.sort_by_key(|case| case.ready_at);
    }

    /// The network as this log plays it: from its first day on, without warm-up, to the end of
    /// the week after its last, so that its last cases are read too.
    ///
    /// # Errors
    /// When no case became ready.
    pub fn played_by(&self, network: &Network) -> Result<Network, BadLog> {
        let (Some(first), Some(last)) = (self.cases.first(), self.cases.last()) else {
            return Err(BadLog::Empty);
        };
        let mut played = network.clone();
        let day = super::hours::DAY;
        played.run.starts_at = Micros(first.ready_at.0.div_euclid(day) * day);
        played.run.warm_up_weeks = 0;
        let weeks = (last.ready_at.0 - played.run.starts_at.0) / (7 * day) + 2;
        played.run.weeks = u32::try_from(weeks).unwrap_or(520).clamp(1, 520);
        Ok(played)
    }

    fn accession(&mut self, network: &Network, happened: Happened) -> Result<(), BadLog> {
        let Happened::Accession {
            case,
            site,
            specialty,
            priority,
            received_at,
            due_at,
            ..
        } = happened
        else {
            return Ok(());
        };
        let line = self.line;
        let unknown = |kind, name| BadLog::Unknown { line, kind, name };
        let place = network.sites.iter().position(|one| one.name == site);
        let mix = network
            .specialties
            .iter()
            .position(|one| one.key == specialty);
        let logged = Logged {
            site: place.ok_or_else(|| unknown("site", site))? as u16,
            specialty: mix.ok_or_else(|| unknown("specialty", specialty))? as u16,
            priority,
            received_at,
            ready_at: Micros(i64::MAX),
            due_at,
        };
        if self.open.len() >= MOST_OPEN {
            return Err(BadLog::TooLong(line));
        }
        self.open.insert(
            case,
            Open {
                case: logged,
                ready: false,
                claimed: false,
            },
        );
        Ok(())
    }

    fn ready(&mut self, at: Micros, case: &str) -> Result<(), BadLog> {
        let Some(open) = self.open.get_mut(case).filter(|open| !open.ready) else {
            return Ok(());
        };
        if self.cases.len() >= MOST_CASES {
            return Err(BadLog::TooLong(self.line));
        }
        open.ready = true;
        open.case.ready_at = at;
        self.cases.push(open.case);
        Ok(())
    }

    fn claim(&mut self, at: Micros, case: &str) {
        if let Some(open) = self
            .open
            .get_mut(case)
            .filter(|open| open.ready && !open.claimed)
        {
            open.claimed = true;
            self.observed.wait.add(seconds(open.case.ready_at, at));
        }
    }

    fn sign_out(&mut self, at: Micros, case: &str) {
        if let Some(open) = self.open.remove(case).filter(|open| open.ready) {
            self.observed
                .turnaround
                .add(seconds(open.case.received_at, at));
            self.observed.late += u64::from(at > open.case.due_at);
        }
    }
}

impl Logged {
    pub(super) const fn site(&self) -> usize {
        self.site as usize
    }

    /// The case as it comes again; its reading time is drawn.
    pub(super) fn incoming(&self, network: &Network, replication: u64, number: u64) -> Incoming {
        let mix = &network.specialties[usize::from(self.specialty)];
        let mut chance = Chance::of(
            network.run.seed,
            replication,
            Kind::Case,
            self.site.into(),
            number,
        );
        Incoming {
            number: number.into(),
            site: self.site(),
            specialty: self.specialty.into(),
            priority: self.priority,
            received_at: self.received_at,
            ready_at: self.ready_at,
            due_at: self.due_at,
            seconds: drawn_seconds(&network.readings, mix.reading_minutes, &mut chance),
        }
    }
}

/// Seconds from one moment to another.
pub(super) fn seconds(from: Micros, to: Micros) -> f64 {
    to.0.saturating_sub(from.0) as f64 / 1e6
}
