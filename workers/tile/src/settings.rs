//! How much machine work is done at once, and how long it may take.

use pathology::pyramid::quality::Thresholds;
use serde::{Deserialize, Serialize};

/// Settings of the tiling workers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Scans worked on at once. Default 2.
    pub workers: u32,
    /// Seconds after which a worker that went silent loses its scan to another. Default 30.
    pub lease_seconds: u32,
    /// Seconds between looks for work when nobody told of any. Default 2.
    pub poll_seconds: u32,
    /// Attempts a scan may spoil before it is quarantined. Default 3.
    pub attempts: u32,
    /// Most tiles of a scan. A worker holds 40 bytes for each, and 48 while it writes the index, so
    /// that a slide that lies about its size costs 58 MB and no more. Default 1,200,000.
    pub max_tiles: u64,
    /// From where on a scan's quality is flagged.
    pub quality: Thresholds,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workers: 2,
            lease_seconds: 30,
            poll_seconds: 2,
            attempts: 3,
            max_tiles: 1_200_000,
            quality: Thresholds::default(),
        }
    }
}
