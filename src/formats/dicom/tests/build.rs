//! Instances built element by element, with a picture that tells every place from every other.

use crate::dicom::{DataSet, Tag, beginning};

pub(super) const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub(super) const JPEG: &str = "1.2.840.10008.1.2.4.50";
pub(super) const RLE: &str = "1.2.840.10008.1.2.5";
const WHOLE_SLIDE: &str = "1.2.840.10008.5.1.4.1.1.77.1.6";

/// What helps to find the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Native,
    Basic,
    Empty,
    Extended,
    /// Every frame in two fragments, with a basic table.
    Split,
}

/// One instance, and what is said of it.
#[derive(Debug, Clone)]
pub(super) struct Built {
    pub(super) syntax: &'static str,
    pub(super) class: &'static str,
    pub(super) kind: &'static str,
    pub(super) size: (u32, u32),
    pub(super) frame: (u16, u16),
    pub(super) frames: Vec<Vec<u8>>,
    pub(super) said_frames: Option<String>,
    pub(super) samples: u16,
    pub(super) bits: u16,
    pub(super) photometric: &'static str,
    pub(super) planar: u16,
    pub(super) table: Table,
    pub(super) full: bool,
    /// Column, row (from 1) and height in microns of each frame.
    pub(super) places: Vec<(u32, u32, Option<&'static str>)>,
    pub(super) focal_planes: u32,
    pub(super) paths: Vec<&'static str>,
    /// Number, how many, frames before.
    pub(super) part: Option<(u16, u16, u32)>,
    pub(super) uid: String,
    pub(super) series: &'static str,
    pub(super) patient: &'static str,
    pub(super) reference: &'static str,
    pub(super) container: &'static str,
    pub(super) icc: Vec<u8>,
}

/// The colour of a pixel of the whole picture.
pub(super) fn pixel(x: u32, y: u32) -> [u8; 3] {
    [x as u8 * 3, y as u8 * 5, (x ^ y) as u8]
}

/// One frame of the picture, padded with black.
pub(super) fn frame(size: (u32, u32), side: (u16, u16), column: u32, row: u32) -> Vec<u8> {
    let (wide, high) = (u32::from(side.0), u32::from(side.1));
    let places =
        (0..high).flat_map(|y| (0..wide).map(move |x| (column * wide + x, row * high + y)));
    let colours = places.flat_map(|(x, y)| {
        if x < size.0 && y < size.1 {
            pixel(x, y)
        } else {
            [0; 3]
        }
    });
    colours.collect()
}

/// All frames of the picture, row by row.
pub(super) fn frames(size: (u32, u32), side: (u16, u16)) -> Vec<Vec<u8>> {
    let columns = size.0.div_ceil(side.0.into());
    let rows = size.1.div_ceil(side.1.into());
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    places
        .map(|(column, row)| frame(size, side, column, row))
        .collect()
}

impl Built {
    /// A level of bare RGB samples.
    pub(super) fn level(size: (u32, u32)) -> Self {
        Self {
            syntax: EXPLICIT,
            class: WHOLE_SLIDE,
            kind: "VOLUME",
            size,
            frame: (16, 16),
            frames: frames(size, (16, 16)),
            said_frames: None,
            samples: 3,
            bits: 8,
            photometric: "RGB",
            planar: 0,
            table: Table::Native,
            full: true,
            places: Vec::new(),
            focal_planes: 1,
            paths: vec!["1"],
            part: None,
            uid: format!("2.25.{}{}", size.0, size.1),
            series: "2.25.7",
            patient: "P1",
            reference: "2.25.8",
            container: "C-1",
            icc: Vec::new(),
        }
    }

    /// The same in JPEG frames.
    pub(super) fn jpeg(size: (u32, u32), table: Table) -> Self {
        let level = Self::level(size);
        let stream = |rgb: &Vec<u8>| {
            let picture = crate::formats::Picture {
                width: 16,
                height: 16,
                rgb: rgb.clone(),
            };
            picture.to_jpeg(90).unwrap()
        };
        Self {
            syntax: JPEG,
            photometric: "YBR_FULL_422",
            table,
            frames: level.frames.iter().map(stream).collect(),
            ..level
        }
    }

    /// A picture beside the slide, in one frame.
    pub(super) fn beside(kind: &'static str, size: (u16, u16)) -> Self {
        let whole = (u32::from(size.0), u32::from(size.1));
        Self {
            kind,
            frame: size,
            frames: frames(whole, size),
            uid: format!("2.25.9{}{}", size.0, size.1),
            ..Self::level(whole)
        }
    }

    /// The file.
    pub(super) fn file(&self) -> Vec<u8> {
        let mut file = beginning(self.syntax, self.class, &self.uid);
        let mut data = DataSet::default();
        self.identity(&mut data);
        self.geometry(&mut data);
        self.groups(&mut data);
        self.pixels(&mut data);
        file.extend(data.bytes());
        file
    }

    fn identity(&self, data: &mut DataSet) {
        let kind = format!("ORIGINAL\\PRIMARY\\{}\\NONE", self.kind);
        data.text(Tag::IMAGE_TYPE, *b"CS", &kind);
        data.text(Tag::SOP_CLASS_UID, *b"UI", self.class);
        data.text(Tag::SOP_INSTANCE_UID, *b"UI", &self.uid);
        data.text(Tag::PATIENT_ID, *b"LO", self.patient);
        data.text(Tag::STUDY_INSTANCE_UID, *b"UI", "2.25.6");
        data.text(Tag::SERIES_INSTANCE_UID, *b"UI", self.series);
        data.text(Tag::FRAME_OF_REFERENCE_UID, *b"UI", self.reference);
        if let Some((number, parts, before)) = self.part {
            data.text(Tag::CONCATENATION_UID, *b"UI", "2.25.5");
            data.short(Tag::IN_CONCATENATION_NUMBER, number);
            data.short(Tag::IN_CONCATENATION_TOTAL_NUMBER, parts);
            data.long(Tag::CONCATENATION_FRAME_OFFSET_NUMBER, before);
        }
        if self.full {
            data.text(Tag::DIMENSION_ORGANIZATION_TYPE, *b"CS", "TILED_FULL");
        }
    }

    fn geometry(&self, data: &mut DataSet) {
        data.short(Tag::SAMPLES_PER_PIXEL, self.samples);
        data.text(Tag::PHOTOMETRIC_INTERPRETATION, *b"CS", self.photometric);
        data.short(Tag::PLANAR_CONFIGURATION, self.planar);
        let frames = self.said_frames.clone();
        let frames = frames.unwrap_or_else(|| self.frames.len().to_string());
        data.text(Tag::NUMBER_OF_FRAMES, *b"IS", &frames);
        data.short(Tag::ROWS, self.frame.1);
        data.short(Tag::COLUMNS, self.frame.0);
        data.short(Tag::BITS_ALLOCATED, self.bits);
        data.text(Tag::CONTAINER_IDENTIFIER, *b"LO", self.container);
        data.long(Tag::TOTAL_PIXEL_MATRIX_COLUMNS, self.size.0);
        data.long(Tag::TOTAL_PIXEL_MATRIX_ROWS, self.size.1);
        let path = |id: &&str| {
            let mut item = DataSet::default();
            item.put(Tag::ICC_PROFILE, *b"OB", &self.icc);
            item.text(Tag::OPTICAL_PATH_IDENTIFIER, *b"SH", id);
            item.text(Tag::OBJECTIVE_LENS_POWER, *b"DS", "20");
            item
        };
        let paths: Vec<DataSet> = self.paths.iter().map(path).collect();
        data.sequence(Tag::OPTICAL_PATH_SEQUENCE, &paths);
        data.long(Tag::NUMBER_OF_OPTICAL_PATHS, self.paths.len() as u32);
        data.long(Tag::TOTAL_PIXEL_MATRIX_FOCAL_PLANES, self.focal_planes);
    }

    fn groups(&self, data: &mut DataSet) {
        let mut measures = DataSet::default();
        measures.text(Tag::SPACING_BETWEEN_SLICES, *b"DS", "0.002");
        measures.text(Tag::PIXEL_SPACING, *b"DS", "0.0005\\0.00025");
        let mut shared = DataSet::default();
        shared.sequence(Tag::PIXEL_MEASURES_SEQUENCE, &[measures]);
        data.sequence(Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, &[shared]);
        let place = |(column, row, height): &(u32, u32, Option<&str>)| {
            let mut position = DataSet::default();
            if let Some(height) = height {
                let tag = Tag::Z_OFFSET_IN_SLIDE_COORDINATE_SYSTEM;
                position.text(tag, *b"DS", height);
            }
            let columns = Tag::COLUMN_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX;
            position.put(columns, *b"SL", &column.to_le_bytes());
            let rows = Tag::ROW_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX;
            position.put(rows, *b"SL", &row.to_le_bytes());
            let mut item = DataSet::default();
            item.sequence(Tag::PLANE_POSITION_SLIDE_SEQUENCE, &[position]);
            item
        };
        if !self.places.is_empty() {
            let places: Vec<DataSet> = self.places.iter().map(place).collect();
            data.sequence(Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, &places);
        }
    }

    fn pixels(&self, data: &mut DataSet) {
        if self.table == Table::Native {
            return data.put(Tag::PIXEL_DATA, *b"OB", &self.frames.concat());
        }
        let split = self.table == Table::Split;
        let pieces = |frame: &Vec<u8>| match frame.split_at(frame.len() / 4 * 2) {
            (left, right) if split => vec![left.to_vec(), right.to_vec()],
            _ => vec![frame.clone()],
        };
        let (mut offsets, mut at) = (Vec::new(), 0_u64);
        for frame in &self.frames {
            offsets.push(at);
            let padded = |piece: &Vec<u8>| 8 + piece.len().next_multiple_of(2) as u64;
            at += pieces(frame).iter().map(padded).sum::<u64>();
        }
        if self.table == Table::Extended {
            let wide = |numbers: Vec<u64>| numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
            let lengths = self.frames.iter().map(|frame| frame.len() as u64).collect();
            let (offsets, lengths): (Vec<u8>, Vec<u8>) = (wide(offsets.clone()), wide(lengths));
            data.put(Tag::EXTENDED_OFFSET_TABLE, *b"OV", &offsets);
            data.put(Tag::EXTENDED_OFFSET_TABLE_LENGTHS, *b"OV", &lengths);
        }
        data.begin_frames();
        let basic = matches!(self.table, Table::Basic | Table::Split);
        let table = offsets.iter().filter(|_| basic);
        let table: Vec<u8> = table
            .flat_map(|offset| (*offset as u32).to_le_bytes())
            .collect();
        data.item(&table);
        for piece in self.frames.iter().flat_map(pieces) {
            data.item(&piece);
        }
        data.end_frames();
    }
}
