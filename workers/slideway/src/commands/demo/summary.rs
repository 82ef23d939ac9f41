//! What became of the day, compared with the plan: lost, duplicated, misrouted must be nothing.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Catalog, ScanAccount, SignatureAccount, Totals};
use pathology::case::{IdentityState, PixelState};
use serde::Serialize;

use super::people::{TRUSTS, may_read, players};
use super::plan::Plan;
use super::readers::Times;
use super::scanners::{Bench, Glass};
use crate::commands::Failure;
use crate::laboratory::organisation_id;

/// The account of the day, as `--json` prints it.
#[derive(Serialize)]
pub(super) struct Summary {
    slides: Slides,
    cases: Cases,
    /// Slides that were delivered and cannot be read in their case.
    lost: u64,
    /// Scans, or signatures of a case, beyond one.
    duplicated: u64,
    /// Slides in another's case, and signatures by someone who may not read the case.
    misrouted: u64,
    /// Promises that do not hold, in words.
    broken: Vec<String>,
    claim_ms: Percentiles,
    tile_ms: Percentiles,
    stored_to_published_ms: Percentiles,
    seconds: f64,
}

#[derive(Serialize)]
struct Slides {
    delivered: u64,
    published: u64,
    /// Tray entries opened over the day.
    trays: u64,
    /// Tray entries still open.
    trays_open: u64,
    /// Files delivered a second time, which made no second scan.
    delivered_again: u64,
}

#[derive(Serialize)]
struct Cases {
    planned: u64,
    ready: u64,
    signed_out: u64,
}

#[derive(Serialize)]
struct Percentiles {
    n: u64,
    p50: f64,
    p95: f64,
    p99: f64,
}

impl Summary {
    /// Reads the books and compares them with the plan.
    pub(super) async fn draw_up(
        catalog: &Catalog,
        plan: &Plan,
        bench: &Bench,
        times: Times,
        seconds: f64,
    ) -> Result<Self, Failure> {
        let scans = all_scans(catalog).await?;
        let signatures = all_signatures(catalog).await?;
        let totals: Totals = catalog.totals().await?;
        let glass = bench.all();
        let published = scans.iter().filter(|scan| is_whole(scan)).count() as u64;
        let waits = scans
            .iter()
            .filter_map(|scan| Some((scan.published_at?.0 - scan.stored_at.0).max(0) as u64));
        Ok(Self {
            slides: Slides {
                delivered: glass.len() as u64,
                published,
                trays: totals.trays,
                trays_open: totals.trays_open,
                delivered_again: plan.again as u64,
            },
            cases: Cases {
                planned: plan.cases.len() as u64,
                ready: totals.ready,
                signed_out: totals.signed_out,
            },
            lost: lost(&scans, &glass),
            duplicated: duplicated(&scans, &signatures),
            misrouted: misrouted_slides(&scans, &glass) + misrouted_signatures(&signatures),
            broken: catalog.broken_promises().await?,
            claim_ms: percentiles(times.claims),
            tile_ms: percentiles(times.tiles),
            stored_to_published_ms: percentiles(waits.collect()),
            seconds,
        })
    }

    /// Whether the day went as promised, to the last case.
    pub(super) fn is_good(&self) -> bool {
        self.lost + self.duplicated + self.misrouted == 0
            && self.broken.is_empty()
            && self.cases.signed_out == self.cases.planned
            && self.slides.trays_open == 0
    }

    /// For people.
    pub(super) fn words(&self) -> String {
        let Self { slides, cases, .. } = self;
        let mut lines = vec![
            format!(
                "slides   {} delivered, {} published, {} tray entries, {} still open",
                slides.delivered, slides.published, slides.trays, slides.trays_open
            ),
            format!(
                "cases    {} planned, {} ready, {} signed out",
                cases.planned, cases.ready, cases.signed_out
            ),
            format!(
                "lost {}, duplicated {}, misrouted {}",
                self.lost, self.duplicated, self.misrouted
            ),
            format!(
                "claim    p50 {:.1} ms, p99 {:.1} ms of {}",
                self.claim_ms.p50, self.claim_ms.p99, self.claim_ms.n
            ),
            format!(
                "tile     p50 {:.2} ms, p99 {:.2} ms of {}",
                self.tile_ms.p50, self.tile_ms.p99, self.tile_ms.n
            ),
        ];
        lines.extend(
            self.broken
                .iter()
                .map(|promise| format!("BROKEN   {promise}")),
        );
        lines.push(format!("{:.1} s", self.seconds));
        lines.join("\n")
    }
}

/// Stricter than what can be shown: a damaged scan is not what was delivered.
fn is_whole(scan: &ScanAccount) -> bool {
    matches!(scan.pixels, PixelState::Published | PixelState::Verified)
}

async fn all_scans(catalog: &Catalog) -> Result<Vec<ScanAccount>, Failure> {
    let mut all: Vec<ScanAccount> = Vec::new();
    loop {
        let page = catalog
            .account_of_scans_after(all.last().map(|scan| scan.scan), 500)
            .await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn all_signatures(catalog: &Catalog) -> Result<Vec<SignatureAccount>, Failure> {
    let mut all: Vec<SignatureAccount> = Vec::new();
    loop {
        let page = catalog
            .signatures_after(all.last().map(|signature| signature.report), 500)
            .await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// Delivered, but not readable in a case.
fn lost(scans: &[ScanAccount], glass: &BTreeMap<[u8; 32], Glass>) -> u64 {
    let found = |digest: &[u8; 32]| {
        scans.iter().any(|scan| {
            scan.digest == *digest && is_whole(scan) && scan.identity == IdentityState::Matched
        })
    };
    glass.keys().filter(|digest| !found(digest)).count() as u64
}

fn duplicated(scans: &[ScanAccount], signatures: &[SignatureAccount]) -> u64 {
    let bytes: BTreeSet<_> = scans
        .iter()
        .map(|scan| (scan.organisation, scan.digest))
        .collect();
    let slides: Vec<_> = scans
        .iter()
        .filter_map(|scan| Some((scan.organisation, scan.container.as_ref()?)))
        .collect();
    let cases: BTreeSet<_> = signatures
        .iter()
        .map(|signature| (signature.owner, &signature.number))
        .collect();
    let twice = slides.len() - slides.iter().collect::<BTreeSet<_>>().len();
    (scans.len() - bytes.len() + twice + signatures.len() - cases.len()) as u64
}

/// In a case of the other trust, or as another slide than it is.
fn misrouted_slides(scans: &[ScanAccount], glass: &BTreeMap<[u8; 32], Glass>) -> u64 {
    let wrong = |scan: &&ScanAccount| {
        let (Some(container), Some(glass)) = (&scan.container, glass.get(&scan.digest)) else {
            return false;
        };
        *container.expose() != glass.container
            || scan.organisation != organisation_id(TRUSTS[glass.trust])
    };
    scans.iter().filter(wrong).count() as u64
}

/// Signed by someone the plan's rules do not allow.
fn misrouted_signatures(signatures: &[SignatureAccount]) -> u64 {
    let players = players();
    let right = |signature: &SignatureAccount| {
        let owner = TRUSTS
            .iter()
            .find(|trust| organisation_id(trust) == signature.owner);
        let signer = players
            .iter()
            .find(|player| player.id == signature.pathologist);
        let (Some(owner), Some(signer)) = (owner, signer) else {
            return false;
        };
        signer.specialties.contains(&signature.specialty.as_str())
            && may_read(signer.employer, owner, &signature.specialty)
    };
    signatures
        .iter()
        .filter(|signature| !right(signature))
        .count() as u64
}

fn percentiles(mut micros: Vec<u64>) -> Percentiles {
    micros.sort_unstable();
    let at = |share: f64| {
        let place = ((micros.len() as f64 * share).ceil() as usize).saturating_sub(1);
        micros
            .get(place)
            .map_or(0.0, |micros| *micros as f64 / 1000.0)
    };
    Percentiles {
        n: micros.len() as u64,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
    }
}
