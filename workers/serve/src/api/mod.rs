//! The JSON doors: one file a noun, each handler: decided upon, asked, shaped.

pub(crate) mod absences;
pub(crate) mod alarms;
pub(crate) mod cases;
pub(crate) mod claims;
pub(crate) mod moves;
pub(crate) mod orders;
pub(crate) mod people;
pub(crate) mod quality;
pub(crate) mod reports;
pub(crate) mod rota;
pub(crate) mod sessions;
pub(crate) mod steering;
pub(crate) mod trays;
pub(crate) mod worklist;
