//! The routing of a network over days and weeks, played under a virtual clock by the routing code itself.
//!
//! ```text
//!  network ─▶ roster ─▶ load                           what the tightest pools carry, exactly
//!     │          │
//!  source ─▶   play  ◀─ hours       one replication: agenda, line, desks; asks routing at every step
//!  (drawn,       │
//!   replay)   measured ─▶ outcome ─▶ report ─▶ table, picture
//! ```
//!
//! Chance comes from a seed, and every stream of it has a name: policies and questions meet the same
//! cases, the same reading times, the same absences. What does not come back to where it was has no
//! percentiles: the report says *not stable* and why. What the model leaves out stands in
//! `docs/decisions/0023-a-simulation-of-our-own.md`.

mod agenda;
mod chance;
mod check;
mod hours;
mod interval;
mod line;
mod load;
mod measured;
mod network;
mod outcome;
mod picture;
mod play;
mod replay;
mod report;
mod roster;
mod source;
mod spread;
mod table;
#[cfg(test)]
mod tests;

pub use check::Wrong;
pub use interval::Interval;
pub use network::{
    Agreement, Arrivals, HouseRules, Network, Off, Policy, PolicyKind, Priorities, Readings, Run,
    ScannerDown, Shift, Site, SpecialtyMix, Team, Times, Weekday, WhatIf,
};
pub use outcome::simulate;
pub use picture::picture;
pub use replay::{BadLog, Happened, MOST_CASES, MOST_OPEN, Replay};
pub use report::{
    Answer, Counts, Difference, Figures, Observation, Outcome, Percentiles, Plan, Report,
    Utilisation,
};
pub use table::table;
