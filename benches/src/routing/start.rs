//! How long until a process that has just begun knows all that waits, and what that takes in memory.

use std::time::Instant;

use serde_json::{Value, json};

use super::laboratory::ready;
use crate::Failure;

pub(super) async fn measure(url: &str) -> Result<Value, Failure> {
    let began = Instant::now();
    let catalog = ready(url).await?;
    let seconds = began.elapsed().as_secs_f64();
    let (resident, peak) = (memory("VmRSS")?, memory("VmHWM")?);
    catalog.close().await;
    Ok(json!({ "seconds": seconds, "resident_mib": resident, "peak_mib": peak }))
}

/// MiB of this process.
pub(super) fn memory(which: &str) -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(which));
    let kibibytes = line
        .and_then(|line| line.split_whitespace().nth(1))
        .ok_or("no such line in /proc/self/status")?;
    Ok(kibibytes.parse::<f64>()? / 1024.0)
}
