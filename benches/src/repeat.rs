//! A slide of any size, fast: the stored tiles of another one, over and over.
//!
//! The tiles are copied as they are stored, so the result is as heavy to read, to digest and to index as
//! a real slide of that size; what it shows means nothing. One level, square, 64-bit offsets.
//! Memory: 16 bytes a tile, and one tile.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use pathology::formats::{self, Member, ReadAt};
use serde_json::{Value, json};

use crate::Failure;

pub(crate) struct Disk(pub(crate) File, pub(crate) u64);

impl ReadAt for Disk {
    fn size(&self) -> u64 {
        self.1
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.0.read_exact_at(buffer, offset)
    }
}

/// The tiles to repeat.
struct Source {
    disk: Disk,
    extents: Vec<(u64, u32)>,
    tables: Vec<u8>,
    side: u32,
}

/// Writes `out` with about `bytes` bytes of tiles of level 0 of `slide`.
pub(crate) fn write(slide: &Path, out: &Path, bytes: u64) -> Result<Value, Failure> {
    let source = open(slide)?;
    let held: u64 = source
        .extents
        .iter()
        .map(|(_, length)| u64::from(*length))
        .sum();
    let wanted = bytes * source.extents.len() as u64 / held.max(1);
    let columns = (wanted as f64).sqrt().ceil() as u32;
    let mut out = BufWriter::new(File::create(out)?);
    out.write_all(b"II\x2B\0\x08\0\0\0\0\0\0\0\0\0\0\0")?;
    let places = tiles(&source, u64::from(columns).pow(2), &mut out)?;
    directory(&source, columns, &places, &mut out)?;
    let size = out.stream_position()?;
    out.flush()?;
    Ok(json!({"size_bytes": size, "tiles": places.len()}))
}

fn open(slide: &Path) -> Result<Source, Failure> {
    let file = File::open(slide)?;
    let size = file.metadata()?.len();
    let disk = Disk(file, size);
    let members = [Member {
        name: "slide",
        bytes: &disk,
    }];
    let opened = formats::open(&members)?;
    let level = opened.levels().first().ok_or("the slide has no level")?;
    let tables = level.tables.as_deref().unwrap_or_default().to_vec();
    let side = level.grid.tile_width;
    let mut extents = Vec::new();
    opened.extents(&members, 0, &mut |tile| {
        if tile.length > 0 {
            extents.push((tile.offset, tile.length));
        }
        Ok(())
    })?;
    Ok(Source {
        disk,
        extents,
        tables,
        side,
    })
}

/// Where each tile was put.
fn tiles(
    source: &Source,
    count: u64,
    out: &mut BufWriter<File>,
) -> Result<Vec<(u64, u64)>, Failure> {
    let mut places = Vec::with_capacity(count as usize);
    let mut at = out.stream_position()?;
    let mut tile = Vec::new();
    for (offset, length) in source.extents.iter().cycle().take(count as usize) {
        tile.resize(*length as usize, 0);
        source.disk.read_exact_at(*offset, &mut tile)?;
        out.write_all(&tile)?;
        places.push((at, tile.len() as u64));
        at += tile.len() as u64;
    }
    Ok(places)
}

/// The directory behind the tiles, as `BigTIFF` wants it: entries in ascending order, long values before it.
fn directory(
    source: &Source,
    columns: u32,
    places: &[(u64, u64)],
    out: &mut BufWriter<File>,
) -> Result<(), Failure> {
    let side = columns * source.side;
    let description = format!(
        "Aperio Slideway Repeated\r\n{side}x{side} [0,0 {side}x{side}] ({0}x{0}) JPEG/RGB Q=80|AppMag = 40|MPP = 0.25\0",
        source.side
    );
    let numbers = |of: fn(&(u64, u64)) -> u64| -> Vec<u8> {
        places
            .iter()
            .flat_map(|place| of(place).to_le_bytes())
            .collect()
    };
    let long = |value: u32| (4_u16, 1_u64, value.to_le_bytes().to_vec());
    let short = |values: &[u16]| {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        (3, values.len() as u64, bytes)
    };
    let text = description.into_bytes();
    let entries = [
        (254, long(0)),
        (256, long(side)),
        (257, long(side)),
        (258, short(&[8, 8, 8])),
        (259, short(&[7])),
        (262, short(&[6])),
        (270, (2, text.len() as u64, text)),
        (277, short(&[3])),
        (284, short(&[1])),
        (322, long(source.side)),
        (323, long(source.side)),
        (324, (16, places.len() as u64, numbers(|place| place.0))),
        (325, (16, places.len() as u64, numbers(|place| place.1))),
        (347, (7, source.tables.len() as u64, source.tables.clone())),
        (530, short(&[2, 2])),
    ];
    let mut body = (entries.len() as u64).to_le_bytes().to_vec();
    for (tag, (kind, count, mut value)) in entries {
        if value.len() > 8 {
            let at = out.stream_position()?;
            out.write_all(&value)?;
            value = at.to_le_bytes().to_vec();
        }
        value.resize(8, 0);
        body.extend(u16::to_le_bytes(tag));
        body.extend(kind.to_le_bytes());
        body.extend(count.to_le_bytes());
        body.extend(value);
    }
    body.extend([0; 8]);
    let first = out.stream_position()?;
    out.write_all(&body)?;
    let end = out.stream_position()?;
    out.seek(SeekFrom::Start(8))?;
    out.write_all(&first.to_le_bytes())?;
    out.seek(SeekFrom::Start(end))?;
    Ok(())
}
