//! Where every tile lies, sorted for one pass: what a child claims, checked against the receipt.

use archive::{Archive, Scratch};
use catalog::StoredScan;
use pathology::case::TrayCode;
use pathology::formats::{Codec, Colour, Level, TileExtent};
use pathology::pyramid::plan::Chain;
use pathology::tileset::{self, IndexWriter, Recipe, Row, Tagger};
use sandbox::{Child, Inspected, ToMake};

use crate::halves::{lacking, to_make, with_halves};
use crate::pieces::{Piece, Pieces};
use crate::{Failure, Settings};

/// Tiles may share bytes (background stored once), but all distinct pieces of a member together may
/// not be longer than this many times the member: more is a slide built to cost work.
const MOST_OVERLAP: u64 = 2;

/// Where the tiles of a scan lie.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The index, with the rows of what has no bytes of a member.
    pub(crate) index: IndexWriter<Scratch>,
    pub(crate) pieces: Pieces,
    /// Levels whose tiles lie nowhere as they are served: they are made for the derived pack, and what lacks below
    /// them with them.
    pub(crate) to_make: Vec<ToMake>,
    /// What is made with them.
    pub(crate) chains: Vec<Chain>,
}

/// Asks the child for every extent and lays out the index.
pub(crate) async fn plan(
    archive: &Archive,
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
    let chains = lacking(&facts, |image| is_decoded(child, image), settings.max_tiles);
    let facts = with_halves(&facts, &chains);
    let levels = facts.levels.clone();
    let mut plan = Plan {
        index: IndexWriter::over(facts, archive.scratch()?)?,
        pieces: Pieces::new(archive)?,
        to_make: to_be_made(child, &chains),
        chains,
    };
    let mut number = 0;
    for level in levels {
        if level.derived {
            number += level.grid.tiles() as u32;
            continue;
        }
        let mut taken = Ok(());
        let sink = |extents: Vec<TileExtent>| {
            for (n, extent) in (number..).zip(&extents) {
                if taken.is_ok() {
                    taken = plan.take(n, extent, stored);
                }
            }
            number += extents.len() as u32;
        };
        child.extents(level.image, level.level, sink).await?;
        taken?;
    }
    plan.check(stored)?;
    Ok(plan)
}

/// Whether every level of an image is made of decoded pixels: then they are decoded once, before the scan is
/// published, and everything that lacks is made of them. Of other images it is made with their verification.
fn is_decoded(child: &Child, image: u16) -> bool {
    let mut levels = child.inspected().levels.iter();
    levels.all(|level| level.image != image || level.decoded)
}

/// The levels without stored tiles, each with what is made of it.
fn to_be_made(child: &Child, chains: &[Chain]) -> Vec<ToMake> {
    let made = child.inspected().levels.iter().filter(|level| level.made);
    let asked = made.map(|level| {
        let mut chains = chains.iter().map(|chain| (&chain.from, chain));
        let chain = chains.find(|(from, _)| (from.image, from.level) == (level.image, level.level));
        chain.map_or_else(|| alone(level), |(_, chain)| to_make(chain))
    });
    asked.collect()
}

fn alone(level: &Level) -> ToMake {
    ToMake {
        image: level.image,
        level: level.level,
        grids: vec![level.grid],
        numbers: Vec::new(),
    }
}

impl Plan {
    /// Notes a tile; refuses one that does not lie inside its member.
    fn take(
        &mut self,
        number: u32,
        extent: &TileExtent,
        stored: &StoredScan,
    ) -> Result<(), Failure> {
        if extent.length == 0 {
            let tag = Tagger::new(stored.scan).tag(&[], extent.at);
            return Ok(self
                .index
                .put(extent.at, &Row::empty(Recipe::Absent, tag))?);
        }
        let end = extent.offset.checked_add(u64::from(extent.length));
        let held = stored.members.get(usize::from(extent.member));
        let inside = held.zip(end);
        if inside.is_none_or(|(held, end)| end > held.size_bytes) {
            let text = "a tile lies beyond the end of its file: send the slide again";
            return Err(Failure::refused(TrayCode::Truncated, text));
        }
        self.pieces.push(Piece {
            member: extent.member,
            offset: extent.offset,
            length: extent.length,
            number,
        })
    }

    /// Refuses a slide built to cost work.
    fn check(&mut self, stored: &StoredScan) -> Result<(), Failure> {
        let mut bytes = vec![0_u64; stored.members.len()];
        let mut before: Option<Piece> = None;
        for piece in self.pieces.sorted()? {
            let piece = piece?;
            if before.is_none_or(|before| !before.shares(&piece)) {
                bytes[usize::from(piece.member)] += u64::from(piece.length);
            }
            before = Some(piece);
        }
        let most = |size: u64| size.saturating_mul(MOST_OVERLAP);
        let mut members = bytes.iter().zip(&stored.members);
        if members.any(|(bytes, member)| *bytes > most(member.size_bytes)) {
            let text =
                "the tiles lie over each other, which no scanner writes: scan the slide again";
            return Err(Failure::refused(TrayCode::Malformed, text));
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
