//! Originals: a sealed delivery gets its place, write-once.
//!
//! ```text
//!   local:  file fsync (sealed) ─▶ link, create-only ─▶ fsync every folder up to the root ─▶ unlink staging
//!   memory: insert, create-only
//!   s3:     HEAD absent ─▶ put | multipart with part checksums ─▶ HEAD, compare length
//! ```
//!
//! A place already taken is not success: its bytes are read back and must have the same digest. An upload reads the
//! staging file once more: what it sends must have the digest, too, or nothing is kept.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::StreamExt;
use object_store::{ObjectStoreExt, WriteMultipart};

use crate::place::Place;
use crate::staging::{Contents, blocking};
use crate::{Archive, Error, Faults, Key, Sealed};

/// Bytes of one part: S3 allows 10,000 parts, so larger objects take larger parts.
const PART_BYTES: u64 = 16 << 20;
/// Parts on their way at once.
const PARTS_AT_ONCE: usize = 4;
/// Bytes of one read while verifying.
const VERIFY_BYTES: u64 = 4 << 20;

impl Archive {
    /// Gives a sealed delivery its place; `Ok` means durable and write-once.
    ///
    /// Keeping the same bytes under the same key again is `Ok`, so a transient failure is simply
    /// tried again; other bytes there are [`Error::Conflict`].
    pub async fn keep(&self, sealed: &Sealed, key: Key) -> Result<(), Error> {
        match (&sealed.contents, &self.inner.place) {
            (Contents::Memory(bytes), _) => self.put_new(key, bytes.clone()).await?,
            (Contents::File(path), Place::Local { root, .. }) => {
                let to = root.join(key.to_string());
                let faults = self.inner.faults.clone();
                if !link(path.as_ref().to_owned(), to, faults).await? {
                    self.verify(key, sealed).await?;
                }
                fail::fail_point!("archive::linked");
                self.make_durable(key).await?;
            }
            (Contents::File(path), _) => self.upload(path.as_ref(), sealed, key).await?,
        }
        fail::fail_point!("archive::kept");
        Ok(())
    }

    /// Removes an original whose bytes turned out to be stored already.
    ///
    /// Rule: only the attempt that wrote it calls this, and only while no transaction of the
    /// catalogue has recorded (or may still record) that attempt. Everything else is the
    /// sweep's, so any other kind of key is refused. An absent object is `Ok`.
    pub async fn delete_unreferenced(&self, key: Key) -> Result<(), Error> {
        if !matches!(key, Key::Original { .. }) {
            return Err(Error::NotAnOriginal { key });
        }
        self.forget_file(key);
        match self.inner.objects.delete(&key.location()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(failure) => Err(Error::store(key, failure)),
        }
    }

    /// The object must have the delivery's length and digest.
    async fn verify(&self, key: Key, sealed: &Sealed) -> Result<(), Error> {
        if self.size(key).await? != sealed.size_bytes {
            return Err(Error::Conflict { key });
        }
        let mut hasher = blake3::Hasher::new();
        let mut blocks = Box::pin(self.read_blocks(key, VERIFY_BYTES).await?);
        while let Some(block) = blocks.next().await {
            hasher.update(&block?);
        }
        if *hasher.finalize().as_bytes() == sealed.blake3 {
            Ok(())
        } else {
            Err(Error::Conflict { key })
        }
    }

    /// Flushes a local object and every folder above it, also those another writer made and has
    /// not flushed yet.
    pub(crate) async fn make_durable(&self, key: Key) -> Result<(), Error> {
        let Place::Local { root, .. } = &self.inner.place else {
            return Ok(());
        };
        let (root, path) = (root.clone(), root.join(key.to_string()));
        let faults = self.inner.faults.clone();
        blocking(move || {
            path.ancestors()
                .take_while(|place| place.starts_with(&root))
                .try_for_each(|place| faults.disk(|| File::open(place)?.sync_all()))
                .map_err(|source| Error::disk(format!("flushing object {key}"), source))
        })
        .await
    }

    async fn upload(&self, path: &Path, sealed: &Sealed, key: Key) -> Result<(), Error> {
        match self.size(key).await {
            Ok(_) => return self.verify(key, sealed).await,
            Err(Error::NotFound { .. }) => {}
            Err(other) => return Err(other),
        }
        let path = path.to_owned();
        let file = blocking(move || {
            File::open(path).map_err(|source| Error::disk("reading a staging file", source))
        })
        .await?;
        let sending = Sending {
            file,
            hasher: Box::new(blake3::Hasher::new()),
        };
        if sealed.size_bytes <= PART_BYTES {
            let (sent, bytes) = sending.next(sealed.size_bytes).await?;
            sent.is_all_of(sealed)?;
            return self.put_new(key, bytes).await;
        }
        self.upload_parts(sending, sealed, key).await?;
        if self.size(key).await? == sealed.size_bytes {
            Ok(())
        } else {
            Err(Error::Conflict { key })
        }
    }

    async fn upload_parts(
        &self,
        mut sending: Sending,
        sealed: &Sealed,
        key: Key,
    ) -> Result<(), Error> {
        let failed = |failure| Error::store(key, failure);
        let part_bytes = PART_BYTES.max(sealed.size_bytes.div_ceil(9_000));
        let upload = self.inner.objects.put_multipart(&key.location()).await;
        let mut upload =
            WriteMultipart::new_with_chunk_size(upload.map_err(failed)?, part_bytes as usize);
        loop {
            upload
                .wait_for_capacity(PARTS_AT_ONCE)
                .await
                .map_err(failed)?;
            let read = sending.next(part_bytes).await;
            let read = read.and_then(|(sent, bytes)| {
                if bytes.is_empty() {
                    sent.is_all_of(sealed)?;
                }
                Ok((sent, bytes))
            });
            let bytes;
            (sending, bytes) = match read {
                Ok(read) => read,
                Err(broken) => {
                    upload.abort().await.map_err(failed)?;
                    return Err(broken);
                }
            };
            if bytes.is_empty() {
                return upload.finish().await.map(|_| ()).map_err(failed);
            }
            upload.put(bytes);
        }
    }
}

/// Links a sealed file to its place; `false` when the place is taken.
async fn link(from: PathBuf, to: PathBuf, faults: Faults) -> Result<bool, Error> {
    blocking(move || {
        let folder = to.parent().expect("every key has a folder");
        let linked = faults
            .disk(|| std::fs::create_dir_all(folder).and_then(|()| std::fs::hard_link(&from, &to)));
        match linked {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(source) => Err(Error::disk("linking an original to its place", source)),
        }
    })
    .await
}

/// A staging file on its way to the store.
struct Sending {
    file: File,
    /// Over what was read of it; two kilobytes.
    hasher: Box<blake3::Hasher>,
}

impl Sending {
    /// The file's next bytes, at most `part_bytes`; empty at its end.
    async fn next(self, part_bytes: u64) -> Result<(Self, Bytes), Error> {
        let Self { file, mut hasher } = self;
        blocking(move || {
            let mut part = Vec::with_capacity(part_bytes as usize);
            let mut limited = file.take(part_bytes);
            limited
                .read_to_end(&mut part)
                .map_err(|source| Error::disk("reading a staging file", source))?;
            hasher.update(&part);
            let file = limited.into_inner();
            Ok((Self { file, hasher }, part.into()))
        })
        .await
    }

    /// Refuses what is not the delivery that was sealed.
    fn is_all_of(&self, sealed: &Sealed) -> Result<(), Error> {
        if *self.hasher.finalize().as_bytes() == sealed.blake3 {
            Ok(())
        } else {
            Err(Error::Spoilt)
        }
    }
}
