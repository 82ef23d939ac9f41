//! What every handler has at hand.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use archive::{Archive, Tilesets};
use catalog::Catalog;
use sandbox::Sandbox;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::decoders::{self, Decoders};
use crate::grants::{self, Grants};
use crate::pictures::Pictures;
use crate::session::Sessions;
use crate::settings::Settings;

/// The keepers this process asks.
#[derive(Clone)]
pub struct Keepers {
    /// Of facts.
    pub catalog: Catalog,
    /// Of bytes.
    pub archive: Archive,
    /// Of opened indexes, over the archive.
    pub tilesets: Tilesets,
    /// Of decoding.
    pub sandbox: Sandbox,
}

/// What every handler has at hand; cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

/// The inside of a [`Door`].
pub struct Inner {
    pub(crate) settings: Settings,
    pub(crate) keepers: Keepers,
    pub(crate) sessions: Sessions,
    pub(crate) grants: Grants,
    pub(crate) pictures: Pictures,
    pub(crate) decoders: Decoders,
    pub(crate) followers: Arc<Semaphore>,
    pub(crate) told: AtomicU64,
    pub(crate) shutdown: CancellationToken,
}

impl Door {
    /// Opens the door and starts watching the changes that end grants, until `shutdown`.
    pub fn open(settings: Settings, keepers: Keepers, shutdown: CancellationToken) -> Self {
        let idle = Duration::from_secs(u64::from(settings.session_minutes.max(1)) * 60);
        let grant = Duration::from_secs(u64::from(settings.grant_seconds.min(60)));
        let changes = keepers.catalog.changes();
        let door = Self(Arc::new(Inner {
            sessions: Sessions::new(idle),
            grants: Grants::new(settings.grants, grant),
            pictures: Pictures::new(&settings),
            decoders: Decoders::new(settings.decoders),
            followers: Arc::new(Semaphore::new(settings.followers)),
            told: AtomicU64::new(1),
            settings,
            keepers,
            shutdown,
        }));
        tokio::spawn(grants::watch(door.clone(), changes));
        tokio::spawn(decoders::tidy(door.clone()));
        door
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.keepers.catalog
    }
}

impl Deref for Door {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
