//! What a slide says about itself: the answer of `inspect`.

use super::Codec;
use crate::phi::Phi;
use serde::{Deserialize, Serialize};

/// Smallest and largest microns a pixel that a slide scanner can mean (100× with oversampling; an overview).
const PLAUSIBLE_MICRONS: std::ops::RangeInclusive<f64> = 0.02..=100.0;

/// What a slide says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The format by its maker: `aperio`, `generic-tiff`, …
    pub vendor: String,
    /// Width of level 0 in pixels.
    pub width: u32,
    /// Height of level 0 in pixels.
    pub height: u32,
    /// The native levels, largest first.
    pub levels: Vec<LevelFacts>,
    /// Microns a pixel of level 0, across and down, as written; unknown where the slide does not say.
    pub mpp: [Option<f64>; 2],
    /// Power of the objective, if the slide says it.
    pub objective: Option<f64>,
    /// Label, macro, thumbnail: by name, sorted.
    pub associated: Vec<AssociatedFacts>,
    /// How the tiles of level 0 are stored.
    pub codec: Codec,
    /// The slide states a scale that no scanner has: show it only with a warning.
    pub mpp_implausible: bool,
    /// TIFF's photometric interpretation of level 0, by its TIFF name (`RGB`, `YCBCR`, `MINISBLACK`).
    pub photometric: String,
    /// Offsets of 64 bits.
    pub bigtiff: bool,
    /// The code the scanner read off the label, if the maker's metadata carries it.
    pub barcode: Option<Phi<String>>,
    /// The images by their numbers (region × focal plane × channel); image 0 is what `width`, `levels` and
    /// `mpp` above tell of. Empty where there is only that one.
    #[serde(default)]
    pub images: Vec<ImageFacts>,
    /// What the slide has and we do not show, a sentence each.
    #[serde(default)]
    pub not_shown: Vec<String>,
    /// Bytes of the colour profile (ICC) of level 0; 0 where there is none.
    #[serde(default)]
    pub icc_bytes: u32,
}

/// One of several images of a slide: a region, a focal plane, a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageFacts {
    /// Which scanned area of the glass.
    pub region: u16,
    /// Which focal plane, from the nearest to the glass.
    pub focal_plane: u16,
    /// Which channel.
    pub channel: u16,
    /// What the maker calls it; empty where it has no name.
    pub name: String,
    /// Its levels, largest first.
    pub levels: Vec<LevelFacts>,
    /// Microns a pixel of its level 0, across and down.
    pub mpp: [Option<f64>; 2],
}

/// Size of a level and of its tiles, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelFacts {
    /// Width of the level.
    pub w: u32,
    /// Height of the level.
    pub h: u32,
    /// Width of a tile.
    pub tile_w: u32,
    /// Height of a tile.
    pub tile_h: u32,
}

/// Name and size, in pixels, of a picture beside the pyramid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssociatedFacts {
    /// `label`, `macro` or `thumbnail`.
    pub name: String,
    /// Width in pixels.
    pub w: u32,
    /// Height in pixels.
    pub h: u32,
}

impl Facts {
    /// Microns a pixel of level 0 that may be measured with: `None` when unknown or implausible.
    pub fn scale(&self) -> Option<[f64; 2]> {
        match self.mpp {
            [Some(x), Some(y)] if !self.mpp_implausible => Some([x, y]),
            _ => None,
        }
    }
}

/// A stated resolution as a fact: rounded to a millionth of a micron, unknown unless finite and positive.
pub(crate) fn stated_microns(microns: f64) -> Option<f64> {
    let rounded = (microns * 1e6).round() / 1e6;
    (rounded.is_finite() && rounded > 0.0).then_some(rounded)
}

/// Whether a stated scale is one that no scanner has: out of range, or pixels far from square.
pub(crate) fn implausible(mpp: [Option<f64>; 2]) -> bool {
    let out_of_range = |value: &f64| !PLAUSIBLE_MICRONS.contains(value);
    let oblong = match mpp {
        [Some(x), Some(y)] => !(0.8..=1.25).contains(&(x / y)),
        _ => false,
    };
    oblong || mpp.iter().flatten().any(out_of_range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_a_number_a_scanner_can_have() {
        assert_eq!(stated_microns(f64::INFINITY), None);
        assert_eq!(stated_microns(0.0), None);
        assert_eq!(stated_microns(-0.25), None);
        assert_eq!(stated_microns(f64::NAN), None);
        assert_eq!(stated_microns(0.499_000_04), Some(0.499));
        assert!(implausible([Some(1000.0), Some(1000.0)]));
        assert!(implausible([Some(0.25), Some(0.5)]));
        assert!(!implausible([Some(0.227_097), Some(0.227_102)]));
        assert!(!implausible([None, None]));
    }
}
