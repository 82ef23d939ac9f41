//! A series of DICOM whole-slide instances: one file a level, one each for label, macro and thumbnail.
//!
//! ```text
//! attributes │ extended offset table │ lengths │ pixel data: empty basic table, frame, frame, … delimiter
//!              ▲ left open, and written when the last frame is known
//! ```
//! Tiled full, JPEG baseline, explicit VR little endian (PS3.3 A.32.8). The same recipe gives the same bytes.

use std::io::{self, Seek, SeekFrom, Write};

use super::pyramid::{Level, Store};
use super::tiles::{self, QUALITY};
use super::{Error, Recipe};
use crate::dicom::{DataSet, Tag, beginning};
use crate::formats::{Colour, Picture, jpeg};
use crate::pyramid::geometry::Grid;

const WHOLE_SLIDE: &str = "1.2.840.10008.5.1.4.1.1.77.1.6";
const JPEG_BASELINE: &str = "1.2.840.10008.1.2.4.50";
const MAKER: &str = "Slideway Synthetic";
/// The second date of the standard's own examples; no slide was scanned on it.
const DATE: &str = "20260105";

/// Where the levels of a slide are written, each into a file of its own.
pub(super) struct Files<W> {
    tables: Vec<u8>,
    files: Vec<File<W>>,
}

/// One instance as far as it is written.
struct File<W> {
    out: W,
    position: u64,
    /// Where the values of the two offset tables stand.
    places: [u64; 2],
}

impl<W: Write + Seek> Files<W> {
    /// Begins one instance for each level, largest first.
    pub(super) fn begin(
        recipe: &Recipe,
        grids: &[Grid],
        open: &mut dyn FnMut(&str) -> io::Result<W>,
    ) -> Result<Self, Error> {
        let mut files = Vec::new();
        for (number, grid) in grids.iter().enumerate() {
            let kind = if number == 0 {
                "ORIGINAL\\PRIMARY\\VOLUME\\NONE"
            } else {
                "DERIVED\\PRIMARY\\VOLUME\\RESAMPLED"
            };
            let out = open(&format!("level-{number}.dcm"))?;
            let instance = Instance {
                recipe,
                number: number as u32 + 1,
                kind,
                grid: *grid,
                microns: recipe.microns_per_pixel * f64::from(recipe.width) / f64::from(grid.width),
            };
            files.push(File::begin(out, &instance)?);
        }
        Ok(Self {
            tables: tiles::shared_tables()?,
            files,
        })
    }

    /// Writes what was left open; the sizes of all files together, in bytes.
    pub(super) fn finish(self, levels: &[Level]) -> Result<u64, Error> {
        let mut size_bytes = 0;
        for (file, level) in self.files.into_iter().zip(levels) {
            size_bytes += file.finish(&level.offsets, &level.lengths)?;
        }
        Ok(size_bytes)
    }
}

impl<W: Write + Seek> Store for Files<W> {
    /// A frame of its own: the tile with its tables. Its length comes back padded, as items are.
    fn put(&mut self, level: usize, tile: &[u8]) -> io::Result<(u64, u64)> {
        let stream = jpeg::splice(Some(&self.tables), tile, Colour::YCbCr);
        self.files[level].frame(&stream)
    }
}

/// Writes a picture beside the slide as an instance of one frame; its size in bytes.
pub(super) fn beside<W: Write + Seek>(
    recipe: &Recipe,
    (number, kind): (u32, &str),
    picture: &Picture,
    out: W,
) -> Result<u64, Error> {
    let grid = Grid {
        width: picture.width,
        height: picture.height,
        tile_width: picture.width,
        tile_height: picture.height,
    };
    let instance = Instance {
        recipe,
        number,
        kind,
        grid,
        microns: 100.0,
    };
    let mut file = File::begin(out, &instance)?;
    let encoded = picture.to_jpeg(QUALITY);
    let stream = encoded.map_err(|why| Error::Encoding(why.to_string()))?;
    let (offset, length) = file.frame(&stream)?;
    file.finish(&[offset], &[length])
}

impl<W: Write + Seek> File<W> {
    fn begin(out: W, instance: &Instance<'_>) -> Result<Self, Error> {
        let mut file = Self {
            out,
            position: 0,
            places: [0; 2],
        };
        file.write(&beginning(JPEG_BASELINE, WHOLE_SLIDE, &instance.uid()))?;
        file.write(instance.attributes().bytes())?;
        let tables = instance.grid.tiles() as usize * 8;
        let both = [
            Tag::EXTENDED_OFFSET_TABLE,
            Tag::EXTENDED_OFFSET_TABLE_LENGTHS,
        ];
        for (number, tag) in both.into_iter().enumerate() {
            let mut table = DataSet::default();
            table.put(tag, *b"OV", &vec![0; tables]);
            file.write(table.bytes())?;
            file.places[number] = file.position - tables as u64;
        }
        let mut data = DataSet::default();
        data.begin_frames();
        data.item(&[]);
        file.write(data.bytes())?;
        Ok(file)
    }

    /// Appends a frame: where its item stands in the file, and its length.
    fn frame(&mut self, stream: &[u8]) -> io::Result<(u64, u64)> {
        let at = self.position;
        let mut item = DataSet::default();
        item.item(stream);
        self.write(item.bytes())?;
        Ok((at, stream.len() as u64))
    }

    fn finish(mut self, offsets: &[u64], lengths: &[u64]) -> Result<u64, Error> {
        let mut end = DataSet::default();
        end.end_frames();
        self.write(end.bytes())?;
        let first = offsets.first().copied().unwrap_or(0);
        for (place, numbers, base) in [(0, offsets, first), (1, lengths, 0)] {
            self.out.seek(SeekFrom::Start(self.places[place]))?;
            for number in numbers {
                self.out.write_all(&(number - base).to_le_bytes())?;
            }
        }
        self.out.seek(SeekFrom::Start(self.position))?;
        self.out.flush()?;
        Ok(self.position)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }
}

/// What one instance says of itself.
struct Instance<'a> {
    recipe: &'a Recipe,
    number: u32,
    kind: &'a str,
    grid: Grid,
    microns: f64,
}

impl Instance<'_> {
    fn uid(&self) -> String {
        uid(self.recipe, &format!("instance {}", self.number))
    }

    fn attributes(&self) -> DataSet {
        let mut data = DataSet::default();
        self.identity(&mut data);
        self.image(&mut data);
        self.slide(&mut data);
        self.measures(&mut data);
        data
    }

    fn identity(&self, data: &mut DataSet) {
        data.text(Tag(0x0008, 0x0005), *b"CS", "ISO_IR 192");
        data.text(Tag::IMAGE_TYPE, *b"CS", self.kind);
        data.text(Tag::SOP_CLASS_UID, *b"UI", WHOLE_SLIDE);
        data.text(Tag::SOP_INSTANCE_UID, *b"UI", &self.uid());
        for date in [0x0020, 0x0023] {
            data.text(Tag(0x0008, date), *b"DA", DATE);
        }
        data.text(Tag(0x0008, 0x002A), *b"DT", "20260105090000");
        for time in [0x0030, 0x0033] {
            data.text(Tag(0x0008, time), *b"TM", "090000");
        }
        data.text(Tag(0x0008, 0x0050), *b"SH", "");
        data.text(Tag(0x0008, 0x0060), *b"CS", "SM");
        data.text(Tag(0x0008, 0x0070), *b"LO", MAKER);
        data.text(Tag(0x0008, 0x0090), *b"PN", "");
        data.text(Tag(0x0008, 0x1090), *b"LO", "v1.0");
        data.text(Tag(0x0010, 0x0010), *b"PN", "");
        data.text(Tag::PATIENT_ID, *b"LO", "");
        data.text(Tag(0x0010, 0x0030), *b"DA", "");
        data.text(Tag(0x0010, 0x0040), *b"CS", "");
        data.text(Tag(0x0018, 0x1000), *b"LO", "SYNTHETIC");
        data.text(Tag(0x0018, 0x1020), *b"LO", "v1.0");
        let of_slide = |what| uid(self.recipe, what);
        data.text(Tag::STUDY_INSTANCE_UID, *b"UI", &of_slide("study"));
        data.text(Tag::SERIES_INSTANCE_UID, *b"UI", &of_slide("series"));
        data.text(Tag(0x0020, 0x0010), *b"SH", "1");
        data.text(Tag(0x0020, 0x0011), *b"IS", "1");
        data.text(Tag(0x0020, 0x0013), *b"IS", &self.number.to_string());
        data.text(Tag::FRAME_OF_REFERENCE_UID, *b"UI", &of_slide("glass"));
        data.text(Tag(0x0020, 0x1040), *b"LO", "SLIDE_CORNER");
        data.text(Tag::DIMENSION_ORGANIZATION_TYPE, *b"CS", "TILED_FULL");
    }

    fn image(&self, data: &mut DataSet) {
        data.short(Tag::SAMPLES_PER_PIXEL, 3);
        data.text(Tag::PHOTOMETRIC_INTERPRETATION, *b"CS", "YBR_FULL_422");
        data.short(Tag::PLANAR_CONFIGURATION, 0);
        let frames = self.grid.tiles().to_string();
        data.text(Tag::NUMBER_OF_FRAMES, *b"IS", &frames);
        data.short(Tag::ROWS, self.grid.tile_height as u16);
        data.short(Tag::COLUMNS, self.grid.tile_width as u16);
        data.short(Tag::BITS_ALLOCATED, 8);
        data.short(Tag(0x0028, 0x0101), 8);
        data.short(Tag(0x0028, 0x0102), 7);
        data.short(Tag::PIXEL_REPRESENTATION, 0);
        data.text(Tag(0x0028, 0x0301), *b"CS", "NO");
        data.text(Tag(0x0028, 0x2110), *b"CS", "01");
        data.text(Tag(0x0028, 0x2112), *b"DS", "10");
        data.text(Tag(0x0028, 0x2114), *b"CS", "ISO_10918_1");
    }

    fn slide(&self, data: &mut DataSet) {
        let container = self.recipe.barcode.as_deref().unwrap_or_default();
        data.text(Tag::CONTAINER_IDENTIFIER, *b"LO", container);
        let (wide, high) = (f64::from(self.grid.width), f64::from(self.grid.height));
        data.put(
            Tag(0x0048, 0x0001),
            *b"FL",
            &millimetres(wide * self.microns),
        );
        data.put(
            Tag(0x0048, 0x0002),
            *b"FL",
            &millimetres(high * self.microns),
        );
        let mut path = DataSet::default();
        path.text(Tag::OPTICAL_PATH_IDENTIFIER, *b"SH", "1");
        let power = self.recipe.objective.to_string();
        path.text(Tag::OBJECTIVE_LENS_POWER, *b"DS", &power);
        data.long(Tag::TOTAL_PIXEL_MATRIX_COLUMNS, self.grid.width);
        data.long(Tag::TOTAL_PIXEL_MATRIX_ROWS, self.grid.height);
        let mut origin = DataSet::default();
        origin.text(Tag(0x0040, 0x072A), *b"DS", "0");
        origin.text(Tag(0x0040, 0x073A), *b"DS", "0");
        data.sequence(Tag::TOTAL_PIXEL_MATRIX_ORIGIN_SEQUENCE, &[origin]);
        let label = if self.kind.contains("LABEL") {
            "YES"
        } else {
            "NO"
        };
        data.text(Tag(0x0048, 0x0010), *b"CS", label);
        data.text(Tag(0x0048, 0x0011), *b"CS", "NO");
        data.text(Tag(0x0048, 0x0012), *b"CS", "BRIGHTFIELD");
        data.text(Tag(0x0048, 0x0102), *b"DS", "0\\-1\\0\\-1\\0\\0");
        data.sequence(Tag::OPTICAL_PATH_SEQUENCE, &[path]);
        data.long(Tag::NUMBER_OF_OPTICAL_PATHS, 1);
        data.long(Tag::TOTAL_PIXEL_MATRIX_FOCAL_PLANES, 1);
    }

    fn measures(&self, data: &mut DataSet) {
        if self.kind.contains("LABEL") {
            let code = self.recipe.barcode.as_deref().unwrap_or_default();
            data.text(Tag::BARCODE_VALUE, *b"LO", code);
        }
        let side = format!("{:.9}", self.microns / 1_000.0);
        let mut measures = DataSet::default();
        measures.text(Tag(0x0018, 0x0050), *b"DS", "0.004");
        measures.text(Tag::PIXEL_SPACING, *b"DS", &format!("{side}\\{side}"));
        let mut shared = DataSet::default();
        shared.sequence(Tag::PIXEL_MEASURES_SEQUENCE, &[measures]);
        data.sequence(Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, &[shared]);
    }
}

fn millimetres(microns: f64) -> [u8; 4] {
    ((microns / 1_000.0) as f32).to_le_bytes()
}

/// A UID made of the recipe's seed and the name of a thing (PS3.5 Annex B.2: `2.25.` and 128 bits).
fn uid(recipe: &Recipe, thing: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&recipe.seed.to_le_bytes());
    hasher.update(recipe.barcode.as_deref().unwrap_or_default().as_bytes());
    hasher.update(&recipe.width.to_le_bytes());
    hasher.update(&recipe.height.to_le_bytes());
    hasher.update(thing.as_bytes());
    let [bits @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *hasher.finalize().as_bytes();
    format!("2.25.{}", u128::from_le_bytes(bits))
}
