//! A case, from accession to sign-out: its numbers, its states, what it should bring and by when.
//!
//! ```text
//! accession ─▶ manifest of expected slides ─▶ scans arrive ─▶ identity ─▶ readiness ─▶ reading ─▶ report
//!     └──────────────── turnaround: due_at, set once, counted from the laboratory ────────────────┘
//! ```
//!
//! Everything here is a pure function of facts and a given `now`. A number is unique only together
//! with its issuer; a scan joins a case only on two independent sources that agree.

mod calendar;
pub mod identity;
mod manifest;
mod number;
pub mod pattern;
mod points;
mod reason;
mod second;
mod state;
mod time;
mod turnaround;

pub use calendar::{Calendar, Counting, NotAZone, Weekday, Zone};
pub use identity::{Candidate, CodeReading, Evidence, Origin, Source, Verdict, verdict};
pub use manifest::{Expected, NoManifest, NotANoManifest, Readiness, readiness};
pub use number::{Issuer, NotANumber, NotAnIssuer, Number, NumberRole};
pub use pattern::CodePattern;
pub use points::Points;
pub use reason::{Reason, TrayCode};
pub use second::{Concordance, ReadingRules};
pub use state::{
    CaseState, ClockKind, Expectation, IdentityState, PixelState, Priority, ReadingKind,
    ReadingState, ReportKind, ReportOfRecord, ReportState, TrayKind,
};
pub use time::{Micros, NotATime};
pub use turnaround::{
    Clock, Figures, Minutes, Pause, Start, Targets, Wanted, boost, due_at, opening_clocks,
};
