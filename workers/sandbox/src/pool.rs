//! Who may have a child, and how it is started.
//!
//! ```text
//!   start ─▶ idle (warm) ─▶ serves one scan ─▶ killed with its handle
//!     ▲          └─ closed ─▶ killed                │
//!     └── a new one takes its place as it leaves ◀──┘
//! ```

use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pathology::pyramid::geometry::{Region, TileAt};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::ask::Child;
use crate::folder::Folder;
use crate::link::Link;
use crate::protocol::{Ask, Inspected, ReadCode, Reply};
use crate::source::Member;
use crate::starter::{Place, Starter};
use crate::{Enforced, Error, Refusal, Require, Settings, answers};

/// The keeper of decoding; clones share its places.
///
/// At most `max_children` children serve and at most `warm_children` wait beside them. Who wants one more
/// waits, first come first served: the queue is the callers themselves and holds nothing else, so each
/// process bounds it by the number of asks it makes at once.
#[derive(Debug, Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: Arc<Settings>,
    places: Arc<Semaphore>,
    starter: Arc<Starter>,
    /// Children that run and have no scan yet: `Settings::warm_children` at most.
    idle: Mutex<Vec<Link>>,
    /// Held by whoever starts children beforehand, so that no two start the same one.
    filling: tokio::sync::Mutex<()>,
    enforced: OnceLock<Enforced>,
    started: AtomicU64,
    waited_for: AtomicU64,
}

impl Sandbox {
    /// A sandbox without children yet.
    pub fn new(mut settings: Settings) -> Result<Self, Error> {
        if settings.program.components().count() > 1 {
            // Children start in the root folder.
            let absolute = std::path::absolute(&settings.program);
            settings.program = absolute.map_err(Error::Start)?;
        }
        let places = settings.places();
        let starter = Starter::new(places + settings.warm() + 1).map_err(Error::Start)?;
        let starter = Arc::new(starter);
        let inner = Inner {
            settings: Arc::new(settings),
            places: Arc::new(Semaphore::new(places)),
            starter,
            idle: Mutex::default(),
            filling: tokio::sync::Mutex::default(),
            enforced: OnceLock::new(),
            started: AtomicU64::new(0),
            waited_for: AtomicU64::new(0),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Learns what the kernel holds children to, and starts those that wait; from then on each that
    /// leaves is replaced. Fails where `require` asks for more than the kernel has.
    pub async fn prepare(&self) -> Result<Enforced, Error> {
        let enforced = self.try_out().await?;
        let _known = self.inner.enforced.set(enforced);
        if self.inner.settings.require == Require::Full && !enforced.is_full() {
            return Err(Error::Unconfined(enforced.lacks().join(", ")));
        }
        self.fill().await?;
        Ok(enforced)
    }

    /// Starts one child for the first scan, beside whatever else is done until it comes.
    pub fn start_ahead(&self) {
        let sandbox = self.clone();
        tokio::spawn(async move {
            // Where none can be started, the scan starts its own, and its caller hears why not.
            if let Ok(link) = sandbox.start().await
                && !sandbox.inner.places.is_closed()
            {
                sandbox.idle().push(link);
            }
        });
    }

    /// What the kernel holds children to; known once [`Self::prepare`] has asked one.
    pub fn enforced(&self) -> Option<Enforced> {
        self.inner.enforced.get().copied()
    }

    /// Kills the children that wait, and refuses further scans; those that serve end with their handles.
    pub fn close(&self) {
        self.inner.places.close();
        self.idle().clear();
    }

    /// Gives a child one scan and reads its structure. The child serves as many asks as the caller has
    /// and ends when the handle is dropped.
    pub async fn open(&self, members: &[Member]) -> Result<Child, Error> {
        self.open_with((members, 0), self.inner.settings.cpu_seconds)
            .await
    }

    /// The same with the processor time that work on a whole pyramid needs.
    pub async fn open_whole(&self, members: &[Member]) -> Result<Child, Error> {
        self.open_with((members, 0), self.inner.settings.whole_cpu_seconds)
            .await
    }

    /// The same with the last `beside` of the members being objects of the tileset, for [`Child::verify`].
    pub async fn open_beside(&self, members: &[Member], beside: u16) -> Result<Child, Error> {
        self.open_with((members, beside), self.inner.settings.whole_cpu_seconds)
            .await
    }

    async fn open_with(&self, members: (&[Member], u16), cpu_seconds: u64) -> Result<Child, Error> {
        let room = Arc::clone(&self.inner.places).acquire_owned().await;
        let place = Place::new(room.map_err(|_| Error::Closed)?, &self.inner.starter);
        let link = self.child().await?;
        let opened = Child::open(link.serving(members, cpu_seconds, Arc::clone(&place))).await;
        match opened {
            Err(Error::Refused {
                kind: Refusal::NeedsOpenSlide,
                reason,
            }) => {
                self.open_elsewhere(members, cpu_seconds, (place, reason))
                    .await
            }
            opened => opened,
        }
    }

    /// A second child, through OpenSlide; `reason` is why the first did not read the scan.
    async fn open_elsewhere(
        &self,
        (members, beside): (&[Member], u16),
        cpu_seconds: u64,
        (place, reason): (Arc<Place>, String),
    ) -> Result<Child, Error> {
        let files = members.len().saturating_sub(beside.into());
        let folder = Folder::lay_out(&members[..files]).await?;
        let link = self.child().await?;
        let link = link.serving((members, beside), cpu_seconds, place);
        let link = link.through(folder);
        match Child::open(link).await {
            // OpenSlide is not there: what the slide is, and how to install it, was said before.
            Err(Error::Refused {
                kind: kind @ Refusal::NeedsOpenSlide,
                reason: other,
            }) if other.is_empty() => Err(Error::Refused { kind, reason }),
            opened => opened,
        }
    }

    /// A child without a scan: one that waited, or a new one.
    async fn child(&self) -> Result<Link, Error> {
        let link = if let Some(link) = self.take_warm() {
            link
        } else {
            self.inner.waited_for.fetch_add(1, Ordering::Relaxed);
            self.start().await?
        };
        self.replace();
        Ok(link)
    }

    fn take_warm(&self) -> Option<Link> {
        let mut idle = self.idle();
        // One that ended while it waited says nothing about the slide.
        std::iter::from_fn(|| idle.pop()).find_map(|mut link| link.runs().then_some(link))
    }

    /// Starts what is missing, in the background; nothing before [`Self::prepare`].
    fn replace(&self) {
        if self.enforced().is_some() {
            let sandbox = self.clone();
            // Where no child can be started the next caller starts its own, and hears why not.
            tokio::spawn(async move { sandbox.fill().await });
        }
    }

    async fn fill(&self) -> Result<(), Error> {
        let _filling = self.inner.filling.lock().await;
        while self.idle().len() < self.inner.settings.warm() && !self.inner.places.is_closed() {
            let link = self.start().await?;
            let mut idle = self.idle();
            if !self.inner.places.is_closed() {
                idle.push(link);
            }
        }
        Ok(())
    }

    /// One child restricts itself for nothing but to say what holds.
    async fn try_out(&self) -> Result<Enforced, Error> {
        // It holds no slide, so it may hold nothing: what `require` asks is seen by the caller.
        let mut limits = self.inner.settings.limits(self.inner.settings.cpu_seconds);
        limits.in_full = false;
        let mut enforced = None;
        let mut take = |reply| match reply {
            Reply::Confined(holds) => {
                enforced = Some(holds);
                Ok(true)
            }
            _ => Err(answers::UNEXPECTED),
        };
        let mut link = self.start().await?;
        link.ask(&Ask::Confine { limits }, &mut take).await?;
        enforced.ok_or(answers::UNEXPECTED)
    }

    async fn start(&self) -> Result<Link, Error> {
        let process = self.inner.starter.start(self.command()).await;
        let process = process.map_err(Error::Start)?;
        self.inner.started.fetch_add(1, Ordering::Relaxed);
        Link::greeted(Arc::clone(&self.inner.settings), process).await
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Link>> {
        let idle = self.inner.idle.lock();
        idle.unwrap_or_else(PoisonError::into_inner)
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

    /// Opens that had to wait for a process to start, because no child was warm.
    pub fn children_waited_for(&self) -> u64 {
        self.inner.waited_for.load(Ordering::Relaxed)
    }

    /// The processes of the children that wait for a scan, to measure or to name them.
    pub fn waiting(&self) -> Vec<u32> {
        self.idle().iter().filter_map(Link::process_id).collect()
    }

    /// What children may use.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }
}
