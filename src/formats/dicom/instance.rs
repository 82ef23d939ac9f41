//! One DICOM file as we understand it: what it shows, how, and to whom it belongs.

use super::super::probe::Probe;
use super::super::{Codec, Colour, Error};
use super::attributes::{self, Attributes, Place};
use super::frames::Pixels;
use super::syntax::{self, Syntax};
use super::{Bytes, FRAMES};
use crate::dicom::{self, Tag, decimals, texts};
use crate::phi::Phi;
use crate::pyramid::geometry::Grid;

/// Longest side of a matrix, in pixels.
const SIDE: u32 = 1 << 24;

/// Bytes of a decoded frame.
const FRAME_BYTES: u64 = 64 << 20;

/// What the picture is of, by the third value of its image type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Volume,
    Label,
    Overview,
    Thumbnail,
    Other,
}

/// One instance.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) member: u16,
    pub(super) kind: Kind,
    pub(super) owner: Owner,
    /// Its own UID.
    pub(super) uid: String,
    /// The whole matrix and its frames.
    pub(super) grid: Grid,
    /// How many frames it says it has.
    pub(super) frames: u32,
    pub(super) samples: Samples,
    /// Frames fill the matrix in order; otherwise each says where it lies.
    pub(super) full: bool,
    pub(super) focal_planes: u32,
    pub(super) optical_paths: u32,
    /// Height above the glass of the first focal plane, and the step to the next, in nanometres.
    pub(super) height: Option<i32>,
    pub(super) step: Option<i32>,
    pub(super) part: Option<Part>,
    pub(super) mpp: [Option<f64>; 2],
    pub(super) objective: Option<f64>,
    pub(super) barcode: Option<Phi<String>>,
    /// Optical paths: identifier and description.
    pub(super) paths: Vec<(String, String)>,
    pub(super) places: Vec<Place>,
    pub(super) pixels: Pixels,
    pub(super) icc: Option<(u64, u32)>,
}

/// To whom and to what an instance belongs; equal in all instances of a slide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) patient: Phi<String>,
    pub(super) study: String,
    pub(super) series: String,
    pub(super) container: Phi<String>,
    pub(super) reference: String,
}

/// Which part of a concatenation an instance is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) of: String,
    /// From 1.
    pub(super) number: u32,
    pub(super) parts: Option<u32>,
    /// Frames in the parts before it.
    pub(super) first: u32,
}

/// How the samples of a frame are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Samples {
    pub(super) codec: Codec,
    pub(super) each: u8,
    /// Red, green and blue lie apart.
    pub(super) planar: bool,
    pub(super) inverted: bool,
    pub(super) colour: Colour,
    /// The standard's word for the colours.
    pub(super) photometric: &'static str,
}

/// Reads the member as an instance.
pub(super) fn read(probe: &Probe<'_>) -> Result<Instance, Error> {
    let bytes = Bytes(probe.bytes);
    let start = dicom::start(&bytes)?;
    if let Some(class) = &start.sop_class {
        syntax::is_whole_slide(class)?;
    }
    let syntax = syntax::of(start.transfer_syntax.as_deref())?;
    let said = attributes::collect(&bytes, start.at, syntax.implicit)?;
    syntax::is_whole_slide(&said.text(Tag::SOP_CLASS_UID).unwrap_or_default())?;
    let grid = grid(&said)?;
    let samples = samples(&said, syntax)?;
    let frames = frames(&said, grid)?;
    let heights = heights(&said);
    Ok(Instance {
        member: probe.member,
        kind: kind(&said),
        owner: owner(&said),
        uid: said.text(Tag::SOP_INSTANCE_UID).unwrap_or_default(),
        grid,
        frames,
        samples,
        full: said.text(Tag::DIMENSION_ORGANIZATION_TYPE).as_deref() == Some("TILED_FULL"),
        focal_planes: count(&said, Tag::TOTAL_PIXEL_MATRIX_FOCAL_PLANES)?,
        optical_paths: optical_paths(&said)?,
        height: heights.0,
        step: heights.1,
        part: part(&said),
        mpp: microns(&said),
        objective: said
            .decimal(Tag::OBJECTIVE_LENS_POWER)
            .filter(|power| *power > 0.0),
        barcode: barcode(&said),
        pixels: Pixels::of(&said, syntax)?,
        icc: icc(&bytes, &said),
        paths: said.paths,
        places: said.places,
    })
}

fn kind(said: &Attributes) -> Kind {
    let words = texts(said.bytes(Tag::IMAGE_TYPE));
    match words.get(2).map(String::as_str) {
        Some("VOLUME") => Kind::Volume,
        Some("LABEL") => Kind::Label,
        Some("OVERVIEW") => Kind::Overview,
        Some("THUMBNAIL") => Kind::Thumbnail,
        _ => Kind::Other,
    }
}

fn owner(said: &Attributes) -> Owner {
    let text = |tag| said.text(tag).unwrap_or_default();
    Owner {
        patient: Phi::new(text(Tag::PATIENT_ID)),
        study: text(Tag::STUDY_INSTANCE_UID),
        series: text(Tag::SERIES_INSTANCE_UID),
        container: Phi::new(text(Tag::CONTAINER_IDENTIFIER)),
        reference: text(Tag::FRAME_OF_REFERENCE_UID),
    }
}

fn grid(said: &Attributes) -> Result<Grid, Error> {
    let missing = || Error::damaged("an instance does not say how large it is");
    let side = |tag| match said.number(tag) {
        None | Some(0) => Err(missing()),
        Some(side) if side > SIDE => Err(Error::TooLarge {
            what: "a side of an image, in pixels,",
            limit: SIDE.into(),
        }),
        Some(side) => Ok(side),
    };
    let (tile_width, tile_height) = (side(Tag::COLUMNS)?, side(Tag::ROWS)?);
    let whole = |tag, frame| match said.number(tag) {
        None => Ok(frame),
        Some(_) => side(tag),
    };
    let grid = Grid {
        width: whole(Tag::TOTAL_PIXEL_MATRIX_COLUMNS, tile_width)?,
        height: whole(Tag::TOTAL_PIXEL_MATRIX_ROWS, tile_height)?,
        tile_width,
        tile_height,
    };
    if u64::from(tile_width) * u64::from(tile_height) * 3 > FRAME_BYTES {
        return Err(Error::TooLarge {
            what: "a decoded frame, in bytes,",
            limit: FRAME_BYTES,
        });
    }
    if grid.tiles() > FRAMES {
        return Err(attributes::too_many_frames());
    }
    Ok(grid)
}

/// What we can make pixels of: 8 bits, one sample or three, in the colours listed here.
fn samples(said: &Attributes, syntax: Syntax) -> Result<Samples, Error> {
    let refused = |format| {
        Err(Error::NotReadYet {
            format,
            remedy: "export it with 8 bits a sample, as RGB or YBR_FULL_422",
        })
    };
    match said.number(Tag::BITS_ALLOCATED) {
        Some(8) if said.number(Tag::PIXEL_REPRESENTATION).unwrap_or(0) == 0 => {}
        Some(16) => return refused("a DICOM slide with 16 bits a sample"),
        _ => return refused("a DICOM slide with samples of an unusual size"),
    }
    let photometric = said
        .text(Tag::PHOTOMETRIC_INTERPRETATION)
        .unwrap_or_default();
    let each = said.number(Tag::SAMPLES_PER_PIXEL).unwrap_or(1);
    let bare = matches!(syntax.codec, Codec::None | Codec::Rle);
    let (colour, photometric) = match (photometric.as_str(), each) {
        ("MONOCHROME1", 1) if bare => (Colour::Grey, "MONOCHROME1"),
        ("MONOCHROME2", 1) => (Colour::Grey, "MONOCHROME2"),
        ("RGB", 3) => (Colour::Rgb, "RGB"),
        ("YBR_FULL", 3) => (Colour::YCbCr, "YBR_FULL"),
        ("YBR_FULL_422", 3) if !bare => (Colour::YCbCr, "YBR_FULL_422"),
        ("YBR_ICT", 3) if !bare => (Colour::Rgb, "YBR_ICT"),
        ("YBR_RCT", 3) if !bare => (Colour::Rgb, "YBR_RCT"),
        ("PALETTE COLOR", _) => return refused("a DICOM slide with a palette of colours"),
        _ => return refused("a DICOM slide with an unusual kind of colours"),
    };
    Ok(Samples {
        codec: syntax.codec,
        each: each as u8,
        planar: syntax.codec == Codec::None
            && each == 3
            && said.number(Tag::PLANAR_CONFIGURATION) == Some(1),
        inverted: photometric == "MONOCHROME1",
        colour,
        photometric,
    })
}

/// Frames the instance says it has: one when it does not say.
fn frames(said: &Attributes, grid: Grid) -> Result<u32, Error> {
    let frames = match said.text(Tag::NUMBER_OF_FRAMES) {
        None => 1,
        Some(text) => text
            .parse::<u64>()
            .map_err(|_| Error::damaged("its number of frames is no number"))?,
    };
    if frames > FRAMES {
        return Err(attributes::too_many_frames());
    }
    if frames == 0 || grid.tiles() == 0 {
        return Err(Error::damaged("an instance has no frames"));
    }
    Ok(frames as u32)
}

/// Focal planes or optical paths: 1 when it does not say.
fn count(said: &Attributes, tag: Tag) -> Result<u32, Error> {
    match said.number(tag).unwrap_or(1) {
        count @ 1..=4_096 => Ok(count),
        _ => Err(Error::damaged(
            "its number of focal planes or optical paths makes no sense",
        )),
    }
}

/// As many as it says, or as it lists.
fn optical_paths(said: &Attributes) -> Result<u32, Error> {
    match said.number(Tag::NUMBER_OF_OPTICAL_PATHS) {
        None => Ok(said.paths.len().max(1) as u32),
        Some(_) => count(said, Tag::NUMBER_OF_OPTICAL_PATHS),
    }
}

fn heights(said: &Attributes) -> (Option<i32>, Option<i32>) {
    let height = said.decimal(Tag::Z_OFFSET_IN_SLIDE_COORDINATE_SYSTEM);
    let step = said.decimal(Tag::SPACING_BETWEEN_SLICES);
    (
        height.map(attributes::nanometres),
        step.map(|millimetres| attributes::nanometres(millimetres * 1_000.0)),
    )
}

fn part(said: &Attributes) -> Option<Part> {
    Some(Part {
        of: said.text(Tag::CONCATENATION_UID)?,
        number: said.number(Tag::IN_CONCATENATION_NUMBER)?,
        parts: said.number(Tag::IN_CONCATENATION_TOTAL_NUMBER),
        first: said
            .number(Tag::CONCATENATION_FRAME_OFFSET_NUMBER)
            .unwrap_or(0),
    })
}

/// Microns a pixel, across and down. The standard writes the distance of rows first, and millimetres.
fn microns(said: &Attributes) -> [Option<f64>; 2] {
    let spacing = decimals(said.bytes(Tag::PIXEL_SPACING));
    let along = |place: usize| {
        let millimetres = spacing.get(place).copied().flatten()?;
        super::super::facts::stated_microns(millimetres * 1_000.0)
    };
    [along(1), along(0)]
}

/// The label's code, or the container's number, which is what most scanners read off the label.
fn barcode(said: &Attributes) -> Option<Phi<String>> {
    let code = said.text(Tag::BARCODE_VALUE);
    let container = || {
        let number = said.text(Tag::CONTAINER_IDENTIFIER);
        number.filter(|number| !matches!(number.to_lowercase().as_str(), "unknown" | "?" | "none"))
    };
    code.or_else(container).map(Phi::new)
}

/// Where the colour profile lies, if it lies inside the file.
fn icc(bytes: &Bytes<'_>, said: &Attributes) -> Option<(u64, u32)> {
    let element = said.icc?;
    let length = element.length.filter(|length| *length > 0)?;
    let end = element.at.checked_add(length)?;
    (end <= bytes.0.size()).then_some((element.at, u32::try_from(length).ok()?))
}
