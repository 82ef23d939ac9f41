//! The directories of an SVS, as Aperio scanners write them.
//!
//! Full resolution, thumbnail, lower levels, label, macro: in this order, told apart by being tiled
//! and by the second line of their descriptions.

use std::io::{Seek, Write};

use weezl::{BitOrder, encode::Encoder as Lzw};

use super::container::{Container, Entry, Value};
use super::pyramid::Level;
use super::tiles::QUALITY;
use super::{Error, Recipe};
use crate::formats::Picture;

const MAKER: &str = "Aperio Slideway Synthetic v1.0";

/// The directory of a tiled level.
pub(super) fn level(recipe: &Recipe, level: &Level, tables: &[u8], full: &Level) -> Vec<Entry> {
    let grid = level.grid;
    let size = format!("{}x{}", full.grid.width, full.grid.height);
    let of = if std::ptr::eq(level, full) {
        format!("[0,0 {size}] (256x256)")
    } else {
        format!("[0,0 {size}] (256x256) -> {}x{}", grid.width, grid.height)
    };
    let description = format!(
        "{MAKER}\r\n{size} {of} JPEG/RGB Q={QUALITY}{}",
        properties(recipe)
    );
    vec![
        (254, Value::Longs(vec![0])),
        (256, Value::Longs(vec![grid.width])),
        (257, Value::Longs(vec![grid.height])),
        (258, Value::Shorts(vec![8; 3])),
        (259, Value::Shorts(vec![7])),
        (262, Value::Shorts(vec![6])),
        (270, Value::Text(description)),
        (277, Value::Shorts(vec![3])),
        (284, Value::Shorts(vec![1])),
        (322, Value::Longs(vec![grid.tile_width])),
        (323, Value::Longs(vec![grid.tile_height])),
        (324, Value::Places(level.offsets.clone())),
        (325, Value::Places(level.lengths.clone())),
        (347, Value::Bytes(tables.to_vec())),
        (530, Value::Shorts(vec![2, 2])),
    ]
}

fn properties(recipe: &Recipe) -> String {
    format!(
        "|AppMag = {}|StripeWidth = 2040|ScanScope ID = SYNTHETIC|Filename = {}|Date = 01/05/26|Time = 09:00:00|MPP = {:.4}|OriginalWidth = {}|OriginalHeight = {}",
        recipe.objective, recipe.seed, recipe.microns_per_pixel, recipe.width, recipe.height
    )
}

/// Writes a picture beside the pyramid, as JPEG.
pub(super) fn jpeg_picture<W: Write + Seek>(
    container: &mut Container<W>,
    picture: &Picture,
    name: &str,
    subfile: u32,
) -> Result<Vec<Entry>, Error> {
    let stream = picture
        .to_jpeg(QUALITY)
        .map_err(|why| Error::Encoding(why.to_string()))?;
    strip(
        container,
        picture,
        &stream,
        Strip {
            name,
            subfile,
            compression: 7,
            photometric: 6,
        },
    )
}

/// Writes a picture beside the pyramid, without loss (LZW).
pub(super) fn lzw_picture<W: Write + Seek>(
    container: &mut Container<W>,
    picture: &Picture,
    name: &str,
    subfile: u32,
) -> Result<Vec<Entry>, Error> {
    let stream = Lzw::with_tiff_size_switch(BitOrder::Msb, 8)
        .encode(&picture.rgb)
        .map_err(|why| Error::Encoding(why.to_string()))?;
    strip(
        container,
        picture,
        &stream,
        Strip {
            name,
            subfile,
            compression: 5,
            photometric: 2,
        },
    )
}

#[derive(Clone, Copy)]
struct Strip<'a> {
    name: &'a str,
    subfile: u32,
    compression: u16,
    photometric: u16,
}

fn strip<W: Write + Seek>(
    container: &mut Container<W>,
    picture: &Picture,
    stream: &[u8],
    strip: Strip<'_>,
) -> Result<Vec<Entry>, Error> {
    let offset = container.put(stream)?;
    let description = format!(
        "{MAKER}\r\n{} {}x{}",
        strip.name, picture.width, picture.height
    );
    let mut entries = vec![
        (254, Value::Longs(vec![strip.subfile])),
        (256, Value::Longs(vec![picture.width])),
        (257, Value::Longs(vec![picture.height])),
        (258, Value::Shorts(vec![8; 3])),
        (259, Value::Shorts(vec![strip.compression])),
        (262, Value::Shorts(vec![strip.photometric])),
        (270, Value::Text(description)),
        (273, Value::Places(vec![offset])),
        (277, Value::Shorts(vec![3])),
        (278, Value::Longs(vec![picture.height])),
        (279, Value::Places(vec![stream.len() as u64])),
        (284, Value::Shorts(vec![1])),
    ];
    if strip.photometric == 6 {
        entries.push((530, Value::Shorts(vec![2, 2])));
    }
    Ok(entries)
}
