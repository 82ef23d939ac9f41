//! Formats known by sight: those read elsewhere, and those not read yet, so that people hear what they sent.

use super::probe::Probe;

/// DICOM: `DICM` after the preamble, or a file that starts at once with an element of group 2 or 8
/// (PS3.10 §7.1; files without preamble are common in archives).
pub(crate) fn dicom(probe: &Probe<'_>) -> bool {
    let bare = match probe.head[..] {
        [2 | 8, 0, _, 0, a, b, ..] => a.is_ascii_uppercase() && b.is_ascii_uppercase(),
        _ => false,
    };
    bare || probe.head.get(128..132) == Some(b"DICM")
}

/// Zeiss CZI: its first segment.
pub(crate) fn zeiss(probe: &Probe<'_>) -> bool {
    probe.head.starts_with(b"ZISRAWFILE")
}

/// Sakura: a database of SQLite, which no other scanner writes as a slide.
pub(crate) fn sakura(probe: &Probe<'_>) -> bool {
    probe.head.starts_with(b"SQLite format 3\0")
}

/// MIRAX: its Slidedat.ini (the .mrxs itself is a JPEG picture).
pub(crate) fn mirax(probe: &Probe<'_>) -> bool {
    let head = String::from_utf8_lossy(&probe.head);
    head.contains("[GENERAL]") && head.contains("SLIDE_ID")
}

/// Hamamatsu VMS and VMU: their index files.
pub(crate) fn hamamatsu_vms(probe: &Probe<'_>) -> bool {
    probe.head.starts_with(b"[Virtual Microscope Specimen]")
        || probe
            .head
            .starts_with(b"[Uncompressed Virtual Microscope Specimen]")
}

/// A JPEG picture.
pub(crate) fn jpeg(probe: &Probe<'_>) -> bool {
    probe.head.starts_with(&[0xFF, 0xD8, 0xFF])
}

/// A PNG picture.
pub(crate) fn png(probe: &Probe<'_>) -> bool {
    probe.head.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// A ZIP archive.
pub(crate) fn zip(probe: &Probe<'_>) -> bool {
    probe.head.starts_with(b"PK\x03\x04")
}
