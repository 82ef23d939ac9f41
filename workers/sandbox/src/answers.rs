//! What the parent believes of a child's answers: nothing it has not checked.

mod whole;

use std::process::ExitStatus;

use pathology::formats::{Level, TileExtent};
use pathology::pyramid::coverage::Coverage;
use pathology::pyramid::geometry::{Grid, TileAt};
use pathology::pyramid::quality::{Flag, Quality};

use crate::Error;
use crate::protocol::{EXTENTS_A_FRAME, Extent, Inspected, Refusal, Structure};

pub(crate) use whole::Whole;

/// Levels of a scan at most, over all its images.
const MOST_LEVELS: usize = 4_096;
/// Tiles of a level at most: a slide of 1.6 million pixels square at 256.
const MOST_TILES: u64 = 40_000_000;
/// Cells of a quality record at most.
const MOST_CELLS: usize = 256;
/// Most bytes of a heat map.
pub(crate) const HEAT_MAP_BYTES: usize = 256 << 10;
/// Longest sentence taken over from a child, in characters.
const LINE_CHARS: usize = 400;

/// An answer that does not belong to the ask.
pub(crate) const UNEXPECTED: Error = Error::Protocol("the answer does not belong to the ask");

/// The structure a child reported, if a slide can have it.
pub(crate) fn inspected(structure: Structure) -> Result<Inspected, Error> {
    let levels: Vec<Level> = structure.levels.into_iter().map(Into::into).collect();
    let facts = structure.facts;
    let sane = |grid: &Grid| {
        let sides = [grid.width, grid.height, grid.tile_width, grid.tile_height];
        sides.iter().all(|side| *side > 0) && grid.tiles() <= MOST_TILES
    };
    let believable = !levels.is_empty()
        && levels.len() <= MOST_LEVELS
        && levels.iter().all(|level| sane(&level.grid))
        && levels.iter().all(|level| level.made || !level.decoded)
        && in_order(&levels)
        && facts.width > 0
        && facts.height > 0;
    if believable {
        Ok(Inspected { facts, levels })
    } else {
        Err(Error::Protocol("the structure is not that of a slide"))
    }
}

/// Images from 0, and of each its levels from 0, without a gap.
fn in_order(levels: &[Level]) -> bool {
    let first = levels.first().map(|level| (level.image, level.level));
    let follows = |pair: &[Level]| {
        let (one, next) = (&pair[0], &pair[1]);
        (next.image == one.image && Some(next.level) == one.level.checked_add(1))
            || (Some(next.image) == one.image.checked_add(1) && next.level == 0)
    };
    first == Some((0, 0)) && levels.windows(2).all(follows)
}

/// A record that can be one: as many cells as may be asked for, shares that are shares.
pub(crate) fn quality(quality: Quality) -> Result<Quality, Error> {
    let share = |share: f64| (0.0..=1.0).contains(&share);
    let scores = quality.cells.iter().filter_map(|cell| cell.score);
    let covered = match quality.coverage {
        Coverage::Compared {
            unscanned_share, ..
        } => share(unscanned_share),
        Coverage::NoMacro | Coverage::NotComparable => true,
    };
    let believable = quality.cells.len() <= MOST_CELLS
        && quality.flags.len() <= Flag::ALL.len()
        && covered
        && share(quality.tissue_share)
        && share(quality.pen_share)
        && quality.blurred_share.is_none_or(share)
        && scores
            .chain(quality.median_score)
            .chain(quality.tissue_mm2)
            .all(|n| n.is_finite() && n >= 0.0);
    if believable {
        Ok(quality)
    } else {
        Err(Error::Protocol("the quality is not that of a scan"))
    }
}

/// A refusal in a child's words, as far as they can be shown.
pub(crate) fn refused(kind: Refusal, reason: &str) -> Error {
    Error::Refused {
        kind,
        reason: line(reason),
    }
}

/// One line of bounded length.
pub(crate) fn line(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(LINE_CHARS).map(shown).collect()
}

/// How a process ended, in words.
pub(crate) fn status(status: Option<ExitStatus>) -> String {
    status.map_or_else(
        || "it closed its output and had to be killed".to_owned(),
        |status| status.to_string(),
    )
}

/// Gives the extents of a level their addresses, and sees that there is one for every tile.
pub(crate) struct RowByRow {
    image: u16,
    level: u16,
    grid: Grid,
    members: usize,
    next: u64,
}

impl RowByRow {
    pub(crate) fn new(level: Option<&Level>, members: usize) -> Result<Self, Error> {
        let level = level.ok_or_else(no_such_level)?;
        Ok(Self {
            image: level.image,
            level: level.level,
            grid: level.grid,
            members,
            next: 0,
        })
    }

    pub(crate) fn place(&mut self, extents: &[Extent]) -> Result<Vec<TileExtent>, Error> {
        let left = self.grid.tiles() - self.next;
        if extents.len() > EXTENTS_A_FRAME || extents.len() as u64 > left {
            return Err(Error::Protocol("there are more extents than tiles"));
        }
        if extents
            .iter()
            .any(|extent| usize::from(extent.member) >= self.members)
        {
            return Err(Error::Protocol("an extent is in no member"));
        }
        let placed = (self.next..)
            .zip(extents)
            .map(|(place, extent)| TileExtent {
                at: self.at(place),
                member: extent.member,
                offset: extent.offset,
                length: extent.length,
            });
        let placed = placed.collect();
        self.next += extents.len() as u64;
        Ok(placed)
    }

    fn at(&self, place: u64) -> TileAt {
        let columns = u64::from(self.grid.columns());
        TileAt {
            image: self.image,
            level: self.level,
            column: (place % columns) as u32,
            row: (place / columns) as u32,
        }
    }

    pub(crate) const fn finished(&self) -> Result<(), Error> {
        if self.next == self.grid.tiles() {
            Ok(())
        } else {
            Err(Error::Protocol("there are fewer extents than tiles"))
        }
    }
}

fn no_such_level() -> Error {
    Error::Refused {
        kind: Refusal::NoSuchTile,
        reason: "the slide has no such level: look at those it lists".to_owned(),
    }
}
