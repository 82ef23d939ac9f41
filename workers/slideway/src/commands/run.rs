//! `run --config FILE`: the processes, all or some, until a signal.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::Failure;
use crate::keepers::Keepers;
use crate::settings::Settings;
use crate::shutdown;

/// Run the processes, all or some.
#[derive(Args)]
pub(crate) struct Run {
    /// The configuration file
    #[arg(long)]
    config: PathBuf,
    /// Only these processes
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Process>,
}

/// A process of Slideway.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Process {
    /// Scanner doors
    Ingest,
    /// Machine work on stored scans
    Tile,
    /// What looks after the worklist
    Route,
    /// Pages and programming interface
    Serve,
}

/// All of them.
pub(crate) const ALL: [Process; 4] = [
    Process::Ingest,
    Process::Tile,
    Process::Route,
    Process::Serve,
];

impl Run {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let settings = Settings::read(&self.config)?;
        let shutdown = shutdown::on_signal();
        let keepers = Keepers::open(&settings).await?;
        keepers.warm().await?;
        let which = if self.only.is_empty() {
            ALL.to_vec()
        } else {
            self.only
        };
        let mut running = start(&which, &settings, &keepers, &shutdown);
        info!(processes = running.len(), "slideway runs");
        let ended = wait(&mut running, &shutdown).await;
        keepers.close().await;
        ended.map(|()| ExitCode::SUCCESS)
    }
}

/// The processes that were started.
pub(crate) type Running = JoinSet<Result<(), Failure>>;

/// Starts the processes on shared keepers.
pub(crate) fn start(
    which: &[Process],
    settings: &Settings,
    keepers: &Keepers,
    shutdown: &CancellationToken,
) -> Running {
    let mut running = JoinSet::new();
    for process in which {
        let (settings, keepers, shutdown) = (settings.clone(), keepers.clone(), shutdown.clone());
        match process {
            Process::Ingest => running.spawn(async move {
                let watching = ingest::Settings {
                    scanners: settings.laboratory.watched(),
                    ..settings.ingest
                };
                Ok(ingest::run(
                    watching,
                    settings.laboratory.doors(),
                    keepers.for_ingest(),
                    shutdown,
                )
                .await?)
            }),
            Process::Tile => running.spawn(async move {
                let scrub = keepers.for_upkeep().scrub(settings.scrub, shutdown.clone());
                let (ended, ()) = tokio::join!(
                    tile::run(settings.tile, keepers.for_tile(), shutdown),
                    scrub
                );
                Ok(ended?)
            }),
            Process::Route => running.spawn(async move {
                Ok(route::run(settings.route, keepers.catalog, shutdown).await?)
            }),
            Process::Serve => running.spawn(async move {
                Ok(serve::run(settings.serve, keepers.for_serve(), shutdown).await?)
            }),
        };
    }
    running
}

/// Waits until all have ended; the first that fails stops the others.
pub(crate) async fn wait(
    running: &mut Running,
    shutdown: &CancellationToken,
) -> Result<(), Failure> {
    let mut first = Ok(());
    while let Some(ended) = running.join_next().await {
        let ended = ended.unwrap_or_else(|e| Err(e.into()));
        if let Err(e) = ended {
            shutdown.cancel();
            first = first.and(Err(e));
        }
    }
    first
}
