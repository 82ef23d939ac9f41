//! Scanner doors: what a scanner delivers becomes a stored scan with a receipt.
//!
//! ```text
//!   folder ─▶ inbox: seen ─▶ quiet, allocated, marked, closes? ─▶ push ─▶ stored, receipt
//!                │ not yet: looked at again                         ▲
//!                └ for too long: a tray, and looked at again        │
//!   command line ───────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: a receipt is given only for durable bytes (P1); the same bytes are one scan with as
//! many receipts as deliveries (P7); the scanner's files are only ever read; a name is never logged.

#![forbid(unsafe_code)]

mod closing;
mod door;
mod error;
mod files;
mod inbox;
#[cfg(test)]
mod laboratory;
mod naming;
mod push;
mod remembered;
mod settings;

pub use door::{Door, Keepers};
pub use error::Error;
pub use files::{SlideFile, Unfit, files_of};
pub use inbox::run;
pub use push::{Pushed, push};
pub use settings::{Profile, ScannerSettings, Settings};
