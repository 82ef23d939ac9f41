//! Slides of any maker, read from any [`ReadAt`].
//!
//! ```text
//! members ─▶ probe (first bytes, TIFF directories) ─▶ FORMATS, top to bottom ─▶ Slide, or why not
//! ```
//!
//! The content decides what a slide is; a file's name never does. Memory is bounded for any input: what
//! a file declares is checked against limits before anything is read or allocated.

mod aperio;
mod assembled;
mod associated;
mod canvas;
mod codec;
pub mod conformance;
mod decode;
mod dicom;
mod elsewhere;
mod embedded;
mod error;
mod facts;
mod generic_tiff;
mod hamamatsu;
pub mod jpeg;
mod jpeg2000;
mod leica;
mod levels;
mod made;
mod ome_tiff;
mod overlapped;
mod philips;
mod picture;
mod probe;
pub mod quality;
mod raster;
mod recognise;
mod slide;
mod tiff;
mod trestle;
mod ventana;
mod xml;

pub use canvas::{Area, CANVAS_PIXELS, Canvas};
pub use codec::{Codec, Colour};
pub use elsewhere::{Elsewhere, Made};
pub use error::Error;
pub use facts::{AssociatedFacts, Facts, ImageFacts, LevelFacts};
pub use made::{HALVED_QUALITY, Maker, RowOfTiles, TileSink};
pub use picture::Picture;
pub use raster::Kept;
pub use slide::{Level, REGION_PIXELS, Slide, TileExtent};

use probe::Probe;

pub mod label;
pub mod synthetic;

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

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        (**self).read_exact_at(offset, buffer)
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
type Format = (fn(&Probe<'_>) -> bool, Then);

#[derive(Clone, Copy)]
enum Then {
    /// Open the one member that is of this format; two of them are two slides.
    Open(fn(&Probe<'_>) -> Result<Slide, Error>),
    /// Open all members that are of this format: they are the files of one slide.
    OpenAll(fn(&[&Probe<'_>]) -> Result<Slide, Error>),
    /// A slide that OpenSlide reads and we do not: what it is.
    OpenSlide(&'static str),
    /// No slide: what it is, and what the sender can do.
    Never(&'static str, &'static str),
}
use Then::{Never, Open, OpenAll, OpenSlide};

/// Every format, in the order they are tried: the specific before the general.
const FORMATS: &[Format] = &[
    (recognise::dicom, OpenAll(dicom::open)),
    (recognise::zeiss, OpenSlide("a Zeiss CZI slide")),
    (recognise::sakura, OpenSlide("a Sakura slide")),
    (recognise::mirax, OpenSlide("a MIRAX slide")),
    (recognise::hamamatsu_vms, OpenSlide("a Hamamatsu VMS slide")),
    (hamamatsu::recognise, Open(hamamatsu::open)),
    (aperio::recognise, Open(aperio::open)),
    (philips::recognise, Open(philips::open)),
    (leica::recognise, Open(leica::open)),
    (ventana::recognise, Open(ventana::open)),
    (trestle::recognise, Open(trestle::open)),
    (ome_tiff::recognise, Open(ome_tiff::open)),
    (generic_tiff::recognise, Open(generic_tiff::open)),
    (recognise::jpeg, Never("a JPEG picture", SEND_THE_SLIDE)),
    (recognise::png, Never("a PNG picture", SEND_THE_SLIDE)),
    (
        recognise::zip,
        Never("a ZIP archive", "unpack it and send the files of the slide"),
    ),
];
/// Files a slide may have: a MIRAX folder has some hundred.
const MEMBERS: usize = 4_096;
const SEND_THE_SLIDE: &str = "send what the scanner wrote, as SVS or tiled TIFF";

/// Opens the slide that these members are, whatever their names.
pub fn open(members: &[Member<'_>]) -> Result<Slide, Error> {
    if !members.is_empty() && members.iter().all(|member| member.bytes.size() == 0) {
        return Err(Error::Empty);
    }
    if members.len() > MEMBERS {
        return Err(Error::TooLarge {
            what: "the number of files of a slide",
            limit: MEMBERS as u64,
        });
    }
    let probes = (0..members.len() as u16)
        .map(|member| Probe::look(members, member))
        .collect::<Result<Vec<_>, _>>()?;
    for (recognise, then) in FORMATS {
        let recognised = |probe: &&Probe<'_>| recognise(probe);
        let Some(place) = probes.iter().position(|probe| recognised(&probe)) else {
            continue;
        };
        return match *then {
            OpenSlide(format) => Err(Error::NeedsOpenSlide { format }),
            Never(format, remedy) => Err(Error::NotASlide { format, remedy }),
            OpenAll(open) => open(&probes.iter().filter(recognised).collect::<Vec<_>>()),
            Open(open) => match probes.iter().filter(recognised).count() {
                1 => open(&probes[place]),
                count => Err(Error::SeveralSlides { count }),
            },
        };
    }
    let walked = probes.into_iter().find_map(|probe| probe.tiff.err());
    Err(walked.unwrap_or(Error::Unrecognised))
}

#[cfg(test)]
mod tests;
