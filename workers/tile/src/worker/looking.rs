//! How the look over a published scan ends: measured, not measurable, or tried again.

use catalog::Job;

use super::{Keepers, Worker, backoff, by};
use crate::{Failure, quality};

impl Worker {
    /// Looks a published scan over while the lease is held.
    pub(super) async fn look_over(&self, job: &Job) -> Result<(), catalog::Error> {
        let Keepers {
            archive,
            sandbox,
            catalog,
        } = &self.keepers;
        let looking = quality::look_over(catalog, archive, sandbox, job, &self.settings.quality);
        let ended = tokio::select! {
            biased;
            () = self.shutdown.cancelled() => return self.put_off(job, "the server was stopped", 0).await,
            () = self.keep(job) => return Err(catalog::Error::Superseded),
            ended = looking => ended,
        };
        let last = job.attempts >= i64::from(self.settings.attempts);
        match ended {
            Ok(measured) => catalog.record_quality(measured, &by(job)).await,
            Err(Failure::Refused { text, .. }) => self.unmeasured(job, &text).await,
            Err(Failure::Spoilt { text, .. }) if last => self.unmeasured(job, &text).await,
            Err(Failure::Spoilt { text, .. }) => self.put_back(job, &text, backoff(job)).await,
            Err(Failure::Later(text)) => self.put_off(job, &text, backoff(job)).await,
        }
    }

    pub(super) async fn unmeasured(&self, job: &Job, why: &str) -> Result<(), catalog::Error> {
        tracing::warn!(scan.id = %job.scan, error = %why, "A scan could not be looked over");
        let catalog = &self.keepers.catalog;
        catalog
            .quality_not_measured(job.id, job.fence, job.scan, why, &by(job))
            .await
    }
}
