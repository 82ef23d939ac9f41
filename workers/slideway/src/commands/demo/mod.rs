//! `demo`: a whole laboratory in a temporary folder, from the scanner's folder to the signed report.
//!
//! ```text
//!  plan (seed) ─▶ office registers cases ─▶ scanners deliver into their folders ─▶ ingest ─▶ tile ─▶ route
//!                                                                 │
//!      with pages:  a visitor chooses who to be, and reads        │  --headless: operators clear the trays,
//!                                                                 ▼  pathologists read to the last case
//!                                                              summary against the plan
//! ```

mod day;
mod office;
mod operators;
mod people;
mod plan;
mod readers;
mod scanners;
mod summary;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use pathology::case::Micros;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::day::Day;
use self::plan::Plan;
use self::readers::Room;
use self::scanners::Bench;
use self::summary::Summary;
use super::Failure;
use super::run::{self, Process};
use crate::keepers::Keepers;
use crate::settings::Settings;
use crate::shutdown;

/// Play a whole laboratory in a temporary folder and serve its pages.
#[derive(Args)]
pub(crate) struct Demo {
    /// How many slides the scanners deliver
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    slides: u32,
    /// The same seed makes the same slides, cases and outcome of each slide
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Play scanners, operators and pathologists to the end, then print what became of the day
    #[arg(long)]
    headless: bool,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
    /// Where to serve the pages; loopback only
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        if !self.listen.ip().is_loopback() {
            return Err(
                "the demo knows no passwords: it listens on loopback only, such as 127.0.0.1:8080"
                    .into(),
            );
        }
        let folder = tempfile::Builder::new()
            .prefix("slideway-demo-")
            .tempdir()?;
        let settings = self.settings(folder.path());
        let plan = Arc::new(Plan::new(self.slides as usize, self.seed));
        scanners::make_folders(&folder.path().join("scanners"), &plan)?;
        let keepers = Keepers::open(&settings).await?;
        keepers.warm().await?;
        let day = Day {
            plan,
            catalog: keepers.catalog.clone(),
            bench: Bench::default(),
            root: folder.path().join("scanners"),
            side: if self.slides <= 120 {
                (4096, 3072)
            } else {
                (1536, 1152)
            },
        };
        let ended = if self.headless {
            self.play(&settings, &keepers, day).await
        } else {
            self.open_house(&settings, &keepers, day).await
        };
        keepers.close().await;
        ended
    }

    fn settings(&self, folder: &std::path::Path) -> Settings {
        let mut settings = Settings::default();
        settings.catalog.url = format!("sqlite:{}", folder.join("catalogue").display());
        settings.archive.url = format!("file://{}", folder.join("archive").display());
        settings.laboratory = people::laboratory(&folder.join("scanners"));
        settings.ingest.rescan_seconds = 1;
        settings.serve.listen = self.listen.to_string();
        settings.serve.public_url = format!("http://{}", self.listen);
        settings.serve.demo = true;
        settings.serve.personas = people::personas();
        settings
    }

    /// Serves the pages at once; the scanners deliver while the visitor looks.
    async fn open_house(
        &self,
        settings: &Settings,
        keepers: &Keepers,
        day: Day,
    ) -> Result<ExitCode, Failure> {
        let shutdown = shutdown::on_signal();
        let mut running = run::start(&run::ALL, settings, keepers, &shutdown);
        println!(
            "Slideway demo, not for clinical use: http://{}/",
            self.listen
        );
        println!(
            "{} slides arrive from two trusts; Ctrl-C ends it and removes everything.",
            day.plan.slides()
        );
        let started_at = keepers.catalog.now().await?;
        register_on_time(&day, started_at).await?;
        readers::come_in(&day.catalog).await?;
        let (colleague, end) = (day.catalog.clone(), shutdown.clone());
        running.spawn(async move { readers::hold_some(colleague, end).await });
        let late = shutdown.clone();
        let (delivering, waiting) = (day.clone(), day);
        running.spawn(async move { delivering.deliver(late).await });
        let late = shutdown.clone();
        running.spawn(async move { register_late(waiting, started_at, late).await });
        run::wait(&mut running, &shutdown)
            .await
            .map(|()| ExitCode::SUCCESS)
    }

    /// Plays everyone to the end and accounts for the day.
    async fn play(
        &self,
        settings: &Settings,
        keepers: &Keepers,
        day: Day,
    ) -> Result<ExitCode, Failure> {
        let started = Instant::now();
        let shutdown = shutdown::on_signal();
        let mut running = run::start(
            &[Process::Ingest, Process::Tile, Process::Route],
            settings,
            keepers,
            &shutdown,
        );
        let started_at = keepers.catalog.now().await?;
        register_on_time(&day, started_at).await?;
        let room = Room {
            catalog: keepers.catalog.clone(),
            tilesets: keepers.tilesets.clone(),
            times: Arc::default(),
        };
        start_people(&mut running, &day, &room, started_at, &shutdown);
        let patience = Duration::from_secs(120 + 3 * u64::from(self.slides));
        let end = all_signed_out(&day, &shutdown, started + patience);
        tokio::select! {
            () = end => shutdown.cancel(),
            ended = run::wait(&mut running, &shutdown) => ended?,
        }
        run::wait(&mut running, &shutdown).await?;
        let times = std::mem::take(
            &mut *room
                .times
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        let seconds = started.elapsed().as_secs_f64();
        let summary = Summary::draw_up(&day.catalog, &day.plan, &day.bench, times, seconds).await?;
        self.print(&summary)?;
        Ok(if summary.is_good() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn print(&self, summary: &Summary) -> Result<(), Failure> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(summary)?);
        } else {
            println!("{}", summary.words());
        }
        Ok(())
    }
}

fn start_people(
    running: &mut JoinSet<Result<(), Failure>>,
    day: &Day,
    room: &Room,
    started_at: Micros,
    shutdown: &CancellationToken,
) {
    let (delivering, end) = (day.clone(), shutdown.clone());
    running.spawn(async move { delivering.deliver(end).await });
    let (clearing, end) = (day.clone(), shutdown.clone());
    running.spawn(async move { operators::clear_trays(clearing, started_at, end).await });
    for player in people::players() {
        let (room, end) = (room.clone(), shutdown.clone());
        running.spawn(async move { readers::read_cases(room, player, end).await });
    }
}

/// Orders that come in time are there before their slides.
async fn register_on_time(day: &Day, started_at: Micros) -> Result<(), Failure> {
    for case in day.plan.cases.iter().filter(|case| !case.late_order) {
        office::register(&day.catalog, case, started_at).await?;
    }
    Ok(())
}

/// Orders that come late, half a minute after their slides; those attach by themselves then.
async fn register_late(
    day: Day,
    started_at: Micros,
    shutdown: CancellationToken,
) -> Result<(), Failure> {
    tokio::select! {
        () = shutdown.cancelled() => return Ok(()),
        () = tokio::time::sleep(Duration::from_secs(30)) => {}
    }
    for case in day.plan.cases.iter().filter(|case| case.late_order) {
        office::register(&day.catalog, case, started_at).await?;
    }
    Ok(())
}

/// Ends when every case is signed out, every scan looked over and every tray clear, or at the deadline.
async fn all_signed_out(day: &Day, shutdown: &CancellationToken, deadline: Instant) {
    while Instant::now() < deadline && !shutdown.is_cancelled() {
        if let Ok(totals) = day.catalog.totals().await
            && totals.signed_out as usize == day.plan.cases.len()
            && totals.trays_open == 0
            && totals.unmeasured == 0
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
