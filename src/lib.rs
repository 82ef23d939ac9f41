//! What Slideway knows: pure rules about cases, people, routing, slides and tiles.
//!
//! ```text
//!          PAPER                                   PIXELS
//!   ┌──────────────────────┐             ┌────────────────────────────┐
//!   │ routing   simulation │             │ formats        tileset     │
//!   │   └─ staff           │             │    └── pyramid ──┘         │
//!   │        └─ case       │             │          │                 │
//!   └───────────┬──────────┘             └──────────┬─────────────────┘
//!               └────────── ids, access, phi ───────┘      dicom: grammar, below formats
//! ```
//!
//! No I/O, no async, no clock, no randomness: bytes come through [`formats::ReadAt`], time and
//! identifiers are arguments. Paper and pixels do not know each other.

pub mod access;
pub mod case;
pub mod dicom;
pub mod formats;
pub mod ids;
pub mod phi;
pub mod pyramid;
pub mod routing;
pub mod simulation;
pub mod staff;
pub mod tileset;
pub mod words;
