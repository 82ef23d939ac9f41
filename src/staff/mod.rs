//! Pathologists: what they may read, whether they are there, and between whom agreements hold.
//!
//! An agreement lets the pathologists of one organisation read cases of another, for named
//! specialties and purposes, for a time, until revoked. An objection of a patient narrows that.

mod agreement;
mod coverage;
mod credential;
mod objection;
mod pathologist;
mod rota;
mod specialty;
mod vocabulary;

pub use agreement::{Agreement, Coverage, Opens, Why};
pub use coverage::{Away, Covered, Gap, gaps};
pub use credential::{Credential, Practice, Profession, Short, Tier};
pub use objection::{Excluded, Objection};
pub use pathologist::{Pathologist, Presence};
pub use rota::{
    Duty, NotARota, ROTA_BYTES, ROTA_DAYS, ROTA_SHIFTS, Shift, rota_of_csv, rota_of_ical,
};
pub use specialty::{NotASpecialty, Specialty};
pub use vocabulary::{Unclear, Vocabulary};
