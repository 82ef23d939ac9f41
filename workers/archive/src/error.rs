//! What can go wrong with bytes, one variant for each thing a caller can do about it.

use std::io;
use std::ops::Range;

use pathology::ids::ScanId;
use pathology::tileset;

use crate::Key;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure of the archive.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting cannot be used.
    #[error("archive setting {name} cannot be used ({why}): {remedy}")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// What is wrong with it.
        why: String,
        /// What to write instead.
        remedy: &'static str,
    },
    /// The store let an object be created twice, so it cannot keep originals write-once.
    #[error(
        "archive {store} does not refuse to create an object twice: use a store that honours If-None-Match on PUT, or a file: archive"
    )]
    NotCreateOnly {
        /// The store.
        store: String,
    },
    /// There is no such object.
    #[error("object {key} is not in the archive: check the scan's generation, or restore it")]
    NotFound {
        /// The object.
        key: Key,
    },
    /// The object exists with other bytes; nothing was changed.
    #[error(
        "object {key} already exists with other bytes and was left as it is: write under a new attempt or generation"
    )]
    Conflict {
        /// The object.
        key: Key,
    },
    /// The object ends before the bytes asked for: a wrong range, or a truncated object.
    #[error(
        "object {key} has {size_bytes} bytes, asked for {start}..{end}: correct the range, or restore the object if it was cut"
    )]
    Short {
        /// The object.
        key: Key,
        /// First byte asked for.
        start: u64,
        /// First byte not asked for.
        end: u64,
        /// Bytes the object has.
        size_bytes: u64,
    },
    /// More bytes were asked for at once than one read may hold.
    #[error("{bytes} bytes of object {key} are too many for one read: use read_blocks")]
    TooLong {
        /// The object.
        key: Key,
        /// Bytes asked for.
        bytes: u64,
    },
    /// The file system or the quota is full; nothing was acknowledged.
    #[error(
        "no space left for {what}: free space on the archive's disk or raise its quota, then deliver again"
    )]
    Full {
        /// What was being written.
        what: String,
    },
    /// The store did not answer, or asks to be tried again later.
    #[error("the store is unavailable for {key}: try again ({source})")]
    Unavailable {
        /// The object.
        key: Key,
        /// What the store said.
        source: Source,
    },
    /// The store refused our credentials.
    #[error(
        "the store denied access to {key}: check the archive's credentials and their permissions ({source})"
    )]
    Denied {
        /// The object.
        key: Key,
        /// What the store said.
        source: Source,
    },
    /// The store did not say what it holds.
    #[error("the store could not be listed: try again ({source})")]
    Listing {
        /// What the store said.
        source: Source,
    },
    /// Only originals of attempts that were never recorded may be deleted here.
    #[error(
        "object {key} is not an unrecorded original and was not deleted: leave it to the sweep"
    )]
    NotAnOriginal {
        /// The object.
        key: Key,
    },
    /// The file to be stored could not be read to its end.
    #[error(
        "the file to be stored could not be read: check that it is there and may be read ({source})"
    )]
    Source {
        /// What the system said; `UnexpectedEof` where it became shorter.
        source: io::Error,
    },
    /// A staging file lost a write and cannot be sealed.
    #[error("this delivery lost a write and cannot be sealed: stage it again")]
    Spoilt,
    /// The index, a page or a tile is not what was published, or lies outside the scan.
    #[error("scan {scan} generation {generation}: {source}")]
    Tileset {
        /// The scan.
        scan: ScanId,
        /// The generation asked for.
        generation: u32,
        /// What was refused.
        source: tileset::Error,
    },
    /// The index names a member that the catalogue does not.
    #[error("scan {scan} has no member {n}: compare the catalogue with the scan's manifest")]
    NoMember {
        /// The scan.
        scan: ScanId,
        /// The member's number.
        n: u16,
    },
    /// The disk failed.
    #[error("{what} failed: check the archive's disk and its permissions ({source})")]
    Disk {
        /// What was being done.
        what: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Whether the same call may succeed later without anyone's help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Listing { .. })
    }

    /// Whether stored bytes are missing or are not what was published: the scan is damaged.
    pub fn is_damaged(&self) -> bool {
        match self {
            Self::NotFound { .. } | Self::Short { .. } | Self::NoMember { .. } => true,
            Self::Tileset { source, .. } => !matches!(source, tileset::Error::Outside { .. }),
            _ => false,
        }
    }

    pub(crate) fn short(key: Key, range: &Range<u64>, size_bytes: u64) -> Self {
        Self::Short {
            key,
            start: range.start,
            end: range.end,
            size_bytes,
        }
    }

    /// Names a failure of the file system.
    pub(crate) fn disk(what: impl Into<String>, source: io::Error) -> Self {
        let what = what.into();
        if is_full(&source) {
            Self::Full { what }
        } else {
            Self::Disk { what, source }
        }
    }

    /// Names a failure of the object store.
    pub(crate) fn store(key: Key, failure: object_store::Error) -> Self {
        if let Some(io) = io_of(&failure) {
            return Self::disk(format!("object {key}"), io);
        }
        match failure {
            object_store::Error::NotFound { .. } => Self::NotFound { key },
            object_store::Error::AlreadyExists { .. } => Self::Conflict { key },
            object_store::Error::PermissionDenied { source, .. }
            | object_store::Error::Unauthenticated { source, .. } => Self::Denied { key, source },
            other => Self::Unavailable {
                key,
                source: Box::new(other),
            },
        }
    }
}

fn is_full(source: &io::Error) -> bool {
    matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// The system's own error inside a local store's failure; `NotFound` and `AlreadyExists` are the
/// store's to say, and a remote store's connection errors are not the disk's.
fn io_of(failure: &object_store::Error) -> Option<io::Error> {
    let object_store::Error::Generic {
        store: "LocalFileSystem",
        source,
    } = failure
    else {
        return None;
    };
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(source.as_ref());
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return Some(io::Error::new(io.kind(), failure.to_string()));
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn generic(store: &'static str, kind: io::ErrorKind) -> object_store::Error {
        object_store::Error::Generic {
            store,
            source: Box::new(io::Error::from(kind)),
        }
    }

    #[test]
    fn a_full_disk_is_named_whoever_meets_it() {
        let key = Key::Probe(Uuid::from_u128(1));
        let met = [
            Error::disk("staging", io::ErrorKind::StorageFull.into()),
            Error::disk("staging", io::ErrorKind::QuotaExceeded.into()),
            Error::store(key, generic("LocalFileSystem", io::ErrorKind::StorageFull)),
        ];
        for error in met {
            assert!(matches!(error, Error::Full { .. }), "{error:?}");
            assert!(error.to_string().contains("free space"), "{error}");
            assert!(!error.is_transient());
        }
    }

    #[test]
    fn a_broken_disk_is_not_transient_and_a_silent_store_is() {
        let key = Key::Probe(Uuid::from_u128(1));
        let disk = Error::store(key, generic("LocalFileSystem", io::ErrorKind::Other));
        assert!(matches!(disk, Error::Disk { .. }) && !disk.is_transient());
        let store = Error::store(key, generic("S3", io::ErrorKind::TimedOut));
        assert!(matches!(store, Error::Unavailable { .. }) && store.is_transient());
    }
}
