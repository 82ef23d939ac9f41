//! Deep Zoom: a compatibility view for viewers that speak nothing else. Our own viewer uses the tiles.
//!
//! Levels halve from the whole slide down to one pixel; tiles have 256 pixels and no overlap (the Deep Zoom
//! file format as Microsoft described it for Silverlight and as `OpenSeadragon` reads it). Where a stored tile is
//! exactly what is asked for it is handed out as it is; everything else is composed and kept for a while.

use archive::{Tile, Tileset};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use pathology::formats::{Area, Codec};
use pathology::ids::ScanId;
use pathology::pyramid::geometry::{Grid, TileAt};
use pathology::tileset::Level;
use sandbox::Form;

use crate::audience::{Caller, parsed};
use crate::composed::{QUALITY, Wanted, compose};
use crate::door::Door;
use crate::pictures::Composed;
use crate::problem::Problem;
use crate::tiles::granted;

/// Side of a tile.
const TILE: u32 = 256;

/// The description: size of the slide and of its tiles.
pub(crate) async fn description(
    State(door): State<Door>,
    caller: Caller,
    Path(scan): Path<String>,
) -> Result<Response, Problem> {
    let grant = granted(&door, &caller, parsed(&scan, "scan")?).await?;
    let header = door.keepers.tilesets.header(&grant.tileset).await?;
    let Grid { width, height, .. } = full(header.levels())?.grid;
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="{TILE}"><Size Width="{width}" Height="{height}"/></Image>
"#
    );
    let headers = [
        (header::CONTENT_TYPE, "application/xml"),
        (header::CACHE_CONTROL, "private, max-age=60"),
    ];
    Ok((headers, text).into_response())
}

/// One tile: `{level}/{column}_{row}.jpg`.
pub(crate) async fn tile(
    State(door): State<Door>,
    caller: Caller,
    Path((scan, level, file)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let scan: ScanId = parsed(&scan, "scan")?;
    let level: u32 = parsed(&level, "tile")?;
    let (column, row) = place(&file).ok_or_else(|| Problem::not_found("tile"))?;
    let grant = granted(&door, &caller, scan).await?;
    let header = door.keepers.tilesets.header(&grant.tileset).await?;
    let full = *full(header.levels())?;
    let piece = Piece::of(full.grid, level, column, row);
    let piece = piece.ok_or_else(|| Problem::not_found("tile"))?;
    let stored = piece.stored(&door, &grant.tileset, header.levels()).await?;
    let bytes = if let Some(bytes) = stored {
        bytes
    } else {
        let key = Composed::DeepZoom(level, column, row);
        let wanted = piece.wanted();
        let make = compose(&door, &grant.access, &grant.tileset, wanted);
        door.pictures.composed(&grant.tileset, key, make).await?
    };
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, max-age=60"),
    ];
    Ok((headers, bytes).into_response())
}

fn full(levels: &[Level]) -> Result<&Level, Problem> {
    levels.first().ok_or_else(|| Problem::not_found("level"))
}

/// Column and row of `3_7.jpg`.
fn place(file: &str) -> Option<(u32, u32)> {
    let name = file
        .strip_suffix(".jpg")
        .or_else(|| file.strip_suffix(".jpeg"))?;
    let (column, row) = name.split_once('_')?;
    Some((column.parse().ok()?, row.parse().ok()?))
}

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    /// Level-0 pixels to one of its pixels: a power of two.
    scale: f64,
    column: u32,
    row: u32,
    width: u32,
    height: u32,
    /// The slide ends inside a full tile of this place.
    partial: bool,
}

impl Piece {
    /// The tile of a level counted from one pixel upwards, or `None` outside.
    fn of(slide: Grid, level: u32, column: u32, row: u32) -> Option<Self> {
        let most = slide.width.max(slide.height).max(1);
        let last = u32::BITS - (most - 1).leading_zeros();
        let halvings = last.checked_sub(level)?;
        let scale = 1_u64 << halvings;
        let side = |full: u32| u64::from(full).div_ceil(scale) as u32;
        let left = |full: u32, place: u32| {
            side(full)
                .checked_sub(place.checked_mul(TILE)?)
                .filter(|left| *left > 0)
        };
        let (right, below) = (left(slide.width, column)?, left(slide.height, row)?);
        Some(Self {
            scale: scale as f64,
            column,
            row,
            width: right.min(TILE),
            height: below.min(TILE),
            partial: right < TILE || below < TILE,
        })
    }

    fn wanted(self) -> Wanted {
        let side = |pixels: u32| f64::from(pixels) * self.scale;
        Wanted {
            image: 0,
            area: Area {
                x: side(self.column * TILE),
                y: side(self.row * TILE),
                width: side(self.width),
                height: side(self.height),
            },
            size: (self.width, self.height),
            form: Form::Jpeg(QUALITY),
        }
    }

    /// The stored tile, where it is exactly this one.
    async fn stored(
        self,
        door: &Door,
        tileset: &Tileset,
        levels: &[Level],
    ) -> Result<Option<Bytes>, Problem> {
        let same = |level: &&Level| {
            level.image == 0
                && (level.grid.tile_width, level.grid.tile_height) == (TILE, TILE)
                && (level.scale - self.scale).abs() < f64::EPSILON
                && level.codec == Codec::Jpeg
        };
        let Some(level) = levels.iter().find(same).filter(|_| !self.partial) else {
            return Ok(None);
        };
        let at = TileAt {
            image: 0,
            level: level.level,
            column: self.column,
            row: self.row,
        };
        match door.keepers.tilesets.tile(tileset, at).await? {
            Tile::Coded { bytes, .. } => Ok(Some(bytes)),
            Tile::Blank | Tile::Absent => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLIDE: Grid = Grid {
        width: 2220,
        height: 2967,
        tile_width: 240,
        tile_height: 240,
    };

    #[test]
    fn the_last_level_is_the_slide_and_the_first_is_one_pixel() {
        let last = Piece::of(SLIDE, 12, 8, 11).unwrap();
        assert_eq!((last.scale, last.width, last.height), (1.0, 172, 151));
        assert!(last.partial && !Piece::of(SLIDE, 12, 0, 0).unwrap().partial);
        let first = Piece::of(SLIDE, 0, 0, 0).unwrap();
        assert_eq!((first.scale, first.width, first.height), (4096.0, 1, 1));
        for outside in [
            (13, 0, 0),
            (12, 9, 0),
            (12, 0, 12),
            (0, 1, 0),
            (12, u32::MAX, 0),
        ] {
            assert_eq!(
                Piece::of(SLIDE, outside.0, outside.1, outside.2),
                None,
                "{outside:?}"
            );
        }
    }

    #[test]
    fn a_name_is_a_column_and_a_row() {
        assert_eq!(place("3_7.jpg"), Some((3, 7)));
        assert_eq!(place("3_7.jpeg"), Some((3, 7)));
        for wrong in ["3_7.png", "3-7.jpg", "_7.jpg", "3_.jpg", "-1_0.jpg", "3_7"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
