//! Looks a slide over: a low level whole, a bounded number of cells at full resolution, the macro.
//!
//! ```text
//!  overview: the smallest level of 512 pixels or more │ the thumbnail │ one pixel block a tile
//!  cells:    squares of level 0 that are mostly tissue, evenly taken in row order
//! ```
//! Bound: 16 megapixels of a level, or 576 tiles where the slide has no low level, and the cells of
//! [`Thresholds`]; of a slide in strips the rows that hold them, each decoded once. The same slide gives the same record.

use rayon::prelude::*;

use super::{Error, Member, Picture, REGION_PIXELS, Slide};
use crate::pyramid::geometry::Region;
use crate::pyramid::pixels::{Pixels, Reduced};
use crate::pyramid::quality::{Cell, Quality, Thresholds, rounded};
use crate::pyramid::{coverage, focus, heat, tissue};

/// Most pixels of a level that is looked at whole.
const WHOLE_PIXELS: u64 = 16 << 20;
/// Shortest long side of an overview that shows where tissue is.
const LEAST_SIDE: u32 = 512;
/// Longest side of the overview the measures use.
const OVERVIEW: u32 = 1024;
/// Most tiles across or down that stand for a slide without low levels.
const LATTICE: u32 = 24;
/// Side of a cell in pixels of about half a micrometre.
const CELL: u32 = 256;
/// Microns a pixel below which a cell is halved before it is scored.
const FINE_MICRONS: f64 = 0.35;
/// Share of a cell that must be tissue.
const MOSTLY: f64 = 0.6;
/// Most cells ever.
const MOST_CELLS: u32 = 256;

/// Measures a slide and paints its heat map.
pub fn look_over(
    slide: &Slide,
    members: &[Member<'_>],
    thresholds: &Thresholds,
) -> Result<(Quality, Picture), Error> {
    let overview = overview(slide, members)?;
    let pixels = overview.pixels().ok_or(Error::EmptyRegion)?;
    let found = tissue::find(&pixels);
    let cells = cells(slide, members, &found, thresholds.cells)?;
    let facts = slide.facts();
    let area_mm2 = facts.scale().map(|[across, down]| {
        f64::from(facts.width) * across * f64::from(facts.height) * down / 1e6
    });
    let share = found.tissue.share();
    let marked = f64::from(found.tissue.count() + found.pen.count()).max(1.0);
    let size = (facts.width, facts.height);
    let heat = heat::paint(&pixels, &found.pen, &cells, size, thresholds.blurred_below);
    let quality = Quality {
        ground: found.ground,
        tissue_share: rounded(share),
        tissue_mm2: area_mm2.map(|area| rounded(area * share)),
        pen_share: rounded(f64::from(found.pen.count()) / marked),
        coverage: covered(slide, members, &found)?,
        measured_cells: 0,
        blurred_share: None,
        blurred_below: thresholds.blurred_below,
        median_score: None,
        cells,
        flags: Vec::new(),
    };
    Ok((quality.judged(thresholds), picture(heat)))
}

/// The whole slide, small.
fn overview(slide: &Slide, members: &[Member<'_>]) -> Result<Reduced, Error> {
    let levels = slide.levels().iter().enumerate();
    let whole = levels.rev().find(|(_, level)| {
        let (width, height) = (level.grid.width, level.grid.height);
        let fits = u64::from(width) * u64::from(height) <= WHOLE_PIXELS;
        level.image == 0 && fits && (width.max(height) >= LEAST_SIDE || level.level == 0)
    });
    if let Some((place, level)) = whole {
        let region = Region {
            x: 0,
            y: 0,
            width: level.grid.width,
            height: level.grid.height,
        };
        return reduced(&slide.region(members, place, region)?, OVERVIEW);
    }
    match slide.associated(members, "thumbnail") {
        Ok(thumbnail) => reduced(&thumbnail, OVERVIEW),
        Err(Error::NoSuchImage(_)) => mosaic(slide, members),
        Err(why) => Err(why),
    }
}

/// Blocks of pixels that stand for evenly taken cells of level 0.
fn mosaic(slide: &Slide, members: &[Member<'_>]) -> Result<Reduced, Error> {
    let (width, height) = (slide.facts().width, slide.facts().height);
    let across = (width / CELL).clamp(1, LATTICE);
    let down = (height / CELL).clamp(1, LATTICE);
    let side = CELL / 16;
    let regions = (0..across * down).map(|n| Region {
        x: n % across * (width / across),
        y: n / across * (height / down),
        width: CELL.min(width),
        height: CELL.min(height),
    });
    let regions: Vec<_> = regions.collect();
    let blocks = each(slide, members, &regions, |_, block| {
        Ok(picture(reduced(&block, side)?))
    })?;
    let mut whole = Picture::white(across * side, down * side);
    for (n, block) in (0..).zip(&blocks) {
        let (column, row) = (n % across, n / across);
        whole.paste(block, i64::from(column * side), i64::from(row * side));
    }
    reduced(&whole, OVERVIEW)
}

/// Scores cells that are mostly tissue, evenly taken from all of them.
fn cells(
    slide: &Slide,
    members: &[Member<'_>],
    found: &tissue::Found,
    wanted: u32,
) -> Result<Vec<Cell>, Error> {
    let facts = slide.facts();
    let fine = facts
        .scale()
        .is_some_and(|[across, _]| across < FINE_MICRONS);
    let halvings = u32::from(fine);
    let side = CELL << halvings;
    let wanted = wanted.clamp(4, MOST_CELLS) as usize;
    let part = |n: u32, of: u32| f64::from(n) / f64::from(of.max(1));
    let mut regions = Vec::new();
    for row in 0..facts.height / side {
        for column in 0..facts.width / side {
            let (x, y) = (column * side, row * side);
            let from = (part(x, facts.width), part(y, facts.height));
            let to = (part(x + side, facts.width), part(y + side, facts.height));
            if found.tissue.share_within(from, to) >= MOSTLY {
                regions.push(Region {
                    x,
                    y,
                    width: side,
                    height: side,
                });
            }
        }
    }
    let count = regions.len().min(wanted);
    let taken: Vec<Region> = (0..count)
        .map(|n| regions[n * regions.len() / count])
        .collect();
    each(slide, members, &taken, |region, cell| {
        let pixels = Pixels::new(cell.width, cell.height, &cell.rgb);
        let score = pixels.and_then(|pixels| focus::score(&pixels, halvings));
        Ok(Cell {
            region,
            score: score.map(|score| rounded(f64::from(score))),
        })
    })
}

/// What is seen in regions of level 0, which come row by row and lie inside it. In strips any part of a row costs all
/// of it, so it is decoded once for all its regions.
pub(super) fn each<T: Send>(
    slide: &Slide,
    members: &[Member<'_>],
    regions: &[Region],
    see: impl Fn(Region, Picture) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let width = slide.facts().width;
    let fits = |one: &Region| u64::from(width) * u64::from(one.height) <= REGION_PIXELS;
    let strips = slide.costs_rows(0);
    let beside = |a: &Region, b: &Region| strips && fits(a) && (a.y, a.height) == (b.y, b.height);
    let rows: Vec<&[Region]> = regions.chunk_by(beside).collect();
    let seen = rows.into_par_iter().map(|row| match row {
        [one] => Ok(vec![see(*one, slide.region(members, 0, *one)?)?]),
        row => {
            let whole = Region {
                x: 0,
                width,
                ..row[0]
            };
            let band = slide.region(members, 0, whole)?;
            let cut = |one: &Region| see(*one, band.cut((one.x, 0), (one.width, one.height)));
            row.iter().map(cut).collect()
        }
    });
    let seen: Vec<Vec<T>> = seen.collect::<Result<_, Error>>()?;
    Ok(seen.into_iter().flatten().collect())
}

/// The macro's tissue against the scan's. A macro that cannot be decoded is none.
fn covered(
    slide: &Slide,
    members: &[Member<'_>],
    found: &tissue::Found,
) -> Result<coverage::Coverage, Error> {
    let glass = match slide.associated(members, "macro") {
        Ok(glass) => reduced(&glass, OVERVIEW)?,
        Err(Error::Io(why)) => return Err(Error::Io(why)),
        Err(_) => return Ok(coverage::Coverage::NoMacro),
    };
    let pixels = glass.pixels().ok_or(Error::EmptyRegion)?;
    Ok(coverage::compare(&pixels, &found.tissue))
}

fn reduced(picture: &Picture, side: u32) -> Result<Reduced, Error> {
    let pixels = Pixels::new(picture.width, picture.height, &picture.rgb);
    Ok(pixels.ok_or(Error::EmptyRegion)?.reduced(side))
}

fn picture(reduced: Reduced) -> Picture {
    Picture {
        width: reduced.width,
        height: reduced.height,
        rgb: reduced.rgb,
    }
}

#[cfg(test)]
mod tests;
