//! A directory as an image: its grid of tiles or strips, checked, and what its samples mean.

use super::super::decode::Storage;
use super::super::probe::Probe;
use super::super::raster::{Extent, Lies, PIECE_BYTES, Raster};
use super::super::{Codec, Colour, Error, Member, ReadAt, jpeg};
use super::directory::{Directory, tag};
use crate::pyramid::geometry::Grid;
use std::sync::Arc;

/// Longest side of an image, in pixels: a slide at 0.1 microns a pixel has 750,000.
const SIDE: u64 = 1 << 24;
/// Longest side of a tile, in pixels.
const TILE_SIDE: u64 = 4_096;
/// Shortest side of a tile, in pixels; TIFF asks for multiples of 16.
const TILE_SIDE_LEAST: u64 = 8;
/// Tiles of one level: a slide of 700,000 × 700,000 pixels in tiles of 256.
const TILES: u64 = 8_000_000;
/// Longest JPEG tables; real ones have some hundred bytes.
const TABLES: u64 = 64 << 10;

/// Longest colour profile; real ones have some hundred kilobytes.
const ICC_BYTES: u64 = 4 << 20;

/// Photometric interpretations (TIFF 6.0 §8) by their numbers.
const WHITE_IS_ZERO: u64 = 0;
const BLACK_IS_ZERO: u64 = 1;
const RGB: u64 = 2;
const YCBCR: u64 = 6;

/// Aperio's JPEG 2000, whose numbers say what the components are whatever the photometric tag says.
const APERIO_YCBCR: u64 = 33_003;
const APERIO_RGB: u64 = 33_005;

/// The directory as an image of the probed member, tiled or in strips, and TIFF's name of its colours.
pub(crate) fn raster(
    probe: &Probe<'_>,
    directory: &Directory,
) -> Result<(Raster, &'static str), Error> {
    let bytes = probe.bytes;
    let tiled = directory.has(tag::TILE_WIDTH);
    let (offsets, lengths) = if tiled {
        (tag::TILE_OFFSETS, tag::TILE_LENGTHS)
    } else {
        (tag::STRIP_OFFSETS, tag::STRIP_LENGTHS)
    };
    let listed = |tag| {
        let missing = || Error::damaged("an image does not say where its pixels are");
        directory.array(tag).ok_or_else(missing)
    };
    let grid = grid(bytes, directory, tiled)?;
    let (mut storage, photometric) = storage(bytes, directory)?;
    let piece = u64::from(grid.tile_width) * u64::from(grid.tile_height);
    if piece * u64::from(storage.samples.max(3)) > PIECE_BYTES {
        return Err(Error::TooLarge {
            what: "a decoded tile, in bytes,",
            limit: PIECE_BYTES,
        });
    }
    let (offsets, lengths) = (listed(offsets)?, listed(lengths)?);
    if offsets.count().min(lengths.count()) < grid.tiles() {
        return Err(Error::damaged(
            "an image lists fewer tiles than its size needs",
        ));
    }
    storage.inverted &= storage.codec != Codec::Jpeg;
    let mut raster = Raster {
        grid,
        tiled,
        storage,
        lies: Lies::Arrays {
            member: probe.member,
            offsets,
            lengths,
        },
    };
    raster.ends_inside(probe.members)?;
    if raster.storage.codec == Codec::Jpeg {
        settle_colour(probe.members, &mut raster, photometric)?;
    }
    Ok((raster, photometric_name(photometric)))
}

/// Where the image's colour profile lies; one that leaves the file or is larger than any real one is none.
pub(crate) fn icc(probe: &Probe<'_>, directory: &Directory) -> Option<Extent> {
    let (at, length) = directory.place(tag::ICC)?;
    let whole = at.checked_add(length)? <= probe.bytes.size();
    (whole && (1..=ICC_BYTES).contains(&length)).then_some(Extent {
        member: probe.member,
        offset: at,
        length: length as u32,
    })
}

/// Size of the image and of its pieces, within bounds.
fn grid(bytes: &dyn ReadAt, directory: &Directory, tiled: bool) -> Result<Grid, Error> {
    let side = |tag, missing: Option<u64>, limit: u64| {
        let value = directory.number(bytes, tag)?.or(missing).unwrap_or(0);
        match value {
            0 => Err(Error::damaged("an image has no size")),
            _ if value > limit => Err(Error::TooLarge {
                what: "a side of an image or tile, in pixels,",
                limit,
            }),
            _ => Ok(value as u32),
        }
    };
    let width = side(tag::WIDTH, None, SIDE)?;
    let height = side(tag::HEIGHT, None, SIDE)?;
    let (tile_width, tile_height) = if tiled {
        (
            side(tag::TILE_WIDTH, None, TILE_SIDE)?,
            side(tag::TILE_HEIGHT, None, TILE_SIDE)?,
        )
    } else {
        // A strip of 2^32 - 1 rows is TIFF's way to say "all of them".
        let rows = side(
            tag::STRIP_ROWS,
            Some(u64::from(height)),
            u64::from(u32::MAX),
        )?;
        (width, rows.min(height))
    };
    let grid = Grid {
        width,
        height,
        tile_width,
        tile_height,
    };
    if tiled && u64::from(tile_width.min(tile_height)) < TILE_SIDE_LEAST {
        return Err(Error::damaged("its tiles are smaller than 8 pixels"));
    }
    if grid.tiles() > TILES {
        return Err(Error::TooLarge {
            what: "the number of tiles of a level",
            limit: TILES,
        });
    }
    Ok(grid)
}

/// How the samples are stored, if it is a way we read, and the photometric number.
fn storage(bytes: &dyn ReadAt, directory: &Directory) -> Result<(Storage, u64), Error> {
    let number = |tag, missing| Ok::<_, Error>(directory.number(bytes, tag)?.unwrap_or(missing));
    let samples = number(tag::SAMPLES, 1)?;
    let compression = number(tag::COMPRESSION, 1)?;
    let codec = Codec::of_tiff(compression);
    let predictor = number(tag::PREDICTOR, 1)?;
    let photometric = number(
        tag::PHOTOMETRIC,
        if samples >= 3 { RGB } else { BLACK_IS_ZERO },
    )?;
    let bare = codec != Some(Codec::Jpeg) && codec != Some(Codec::Jpeg2000);
    let bits = number(tag::BITS, 1)?;
    if bits == 16 {
        return Err(Error::NotReadYet {
            format: "a slide with 16 bits a sample",
            remedy: "export it with 8 bits a sample",
        });
    }
    let eight_bits = directory.array(tag::BITS).map_or(Ok(false), |bits| {
        let read = bits.read(bytes, 0, bits.count().min(4))?;
        Ok::<_, Error>(!read.is_empty() && read.iter().all(|bits| *bits == 8))
    })?;
    let readable = eight_bits
        && (1..=4).contains(&samples)
        && number(tag::SAMPLE_FORMAT, 1)? == 1
        && (number(tag::PLANAR, 1)? == 1 || samples == 1)
        && (predictor == 1 || (predictor == 2 && bare))
        && match photometric {
            WHITE_IS_ZERO | BLACK_IS_ZERO => samples <= 2,
            RGB => samples == 3 || (samples == 4 && bare),
            YCBCR => samples == 3 && !bare,
            _ => false,
        };
    let (Some(codec), true) = (codec, readable) else {
        return Err(Error::NotReadYet {
            format: "a TIFF whose pixels are stored in an unusual way",
            remedy: "export it as SVS or tiled TIFF with 8 bits a sample, as JPEG, LZW or deflate",
        });
    };
    let colour = match (compression, photometric) {
        (APERIO_YCBCR, _) if samples == 3 => Colour::YCbCr,
        (APERIO_RGB, _) if samples == 3 => Colour::Rgb,
        (_, RGB) => Colour::Rgb,
        (_, YCBCR) => Colour::YCbCr,
        _ => Colour::Grey,
    };
    let storage = Storage {
        codec,
        tables: tables(bytes, directory)?,
        colour,
        samples: samples as u8,
        differences: predictor == 2,
        inverted: photometric == WHITE_IS_ZERO,
        planar: false,
    };
    Ok((storage, photometric))
}

fn tables(bytes: &dyn ReadAt, directory: &Directory) -> Result<Option<Arc<[u8]>>, Error> {
    let tables = directory.block(bytes, tag::JPEG_TABLES, TABLES + 1)?;
    if tables.len() as u64 > TABLES {
        return Err(Error::TooLarge {
            what: "the JPEG tables, in bytes,",
            limit: TABLES,
        });
    }
    Ok((!tables.is_empty()).then(|| tables.into()))
}

/// The markers of the first tile decide what the colours of a JPEG image are.
fn settle_colour(
    members: &[Member<'_>],
    raster: &mut Raster,
    photometric: u64,
) -> Result<(), Error> {
    if let Some(tile) = raster.first_stored(members)? {
        let tables = raster.storage.tables.as_deref();
        raster.storage.colour = jpeg::colour(tables, &tile, photometric == RGB)?;
    }
    Ok(())
}

const fn photometric_name(photometric: u64) -> &'static str {
    match photometric {
        WHITE_IS_ZERO => "MINISWHITE",
        BLACK_IS_ZERO => "MINISBLACK",
        RGB => "RGB",
        _ => "YCBCR",
    }
}
