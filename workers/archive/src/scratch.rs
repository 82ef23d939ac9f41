//! Scratch: bytes that one piece of work writes and reads again, beside the deliveries in staging.
//!
//! The file has no name any more when it is given out, so it ends with its last handle, however that
//! comes. It is never flushed: whoever needs its bytes after a crash makes them again. A memory archive
//! has a buffer instead. Bound: 64 KiB of neighbouring writes are gathered before a trip to the disk.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use pathology::tileset::Shelf;
use uuid::Uuid;

use crate::{Archive, Error, Faults};

/// Neighbouring bytes gathered before one trip to the disk.
const GATHER_BYTES: usize = 64 << 10;

/// Bytes by their offset that nobody else sees. Calls block as long as the page cache does.
#[derive(Debug)]
pub struct Scratch {
    place: Place,
    faults: Faults,
    /// Bytes not written yet, and where they belong.
    gathered: Vec<u8>,
    from: u64,
}

#[derive(Debug)]
enum Place {
    File(File),
    Memory(Vec<u8>),
}

impl Archive {
    /// An empty scratch file in the staging folder (memory archives: a buffer).
    pub fn scratch(&self) -> Result<Scratch, Error> {
        let faults = self.inner.faults.clone();
        let place = match self.inner.place.staging() {
            None => Place::Memory(Vec::new()),
            Some(folder) => {
                let path = folder.join(Uuid::now_v7().to_string());
                let mut options = File::options();
                options.read(true).write(true).create_new(true);
                let file = faults.disk(|| {
                    let file = options.open(&path)?;
                    std::fs::remove_file(&path).map(|()| file)
                });
                Place::File(file.map_err(|why| Error::disk("creating a scratch file", why))?)
            }
        };
        Ok(Scratch {
            place,
            faults,
            gathered: Vec::new(),
            from: 0,
        })
    }
}

impl Scratch {
    fn flush(&mut self) -> io::Result<()> {
        if !self.gathered.is_empty() {
            match &mut self.place {
                Place::Memory(bytes) => bytes.write_at(self.from, &self.gathered)?,
                Place::File(file) => {
                    let written = self
                        .faults
                        .disk(|| file.write_all_at(&self.gathered, self.from));
                    written.map_err(in_words)?;
                }
            }
            self.gathered.clear();
        }
        Ok(())
    }
}

impl Shelf for Scratch {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let follows = offset == self.from + self.gathered.len() as u64;
        if !follows || self.gathered.len() + bytes.len() > GATHER_BYTES {
            self.flush()?;
        }
        if self.gathered.is_empty() {
            self.from = offset;
        }
        self.gathered.extend_from_slice(bytes);
        Ok(())
    }

    fn read_at(&mut self, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.flush()?;
        match &mut self.place {
            Place::Memory(held) => held.read_at(offset, bytes),
            Place::File(file) => {
                let read = self.faults.read(|| {
                    let mut read = vec![0; bytes.len()];
                    file.read_exact_at(&mut read, offset).map(|()| read)
                });
                bytes.copy_from_slice(&read?);
                Ok(())
            }
        }
    }
}

/// What stands in the way, with the remedy: a full disk is named as everywhere else.
fn in_words(source: io::Error) -> io::Error {
    io::Error::new(
        source.kind(),
        Error::disk("writing a scratch file", source).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn comes_back(archive: &Archive) {
        let mut scratch = archive.scratch().unwrap();
        let piece = |n: u64| (n as u32).to_le_bytes().repeat(100);
        let order = (0..1_000).step_by(2).chain((0..500).map(|n| 999 - 2 * n));
        for n in order {
            scratch.write_at(n * 400, &piece(n)).unwrap();
        }
        for n in [0, 999, 500, 501] {
            let mut read = vec![0; 400];
            scratch.read_at(n * 400, &mut read).unwrap();
            assert_eq!(read, piece(n), "{n}");
        }
        assert!(scratch.read_at(400_000, &mut [0; 1]).is_err());
    }

    #[tokio::test]
    async fn what_was_written_in_any_order_comes_back_and_leaves_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            url: format!("file://{}", folder.path().display()),
            ..Settings::default()
        };
        let archive = Archive::open(&settings).await.unwrap();
        comes_back(&archive);
        let staging = folder.path().join("staging");
        assert_eq!(std::fs::read_dir(staging).unwrap().count(), 0);
        let memory = Settings {
            url: "memory:".into(),
            ..Settings::default()
        };
        comes_back(&Archive::open(&memory).await.unwrap());
    }
}
