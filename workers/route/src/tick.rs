//! One look at everything that moves by itself.

use catalog::{Catalog, Lapsed};

use crate::Settings;

/// What one look moved.
#[derive(Debug, Default)]
pub struct Ticked {
    /// Claims that returned.
    pub lapsed: Vec<Lapsed>,
    /// Readings whose stage was over.
    pub relaxed: u64,
    /// Cases looked at because their quiet time was over.
    pub settled: u64,
    /// Alarms raised: tray entries and everything else past its deadline.
    pub alarms: u64,
    /// Flagged scans that were released because nobody decided.
    pub released: u64,
}

/// Looks once; bounded by `batch` of each kind.
pub async fn tick(settings: &Settings, catalog: &Catalog) -> Result<Ticked, catalog::Error> {
    // Each step is tried whatever became of the one before: what stops one must not stop all.
    let told = catalog.tell_before_it_moves(settings.batch).await;
    let lapsed = catalog.sweep_leases(settings.batch).await;
    let relaxed = catalog.relax_readings(settings.batch).await;
    let settled = catalog.settle_quiet_cases(settings.batch).await;
    let alarms = catalog.alarm_trays(settings.batch).await;
    let late = catalog.raise_overdue(settings.batch).await;
    let released = catalog.release_overdue_quality(settings.batch).await;
    let overdue = catalog.alarm_overdue(settings.batch).await;
    let away = catalog.begin_absences(settings.batch).await;
    let sent = catalog.release_reports(settings.batch).await;
    let forgotten = catalog.sweep_idempotency().await;
    let ticked = Ticked {
        lapsed: lapsed?,
        relaxed: relaxed?,
        settled: settled?,
        alarms: alarms? + overdue? + late?,
        released: released?,
    };
    away?;
    sent?;
    told?;
    forgotten?;
    Ok(ticked)
}
