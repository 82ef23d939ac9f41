//! One directory: its entries, and their values when asked for.

use super::super::{Error, ReadAt};
use super::array::{Array, span};
use super::{DIRECTORIES, Form};

/// Entries a directory may have.
const ENTRIES: u64 = 4_096;

/// Bytes of a text that are read; metadata of some makers carries whole pictures behind its start.
const TEXT_BYTES: u64 = 64 << 10;

/// Tags by their names in TIFF 6.0 and its supplements.
pub(crate) mod tag {
    pub(crate) const SUBFILE_TYPE: u16 = 254;
    pub(crate) const WIDTH: u16 = 256;
    pub(crate) const HEIGHT: u16 = 257;
    pub(crate) const BITS: u16 = 258;
    pub(crate) const COMPRESSION: u16 = 259;
    pub(crate) const PHOTOMETRIC: u16 = 262;
    pub(crate) const DESCRIPTION: u16 = 270;
    pub(crate) const MAKE: u16 = 271;
    pub(crate) const STRIP_OFFSETS: u16 = 273;
    pub(crate) const SAMPLES: u16 = 277;
    pub(crate) const STRIP_ROWS: u16 = 278;
    pub(crate) const STRIP_LENGTHS: u16 = 279;
    pub(crate) const X_RESOLUTION: u16 = 282;
    pub(crate) const Y_RESOLUTION: u16 = 283;
    pub(crate) const PLANAR: u16 = 284;
    pub(crate) const RESOLUTION_UNIT: u16 = 296;
    pub(crate) const SOFTWARE: u16 = 305;
    pub(crate) const PREDICTOR: u16 = 317;
    pub(crate) const TILE_WIDTH: u16 = 322;
    pub(crate) const TILE_HEIGHT: u16 = 323;
    pub(crate) const TILE_OFFSETS: u16 = 324;
    pub(crate) const TILE_LENGTHS: u16 = 325;
    pub(crate) const SUB_DIRECTORIES: u16 = 330;
    pub(crate) const SAMPLE_FORMAT: u16 = 339;
    pub(crate) const JPEG_TABLES: u16 = 347;
    pub(crate) const XMP: u16 = 700;
    pub(crate) const ICC: u16 = 34_675;
    pub(crate) const HAMAMATSU: u16 = 65_420;
    pub(crate) const SOURCE_LENS: u16 = 65_421;
    pub(crate) const FOCAL_PLANE: u16 = 65_424;
    pub(crate) const MCU_STARTS: u16 = 65_426;
    pub(crate) const REFERENCE: u16 = 65_427;
    pub(crate) const MCU_STARTS_HIGH: u16 = 65_432;
}

/// An entry: what it is and where its values lie.
#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    at: u64,
    /// Bits of a value inside the entry above those that lie there.
    above: u64,
}

/// The entries of one image.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    form: Form,
    entries: Vec<Entry>,
}

impl Directory {
    /// Reads the directory at `offset`, and the offset of the next one.
    pub(super) fn read(bytes: &dyn ReadAt, form: Form, offset: u64) -> Result<(Self, u64), Error> {
        let (head, each, next) = if form.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = form.order.number(&span(bytes, offset, head)?);
        if count > ENTRIES {
            return Err(Error::TooLarge {
                what: "the number of tags of an image",
                limit: ENTRIES,
            });
        }
        // NDPI: the next offset has 64 bits, and behind it stand the high words of all entries.
        let (next, words) = if form.high_words {
            (8, 4 * count)
        } else {
            (next, 0)
        };
        let table = span(bytes, offset + head, count * each + next + words)?;
        let (table, rest) = table.split_at((count * each) as usize);
        let (next, words) = rest.split_at(next as usize);
        let places = (offset + head..).step_by(each as usize);
        let high = words
            .chunks_exact(4)
            .map(|word| form.order.number(word) << 32);
        let high = high.chain(std::iter::repeat(0));
        let entries = places.zip(table.chunks_exact(each as usize)).zip(high);
        let entries = entries
            .filter_map(|((at, raw), high)| Entry::read(form, at, raw, high))
            .collect();
        Ok((Self { form, entries }, form.order.number(next)))
    }

    /// Whether the tag is there.
    pub(crate) fn has(&self, tag: u16) -> bool {
        self.entry(tag).is_some()
    }

    /// The first number of a tag; `None` when the tag is missing or no number.
    pub(crate) fn number(&self, bytes: &dyn ReadAt, tag: u16) -> Result<Option<u64>, Error> {
        match self.array(tag) {
            Some(array) if array.count() > 0 => array.one(bytes, 0).map(Some),
            _ => Ok(None),
        }
    }

    /// The first fraction of a tag; infinite or not a number where it divides by zero.
    pub(crate) fn fraction(&self, bytes: &dyn ReadAt, tag: u16) -> Result<Option<f64>, Error> {
        let Some(entry) = self
            .entry(tag)
            .filter(|entry| entry.kind == 5 && entry.count > 0)
        else {
            return Ok(None);
        };
        let raw = span(bytes, entry.at, 8)?;
        let part = |range| self.form.order.number(&raw[range]) as f64;
        Ok(Some(part(0..4) / part(4..8)))
    }

    /// The first signed number of a tag (TIFF's SLONG); `None` when it is missing or of another kind.
    pub(crate) fn signed(&self, bytes: &dyn ReadAt, tag: u16) -> Result<Option<i32>, Error> {
        Ok(self.word(bytes, tag, 9)?.map(u32::cast_signed))
    }

    /// The first number of a tag with a decimal point (TIFF's FLOAT), as [`Self::signed`].
    pub(crate) fn float(&self, bytes: &dyn ReadAt, tag: u16) -> Result<Option<f32>, Error> {
        Ok(self.word(bytes, tag, 11)?.map(f32::from_bits))
    }

    /// The first four bytes of a tag of this kind.
    fn word(&self, bytes: &dyn ReadAt, tag: u16, kind: u16) -> Result<Option<u32>, Error> {
        let entry = self
            .entry(tag)
            .filter(|entry| entry.kind == kind && entry.count > 0);
        let Some(entry) = entry else {
            return Ok(None);
        };
        let word = span(bytes, entry.at, 4)?;
        Ok(Some(self.form.order.number(&word) as u32))
    }

    /// How many entries it has.
    pub(super) const fn tags(&self) -> usize {
        self.entries.len()
    }

    /// The first `most` bytes of a tag, empty when it is missing.
    pub(crate) fn block(&self, bytes: &dyn ReadAt, tag: u16, most: u64) -> Result<Vec<u8>, Error> {
        let Some(entry) = self
            .entry(tag)
            .filter(|entry| matches!(entry.kind, 1 | 2 | 6 | 7))
        else {
            return Ok(Vec::new());
        };
        span(bytes, entry.at, entry.count.min(most))
    }

    /// Where the bytes of a tag lie, and how many they are; `None` when the tag is missing or holds numbers.
    pub(super) fn place(&self, tag: u16) -> Option<(u64, u64)> {
        let entry = self.entry(tag)?;
        matches!(entry.kind, 1 | 2 | 6 | 7).then_some((entry.at, entry.count))
    }

    /// The text of a tag (its first 64 KiB) without its closing zero; empty when it is missing.
    pub(crate) fn text(&self, bytes: &dyn ReadAt, tag: u16) -> Result<String, Error> {
        let block = self.block(bytes, tag, TEXT_BYTES)?;
        let text = String::from_utf8_lossy(&block);
        Ok(text.trim_end_matches('\0').to_owned())
    }

    /// The numbers of a tag as they lie in the file; `None` when the tag is missing or holds no numbers.
    pub(crate) fn array(&self, tag: u16) -> Option<Array> {
        let entry = self.entry(tag)?;
        let width = match entry.kind {
            1 | 7 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => return None,
        };
        Some(Array {
            order: self.form.order,
            at: entry.at,
            count: entry.count,
            width,
            above: entry.above,
        })
    }

    /// Offsets of the directories below this one.
    pub(super) fn sub_directories(&self, bytes: &dyn ReadAt) -> Result<Vec<u64>, Error> {
        let Some(array) = self.array(tag::SUB_DIRECTORIES) else {
            return Ok(Vec::new());
        };
        if array.count() > DIRECTORIES as u64 {
            return Err(Error::TooLarge {
                what: "the number of images in the file",
                limit: DIRECTORIES as u64,
            });
        }
        array.read(bytes, 0, array.count())
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}

impl Entry {
    /// The entry whose raw bytes lie at `at`, `high` being the bits above its last 32; `None` for a kind of value
    /// we do not know.
    fn read(form: Form, at: u64, raw: &[u8], high: u64) -> Option<Self> {
        let number = |range| form.order.number(&raw[range]);
        let kind = number(2..4) as u16;
        let each = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16 | 17 | 18 => 8,
            _ => return None,
        };
        let (count, place) = if form.big {
            (number(4..12), 12)
        } else {
            (number(4..8), 8)
        };
        let inside = count.saturating_mul(each) <= (raw.len() - place) as u64;
        Some(Self {
            tag: number(0..2) as u16,
            kind,
            count,
            at: if inside {
                at + place as u64
            } else {
                number(place..raw.len()) | high
            },
            above: if inside && kind == 4 && count == 1 {
                high
            } else {
                0
            },
        })
    }
}
