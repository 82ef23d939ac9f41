//! Which levels a slide lacks: half-way ones where its own lie far apart, and small ones down to one tile.
//!
//! ```text
//!   native     1 ───────── 4 ───────── 16 ── 32
//!   appended        2           8                 64   128        numbers go on after the native ones
//!                 of 1        of 4               of 32
//! ```
//!
//! Native levels stay what they are, whatever their ratios. A level is made from the native one above it, by
//! halving, in tiles of that one's size: four of its tiles are then one new tile, and no pixel is held twice.

use super::geometry::Grid;

/// Two levels may lie so far apart; a screen in between shows at most this many pixels for one.
const WIDEST_STEP: f64 = 3.0;

/// A level that stands in the pyramid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The pixel plane.
    pub image: u16,
    /// Its number.
    pub level: u16,
    /// Its pixels and tiles.
    pub grid: Grid,
    /// Level-0 pixels to one of its own.
    pub scale: f64,
}

/// Levels that are made from one native level, each half the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// The native level.
    pub from: Standing,
    /// What is made of it, largest first; empty where nothing lacks below it.
    pub made: Vec<Standing>,
}

/// One chain for every level; `levels` are sorted by image and level. Levels whose tiles have odd sides
/// are halved no further: their tiles do not join to new ones.
pub fn chains(levels: &[Standing]) -> Vec<Chain> {
    let images = levels.chunk_by(|a, b| a.image == b.image);
    images.flat_map(of_image).collect()
}

fn of_image(levels: &[Standing]) -> Vec<Chain> {
    let mut number = levels.last().map_or(0, |last| last.level.saturating_add(1));
    let chains = levels.iter().map(|from| {
        // Appended levels stand behind the native ones, between which they lie.
        let smaller = levels.iter().map(|level| level.scale);
        let below = smaller.filter(|scale| *scale > from.scale).reduce(f64::min);
        let mut chain = Chain {
            from: *from,
            made: Vec::new(),
        };
        let mut last = *from;
        while lacks(&last, below) && number < u16::MAX {
            last = half(&last, number);
            chain.made.push(last);
            number += 1;
        }
        chain
    });
    chains.collect()
}

/// Whether something lacks between a level and the next native one, or the end.
fn lacks(level: &Standing, below: Option<f64>) -> bool {
    let Grid {
        tile_width,
        tile_height,
        ..
    } = level.grid;
    let even = tile_width.is_multiple_of(2) && tile_height.is_multiple_of(2);
    even && below.map_or(level.grid.tiles() > 1, |below| {
        below / level.scale > WIDEST_STEP
    })
}

fn half(level: &Standing, number: u16) -> Standing {
    let grid = Grid {
        width: level.grid.width.div_ceil(2),
        height: level.grid.height.div_ceil(2),
        ..level.grid
    };
    Standing {
        level: number,
        grid,
        scale: level.scale * 2.0,
        ..*level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn native(scales: &[u32], tile: u32) -> Vec<Standing> {
        let levels = (0..).zip(scales).map(|(level, scale)| Standing {
            image: 0,
            level,
            grid: Grid {
                width: 60_000 / scale,
                height: 50_000 / scale,
                tile_width: tile,
                tile_height: tile,
            },
            scale: f64::from(*scale),
        });
        levels.collect()
    }

    fn made(chains: &[Chain]) -> Vec<(u16, u16, f64)> {
        let all = chains.iter().flat_map(|chain| {
            chain
                .made
                .iter()
                .map(|made| (chain.from.level, made.level, made.scale))
        });
        all.collect()
    }

    #[test]
    fn half_way_levels_are_appended_and_small_ones_go_down_to_one_tile() {
        let chains = chains(&native(&[1, 4, 16, 32], 256));
        let expected = [
            (0, 4, 2.0),
            (1, 5, 8.0),
            (3, 6, 64.0),
            (3, 7, 128.0),
            (3, 8, 256.0),
        ];
        assert_eq!(made(&chains), expected);
        assert_eq!(chains[3].made[2].grid.tiles(), 1);
    }

    #[test]
    fn a_slide_without_levels_gets_a_whole_pyramid() {
        let chains = chains(&native(&[1], 256));
        let scales: Vec<f64> = made(&chains).iter().map(|level| level.2).collect();
        assert_eq!(scales, [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]);
    }

    #[test]
    fn what_was_made_lacks_nothing_more() {
        for scales in [&[1, 4, 16, 32][..], &[1]] {
            let mut levels = native(scales, 256);
            let made = chains(&levels).into_iter().flat_map(|chain| chain.made);
            levels.extend(made.collect::<Vec<_>>());
            levels.sort_by_key(|level| level.level);
            assert!(chains(&levels).iter().all(|chain| chain.made.is_empty()));
        }
    }

    #[test]
    fn a_third_and_odd_tiles_are_left_as_they_are() {
        assert!(
            chains(&native(&[1, 3, 9, 27], 4_096))
                .iter()
                .all(|chain| chain.made.is_empty())
        );
        assert!(
            chains(&native(&[1, 16], 241))
                .iter()
                .all(|chain| chain.made.is_empty())
        );
        assert_eq!(chains(&[]), []);
    }

    #[test]
    fn every_image_has_its_own_numbers() {
        let mut levels = native(&[1, 8], 512);
        levels.extend(
            native(&[1], 512)
                .into_iter()
                .map(|level| Standing { image: 1, ..level }),
        );
        let chains = chains(&levels);
        let first: Vec<_> = chains
            .iter()
            .filter_map(|chain| chain.made.first())
            .map(|level| (level.image, level.level))
            .collect();
        assert_eq!(first, [(0, 2), (0, 4), (1, 1)]);
    }
}
