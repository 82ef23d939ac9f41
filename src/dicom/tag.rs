//! The tags this program asks for, by their names in PS3.6.

/// Group and element number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u16, pub u16);

#[expect(missing_docs, reason = "the names are the standard's keywords")]
impl Tag {
    pub const MEDIA_STORAGE_SOP_CLASS_UID: Self = Self(0x0002, 0x0002);
    pub const TRANSFER_SYNTAX_UID: Self = Self(0x0002, 0x0010);
    pub const IMAGE_TYPE: Self = Self(0x0008, 0x0008);
    pub const SOP_CLASS_UID: Self = Self(0x0008, 0x0016);
    pub const SOP_INSTANCE_UID: Self = Self(0x0008, 0x0018);
    pub const PATIENT_ID: Self = Self(0x0010, 0x0020);
    pub const SPACING_BETWEEN_SLICES: Self = Self(0x0018, 0x0088);
    pub const STUDY_INSTANCE_UID: Self = Self(0x0020, 0x000D);
    pub const SERIES_INSTANCE_UID: Self = Self(0x0020, 0x000E);
    pub const FRAME_OF_REFERENCE_UID: Self = Self(0x0020, 0x0052);
    pub const CONCATENATION_UID: Self = Self(0x0020, 0x9161);
    pub const IN_CONCATENATION_NUMBER: Self = Self(0x0020, 0x9162);
    pub const IN_CONCATENATION_TOTAL_NUMBER: Self = Self(0x0020, 0x9163);
    pub const CONCATENATION_FRAME_OFFSET_NUMBER: Self = Self(0x0020, 0x9228);
    pub const DIMENSION_ORGANIZATION_TYPE: Self = Self(0x0020, 0x9311);
    pub const SAMPLES_PER_PIXEL: Self = Self(0x0028, 0x0002);
    pub const PHOTOMETRIC_INTERPRETATION: Self = Self(0x0028, 0x0004);
    pub const PLANAR_CONFIGURATION: Self = Self(0x0028, 0x0006);
    pub const NUMBER_OF_FRAMES: Self = Self(0x0028, 0x0008);
    pub const ROWS: Self = Self(0x0028, 0x0010);
    pub const COLUMNS: Self = Self(0x0028, 0x0011);
    pub const PIXEL_SPACING: Self = Self(0x0028, 0x0030);
    pub const BITS_ALLOCATED: Self = Self(0x0028, 0x0100);
    pub const PIXEL_REPRESENTATION: Self = Self(0x0028, 0x0103);
    pub const ICC_PROFILE: Self = Self(0x0028, 0x2000);
    pub const PIXEL_MEASURES_SEQUENCE: Self = Self(0x0028, 0x9110);
    pub const CONTAINER_IDENTIFIER: Self = Self(0x0040, 0x0512);
    pub const Z_OFFSET_IN_SLIDE_COORDINATE_SYSTEM: Self = Self(0x0040, 0x074A);
    pub const TOTAL_PIXEL_MATRIX_COLUMNS: Self = Self(0x0048, 0x0006);
    pub const TOTAL_PIXEL_MATRIX_ROWS: Self = Self(0x0048, 0x0007);
    pub const TOTAL_PIXEL_MATRIX_ORIGIN_SEQUENCE: Self = Self(0x0048, 0x0008);
    pub const OPTICAL_PATH_SEQUENCE: Self = Self(0x0048, 0x0105);
    pub const OPTICAL_PATH_IDENTIFIER: Self = Self(0x0048, 0x0106);
    pub const OPTICAL_PATH_DESCRIPTION: Self = Self(0x0048, 0x0107);
    pub const OBJECTIVE_LENS_POWER: Self = Self(0x0048, 0x0112);
    pub const OPTICAL_PATH_IDENTIFICATION_SEQUENCE: Self = Self(0x0048, 0x0207);
    pub const PLANE_POSITION_SLIDE_SEQUENCE: Self = Self(0x0048, 0x021A);
    pub const COLUMN_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX: Self = Self(0x0048, 0x021E);
    pub const ROW_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX: Self = Self(0x0048, 0x021F);
    pub const NUMBER_OF_OPTICAL_PATHS: Self = Self(0x0048, 0x0302);
    pub const TOTAL_PIXEL_MATRIX_FOCAL_PLANES: Self = Self(0x0048, 0x0303);
    pub const BARCODE_VALUE: Self = Self(0x2200, 0x0005);
    pub const SHARED_FUNCTIONAL_GROUPS_SEQUENCE: Self = Self(0x5200, 0x9229);
    pub const PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE: Self = Self(0x5200, 0x9230);
    pub const EXTENDED_OFFSET_TABLE: Self = Self(0x7FE0, 0x0001);
    pub const EXTENDED_OFFSET_TABLE_LENGTHS: Self = Self(0x7FE0, 0x0002);
    pub const PIXEL_DATA: Self = Self(0x7FE0, 0x0010);
    pub const ITEM: Self = Self(0xFFFE, 0xE000);
    pub const ITEM_DELIMITATION_ITEM: Self = Self(0xFFFE, 0xE00D);
    pub const SEQUENCE_DELIMITATION_ITEM: Self = Self(0xFFFE, 0xE0DD);
}

/// Sequences that hold what we ask for; the others are stepped over whole where they say how long they are.
const LOOKED_INTO: [Tag; 7] = [
    Tag::PIXEL_MEASURES_SEQUENCE,
    Tag::TOTAL_PIXEL_MATRIX_ORIGIN_SEQUENCE,
    Tag::OPTICAL_PATH_SEQUENCE,
    Tag::OPTICAL_PATH_IDENTIFICATION_SEQUENCE,
    Tag::PLANE_POSITION_SLIDE_SEQUENCE,
    Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
    Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
];

impl Tag {
    /// Whether the sequence holds what we ask for.
    pub(super) fn is_looked_into(self) -> bool {
        LOOKED_INTO.contains(&self)
    }

    /// From its four bytes, little endian.
    pub(super) const fn of([a, b, c, d]: [u8; 4]) -> Self {
        Self(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))
    }
}
