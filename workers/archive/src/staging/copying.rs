//! A file of this machine is copied into staging by two threads, and flushed on the way.
//!
//! ```text
//!   copyist 1  read 0, digest, write ─▶ read 2 …         the blocks are shared out as they come
//!   copyist 2  read 1, digest, write ─▶ read 3 …
//!   flusher          every 64 MiB written: fdatasync ─▶ … ─▶ at the end: fsync
//! ```
//!
//! So the disk works while the processor does, and the last flush finds little left to do. What is
//! read, digested and written at once is a block of the index: it stays in the processor's own cache.
//! Bounds: one block of 1 MiB a copyist, and 32 bytes for each block of the file.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use pathology::tileset::{Digest, block_digest, block_range, blocks_in, joined_digest};
use tokio::sync::mpsc::Sender;
use uuid::Uuid;

use super::{Contents, Scrap, Sealed, blocking};
use crate::{Archive, Error, Faults};

/// Threads of one copy.
const COPYISTS: u64 = 2;
/// Bytes written before the disk is told to keep them.
const FLUSH_BYTES: u64 = 64 << 20;

impl Archive {
    /// Copies the first `size_bytes` of a file into staging: digested and on the disk when this
    /// returns. `copied` is told the bytes of each block; when nobody listens the copy is given up.
    ///
    /// A file that cannot be read, or is shorter, is [`Error::Source`].
    pub async fn stage_file(
        &self,
        from: File,
        size_bytes: u64,
        copied: Sender<u64>,
    ) -> Result<Sealed, Error> {
        let folder = self.inner.place.staging();
        let faults = self.inner.faults.clone();
        let sealed = blocking(move || {
            let (blake3, contents) = if let Some(folder) = folder {
                let path = Scrap(folder.join(Uuid::now_v7().to_string()));
                let to = faults
                    .disk(|| File::create_new(path.as_ref()))
                    .map_err(|source| Error::disk("creating a staging file", source))?;
                let copy = Copy {
                    faults,
                    ..Copy::new(from, To::File(to), size_bytes, copied)
                };
                (copy.run()?.0, Contents::File(path))
            } else {
                let to = To::Memory(Mutex::new(vec![0; size_bytes as usize]));
                let copy = Copy::new(from, to, size_bytes, copied);
                let (blake3, bytes) = copy.run()?;
                (blake3, Contents::Memory(bytes.into()))
            };
            Ok(Sealed {
                size_bytes,
                blake3,
                contents,
            })
        })
        .await?;
        fail::fail_point!("archive::staged");
        Ok(sealed)
    }
}

struct Copy {
    from: File,
    to: To,
    size_bytes: u64,
    /// The first block that no copyist has taken.
    next: AtomicU64,
    written: Mutex<Written>,
    moved: Condvar,
    copied: Sender<u64>,
    faults: Faults,
}

enum To {
    File(File),
    Memory(Mutex<Vec<u8>>),
}

/// How far the copy is.
struct Written {
    bytes: u64,
    /// Copyists that have not ended.
    at_work: u64,
}

/// A copyist's place; leaving it, however that happens, lets the flusher end.
struct AtWork<'a>(&'a Copy);

impl Copy {
    fn new(from: File, to: To, size_bytes: u64, copied: Sender<u64>) -> Self {
        Self {
            from,
            to,
            size_bytes,
            next: AtomicU64::new(0),
            written: Mutex::new(Written {
                bytes: 0,
                at_work: COPYISTS.min(blocks_in(size_bytes)),
            }),
            moved: Condvar::new(),
            copied,
            faults: Faults::none(),
        }
    }

    /// The digest, and the bytes of a copy in memory.
    fn run(self) -> Result<([u8; 32], Vec<u8>), Error> {
        let mut digests = vec![Digest([0; 32]); self.blocks() as usize];
        std::thread::scope(|scope| {
            let copyists: Vec<_> = (0..COPYISTS.min(self.blocks()))
                .map(|_| scope.spawn(|| self.copy_blocks()))
                .collect();
            let flushed = self.flush_along();
            for copyist in copyists {
                match copyist.join() {
                    Ok(done) => done?.into_iter().for_each(|(n, block)| digests[n] = block),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            flushed
        })?;
        let alone = digests.first().copied().unwrap_or(Digest::of(&[]));
        let digest = joined_digest(&digests, alone).0;
        match self.to {
            To::Memory(bytes) => Ok((
                digest,
                bytes.into_inner().unwrap_or_else(PoisonError::into_inner),
            )),
            To::File(file) => {
                flush(|| self.faults.disk(|| file.sync_all()))?;
                Ok((digest, Vec::new()))
            }
        }
    }

    fn blocks(&self) -> u64 {
        blocks_in(self.size_bytes)
    }

    /// A copyist: takes the next block until there is none, or the other one failed.
    fn copy_blocks(&self) -> Result<Vec<(usize, Digest)>, Error> {
        let _place = AtWork(self);
        let mut block = vec![0; block_range(self.size_bytes, 0).end as usize];
        let mut done = Vec::new();
        loop {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            if n >= self.blocks() {
                return Ok(done);
            }
            let copied = self.copy_block(n, &mut block);
            if copied.is_err() {
                self.next.store(self.blocks(), Ordering::Relaxed);
            }
            done.push((n as usize, copied?));
        }
    }

    /// Gives the block's digest, or that of all bytes when there is only one block.
    fn copy_block(&self, n: u64, block: &mut [u8]) -> Result<Digest, Error> {
        let range = block_range(self.size_bytes, n);
        let block = &mut block[..(range.end - range.start) as usize];
        let read = self.from.read_exact_at(block, range.start);
        read.map_err(|source| Error::Source { source })?;
        let digest = match self.blocks() {
            1 => Digest::of(block),
            _ => block_digest(n, block),
        };
        match &self.to {
            To::File(file) => {
                let write = || file.write_all_at(block, range.start);
                let written = self.faults.disk(write);
                written.map_err(|source| Error::disk("writing a staging file", source))?;
                fail::fail_point!("archive::writing");
            }
            To::Memory(bytes) => {
                let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                bytes[range.start as usize..range.end as usize].copy_from_slice(block);
            }
        }
        self.written().bytes += block.len() as u64;
        self.moved.notify_one();
        let told = self.copied.blocking_send(block.len() as u64);
        told.map_err(|_| Error::Spoilt)?;
        Ok(digest)
    }

    /// Flushes what is written while more is. A failed flush may have dropped the dirty pages, so it
    /// ends the copy and is never tried again on the same file.
    fn flush_along(&self) -> Result<(), Error> {
        let To::File(file) = &self.to else {
            return Ok(());
        };
        let mut flushed = 0;
        loop {
            let written = self.wait_for(flushed + FLUSH_BYTES);
            if written.at_work == 0 {
                return Ok(());
            }
            flushed = written.bytes;
            drop(written);
            if let Err(failed) = flush(|| self.faults.disk(|| file.sync_data())) {
                self.next.store(self.blocks(), Ordering::Relaxed);
                return Err(failed);
            }
        }
    }

    /// Until so much is written, or the copyists have ended.
    fn wait_for(&self, bytes: u64) -> MutexGuard<'_, Written> {
        let waits = |written: &mut Written| written.bytes < bytes && written.at_work > 0;
        let written = self.moved.wait_while(self.written(), waits);
        written.unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.written().at_work -= 1;
        self.0.moved.notify_one();
    }
}

fn flush(sync: impl FnOnce() -> std::io::Result<()>) -> Result<(), Error> {
    sync().map_err(|source| Error::disk("flushing a staging file", source))
}

#[cfg(test)]
mod tests {
    use pathology::tileset::BLOCK_BYTES;

    use super::*;
    use crate::Settings;
    use tokio::sync::mpsc::channel;

    /// As many bytes as make three parts and a rest.
    const SIZE_BYTES: u64 = 3 * BLOCK_BYTES + 12_345;

    fn source() -> (File, Vec<u8>) {
        let bytes: Vec<u8> = (0..SIZE_BYTES).map(|n| (n / 7 % 251) as u8).collect();
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&bytes, 0).unwrap();
        (file, bytes)
    }

    async fn memory() -> Archive {
        let settings = Settings {
            url: "memory:".into(),
            ..Settings::default()
        };
        Archive::open(&settings).await.unwrap()
    }

    #[tokio::test]
    async fn a_copy_is_the_file_and_its_digest_wherever_the_archive_lies() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            url: format!("file://{}", folder.path().display()),
            ..Settings::default()
        };
        for archive in [memory().await, Archive::open(&settings).await.unwrap()] {
            let (file, bytes) = source();
            let (copied, mut told) = channel(10);
            let sealed = archive.stage_file(file, SIZE_BYTES, copied).await.unwrap();
            assert_eq!(sealed.blake3, *blake3::hash(&bytes).as_bytes());
            let stored = match &sealed.contents {
                Contents::File(path) => std::fs::read(path).unwrap(),
                Contents::Memory(bytes) => bytes.to_vec(),
            };
            assert!(stored == bytes, "the copy differs");
            let mut sum = 0;
            while let Some(block) = told.recv().await {
                sum += block;
            }
            assert_eq!(sum, SIZE_BYTES);
        }
    }

    #[tokio::test]
    async fn a_source_that_is_shorter_than_it_was_is_named() {
        let (file, _) = source();
        let (copied, _told) = channel(10);
        let archive = memory().await;
        let refused = archive.stage_file(file, SIZE_BYTES + 1, copied).await;
        let cut = std::io::ErrorKind::UnexpectedEof;
        assert!(matches!(refused, Err(Error::Source { source }) if source.kind() == cut));
    }

    #[tokio::test]
    async fn a_copy_nobody_waits_for_ends_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            url: format!("file://{}", folder.path().display()),
            ..Settings::default()
        };
        let archive = Archive::open(&settings).await.unwrap();
        let (copied, told) = channel(1);
        drop(told);
        let given_up = archive.stage_file(source().0, SIZE_BYTES, copied).await;
        assert!(matches!(given_up, Err(Error::Spoilt)));
        let staging = std::fs::read_dir(folder.path().join("staging")).unwrap();
        assert_eq!(staging.count(), 0);
    }

    /// `/dev/full` answers every write with ENOSPC.
    #[test]
    fn a_full_disk_ends_both_copyists() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let (copied, _told) = channel(10);
        let refused = Copy::new(source().0, To::File(full), SIZE_BYTES, copied).run();
        assert!(matches!(refused, Err(Error::Full { .. })));
    }
}
