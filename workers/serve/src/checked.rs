//! The original as a decoder's child reads it: every block checked against the index before it is handed over.
//!
//! Bounds: for each file of an ask, at most [`BLOCKS`] checked blocks of 1 MiB, because a child asks for
//! less than a block at a time.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use archive::{Tileset, Tilesets};
use bytes::Bytes;
use catalog::views::ScanAccess;
use pathology::tileset::BLOCK_BYTES;
use sandbox::{Member, MemberAccess, Reading, Source};

use crate::door::Door;
use crate::problem::Problem;
use crate::tiles::tileset;

/// Blocks kept of one file.
const BLOCKS: usize = 4;

/// The files of a published scan.
pub(crate) fn members(door: &Door, access: &ScanAccess) -> Result<Vec<Member>, Problem> {
    let tileset = Arc::new(tileset(access)?);
    let member = |member: &catalog::views::StoredMember| Member {
        name: member.name.clone(),
        access: MemberAccess::Brokered {
            size: member.size_bytes,
            source: Arc::new(Checked {
                tilesets: door.keepers.tilesets.clone(),
                tileset: tileset.clone(),
                n: member.n,
                blocks: Mutex::default(),
            }),
        },
    };
    Ok(access.members.iter().map(member).collect())
}

struct Checked {
    tilesets: Tilesets,
    tileset: Arc<Tileset>,
    n: u16,
    /// The latest last.
    blocks: Mutex<VecDeque<(u64, Bytes)>>,
}

impl Checked {
    async fn block(&self, number: u64) -> Result<Bytes, archive::Error> {
        let held = || self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held().iter().find(|(held, _)| *held == number).cloned();
        if let Some((_, block)) = known {
            return Ok(block);
        }
        let block = self.tilesets.block(&self.tileset, self.n, number).await?;
        let mut held = held();
        if held.len() == BLOCKS {
            held.pop_front();
        }
        held.push_back((number, block.clone()));
        Ok(block)
    }
}

impl Source for Checked {
    fn read(&self, offset: u64, length: u32) -> Reading<'_> {
        Box::pin(async move {
            let end = offset + u64::from(length);
            let mut bytes = Vec::with_capacity(length as usize);
            while offset + (bytes.len() as u64) < end {
                let at = offset + bytes.len() as u64;
                let block = self.block(at / BLOCK_BYTES).await;
                let block = block.map_err(io::Error::other)?;
                let within = block.get((at % BLOCK_BYTES) as usize..).unwrap_or_default();
                let wanted = within.len().min((end - at) as usize);
                if wanted == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                bytes.extend_from_slice(&within[..wanted]);
            }
            Ok(bytes)
        })
    }
}
