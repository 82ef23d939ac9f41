//! The JSON doors: one file a noun, each handler: decided upon, asked, shaped.

pub(crate) mod cases;
pub(crate) mod claims;
pub(crate) mod people;
pub(crate) mod quality;
pub(crate) mod sessions;
pub(crate) mod trays;
pub(crate) mod worklist;
