//! Keeper of decoding: the process boundary behind which everything that parses slide bytes runs.
//!
//! ```text
//!   parent                                             child (disposable, one scan of one patient)
//!   ──────                                             ─────
//!   Sandbox ── takes a warm one, or starts one ──▶ `program sandbox-child`
//!      │  (`max_children` at work)                     │ Ready (before any byte of a slide)
//!   open(members) ──────── Open{limits, members} ────▶ opens the files, restricts itself, reads the structure
//!      │        ◀── NeedBytes ── Bytes ──▶             │ (bytes in a store are brokered by the parent)
//!   inspect, extents, tile, region, …  ── ask ──────▶  │ pure core, rayon inside
//!      │        ◀────────── typed frames ───────────── │
//!   drop ──────────── kill ─────────────────────────▶  ✕
//! ```
//!
//! Invariants: a child has no environment, no descriptor but its pipes and its own members, no file, no
//! network, no other process, and bounded memory, processor time, output and wall-clock time; no answer of a child makes the
//! parent allocate more than one frame beyond what it keeps; what a child writes on stderr may be
//! about a patient and is never logged. A child dies with its [`Child`] handle and with its parent.
//!
//! Slides that only OpenSlide reads go through a second child, which loads it ([`Settings::openslide`]) and may
//! open the scan's own files by name: docs/decisions/0018.

mod answers;
mod ask;
mod child;
mod confine;
mod easel;
mod error;
mod folder;
mod frames;
mod last_words;
mod limits;
mod link;
mod members;
mod openslide;
mod pool;
mod protocol;
mod settings;
mod source;
mod starter;
mod verify;
mod whole;

pub use ask::{Child, Found, MadeTile, Making, PLACED_BYTES, Verifying};
pub use child::{child_main, tested_child_main};
pub use confine::Enforced;
pub use error::Error;
pub use pool::Sandbox;
pub use protocol::{CodeOrigin, Form, Inspected, Placed, ReadCode, Refusal, Sheet};
pub use settings::{Require, Settings};
pub use source::{Member, MemberAccess, Reading, Source};
pub use whole::{ToMake, ToVerify};
