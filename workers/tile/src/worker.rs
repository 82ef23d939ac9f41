//! The workers: each claims the most urgent scan, keeps its lease while it works, and tells the
//! catalogue how it ended.
//!
//! ```text
//!   claim ─▶ build (lease renewed every third of its length) ─▶ publish | refuse | quarantine | retry
//!     ▲                     │ lease lost ─▶ dropped: another worker has the scan
//!     └── nothing to do ◀───┘ shutting down ─▶ put off: the try does not count
//! ```
//!
//! A try counts when it spoilt, and when its worker did not live to end it: a scan that ends the whole
//! process is quarantined like one that ends its decoder.
//!
//! Bound: `Settings::workers` scans at once; a worker that finds nothing waits for word of a job, at
//! most `Settings::poll_seconds`.

use std::time::{Duration, Instant};

use archive::Archive;
use catalog::{By, Catalog, Job, Kind, MoreLevels, Publication, Refusal};
use sandbox::Sandbox;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::build::{Built, build, codes};
use crate::verify::verify;
use crate::{Failure, Settings};

mod looking;
mod verifying;

/// Longest wait before a scan is tried again.
const LONGEST_BACKOFF_SECONDS: u32 = 300;

/// Who the workers work with.
#[derive(Clone)]
pub struct Keepers {
    /// The facts.
    pub catalog: Catalog,
    /// The bytes.
    pub archive: Archive,
    /// The decoding.
    pub sandbox: Sandbox,
}

/// Why the workers stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The catalogue cannot be worked with: look at `catalog.url`, then start again.
    #[error("tiling stopped: {0}")]
    Catalog(#[from] catalog::Error),
    /// A worker fell over: the scans go on in other workers and after a restart.
    #[error("a tiling worker fell over: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// Works until `shutdown`; scans in the making are put back.
pub async fn run(
    settings: Settings,
    keepers: Keepers,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let mut workers = JoinSet::new();
    for n in 0..settings.workers.max(1) {
        let worker = Worker {
            name: format!("tile:{}:{n}", std::process::id()),
            // One worker is always free for the next slide that arrives: verifying takes long.
            publishes_only: n == 0 && settings.workers > 1,
            settings: settings.clone(),
            keepers: keepers.clone(),
            shutdown: shutdown.clone(),
        };
        workers.spawn(worker.work());
    }
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    Ok(())
}

struct Worker {
    name: String,
    publishes_only: bool,
    settings: Settings,
    keepers: Keepers,
    shutdown: CancellationToken,
}

/// How the work on a claimed scan came to an end.
enum Outcome {
    Built(Box<Built>),
    /// Every tile was decoded; the levels that were made, if any lacked.
    Verified(Option<MoreLevels>),
    /// Nothing is left to be done for the scan.
    Idle,
    Failed(Failure),
    LeaseLost,
    ShuttingDown,
}

impl Worker {
    async fn work(self) -> Result<(), Error> {
        let mut changes = self.keepers.catalog.changes();
        while !self.shutdown.is_cancelled() {
            match self.claim().await {
                Ok(Some(job)) => self.settle(&job).await,
                Ok(None) => self.wait(&mut changes).await,
                Err(why) if why.is_transient() => {
                    tracing::warn!(error = %why, "The catalogue does not answer; tiling waits");
                    self.wait(&mut changes).await;
                }
                Err(why) => return Err(why.into()),
            }
        }
        Ok(())
    }

    async fn claim(&self) -> Result<Option<Job>, catalog::Error> {
        let (catalog, lease) = (&self.keepers.catalog, self.settings.lease_seconds);
        if self.publishes_only {
            catalog.claim_job_of("tile", &self.name, lease).await
        } else {
            catalog.claim_job(&self.name, lease).await
        }
    }

    /// Until there may be something to do.
    async fn wait(&self, changes: &mut Receiver<catalog::Change>) {
        let word = async {
            loop {
                match changes.recv().await {
                    Ok(change) if change.kind == Kind::Job => return,
                    Ok(_) => {}
                    // Some word was missed: look.
                    Err(RecvError::Lagged(_)) => return,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let poll = Duration::from_secs(self.settings.poll_seconds.max(1).into());
        tokio::select! {
            () = self.shutdown.cancelled() => {}
            () = tokio::time::sleep(poll) => {}
            () = word => {}
        }
    }

    /// Works on a claimed scan to its end, and records the end.
    async fn settle(&self, job: &Job) {
        let began = Instant::now();
        let exhausted = job.attempts > i64::from(self.settings.attempts);
        let ended = match (job.kind.as_str(), exhausted) {
            ("quality", false) => self.look_over(job).await,
            ("quality", true) => {
                self.unmeasured(job, "every attempt ended the server or its decoder")
                    .await
            }
            (_, false) => self.tile_or_verify(job, began).await,
            (_, true) => self.fail(job, &fatal(job)).await,
        };
        Self::tell(job, ended);
    }

    async fn fail(&self, job: &Job, failure: &Failure) -> Result<(), catalog::Error> {
        if job.kind == "verify" {
            self.give_up_verifying(job, failure).await
        } else {
            self.give_up(job, failure).await
        }
    }

    /// Tells of an end that could not be recorded.
    fn tell(job: &Job, ended: Result<(), catalog::Error>) {
        match ended {
            Ok(()) => {}
            Err(catalog::Error::Superseded) => {
                tracing::info!(scan.id = %job.scan, fence = job.fence, "Another worker has taken the scan; what was made here is left to the sweep");
            }
            // The lease lapses and the scan is claimed again.
            Err(why) => {
                tracing::error!(scan.id = %job.scan, error = %why, "The end of the work on a scan could not be recorded");
            }
        }
    }

    async fn tile_or_verify(&self, job: &Job, began: Instant) -> Result<(), catalog::Error> {
        match self.attend(job).await {
            Outcome::Built(built) => self.publish(job, *built, began).await,
            Outcome::Verified(more) => self.record_verified(job, more, began).await,
            Outcome::Idle => {
                let catalog = &self.keepers.catalog;
                catalog.end_verification(job.id, job.fence).await
            }
            Outcome::Failed(failure) => self.fail(job, &failure).await,
            Outcome::ShuttingDown => self.put_off(job, "the server was stopped", 0).await,
            Outcome::LeaseLost => Err(catalog::Error::Superseded),
        }
    }

    /// Works while the lease is held.
    async fn attend(&self, job: &Job) -> Outcome {
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => Outcome::ShuttingDown,
            () = self.keep(job) => Outcome::LeaseLost,
            ended = Box::pin(self.work_on(job)) => ended.unwrap_or_else(Outcome::Failed),
        }
    }

    /// Renews the lease; returns when it is lost.
    async fn keep(&self, job: &Job) {
        let lease = self.settings.lease_seconds.max(1);
        loop {
            tokio::time::sleep(Duration::from_millis(u64::from(lease) * 1000 / 3)).await;
            let kept = self
                .keepers
                .catalog
                .keep_job(job.id, job.fence, lease)
                .await;
            if matches!(kept, Err(catalog::Error::Superseded)) {
                return;
            }
            // Any other failure is tried again in a third of the lease; the fence guards the end.
        }
    }

    async fn work_on(&self, job: &Job) -> Result<Outcome, Failure> {
        let stored = self.keepers.catalog.scan_for_tiling(job.scan).await;
        let stored = stored.map_err(|why| Failure::Later(why.to_string()))?;
        let generation = u32::try_from(job.fence);
        let generation = generation.map_err(|why| Failure::Later(why.to_string()))?;
        let Keepers {
            catalog,
            archive,
            sandbox,
        } = &self.keepers;
        match job.kind.as_str() {
            "tile" => {
                let built = build(archive, sandbox, &stored, generation, &self.settings).await?;
                Ok(Outcome::Built(Box::new(built)))
            }
            "verify" => {
                let published = catalog.tileset_to_verify(job.scan).await;
                let Some(published) = published.map_err(|why| Failure::Later(why.to_string()))?
                else {
                    return Ok(Outcome::Idle);
                };
                // Above the published one, and of this attempt only.
                let generation = published.generation.saturating_add(generation);
                let both = (&stored, &published);
                let more = verify(archive, sandbox, both, generation, &self.settings).await?;
                Ok(Outcome::Verified(more))
            }
            other => Err(Failure::Later(format!("no worker does {other} here"))),
        }
    }

    async fn publish(&self, job: &Job, built: Built, began: Instant) -> Result<(), catalog::Error> {
        fail::fail_point!("tile::before_publish");
        let publication = Publication {
            job: job.id,
            fence: job.fence,
            scan: job.scan,
            facts: built.facts.to_string(),
            index_header_digest: built.index.header_blake3.0,
            index_header_length: built.index.header_length.into(),
            index_size_bytes: built.index.size_bytes,
            index_digest: built.index.blake3.0,
            manifest_digest: built.manifest_blake3.0,
            codes: codes(&built.codes),
        };
        let published = self
            .keepers
            .catalog
            .publish_scan(publication, &by(job))
            .await;
        match published {
            Ok(identity) => {
                fail::fail_point!("tile::published");
                let duration_ms = began.elapsed().as_millis() as u64;
                tracing::info!(scan.id = %job.scan, generation = job.fence, ?identity, duration_ms, "Scan published");
                Ok(())
            }
            Err(why) if why.is_transient() => {
                self.put_off(job, &why.to_string(), backoff(job)).await
            }
            Err(catalog::Error::Superseded) => Err(catalog::Error::Superseded),
            // Something of this slide cannot be recorded: a few times, then a person must look.
            Err(why) => self.give_up(job, &unrecorded(&why)).await,
        }
    }

    /// Ends or postpones a scan that has no tileset. Its original stays, whatever happens.
    async fn give_up(&self, job: &Job, failure: &Failure) -> Result<(), catalog::Error> {
        let last = job.attempts >= i64::from(self.settings.attempts);
        let catalog = &self.keepers.catalog;
        match failure {
            Failure::Refused { code, text } => {
                tracing::warn!(scan.id = %job.scan, code = code.as_str(), "Scan refused");
                catalog
                    .refuse_scan(refusal(job, *code, text), &by(job))
                    .await
            }
            Failure::Spoilt { code, text } if last => {
                tracing::error!(scan.id = %job.scan, code = code.as_str(), attempts = job.attempts, "Scan quarantined");
                catalog
                    .quarantine_scan(refusal(job, *code, text), &by(job))
                    .await
            }
            Failure::Spoilt { code, text } => {
                if failure.is_damage() {
                    tracing::error!(scan.id = %job.scan, "The archive does not return the bytes that were received: check its storage now");
                } else {
                    tracing::warn!(scan.id = %job.scan, code = code.as_str(), attempts = job.attempts, error = %text, "Scan spoilt an attempt");
                }
                self.put_back(job, text, backoff(job)).await
            }
            Failure::Later(text) => {
                tracing::warn!(scan.id = %job.scan, attempts = job.attempts, error = %text, "Scan postponed");
                self.put_off(job, text, backoff(job)).await
            }
        }
    }

    /// For another try, not counting this one.
    async fn put_off(&self, job: &Job, why: &str, seconds: u32) -> Result<(), catalog::Error> {
        self.keepers
            .catalog
            .postpone_job(job.id, job.fence, why, seconds)
            .await
    }

    /// For another try; this one counts.
    async fn put_back(&self, job: &Job, why: &str, seconds: u32) -> Result<(), catalog::Error> {
        self.keepers
            .catalog
            .retry_job(job.id, job.fence, why, seconds)
            .await
    }
}

fn by(job: &Job) -> By {
    By::system("tile", job.organisation)
}

fn refusal(job: &Job, code: pathology::case::TrayCode, text: &str) -> Refusal {
    Refusal {
        job: job.id,
        fence: job.fence,
        scan: job.scan,
        code,
        reason: text.to_owned(),
    }
}

fn unrecorded(why: &catalog::Error) -> Failure {
    Failure::Spoilt {
        code: pathology::case::TrayCode::DecodingFailed,
        text: format!("what was read on the slide could not be recorded: {why}"),
    }
}

/// The tries before this one ended with the server itself: the scan may be what ends it.
fn fatal(job: &Job) -> Failure {
    let lost = job.attempts - 1;
    Failure::Spoilt {
        code: pathology::case::TrayCode::DecodingFailed,
        text: format!(
            "the server did not live to the end of {lost} tries to read the slide; scan it again"
        ),
    }
}

/// 2 s, 4 s, 8 s … by the times the scan was claimed.
fn backoff(job: &Job) -> u32 {
    let doublings = job.fence.clamp(1, 16) as u32;
    (1 << doublings).min(LONGEST_BACKOFF_SECONDS)
}
