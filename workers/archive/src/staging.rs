//! Staging: where a delivery is written, once, before it has a place.
//!
//! ```text
//!   stage ─▶ Staged ── write* ──▶ finish ─▶ Sealed ── Archive::keep ─▶ original
//!               └─ dropped: file removed      │ └─ dropped: staging name removed
//!   stage_file: a file of this machine ───────┘
//! ```
//!
//! Bounds: one [`Staged`] buffers at most 1 MiB plus one chunk, in at most 256 chunks; what a
//! crash leaves behind is removed at the next open once it is stale.

mod copying;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use uuid::Uuid;

use crate::{Archive, Error, Faults};

/// Bytes gathered before one trip to the disk.
const GATHER_BYTES: usize = 1 << 20;
/// Chunks gathered before one trip to the disk, so that tiny chunks stay bounded too.
const GATHER_CHUNKS: usize = 256;
/// Most staging files removed by one call.
const CLEAR_AT_MOST: u32 = 100_000;

/// A delivery being written. Dropping it removes what was written.
#[derive(Debug)]
pub struct Staged {
    gathered: Vec<Bytes>,
    gathered_bytes: usize,
    size_bytes: u64,
    sink: Option<Sink>,
    path: Option<Scrap>,
}

/// A delivery complete, hashed and flushed to the disk, waiting for its place.
///
/// It lasts until dropped, so that a keep that failed can be tried again.
#[derive(Debug)]
pub struct Sealed {
    /// Bytes written.
    pub size_bytes: u64,
    /// BLAKE3 of the bytes written.
    pub blake3: [u8; 32],
    pub(crate) contents: Contents,
}

/// Where a sealed delivery waits.
#[derive(Debug)]
pub(crate) enum Contents {
    File(Scrap),
    Memory(Bytes),
}

/// A staging file's name; dropping it removes the name.
#[derive(Debug)]
pub(crate) struct Scrap(PathBuf);

#[derive(Debug)]
struct Sink {
    to: To,
    hasher: blake3::Hasher,
    faults: Faults,
}

#[derive(Debug)]
enum To {
    File(File),
    Memory(Vec<u8>),
}

impl Archive {
    /// Begins a delivery in the staging folder (memory archives: in a buffer).
    pub async fn stage(&self) -> Result<Staged, Error> {
        let Some(folder) = self.inner.place.staging() else {
            return Ok(Staged::new(To::Memory(Vec::new()), None, Faults::none()));
        };
        let faults = self.inner.faults.clone();
        blocking(move || {
            let path = Scrap(folder.join(Uuid::now_v7().to_string()));
            let file = faults.disk(|| File::create_new(path.as_ref()));
            let file = file.map_err(|source| Error::disk("creating a staging file", source))?;
            Ok(Staged::new(To::File(file), Some(path), faults))
        })
        .await
    }

    /// Removes staging files last written longer ago than `older_than`, and says how many.
    ///
    /// At most 100,000 a call. A delivery still being written is younger than that, or dead.
    pub async fn clear_staging(&self, older_than: Duration) -> Result<u32, Error> {
        let Some(folder) = self.inner.place.staging() else {
            return Ok(0);
        };
        blocking(move || clear(&folder, older_than)).await
    }
}

impl Staged {
    fn new(to: To, path: Option<Scrap>, faults: Faults) -> Self {
        Self {
            gathered: Vec::new(),
            gathered_bytes: 0,
            size_bytes: 0,
            sink: Some(Sink {
                to,
                hasher: blake3::Hasher::new(),
                faults,
            }),
            path,
        }
    }

    /// Appends a chunk. After an error the delivery is spoilt: drop it and stage again.
    pub async fn write(&mut self, chunk: impl Into<Bytes>) -> Result<(), Error> {
        let chunk = chunk.into();
        self.size_bytes += chunk.len() as u64;
        self.gathered_bytes += chunk.len();
        self.gathered.push(chunk);
        if self.gathered_bytes >= GATHER_BYTES || self.gathered.len() >= GATHER_CHUNKS {
            self.flush().await?;
        }
        Ok(())
    }

    /// Bytes written so far.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Ends the delivery: everything is hashed and on the disk when this returns.
    pub async fn finish(mut self) -> Result<Sealed, Error> {
        self.flush().await?;
        let sink = self.sink.take().ok_or(Error::Spoilt)?;
        let (blake3, memory) = blocking(move || sink.seal()).await?;
        fail::fail_point!("archive::staged");
        Ok(Sealed {
            size_bytes: self.size_bytes,
            blake3,
            contents: match self.path.take() {
                Some(path) => Contents::File(path),
                None => Contents::Memory(memory),
            },
        })
    }

    /// The sink is away while it writes: a failed or abandoned write leaves it lost, for ever.
    async fn flush(&mut self) -> Result<(), Error> {
        let mut sink = self.sink.take().ok_or(Error::Spoilt)?;
        let chunks = std::mem::take(&mut self.gathered);
        self.gathered_bytes = 0;
        let sink = blocking(move || sink.append(&chunks).map(|()| sink)).await?;
        self.sink = Some(sink);
        Ok(())
    }
}

impl Sink {
    fn append(&mut self, chunks: &[Bytes]) -> Result<(), Error> {
        for chunk in chunks {
            self.hasher.update(chunk);
            match &mut self.to {
                To::Memory(bytes) => bytes.extend_from_slice(chunk),
                To::File(file) => self
                    .faults
                    .disk(|| file.write_all(chunk))
                    .map_err(|source| Error::disk("writing a staging file", source))?,
            }
        }
        Ok(())
    }

    /// The digest, and the bytes of a delivery in memory.
    fn seal(self) -> Result<([u8; 32], Bytes), Error> {
        let blake3 = *self.hasher.finalize().as_bytes();
        match self.to {
            To::Memory(bytes) => Ok((blake3, bytes.into())),
            To::File(file) => {
                // A failed fsync may drop the dirty pages: never tried again on the same file.
                let synced = self.faults.disk(|| file.sync_all());
                synced.map_err(|source| Error::disk("flushing a staging file", source))?;
                Ok((blake3, Bytes::new()))
            }
        }
    }
}

impl AsRef<Path> for Scrap {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scrap {
    fn drop(&mut self) {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a staging file could not be removed; the next start removes it");
            }
            _ => {}
        }
    }
}

fn clear(folder: &Path, older_than: Duration) -> Result<u32, Error> {
    let failed = |source| Error::disk("clearing the staging folder", source);
    let now = SystemTime::now();
    let mut removed = 0;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if removed < CLEAR_AT_MOST && is_stale(&entry, now, older_than) {
            std::fs::remove_file(entry.path()).map_err(failed)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Only plain files named as [`Archive::stage`] names them: nothing else in there is ours.
fn is_stale(entry: &std::fs::DirEntry, now: SystemTime, older_than: Duration) -> bool {
    let ours = entry
        .file_name()
        .to_str()
        .is_some_and(|name| Uuid::try_parse(name).is_ok());
    let age = entry
        .metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)
        .and_then(|metadata| metadata.modified().ok())
        .and_then(|written| now.duration_since(written).ok());
    ours && age.is_some_and(|age| age >= older_than)
}

/// Runs disk work off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(died) => match died.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Spoilt),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `/dev/full` answers every write with ENOSPC.
    #[tokio::test]
    async fn a_full_disk_is_reported_as_full_and_spoils_the_delivery() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut staged = Staged::new(To::File(full), None, Faults::none());
        let refused = staged.write(vec![7; GATHER_BYTES]).await.unwrap_err();
        assert!(matches!(refused, Error::Full { .. }), "{refused:?}");
        assert!(matches!(
            staged.write(vec![7; GATHER_BYTES]).await,
            Err(Error::Spoilt)
        ));
        assert!(matches!(staged.finish().await, Err(Error::Spoilt)));
    }

    #[tokio::test]
    async fn tiny_chunks_are_bounded_and_hashed_in_order() {
        let mut staged = Staged::new(To::Memory(Vec::new()), None, Faults::none());
        let mut all = Vec::new();
        for n in 0..1000_u32 {
            staged.write(n.to_le_bytes().to_vec()).await.unwrap();
            all.extend(n.to_le_bytes());
            assert!(staged.gathered.len() < GATHER_CHUNKS);
        }
        let sealed = staged.finish().await.unwrap();
        assert_eq!(sealed.blake3, *blake3::hash(&all).as_bytes());
        assert_eq!(sealed.size_bytes, 4000);
    }
}
