//! Keeper of bytes: originals, tilesets and attachments, on a local disk, in memory or on S3.
//!
//! ```text
//!   bytes ─▶ stage ─▶ write* ─▶ finish ─▶ keep ─────────▶ original   (write-once, fresh key)
//!   file ───────────── stage_file ──▶ keep: both cores copy and digest, the disk flushes along
//!                      BLAKE3     fsync     link + fsync of directories | multipart + HEAD
//!   small object ─▶ put_new ─────────────────────────────▶ index, derived, manifest, attachment
//!   reader ◀─ read | read_blocks | Tilesets::tile ◀────── any of them
//! ```
//!
//! Invariants: a path is written in [`key`] only; an object is created once and never changed;
//! `Ok` means durable; "exists" is never "done", only "exists and verifies" is.

#![forbid(unsafe_code)]

mod error;
mod faults;
mod index_cache;
pub mod key;
mod listing;
mod original;
mod originals;
mod place;
mod probe;
mod put;
mod reading;
mod recent;
mod scratch;
mod settings;
mod staging;

#[cfg(test)]
mod conformance;

use std::sync::Arc;

pub use error::Error;
pub use faults::{Fault, Faults};
pub use index_cache::{Tile, Tileset, Tilesets};
pub use key::Key;
pub use listing::Listed;
pub use reading::Reads;
pub use scratch::Scratch;
pub use settings::{Credentials, S3, Settings};
pub use staging::{Sealed, Staged};

/// The archive: one store of objects, with the staging folder on its own file system.
///
/// Cloning is cheap: all clones share one store, one set of open files and one set of counters.
#[derive(Clone, Debug)]
pub struct Archive {
    inner: Arc<place::Inner>,
}

impl Archive {
    /// Opens the archive named by the settings, removes stale staging files of a crash, and
    /// probes that the store really refuses to create an object twice.
    pub async fn open(settings: &Settings) -> Result<Self, Error> {
        Self::open_with(settings, Faults::none()).await
    }

    /// As [`Archive::open`], with faults in its calls: for tests.
    pub async fn open_with(settings: &Settings, faults: Faults) -> Result<Self, Error> {
        let inner = Arc::new(place::choose(settings, faults)?);
        let archive = Self { inner };
        archive.clear_staging(settings.stale_staging()).await?;
        archive.probe().await?;
        Ok(archive)
    }
}
