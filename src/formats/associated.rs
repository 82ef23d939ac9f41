//! Pictures beside the pyramid: label, macro, thumbnail.

use super::facts::AssociatedFacts;
use super::raster::Raster;
use super::{Error, Member, Picture};

/// Largest associated image accepted, in pixels; scanners write less than a tenth.
const PIXELS: u64 = 32 << 20;

/// A named picture and where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Associated {
    /// `label`, `macro` or `thumbnail`.
    pub(crate) name: &'static str,
    /// Its strips or tiles.
    pub(crate) raster: Raster,
}

impl Associated {
    /// Keeps the image when it is of a size that we decode whole.
    pub(crate) fn new(name: &'static str, raster: Raster) -> Option<Self> {
        let pixels = u64::from(raster.grid.width) * u64::from(raster.grid.height);
        (pixels <= PIXELS).then_some(Self { name, raster })
    }

    /// The whole picture.
    pub(crate) fn picture(&self, members: &[Member<'_>]) -> Result<Picture, Error> {
        let grid = self.raster.grid;
        self.raster
            .region(members, (0, 0), (grid.width, grid.height))
    }

    /// Name and size.
    pub(crate) fn facts(&self) -> AssociatedFacts {
        AssociatedFacts {
            name: self.name.to_owned(),
            w: self.raster.grid.width,
            h: self.raster.grid.height,
        }
    }
}
