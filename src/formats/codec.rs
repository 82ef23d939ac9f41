//! How tiles are stored, and what their colours mean.

use serde::{Deserialize, Serialize};

/// The compression of a tile, by TIFF's tag 259 (TIFF 6.0 §8, Adobe's technical notes, Aperio) or DICOM's
/// transfer syntax (PS3.5 §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// Bare samples.
    None,
    /// Lempel-Ziv-Welch, most significant bit first.
    Lzw,
    /// JPEG, 8 bits a sample.
    Jpeg,
    /// zlib.
    Deflate,
    /// JPEG 2000 code streams.
    Jpeg2000,
    /// Runs of equal bytes (DICOM PS3.5 Annex G).
    Rle,
    /// JPEG 2000 code streams that lose nothing.
    #[serde(rename = "jpeg2000-lossless")]
    Jpeg2000Lossless,
}

impl Codec {
    /// The codec of a TIFF compression number.
    pub(crate) const fn of_tiff(compression: u64) -> Option<Self> {
        match compression {
            1 => Some(Self::None),
            5 => Some(Self::Lzw),
            7 => Some(Self::Jpeg),
            8 | 32_946 => Some(Self::Deflate),
            33_003 | 33_005 | 34_712 => Some(Self::Jpeg2000),
            _ => None,
        }
    }

    /// Whether a browser shows a tile as it is stored (with its shared tables spliced in).
    pub const fn browser_shows(self) -> bool {
        matches!(self, Self::Jpeg)
    }
}

impl std::fmt::Display for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "bare samples",
            Self::Lzw => "LZW",
            Self::Jpeg => "JPEG",
            Self::Deflate => "deflate",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Rle => "RLE",
            Self::Jpeg2000Lossless => "lossless JPEG 2000",
        })
    }
}

/// What the stored samples mean, and whether a JPEG stream says so itself.
///
/// A JPEG of three components without any marker is taken for `Y'CbCr` by browsers. Aperio stores RGB so;
/// then [`super::jpeg::splice`] has to say it. A marker in the stream wins over TIFF's photometric tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// One sample a pixel.
    Grey,
    /// Luma and two chroma samples, which is what a JPEG without markers means.
    YCbCr,
    /// Red, green and blue, and nothing in the stream says so: a JPEG needs an Adobe marker.
    Rgb,
    /// The JPEG stream carries its own JFIF or Adobe marker, which decides.
    Declared,
}
