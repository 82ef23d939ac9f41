//! Slides that no patient ever was: an SVS or a DICOM series that looks like stained tissue, computed from a seed.
//!
//! ```text
//! seed ─▶ scene (islands, fields) ─▶ paint (fibres, fat, glands, nuclei: dyes) ─▶ stain (colours)
//!      ─▶ tiles (JPEG) ─▶ pyramid (levels) ─▶ svs (directories, label, macro, thumbnail)
//!                                          └▶ dicom (a file a level, a file a picture)
//! ```
//! The same recipe gives the same bytes on every machine: whole numbers and plain IEEE arithmetic
//! only. Memory holds one row of tiles of each level, and 16 bytes a tile for the directories.

mod container;
mod dicom;
mod flaw;
mod glands;
mod glass;
mod label;
mod noise;
mod nuclei;
mod paint;
mod pyramid;
mod scene;
mod stain;
mod svs;
mod tiles;

#[cfg(test)]
mod tests;

pub use stain::Stain;

use std::io::{self, Seek, Write};

use super::Picture;

/// Longest side of a synthetic slide in pixels.
pub const LONGEST_SIDE: u32 = 250_000;
/// Pixels from which a slide is written with 64-bit offsets: below, it stays far under 4 GiB.
const BIG_PIXELS: u64 = 4 << 30;

/// What to synthesise.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Width of level 0 in pixels, 1 to [`LONGEST_SIDE`].
    pub width: u32,
    /// Height of level 0 in pixels, 1 to [`LONGEST_SIDE`].
    pub height: u32,
    /// What decides everything that looks like chance.
    pub seed: u64,
    /// The container number in the label's code and printed under it.
    pub barcode: Option<String>,
    /// Lines printed above the code: at most four, of 23 characters of ASCII.
    pub label_lines: Vec<String>,
    /// How the section is stained.
    pub stain: Stain,
    /// Resolution, 0.05 to 10 micrometres a pixel.
    pub microns_per_pixel: f64,
    /// Power of the objective, 20 or 40 as a rule.
    pub objective: u32,
    /// What is wrong with the slide, for trying what happens then.
    pub trouble: Option<Trouble>,
}

/// What can be wrong with a label or a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The code is scratched and cannot be read; the printed number can.
    UnreadableCode,
    /// The label bears neither code nor number.
    NoCode,
    /// The left three fifths of the scan are out of focus.
    OutOfFocus,
    /// Nothing lies on the glass.
    Blank,
    /// Somebody drew on the glass with a felt pen.
    PenMarks,
    /// The glass bears a second section that was not scanned.
    PieceLeftOut,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// Levels of the pyramid.
    pub levels: usize,
    /// Tiles of all levels.
    pub tiles: u64,
}

/// Why a slide could not be synthesised.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recipe is out of bounds.
    #[error("no such slide can be made: {0}")]
    Recipe(String),
    /// The number does not fit a label's code.
    #[error(
        "the number cannot be a DataMatrix code ({0}): use up to 40 letters, digits and hyphens"
    )]
    Code(String),
    /// Pixels could not be encoded.
    #[error("pixels could not be encoded: {0}")]
    Encoding(String),
    /// The slide could not be written.
    #[error("the slide could not be written: {0}; free space or choose another place")]
    Write(#[from] std::io::Error),
}

/// Writes the slide as an SVS; `out` is at its start, and is sought only to patch the header.
pub fn write_svs<W: Write + Seek>(recipe: &Recipe, out: &mut W) -> Result<Written, Error> {
    recipe.check()?;
    let big = u64::from(recipe.width) * u64::from(recipe.height) >= BIG_PIXELS;
    write(recipe, out, big)
}

fn write<W: Write + Seek>(recipe: &Recipe, out: &mut W, big: bool) -> Result<Written, Error> {
    let label = label::picture(recipe)?;
    let painter = recipe.painter();

    let mut container = container::Container::new(out, big)?;
    let size = (recipe.width, recipe.height);
    let mut pyramid = pyramid::Pyramid::new(&painter, &mut container, size);
    pyramid.write()?;
    let (levels, overview) = (pyramid.levels, pyramid.overview);
    let tables = tiles::shared_tables()?;
    let directory = |level| svs::level(recipe, level, &tables, &levels[0]);
    let thumbnail = glass::thumbnail(&overview);
    let mut directories = vec![
        directory(&levels[0]),
        svs::jpeg_picture(&mut container, &thumbnail, "thumbnail", 0)?,
    ];
    directories.extend(levels[1..].iter().map(directory));
    directories.push(svs::lzw_picture(&mut container, &label, "label", 1)?);
    let twice = recipe.trouble == Some(Trouble::PieceLeftOut);
    let whole = glass::macro_picture(&label, &overview, twice);
    directories.push(svs::jpeg_picture(&mut container, &whole, "macro", 9)?);
    Ok(Written {
        size_bytes: container.finish(directories)?,
        levels: levels.len(),
        tiles: levels.iter().map(|level| level.grid.tiles()).sum(),
    })
}

/// Writes the slide as a DICOM series: a file for each level, for label, macro and thumbnail. `open` gives each
/// by its name, at its start; it is sought only to write the tables of frames.
pub fn write_dicom<W: Write + Seek>(
    recipe: &Recipe,
    open: &mut dyn FnMut(&str) -> io::Result<W>,
) -> Result<Written, Error> {
    recipe.check()?;
    let label = label::picture(recipe)?;
    let painter = recipe.painter();
    let (width, height) = (recipe.width, recipe.height);
    let mut files = dicom::Files::begin(recipe, &pyramid::grids(width, height), open)?;
    let mut pyramid = pyramid::Pyramid::new(&painter, &mut files, (width, height));
    pyramid.write()?;
    let (levels, overview) = (pyramid.levels, pyramid.overview);
    let mut size_bytes = files.finish(&levels)?;
    let whole = glass::macro_picture(&label, &overview, false);
    let thumbnail = glass::thumbnail(&overview);
    for (number, name, kind, picture) in [
        (101, "label.dcm", "ORIGINAL\\PRIMARY\\LABEL\\NONE", &label),
        (
            102,
            "macro.dcm",
            "ORIGINAL\\PRIMARY\\OVERVIEW\\NONE",
            &whole,
        ),
        (
            103,
            "thumbnail.dcm",
            "DERIVED\\PRIMARY\\THUMBNAIL\\RESAMPLED",
            &thumbnail,
        ),
    ] {
        size_bytes += dicom::beside(recipe, (number, kind), picture, open(name)?)?;
    }
    Ok(Written {
        size_bytes,
        levels: levels.len(),
        tiles: levels.iter().map(|level| level.grid.tiles()).sum(),
    })
}

/// The label alone, as a scanner photographs it: 400 × 400 pixels.
pub fn label_picture(recipe: &Recipe) -> Result<Picture, Error> {
    label::picture(recipe)
}

impl Recipe {
    fn check(&self) -> Result<(), Error> {
        let side = 1..=LONGEST_SIDE;
        if !side.contains(&self.width) || !side.contains(&self.height) {
            return Err(Error::Recipe(format!(
                "{} by {} pixels, of 1 to {LONGEST_SIDE} a side",
                self.width, self.height
            )));
        }
        if !(0.05..=10.0).contains(&self.microns_per_pixel) {
            return Err(Error::Recipe(format!(
                "{} micrometres a pixel, of 0.05 to 10",
                self.microns_per_pixel
            )));
        }
        Ok(())
    }

    fn painter(&self) -> paint::Painter {
        let pitch = self.microns_per_pixel as f32;
        let (width, height) = (self.width as f32 * pitch, self.height as f32 * pitch);
        let flaw = flaw::Flaw {
            trouble: self.trouble,
            width,
            height,
        };
        let scene = match self.trouble {
            Some(Trouble::Blank) => scene::Scene::empty(self.seed),
            _ => scene::Scene::new(self.seed, width, height),
        };
        paint::Painter::new(scene, self.stain, pitch, flaw)
    }
}
