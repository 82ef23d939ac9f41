//! Children that decode for people: one scan each, kept while it is looked at.
//!
//! ```text
//!  ask ─▶ the child of this scan ─ there, alive ─▶ work
//!                                └ none, or it ended ─▶ opened, the longest unused one makes room
//! ```
//!
//! Bounds: `serve.decoders` children; one left alone for [`IDLE`] ends, so that an empty house holds no places
//! of the sandbox. The asks of one scan follow each other; those who wait are bounded by `serve.decoding`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pathology::ids::ScanId;
use sandbox::{Child, Member, Sandbox};

/// How long a child stays without an ask.
const IDLE: Duration = Duration::from_secs(10);

type Seat = Arc<tokio::sync::Mutex<Option<Child>>>;

/// The children kept, the latest used last.
pub(crate) struct Decoders {
    most: usize,
    kept: Mutex<VecDeque<(ScanId, Seat, Instant)>>,
}

impl Decoders {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            kept: Mutex::default(),
        }
    }

    /// Works with the scan's child, opening one where there is none.
    pub(crate) async fn with<T>(
        &self,
        sandbox: &Sandbox,
        scan: ScanId,
        members: &[Member],
        work: impl AsyncFnOnce(&mut Child) -> Result<T, sandbox::Error>,
    ) -> Result<T, sandbox::Error> {
        let seat = self.seat(scan);
        let mut held = seat.lock().await;
        let mut child = match held.take() {
            Some(child) => child,
            None => sandbox.open(members).await?,
        };
        let done = work(&mut child).await;
        // After any failure but a refusal the child has ended.
        if matches!(&done, Ok(_) | Err(sandbox::Error::Refused { .. })) {
            *held = Some(child);
        }
        done
    }

    fn seat(&self, scan: ScanId) -> Seat {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().position(|(of, ..)| *of == scan);
        let seat = found
            .and_then(|place| kept.remove(place))
            .map_or_else(Seat::default, |(_, seat, _)| seat);
        kept.push_back((scan, seat.clone(), Instant::now()));
        while kept.len() > self.most {
            kept.pop_front();
        }
        seat
    }

    /// Ends the children that nobody asked anything lately.
    pub(crate) fn end_idle(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, seat, used)| used.elapsed() < IDLE || Arc::strong_count(seat) > 1);
    }
}

/// Ends idle children until shutdown.
pub(crate) async fn tidy(door: crate::Door) {
    loop {
        tokio::select! {
            () = door.shutdown.cancelled() => return,
            () = tokio::time::sleep(IDLE / 2) => door.decoders.end_idle(),
        }
    }
}
