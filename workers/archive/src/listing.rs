//! What lies in the store, and taking it away: for whoever keeps the archive in order.
//!
//! Nothing else deletes. A listing is a stream, so that memory does not grow with the store; what its names
//! mean is read by [`Key`] alone, and what is no object of ours has none.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures::{Stream, StreamExt};
use object_store::ObjectStoreExt;

use crate::place::Place;
use crate::staging::blocking;
use crate::{Archive, Error, Key};

/// Most unfinished files removed by one call.
const CLEAR_AT_MOST: u32 = 100_000;

/// Something that lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path.
    pub name: String,
    /// What it is, if it is an object of the archive.
    pub key: Option<Key>,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// When it was written, in microseconds since 1970, by the store's clock.
    pub modified_us: i64,
}

impl Archive {
    /// Everything in the store but the staging folder, in no order that one may rely on.
    pub fn list(&self) -> impl Stream<Item = Result<Listed, Error>> + Send + use<> {
        let listed = self.inner.objects.list(None);
        listed.filter_map(async |found| match found {
            Ok(meta) if meta.location.as_ref().starts_with("staging/") => None,
            Ok(meta) => Some(Ok(Listed {
                name: meta.location.to_string(),
                key: meta.location.as_ref().parse().ok(),
                size_bytes: meta.size,
                modified_us: meta.last_modified.timestamp_micros(),
            })),
            Err(failure) => Some(Err(Error::Listing {
                source: Box::new(failure),
            })),
        })
    }

    /// Takes an object away for ever. Rule: only the sweep calls this, once nothing refers to the object and
    /// nothing may come to. An absent object is `Ok`.
    pub async fn remove(&self, key: Key) -> Result<(), Error> {
        self.forget_file(key);
        match self.inner.objects.delete(&key.location()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(failure) => Err(Error::store(key, failure)),
        }
    }

    /// Removes what a crash left of small objects on a local disk (`name#N`), last written longer ago than
    /// `older_than`, and says how many. Other stores keep unfinished uploads to themselves.
    pub async fn clear_unfinished(&self, older_than: Duration) -> Result<u32, Error> {
        let Place::Local { root, .. } = &self.inner.place else {
            return Ok(0);
        };
        let folders = vec![root.join("scans"), root.join("cases"), root.join("probe")];
        blocking(move || clear(folders, older_than)).await
    }
}

fn clear(mut folders: Vec<PathBuf>, older_than: Duration) -> Result<u32, Error> {
    let failed = |source| Error::disk("looking for unfinished objects", source);
    let mut removed = 0;
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => continue,
            Err(other) => return Err(failed(other)),
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if removed < CLEAR_AT_MOST && is_unfinished(&path, older_than) {
                std::fs::remove_file(&path).map_err(failed)?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

fn is_unfinished(path: &Path, older_than: Duration) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let marked = name.and_then(|name| name.rsplit_once('#'));
    let ours = marked.is_some_and(|(_, end)| end.bytes().all(|byte| byte.is_ascii_digit()));
    let written = path.metadata().and_then(|metadata| metadata.modified());
    let age = written
        .ok()
        .and_then(|at| SystemTime::now().duration_since(at).ok());
    ours && age.is_some_and(|age| age >= older_than)
}
