//! The attributes of an instance that we use, collected in one walk over its data set.
//!
//! Values are bounded one by one; the places of the frames are 12 bytes each, and as many as [`FRAMES`].

use super::super::Error;
use super::{Bytes, FRAMES};
use crate::dicom::{Element, Event, Reader, Tag, decimals, numbers, text};
use std::collections::BTreeMap;

/// Longest text or number read; the longest that matter have 64 characters.
const VALUE_BYTES: u64 = 1_024;

/// Optical paths of an instance: one a stain or wavelength.
const PATHS: usize = 256;

/// Attributes of the data set itself.
const OUTER: [Tag; 26] = [
    Tag::IMAGE_TYPE,
    Tag::SOP_CLASS_UID,
    Tag::SOP_INSTANCE_UID,
    Tag::PATIENT_ID,
    Tag::STUDY_INSTANCE_UID,
    Tag::SERIES_INSTANCE_UID,
    Tag::FRAME_OF_REFERENCE_UID,
    Tag::CONCATENATION_UID,
    Tag::IN_CONCATENATION_NUMBER,
    Tag::IN_CONCATENATION_TOTAL_NUMBER,
    Tag::CONCATENATION_FRAME_OFFSET_NUMBER,
    Tag::DIMENSION_ORGANIZATION_TYPE,
    Tag::SAMPLES_PER_PIXEL,
    Tag::PHOTOMETRIC_INTERPRETATION,
    Tag::PLANAR_CONFIGURATION,
    Tag::NUMBER_OF_FRAMES,
    Tag::ROWS,
    Tag::COLUMNS,
    Tag::BITS_ALLOCATED,
    Tag::PIXEL_REPRESENTATION,
    Tag::CONTAINER_IDENTIFIER,
    Tag::TOTAL_PIXEL_MATRIX_COLUMNS,
    Tag::TOTAL_PIXEL_MATRIX_ROWS,
    Tag::NUMBER_OF_OPTICAL_PATHS,
    Tag::TOTAL_PIXEL_MATRIX_FOCAL_PLANES,
    Tag::BARCODE_VALUE,
];

/// What one instance says.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    values: BTreeMap<Tag, Vec<u8>>,
    /// Optical paths: identifier and description, in the order of their sequence.
    pub(super) paths: Vec<(String, String)>,
    /// Where each frame lies, one an item of the per-frame functional groups.
    pub(super) places: Vec<Place>,
    pub(super) icc: Option<Element>,
    pub(super) offsets: Option<Element>,
    pub(super) lengths: Option<Element>,
    pub(super) pixels: Option<Element>,
}

/// Where a frame says it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Pixels from the left and from the top of the whole matrix, from 1 as the standard counts; 0 when not said.
    pub(super) column: u32,
    pub(super) row: u32,
    /// Height above the glass in nanometres; `i32::MIN` when not said.
    pub(super) height: i32,
    /// Place of its optical path among the paths.
    pub(super) path: u16,
}

impl Place {
    pub(super) const NOWHERE: Self = Self {
        column: 0,
        row: 0,
        height: i32::MIN,
        path: 0,
    };
}

/// Walks the data set that begins at `at`.
pub(super) fn collect(bytes: &Bytes<'_>, at: u64, implicit: bool) -> Result<Attributes, Error> {
    let mut found = Attributes::default();
    let mut reader = Reader::new(bytes, at, implicit);
    while let Some(event) = reader.step()? {
        match event {
            Event::Item => found.begin(&reader)?,
            Event::Element(element) => found.take(&reader, &element)?,
        }
    }
    Ok(found)
}

impl Attributes {
    fn begin(&mut self, reader: &Reader<'_>) -> Result<(), Error> {
        match reader.path() {
            [Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE] => {
                if self.places.len() as u64 >= FRAMES {
                    return Err(too_many_frames());
                }
                self.places.push(Place::NOWHERE);
            }
            [Tag::OPTICAL_PATH_SEQUENCE] => {
                if self.paths.len() >= PATHS {
                    return Err(Error::damaged("it has optical paths without end"));
                }
                self.paths.push(Default::default());
            }
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, reader: &Reader<'_>, element: &Element) -> Result<(), Error> {
        let keep = |place: &mut Option<Element>| {
            place.get_or_insert(*element);
        };
        match (reader.path(), element.tag) {
            ([], Tag::PIXEL_DATA) => keep(&mut self.pixels),
            ([], Tag::EXTENDED_OFFSET_TABLE) => keep(&mut self.offsets),
            ([], Tag::EXTENDED_OFFSET_TABLE_LENGTHS) => keep(&mut self.lengths),
            ([] | [Tag::OPTICAL_PATH_SEQUENCE], Tag::ICC_PROFILE) => keep(&mut self.icc),
            ([], tag) if OUTER.contains(&tag) => self.keep(reader, element)?,
            ([Tag::OPTICAL_PATH_SEQUENCE], _) => self.take_of_path(reader, element)?,
            (
                [
                    Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE
                    | Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
                    Tag::PIXEL_MEASURES_SEQUENCE,
                ],
                Tag::PIXEL_SPACING | Tag::SPACING_BETWEEN_SLICES,
            )
            | (
                [Tag::TOTAL_PIXEL_MATRIX_ORIGIN_SEQUENCE],
                Tag::Z_OFFSET_IN_SLIDE_COORDINATE_SYSTEM,
            ) => self.keep(reader, element)?,
            ([Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, _], _) => {
                self.take_of_frame(reader, element)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The first of several counts. A value that is longer than any that matters counts as not said.
    fn keep(&mut self, reader: &Reader<'_>, element: &Element) -> Result<(), Error> {
        if element.length.is_some_and(|length| length <= VALUE_BYTES)
            && !self.values.contains_key(&element.tag)
        {
            self.values.insert(element.tag, value(reader, element)?);
        }
        Ok(())
    }

    fn take_of_path(&mut self, reader: &Reader<'_>, element: &Element) -> Result<(), Error> {
        let short = element.length.is_some_and(|length| length <= VALUE_BYTES);
        let Some(path) = self.paths.last_mut().filter(|_| short) else {
            return Ok(());
        };
        match element.tag {
            Tag::OPTICAL_PATH_IDENTIFIER => path.0 = words(&value(reader, element)?),
            Tag::OPTICAL_PATH_DESCRIPTION => path.1 = words(&value(reader, element)?),
            Tag::OBJECTIVE_LENS_POWER => self.keep(reader, element)?,
            _ => {}
        }
        Ok(())
    }

    fn take_of_frame(&mut self, reader: &Reader<'_>, element: &Element) -> Result<(), Error> {
        let Some(place) = self.places.last_mut() else {
            return Ok(());
        };
        match element.tag {
            Tag::COLUMN_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX => {
                place.column = position(&value(reader, element)?)?;
            }
            Tag::ROW_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX => {
                place.row = position(&value(reader, element)?)?;
            }
            Tag::Z_OFFSET_IN_SLIDE_COORDINATE_SYSTEM => {
                let microns = decimals(&value(reader, element)?)
                    .first()
                    .copied()
                    .flatten();
                place.height = microns.map_or(i32::MIN, nanometres);
            }
            Tag::OPTICAL_PATH_IDENTIFIER => {
                let id = words(&value(reader, element)?);
                let known = self.paths.iter().position(|(path, _)| *path == id);
                let stranger =
                    || Error::damaged("a frame is of an optical path that is not listed");
                place.path = known.ok_or_else(stranger)? as u16;
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the attribute has a value.
    pub(super) fn text(&self, tag: Tag) -> Option<String> {
        text(self.values.get(&tag)?)
    }

    /// The values of an attribute of several.
    pub(super) fn bytes(&self, tag: Tag) -> &[u8] {
        self.values.get(&tag).map_or(&[], Vec::as_slice)
    }

    /// A number of 16 or 32 bits.
    pub(super) fn number(&self, tag: Tag) -> Option<u32> {
        let value = self.values.get(&tag)?;
        let number = match value.len() {
            2 => numbers::<2>(value).next(),
            _ => numbers::<4>(value).next(),
        };
        number.map(|number| number as u32)
    }

    /// A decimal number, or the first of several.
    pub(super) fn decimal(&self, tag: Tag) -> Option<f64> {
        decimals(self.values.get(&tag)?).first().copied().flatten()
    }
}

/// Heights above the glass as whole numbers, so that they compare.
pub(super) fn nanometres(microns: f64) -> i32 {
    (microns * 1_000.0).round() as i32
}

pub(super) fn too_many_frames() -> Error {
    Error::TooLarge {
        what: "the number of frames of a DICOM instance",
        limit: FRAMES,
    }
}

fn value(reader: &Reader<'_>, element: &Element) -> Result<Vec<u8>, Error> {
    Ok(reader.value(element, VALUE_BYTES as usize)?)
}

fn words(value: &[u8]) -> String {
    text(value).unwrap_or_default()
}

/// A place in the matrix (SL): pixels from 1.
fn position(value: &[u8]) -> Result<u32, Error> {
    let position = numbers::<4>(value).next().unwrap_or(0);
    if (1..=i32::MAX as u64).contains(&position) {
        Ok(position as u32)
    } else {
        Err(Error::damaged("a frame lies outside the matrix"))
    }
}
