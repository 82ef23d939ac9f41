//! What the parent believes of a child that works on a whole pyramid: each tile where it belongs, and no more of
//! them than there are.

use pathology::formats::{Level, jpeg};
use pathology::pyramid::geometry::{Grid, TileAt};

use super::no_such_level;
use crate::Error;
use crate::ask::MadeTile;
use crate::whole::{Derived, ToMake, ToVerify};

/// What must have been decoded and made before the work on a pyramid is over.
pub(crate) struct Whole {
    made: Vec<ToCome>,
    /// Tiles of the levels asked for that were not decoded or made yet.
    left: u64,
}

/// A level that is made.
struct ToCome {
    image: u16,
    level: u16,
    grid: Grid,
    /// Tiles that have not come.
    left: u64,
    /// The scanner may have left tiles out; of levels made by halving none lacks.
    gaps: bool,
}

impl Whole {
    /// Every level decoded, and its halves made.
    pub(crate) fn verified(asked: &ToVerify) -> Self {
        let chains = asked.chains.iter();
        let tiles = chains.clone().filter_map(|chain| chain.grids.first());
        Self {
            left: tiles.map(Grid::tiles).sum(),
            made: chains.flat_map(halves).collect(),
        }
    }

    /// A level made, and its halves with it.
    pub(crate) fn made(level: Option<&Level>, asked: &ToMake) -> Result<Self, Error> {
        let level = level.ok_or_else(no_such_level)?;
        let itself = ToCome {
            image: level.image,
            level: level.level,
            grid: level.grid,
            left: level.grid.tiles(),
            gaps: true,
        };
        Ok(Self {
            left: level.grid.tiles(),
            made: [itself].into_iter().chain(halves(asked)).collect(),
        })
    }

    /// The tiles of one reply. Each reply must bring the work on, so their number is bounded.
    pub(crate) fn derived(&mut self, derived: &Derived) -> Result<Vec<MadeTile>, Error> {
        if derived.done == 0 && derived.tiles.is_empty() {
            return Err(Error::Protocol("the work on the pyramid does not go on"));
        }
        let left = self.left.checked_sub(derived.done);
        self.left = left.ok_or(Error::Protocol("it decoded more tiles than there are"))?;
        let mut rest = derived.bytes.as_slice();
        let mut tiles = Vec::with_capacity(derived.tiles.len());
        for (at, length) in &derived.tiles {
            let cut = rest.split_at_checked(*length as usize);
            let (tile, after) = cut.ok_or(Error::Protocol("a made tile lacks bytes"))?;
            rest = after;
            self.one(*at, tile)?;
            tiles.push(MadeTile {
                at: *at,
                bytes: tile.to_vec(),
            });
        }
        if rest.is_empty() {
            Ok(tiles)
        } else {
            Err(Error::Protocol("there are bytes of no made tile"))
        }
    }

    fn one(&mut self, at: TileAt, tile: &[u8]) -> Result<(), Error> {
        let mut made = self.made.iter_mut();
        let level = made.find(|one| (one.image, one.level) == (at.image, at.level));
        let level = level.filter(|one| {
            let has = one.grid.place(at.column, at.row).is_some();
            has && (one.gaps || !tile.is_empty())
        });
        let level = level.ok_or(Error::Protocol("it made a tile nobody asked for"))?;
        let left = level.left.checked_sub(1);
        level.left = left.ok_or(Error::Protocol("there are more made tiles than places"))?;
        is_whole(tile, level.grid)
    }

    pub(crate) fn finished(&self) -> Result<(), Error> {
        if self.left == 0 && self.made.iter().all(|level| level.left == 0) {
            Ok(())
        } else {
            Err(Error::Protocol("it left tiles undone"))
        }
    }
}

fn halves(of: &ToMake) -> impl Iterator<Item = ToCome> {
    let made = of.numbers.iter().zip(of.grids.iter().skip(1));
    made.map(|(level, grid)| ToCome {
        image: of.image,
        level: *level,
        grid: *grid,
        left: grid.tiles(),
        gaps: false,
    })
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
            decoded: true,
        }
    }

    /// The level, and one of half its size.
    fn asked() -> ToMake {
        let grid = level().grid;
        let half = Grid {
            width: 250,
            height: 200,
            ..grid
        };
        ToMake {
            image: 0,
            level: 0,
            grids: vec![grid, half],
            numbers: vec![7],
        }
    }

    fn at(level: u16, column: u32, row: u32) -> TileAt {
        TileAt {
            image: 0,
            level,
            column,
            row,
        }
    }

    fn derived(done: u64, tiles: &[(TileAt, &[u8])]) -> Derived {
        let lengths = tiles.iter().map(|(at, tile)| (*at, tile.len() as u32));
        Derived {
            done,
            tiles: lengths.collect(),
            bytes: tiles.iter().flat_map(|(_, tile)| *tile).copied().collect(),
        }
    }

    fn begun() -> Whole {
        Whole::made(Some(&level()), &asked()).unwrap_or_else(|_| unreachable!())
    }

    #[test]
    fn made_tiles_are_taken_wherever_they_belong_and_no_more_than_there_are() {
        let tile = Picture::white(256, 256).to_jpeg(80).unwrap_or_default();
        let mut whole = begun();
        let first = [(at(0, 0, 0), &tile[..]), (at(0, 1, 0), &[])];
        let taken = whole.derived(&derived(2, &first)).unwrap_or_default();
        let places: Vec<_> = taken.iter().map(|one| (one.at, one.bytes.len())).collect();
        assert_eq!(places, [(at(0, 0, 0), tile.len()), (at(0, 1, 0), 0)]);
        assert!(whole.finished().is_err(), "some are missing");
        let rest = [(at(0, 0, 1), &tile[..]), (at(0, 1, 1), &tile)];
        assert!(whole.derived(&derived(2, &rest)).is_ok());
        assert!(whole.finished().is_err(), "the half is missing");
        assert!(whole.derived(&derived(0, &[(at(7, 0, 0), &tile)])).is_ok());
        assert!(whole.finished().is_ok());
        for more in [at(7, 0, 0), at(0, 0, 0)] {
            let again = whole.derived(&derived(0, &[(more, &tile)]));
            assert!(again.is_err(), "all were there");
        }
        assert!(whole.derived(&derived(1, &[])).is_err());
    }

    #[test]
    fn made_tiles_that_are_no_tiles_are_not_believed() {
        let small = Picture::white(128, 256).to_jpeg(80).unwrap_or_default();
        let tile = Picture::white(256, 256).to_jpeg(80).unwrap_or_default();
        let mut short = derived(1, &[(at(0, 0, 0), &tile)]);
        short.tiles[0].1 += 1;
        let mut more = derived(1, &[(at(0, 0, 0), &tile)]);
        more.bytes.push(0);
        for wrong in [
            derived(1, &[(at(0, 0, 0), &small)]),
            derived(1, &[(at(0, 0, 0), b"GIF89a")]),
            derived(1, &[(at(0, 2, 0), &tile)]),
            derived(1, &[(at(1, 0, 0), &tile)]),
            derived(0, &[(at(7, 0, 0), &[])]),
            derived(0, &[]),
            derived(5, &[(at(0, 0, 0), &tile)]),
            short,
            more,
        ] {
            assert!(begun().derived(&wrong).is_err(), "{:?}", wrong.tiles);
        }
        assert!(Whole::made(None, &asked()).is_err());
    }
}
