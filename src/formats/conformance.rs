//! What every slide of every format must hold, in one walk that any test can run.
//!
//! The facts agree with the levels; every extent lies inside its member; every tile of the grid decodes to
//! its size; a tile as served decodes to the pixels we would show; associated images have the size they say.

use super::slide::{Level, Slide, TileExtent};
use super::{Error, LevelFacts, Member, Picture, jpeg};
use crate::pyramid::geometry::{Region, TileAt};

/// What a walk looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Extents seen: one for every tile of every level.
    pub extents: u64,
    /// Tiles decoded.
    pub tiles: u64,
    /// Tiles compared with their served form.
    pub served: u64,
    /// Associated images decoded.
    pub associated: u64,
}

/// Checks a slide; decodes at most `tiles` tiles of each level, spread evenly. A broken promise is
/// [`Error::Damaged`] and says which.
pub fn check(slide: &Slide, members: &[Member<'_>], tiles: u64) -> Result<Checked, Error> {
    facts_agree(slide)?;
    let mut checked = Checked::default();
    for (place, level) in slide.levels().iter().enumerate() {
        let step = level.grid.tiles().div_ceil(tiles.max(1)).max(1);
        let mut seen = 0;
        slide.extents(members, place, &mut |extent| {
            next_in_order(level, extent, seen)?;
            if seen % step == 0 {
                let compared = tile_agrees(slide, members, level, extent.at)?;
                checked.tiles += 1;
                checked.served += u64::from(compared);
            }
            seen += 1;
            Ok(())
        })?;
        promise(
            seen == level.grid.tiles(),
            "a level has an extent for every tile",
        )?;
        checked.extents += seen;
    }
    edges_agree(slide, members)?;
    for image in &slide.facts().associated {
        let picture = slide.associated(members, &image.name)?;
        let agrees = (picture.width, picture.height) == (image.w, image.h);
        promise(agrees, "an associated image has the size it says")?;
        checked.associated += 1;
    }
    Ok(checked)
}

fn facts_agree(slide: &Slide) -> Result<(), Error> {
    let facts = slide.facts();
    promise(!slide.levels().is_empty(), "a slide has a level")?;
    levels_agree(slide, 0, &facts.levels)?;
    for (number, image) in (0..).zip(&facts.images) {
        levels_agree(slide, number, &image.levels)?;
    }
    let images = facts.images.len().max(1);
    let mut levels = slide.levels().iter();
    let known = levels.all(|level| usize::from(level.image) < images);
    promise(known, "every level is one of a known image")?;
    let first = &facts.levels[0];
    promise(
        (facts.width, facts.height) == (first.w, first.h),
        "level 0 is the slide's size",
    )?;
    let positive = facts
        .mpp
        .iter()
        .flatten()
        .all(|mpp| mpp.is_finite() && *mpp > 0.0);
    promise(positive, "a known scale is a positive number")
}

/// The levels of one image are those the facts tell of, numbered from 0, each smaller than the one before.
fn levels_agree(slide: &Slide, image: u16, said: &[LevelFacts]) -> Result<(), Error> {
    let levels = slide.levels().iter().filter(|level| level.image == image);
    let levels: Vec<&Level> = levels.collect();
    let agrees = (0..).zip(&levels).zip(said).all(|((number, level), said)| {
        let grid = level.grid;
        level.level == number
            && (grid.width, grid.height) == (said.w, said.h)
            && (grid.tile_width, grid.tile_height) == (said.tile_w, said.tile_h)
            && grid.tiles() > 0
    });
    let count = levels.len() == said.len() && !said.is_empty();
    promise(agrees && count, "the facts agree with the levels")?;
    let mut sizes = said.windows(2);
    let shrinking = sizes.all(|pair| pair[1].w < pair[0].w);
    promise(shrinking, "each level is smaller than the one before")
}

fn next_in_order(level: &Level, extent: TileExtent, seen: u64) -> Result<(), Error> {
    let place = level.grid.place(extent.at.column, extent.at.row);
    let here = extent.at.level == level.level && extent.at.image == level.image;
    promise(here && place == Some(seen), "extents come row by row")
}

/// Decodes a tile; true when it could be compared with its served form.
fn tile_agrees(
    slide: &Slide,
    members: &[Member<'_>],
    level: &Level,
    at: TileAt,
) -> Result<bool, Error> {
    let shown = slide.tile_pixels(members, at)?;
    let (wide, high) = (level.grid.tile_width, level.grid.tile_height);
    promise(
        (shown.width, shown.height) == (wide, high),
        "a tile has its grid's size",
    )?;
    promise(
        shown.rgb.len() as u64 == u64::from(wide) * u64::from(high) * 3,
        "a tile is whole",
    )?;
    match slide.tile(members, at) {
        Err(Error::NotShowable { .. }) if !level.codec.browser_shows() => Ok(false),
        Err(why) => Err(why),
        Ok(served) => {
            let served = jpeg::decode(&served, wide, high)?;
            let same = served == shown || (level.made && near(&served, &shown));
            promise(same, "a tile as served shows the pixels we show")?;
            Ok(true)
        }
    }
}

/// Whether a tile that was compressed once more shows what it was made from: less than 4 levels apart on average.
fn near(made: &Picture, from: &Picture) -> bool {
    let pairs = made.rgb.iter().zip(&from.rgb);
    let apart: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    apart < 4 * made.rgb.len() as u64
}

/// The last pixel of the slide is there, and what lies beyond it is white.
fn edges_agree(slide: &Slide, members: &[Member<'_>]) -> Result<(), Error> {
    let facts = slide.facts();
    let region = |x, y, side| Region {
        x,
        y,
        width: side,
        height: side,
    };
    let corner = (facts.width - 1, facts.height - 1);
    let last = slide.region(members, 0, region(corner.0, corner.1, 2))?;
    let beyond = last.rgb[3..].iter().all(|value| *value == 255);
    promise(beyond, "beyond its edges a slide is white")?;
    let outside = slide.region(members, 0, region(u32::MAX, u32::MAX, 2))?;
    promise(
        outside == Picture::white(2, 2),
        "far outside a slide is white",
    )
}

fn promise(kept: bool, promise: &str) -> Result<(), Error> {
    if kept {
        Ok(())
    } else {
        Err(Error::damaged(format!("broken promise: {promise}")))
    }
}
