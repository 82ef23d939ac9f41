//! Ready cases meet available specialists: what happens by itself, with nobody asking.
//!
//! ```text
//!  every few seconds ─▶ tell:   holder and manager of begun work that moves soon
//!  every few seconds ─▶ lapse:  claims whose pathologist went silent wait again, with their age
//!                    ─▶ relax:  readings nobody took in their stage's time are offered to more people
//!                    ─▶ settle: cases whose issuer lets a quiet time end the waiting become ready
//!                    ─▶ alarm:  what is past its deadline is put into the outbox, once each
//!                    ─▶ release: flagged scans nobody decided about keep a badge, and an alarm goes out
//!                    ─▶ forget: answers to commands older than a week
//!  beside it        ─▶ notifier: what was put into the outbox is sent, escalated, printed
//! ```
//!
//! Correctness needs none of it: a claim re-checks everything by itself. Each step is bounded and
//! may run in any number of processes at once; a step that fails is tried again at the next tick.

#![forbid(unsafe_code)]

mod notifier;
mod settings;
mod tick;

use std::time::Duration;

use catalog::Catalog;
pub use notifier::{ChannelKind, Contact, Notifier, NotifySettings, Security, SmtpSettings, Told};
pub use settings::Settings;
pub use tick::{Ticked, tick};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Why the process stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting makes no sense.
    #[error("route.{field}: {reason}")]
    Setting {
        /// Which.
        field: &'static str,
        /// What is wrong with it and what to do.
        reason: String,
    },
}

/// Runs until told to stop. A database that is away is waited for.
pub async fn run(
    settings: Settings,
    catalog: Catalog,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    settings.check()?;
    let notifier = Notifier::open(settings.notify.clone())?;
    // Beside each other: a receiver that does not answer must not keep claims from returning.
    tokio::join!(
        look_after(&settings, &catalog, &shutdown),
        tell(&settings, &notifier, &catalog, &shutdown)
    );
    Ok(())
}

fn beat(settings: &Settings) -> tokio::time::Interval {
    let mut beat = tokio::time::interval(Duration::from_secs(u64::from(settings.sweep_seconds)));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    beat
}

async fn look_after(settings: &Settings, catalog: &Catalog, shutdown: &CancellationToken) {
    let mut beat = beat(settings);
    let mut away = false;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = beat.tick() => {}
        }
        match tick(settings, catalog).await {
            Ok(ticked) => {
                away = false;
                report(&ticked);
            }
            Err(e) if !away => {
                away = true;
                warn!(error = %e, "could not look after the worklist, trying again at every tick");
            }
            Err(_) => {}
        }
    }
}

async fn tell(
    settings: &Settings,
    notifier: &Notifier,
    catalog: &Catalog,
    shutdown: &CancellationToken,
) {
    let mut beat = beat(settings);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = beat.tick() => {}
        }
        if let Err(e) = notifier.look(catalog).await {
            warn!(error = %e, "could not look for messages, trying again at every tick");
        }
    }
}

fn report(ticked: &Ticked) {
    for lapsed in &ticked.lapsed {
        info!(
            reading.id = %lapsed.reading,
            pathologist.id = %lapsed.pathologist,
            reason = ?lapsed.silence,
            "a claim returned to the worklist"
        );
    }
    if ticked.released > 0 {
        warn!(
            scans = ticked.released,
            "flagged scans were released because nobody decided in time"
        );
    }
    if ticked.alarms > 0 {
        warn!(alarms = ticked.alarms, "something is past its deadline");
    }
}
