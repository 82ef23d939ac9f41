//! A network to play: sites and their cases, teams and their hours, agreements, policies, questions.
//!
//! The form of `configs/network.toml`, which states every setting with its default and its source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::Wrong;
use crate::case::{Micros, Minutes, Targets};
use crate::routing::LeaseSettings;
use crate::words::words;

/// Everything a simulation is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// How long, how often, from which seed.
    #[serde(default)]
    pub run: Run,
    /// The shape of the day and the week.
    #[serde(default)]
    pub arrivals: Arrivals,
    /// How cases are read.
    #[serde(default)]
    pub readings: Readings,
    /// How soon cases are wanted.
    #[serde(default)]
    pub priorities: Priorities,
    /// What cases are about.
    pub specialties: Vec<SpecialtyMix>,
    /// Where they come from.
    pub sites: Vec<Site>,
    /// When people read.
    pub shifts: Vec<Shift>,
    /// Who reads.
    pub teams: Vec<Team>,
    /// Who reads whose cases.
    #[serde(default)]
    pub agreements: Vec<Agreement>,
    /// What is compared; the first is what the others are compared with.
    pub policies: Vec<Policy>,
    /// What if.
    #[serde(default)]
    pub what_if: Vec<WhatIf>,
    /// The file of the laboratory's policy, beside this one; without it the defaults hold.
    #[serde(default)]
    pub routing_file: Option<std::path::PathBuf>,
    /// Targets and leases: the laboratory's own, as read from that file.
    #[serde(skip)]
    pub rules: HouseRules,
}

/// What the laboratory decided for its real worklist, and the simulation obeys.
#[derive(Debug, Clone, Default)]
pub struct HouseRules {
    /// When cases are due and what a priority is worth.
    pub targets: Targets,
    /// How long begun work is held.
    pub lease: LeaseSettings,
    /// Hours for which a declined case is not offered to the same pathologist; 0: the next moment.
    pub decline_hours: u32,
}

/// How long, how often, from which seed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// When the virtual clock starts.
    pub starts_at: Micros,
    /// Weeks played before anything is measured.
    pub warm_up_weeks: u32,
    /// Weeks measured.
    pub weeks: u32,
    /// Independent replications, from which the intervals come.
    pub replications: u32,
    /// Cases that may wait at once; with more the replication ends and the policy is unstable.
    pub most_waiting: usize,
}

/// The shape of the day and the week.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Arrivals {
    /// The share of each hour of the day, local time; 24 numbers.
    pub hours: Vec<f64>,
    /// The share of each day, from Monday; 7 numbers.
    pub weekdays: Vec<f64>,
    /// Cases that become ready together, on average.
    pub batch_cases: f64,
    /// Minutes from receipt until a case is ready to be read.
    pub laboratory_minutes: Minutes,
}

/// How cases are read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Readings {
    /// How reading times are spread around the mean of their specialty.
    pub times: Times,
    /// Their coefficient of variation, when lognormal.
    pub spread: f64,
    /// The longest, when lognormal. What is begun late and left overdue is read anew by somebody else, so a
    /// reading longer than a shift would never end.
    pub longest_minutes: f64,
    /// How often a pathologist declines a case at its first offer.
    pub decline_percent: f64,
    /// Minutes a declined case cost.
    pub decline_minutes: f64,
    /// Minutes a pathologist stays to end the case they have.
    pub overtime_minutes: u32,
    /// How often a shift is missed: leave, illness, other duties.
    pub missed_shift_percent: f64,
}

words! {
    /// How reading times are spread.
    Times, "spread of reading times" {
        /// Many near the mean, a few long ones.
        Lognormal = "lognormal",
        /// As queueing formulas want them.
        Exponential = "exponential",
    }
}

/// How soon cases are wanted; the rest is routine.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Priorities {
    /// Frozen sections, transplants.
    pub immediate_percent: f64,
    /// Urgent ones, suspected cancer among them.
    pub urgent_percent: f64,
}

/// A specialty: how many of the cases, and how long one takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialtyMix {
    /// Its key.
    pub key: String,
    /// Its share of a site's cases.
    pub cases_percent: f64,
    /// Mean minutes to read a case and write its report.
    pub reading_minutes: f64,
}

/// A site and its cases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub organisation: String,
    /// How far its clocks are ahead of UTC; the year round.
    #[serde(default)]
    pub utc_offset_minutes: i32,
    /// Cases that become ready in a week.
    pub cases_per_week: f64,
    /// Shares of specialties that differ from the network's.
    #[serde(default)]
    pub specialties: BTreeMap<String, f64>,
    /// Where it sends what it has no specialist for, when sites read alone; else the first site that has one.
    #[serde(default)]
    pub send_out: Option<String>,
}

/// Hours of reading.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Its name.
    pub name: String,
    /// Its days: `mon` to `sun`.
    pub weekdays: Vec<Weekday>,
    /// From this hour on, local time; 8.5 is half past eight.
    pub from_hour: f64,
    /// To this hour; 24 is midnight.
    pub to_hour: f64,
}

words! {
    /// A day of the week.
    Weekday, "weekday" {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

/// Pathologists of a site who read the same things at the same hours.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Where they read.
    pub site: String,
    /// Their names.
    pub pathologists: Vec<String>,
    /// Keys of the specialties they are credentialed for.
    pub specialties: Vec<String>,
    /// The name of their shift.
    pub shift: String,
    /// Cases each may hold at once.
    #[serde(default = "usual_capacity")]
    pub capacity: u32,
    /// How fast: 2 reads in half the time.
    #[serde(default = "usual_pace")]
    pub pace: f64,
}

const fn usual_capacity() -> u32 {
    6
}

const fn usual_pace() -> f64 {
    1.0
}

/// An agreement for direct care.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Whose cases.
    pub owner: String,
    /// Who reads them.
    pub reading: String,
    /// Specialty keys, or `*`.
    pub specialties: Vec<String>,
}

/// Who is offered a case, and when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Which.
    pub kind: PolicyKind,
    /// Minutes for which a case is its own site's alone, when local first.
    #[serde(default)]
    pub local_minutes: u32,
    /// Hours on the road to another site, when sites read alone.
    #[serde(default)]
    pub send_out_hours: u32,
}

words! {
    /// Who is offered a case.
    PolicyKind, "policy" {
        /// Its own site; where that has no such specialist, one other site.
        Siloed = "siloed",
        /// Its own site for a time, then every site that may read it.
        LocalFirst = "local_first",
        /// Every site that may read it.
        FirstAvailable = "first_available",
    }
}

/// A question: the same days with something changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// In the asker's words.
    pub name: String,
    /// A site's scanners stand still.
    #[serde(default)]
    pub scanner_down: Option<ScannerDown>,
    /// Pathologists are away.
    #[serde(default)]
    pub off: Option<Off>,
    /// Another agreement.
    #[serde(default)]
    pub agreement: Option<Agreement>,
}

/// A site's scanners stand still: its cases become ready when they run again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerDown {
    /// Which site.
    pub site: String,
    /// From then on.
    pub from: Micros,
    /// Until then.
    pub to: Micros,
    /// The share of its cases that this scanner would have scanned.
    #[serde(default = "every")]
    pub cases_percent: f64,
}

const fn every() -> f64 {
    100.0
}

/// Pathologists are away.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Off {
    /// Their names.
    pub pathologists: Vec<String>,
    /// From then on.
    pub from: Micros,
    /// Until then.
    pub to: Micros,
}

impl Network {
    /// Whether every name is somebody's and every number can be meant.
    ///
    /// # Errors
    /// Names the setting and the remedy.
    pub fn check(&self) -> Result<(), Wrong> {
        super::check::check(self)
    }
}

impl Default for Run {
    fn default() -> Self {
        Self {
            seed: 1,
            // Monday, 5 January 2026.
            starts_at: Micros(1_767_571_200_000_000),
            warm_up_weeks: 4,
            weeks: 12,
            replications: 10,
            most_waiting: 50_000,
        }
    }
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            hours: [
                &[0.0; 6][..],
                &[
                    2.0, 5.0, 8.0, 11.0, 13.0, 12.0, 8.0, 8.0, 9.0, 8.0, 6.0, 4.0, 2.0, 1.0, 1.0,
                    1.0, 1.0, 0.0,
                ],
            ]
            .concat(),
            weekdays: vec![23.0, 20.0, 20.0, 20.0, 20.0, 0.0, 0.0],
            batch_cases: 3.0,
            laboratory_minutes: Minutes {
                immediate: 8,
                urgent: 1440,
                routine: 2880,
            },
        }
    }
}

impl Default for Readings {
    fn default() -> Self {
        Self {
            times: Times::Lognormal,
            spread: 0.8,
            longest_minutes: 180.0,
            decline_percent: 2.0,
            decline_minutes: 1.0,
            overtime_minutes: 30,
            missed_shift_percent: 5.0,
        }
    }
}

impl Default for Priorities {
    fn default() -> Self {
        Self {
            immediate_percent: 0.7,
            urgent_percent: 40.0,
        }
    }
}
