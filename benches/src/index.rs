//! What does an index cost: reads to open it, bytes a tile, objects of a slide?

use std::path::Path;

use pathology::pyramid::geometry::TileAt;
use pathology::tileset::blocks_in;
use serde_json::{Value, json};

use crate::{Failure, stored};

/// A block's digest in the index, behind the rows.
const DIGEST_BYTES: u64 = 32;

/// Opens the index once and asks for one tile; the header is one read, its page and the tile one each.
pub(crate) async fn measure(folder: &Path) -> Result<Value, Failure> {
    let stored = stored::open(folder).await?;
    let before = stored.archive.reads().ranges();
    let header = stored.tilesets.header(&stored.tileset).await?;
    let opened = stored.archive.reads().ranges() - before;
    let first = TileAt {
        image: 0,
        level: 0,
        column: 0,
        row: 0,
    };
    stored.tilesets.tile(&stored.tileset, first).await?;
    let tile = stored.archive.reads().ranges() - before - opened;
    let tiles: u64 = header.levels().iter().map(|level| level.grid.tiles()).sum();
    let blocks: u64 = stored
        .manifest
        .members
        .iter()
        .map(|m| blocks_in(m.size_bytes))
        .sum();
    let behind = u64::from(stored.manifest.index.header_length) + blocks * DIGEST_BYTES;
    let rows = stored.manifest.index.size_bytes - behind;
    Ok(json!({
        "reads_to_open": opened,
        "reads_of_the_first_tile": tile,
        "bytes_a_tile": rows as f64 / tiles as f64,
        "objects": files(&folder.join("scans"))?,
    }))
}

fn files(folder: &Path) -> Result<u64, Failure> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        count += if entry.file_type()?.is_dir() {
            files(&entry.path())?
        } else {
            1
        };
    }
    Ok(count)
}
