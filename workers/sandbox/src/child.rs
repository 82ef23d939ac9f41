//! The child's whole life: restrict itself, read one scan, answer until the parent hangs up.
//!
//! It prints nothing: a panic ends the process with [`PANICKED`] and no words, because the words
//! could be a patient's.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use pathology::formats::{self, Codec, Error, Picture, ReadAt, Slide, jpeg, label};

use crate::confine::{Readable, confine};
use crate::easel::Easel;
use crate::members::{self, Line};
use crate::protocol::{
    Ask, CodeOrigin, EXTENTS_A_FRAME, Extent, Limits, OpenMember, PIECE_BYTES, ReadCode, Refusal,
    Reply, Structure, Through, VERSION,
};
use crate::verify::verify;
use crate::whole::{Frames, ToMake};
use crate::{limits, openslide};

/// A member's name and bytes.
type Opened = (String, Box<dyn ReadAt>);

/// Exit code of a child that panicked.
pub(crate) const PANICKED: u8 = 101;
/// Exit code of a child that could not restrict itself, and therefore read nothing.
pub(crate) const UNRESTRICTED: u8 = 78;

/// Runs this process as a child: the hidden command `sandbox-child` calls it first thing.
pub fn child_main() -> ExitCode {
    tested_child_main(|_| ())
}

/// [`child_main`] that calls `attempt` with the name of the first member once it is restricted: for tests
/// of what a child cannot do.
pub fn tested_child_main(attempt: fn(&str)) -> ExitCode {
    std::panic::set_hook(Box::new(|_| std::process::exit(PANICKED.into())));
    match live(attempt) {
        Ok(code) => code,
        // The parent has gone or speaks nonsense; there is nobody to tell.
        Err(_) => ExitCode::FAILURE,
    }
}

fn live(attempt: fn(&str)) -> io::Result<ExitCode> {
    limits::die_with_parent()?;
    let line = Line::take()?;
    line.send(&Reply::Ready { version: VERSION })?;
    match line.receive()? {
        Some(Ask::Open {
            limits,
            members,
            through: Some(through),
            ..
        }) => read_through(&limits, &through, members, &line),
        Some(Ask::Open {
            limits,
            members,
            beside,
            ..
        }) => read(&limits, (members, beside), &line, attempt),
        Some(Ask::Confine { limits }) => confined(&limits, None, &line),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Reads the scan ourselves; the last `beside` members are objects of its tileset.
fn read(
    limits: &Limits,
    (members, beside): (Vec<OpenMember>, u16),
    line: &Arc<Line>,
    attempt: fn(&str),
) -> io::Result<ExitCode> {
    let opened = match members::open(members, line) {
        Ok(opened) => opened,
        Err(why) => {
            line.send(&Reply::Unreadable(why.to_string()))?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let code = confined(limits, None, line)?;
    if code == ExitCode::SUCCESS {
        attempt(opened.first().map_or("", |(name, _)| name));
        let (files, objects) = opened.split_at(opened.len().saturating_sub(beside.into()));
        let member = files.iter().map(|(name, bytes)| formats::Member {
            name,
            bytes: bytes.as_ref(),
        });
        let members: Vec<_> = member.collect();
        answer_all(formats::open(&members), members, objects, line)?;
    }
    Ok(code)
}

/// Has OpenSlide read the scan: it is loaded before the child confines itself, and sees a file only after.
fn read_through(
    limits: &Limits,
    through: &Through,
    objects: Vec<OpenMember>,
    line: &Arc<Line>,
) -> io::Result<ExitCode> {
    let path = |bytes: &[u8]| PathBuf::from(OsString::from_vec(bytes.to_vec()));
    let Some(library) = openslide::Library::load(&path(&through.library)) else {
        // Who asks knows how to say it: it has seen what the slide is.
        line.send(&cannot(""))?;
        return Ok(ExitCode::SUCCESS);
    };
    let objects = match members::open(objects, line) {
        Ok(objects) => objects,
        Err(why) => {
            line.send(&Reply::Unreadable(why.to_string()))?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let readable = Readable {
        folder: path(&through.folder),
        files: through
            .files
            .iter()
            .map(|file| path(file.expose()))
            .collect(),
    };
    let code = confined(limits, Some(&readable), line)?;
    if code == ExitCode::SUCCESS {
        let names: Vec<&str> = through
            .names
            .iter()
            .map(|name| name.expose().as_str())
            .collect();
        let slide = openslide::open(&library, &readable.folder, &names);
        answer_all(slide, Vec::new(), &objects, line)?;
    }
    Ok(code)
}

fn cannot(reason: &str) -> Reply {
    Reply::Refused {
        kind: Refusal::NeedsOpenSlide,
        reason: reason.to_owned(),
    }
}

/// Gives up what decoding does not need, and says what holds; a code other than success: read nothing.
fn confined(limits: &Limits, readable: Option<&Readable>, line: &Line) -> io::Result<ExitCode> {
    match confine(limits, readable) {
        // Only landlock can tell the scan's files from all others.
        Ok(enforced) if readable.is_some() && enforced.landlock == 0 => {
            line.send(&cannot(
                "it is read through OpenSlide, which needs a kernel with landlock here: enable it at boot (lsm=landlock)",
            ))?;
            Ok(ExitCode::from(UNRESTRICTED))
        }
        Ok(enforced) if enforced.is_full() || !limits.in_full => {
            line.send(&Reply::Confined(enforced))?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(enforced) => {
            line.send(&Reply::Confined(enforced))?;
            Ok(ExitCode::from(UNRESTRICTED))
        }
        Err(_) => Ok(ExitCode::from(UNRESTRICTED)),
    }
}

fn answer_all(
    slide: Result<Slide, Error>,
    members: Vec<formats::Member<'_>>,
    objects: &[Opened],
    line: &Line,
) -> io::Result<()> {
    let slide = match slide {
        Ok(slide) => slide,
        Err(why) => return line.send(&refusal(&why)),
    };
    line.send(&Reply::Opened(Box::new(Structure {
        facts: slide.facts().clone(),
        levels: slide.levels().iter().map(Into::into).collect(),
    })))?;
    let mut scan = Scan {
        slide,
        members,
        objects,
        line,
        easel: None,
    };
    while let Some(ask) = line.receive()? {
        if let Err(why) = scan.answer(ask) {
            line.send(&refusal(&why))?;
        }
    }
    Ok(())
}

struct Scan<'a> {
    slide: Slide,
    members: Vec<formats::Member<'a>>,
    /// The index and the derived packs, for [`Ask::Verify`].
    objects: &'a [Opened],
    line: &'a Line,
    easel: Option<Easel>,
}

impl Scan<'_> {
    fn answer(&mut self, ask: Ask) -> Result<(), Error> {
        let members = &self.members;
        match ask {
            Ask::Open { .. } | Ask::Confine { .. } => {
                return Err(io::Error::other("the scan is open already").into());
            }
            Ask::Extents { image, level } => self.extents(image, level)?,
            Ask::Make(asked) => self.make(&asked)?,
            Ask::Verify(asked) => {
                let objects: Vec<_> = self.objects.iter().map(|(_, b)| b.as_ref()).collect();
                verify(&self.slide, members, &objects, &asked, self.line)?;
            }
            Ask::Tile { at } => self.stream(&self.slide.tile(members, at)?)?,
            Ask::Region {
                image,
                level,
                region,
            } => {
                let place = self.place(image, level)?;
                let picture = self.slide.region(members, place, region)?;
                self.stream(&picture.to_png()?)?;
            }
            Ask::Associated { name } => {
                let picture = self.slide.associated(members, &name)?;
                self.stream(&picture.to_png()?)?;
            }
            Ask::Quality { thresholds } => {
                let (quality, heat) =
                    formats::quality::look_over(&self.slide, members, &thresholds)?;
                let png = heat.to_png()?;
                self.line.send(&Reply::Quality(Box::new(quality)))?;
                self.stream(&png)?;
            }
            Ask::Codes => self.line.send(&Reply::Codes(self.codes()?))?,
            Ask::Canvas(sheet) => {
                self.easel = Some(Easel::new(&self.slide, sheet)?);
                self.line.send(&Reply::Done)?;
            }
            Ask::Place { tiles } => {
                let easel = self.easel.as_mut().ok_or(Error::EmptyRegion)?;
                easel.place(&self.slide, &tiles)?;
                self.line.send(&Reply::Done)?;
            }
            Ask::Join { tiles, columns } => {
                let tiles: Vec<_> = tiles.iter().map(Vec::as_slice).collect();
                let joined = jpeg::stitch(&tiles, columns.into());
                self.stream(&joined.map_err(|_| Error::NotShowable { codec: Codec::Jpeg })?)?;
            }
            Ask::Look {
                area,
                width,
                height,
                form,
            } => {
                let easel = self.easel.as_ref().ok_or(Error::EmptyRegion)?;
                self.stream(&easel.look(area, (width, height), form)?)?;
            }
        }
        Ok(())
    }

    fn stream(&self, file: &[u8]) -> io::Result<()> {
        for piece in file.chunks(PIECE_BYTES) {
            self.line.send(&Reply::Piece(piece.to_vec()))?;
        }
        self.line.send(&Reply::Done)
    }

    fn place(&self, image: u16, level: u16) -> Result<usize, Error> {
        self.slide.place(image, level).ok_or(Error::NoSuchTile)
    }

    fn extents(&self, image: u16, level: u16) -> Result<(), Error> {
        let place = self.place(image, level)?;
        let mut held = Vec::with_capacity(EXTENTS_A_FRAME);
        self.slide.extents(&self.members, place, &mut |tile| {
            held.push(Extent {
                member: tile.member,
                offset: tile.offset,
                length: tile.length,
            });
            if held.len() == EXTENTS_A_FRAME {
                let full = std::mem::replace(&mut held, Vec::with_capacity(EXTENTS_A_FRAME));
                self.line.send(&Reply::Extents(full))?;
            }
            Ok(())
        })?;
        self.line.send(&Reply::Extents(held))?;
        self.line.send(&Reply::Done)?;
        Ok(())
    }

    fn make(&self, asked: &ToMake) -> Result<(), Error> {
        let place = self.place(asked.image, asked.level)?;
        let halves = asked.grids.get(1..).unwrap_or_default();
        let mut frames = Frames::new(self.line, asked);
        self.slide.make(&self.members, place, halves, &mut |tile| {
            frames.done(u64::from(tile.step == 0));
            frames.take(&tile)
        })?;
        frames.send()?;
        self.line.send(&Reply::Done)?;
        Ok(())
    }

    /// What the scanner wrote, and what we read off the label ourselves; off the overview of the
    /// whole glass where the slide has no label picture.
    fn codes(&self) -> Result<Vec<ReadCode>, Error> {
        let embedded = self.slide.facts().barcode.clone();
        let mut codes: Vec<_> = embedded
            .map(|value| ReadCode {
                value,
                origin: CodeOrigin::Embedded,
            })
            .into_iter()
            .collect();
        for (name, origin) in [
            ("label", CodeOrigin::LabelPicture),
            ("macro", CodeOrigin::MacroPicture),
        ] {
            if let Some(picture) = self.picture(name)? {
                let read = label::read_codes(picture.width, picture.height, &picture.rgb);
                codes.extend(read.into_iter().map(|value| ReadCode { value, origin }));
                break;
            }
        }
        Ok(codes)
    }

    /// A picture beside the pyramid, or `None` where there is none that can be decoded: a slide
    /// with a spoiled label is a slide without a code, which a person resolves.
    fn picture(&self, name: &str) -> Result<Option<Picture>, Error> {
        match self.slide.associated(&self.members, name) {
            Ok(picture) => Ok(Some(picture)),
            Err(Error::Io(why)) => Err(Error::Io(why)),
            Err(_) => Ok(None),
        }
    }
}

fn refusal(why: &Error) -> Reply {
    let kind = match why {
        Error::Io(why) => return Reply::Unreadable(why.to_string()),
        Error::Empty => Refusal::Empty,
        Error::Unrecognised => Refusal::Unrecognised,
        Error::NotASlide { .. } => Refusal::NotASlide,
        Error::NotReadYet { .. } => Refusal::NotReadYet,
        Error::NeedsOpenSlide { .. } => Refusal::NeedsOpenSlide,
        Error::SeveralSlides { .. } | Error::Strangers { .. } => Refusal::SeveralSlides,
        Error::Truncated { .. } => Refusal::Truncated,
        Error::Damaged { .. } => Refusal::Damaged,
        Error::TooLarge { .. } => Refusal::TooLarge,
        Error::NoSuchTile => Refusal::NoSuchTile,
        Error::EmptyRegion => Refusal::EmptyRegion,
        Error::NoSuchImage(_) => Refusal::NoSuchImage,
        Error::NotShowable { .. } => Refusal::NotShowable,
    };
    Reply::Refused {
        kind,
        reason: why.to_string(),
    }
}
