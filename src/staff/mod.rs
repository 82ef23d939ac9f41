//! Pathologists: what they may read, whether they are there, and between whom agreements hold.
//!
//! An agreement lets the pathologists of one organisation read cases of another, for named
//! specialties and purposes, for a time, until revoked. An objection of a patient narrows that.

mod agreement;
mod credential;
mod objection;
mod pathologist;
mod specialty;

pub use agreement::{Agreement, Coverage, Why};
pub use credential::{Credential, Tier};
pub use objection::{Excluded, Objection};
pub use pathologist::{Pathologist, Presence};
pub use specialty::{NotASpecialty, Specialty};
