//! What a scan is like: measures with their units, and a verdict by thresholds that are settings.
//!
//! ```text
//!  low level ─▶ tissue, pen ─▶ blank?  pen marks?   macro ─▶ something not scanned?
//!      └─▶ cells on tissue at full resolution ─▶ sharp?
//! ```
//! A flag asks a person; it withholds nothing. The same pixels and thresholds give the same record.

use serde::{Deserialize, Serialize};

use super::coverage::Coverage;
use super::geometry::Region;
use super::tissue::Ground;
use crate::words::words;

words! {
    /// Why a person should look at a scan, the gravest first.
    Flag, "quality flag" {
        /// Much of the tissue is blurred.
        OutOfFocus = "out_of_focus",
        /// Tissue on the glass lies outside the scanned area.
        TissueNotScanned = "tissue_not_scanned",
        /// Hardly any tissue was found.
        BlankSlide = "blank_slide",
        /// Ink lies on the glass.
        PenMarks = "pen_marks",
    }
}

/// From where on a measure is flagged; configuration of the laboratory.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Sharpness below which a cell is blurred. Default 0.13.
    pub blurred_below: f64,
    /// Share of blurred cells, 0 to 1, that is flagged. Default 0.35.
    pub blurred_share: f64,
    /// Share of the scanned area that is tissue, 0 to 1, below which a slide is blank. Default 0.0005.
    pub blank_share: f64,
    /// Share of what is not bare glass, 0 to 1, that is ink and flagged. Default 0.05.
    pub pen_share: f64,
    /// Share of the tissue on the glass, 0 to 1, that lies outside the scanned area and is flagged. Default 0.1.
    pub unscanned_share: f64,
    /// Cells of tissue looked at, at full resolution: 4 to 256. Default 48.
    pub cells: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            blurred_below: 0.13,
            blurred_share: 0.35,
            blank_share: 0.0005,
            pen_share: 0.05,
            unscanned_share: 0.1,
            cells: 48,
        }
    }
}

/// A cell of tissue and how sharp it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Where, in level-0 pixels.
    pub region: Region,
    /// Its sharpness: 0.15 to 1 in focus, less when blurred. Unknown where there is nothing to be sharp.
    pub score: Option<f64>,
}

/// What a scan is like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// What lies behind the tissue.
    pub ground: Ground,
    /// Share of the scanned area that is tissue, 0 to 1.
    pub tissue_share: f64,
    /// Tissue in square millimetres; unknown where the slide states no scale.
    pub tissue_mm2: Option<f64>,
    /// Share of what is not bare glass that is ink, 0 to 1.
    pub pen_share: f64,
    /// The macro picture's tissue against the scan's.
    pub coverage: Coverage,
    /// Cells that have a score.
    pub measured_cells: u32,
    /// Share of them that is blurred, 0 to 1; unknown when too few have a score.
    pub blurred_share: Option<f64>,
    /// The score below which a cell was blurred.
    pub blurred_below: f64,
    /// Their median score.
    pub median_score: Option<f64>,
    /// The cells looked at.
    pub cells: Vec<Cell>,
    /// Why a person should look; empty when nobody need.
    pub flags: Vec<Flag>,
}

/// Cells that must have a score before the slide's focus is judged.
const LEAST_CELLS: u32 = 3;

impl Quality {
    /// Judges by the thresholds; everything else is measured already.
    #[must_use]
    pub fn judged(mut self, thresholds: &Thresholds) -> Self {
        let mut scores: Vec<f64> = self.cells.iter().filter_map(|cell| cell.score).collect();
        scores.sort_by(f64::total_cmp);
        self.measured_cells = scores.len() as u32;
        self.blurred_below = thresholds.blurred_below;
        let enough = self.measured_cells >= LEAST_CELLS;
        let blurred = scores
            .iter()
            .filter(|score| **score < thresholds.blurred_below)
            .count();
        self.blurred_share = enough.then(|| rounded(blurred as f64 / scores.len() as f64));
        self.median_score = scores.get(scores.len() / 2).copied();
        let flags = Flag::ALL.iter().copied();
        self.flags = flags
            .filter(|flag| self.deserves(*flag, thresholds))
            .collect();
        self
    }

    fn deserves(&self, flag: Flag, thresholds: &Thresholds) -> bool {
        match flag {
            Flag::OutOfFocus => self
                .blurred_share
                .is_some_and(|share| share >= thresholds.blurred_share),
            Flag::TissueNotScanned => matches!(
                self.coverage,
                Coverage::Compared { unscanned_share, .. } if unscanned_share >= thresholds.unscanned_share
            ),
            Flag::BlankSlide => {
                self.ground == Ground::Bright && self.tissue_share < thresholds.blank_share
            }
            Flag::PenMarks => self.pen_share >= thresholds.pen_share,
        }
    }

    /// What was found, in figures: a sentence for each flag.
    pub fn in_words(&self) -> String {
        let sentence = |flag: &Flag| match (flag, self.coverage) {
            (Flag::OutOfFocus, _) => {
                let share = percent(self.blurred_share.unwrap_or_default());
                format!(
                    "{share} of {} places looked at are blurred.",
                    self.measured_cells
                )
            }
            (
                Flag::TissueNotScanned,
                Coverage::Compared {
                    unscanned_share,
                    pieces,
                },
            ) => {
                format!(
                    "{} of the tissue, in {pieces} pieces, was not scanned.",
                    percent(unscanned_share)
                )
            }
            (Flag::TissueNotScanned, _) => String::new(),
            (Flag::BlankSlide, _) => format!("Tissue covers {:.2} %.", self.tissue_share * 100.0),
            (Flag::PenMarks, _) => format!(
                "Ink is {} of what is not bare glass.",
                percent(self.pen_share)
            ),
        };
        let sentences: Vec<String> = self.flags.iter().map(sentence).collect();
        sentences.join(" ")
    }

    /// Where the worst blur is: the box around the blurred cells, in level-0 pixels.
    pub fn blurred_region(&self) -> Option<Region> {
        let blurred = |cell: &&Cell| cell.score.is_some_and(|score| score < self.blurred_below);
        let boxes = self.cells.iter().filter(blurred).map(|cell| cell.region);
        boxes.reduce(|one, other| {
            let (x, y) = (one.x.min(other.x), one.y.min(other.y));
            let right = (one.x + one.width).max(other.x + other.width);
            let bottom = (one.y + one.height).max(other.y + other.height);
            Region {
                x,
                y,
                width: right - x,
                height: bottom - y,
            }
        })
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// To a ten-thousandth: records compare and read well.
pub fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality(scores: &[f64]) -> Quality {
        let cell = |(n, score): (usize, &f64)| Cell {
            region: Region {
                x: n as u32 * 100,
                y: 50,
                width: 64,
                height: 64,
            },
            score: (*score > 0.0).then_some(*score),
        };
        Quality {
            ground: Ground::Bright,
            tissue_share: 0.2,
            tissue_mm2: None,
            pen_share: 0.0,
            coverage: Coverage::NoMacro,
            measured_cells: 0,
            blurred_share: None,
            blurred_below: 0.0,
            median_score: None,
            cells: scores.iter().enumerate().map(cell).collect(),
            flags: Vec::new(),
        }
    }

    #[test]
    fn each_measure_has_its_flag_and_its_threshold() {
        let thresholds = Thresholds::default();
        let sharp = quality(&[0.9, 0.8, 0.0, 0.7]).judged(&thresholds);
        assert_eq!((sharp.measured_cells, sharp.blurred_share), (3, Some(0.0)));
        assert!(sharp.flags.is_empty());
        let blurred = quality(&[0.08, 0.1, 0.9, 0.9]).judged(&thresholds);
        assert_eq!(blurred.flags, [Flag::OutOfFocus]);
        assert_eq!(blurred.blurred_region().unwrap().width, 164);
        let worst = Quality {
            tissue_share: 0.0,
            pen_share: 0.4,
            coverage: Coverage::Compared {
                unscanned_share: 0.5,
                pieces: 1,
            },
            ..quality(&[0.1, 0.1, 0.1])
        };
        assert_eq!(worst.judged(&thresholds).flags, Flag::ALL);
    }

    #[test]
    fn little_is_not_judged_and_darkness_is_not_blank() {
        let thresholds = Thresholds::default();
        assert_eq!(quality(&[0.1, 0.1]).judged(&thresholds).flags, []);
        let dark = Quality {
            ground: Ground::Dark,
            tissue_share: 0.0,
            ..quality(&[])
        };
        assert_eq!(dark.judged(&thresholds).flags, []);
    }
}
