//! How long does decoding every tile of a slide take on two threads, and nothing else?
//!
//! The tiles are read and decoded as verification does it, none twice and none left out, and forgotten.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use pathology::formats::{self, Colour, Member, ReadAt, jpeg};
use serde_json::{Value, json};

use crate::Failure;
use crate::repeat::Disk;

const THREADS: usize = 2;

/// A tile, its level's tables and how large it is.
struct Tile<'a> {
    offset: u64,
    length: u32,
    tables: Option<&'a [u8]>,
    colour: Colour,
    sides: (u32, u32),
}

pub(crate) fn measure(slide: &Path) -> Result<Value, Failure> {
    let file = File::open(slide)?;
    let size = file.metadata()?.len();
    let disk = Disk(file, size);
    let members = [Member {
        name: "slide",
        bytes: &disk,
    }];
    let opened = formats::open(&members)?;
    let mut tiles = Vec::new();
    for (place, level) in opened.levels().iter().enumerate() {
        opened.extents(&members, place, &mut |tile| {
            if tile.length > 0 {
                tiles.push(Tile {
                    offset: tile.offset,
                    length: tile.length,
                    tables: level.tables.as_deref(),
                    colour: level.colour,
                    sides: (level.grid.tile_width, level.grid.tile_height),
                });
            }
            Ok(())
        })?;
    }
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    let ended = std::thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| scope.spawn(|| decode_all(&disk, &tiles, &next)));
        let ended = threads.map(|thread| thread.join().map_err(|_| "a thread fell over")?);
        ended.into_iter().collect::<Result<Vec<()>, Failure>>()
    });
    ended?;
    Ok(json!({"seconds": began.elapsed().as_secs_f64(), "tiles": tiles.len()}))
}

fn decode_all(disk: &Disk, tiles: &[Tile<'_>], next: &AtomicUsize) -> Result<(), Failure> {
    while let Some(tile) = tiles.get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut bytes = vec![0; tile.length as usize];
        disk.read_exact_at(tile.offset, &mut bytes)?;
        let whole = jpeg::splice(tile.tables, &bytes, tile.colour);
        std::hint::black_box(jpeg::decode(&whole, tile.sides.0, tile.sides.1)?);
    }
    Ok(())
}
