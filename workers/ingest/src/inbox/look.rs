//! One look at a folder: each delivery is seen, doubted, and given to a hand when it is complete.

use std::collections::HashSet;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use catalog::Sighting;
use pathology::case::TrayCode;
use pathology::phi::Phi;
use tokio::sync::{Notify, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use super::doubt::{Doubt, Known, doubt};
use super::hand::{Found, Hand, Taken, is_marked};
use super::listing::{Entry, list};
use super::watch::Renamed;
use crate::closing::Closes;
use crate::naming::shown;
use crate::push::Pushed;
use crate::remembered::Remembered;
use crate::{Door, Error, Keepers, ScannerSettings};

/// The first pause after the keepers failed; each further one is twice as long.
const FIRST_PAUSE_US: i64 = 15_000_000;
/// The pause does not become longer than this.
const LONGEST_PAUSE_US: i64 = 900_000_000;

/// The words for a delivery that went away.
const GONE: &str = "The file was taken out of the scanner's folder, or renamed, before it was complete. Look for it at the scanner; if it came under another name, dismiss this.";

/// What a look found out.
#[derive(Debug)]
pub(crate) struct Look {
    /// When looking again is worth while, if before the next full look.
    pub(super) next: Option<Duration>,
    /// Whether no slide was in the folder.
    is_empty: bool,
}

/// A scanner's folder and what is known of it.
pub(crate) struct Inbox {
    settings: ScannerSettings,
    door: Door,
    keepers: Keepers,
    closes: Arc<dyn Closes>,
    places: Arc<Semaphore>,
    renamed: Renamed,
    /// Deliveries that are stored: not asked about again.
    settled: Remembered,
    /// What the last looks found, disk blocks included.
    steady: Remembered,
    /// Files whose structure spoke of more: not opened again until something comes.
    early: Remembered,
    hands: JoinSet<(Found, Taken)>,
    /// Names the hands hold; as many as hands.
    in_hand: HashSet<OsString>,
    trouble: Trouble,
}

/// Keepers that fail are left alone for a while: reported once, tried again ever more rarely.
#[derive(Default)]
struct Trouble {
    failures: u32,
    until_us: i64,
}

impl Inbox {
    pub(crate) fn new(
        mut settings: ScannerSettings,
        door: Door,
        keepers: Keepers,
        closes: Arc<dyn Closes>,
        places: Arc<Semaphore>,
    ) -> Self {
        // The decoder's child has a working directory of its own.
        if let Ok(folder) = std::path::absolute(&settings.folder) {
            settings.folder = folder;
        }
        Self {
            settings,
            door,
            keepers,
            closes,
            places,
            renamed: Renamed::default(),
            settled: Remembered::default(),
            steady: Remembered::default(),
            early: Remembered::default(),
            hands: JoinSet::new(),
            in_hand: HashSet::new(),
            trouble: Trouble::default(),
        }
    }

    pub(super) const fn settings(&self) -> &ScannerSettings {
        &self.settings
    }

    pub(super) const fn renamed(&self) -> &Renamed {
        &self.renamed
    }

    /// Sees everything in the folder once; what is complete is in a hand when this returns.
    pub(crate) async fn look(&mut self) -> Result<Look, Error> {
        let mut look = Look {
            next: None,
            is_empty: true,
        };
        let mut pieces = list(&self.settings);
        while let Some(piece) = pieces.recv().await {
            let piece = piece.map_err(|source| Error::Folder {
                scanner: self.settings.id,
                source,
            })?;
            for entry in piece {
                look.is_empty = false;
                self.attend(entry, &mut look).await?;
            }
        }
        // An empty folder may be one whose share is not mounted: nothing follows from it.
        if !look.is_empty {
            self.miss().await?;
        }
        Ok(look)
    }

    /// Puts deliveries before a person that were seen, but are in the folder no more.
    async fn miss(&self) -> Result<(), Error> {
        let (catalog, minutes) = (&self.keepers.catalog, self.settings.profile.stuck_minutes);
        let unfinished = catalog
            .unfinished_deliveries(self.settings.id, minutes)
            .await?;
        for (id, name) in unfinished {
            let path = self.settings.folder.join(name.expose());
            let there = tokio::fs::symlink_metadata(path).await;
            if there.is_err_and(|why| why.kind() == std::io::ErrorKind::NotFound) {
                let (site, code) = (self.door.site, TrayCode::MembersMissing);
                catalog.hold_delivery(id, site, code, GONE).await?;
                tracing::warn!(scanner.id = %self.settings.id, delivery.id = %id, code = code.as_str(), "A delivery went away before it was complete; it lies in the tray");
            }
        }
        Ok(())
    }

    /// Waits for the next look, and meanwhile for what the hands have done: at least `pause`, at
    /// most `rescan`, and between them until something wakes it.
    pub(super) async fn wait(&mut self, pause: Duration, rescan: Duration, wake: &Notify) {
        let began = Instant::now();
        loop {
            let woken = async {
                tokio::time::sleep_until(began + pause).await;
                wake.notified().await;
            };
            tokio::select! {
                () = tokio::time::sleep_until(began + rescan) => return,
                () = woken => return,
                Some(done) = self.hands.join_next() => self.report(done).await,
            }
        }
    }

    /// One entry: seen, doubted, or given to a hand.
    async fn attend(&mut self, entry: Entry, look: &mut Look) -> Result<(), Error> {
        while let Some(done) = self.hands.try_join_next() {
            self.report(done).await;
        }
        if self.settled.has(&entry.mark()) || self.in_hand.contains(&entry.name) {
            return Ok(());
        }
        let delivery = self
            .keepers
            .catalog
            .see_delivery(self.sighting(&entry))
            .await?;
        if delivery.state == "stored" || delivery.state == "refused" {
            self.settled.since(entry.mark(), delivery.now);
            return Ok(());
        }
        let found = Found { entry, delivery };
        let known = self.known(&found).await;
        let early = self.early.has(&found.entry.full_mark());
        let doubt = doubt(&known, &self.settings).or(early.then_some(Doubt::EndsEarly));
        match doubt {
            Some(doubt) => {
                let lasted_us = known.unchanged_us();
                look.before(self.wait_for(&found, doubt, lasted_us).await?);
            }
            None if found.delivery.now < self.trouble.until_us => {
                look.before(Some(self.trouble.until_us - found.delivery.now));
            }
            None => self.take(found).await,
        }
        Ok(())
    }

    fn sighting(&self, entry: &Entry) -> Sighting {
        Sighting {
            scanner: self.settings.id,
            organisation: self.door.organisation,
            name: Phi::new(shown(&entry.name)),
            size_bytes: entry.version.size_bytes,
            modified_us: entry.version.modified_us,
        }
    }

    async fn known<'a>(&mut self, found: &'a Found) -> Known<'a> {
        let (entry, delivery) = (&found.entry, &found.delivery);
        let steady_since = self.steady.since(entry.full_mark(), delivery.now);
        Known {
            entry,
            quiet_us: delivery.now - delivery.changed_at,
            steady_us: delivery.now - steady_since,
            is_renamed: self.renamed.has(&entry.name),
            is_stuck: delivery.state == "stuck",
            is_marked: is_marked(entry, &self.settings).await,
        }
    }

    /// Puts a doubt that lasted too long before a person; says in how many microseconds looking
    /// again is worth while, if before the next full look.
    async fn wait_for(
        &self,
        found: &Found,
        doubt: Doubt,
        lasted_us: i64,
    ) -> Result<Option<i64>, Error> {
        if found.delivery.state == "stuck" {
            return Ok(None);
        }
        let left_us = doubt.patience_us(&self.settings) - lasted_us;
        if doubt == Doubt::Changing {
            return Ok(Some(
                left_us.min(self.settings.profile.quiet_us() - lasted_us),
            ));
        }
        if left_us > 0 {
            return Ok(Some(left_us));
        }
        let words = doubt.words(&found.entry, &self.settings);
        let (id, site, code) = (found.delivery.id, self.door.site, doubt.code());
        self.keepers
            .catalog
            .hold_delivery(id, site, code, &words)
            .await?;
        tracing::warn!(scanner.id = %self.settings.id, delivery.id = %id, code = code.as_str(), "A delivery does not come to its end; it lies in the tray and is still watched");
        Ok(None)
    }

    /// Waits for a free place, then gives the delivery to a hand.
    async fn take(&mut self, found: Found) {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let hand = Hand {
            door: self.door.clone(),
            keepers: self.keepers.clone(),
            closes: Arc::clone(&self.closes),
            names_carry_codes: self.settings.profile.names_carry_codes,
            place: place.expect("the places are never closed"),
            found,
        };
        self.in_hand.insert(hand.found.entry.name.clone());
        self.hands.spawn(hand.work());
    }

    /// Notes what a hand has done.
    async fn report(&mut self, done: Result<(Found, Taken), JoinError>) {
        let (found, taken) = match done {
            Ok(done) => done,
            // A defect: it ends this inbox, and `run` says so.
            Err(fell) => std::panic::resume_unwind(fell.into_panic()),
        };
        let now = found.delivery.now;
        self.in_hand.remove(&found.entry.name);
        match taken {
            Taken::Stored(pushed) => self.stored(&found, &pushed),
            Taken::Doubted(doubt) => {
                if doubt == Doubt::EndsEarly {
                    self.early.since(found.entry.full_mark(), now);
                }
                let lasted_us = now - found.delivery.changed_at;
                if let Err(why) = self.wait_for(&found, doubt, lasted_us).await {
                    self.trouble.begin(&self.settings, &why, now);
                }
            }
            // The next look sees what it has become.
            Taken::Failed(Error::StillGrowing) => {}
            Taken::Failed(why) => self.trouble.begin(&self.settings, &why, now),
        }
    }

    fn stored(&mut self, found: &Found, pushed: &Pushed) {
        self.settled.since(found.entry.mark(), found.delivery.now);
        self.renamed.forget(&found.entry.name);
        self.trouble.end(&self.settings);
        tracing::info!(
            scanner.id = %self.settings.id,
            scan.id = %pushed.scan,
            receipt.id = %pushed.receipt,
            size_bytes = pushed.size_bytes,
            already = pushed.already,
            "Slide stored"
        );
    }

    /// Waits until the hands are empty.
    #[cfg(test)]
    pub(crate) async fn finish(&mut self) {
        while let Some(done) = self.hands.join_next().await {
            self.report(done).await;
        }
    }
}

impl Look {
    fn before(&mut self, wait_us: Option<i64>) {
        let wait = wait_us.map(|us| Duration::from_micros(us.max(0) as u64));
        self.next = [self.next, wait].into_iter().flatten().min();
    }
}

impl Trouble {
    fn begin(&mut self, settings: &ScannerSettings, error: &Error, now: i64) {
        if self.failures == 0 {
            tracing::warn!(scanner.id = %settings.id, %error, "Slides cannot be taken in just now; they wait in their folder and are tried again");
        }
        let pause = FIRST_PAUSE_US << self.failures.min(10);
        self.failures = self.failures.saturating_add(1);
        self.until_us = now + pause.min(LONGEST_PAUSE_US);
    }

    fn end(&mut self, settings: &ScannerSettings) {
        if self.failures > 0 {
            tracing::info!(scanner.id = %settings.id, "Slides are taken in again");
        }
        *self = Self::default();
    }
}
