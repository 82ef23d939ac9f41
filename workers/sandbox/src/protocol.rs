//! The frames both sides exchange: a `u32` little-endian length, then that many bytes of postcard.
//!
//! ```text
//!   child  ─ Ready{version} ─▶ parent                        before anything of a slide is touched
//!   parent ─ Ask ─▶ child      then, until the ask is over:
//!                  child ─ NeedBytes ─▶ parent ─ Bytes ─▶ child        (brokered members only)
//!                  child ─ Confined ─▶ parent                           (once, before a byte of the slide)
//!                  child ─ Extents … | Quality, Piece … | Derived … ─▶ parent   (streamed)
//!                  child ─ Opened | Codes | Done | Refused | Unreadable ─▶ parent   (the ask is over)
//! ```
//!
//! No frame is longer than [`FRAME_BYTES`]; the parent accepts less from a child (see
//! [`Ask::reply_bytes`]) because a decoded frame may be some times larger than its bytes.

use pathology::formats::{Area, Codec, Colour, Facts, Level};
use pathology::phi::Phi;
use pathology::pyramid::geometry::{Grid, Region, TileAt};
use pathology::pyramid::quality::{Quality, Thresholds};
use serde::{Deserialize, Serialize};

pub(crate) use crate::frames::{Heard, frame, hear, receive, send};
use crate::whole::{Derived, ToMake, ToVerify};

use crate::Enforced;

/// Both sides must come from the same version of the binary.
pub(crate) const VERSION: u32 = 8;
/// Largest frame in either direction.
pub(crate) const FRAME_BYTES: u32 = 16 << 20;
/// Largest piece of a picture, and of a brokered read.
pub(crate) const PIECE_BYTES: usize = 1 << 20;
/// Extents in one frame at most.
pub(crate) const EXTENTS_A_FRAME: usize = 4 << 10;

/// What a slide is, as far as serving it needs.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// What the slide says about itself.
    pub facts: Facts,
    /// The native levels, largest first, each with its grid, codec, shared tables and colour.
    pub levels: Vec<Level>,
}

/// A code found on a slide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCode {
    /// What the code says.
    pub value: Phi<String>,
    /// Where it was found.
    pub origin: CodeOrigin,
}

/// Where a code was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeOrigin {
    /// Read by us from the picture of the label.
    LabelPicture,
    /// Read by us from the overview picture of the whole glass.
    MacroPicture,
    /// Written by the scanner into the slide's metadata.
    Embedded,
}

/// Why a slide, or an ask about it, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The file has no bytes.
    Empty,
    /// No format we know.
    Unrecognised,
    /// A picture or a document, not a slide.
    NotASlide,
    /// A format or a way of storing that this version does not read.
    NotReadYet,
    /// Only OpenSlide reads it, and OpenSlide cannot be used here.
    NeedsOpenSlide,
    /// Several slides came as one.
    SeveralSlides,
    /// The bytes end early.
    Truncated,
    /// The bytes contradict the format.
    Damaged,
    /// Beyond a limit.
    TooLarge,
    /// No such tile or level.
    NoSuchTile,
    /// A region without pixels.
    EmptyRegion,
    /// No picture of that name.
    NoSuchImage,
    /// A browser cannot show the tile as it is stored.
    NotShowable,
}

impl Refusal {
    /// The stable code of the refusal, as trays and problems show it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unrecognised => "unrecognised",
            Self::NotASlide => "not_a_slide",
            Self::NotReadYet => "not_read_yet",
            Self::NeedsOpenSlide => "needs_openslide",
            Self::SeveralSlides => "several_slides",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::TooLarge => "too_large",
            Self::NoSuchTile => "no_such_tile",
            Self::EmptyRegion => "empty_region",
            Self::NoSuchImage => "no_such_image",
            Self::NotShowable => "not_showable",
        }
    }
}

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// First and once: restrict yourself and read the structure of this scan.
    Open {
        limits: Limits,
        members: Vec<OpenMember>,
        /// Read it through OpenSlide; `members` has only the objects of the tileset then.
        through: Option<Box<Through>>,
        /// How many of the members, the last ones, are objects of the tileset and no files of the slide.
        beside: u16,
    },
    /// Instead of a scan: restrict yourself, say what holds, and end.
    Confine { limits: Limits },
    /// Every extent of a level, row by row.
    Extents { image: u16, level: u16 },
    /// Every tile of a level that has to be made, and of the levels made with it.
    Make(ToMake),
    /// Every tile of a published tileset, each once, and the levels made of them.
    Verify(ToVerify),
    /// A tile as it is served.
    Tile { at: TileAt },
    /// A rectangle of a level, as PNG.
    Region {
        image: u16,
        level: u16,
        region: Region,
    },
    /// A picture beside the pyramid, as PNG.
    Associated { name: String },
    /// The codes on the label and in the metadata.
    Codes,
    /// What the scan is like, and its heat map as PNG.
    Quality { thresholds: Thresholds },
    /// Take a white canvas of one level; the one before it is dropped.
    Canvas(Sheet),
    /// Put tiles on the canvas.
    Place { tiles: Vec<Placed> },
    /// These JPEG tiles, so many to a row, as one JPEG without loss; refused where their streams do not allow it.
    Join { tiles: Vec<Vec<u8>>, columns: u16 },
    /// What an area of the canvas looks like at this size.
    Look {
        area: Area,
        width: u32,
        height: u32,
        form: Form,
    },
}

/// A canvas, and how the tiles that will be placed on it are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The native level (image, level) whose stored bytes are placed; `None` for JPEG streams of their own.
    pub stored_as: Option<(u16, u16)>,
    /// The grid of the level.
    pub grid: Grid,
    /// Its left edge and its top, in pixels of the level.
    pub corner: (u32, u32),
    /// Its width and height, in pixels of the level; at most [`pathology::formats::CANVAS_PIXELS`].
    pub size: (u32, u32),
}

/// A tile to be placed: its bytes were read and checked by the parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Tiles from the left.
    pub column: u32,
    /// Tiles from the top.
    pub row: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The file a picture comes as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    /// Without loss.
    Png,
    /// With this quality, 1 to 100.
    Jpeg(u8),
}

impl Ask {
    /// Longest frame the parent accepts in answer to this ask.
    pub(crate) const fn reply_bytes(&self) -> u32 {
        match self {
            Self::Open { .. } | Self::Extents { .. } => 2 << 20,
            Self::Tile { .. }
            | Self::Region { .. }
            | Self::Associated { .. }
            | Self::Quality { .. }
            | Self::Join { .. }
            | Self::Look { .. } => PIECE_BYTES as u32 + 64,
            Self::Make(_) | Self::Verify(_) => FRAME_BYTES,
            Self::Codes => 64 << 10,
            Self::Confine { .. } => 64,
            Self::Canvas(_) | Self::Place { .. } => 4 << 10,
        }
    }
}

/// What the child may use. It sets these on itself before it reads a byte of the slide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub(crate) memory_bytes: u64,
    pub(crate) cpu_seconds: u64,
    pub(crate) threads: u32,
    /// Read nothing unless the kernel holds every part of [`Enforced`].
    pub(crate) in_full: bool,
}

/// A scan whose files OpenSlide opens by their names. Paths are the bytes of Unix paths.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Through {
    /// OpenSlide's library; empty: the one the system knows.
    pub(crate) library: Vec<u8>,
    /// The private folder with the files under their names.
    pub(crate) folder: Vec<u8>,
    /// The files in it.
    pub(crate) names: Vec<Phi<String>>,
    /// Where each of them really lies.
    pub(crate) files: Vec<Phi<Vec<u8>>>,
}

/// One file of the scan, as the child gets at it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenMember {
    pub(crate) name: Phi<String>,
    pub(crate) access: OpenAccess,
}

/// How the child gets at a member.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum OpenAccess {
    /// Opened by the child, read-only, before it restricts itself; the bytes are those of a Unix path.
    Path(Phi<Vec<u8>>),
    /// Asked of the parent.
    Brokered { size: u64 },
}

/// The parent's answer to [`Reply::NeedBytes`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

/// From the child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// The program runs and speaks this version.
    Ready { version: u32 },
    /// It has restricted itself: what the kernel holds it to.
    Confined(Enforced),
    /// Bytes of a brokered member are needed.
    NeedBytes {
        member: u16,
        offset: u64,
        length: u32,
    },
    /// The structure of the slide.
    Opened(Box<Structure>),
    /// The next extents, in order.
    Extents(Vec<Extent>),
    /// Tiles were decoded or made, and these came of them.
    Derived(Derived),
    /// A tile is not what was published, or cannot be decoded.
    Spoilt { at: TileAt, what: String },
    /// The next bytes of a picture.
    Piece(Vec<u8>),
    /// The codes found.
    Codes(Vec<ReadCode>),
    /// What the scan is like; the heat map's bytes follow.
    Quality(Box<Quality>),
    /// All was sent.
    Done,
    /// The slide, or the ask, is wrong.
    Refused { kind: Refusal, reason: String },
    /// The bytes of the slide could not be read; the slide is not to blame.
    Unreadable(String),
}

/// [`Inspected`] on the wire.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Structure {
    pub(crate) facts: Facts,
    pub(crate) levels: Vec<WireLevel>,
}

/// [`Level`] on the wire.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WireLevel {
    pub(crate) image: u16,
    pub(crate) level: u16,
    pub(crate) grid: Grid,
    pub(crate) codec: Codec,
    pub(crate) tables: Option<Vec<u8>>,
    pub(crate) colour: Colour,
    pub(crate) made: bool,
    pub(crate) decoded: bool,
}

/// An extent on the wire: its address follows from the order.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Extent {
    pub(crate) member: u16,
    pub(crate) offset: u64,
    pub(crate) length: u32,
}

impl From<&Level> for WireLevel {
    fn from(level: &Level) -> Self {
        Self {
            image: level.image,
            level: level.level,
            grid: level.grid,
            codec: level.codec,
            tables: level.tables.as_deref().map(<[u8]>::to_vec),
            colour: level.colour,
            made: level.made,
            decoded: level.decoded,
        }
    }
}

impl From<WireLevel> for Level {
    fn from(level: WireLevel) -> Self {
        Self {
            image: level.image,
            level: level.level,
            grid: level.grid,
            codec: level.codec,
            tables: level.tables.map(Into::into),
            colour: level.colour,
            made: level.made,
            decoded: level.decoded,
        }
    }
}
