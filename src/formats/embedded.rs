//! Pictures that lie as JPEG within metadata, and not in the file as they are served.

use super::made::Maker;
use super::raster::Raster;
use super::{Error, Member, Picture, jpeg};
use crate::pyramid::geometry::Grid;
use std::sync::Arc;

/// Longest picture kept, in bytes; labels have some hundred kilobytes.
const BYTES: usize = 4 << 20;
/// Longest side, in pixels.
const SIDE: u16 = 8_192;

/// The JPEG as an image of one tile.
pub(crate) fn raster(stream: Vec<u8>) -> Result<Raster, Error> {
    let header = jpeg::header(&stream)?;
    if stream.len() > BYTES || header.width.max(header.height) > SIDE {
        return Err(Error::TooLarge {
            what: "a picture in the metadata, in bytes,",
            limit: BYTES as u64,
        });
    }
    if header.width == 0 || header.height == 0 {
        return Err(Error::damaged("a picture in the metadata has no size"));
    }
    let (width, height) = (u32::from(header.width), u32::from(header.height));
    let grid = Grid {
        width,
        height,
        tile_width: width,
        tile_height: height,
    };
    let embedded = Embedded {
        stream: stream.into(),
        width,
        height,
    };
    Ok(Raster::made(grid, Arc::new(embedded)))
}

struct Embedded {
    stream: Arc<[u8]>,
    width: u32,
    height: u32,
}

/// The bytes of a label are patient data.
impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Embedded([phi], {} bytes)", self.stream.len())
    }
}

impl Maker for Embedded {
    fn tile(&self, _: &[Member<'_>], _: u32, _: u32) -> Result<Vec<u8>, Error> {
        Ok(self.stream.to_vec())
    }

    fn pixels(&self, _: &[Member<'_>], _: u32, _: u32) -> Result<Picture, Error> {
        jpeg::decode(&self.stream, self.width, self.height)
    }
}
