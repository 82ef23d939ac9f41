//! Pictures composed of tiles: what a browser cannot show, what lies between levels, what is larger than a tile.
//!
//! ```text
//!  place + scale ─▶ the coarsest level fine enough ─▶ its tiles, each read and checked by its tag
//!               ─▶ a child decodes, cuts and scales them ─▶ JPEG or PNG
//! ```
//!
//! Invariants: nothing reaches a decoder that did not pass the tag of its place, so a composed picture shows what
//! was published or nothing; derived levels count like native ones. Bounds: one picture needs at most
//! [`CANVAS_PIXELS`] pixels of its level and [`MOST_TILES`] tiles, handed on in batches of
//! [`sandbox::PLACED_BYTES`].

use archive::{Tile, Tileset};
use bytes::Bytes;
use catalog::views::ScanAccess;
use pathology::formats::{Area, CANVAS_PIXELS, Codec};
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::Level;
use sandbox::{Child, Form, PLACED_BYTES, Placed, Refusal, Sheet};

use crate::checked;
use crate::door::Door;
use crate::problem::Problem;

/// Tiles of one picture at most.
const MOST_TILES: u64 = 4_096;
/// Quality of a composed JPEG.
pub(crate) const QUALITY: u8 = 90;

/// What is wanted of one image: a rectangle in level-0 pixels, at this size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) image: u16,
    /// In pixels of level 0.
    pub(crate) area: Area,
    /// In pixels of the picture.
    pub(crate) size: (u32, u32),
    pub(crate) form: Form,
}

/// A level, the tiles of it that are needed, and the area in its own pixels.
struct Sources {
    level: Level,
    columns: std::ops::Range<u32>,
    rows: std::ops::Range<u32>,
    area: Area,
    corner: (u32, u32),
    extent: (u32, u32),
}

/// Composes a picture of a scan that was opened.
pub(crate) async fn compose(
    door: &Door,
    access: &ScanAccess,
    tileset: &Tileset,
    wanted: Wanted,
) -> Result<Bytes, Problem> {
    let header = door.keepers.tilesets.header(tileset).await?;
    let sources = sources(header.levels(), wanted)?;
    paint(door, access, tileset, &sources, wanted).await
}

/// `span` × `span` tiles of one level as one JPEG, as a browser shows it, decoded from how they are stored;
/// `at` counts in steps of `span` tiles.
pub(crate) async fn exact(
    door: &Door,
    access: &ScanAccess,
    tileset: &Tileset,
    at: TileAt,
    span: u32,
) -> Result<Bytes, Problem> {
    let header = door.keepers.tilesets.header(tileset).await?;
    let level = header.level_of(TileAt {
        column: at.column.saturating_mul(span),
        row: at.row.saturating_mul(span),
        ..at
    });
    let level = *level.ok_or_else(|| Problem::not_found("tile"))?;
    let sources = Sources::of_tiles(level, (at.column * span, at.row * span), span);
    let wanted = Wanted {
        image: at.image,
        area: sources.area,
        size: sources.extent,
        form: Form::Jpeg(QUALITY),
    };
    paint(door, access, tileset, &sources, wanted).await
}

/// `span` × `span` tiles as one JPEG: without loss where their streams allow it, else decoded.
pub(crate) async fn joined(
    door: &Door,
    access: &ScanAccess,
    tileset: &Tileset,
    at: TileAt,
    span: u32,
) -> Result<Bytes, Problem> {
    if let Some(tiles) = all_of(door, tileset, at, span).await? {
        let members = checked::members(door, access)?;
        let work = async |child: &mut Child| child.join(tiles, span as u16).await;
        let sandbox = &door.keepers.sandbox;
        let made = door.decoders.with(sandbox, tileset.scan, &members, work);
        match made.await {
            Ok(bytes) => return Ok(bytes.into()),
            Err(sandbox::Error::Refused {
                kind: Refusal::NotShowable,
                ..
            }) => {}
            Err(why) => return Err(why.into()),
        }
    }
    exact(door, access, tileset, at, span).await
}

/// The JPEG tiles of a square, row by row; none where one of them is missing or no JPEG.
async fn all_of(
    door: &Door,
    tileset: &Tileset,
    at: TileAt,
    span: u32,
) -> Result<Option<Vec<Vec<u8>>>, Problem> {
    let header = door.keepers.tilesets.header(tileset).await?;
    let first = (at.column.saturating_mul(span), at.row.saturating_mul(span));
    let level = header.level_of(TileAt {
        column: first.0,
        row: first.1,
        ..at
    });
    let Some(level) = level.filter(|level| level.codec == Codec::Jpeg) else {
        return Ok(None);
    };
    let batches = fetch(door, tileset, &Sources::of_tiles(*level, first, span)).await?;
    let whole = batches.len() == 1 && batches[0].len() == (span * span) as usize;
    Ok(whole.then(|| {
        batches
            .into_iter()
            .flatten()
            .map(|tile| tile.bytes)
            .collect()
    }))
}

/// The coarsest level that is as fine as what is wanted, and what of it is needed.
fn sources(levels: &[Level], wanted: Wanted) -> Result<Sources, Problem> {
    let scale = wanted.area.width / f64::from(wanted.size.0.max(1));
    let fine = |level: &&Level| {
        level.image == wanted.image && (level.scale <= scale * 1.001 || level.level == 0)
    };
    let coarsest = |a: &&Level, b: &&Level| a.scale.total_cmp(&b.scale);
    let level = levels.iter().filter(fine).max_by(coarsest);
    let level = *level.ok_or_else(|| Problem::not_found("image"))?;
    let area = Area {
        x: wanted.area.x / level.scale,
        y: wanted.area.y / level.scale,
        width: wanted.area.width / level.scale,
        height: wanted.area.height / level.scale,
    };
    let corner = (area.x.floor() as u32, area.y.floor() as u32);
    let end = ((area.x + area.width).ceil(), (area.y + area.height).ceil());
    let extent = (
        (end.0 as u32).saturating_sub(corner.0).max(1),
        (end.1 as u32).saturating_sub(corner.1).max(1),
    );
    if u64::from(extent.0) * u64::from(extent.1) > CANVAS_PIXELS {
        return Err(Problem::invalid(
            "region",
            "so much at so coarse a scale needs a level that is not made yet: ask for less of it, or again when the slide is verified",
        ));
    }
    Ok(Sources {
        columns: covered(
            corner.0,
            extent.0,
            level.grid.tile_width,
            level.grid.columns(),
        ),
        rows: covered(
            corner.1,
            extent.1,
            level.grid.tile_height,
            level.grid.rows(),
        ),
        level,
        area,
        corner,
        extent,
    })
}

/// The tiles of one direction that a stretch of pixels touches.
fn covered(first: u32, length: u32, tile: u32, tiles: u32) -> std::ops::Range<u32> {
    let end = first.saturating_add(length).div_ceil(tile).min(tiles);
    (first / tile).min(end)..end
}

async fn paint(
    door: &Door,
    access: &ScanAccess,
    tileset: &Tileset,
    sources: &Sources,
    wanted: Wanted,
) -> Result<Bytes, Problem> {
    let count = sources.columns.len() as u64 * sources.rows.len() as u64;
    if count > MOST_TILES {
        return Err(Problem::invalid(
            "region",
            "it needs too many tiles: ask for less of it",
        ));
    }
    let batches = fetch(door, tileset, sources).await?;
    let work = async |child: &mut Child| {
        child.canvas(sources.sheet()).await?;
        for tiles in batches {
            child.place(tiles).await?;
        }
        child.look(sources.area, wanted.size, wanted.form).await
    };
    let sandbox = &door.keepers.sandbox;
    let members = checked::members(door, access)?;
    let made = door.decoders.with(sandbox, tileset.scan, &members, work);
    Ok(made.await?.into())
}

/// The tiles that have bytes, in batches for the child. At most [`CANVAS_PIXELS`] pixels of them, so their
/// bytes are fewer than the canvas has; tiles left out by the scanner stay white.
async fn fetch(
    door: &Door,
    tileset: &Tileset,
    sources: &Sources,
) -> Result<Vec<Vec<Placed>>, Problem> {
    let (mut batches, mut bytes) = (vec![Vec::new()], 0);
    for row in sources.rows.clone() {
        for column in sources.columns.clone() {
            let at = TileAt {
                image: sources.level.image,
                level: sources.level.level,
                column,
                row,
            };
            let tile = door.keepers.tilesets.tile(tileset, at).await?;
            let Tile::Coded { bytes: stored, .. } = tile else {
                continue;
            };
            bytes += stored.len();
            if bytes > PLACED_BYTES {
                batches.push(Vec::new());
                bytes = stored.len();
            }
            let placed = Placed {
                column,
                row,
                bytes: stored.to_vec(),
            };
            batches
                .last_mut()
                .expect("there is always one")
                .push(placed);
        }
    }
    Ok(batches)
}

impl Sources {
    /// A square of tiles, whole; what lies beyond the level stays white.
    fn of_tiles(level: Level, (column, row): (u32, u32), span: u32) -> Self {
        let grid = level.grid;
        let corner = (column * grid.tile_width, row * grid.tile_height);
        let extent = (grid.tile_width * span, grid.tile_height * span);
        Self {
            level,
            columns: column..(column + span).min(grid.columns()),
            rows: row..(row + span).min(grid.rows()),
            area: Area {
                x: corner.0.into(),
                y: corner.1.into(),
                width: extent.0.into(),
                height: extent.1.into(),
            },
            corner,
            extent,
        }
    }

    fn sheet(&self) -> Sheet {
        let level = &self.level;
        Sheet {
            // A JPEG comes whole, tables and all; other codecs need what the file says of them.
            stored_as: (level.codec != Codec::Jpeg).then_some((level.image, level.level)),
            grid: level.grid,
            corner: self.corner,
            size: self.extent,
        }
    }
}

#[cfg(test)]
mod tests {
    use pathology::formats::Colour;
    use pathology::pyramid::geometry::Grid;

    use super::*;

    fn levels() -> Vec<Level> {
        let level = |level: u16, scale: f64| Level {
            image: 0,
            level,
            grid: Grid {
                width: (4000.0 / scale) as u32,
                height: (2000.0 / scale) as u32,
                tile_width: 256,
                tile_height: 256,
            },
            scale,
            derived: false,
            codec: Codec::Jpeg,
            colour: Colour::YCbCr,
            table: None,
        };
        vec![level(0, 1.0), level(1, 4.0), level(2, 2.0)]
    }

    fn wanted(x: f64, side: f64, size: u32) -> Wanted {
        Wanted {
            image: 0,
            area: Area {
                x,
                y: 0.0,
                width: side,
                height: side,
            },
            size: (size, size),
            form: Form::Png,
        }
    }

    #[test]
    fn the_coarsest_level_that_is_fine_enough_is_taken_wherever_it_stands() {
        let of = |side, size| sources(&levels(), wanted(0.0, side, size)).unwrap().level;
        assert_eq!(of(100.0, 100).level, 0);
        assert_eq!(of(100.0, 200).level, 0, "nothing is finer than level 0");
        assert_eq!(of(190.0, 100).level, 0);
        assert_eq!(of(300.0, 100).level, 2);
        assert_eq!(of(2000.0, 100).level, 1);
    }

    #[test]
    fn the_tiles_are_those_that_the_area_touches() {
        let part = sources(&levels(), wanted(255.5, 300.0, 300)).unwrap();
        assert_eq!((part.columns, part.rows), (0..3, 0..2));
        assert_eq!((part.corner, part.extent), ((255, 0), (301, 300)));
        let outside = sources(&levels(), wanted(4e9, 300.0, 300)).unwrap();
        assert!(outside.columns.is_empty());
        let none = Wanted {
            image: 7,
            ..wanted(0.0, 1.0, 1)
        };
        assert!(sources(&levels(), none).is_err());
    }

    #[test]
    fn too_much_of_too_fine_a_level_is_refused_before_anything_is_read() {
        let fine = &levels()[..1];
        let refused = sources(fine, wanted(0.0, 100_000.0, 500)).map(|_| ());
        assert_eq!(refused.unwrap_err().code, "invalid");
    }
}
