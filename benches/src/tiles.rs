//! How long does a stored tile take in process, with a warm index, beside `pread` of the same bytes?
//!
//! Each tile is asked for twice in a row, once by each way, the way that comes first alternating: what
//! the memory of the machine does to one, it does to the other.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use archive::Tile;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::{Header, Page, Row};
use serde_json::{Value, json};

use crate::Failure;
use crate::stored::{self, Stored};

/// Tiles asked for before anything is measured, so that every page of the index is open.
const WARM_EVERY: u64 = 1_000;

/// A tile and where its bytes lie.
struct Place {
    at: TileAt,
    offset: u64,
    length: usize,
}

/// Nanoseconds of each tile by both ways.
#[derive(Default)]
struct Times {
    ours: Vec<u64>,
    pread: Vec<u64>,
}

pub(crate) async fn measure(folder: &Path, count: u64) -> Result<Value, Failure> {
    let stored = stored::open(folder).await?;
    let path = folder.join(&stored.manifest.members[0].key);
    let file = File::open(path)?;
    let places = places(&stored, folder, count).await?;
    warm(&stored).await?;
    let mut times = Times::default();
    let mut buffer = vec![0; places.iter().map(|place| place.length).max().unwrap_or(0)];
    for (n, place) in places.iter().enumerate() {
        let ours_first = n % 2 == 0;
        if ours_first {
            times.ours.push(ours(&stored, place).await?);
        }
        let began = Instant::now();
        file.read_exact_at(&mut buffer[..place.length], place.offset)?;
        times.pread.push(began.elapsed().as_nanos() as u64);
        if !ours_first {
            times.ours.push(ours(&stored, place).await?);
        }
    }
    Ok(json!({
        "ours_p50_us": percentile(&mut times.ours, 50),
        "ours_p99_us": percentile(&mut times.ours, 99),
        "pread_p50_us": percentile(&mut times.pread, 50),
        "pread_p99_us": percentile(&mut times.pread, 99),
    }))
}

async fn ours(stored: &Stored, place: &Place) -> Result<u64, Failure> {
    let began = Instant::now();
    let tile = stored.tilesets.tile(&stored.tileset, place.at).await?;
    let took = began.elapsed().as_nanos() as u64;
    match tile {
        Tile::Coded { .. } => Ok(took),
        Tile::Blank | Tile::Absent => Err("a tile with bytes was served without".into()),
    }
}

/// Tiles of all levels in an order that looks like chance, the same every time.
async fn places(stored: &Stored, folder: &Path, count: u64) -> Result<Vec<Place>, Failure> {
    let header = stored.tilesets.header(&stored.tileset).await?;
    let index = File::open(folder.join(&stored.manifest.index.key))?;
    let rows = header.facts().rows();
    let mut opened = HashMap::new();
    let mut state = 11_u64;
    let mut places = Vec::new();
    while (places.len() as u64) < count {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let number = (state >> 33) % rows;
        let at = header.facts().at(number).ok_or("a row without a place")?;
        let row = row(&header, &index, &mut opened, at)?;
        if row.length > 0 {
            places.push(Place {
                at,
                offset: row.offset,
                length: row.length as usize,
            });
        }
    }
    Ok(places)
}

fn row(
    header: &Header,
    index: &File,
    opened: &mut HashMap<u32, Page>,
    at: TileAt,
) -> Result<Row, Failure> {
    let place = header.page_of(at).ok_or("a tile outside the index")?;
    if let Some(page) = opened.get(&place.page) {
        return Ok(page.row(place.slot)?);
    }
    let mut page = vec![0; (place.range.end - place.range.start) as usize];
    index.read_exact_at(&mut page, place.range.start)?;
    let page = Page::open(page, header, place.page)?;
    let row = page.row(place.slot)?;
    opened.insert(place.page, page);
    Ok(row)
}

async fn warm(stored: &Stored) -> Result<(), Failure> {
    let header = stored.tilesets.header(&stored.tileset).await?;
    for number in (0..header.facts().rows()).step_by(WARM_EVERY as usize) {
        if let Some(at) = header.facts().at(number) {
            stored.tilesets.tile(&stored.tileset, at).await?;
        }
    }
    Ok(())
}

/// In microseconds.
fn percentile(times: &mut [u64], percent: usize) -> f64 {
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).map_or(0.0, |time| *time as f64 / 1000.0)
}
