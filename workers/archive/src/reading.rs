//! Reading: exact ranges, and whole objects in blocks.
//!
//! A local object is read through a cached descriptor at a position, so a tile costs one system
//! call. Reads up to 1 MiB are made on the calling thread: from the page cache they take
//! microseconds, less than a trip to the blocking pool; a cold disk may hold that thread for
//! some milliseconds, which is why larger reads and all of [`Archive::read_blocks`] go to the pool.
//!
//! Bounds: one read holds at most 64 MiB; block streams look at most 2 blocks ahead.

use std::fs::File;
use std::future::Future;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use object_store::ObjectStoreExt;

use crate::place::Place;
use crate::staging::blocking;
use crate::{Archive, Error, Key};

/// Most bytes of one read.
const READ_AT_MOST: u64 = 64 << 20;
/// Local reads up to this size are made on the calling thread.
const INLINE_BYTES: u64 = 1 << 20;
/// Blocks a stream reads ahead.
const LOOK_AHEAD: usize = 2;

/// What was read since the archive was opened, all clones together.
#[derive(Debug, Default)]
pub struct Reads {
    ranges: AtomicU64,
    bytes: AtomicU64,
    opens: AtomicU64,
}

impl Reads {
    /// Ranges read from the store.
    pub fn ranges(&self) -> u64 {
        self.ranges.load(Ordering::Relaxed)
    }

    /// Bytes read from the store.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Local files opened for reading.
    pub fn opens(&self) -> u64 {
        self.opens.load(Ordering::Relaxed)
    }

    fn count(&self, bytes: u64) {
        self.ranges.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Archive {
    /// Reads exactly the bytes asked for (at most 64 MiB), or fails: never fewer.
    pub async fn read(&self, key: Key, range: Range<u64>) -> Result<Bytes, Error> {
        let bytes = range.end.saturating_sub(range.start);
        if bytes > READ_AT_MOST {
            return Err(Error::TooLong { key, bytes });
        }
        self.read_on(key, range, bytes <= INLINE_BYTES).await
    }

    /// As [`Archive::read`], into a buffer that may have served before. For threads that may wait.
    pub async fn read_into(
        &self,
        key: Key,
        range: Range<u64>,
        buffer: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if let Place::Local { .. } = &self.inner.place {
            self.inner
                .reads
                .count(range.end.saturating_sub(range.start));
            return self.read_file(key, &range, buffer);
        }
        *buffer = self.read(key, range).await?.into();
        Ok(())
    }

    /// Reads a whole object once, in blocks of `block_bytes` (the last one shorter).
    ///
    /// For one-pass readers; blocks are capped at 64 MiB.
    pub async fn read_blocks(
        &self,
        key: Key,
        block_bytes: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + use<>, Error> {
        let size_bytes = self.size(key).await?;
        let block_bytes = block_bytes.clamp(1, READ_AT_MOST);
        let archive = self.clone();
        let blocks = (0..size_bytes.div_ceil(block_bytes)).map(move |n| {
            let start = n * block_bytes;
            archive.block(key, start..size_bytes.min(start + block_bytes))
        });
        Ok(futures::stream::iter(blocks).buffered(LOOK_AHEAD))
    }

    /// The object's length in bytes.
    pub async fn size(&self, key: Key) -> Result<u64, Error> {
        match &self.inner.place {
            Place::Local { .. } => size_of(key, &*self.file(key)?),
            _ => match self.inner.objects.head(&key.location()).await {
                Ok(found) => Ok(found.size),
                Err(failure) => Err(Error::store(key, failure)),
            },
        }
    }

    /// Where a local archive's object lies, so that a sandboxed child can open it read-only.
    ///
    /// `None` when the archive is not local. Whether the object exists is not looked at.
    pub fn local_path(&self, key: Key) -> Option<PathBuf> {
        match &self.inner.place {
            Place::Local { root, .. } => Some(root.join(key.to_string())),
            _ => None,
        }
    }

    /// What was read so far.
    pub fn reads(&self) -> &Reads {
        &self.inner.reads
    }

    fn block(
        &self,
        key: Key,
        range: Range<u64>,
    ) -> impl Future<Output = Result<Bytes, Error>> + Send + use<> {
        let archive = self.clone();
        async move { archive.read_on(key, range, false).await }
    }

    async fn read_on(&self, key: Key, range: Range<u64>, inline: bool) -> Result<Bytes, Error> {
        let wanted = range.end.saturating_sub(range.start);
        self.inner.reads.count(wanted);
        match &self.inner.place {
            Place::Local { .. } if inline => self.file_bytes(key, &range),
            Place::Local { .. } => {
                let archive = self.clone();
                blocking(move || archive.file_bytes(key, &range)).await
            }
            _ => self.read_object(key, &range).await,
        }
    }

    async fn read_object(&self, key: Key, range: &Range<u64>) -> Result<Bytes, Error> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let got = self
            .inner
            .objects
            .get_range(&key.location(), range.clone())
            .await;
        match got.map_err(|failure| Error::store(key, failure)) {
            Ok(bytes) if bytes.len() as u64 == range.end - range.start => Ok(bytes),
            Err(absent @ (Error::NotFound { .. } | Error::Denied { .. })) => Err(absent),
            doubtful => {
                // A range beyond the end is an anonymous failure here: the length tells.
                let size_bytes = self.size(key).await?;
                match doubtful {
                    Err(failure) if range.end <= size_bytes => Err(failure),
                    _ => Err(Error::short(key, range, size_bytes)),
                }
            }
        }
    }

    fn file_bytes(&self, key: Key, range: &Range<u64>) -> Result<Bytes, Error> {
        let mut bytes = Vec::new();
        self.read_file(key, range, &mut bytes)?;
        Ok(bytes.into())
    }

    fn read_file(&self, key: Key, range: &Range<u64>, buffer: &mut Vec<u8>) -> Result<(), Error> {
        let file = self.file(key)?;
        let length = range.end.saturating_sub(range.start) as usize;
        let mut bytes = std::mem::take(buffer);
        if bytes.capacity() == 0 {
            bytes = vec![0; length];
        }
        bytes.resize(length, 0);
        let read = self
            .inner
            .faults
            .read(|| file.read_exact_at(&mut bytes, range.start).map(|()| bytes));
        match read {
            Ok(bytes) => {
                *buffer = bytes;
                Ok(())
            }
            Err(cut) if cut.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(Error::short(key, range, size_of(key, &file)?))
            }
            Err(source) => Err(Error::disk(format!("reading object {key}"), source)),
        }
    }

    /// The object's descriptor, from the cache or opened.
    fn file(&self, key: Key) -> Result<Arc<File>, Error> {
        let Place::Local { root, files } = &self.inner.place else {
            return Err(Error::NotFound { key });
        };
        let recent = || files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = recent().get(&key) {
            return Ok(file);
        }
        let file = self
            .inner
            .faults
            .disk(|| File::open(root.join(key.to_string())))
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::NotFound => Error::NotFound { key },
                _ => Error::disk(format!("opening object {key}"), source),
            })?;
        self.inner.reads.opens.fetch_add(1, Ordering::Relaxed);
        let file = Arc::new(file);
        recent().insert(key, file.clone(), 0);
        Ok(file)
    }

    pub(crate) fn forget_file(&self, key: Key) {
        if let Place::Local { files, .. } = &self.inner.place {
            files
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .forget(&key);
        }
    }
}

fn size_of(key: Key, file: &File) -> Result<u64, Error> {
    let metadata = file.metadata();
    let metadata =
        metadata.map_err(|source| Error::disk(format!("reading object {key}"), source))?;
    Ok(metadata.len())
}
