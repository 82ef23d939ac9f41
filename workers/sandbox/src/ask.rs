//! The parent's handle of one scan in one child: what can be asked of it.

use pathology::formats::{Area, TileExtent};
use pathology::pyramid::geometry::{Region, TileAt};
use pathology::pyramid::quality::{Quality, Thresholds};

use crate::link::Link;
use crate::protocol::{Ask, FRAME_BYTES, Form, Inspected, Placed, ReadCode, Reply, Sheet};
use crate::whole::{ToMake, ToVerify};
use crate::{Enforced, Error, answers};

/// Bytes of tiles handed to a child at once; a frame holds twice as many.
pub const PLACED_BYTES: usize = 8 << 20;

/// A running child, which holds one scan. Dropping it kills it.
///
/// After any error but [`Error::Refused`] the child has ended, and further asks fail.
#[derive(Debug)]
pub struct Child {
    link: Link,
    inspected: Inspected,
    enforced: Option<Enforced>,
}

impl Child {
    pub(crate) async fn open(mut link: Link) -> Result<Self, Error> {
        let (mut seen, mut enforced) = (None, None);
        let mut take = |reply| match reply {
            Reply::Confined(holds) => {
                enforced = Some(holds);
                Ok(false)
            }
            Reply::Opened(structure) => {
                seen = Some(answers::inspected(*structure)?);
                Ok(true)
            }
            _ => Err(answers::UNEXPECTED),
        };
        let open = link.opening()?;
        link.ask(&open, &mut take).await?;
        let inspected = seen.ok_or(answers::UNEXPECTED)?;
        Ok(Self {
            link,
            inspected,
            enforced,
        })
    }

    /// What the kernel holds this child to; it said so before it read a byte of the slide.
    pub const fn enforced(&self) -> Option<Enforced> {
        self.enforced
    }

    /// What the slide is; read when the child was opened.
    pub const fn inspected(&self) -> &Inspected {
        &self.inspected
    }

    /// The number of its process while it runs, to measure or to name it.
    pub fn process_id(&self) -> Option<u32> {
        self.link.process_id()
    }

    /// Hands the extents of a level to `sink`, at most 4,096 at a time, row by row: one for every
    /// tile of the level's grid, whatever the child says. `offset + length` is the child's claim:
    /// compare it with the member's size.
    pub async fn extents(
        &mut self,
        image: u16,
        level: u16,
        mut sink: impl FnMut(Vec<TileExtent>) + Send,
    ) -> Result<(), Error> {
        let found = self
            .inspected
            .levels
            .iter()
            .find(|seen| (seen.image, seen.level) == (image, level));
        let mut order = answers::RowByRow::new(found, self.link.members())?;
        let mut take = |reply| match reply {
            Reply::Extents(extents) => {
                sink(order.place(&extents)?);
                Ok(false)
            }
            Reply::Done => order.finished().map(|()| true),
            _ => Err(answers::UNEXPECTED),
        };
        self.link
            .ask(&Ask::Extents { image, level }, &mut take)
            .await
    }

    /// Begins to make every tile of a level that is made, and of the levels that are made with it: see
    /// [`Making::next`].
    pub async fn make(&mut self, asked: ToMake) -> Result<Making<'_>, Error> {
        let mut levels = self.inspected.levels.iter();
        let found = levels.find(|seen| (seen.image, seen.level) == (asked.image, asked.level));
        let expected = answers::Whole::made(found, &asked)?;
        self.link.begin(&Ask::Make(asked)).await?;
        let link = &mut self.link;
        Ok(Making { link, expected })
    }

    /// Begins to decode every tile of a published tileset: see [`Verifying::next`].
    pub async fn verify(&mut self, asked: ToVerify) -> Result<Verifying<'_>, Error> {
        let expected = answers::Whole::verified(&asked);
        self.link.begin(&Ask::Verify(asked)).await?;
        let link = &mut self.link;
        Ok(Verifying { link, expected })
    }

    /// One tile as it is served: the stored JPEG with its shared tables.
    pub async fn tile(&mut self, at: TileAt) -> Result<Vec<u8>, Error> {
        self.file(Ask::Tile { at }).await
    }

    /// A rectangle of a level as a PNG file: `x` and `y` in level-0 pixels, `width` and `height` in
    /// the level's.
    pub async fn region(
        &mut self,
        image: u16,
        level: u16,
        region: Region,
    ) -> Result<Vec<u8>, Error> {
        let ask = Ask::Region {
            image,
            level,
            region,
        };
        self.file(ask).await
    }

    /// A picture beside the pyramid (`label`, `macro`, `thumbnail`) as a PNG file.
    pub async fn associated(&mut self, name: &str) -> Result<Vec<u8>, Error> {
        let name = name.to_owned();
        self.file(Ask::Associated { name }).await
    }

    /// The codes on the label (or, without one, on the overview of the glass) and in the metadata.
    pub async fn codes(&mut self) -> Result<Vec<ReadCode>, Error> {
        let mut codes = Vec::new();
        let mut take = |reply| match reply {
            Reply::Codes(found) => {
                codes = found;
                Ok(true)
            }
            _ => Err(answers::UNEXPECTED),
        };
        self.link.ask(&Ask::Codes, &mut take).await?;
        Ok(codes)
    }

    /// What the scan is like, judged by these thresholds, and its heat map as a PNG file of at most
    /// 256 KiB.
    pub async fn quality(&mut self, thresholds: &Thresholds) -> Result<(Quality, Vec<u8>), Error> {
        let (mut seen, mut png) = (None, Vec::new());
        let mut take = |reply| match reply {
            Reply::Quality(quality) if seen.is_none() => {
                seen = Some(answers::quality(*quality)?);
                Ok(false)
            }
            Reply::Piece(piece) if png.len() + piece.len() <= answers::HEAT_MAP_BYTES => {
                png.extend_from_slice(&piece);
                Ok(false)
            }
            Reply::Piece(_) => Err(Error::OutputTooLarge {
                limit_bytes: answers::HEAT_MAP_BYTES as u64,
            }),
            Reply::Done => Ok(true),
            _ => Err(answers::UNEXPECTED),
        };
        let thresholds = *thresholds;
        self.link
            .ask(&Ask::Quality { thresholds }, &mut take)
            .await?;
        Ok((seen.ok_or(answers::UNEXPECTED)?, png))
    }

    /// Takes a white canvas of one level; the one before it is dropped.
    pub async fn canvas(&mut self, sheet: Sheet) -> Result<(), Error> {
        self.done(&Ask::Canvas(sheet)).await
    }

    /// Puts tiles on the canvas: at most [`PLACED_BYTES`] of them at once.
    pub async fn place(&mut self, tiles: Vec<Placed>) -> Result<(), Error> {
        self.done(&Ask::Place { tiles }).await
    }

    /// JPEG tiles, so many to a row, as one JPEG without loss: at most [`PLACED_BYTES`] of them. Refused as
    /// [`crate::Refusal::NotShowable`] where their streams do not allow it; a canvas does then.
    pub async fn join(&mut self, tiles: Vec<Vec<u8>>, columns: u16) -> Result<Vec<u8>, Error> {
        self.file(Ask::Join { tiles, columns }).await
    }

    /// What an area of the canvas looks like at this size, as a file.
    pub async fn look(
        &mut self,
        area: Area,
        (width, height): (u32, u32),
        form: Form,
    ) -> Result<Vec<u8>, Error> {
        let ask = Ask::Look {
            area,
            width,
            height,
            form,
        };
        self.file(ask).await
    }

    async fn done(&mut self, ask: &Ask) -> Result<(), Error> {
        let mut take = |reply| match reply {
            Reply::Done => Ok(true),
            _ => Err(answers::UNEXPECTED),
        };
        self.link.ask(ask, &mut take).await
    }

    async fn file(&mut self, ask: Ask) -> Result<Vec<u8>, Error> {
        let limit_bytes = self.link.settings().max_output_bytes;
        let mut file = Vec::new();
        let mut take = |reply| match reply {
            Reply::Piece(piece) if (file.len() + piece.len()) as u64 > limit_bytes => {
                Err(Error::OutputTooLarge { limit_bytes })
            }
            Reply::Piece(piece) => {
                file.extend_from_slice(&piece);
                Ok(false)
            }
            Reply::Done => Ok(true),
            _ => Err(answers::UNEXPECTED),
        };
        self.link.ask(&ask, &mut take).await?;
        Ok(file)
    }
}

/// A tile that a child made, a JPEG stream of the level's tile size; empty where the scanner left it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeTile {
    /// Which tile.
    pub at: TileAt,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A level in the making. The child waits while nobody asks for more; dropping this half-way ends the child's use.
pub struct Making<'a> {
    link: &'a mut Link,
    expected: answers::Whole,
}

impl Making<'_> {
    /// The next tiles of the level or of those made with it, at most 16 MiB of them; `None` when there was one for
    /// every tile of every grid. That each comes once is the caller's to see.
    pub async fn next(&mut self) -> Result<Option<Vec<MadeTile>>, Error> {
        let checked = match self.link.next_reply(FRAME_BYTES).await? {
            Reply::Derived(derived) => self.expected.derived(&derived).map(Some),
            Reply::Done => self.expected.finished().map(|()| None),
            _ => Err(answers::UNEXPECTED),
        };
        match checked {
            Ok(None) => {
                self.link.over();
                Ok(None)
            }
            Ok(tiles) => Ok(tiles),
            Err(why) => Err(self.link.abandon(why).await),
        }
    }
}

/// What the verification pass has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Tiles were decoded, and these were made of them; there may be none yet.
    Tiles(Vec<MadeTile>),
    /// A tile is not what was published, or cannot be decoded; the pass ends with it.
    Spoilt {
        /// Which tile.
        at: TileAt,
        /// Why, in one line.
        what: String,
    },
}

/// A verification under way. The child waits while nobody asks for more; dropping this half-way ends the
/// child's use.
pub struct Verifying<'a> {
    link: &'a mut Link,
    expected: answers::Whole,
}

impl Verifying<'_> {
    /// The next word of the pass; `None` when every tile was decoded. Made tiles are JPEG streams of the tile
    /// size of a level that was asked for; that each comes once is the caller's to see.
    pub async fn next(&mut self) -> Result<Option<Found>, Error> {
        let checked = match self.link.next_reply(FRAME_BYTES).await? {
            Reply::Derived(derived) => self.expected.derived(&derived).map(Found::Tiles).map(Some),
            Reply::Spoilt { at, what } => Ok(Some(Found::Spoilt {
                at,
                what: answers::line(&what),
            })),
            Reply::Done => self.expected.finished().map(|()| None),
            _ => Err(answers::UNEXPECTED),
        };
        match checked {
            Ok(None) => {
                self.link.over();
                Ok(None)
            }
            Ok(found) => Ok(found),
            Err(why) => Err(self.link.abandon(why).await),
        }
    }
}
