//! Where every tile lies, sorted for one pass: what a child claims, checked against the receipt.

use catalog::StoredScan;
use pathology::case::TrayCode;
use pathology::formats::{Codec, Colour, Level, TileExtent};
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{self, Row};
use sandbox::{Child, Inspected};

use crate::{Failure, Settings};

/// Tiles may share bytes (background stored once), but all distinct pieces of a member together may
/// not be longer than this many times the member: more is a slide built to cost work.
const MOST_OVERLAP: u64 = 2;

/// A tile's bytes in a member. 16 bytes each, held for the length of the pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) offset: u64,
    pub(crate) length: u32,
    /// The tile's row in the index.
    pub(crate) number: u32,
}

impl Piece {
    /// The first byte behind it; inside its member, as the plan has checked.
    pub(crate) fn end(&self) -> u64 {
        self.offset + u64::from(self.length)
    }
}

/// Where the tiles of a scan lie.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) facts: tileset::Facts,
    /// For each member its pieces, by offset.
    pub(crate) pieces: Vec<Vec<Piece>>,
    /// Rows of tiles the scanner left out.
    pub(crate) absent: Vec<u32>,
    /// Levels whose tiles lie nowhere as they are served: they are made for the derived pack.
    pub(crate) to_make: Vec<(u16, u16)>,
    /// The rows of what was made.
    pub(crate) made: Vec<(TileAt, Row)>,
}

/// Asks the child for every extent and lays out the index.
pub(crate) async fn plan(
    child: &mut Child,
    stored: &StoredScan,
    generation: u32,
    settings: &Settings,
) -> Result<Plan, Failure> {
    let facts = index_facts(child.inspected(), stored, generation);
    if facts.rows() > settings.max_tiles {
        let (rows, most) = (facts.rows(), settings.max_tiles);
        let text = format!(
            "the slide has {rows} tiles and {most} are accepted: export it with larger tiles, or raise tile.max_tiles"
        );
        return Err(Failure::refused(TrayCode::TooLarge, text));
    }
    let mut plan = Plan {
        pieces: vec![Vec::new(); stored.members.len()],
        absent: Vec::new(),
        to_make: Vec::new(),
        made: Vec::new(),
        facts,
    };
    let mut number = 0;
    for level in plan.facts.levels.clone() {
        if level.derived {
            plan.to_make.push((level.image, level.level));
            number += level.grid.tiles() as u32;
            continue;
        }
        let mut beyond = false;
        let sink = |extents: Vec<TileExtent>| {
            for extent in extents {
                beyond |= !plan.take(number, extent, stored);
                number += 1;
            }
        };
        child.extents(level.image, level.level, sink).await?;
        if beyond {
            let text = "a tile lies beyond the end of its file: send the slide again";
            return Err(Failure::refused(TrayCode::Truncated, text));
        }
    }
    plan.sort(stored)?;
    Ok(plan)
}

impl Plan {
    /// Notes a tile; `false` if it does not lie inside its member.
    fn take(&mut self, number: u32, extent: TileExtent, stored: &StoredScan) -> bool {
        if extent.length == 0 {
            self.absent.push(number);
            return true;
        }
        let member = usize::from(extent.member);
        let end = extent.offset.checked_add(u64::from(extent.length));
        let held = stored.members.get(member);
        if held
            .zip(end)
            .is_none_or(|(held, end)| end > held.size_bytes)
        {
            return false;
        }
        self.pieces[member].push(Piece {
            offset: extent.offset,
            length: extent.length,
            number,
        });
        true
    }

    fn sort(&mut self, stored: &StoredScan) -> Result<(), Failure> {
        for (pieces, member) in self.pieces.iter_mut().zip(&stored.members) {
            pieces.sort_unstable();
            let distinct = pieces.chunk_by(|a, b| (a.offset, a.length) == (b.offset, b.length));
            let bytes: u64 = distinct.map(|same| u64::from(same[0].length)).sum();
            if bytes > member.size_bytes.saturating_mul(MOST_OVERLAP) {
                let text =
                    "the tiles lie over each other, which no scanner writes: scan the slide again";
                return Err(Failure::refused(TrayCode::Malformed, text));
            }
        }
        Ok(())
    }
}

/// What the index says besides its rows.
fn index_facts(seen: &Inspected, stored: &StoredScan, generation: u32) -> tileset::Facts {
    let mut tables: Vec<Vec<u8>> = Vec::new();
    let mut levels: Vec<tileset::Level> = Vec::new();
    let mut full_width = f64::from(seen.facts.width);
    for level in &seen.levels {
        if level.level == 0 {
            full_width = f64::from(level.grid.width);
        }
        let scale = full_width / f64::from(level.grid.width);
        levels.push(index_level(level, scale, &mut tables));
    }
    let made = levels.iter().any(|level| level.derived);
    tileset::Facts {
        scan: stored.scan,
        generation,
        members: stored.members.len() as u16,
        levels,
        tables,
        packs: if made { vec![generation] } else { Vec::new() },
        sizes: stored.members.iter().map(|m| m.size_bytes).collect(),
    }
}

/// A level as the index has it: a made one lies in the derived pack, as streams of their own.
fn index_level(level: &Level, scale: f64, tables: &mut Vec<Vec<u8>>) -> tileset::Level {
    let table = level
        .tables
        .as_deref()
        .filter(|_| !level.made)
        .map(|table| {
            let known = tables.iter().position(|held| held == table);
            known.unwrap_or_else(|| {
                tables.push(table.to_vec());
                tables.len() - 1
            }) as u16
        });
    let (codec, colour) = if level.made {
        (Codec::Jpeg, Colour::Declared)
    } else {
        (level.codec, level.colour)
    };
    tileset::Level {
        image: level.image,
        level: level.level,
        grid: level.grid,
        scale,
        derived: level.made,
        codec,
        colour,
        table,
    }
}

/// How the stored bytes of a level's tiles become the tiles that are served.
pub(crate) fn recipe(level: &tileset::Level) -> tileset::Recipe {
    if level.codec == Codec::Jpeg && (level.table.is_some() || level.colour == Colour::Rgb) {
        tileset::Recipe::Spliced
    } else {
        tileset::Recipe::Stored
    }
}
