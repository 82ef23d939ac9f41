//! Watched folders: what a scanner writes is seen, waited for, and taken in when it is complete.
//!
//! ```text
//!   inotify: a hint ─┐                         ┌─▶ not yet: the next look, or a tray
//!   every minute ────┴─▶ look ─▶ seen ─▶ doubt ┤
//!                                              └─▶ hand: closes? ─▶ push ─▶ stored
//! ```
//!
//! Looking at the folder is the truth; inotify only hastens it, and is silent about what other
//! machines write on a mounted share. All times are the database's. Bounds: `parallel` hands at
//! once, 256 entries of a listing in memory, 200,000 fingerprints a folder. A folder inside the
//! folder is one delivery: a slide of several files, complete when all of them have been quiet, none has an
//! unfinished name, and their format closes over them.

mod doubt;
mod hand;
mod listing;
mod look;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use look::Inbox;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Door, Error, Keepers, ScannerSettings, Settings};

/// Shortest pause between two looks, so that a chatty folder does not keep the catalogue busy.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);

/// Watches every scanner's folder until `shutdown`. A copy under way is given up then; its slide
/// is taken at the next start. Each scanner of the settings needs the door of its id.
pub async fn run(
    settings: Settings,
    doors: Vec<Door>,
    keepers: Keepers,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let hands = Arc::new(Semaphore::new(settings.parallel.max(1) as usize));
    let rescan = Duration::from_secs(settings.rescan_seconds.max(1).into());
    let mut inboxes = JoinSet::new();
    for scanner in settings.scanners {
        let door = doors.iter().find(|door| door.scanner == Some(scanner.id));
        let door = door.cloned().ok_or(Error::NoDoor(scanner.id))?;
        let closes = Arc::new(keepers.sandbox.clone());
        let inbox = Inbox::new(scanner, door, keepers.clone(), closes, hands.clone());
        let shutdown = shutdown.clone();
        inboxes.spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = watch(inbox, rescan) => {}
            }
        });
    }
    while let Some(ended) = inboxes.join_next().await {
        ended?;
    }
    Ok(())
}

/// Looks, waits, looks again.
async fn watch(mut inbox: Inbox, rescan: Duration) {
    let wake = Arc::new(Notify::new());
    let mut watcher = None;
    let mut away = false;
    loop {
        let began = Instant::now();
        // A folder that was not mounted at the start is watched as soon as it is.
        watcher = watcher.or_else(|| watch::watch(inbox.settings(), inbox.renamed(), &wake));
        let next = match inbox.look().await {
            Ok(look) => {
                away = false;
                look.next.map_or(rescan, |next| next.min(rescan))
            }
            Err(error) => {
                if !away {
                    warn(inbox.settings(), &error);
                }
                away = true;
                rescan
            }
        };
        let pause = SHORTEST_PAUSE.max(began.elapsed());
        inbox.wait(pause, next.max(pause), &wake).await;
    }
}

fn warn(scanner: &ScannerSettings, error: &Error) {
    tracing::warn!(scanner.id = %scanner.id, %error, "A scanner's folder is not looked after just now; nothing is lost, it is tried again");
}
