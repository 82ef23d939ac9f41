//! What a simulation says: shapes of `slideway simulate --json`.
//!
//! Hours and percent, each with its 95 % interval over replications. A policy that is not stable has no
//! figures but its load, its growth and its cases: what grows has no percentile.

use serde::Serialize;

use super::interval::Interval;
use super::network::Policy;
use crate::case::Micros;

/// The whole answer.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What was played.
    pub plan: Plan,
    /// What really happened, when a log was played.
    pub observed: Option<Observation>,
    /// Each policy.
    pub policies: Vec<Outcome>,
    /// Each policy against the first, replication by replication.
    pub differences: Vec<Difference>,
    /// Each question under each policy, against the same policy without it.
    pub what_if: Vec<Answer>,
}

/// What was played.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Plan {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// When the virtual clock started.
    pub starts_at: Micros,
    /// Weeks before anything was measured.
    pub warm_up_weeks: u32,
    /// Weeks measured.
    pub weeks: u32,
    /// Replications.
    pub replications: u32,
    /// Sites.
    pub sites: usize,
    /// Pathologists.
    pub pathologists: usize,
    /// Cases that came in a week, on average.
    pub cases_per_week: u64,
    /// Whether the cases came from a log: then the figures are of those days and of no steady state.
    pub replayed: bool,
}

/// What really happened in a log.
#[derive(Debug, Clone, Serialize)]
pub struct Observation {
    /// Cases that became ready.
    pub cases: u64,
    /// Cases signed out.
    pub signed_out: u64,
    /// Receipt to sign-out: median, nine of ten, 99 of 100.
    pub turnaround_hours: [f64; 3],
    /// Ready to the first claim: median, nine of ten, 99 of 100.
    pub wait_hours: [f64; 3],
    /// Signed out after they were due.
    pub late_percent: f64,
}

/// A policy's figures.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Which.
    pub policy: Policy,
    /// Its name for people.
    pub name: String,
    /// Whether queues come back to where they were.
    pub stable: bool,
    /// Why not, in words.
    pub because: Vec<String>,
    /// Work against hours of the tightest pools; `null` when nobody may read them.
    pub load: f64,
    /// Those pools.
    pub tightest: Vec<String>,
    /// Figures; `null` when it is not stable.
    pub figures: Option<Figures>,
    /// Reading time against time there, of each site.
    pub utilisation: Vec<Utilisation>,
    /// How many more cases are open after each week.
    pub growth_cases_per_week: Interval,
    /// Cases of all replications, from the beginning to the end.
    pub cases: Counts,
}

/// Turnaround, wait and lateness.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// Receipt to sign-out.
    pub turnaround_hours: Percentiles,
    /// Ready to the first claim.
    pub wait_hours: Percentiles,
    /// Not claimed the moment they were ready.
    pub waited_percent: Interval,
    /// Signed out after they were due.
    pub late_percent: Interval,
}

/// Of durations, hours.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    /// Half are shorter.
    pub p50: Interval,
    /// Nine of ten are shorter.
    pub p90: Interval,
    /// 99 of 100 are shorter.
    pub p99: Interval,
    /// Their mean.
    pub mean: Interval,
}

/// A site's pathologists.
#[derive(Debug, Clone, Serialize)]
pub struct Utilisation {
    /// The site.
    pub site: String,
    /// Reading time against time there; above 100 with overtime.
    pub percent: Interval,
}

/// Arrived = signed out + waiting + held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Came.
    pub arrived: u64,
    /// Signed out.
    pub signed_out: u64,
    /// In the worklist at the end.
    pub waiting: u64,
    /// With a pathologist at the end.
    pub held: u64,
}

/// One policy against another.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// From this policy.
    pub from: String,
    /// To this one.
    pub to: String,
    /// How the figures change; `null` when either is not stable.
    pub change: Option<Figures>,
}

/// The answer to a question under one policy.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The question.
    pub question: String,
    /// Under which policy.
    pub policy: String,
    /// Whether it is stable with it.
    pub stable: bool,
    /// Why not, in words.
    pub because: Vec<String>,
    /// How the figures change; `null` when it is not stable with or without it.
    pub change: Option<Figures>,
    /// Cases signed out late in the measured weeks: how many more.
    pub more_late_cases: Interval,
}
