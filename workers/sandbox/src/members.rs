//! The child's view of the scan: files it opened, or bytes it asks the parent for.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

use pathology::formats::ReadAt;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::protocol::{self, Bytes, OpenAccess, OpenMember, PIECE_BYTES, Reply};

/// Brokered bytes come in blocks of this size, so that walking a directory is few round trips.
const BLOCK_BYTES: u64 = 256 << 10;
/// Blocks kept for each brokered member: 4 MiB.
const BLOCKS: usize = 16;

/// The conversation with the parent. Any thread of the pool may ask for bytes, so one at a time.
pub(crate) struct Line {
    ends: Mutex<(File, File)>,
}

impl Line {
    /// Takes the process's own standard input and output.
    pub(crate) fn take() -> io::Result<Arc<Self>> {
        let from = std::io::stdin().as_fd().try_clone_to_owned()?;
        let to = std::io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Arc::new(Self {
            ends: Mutex::new((from.into(), to.into())),
        }))
    }

    pub(crate) fn send(&self, message: &impl Serialize) -> io::Result<()> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        protocol::send(&mut ends.1, message)
    }

    pub(crate) fn receive<T: DeserializeOwned>(&self) -> io::Result<Option<T>> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        protocol::receive(&mut ends.0)
    }

    fn fetch(&self, member: u16, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let need = Reply::NeedBytes {
            member,
            offset,
            length: length as u32,
        };
        protocol::send(&mut ends.1, &need)?;
        let Bytes(bytes) = protocol::receive(&mut ends.0)?
            .ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        if bytes.len() == length {
            Ok(bytes)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

/// Opens every member, in order: the name and the bytes of each.
pub(crate) fn open(
    members: Vec<OpenMember>,
    line: &Arc<Line>,
) -> io::Result<Vec<(String, Box<dyn ReadAt>)>> {
    let open_one = |(n, member): (usize, OpenMember)| {
        let bytes: Box<dyn ReadAt> = match member.access {
            OpenAccess::Path(path) => {
                let file = File::open(OsString::from_vec(path.into_exposed()))?;
                let size = file.metadata()?.len();
                Box::new(Opened { file, size })
            }
            OpenAccess::Brokered { size } => Box::new(Brokered {
                member: n as u16,
                size,
                line: Arc::clone(line),
                blocks: Mutex::default(),
            }),
        };
        Ok((member.name.into_exposed(), bytes))
    };
    members.into_iter().enumerate().map(open_one).collect()
}

struct Opened {
    file: File,
    size: u64,
}

impl ReadAt for Opened {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

type Block = (u64, Arc<Vec<u8>>);

struct Brokered {
    member: u16,
    size: u64,
    line: Arc<Line>,
    /// At most [`BLOCKS`], the latest used last.
    blocks: Mutex<VecDeque<Block>>,
}

impl ReadAt for Brokered {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(buffer.len() as u64);
        if end.is_none_or(|end| end > self.size) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if buffer.len() as u64 > BLOCK_BYTES {
            return self.read_through(offset, buffer);
        }
        let mut filled = 0;
        while filled < buffer.len() {
            let at = offset + filled as u64;
            let block = self.block(at / BLOCK_BYTES)?;
            let within = &block[(at % BLOCK_BYTES) as usize..];
            let length = within.len().min(buffer.len() - filled);
            buffer[filled..filled + length].copy_from_slice(&within[..length]);
            filled += length;
        }
        Ok(())
    }
}

impl Brokered {
    fn read_through(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        for (n, piece) in buffer.chunks_mut(PIECE_BYTES).enumerate() {
            let at = offset + (n * PIECE_BYTES) as u64;
            piece.copy_from_slice(&self.line.fetch(self.member, at, piece.len())?);
        }
        Ok(())
    }

    fn block(&self, number: u64) -> io::Result<Arc<Vec<u8>>> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let held = blocks.iter().position(|(held, _)| *held == number);
        let block = if let Some(block) = held.and_then(|place| blocks.remove(place)) {
            block
        } else {
            let start = number * BLOCK_BYTES;
            let length = BLOCK_BYTES.min(self.size - start) as usize;
            let bytes = self.line.fetch(self.member, start, length)?;
            (number, Arc::new(bytes))
        };
        let bytes = Arc::clone(&block.1);
        blocks.push_back(block);
        if blocks.len() > BLOCKS {
            blocks.pop_front();
        }
        Ok(bytes)
    }
}
