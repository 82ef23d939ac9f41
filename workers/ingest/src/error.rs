//! What can go wrong at a door, sorted by what the caller does about it. No variant names a file.

use std::io;

use pathology::ids::ScannerId;

use crate::Unfit;

/// Why nothing was taken. Nothing was acknowledged, and the source is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file changed while it was read.
    #[error("the file is still being written: push it again when it is complete")]
    StillGrowing,
    /// The source could not be read.
    #[error("the file could not be read ({0}): check that it is there, is a file and may be read")]
    Source(#[source] io::Error),
    /// A folder is not one slide.
    #[error("{0}")]
    NotOneSlide(Unfit),
    /// A scanner's folder could not be listed.
    #[error(
        "the folder of scanner {scanner} could not be listed ({source}): check ingest.scanners.folder, its mount and its permissions"
    )]
    Folder {
        /// Which scanner.
        scanner: ScannerId,
        /// What the system said.
        source: io::Error,
    },
    /// A configured scanner has no door.
    #[error(
        "scanner {0} has a folder but is not registered: register it with its organisation, site and issuer"
    )]
    NoDoor(ScannerId),
    /// The bytes could not be kept.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// The arrival could not be recorded.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// Whether a file is complete could not be asked.
    #[error(transparent)]
    Sandbox(#[from] sandbox::Error),
    /// An inbox fell over: a defect; what was taken stays, what was not is taken after a restart.
    #[error("an inbox fell over: {0}")]
    Fell(#[from] tokio::task::JoinError),
}

impl Error {
    /// Whether the same push may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::StillGrowing => true,
            Self::Archive(why) => why.is_transient() || matches!(why, archive::Error::Full { .. }),
            Self::Catalog(why) => why.is_transient(),
            Self::Sandbox(why) => !why.is_poison(),
            Self::Source(_)
            | Self::NotOneSlide(_)
            | Self::Folder { .. }
            | Self::NoDoor(_)
            | Self::Fell(_) => false,
        }
    }
}
