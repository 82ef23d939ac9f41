//! Levels that a slide lacks and that are made by halving: what is asked of a child, and what index and manifest
//! then say.
//!
//! ```text
//!   levels as they stand ── pyramid::plan::chains ─▶ Chain ─▶ ToMake (child)
//!                                                      ├────▶ Facts (index)
//!                                                      └────▶ JSON (manifest, catalogue)
//! ```

use pathology::formats::{Codec, Colour};
use pathology::pyramid::plan::{Chain, Standing, chains};
use pathology::tileset::{self, Facts, IndexWriter};
use sandbox::ToMake;

/// What lacks below the levels that `of` names by image, and is not too much for an index; one chain a level.
pub(crate) fn lacking(facts: &Facts, of: impl Fn(u16) -> bool, max_tiles: u64) -> Vec<Chain> {
    let levels = facts.levels.iter().filter(|level| of(level.image));
    let standing = levels.map(|level| Standing {
        image: level.image,
        level: level.level,
        grid: level.grid,
        scale: level.scale,
    });
    let mut chains = chains(&standing.collect::<Vec<_>>());
    let with = with_halves(facts, &chains);
    if with.rows() > max_tiles || IndexWriter::new(with).is_err() {
        for chain in &mut chains {
            chain.made.clear();
        }
    }
    chains
}

/// What the index says with the new levels: the others as they are, the new ones behind those of their image.
pub(crate) fn with_halves(facts: &Facts, chains: &[Chain]) -> Facts {
    let mut facts = facts.clone();
    let made = chains.iter().flat_map(|chain| &chain.made);
    facts.levels.extend(made.map(|level| tileset::Level {
        image: level.image,
        level: level.level,
        grid: level.grid,
        scale: level.scale,
        derived: true,
        codec: Codec::Jpeg,
        colour: Colour::Declared,
        table: None,
    }));
    facts.levels.sort_by_key(|level| (level.image, level.level));
    facts
}

/// What a child is asked for.
pub(crate) fn to_make(chain: &Chain) -> ToMake {
    let grids = chain.made.iter().map(|level| level.grid);
    ToMake {
        image: chain.from.image,
        level: chain.from.level,
        grids: [chain.from.grid].into_iter().chain(grids).collect(),
        numbers: chain.made.iter().map(|level| level.level).collect(),
    }
}

/// Tells of the new levels where the slide tells of its own: those of image 0 in `levels`.
pub(crate) fn add_to(facts: &mut serde_json::Value, chains: &[Chain]) {
    let mut made: Vec<&Standing> = chains.iter().flat_map(|chain| &chain.made).collect();
    made.sort_by_key(|level| (level.image, level.level));
    for level in made {
        let told = serde_json::json!({
            "w": level.grid.width, "h": level.grid.height,
            "tile_w": level.grid.tile_width, "tile_h": level.grid.tile_height, "scale": level.scale,
        });
        if level.image == 0
            && let Some(levels) = facts["levels"].as_array_mut()
        {
            levels.push(told.clone());
        }
        let image = facts.pointer_mut(&format!("/images/{}/levels", level.image));
        if let Some(levels) = image.and_then(|levels| levels.as_array_mut()) {
            levels.push(told);
        }
    }
}
