//! The child's side of the verification pass: every tile as the index says it is served, decoded once.
//!
//! ```text
//!   index (its header's digest is the parent's word) ─▶ row ─▶ stored bytes ─ tag ─▶ served ─▶ pixels ─▶ ½ ¼ …
//! ```
//!
//! The tag is checked here, on the very bytes that are decoded: a check elsewhere would be of another read.
//! Memory: the index's rows (24 bytes a tile), and the bounds of [`cascade`].

use std::io;

use pathology::formats::{Codec, Error, HALVED_QUALITY, Member, ReadAt, Slide, jpeg};
use pathology::pyramid::cascade::{self, Made, Tiles};
use pathology::pyramid::downsample::Pixels;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{Digest, Header, Page, Recipe, Row, Served};

use crate::members::Line;
use crate::protocol::Reply;
use crate::whole::{Frames, ToMake, ToVerify};

/// Why the pass ends before its end.
enum Stop {
    /// A tile is not what was published, or is no picture.
    Spoilt(TileAt, String),
    /// Something else.
    Other(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Other(error.into())
    }
}

/// Decodes everything and streams what is made; the first tile that is wrong ends it.
pub(crate) fn verify(
    slide: &Slide,
    members: &[Member<'_>],
    objects: &[&dyn ReadAt],
    asked: &ToVerify,
    line: &Line,
) -> Result<(), Error> {
    let tileset = Opened::open(slide, members, objects, asked)?;
    for chain in &asked.chains {
        let level = Level {
            tileset: &tileset,
            chain,
            encoder: jpeg::LevelEncoder::new(HALVED_QUALITY)?,
        };
        let mut frames = Frames::new(line, chain);
        let mut sink = |made: Vec<Made>, decoded| {
            frames.done(decoded);
            made.iter().try_for_each(|tile| frames.take(tile))?;
            Ok(frames.send()?)
        };
        match cascade::run(&level, &chain.grids, &mut sink) {
            Ok(()) => {}
            Err(Stop::Spoilt(at, what)) => {
                line.send(&Reply::Spoilt { at, what })?;
                break;
            }
            Err(Stop::Other(why)) => return Err(why),
        }
    }
    line.send(&Reply::Done)?;
    Ok(())
}

/// The tileset as a server sees it.
struct Opened<'a> {
    slide: &'a Slide,
    members: &'a [Member<'a>],
    packs: &'a [&'a dyn ReadAt],
    header: Header,
    pages: Vec<Page>,
}

impl<'a> Opened<'a> {
    fn open(
        slide: &'a Slide,
        members: &'a [Member<'a>],
        objects: &'a [&'a dyn ReadAt],
        asked: &ToVerify,
    ) -> Result<Self, Error> {
        let (index, packs) = objects
            .split_first()
            .ok_or_else(|| damaged("there is no index"))?;
        let bytes = range(*index, 0, asked.header_length.into())?
            .ok_or_else(|| damaged("the index ends early"))?;
        let digest = Digest(asked.header_digest);
        let header = Header::open_for(asked.scan, asked.generation, &digest, &bytes)
            .map_err(|why| damaged(&why.to_string()))?;
        let mut pages = Vec::with_capacity(header.pages().len());
        for number in 0..header.pages().len() as u32 {
            let place = header.page_range(number).unwrap_or_default();
            let bytes = range(*index, place.start, place.end - place.start)?
                .ok_or_else(|| damaged("the index ends early"))?;
            let page = Page::open(bytes, &header, number);
            pages.push(page.map_err(|why| damaged(&why.to_string()))?);
        }
        Ok(Self {
            slide,
            members,
            packs,
            header,
            pages,
        })
    }

    fn row(&self, at: TileAt) -> Option<Row> {
        let place = self.header.page_of(at)?;
        self.pages.get(place.page as usize)?.row(place.slot).ok()
    }

    /// The stored bytes of a row; `None` where its object ends before it.
    fn stored(&self, row: &Row) -> io::Result<Option<Vec<u8>>> {
        let object = match row.recipe {
            Recipe::Blank | Recipe::Absent => return Ok(Some(Vec::new())),
            Recipe::Derived => self.packs.get(usize::from(row.member)).copied(),
            Recipe::Stored | Recipe::Spliced => {
                let member = self.members.get(usize::from(row.member));
                member.map(|member| member.bytes)
            }
        };
        match object {
            Some(object) => range(object, row.offset, row.length.into()),
            None => Ok(None),
        }
    }
}

/// One level of it.
struct Level<'a> {
    tileset: &'a Opened<'a>,
    chain: &'a ToMake,
    encoder: jpeg::LevelEncoder,
}

impl Level<'_> {
    fn at(&self, column: u32, row: u32) -> TileAt {
        TileAt {
            image: self.chain.image,
            level: self.chain.level,
            column,
            row,
        }
    }
}

impl Tiles for Level<'_> {
    type Error = Stop;

    fn stored(&self, column: u32, row: u32) -> Result<Vec<u8>, Stop> {
        let at = self.at(column, row);
        let spoilt = |what: &str| Stop::Spoilt(at, what.to_owned());
        let row = self.tileset.row(at);
        let row = row.ok_or_else(|| spoilt("the index has no sound row for it"))?;
        let stored = self.tileset.stored(&row)?;
        let stored = stored.ok_or_else(|| spoilt("its file ends before it"))?;
        match self.tileset.header.serve(&row, at, &stored) {
            Ok(Served::Tile(bytes)) => Ok(bytes.into_owned()),
            Ok(Served::Blank | Served::Absent) => Ok(Vec::new()),
            Err(_) => Err(spoilt("its bytes are not those that were published")),
        }
    }

    fn decode(&self, column: u32, row: u32, served: &[u8]) -> Result<Pixels, Stop> {
        let grid = self.chain.grids[0];
        let (width, height) = (grid.tile_width, grid.tile_height);
        if served.is_empty() {
            return Ok(Pixels::white(width, height));
        }
        let at = self.at(column, row);
        let level = self.tileset.header.level_of(at);
        let picture = match level.map(|level| level.codec) {
            Some(Codec::Jpeg) => jpeg::decode(served, width, height),
            _ => self.tileset.slide.decode(at, served),
        };
        match picture {
            Ok(picture) => Ok(Pixels {
                width: picture.width,
                height: picture.height,
                samples: picture.rgb,
            }),
            Err(why) => Err(Stop::Spoilt(at, why.to_string())),
        }
    }

    fn encode(&self, pixels: &Pixels) -> Result<Vec<u8>, Stop> {
        let coded = self
            .encoder
            .encode(&pixels.samples, pixels.width, pixels.height);
        coded.map_err(Stop::Other)
    }
}

fn range(object: &dyn ReadAt, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
    if offset
        .checked_add(length)
        .is_none_or(|end| end > object.size())
    {
        return Ok(None);
    }
    let mut bytes = vec![0; length as usize];
    object.read_exact_at(offset, &mut bytes)?;
    Ok(Some(bytes))
}

fn damaged(why: &str) -> Error {
    Error::Damaged { what: why.into() }
}
