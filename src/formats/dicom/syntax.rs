//! Transfer syntaxes and kinds of objects, by their UIDs (PS3.5 §10, PS3.6 Annex A).

use super::super::{Codec, Error};

/// VL Whole Slide Microscopy Image Storage.
const WHOLE_SLIDE: &str = "1.2.840.10008.5.1.4.1.1.77.1.6";

const SEND: &str = "send the whole-slide instances of its series";
const EXPORT: &str = "export it as JPEG, JPEG 2000 or uncompressed";

/// How an instance is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    /// How its frames are stored.
    pub(super) codec: Codec,
    /// Its elements do not say their value representation.
    pub(super) implicit: bool,
    /// Its frames are items; otherwise they follow each other without anything between.
    pub(super) encapsulated: bool,
}

/// The syntax of a UID, or the reason why we do not read it. A file that does not say is explicit.
pub(super) fn of(uid: Option<&str>) -> Result<Syntax, Error> {
    let native = |implicit| Syntax {
        codec: Codec::None,
        implicit,
        encapsulated: false,
    };
    let frames = |codec| Syntax {
        codec,
        implicit: false,
        encapsulated: true,
    };
    let Some(uid) = uid else {
        return Ok(native(false));
    };
    let format = match uid.strip_prefix("1.2.840.10008.1.2").unwrap_or("?") {
        "" => return Ok(native(true)),
        ".1" => return Ok(native(false)),
        ".4.50" | ".4.51" => return Ok(frames(Codec::Jpeg)),
        ".4.90" => return Ok(frames(Codec::Jpeg2000Lossless)),
        ".4.91" => return Ok(frames(Codec::Jpeg2000)),
        ".5" => return Ok(frames(Codec::Rle)),
        ".1.99" => "a DICOM object in deflated transfer syntax",
        ".2" => "a DICOM object in big endian transfer syntax",
        ".4.57" | ".4.70" => "a DICOM slide with lossless JPEG frames",
        ".4.80" | ".4.81" => "a DICOM slide with JPEG-LS frames",
        ".4.92" | ".4.93" => "a DICOM slide with multi-component JPEG 2000 frames",
        ".4.201" | ".4.202" | ".4.203" => "a DICOM slide with high-throughput JPEG 2000 frames",
        ".4.110" | ".4.111" | ".4.112" => "a DICOM slide with JPEG XL frames",
        _ => "a DICOM object in a transfer syntax we do not know",
    };
    Err(Error::NotReadYet {
        format,
        remedy: EXPORT,
    })
}

/// Refuses what is no whole-slide image, by what it is.
pub(super) fn is_whole_slide(uid: &str) -> Result<(), Error> {
    let storage = uid.strip_prefix("1.2.840.10008.5.1.4.1.1").unwrap_or(uid);
    let format = match storage {
        _ if uid == WHOLE_SLIDE => return Ok(()),
        ".2" | ".2.1" => "a DICOM CT image",
        ".4" | ".4.1" => "a DICOM MR image",
        ".7" | ".7.1" | ".7.2" | ".7.3" | ".7.4" => "a DICOM secondary capture",
        ".66.4" => "a DICOM segmentation",
        ".91.1" => "a DICOM object of annotations",
        ".77.1.2" => "a DICOM microscope picture",
        "1.2.840.10008.1.3.10" => "a DICOM directory of media",
        _ => "a DICOM object that is no whole-slide image",
    };
    Err(Error::NotASlide {
        format,
        remedy: SEND,
    })
}
