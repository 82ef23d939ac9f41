//! Who may do what to which resource: one function decides, and denies by default.
//!
//! ```text
//! subject ─ action ─ purpose ─ resource ─▶ decide ─▶ basis (written to the audit) ─▶ Authorized<T>
//!                                            └─────▶ denied (what to do; shown as 403 or 404)
//! ```
//!
//! A handler cannot obtain a case or a scan without an [`Authorized`], and an [`Authorized`] is made
//! only here. Whoever fills in a [`Resource`] reads the relation from the catalogue, in the
//! transaction that also writes the audit.
//!
//! The rules, and why they are the safe ones:
//! * A pathologist reads by relation to the case, never by login alone. A restricted record is
//!   closed to who is neither reading it nor may claim it.
//! * An operator handles glass: cases and scans of the own organisation and site, no reports.
//! * A manager watches flow: worklist, measures, people, audit, the case's facts and the trays; no
//!   tissue of matched scans, no reports.
//! * A laboratory's system registers and follows its own cases and fetches their reports.
//! * A device delivers at its own doors and sees nothing.
//! * Teaching, research and analysis need consent or de-identification, which these doors do not
//!   check: they are denied.

mod authorized;
mod decide;
mod denied;
mod resource;
mod subject;

pub use authorized::Authorized;
pub use decide::{Basis, decide};
pub use denied::Denied;
pub use resource::{Relation, Resource};
pub use subject::{Action, Ask, Purpose, Role, Subject};
