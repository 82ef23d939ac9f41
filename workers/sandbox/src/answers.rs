//! What the parent believes of a child's answers: nothing it has not checked.

use std::process::ExitStatus;

use pathology::formats::{Level, TileExtent, jpeg};
use pathology::pyramid::coverage::Coverage;
use pathology::pyramid::geometry::{Grid, TileAt};
use pathology::pyramid::quality::{Flag, Quality};

use crate::Error;
use crate::ask::MadeTile;
use crate::protocol::{EXTENTS_A_FRAME, Extent, Inspected, Refusal, Structure};
use crate::whole::{Derived, MADE_A_FRAME, Made, ToVerify};

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

/// Gives the extents or made tiles of a level their addresses, and sees that there is one for every tile.
pub(crate) struct RowByRow {
    image: u16,
    level: u16,
    grid: Grid,
    members: usize,
    next: u64,
}

impl RowByRow {
    pub(crate) fn new(level: Option<&Level>, members: usize) -> Result<Self, Error> {
        let level = level.ok_or_else(|| Error::Refused {
            kind: Refusal::NoSuchTile,
            reason: "the slide has no such level: look at those it lists".to_owned(),
        })?;
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

    /// The next made tiles, each with its address: a whole tile of the level, or nothing.
    pub(crate) fn made(&mut self, made: &Made) -> Result<Vec<MadeTile>, Error> {
        let left = self.grid.tiles() - self.next;
        let count = made.lengths.len();
        if count == 0 || count > MADE_A_FRAME || count as u64 > left {
            return Err(Error::Protocol("there are more made tiles than places"));
        }
        let mut rest = made.bytes.as_slice();
        let mut tiles = Vec::with_capacity(count);
        for (place, length) in (self.next..).zip(&made.lengths) {
            let cut = rest.split_at_checked(*length as usize);
            let (tile, after) = cut.ok_or(Error::Protocol("a made tile lacks bytes"))?;
            rest = after;
            is_whole(tile, self.grid)?;
            tiles.push(MadeTile {
                at: self.at(place),
                bytes: tile.to_vec(),
            });
        }
        self.next += count as u64;
        if rest.is_empty() {
            Ok(tiles)
        } else {
            Err(Error::Protocol("there are bytes of no made tile"))
        }
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

/// What a verification must have done before it is over.
pub(crate) struct Verified {
    /// The levels it makes, each with its grid.
    makes: Vec<(u16, u16, Grid)>,
    left: u64,
}

impl Verified {
    pub(crate) fn of(asked: &ToVerify) -> Self {
        let chains = asked.chains.iter();
        let makes = chains.clone().flat_map(|chain| {
            let made = chain.numbers.iter().zip(chain.grids.iter().skip(1));
            made.map(|(level, grid)| (chain.image, *level, *grid))
        });
        let tiles = chains.filter_map(|chain| chain.grids.first());
        Self {
            makes: makes.collect(),
            left: tiles.map(Grid::tiles).sum(),
        }
    }

    /// The made tiles of one reply. Each reply must bring the pass on, so their number is bounded.
    pub(crate) fn derived(&mut self, derived: &Derived) -> Result<Vec<MadeTile>, Error> {
        if derived.decoded == 0 && derived.tiles.is_empty() {
            return Err(Error::Protocol("the verification does not go on"));
        }
        let left = self.left.checked_sub(derived.decoded);
        self.left = left.ok_or(Error::Protocol("it decoded more tiles than there are"))?;
        let mut rest = derived.bytes.as_slice();
        let mut tiles = Vec::with_capacity(derived.tiles.len());
        for (at, length) in &derived.tiles {
            let cut = rest.split_at_checked(*length as usize);
            let (tile, after) = cut.ok_or(Error::Protocol("a made tile lacks bytes"))?;
            rest = after;
            let mut makes = self.makes.iter();
            let level = makes.find(|(image, level, _)| (*image, *level) == (at.image, at.level));
            let grid = level.map(|(_, _, grid)| *grid);
            let grid = grid.filter(|grid| grid.place(at.column, at.row).is_some() && *length > 0);
            is_whole(
                tile,
                grid.ok_or(Error::Protocol("it made a tile nobody asked for"))?,
            )?;
            tiles.push(MadeTile {
                at: *at,
                bytes: tile.to_vec(),
            });
        }
        Ok(tiles)
    }

    pub(crate) const fn finished(&self) -> Result<(), Error> {
        if self.left == 0 {
            Ok(())
        } else {
            Err(Error::Protocol("it left tiles undecoded"))
        }
    }
}

/// Whether a made tile is nothing, or a JPEG stream of the level's tile size; only its markers are read.
pub(crate) fn is_whole(tile: &[u8], grid: Grid) -> Result<(), Error> {
    let whole = |found: jpeg::Header| {
        (u32::from(found.width), u32::from(found.height)) == (grid.tile_width, grid.tile_height)
    };
    if tile.is_empty() || jpeg::header(tile).is_ok_and(whole) {
        Ok(())
    } else {
        Err(Error::Protocol(
            "a made tile is no JPEG of the level's tile size",
        ))
    }
}

#[cfg(test)]
mod tests {
    use pathology::formats::Picture;

    use super::*;

    fn level() -> Level {
        let sides = (500, 400);
        Level {
            image: 0,
            level: 0,
            grid: Grid {
                width: sides.0,
                height: sides.1,
                tile_width: 256,
                tile_height: 256,
            },
            codec: pathology::formats::Codec::Jpeg,
            tables: None,
            colour: pathology::formats::Colour::Declared,
            made: true,
        }
    }

    fn made(tiles: &[&[u8]]) -> Made {
        Made {
            lengths: tiles.iter().map(|tile| tile.len() as u32).collect(),
            bytes: tiles.concat(),
        }
    }

    #[test]
    fn made_tiles_are_taken_row_by_row_and_each_once() {
        let tile = Picture::white(256, 256).to_jpeg(80).unwrap_or_default();
        let level = level();
        let mut order = RowByRow::new(Some(&level), 1).unwrap_or_else(|_| unreachable!());
        let first = order.made(&made(&[&tile, &[], &tile]));
        let places: Vec<_> = first
            .unwrap_or_default()
            .iter()
            .map(|tile| (tile.at.column, tile.at.row, tile.bytes.len()))
            .collect();
        assert_eq!(places, [(0, 0, tile.len()), (1, 0, 0), (0, 1, tile.len())]);
        assert!(order.finished().is_err(), "one is missing");
        assert!(order.made(&made(&[&tile, &tile])).is_err(), "one too many");
        assert!(order.made(&made(&[&tile])).is_ok());
        assert!(order.finished().is_ok());
        assert!(order.made(&made(&[&tile])).is_err(), "all were there");
    }

    #[test]
    fn made_tiles_that_are_no_tiles_are_not_believed() {
        let small = Picture::white(128, 256).to_jpeg(80).unwrap_or_default();
        let whole = Picture::white(256, 256).to_jpeg(80).unwrap_or_default();
        let level = level();
        let short = Made {
            lengths: vec![whole.len() as u32 + 1],
            bytes: whole.clone(),
        };
        let more = Made {
            lengths: vec![1],
            bytes: whole.clone(),
        };
        for wrong in [
            made(&[&small]),
            made(&[b"GIF89a"]),
            made(&[]),
            short,
            more,
            Made {
                lengths: vec![0; MADE_A_FRAME + 1],
                bytes: Vec::new(),
            },
        ] {
            let order = RowByRow::new(Some(&level), 1);
            let taken = order.map(|mut order| order.made(&wrong).is_err());
            assert!(taken.is_ok_and(|refused| refused));
        }
    }
}
