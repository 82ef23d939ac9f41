//! The demo's day at the scanners: slides are made, delivered in rack order, and some go wrong.

use std::sync::Arc;
use std::time::Duration;

use catalog::Catalog;
use pathology::case::IdentityState;
use tokio_util::sync::CancellationToken;

use super::people::TRUSTS;
use super::plan::{Plan, Trouble};
use super::scanners::{Bench, Exposure, Outbox, folder_of, scan};
use crate::commands::Failure;
use crate::laboratory::organisation_id;

/// Everything the scanners need.
#[derive(Clone)]
pub(super) struct Day {
    pub(super) plan: Arc<Plan>,
    pub(super) catalog: Catalog,
    pub(super) bench: Bench,
    pub(super) root: std::path::PathBuf,
    pub(super) side: (u32, u32),
}

impl Day {
    /// Delivers every slide, in the order of the cases, and ends.
    pub(super) async fn deliver(self, shutdown: CancellationToken) -> Result<(), Failure> {
        for case in 0..self.plan.cases.len() {
            for slide in 0..self.plan.cases[case].slides.len() {
                if shutdown.is_cancelled() {
                    return Ok(());
                }
                self.deliver_one(case, slide).await?;
            }
        }
        Ok(())
    }

    async fn deliver_one(&self, case: usize, slide: usize) -> Result<(), Failure> {
        if self.plan.cases[case].slides[slide].trouble == Trouble::WrongLabel {
            self.wait_until_matched(case, slide - 1).await?;
        }
        let day = self.clone();
        tokio::task::spawn_blocking(move || {
            let planned = &day.plan.cases[case];
            let printed = match planned.slides[slide].trouble {
                Trouble::WrongLabel => &planned.slides[slide - 1].container,
                _ => &planned.slides[slide].container,
            };
            let exposure = Exposure {
                trust: planned.trust,
                slide: &planned.slides[slide],
                printed,
                side: day.side,
            };
            let bytes = scan(&exposure)?;
            let outbox = Outbox {
                folder: folder_of(&day.root, planned.trust, case),
                bench: day.bench,
            };
            outbox.deliver(&exposure, &bytes)
        })
        .await?
    }

    /// The slide with the wrong number comes off the scanner after the one whose number it bears.
    async fn wait_until_matched(&self, case: usize, slide: usize) -> Result<(), Failure> {
        let planned = &self.plan.cases[case];
        let organisation = organisation_id(TRUSTS[planned.trust]);
        let container = &planned.slides[slide].container;
        let glass = |(_, glass): &(&[u8; 32], &super::scanners::Glass)| {
            glass.trust == planned.trust && glass.container == *container
        };
        let Some(digest) = self
            .bench
            .all()
            .iter()
            .find(glass)
            .map(|(digest, _)| *digest)
        else {
            return Ok(());
        };
        loop {
            let account = self.catalog.account_by_digest(organisation, digest).await?;
            if account.is_some_and(|account| account.identity == IdentityState::Matched) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Sends a file again that ended early; the operator asked for it.
    pub(super) async fn send_again(&self, name: &str) -> Result<bool, Failure> {
        let (day, name) = (self.clone(), name.to_owned());
        tokio::task::spawn_blocking(move || {
            for (n, case) in day.plan.cases.iter().enumerate() {
                let Some(slide) = case
                    .slides
                    .iter()
                    .find(|slide| super::scanners::file_name(slide) == name)
                else {
                    continue;
                };
                let exposure = Exposure {
                    trust: case.trust,
                    slide,
                    printed: &slide.container,
                    side: day.side,
                };
                let outbox = Outbox {
                    folder: folder_of(&day.root, case.trust, n),
                    bench: day.bench.clone(),
                };
                outbox.put(&name, &scan(&exposure)?)?;
                return Ok(true);
            }
            Ok(false)
        })
        .await?
    }
}
