//! What people get through the door of a running server, over HTTP, on either database.
//!
//! The server, its archive and its decoder are the real ones; slides come in by `ingest` and are
//! tiled by `tile`, as in the laboratory.

mod composed;
pub(crate) mod house;
mod pictures;
mod reading;
mod rights;
pub(crate) mod visitor;
