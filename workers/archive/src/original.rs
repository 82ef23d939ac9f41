//! Parts of a published original that are no tile, checked block by block.
//!
//! ```text
//!   (member, range) ─▶ blocks of 1 MiB ─▶ page of the index ─▶ digest ─▶ the bytes asked for
//! ```
//!
//! What a label, an overview or a region is decoded from goes this way: a decoder never sees a byte that is
//! not the one received. Bounds: a read holds its bytes and one block.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use pathology::tileset::{self, BLOCK_BYTES, BlockPage, BlockPlace, Digest, Header, block_digest};

use crate::index_cache::{Opened, Part};
use crate::{Error, Tileset, Tilesets};

impl Tilesets {
    /// Exactly these bytes (at most 64 MiB) of member `n` as they were received, or why not.
    pub async fn original(&self, of: &Tileset, n: u16, range: Range<u64>) -> Result<Bytes, Error> {
        let mut all = BytesMut::with_capacity(range.end.saturating_sub(range.start) as usize);
        let mut at = range.start;
        while at < range.end {
            let number = at / BLOCK_BYTES;
            let block = self.block(of, n, number).await?;
            let first = number * BLOCK_BYTES;
            let end = range.end.min(first + block.len() as u64);
            if end <= at {
                return Err(Error::short(of.member(n)?, &range, at));
            }
            all.extend_from_slice(&block[(at - first) as usize..(end - first) as usize]);
            at = end;
        }
        Ok(all.freeze())
    }

    /// Block `number` of member `n`, whole: [`BLOCK_BYTES`], or fewer where the member ends.
    pub async fn block(&self, of: &Tileset, n: u16, number: u64) -> Result<Bytes, Error> {
        let header = self.header(of).await?;
        let (Some(place), Some(size)) = (
            header.block_of(n, number),
            header.facts().sizes.get(usize::from(n)),
        ) else {
            return Err(of.refused(tileset::Error::NoBlock { member: n, number }));
        };
        let digest = self.block_digest(of, &header, place).await?;
        let first = number * BLOCK_BYTES;
        let range = first..(first + BLOCK_BYTES).min(*size);
        let bytes = self.archive().read(of.member(n)?, range).await?;
        if Some(block_digest(number, &bytes)) == digest {
            return Ok(bytes);
        }
        Err(of.refused(tileset::Error::DamagedBlock { member: n, number }))
    }

    async fn block_digest(
        &self,
        of: &Tileset,
        header: &Header,
        place: BlockPlace,
    ) -> Result<Option<Digest>, Error> {
        let part = (
            of.scan,
            of.generation,
            of.header_digest,
            Part::Blocks(place.page),
        );
        let cached = self.opened().get(&part);
        if let Some(Opened::Blocks(page)) = cached {
            return Ok(page.digest(place.slot));
        }
        let bytes = self.archive().read(of.index(), place.range).await?;
        let page = BlockPage::open(&*bytes, header, place.page);
        let page = Arc::new(page.map_err(|refused| of.refused(refused))?);
        let digest = page.digest(place.slot);
        let weight_bytes = bytes.len() as u64;
        self.opened()
            .insert(part, Opened::Blocks(page), weight_bytes);
        Ok(digest)
    }
}
