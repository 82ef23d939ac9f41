//! Who may have a child, and how it is started.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pathology::pyramid::geometry::{Region, TileAt};
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::Error;
use crate::ask::Child;
use crate::link::Link;
use crate::protocol::{Inspected, Limits, ReadCode};
use crate::source::Member;
use crate::starter::Starter;

/// What children may use, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The `slideway` binary, which is started as `program sandbox-child`. A path; a name alone is
    /// looked for in `/bin` and `/usr/bin` only, because children have no environment. Empty: the
    /// binary that runs puts its own path here at its start.
    pub program: PathBuf,
    /// Children alive at once; who comes later waits. Default 4.
    pub max_children: u32,
    /// Threads a child decodes with. Default 2.
    pub threads: u32,
    /// Address space of a child (`RLIMIT_AS`), its threads' stacks included. Default 2 GiB.
    pub memory_bytes: u64,
    /// Processor time of a child in its whole life (`RLIMIT_CPU`). Default 120.
    pub cpu_seconds: u64,
    /// Time for one ask, by the wall clock. Default 60.
    pub wall_seconds: u64,
    /// Longest picture or tile a child may answer with; the parent holds it in memory. Default 32 MiB.
    pub max_output_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            program: PathBuf::new(),
            max_children: 4,
            threads: 2,
            memory_bytes: 2 << 30,
            cpu_seconds: 120,
            wall_seconds: 60,
            max_output_bytes: 32 << 20,
        }
    }
}

impl Settings {
    /// The defaults, with this program.
    pub fn of_program(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            ..Self::default()
        }
    }

    pub(crate) const fn wall(&self) -> Duration {
        Duration::from_secs(self.wall_seconds)
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            memory_bytes: self.memory_bytes,
            cpu_seconds: self.cpu_seconds,
            threads: self.threads.max(1),
        }
    }
}

/// The keeper of decoding; clones share its places.
///
/// At most `max_children` children live. Who wants one more waits, first come first served: the
/// queue is the callers themselves and holds nothing else, so each process bounds it by the number
/// of asks it makes at once.
#[derive(Debug, Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: Settings,
    places: Arc<Semaphore>,
    starter: Starter,
    started: AtomicU64,
}

impl Sandbox {
    /// A sandbox without children yet.
    pub fn new(mut settings: Settings) -> Result<Self, Error> {
        if settings.program.components().count() > 1 {
            // Children start in the root folder.
            let absolute = std::path::absolute(&settings.program);
            settings.program = absolute.map_err(Error::Start)?;
        }
        let places = settings.max_children.max(1) as usize;
        let starter = Starter::new(places).map_err(Error::Start)?;
        let inner = Inner {
            settings,
            places: Arc::new(Semaphore::new(places)),
            starter,
            started: AtomicU64::new(0),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Starts a child for one scan and reads its structure. The child serves as many asks as the
    /// caller has and ends when the handle is dropped.
    pub async fn open(&self, members: &[Member]) -> Result<Child, Error> {
        let place = Arc::clone(&self.inner.places).acquire_owned().await;
        let place = place.map_err(|_| Error::Closed)?;
        let process = self.inner.starter.start(self.command()).await;
        let process = process.map_err(Error::Start)?;
        self.inner.started.fetch_add(1, Ordering::Relaxed);
        Child::open(Link::greeted(self.clone(), place, process, members).await?).await
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.inner.settings.program);
        command
            .arg("sandbox-child")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// What the slide is.
    pub async fn inspect(&self, members: &[Member]) -> Result<Inspected, Error> {
        Ok(self.open(members).await?.inspected().clone())
    }

    /// One tile as it is served.
    pub async fn tile(&self, members: &[Member], at: TileAt) -> Result<Vec<u8>, Error> {
        self.open(members).await?.tile(at).await
    }

    /// A rectangle of a level of an image as a PNG file: see [`Child::region`].
    pub async fn region(
        &self,
        members: &[Member],
        (image, level): (u16, u16),
        region: Region,
    ) -> Result<Vec<u8>, Error> {
        self.open(members).await?.region(image, level, region).await
    }

    /// A picture beside the pyramid (`label`, `macro`, `thumbnail`) as a PNG file.
    pub async fn associated(&self, members: &[Member], name: &str) -> Result<Vec<u8>, Error> {
        self.open(members).await?.associated(name).await
    }

    /// The codes on the slide's label and in its metadata.
    pub async fn codes(&self, members: &[Member]) -> Result<Vec<ReadCode>, Error> {
        self.open(members).await?.codes().await
    }

    /// Children started since this sandbox was made.
    pub fn children_started(&self) -> u64 {
        self.inner.started.load(Ordering::Relaxed)
    }

    /// What children may use.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }
}
