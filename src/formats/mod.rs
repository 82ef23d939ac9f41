//! Slides of any maker, read from any [`ReadAt`].
//!
//! ```text
//! members ─▶ probe (first bytes, TIFF directories) ─▶ FORMATS, top to bottom ─▶ Slide, or why not
//! ```
//!
//! The content decides what a slide is; a file's name never does. Memory is bounded for any input: what
//! a file declares is checked against limits before anything is read or allocated.

mod aperio;
mod associated;
mod codec;
pub mod conformance;
mod decode;
mod error;
mod facts;
mod generic_tiff;
pub mod jpeg;
mod levels;
mod picture;
mod probe;
mod raster;
mod recognise;
mod slide;
mod tiff;

pub use codec::{Codec, Colour};
pub use error::Error;
pub use facts::{AssociatedFacts, Facts, LevelFacts};
pub use picture::Picture;
pub use slide::{Level, REGION_PIXELS, Slide, TileExtent};

use probe::Probe;

pub mod label;

/// Bytes that can be read at any place: a file, an object in a store, or memory.
pub trait ReadAt: Send + Sync {
    /// Size in bytes.
    fn size(&self) -> u64;

    /// Fills `buffer` from `offset`; a read beyond the end is an error.
    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()>;
}

impl ReadAt for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| std::io::ErrorKind::UnexpectedEof)?;
        let end = start
            .checked_add(buffer.len())
            .ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let bytes = self
            .get(start..end)
            .ok_or(std::io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> u64 {
        self.as_slice().size()
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.as_slice().read_exact_at(offset, buffer)
    }
}

/// One file of a slide as it was delivered. The name is patient data and decides nothing.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// Its name on the scanner.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a dyn ReadAt,
}

impl std::fmt::Debug for Member<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Member([phi], {} bytes)", self.bytes.size())
    }
}

/// A format: how to know it, and what to do with it.
struct Format {
    recognise: fn(&Probe<'_>) -> bool,
    then: Then,
}

enum Then {
    /// Open the member of this place.
    Open(fn(&Probe<'_>, u16) -> Result<Slide, Error>),
    /// Say what it is and what the sender can do.
    Refuse {
        format: &'static str,
        remedy: &'static str,
    },
}

const EXPORT: &str = "export it from the scanner's viewer as SVS or tiled TIFF";

const fn refuse(
    recognise: fn(&Probe<'_>) -> bool,
    format: &'static str,
    remedy: &'static str,
) -> Format {
    Format {
        recognise,
        then: Then::Refuse { format, remedy },
    }
}

const fn read(
    recognise: fn(&Probe<'_>) -> bool,
    open: fn(&Probe<'_>, u16) -> Result<Slide, Error>,
) -> Format {
    Format {
        recognise,
        then: Then::Open(open),
    }
}

/// Every format, in the order they are tried: the specific before the general.
const FORMATS: &[Format] = &[
    refuse(recognise::dicom, "a DICOM slide", EXPORT),
    refuse(recognise::zeiss, "a Zeiss CZI slide", EXPORT),
    refuse(recognise::mirax, "a MIRAX slide", EXPORT),
    refuse(recognise::hamamatsu_vms, "a Hamamatsu VMS slide", EXPORT),
    refuse(recognise::hamamatsu, "a Hamamatsu NDPI slide", EXPORT),
    read(aperio::recognise, aperio::open),
    refuse(recognise::philips, "a Philips slide", EXPORT),
    refuse(recognise::leica, "a Leica SCN slide", EXPORT),
    refuse(recognise::ventana, "a Ventana BIF slide", EXPORT),
    refuse(recognise::trestle, "a Trestle slide", EXPORT),
    refuse(
        recognise::ome,
        "an OME-TIFF",
        "export it as SVS or as a tiled TIFF without OME metadata",
    ),
    read(generic_tiff::recognise, generic_tiff::open),
    refuse(
        recognise::any_tiff,
        "an untiled TIFF",
        "save it as a tiled TIFF with a pyramid, or export the slide as SVS",
    ),
    refuse(
        recognise::jpeg,
        "a JPEG picture, not a slide",
        "send the slide itself, as SVS or tiled TIFF",
    ),
    refuse(
        recognise::png,
        "a PNG picture, not a slide",
        "send the slide itself, as SVS or tiled TIFF",
    ),
    refuse(
        recognise::zip,
        "a ZIP archive",
        "unpack it and send the files of the slide",
    ),
];

/// Opens the slide that these members are, whatever their names.
pub fn open(members: &[Member<'_>]) -> Result<Slide, Error> {
    if !members.is_empty() && members.iter().all(|member| member.bytes.size() == 0) {
        return Err(Error::Empty);
    }
    let probes = members
        .iter()
        .map(|member| Probe::look(member.bytes))
        .collect::<Result<Vec<_>, _>>()?;
    for format in FORMATS {
        let recognised = |probe: &&Probe<'_>| (format.recognise)(probe);
        let Some(place) = probes.iter().position(|probe| recognised(&probe)) else {
            continue;
        };
        return match format.then {
            Then::Refuse { format, remedy } => Err(Error::NotReadYet { format, remedy }),
            Then::Open(open) => match probes.iter().filter(recognised).count() {
                1 => open(&probes[place], place as u16),
                count => Err(Error::SeveralSlides { count }),
            },
        };
    }
    let walked = probes.into_iter().find_map(|probe| probe.tiff.err());
    Err(walked.unwrap_or(Error::Unrecognised))
}

#[cfg(test)]
mod tests;
