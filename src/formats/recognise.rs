//! Formats we know by sight and do not read yet, so that people hear what they sent.

use super::probe::Probe;
use super::tiff::tag;

/// Directories searched for metadata that may stand in any of the first ones.
const SEARCHED: usize = 4;

/// Bytes of an XMP block searched; the element we look for is its root.
const XMP_BYTES: u64 = 64 << 10;

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

/// Philips: its software and the XML root of its metadata.
pub(crate) fn philips(probe: &Probe<'_>) -> bool {
    probe.software.starts_with("Philips") && probe.description.contains("DPUfsImport")
}

/// Leica SCN: the namespace of its XML.
pub(crate) fn leica(probe: &Probe<'_>) -> bool {
    probe
        .description
        .contains("http://www.leica-microsystems.com/scn/")
}

/// Ventana BIF: the iScan element in the XMP of one of its first directories.
pub(crate) fn ventana(probe: &Probe<'_>) -> bool {
    let directories = probe.walked().map_or(&[][..], |tiff| &tiff.directories);
    let blocks = directories.iter().take(SEARCHED);
    blocks
        .filter_map(|directory| directory.block(probe.bytes, tag::XMP, XMP_BYTES).ok())
        .any(|xmp| xmp.windows(6).any(|word| word == b"<iScan"))
}

/// Trestle: its software, and the overlaps in its description.
pub(crate) fn trestle(probe: &Probe<'_>) -> bool {
    probe.software.starts_with("MedScan") && probe.description.contains("OverlapsXY")
}

/// OME-TIFF: OME-XML in the description.
pub(crate) fn ome(probe: &Probe<'_>) -> bool {
    probe.description.contains("<OME ") || probe.description.contains("<OME>")
}

/// A TIFF of any kind.
pub(crate) fn any_tiff(probe: &Probe<'_>) -> bool {
    probe
        .walked()
        .is_some_and(|tiff| !tiff.directories.is_empty())
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
