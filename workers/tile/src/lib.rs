//! A stored scan becomes a servable tileset.
//!
//! ```text
//!   job (leased, fenced) ─▶ sandbox: structure, extents, codes
//!                              │ refused ─▶ catalog::refuse_scan     a crash, three times ─▶ quarantine
//!                              ▼
//!                           levels that lie nowhere as they are served are made, and what lacks below: derived pack
//!                              ▼
//!                           one pass over the stored original, in offset order: digests and tags
//!                              │ not the bytes of the receipt ─▶ damaged storage: tried again, then quarantine
//!                              ▼
//!                           archive: index, manifest (create-only, generation = fence)
//!                              ▼
//!                           catalog::publish_scan ── superseded? the objects stay for the sweep
//!                              ▼  later, when nothing waits to be published
//!                           sandbox: every tile decoded once, levels that still lack made ─▶ generation g2
//!                              │ a tile is not what was published ─▶ catalog::fail_verification (damaged)
//!                              ▼
//!                           catalog::verify_scan
//! ```
//!
//! Afterwards, behind all tiling but that of the immediate class, the scan is looked over (`quality`).
//!
//! Invariants: nothing is published whose every tile does not lie inside its member and whose bytes
//! are not those of the receipt; an original is never touched, refused and quarantined ones included;
//! a worker holds one scan, and of it one block and [`Settings::max_tiles`] rows at most.

#![forbid(unsafe_code)]

mod build;
mod check;
mod failure;
mod halves;
mod pace;
mod pack;
mod pass;
mod pieces;
mod plan;
mod quality;
mod rebuild;
mod scrub;
mod settings;
mod stored;
mod sweep;
mod upkeep;
mod verify;
mod worker;

pub use build::{Built, build};
pub use check::{Checked, Depth, Finding, Wrong};
pub use failure::Failure;
pub use rebuild::Rebuilt;
pub use scrub::{ScrubSettings, Scrubbed};
pub use settings::Settings;
pub use sweep::{SweepSettings, Swept};
pub use upkeep::{Upkeep, UpkeepError, Verified};
pub use verify::verify;
pub use worker::{Error, Keepers, run};
