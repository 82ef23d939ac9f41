//! Several JPEG tiles become one larger JPEG, no coefficient changed.
//!
//! ```text
//! ┌──┬──┐
//! │ 0│ 1│   row 0 of MCUs of tile 0, then of tile 1, …  ─▶  one stream with their tables
//! ├──┼──┤
//! │ 2│ 3│   Where the tiles were coded apart they stay so: pixels differ from those of the tiles only
//! └──┴──┘   where a decoder interpolates halved colours across what used to be an edge.
//! ```

use super::super::Error;
use super::frame::Frame;
use super::piece::Piece;
use super::scan::Scan;

/// Tiles put together at most: a side of 1,024 from tiles of 64.
const TILES: usize = 256;

/// Why tiles cannot become one JPEG without decoding; whoever wants one decodes and encodes them.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// They are no grid: none, or not full rows.
    #[error("{tiles} tiles in {columns} columns are no grid")]
    Grid {
        /// How many there are.
        tiles: usize,
        /// How many a row should have.
        columns: usize,
    },
    /// One of them is no baseline JPEG, or is damaged.
    #[error("tile {tile} cannot be copied: {why}")]
    Tile {
        /// Its place, row by row.
        tile: usize,
        /// What it is.
        #[source]
        why: Error,
    },
    /// One of them has another size than the first.
    #[error("tile {tile} has another size than the first")]
    Size {
        /// Its place, row by row.
        tile: usize,
    },
    /// One of them has other tables, sampling or colours than the first.
    #[error("tile {tile} is coded otherwise than the first")]
    Coding {
        /// Its place, row by row.
        tile: usize,
    },
    /// Their sides are no multiples of what is coded at once.
    #[error("tiles of {width} by {height} pixels end within a block of colours")]
    Mcu {
        /// Width of a tile in pixels.
        width: u32,
        /// Height of a tile in pixels.
        height: u32,
    },
    /// The whole would be larger than a JPEG can be.
    #[error("the whole would be larger than a JPEG can be")]
    TooLarge,
}

/// Puts stand-alone baseline JPEG tiles, row by row in `columns`, together into one JPEG: the coefficients are
/// theirs, block by block. All have the same size, a multiple of the MCU, and the same tables, sampling and
/// colours; otherwise [`Unfit`] says why not. At most 256 tiles; holds the whole once, compressed.
pub fn stitch(tiles: &[&[u8]], columns: usize) -> Result<Vec<u8>, Unfit> {
    let grid = Unfit::Grid {
        tiles: tiles.len(),
        columns,
    };
    if columns == 0
        || tiles.is_empty()
        || !tiles.len().is_multiple_of(columns)
        || tiles.len() > TILES
    {
        return Err(grid);
    }
    let frames = frames(tiles)?;
    let Some(first) = frames.first() else {
        return Err(grid);
    };
    let rows = tiles.len() / columns;
    let side = |of_tile: u32, count: usize| {
        let whole = u64::from(of_tile) * count as u64;
        u16::try_from(whole).map_err(|_| Unfit::TooLarge)
    };
    let size = (side(first.width, columns)?, side(first.height, rows)?);
    let mut piece = Piece::new(first, size, false);
    for row in 0..rows {
        let (from, to) = (row * columns, (row + 1) * columns);
        copy_row(&frames[from..to], &tiles[from..to], from, &mut piece)?;
    }
    Ok(piece.finish())
}

/// The headers of every tile, each fitting the first's.
fn frames(tiles: &[&[u8]]) -> Result<Vec<Frame>, Unfit> {
    let mut frames: Vec<Frame> = Vec::with_capacity(tiles.len());
    for (tile, stream) in tiles.iter().enumerate() {
        let frame = Frame::read(stream).map_err(|why| Unfit::Tile { tile, why })?;
        let (width, height) = (frame.width, frame.height);
        let (across, down) = frame.mcu();
        if !width.is_multiple_of(across)
            || !height.is_multiple_of(down)
            || width == 0
            || height == 0
        {
            return Err(Unfit::Mcu { width, height });
        }
        let first = frames.first().unwrap_or(&frame);
        if (width, height) != (first.width, first.height) {
            return Err(Unfit::Size { tile });
        }
        if !first.same_coding(&frame) || !first.same_colours(&frame) {
            return Err(Unfit::Coding { tile });
        }
        frames.push(frame);
    }
    Ok(frames)
}

/// Copies one row of tiles, whose first is number `place` of all.
fn copy_row(
    frames: &[Frame],
    tiles: &[&[u8]],
    place: usize,
    piece: &mut Piece<'_>,
) -> Result<(), Unfit> {
    let scan = |(frame, tile): (_, _)| whole_scan(frame, tile);
    let mut scans: Vec<Scan<'_>> = frames.iter().zip(tiles).map(scan).collect();
    let Some(first) = frames.first() else {
        return Ok(());
    };
    let (across, down) = first.mcu();
    for _ in 0..first.height / down {
        for (column, scan) in scans.iter_mut().enumerate() {
            let tile = place + column;
            scan.copy(first.width / across, piece)
                .map_err(|why| Unfit::Tile { tile, why })?;
        }
    }
    Ok(())
}

fn whole_scan<'a>(frame: &'a Frame, tile: &'a &[u8]) -> Scan<'a> {
    Scan::new(frame, tile, (frame.scan_at as u64, tile.len() as u64), 0)
}
