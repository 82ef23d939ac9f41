//! How a verification ends: the scan is verified, it is damaged, or it is tried again.

use std::time::Instant;

use catalog::{Job, MoreLevels, Verification};

use super::{Worker, backoff, by, refusal};
use crate::Failure;

/// Looks that find a scan damaged before it is called so.
const LOOKS: i64 = 2;

impl Worker {
    pub(super) async fn record_verified(
        &self,
        job: &Job,
        more: Option<MoreLevels>,
        began: Instant,
    ) -> Result<(), catalog::Error> {
        fail::fail_point!("verify::before_record");
        let verified = Verification {
            job: job.id,
            fence: job.fence,
            scan: job.scan,
            more,
        };
        let recorded = self.keepers.catalog.verify_scan(verified, &by(job)).await;
        match recorded {
            Ok(()) => {
                fail::fail_point!("verify::recorded");
                let duration_ms = began.elapsed().as_millis() as u64;
                tracing::info!(scan.id = %job.scan, duration_ms, "Scan verified");
                Ok(())
            }
            Err(why) if why.is_transient() => {
                self.put_off(job, &why.to_string(), backoff(job)).await
            }
            Err(why) => Err(why),
        }
    }

    /// A published scan that is not what was delivered is damaged once it was looked at twice, because a store
    /// may answer wrongly once; a decoder that fails may fail `attempts` times, and what is not the scan's
    /// doing is tried again for ever.
    pub(super) async fn give_up_verifying(
        &self,
        job: &Job,
        failure: &Failure,
    ) -> Result<(), catalog::Error> {
        let most = i64::from(self.settings.attempts);
        let looks = if failure.is_damage() {
            most.min(LOOKS)
        } else {
            most
        };
        match failure {
            Failure::Spoilt { code, text } if job.attempts >= looks => {
                tracing::error!(scan.id = %job.scan, code = code.as_str(), "Scan damaged: its stored bytes failed their verification");
                let failed = refusal(job, *code, text);
                let catalog = &self.keepers.catalog;
                catalog.fail_verification(failed, &by(job)).await
            }
            Failure::Refused { text, .. } | Failure::Spoilt { text, .. } | Failure::Later(text) => {
                tracing::warn!(scan.id = %job.scan, attempts = job.attempts, error = %text, "Verification postponed");
                self.put_back(job, text, backoff(job)).await
            }
        }
    }
}
