//! Why a slide cannot be read, in words a person can act on.

use super::Codec;

/// Every way reading a slide can fail. Each message is one line: what it is and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The scanner has not written anything.
    #[error("the file is empty: the scanner has not written it; send it again")]
    Empty,
    /// No format of ours starts like this.
    #[error(
        "this is not a slide format we know: export it from the scanner as SVS or tiled TIFF, and send every file of the slide"
    )]
    Unrecognised,
    /// A format, or a way of storing pixels, that is known and not read by this version.
    #[error("this is {format}, which this version does not read yet: {remedy}")]
    NotReadYet {
        /// What it is, with its article: "a Hamamatsu NDPI slide".
        format: &'static str,
        /// What the sender can do.
        remedy: &'static str,
    },
    /// A format that is read through OpenSlide, which is not in the core.
    #[error(
        "this is {format}, which is read through OpenSlide: install it (Debian: libopenslide0, PyPI: openslide-bin) and name its library in sandbox.openslide"
    )]
    NeedsOpenSlide {
        /// What it is, with its article: "a MIRAX slide".
        format: &'static str,
    },
    /// A file people keep beside slides, and no slide.
    #[error("this is {format}, not a slide: {remedy}")]
    NotASlide {
        /// What it is, with its article: "a JPEG picture".
        format: &'static str,
        /// What the sender can do.
        remedy: &'static str,
    },
    /// Several files that are each a whole slide came as one.
    #[error("{count} slides came as one: send each slide on its own")]
    SeveralSlides {
        /// How many of the members are slides.
        count: usize,
    },
    /// The files of one delivery do not belong together.
    #[error("the files are of different {what}: send each slide on its own")]
    Strangers {
        /// What differs: "patients", "series".
        what: &'static str,
    },
    /// The bytes end before something the file refers to.
    #[error("the file ends early: {found} of at least {expected} bytes arrived; send it again")]
    Truncated {
        /// Bytes the file should have at least.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// The bytes contradict the format.
    #[error("the slide is damaged: {what}; scan or send it again")]
    Damaged {
        /// What was found, and where.
        what: String,
    },
    /// A count or a size beyond what any scanner writes, or more than we hold in memory.
    #[error("{what} is larger than we accept: {limit} at most")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The largest value accepted.
        limit: u64,
    },
    /// The tile is outside the level's grid, or the level is not there.
    #[error("there is no such tile: look at the levels of the slide for its columns and rows")]
    NoSuchTile,
    /// A region of no pixels was asked for.
    #[error("a region needs a width and a height of at least one pixel")]
    EmptyRegion,
    /// No associated image has this name.
    #[error("the slide has no image named {0:?}: ask for one of those it lists")]
    NoSuchImage(String),
    /// The tile is there, and a browser cannot show it as it is stored.
    #[error("the tiles are stored as {codec}, which a browser cannot show: ask for a region")]
    NotShowable {
        /// How the tiles are stored.
        codec: Codec,
    },
    /// The bytes could not be read.
    #[error("the bytes of the slide could not be read: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// The bytes contradict the format; `what` says which and where.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
