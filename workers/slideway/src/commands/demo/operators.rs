//! The demo's people at the bench: they clear the trays with the glass in their hands.
//!
//! An unreadable label is scanned by hand; a contradiction by two people; a file that ended early is
//! sent again; a slide without a case makes the office register the late order; a blurred scan is looked at.

use std::collections::BTreeSet;
use std::time::Duration;

use catalog::{By, Decision, OpenEntry};
use pathology::case::{Micros, TrayKind};
use pathology::ids::TrayId;
use pathology::phi::Phi;
use tokio_util::sync::CancellationToken;

use super::day::Day;
use super::office;
use super::people::TRUSTS;
use super::scanners::Glass;
use crate::commands::Failure;
use crate::laboratory::organisation_id;

/// Clears trays until told to stop; registers late orders as they are missed.
pub(super) async fn clear_trays(
    day: Day,
    started_at: Micros,
    shutdown: CancellationToken,
) -> Result<(), Failure> {
    let mut asked_again: BTreeSet<TrayId> = BTreeSet::new();
    while !shutdown.is_cancelled() {
        for entry in day.catalog.open_entries(200).await? {
            if asked_again.contains(&entry.tray) {
                continue;
            }
            if let Some(name) = &entry.delivery_name {
                if entry.scan.is_none() && day.send_again(name.expose()).await? {
                    asked_again.insert(entry.tray);
                }
                continue;
            }
            if let Some(glass) = entry.digest.and_then(|digest| day.bench.glass(&digest)) {
                settle(&day, &entry, &glass, started_at).await?;
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn settle(
    day: &Day,
    entry: &OpenEntry,
    glass: &Glass,
    started_at: Micros,
) -> Result<(), Failure> {
    if entry.kind == TrayKind::Quality {
        return let_pass(day, entry, glass).await;
    }
    if entry.code == "no_case" {
        return register_late(day, glass, started_at).await;
    }
    for login in ["dana", "eve"] {
        let by = By::operator(login, organisation_id(TRUSTS[glass.trust]));
        match day
            .catalog
            .attach(entry.tray, Phi::new(glass.container.clone()), &by)
            .await
        {
            Ok(attached) if attached.matched => return Ok(()),
            Ok(_) => {}
            // Somebody else settled it between looking and acting.
            Err(catalog::Error::Conflict(_)) => return Ok(()),
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// Enough is sharp to read: the scan passes.
async fn let_pass(day: &Day, entry: &OpenEntry, glass: &Glass) -> Result<(), Failure> {
    let by = By::operator("dana", organisation_id(TRUSTS[glass.trust]));
    let passed = day
        .catalog
        .decide_quality(entry.tray, Decision::Pass, "enough is sharp", &by);
    match passed.await {
        Ok(()) | Err(catalog::Error::Conflict(_)) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// The order was late: the office registers it, and the slide attaches by itself.
async fn register_late(day: &Day, glass: &Glass, started_at: Micros) -> Result<(), Failure> {
    let belongs = |case: &&super::plan::PlannedCase| {
        case.late_order
            && case.trust == glass.trust
            && case
                .slides
                .iter()
                .any(|slide| slide.container == glass.container)
    };
    match day.plan.cases.iter().find(belongs) {
        Some(case) => office::register(&day.catalog, case, started_at).await,
        None => Ok(()),
    }
}
