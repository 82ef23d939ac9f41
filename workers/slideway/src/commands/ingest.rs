//! `ingest PATH…`: push slides in from the command line.
//!
//! Exit 0: published and matched (or attached by `--case`); 3: published, but unmatched; 1: refused.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use catalog::{By, Catalog, NewSlide, ScanAccount};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use ingest::{Door, Pushed};
use pathology::case::{IdentityState, Issuer, Number, PixelState};
use pathology::ids::{CaseId, ScanId};
use pathology::phi::Phi;
use tokio_util::sync::CancellationToken;

use super::run::{self, Process, Running};
use super::{Failure, failed};
use crate::keepers::Keepers;
use crate::laboratory::{organisation_id, site_id};
use crate::settings::Settings;

/// Push slides in from the command line.
#[derive(Args)]
pub(crate) struct Ingest {
    /// The slides: files, or the folder of a slide of several files
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The configuration file; without one everything lies in ./slideway-data
    #[arg(long)]
    config: Option<PathBuf>,
    /// The case they belong to: its number. You vouch for it
    #[arg(long)]
    case: Option<String>,
    /// Wait until each is published or refused
    #[arg(long)]
    wait: bool,
    /// Wait until each is verified, too: every tile decoded, and the levels it lacked made
    #[arg(long)]
    verified: bool,
}

/// Longest pause between two looks at a scan that is worked on.
const LONGEST_PAUSE: Duration = Duration::from_millis(20);
/// Published, but in no case yet.
const UNMATCHED: u8 = 3;

impl Ingest {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = match &self.config {
            Some(file) => Settings::read(file)?,
            None => Settings::embedded(),
        };
        let keepers = Keepers::open(&settings).await?;
        let ended = self.push_all(&settings, &keepers).await;
        keepers.close().await;
        ended
    }

    async fn push_all(&self, settings: &Settings, keepers: &Keepers) -> Result<ExitCode, Failure> {
        let door = door(settings)?;
        let case = match &self.case {
            Some(number) => Some(find_case(&keepers.catalog, &door, number).await?),
            None => None,
        };
        let shutdown = CancellationToken::new();
        // To attach a scan to a case it must be published first, so that is waited for, too.
        let tiles = self.wait || self.verified || case.is_some();
        let which: &[Process] = if tiles { &[Process::Tile] } else { &[] };
        let mut running = run::start(which, settings, keepers, &shutdown);
        if tiles {
            keepers.sandbox.start_ahead();
        }
        let mut status = 0;
        for path in &self.paths {
            let one = tokio::select! {
                one = self.push_one(keepers, &door, case, path) => one,
                why = fell(&mut running) => return Err(why),
            };
            status = worse(
                status,
                one.unwrap_or_else(|e| {
                    failed(&format!("{}: {e}", path.display()));
                    1
                }),
            );
        }
        shutdown.cancel();
        run::wait(&mut running, &shutdown).await?;
        Ok(ExitCode::from(status))
    }

    fn is_published(pixels: PixelState) -> bool {
        !matches!(pixels, PixelState::Arriving | PixelState::Stored)
    }

    fn is_verified(pixels: PixelState) -> bool {
        Self::is_published(pixels) && pixels != PixelState::Published
    }

    /// Pushes one slide; gives its exit status.
    async fn push_one(
        &self,
        keepers: &Keepers,
        door: &Door,
        case: Option<CaseId>,
        path: &Path,
    ) -> Result<u8, Failure> {
        let pushed = push(keepers, door, path).await?;
        println!("{}", pushed.scan);
        if !self.wait && !self.verified && case.is_none() {
            return Ok(0);
        }
        let mut account = wait_for(&keepers.catalog, pushed.scan, Self::is_published).await?;
        if let (Some(case), true) = (case, account.identity != IdentityState::Matched) {
            vouch(&keepers.catalog, door, case, path, pushed.scan).await?;
            account = keepers.catalog.account_of_scan(pushed.scan).await?;
        }
        if self.verified && account.reason.is_none() {
            account = wait_for(&keepers.catalog, pushed.scan, Self::is_verified).await?;
        }
        if account.pixels == PixelState::Damaged {
            let why = account
                .reason
                .as_deref()
                .unwrap_or("its stored bytes are damaged");
            failed(&format!("{}: {why}", path.display()));
            return Ok(1);
        }
        if let Some(reason) = &account.reason {
            failed(&format!("{}: {reason}", path.display()));
            return Ok(1);
        }
        if account.identity == IdentityState::Matched {
            eprintln!("{}: published and matched", path.display());
            return Ok(0);
        }
        eprintln!(
            "{}: published; it waits in the unmatched tray until someone says whose it is",
            path.display()
        );
        Ok(UNMATCHED)
    }
}

/// Whether a scan has come so far, or will come no further.
type Far = fn(PixelState) -> bool;

/// Why the machine work ended before it was told to; for ever pending while it works.
async fn fell(running: &mut Running) -> Failure {
    match running.join_next().await {
        Some(Ok(Err(why))) => why,
        Some(Err(why)) => why.into(),
        Some(Ok(Ok(()))) | None => std::future::pending().await,
    }
}

/// Refused is worse than unmatched, which is worse than done.
fn worse(one: u8, other: u8) -> u8 {
    if one == 1 || other == 1 {
        1
    } else {
        one.max(other)
    }
}

async fn push(keepers: &Keepers, door: &Door, path: &Path) -> Result<Pushed, Failure> {
    let files = ingest::files_of(path)?;
    let bar = ProgressBar::new(files.iter().map(ingest::SlideFile::size_bytes).sum());
    bar.set_style(ProgressStyle::with_template(
        "{bytes}/{total_bytes} {wide_bar} {bytes_per_sec}",
    )?);
    let pushed = ingest::push(&keepers.for_ingest(), door, path, Vec::new(), |bytes| {
        bar.set_position(bytes);
    })
    .await;
    bar.finish_and_clear();
    Ok(pushed?)
}

/// The first site of the first organisation: a person at the command line stands there.
fn door(settings: &Settings) -> Result<Door, Failure> {
    let organisation = settings
        .laboratory
        .organisations
        .first()
        .ok_or("laboratory.organisations is empty: name one")?;
    let site = organisation
        .sites
        .first()
        .ok_or("the first organisation has no site: name one")?;
    let issuer = organisation
        .issuers
        .first()
        .ok_or("the first organisation has no issuer of numbers: name one")?;
    Ok(Door {
        scanner: None,
        organisation: organisation_id(&organisation.name),
        site: site_id(site),
        issuer: Issuer::new(&issuer.name)?,
        urgency: 2,
        door: "command",
    })
}

async fn find_case(catalog: &Catalog, door: &Door, number: &str) -> Result<CaseId, Failure> {
    let found = catalog
        .case_numbered(&Number::new(door.issuer.clone(), number)?)
        .await?;
    found.ok_or_else(|| {
        format!(
            "no case has the number {number} of {}: register it first",
            door.issuer.as_str()
        )
        .into()
    })
}

/// Waits until a scan has come so far; the tiler ends every scan in a state, so this ends.
///
/// Word of a change ends a pause early; which change it was does not matter.
async fn wait_for(catalog: &Catalog, scan: ScanId, far: Far) -> Result<ScanAccount, Failure> {
    let mut changes = catalog.changes();
    loop {
        let account = catalog.account_of_scan(scan).await?;
        if far(account.pixels) {
            return Ok(account);
        }
        drop(tokio::time::timeout(LONGEST_PAUSE, changes.recv()).await);
    }
}

/// The person at the command line says which case it is: the slide is added to what the case
/// expects, under its file name, and the scan is attached by that person's word.
async fn vouch(
    catalog: &Catalog,
    door: &Door,
    case: CaseId,
    path: &Path,
    scan: ScanId,
) -> Result<(), Failure> {
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let by = By::operator("command line", door.organisation);
    let container = Number::new(door.issuer.clone(), &name)?;
    let slide = NewSlide {
        container,
        name: name.chars().take(24).collect(),
        stain: "not stated".into(),
    };
    catalog.expect_slides(case, vec![slide], &by).await?;
    catalog.attach_scan(scan, Phi::new(name), &by).await?;
    Ok(())
}
