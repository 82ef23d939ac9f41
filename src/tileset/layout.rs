//! The bytes of preamble and header, written and read (the table is in the module above).

use super::facts::{Facts, Level};
use super::header::damaged;
use super::wire::Wire;
use super::{
    Digest, Error, INDEX_VERSION, MAX_HEADER_BYTES, MAX_LEVELS, MAX_PACKS, MAX_PAGES,
    MAX_TABLE_BYTES, MAX_TABLES,
};
use crate::formats::{Codec, Colour};
use crate::ids::ScanId;
use crate::pyramid::geometry::Grid;

pub(super) const MAGIC: [u8; 8] = *b"SLWINDEX";
pub(super) const PREAMBLE_BYTES: usize = 48;
const NO_TABLE: u16 = u16::MAX;

/// Codecs and colours by their number on the wire, from 1; append only.
const CODECS: [Codec; 7] = [
    Codec::None,
    Codec::Lzw,
    Codec::Jpeg,
    Codec::Deflate,
    Codec::Jpeg2000,
    Codec::Rle,
    Codec::Jpeg2000Lossless,
];
const COLOURS: [Colour; 4] = [Colour::Grey, Colour::YCbCr, Colour::Rgb, Colour::Declared];

fn number<T: PartialEq>(value: &T, all: &[T]) -> u8 {
    all.iter()
        .position(|known| known == value)
        .map_or(0, |place| place as u8 + 1)
}

fn chosen<T: Copy>(number: u8, all: &[T]) -> Option<T> {
    all.get(usize::from(number).checked_sub(1)?).copied()
}

pub(super) fn digest_of(header: &[u8]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&header[..16]);
    hasher.update(&header[PREAMBLE_BYTES..]);
    Digest(*hasher.finalize().as_bytes())
}

/// Writes preamble and header: the inverse of [`super::Header::open`].
pub(super) fn encode(facts: &Facts, blocks: &[Digest], pages: &[Digest]) -> Vec<u8> {
    let mut out = vec![0; PREAMBLE_BYTES];
    out.extend(facts.scan.0.as_bytes());
    out.extend(facts.generation.to_le_bytes());
    out.extend(facts.members.to_le_bytes());
    out.extend((facts.levels.len() as u16).to_le_bytes());
    out.extend((facts.tables.len() as u16).to_le_bytes());
    out.extend((facts.packs.len() as u16).to_le_bytes());
    out.extend((pages.len() as u32).to_le_bytes());
    out.extend(facts.rows().to_le_bytes());
    let mut first_row = 0;
    for level in &facts.levels {
        encode_level(&mut out, level, first_row);
        first_row += level.grid.tiles();
    }
    for table in &facts.tables {
        out.extend((table.len() as u32).to_le_bytes());
        out.extend(table);
    }
    for generation in &facts.packs {
        out.extend(generation.to_le_bytes());
    }
    for size in &facts.sizes {
        out.extend(size.to_le_bytes());
    }
    for Digest(digest) in blocks.iter().chain(pages) {
        out.extend(digest);
    }
    let length = out.len() as u32;
    out[0..8].copy_from_slice(&MAGIC);
    let version = if facts.is_first_version() {
        1
    } else {
        INDEX_VERSION
    };
    out[8..10].copy_from_slice(&version.to_le_bytes());
    out[12..16].copy_from_slice(&length.to_le_bytes());
    let digest = digest_of(&out);
    out[16..48].copy_from_slice(&digest.0);
    out
}

fn encode_level(out: &mut Vec<u8>, level: &Level, first_row: u64) {
    out.extend(level.image.to_le_bytes());
    out.extend(level.level.to_le_bytes());
    out.extend([
        number(&level.codec, &CODECS),
        number(&level.colour, &COLOURS),
        u8::from(level.derived),
        0,
    ]);
    out.extend(level.table.unwrap_or(NO_TABLE).to_le_bytes());
    out.extend([0; 2]);
    for side in [
        level.grid.width,
        level.grid.height,
        level.grid.tile_width,
        level.grid.tile_height,
    ] {
        out.extend(side.to_le_bytes());
    }
    out.extend(level.scale.to_le_bytes());
    out.extend(first_row.to_le_bytes());
}

/// Version, header length and digest.
pub(super) fn preamble(prefix: &[u8]) -> Result<(u16, u32, Digest), Error> {
    let mut wire = Wire(prefix);
    let known = prefix.len().min(MAGIC.len());
    if prefix[..known] != MAGIC[..known] {
        let what = String::from("it does not begin with SLWINDEX");
        return Err(Error::NotAnIndex { what });
    }
    let fields = (|| {
        wire.take(MAGIC.len())?;
        Some((wire.u16()?, wire.u16()?, wire.u32()?, wire.array::<32>()?))
    })();
    let Some((version, zero, length, digest)) = fields else {
        return Err(Error::NeedMore {
            bytes: PREAMBLE_BYTES as u64,
        });
    };
    if !(1..=INDEX_VERSION).contains(&version) {
        return Err(Error::NotAnIndex {
            what: format!("version {version}"),
        });
    }
    if zero != 0 || !(PREAMBLE_BYTES..=MAX_HEADER_BYTES).contains(&(length as usize)) {
        return Err(damaged("its length is out of bounds"));
    }
    Ok((version, length, Digest(digest)))
}

/// What a header says, the digest each page of blocks must have, and that of each page of rows.
type Body = (Facts, Vec<Digest>, Vec<Digest>);

/// The header after its preamble, or `None` where its fields do not add up.
/// `version` is the preamble's.
pub(super) fn body(version: u16, wire: &mut Wire<'_>) -> Option<Body> {
    let scan = ScanId(uuid::Uuid::from_bytes(wire.array()?));
    let generation = wire.u32()?;
    let (members, levels, tables) = (wire.u16()?, wire.u16()?, wire.u16()?);
    // Bounded before any is read: each level below looks back at all before it.
    if usize::from(levels) > MAX_LEVELS || usize::from(tables) > MAX_TABLES {
        return None;
    }
    let packs = usize::from(wire.u16()?);
    if packs > MAX_PACKS {
        return None;
    }
    let (pages, rows) = (wire.u32()?, wire.u64()?);
    let mut facts = Facts {
        scan,
        generation,
        members,
        levels: Vec::new(),
        tables: Vec::new(),
        packs: Vec::new(),
        sizes: Vec::new(),
    };
    for _ in 0..levels {
        let (level, first_row) = decode_level(wire)?;
        if first_row != facts.rows() {
            return None;
        }
        facts.levels.push(level);
    }
    for _ in 0..tables {
        let length = usize::try_from(wire.u32()?).ok()?;
        facts
            .tables
            .push(wire.take(length.min(MAX_TABLE_BYTES + 1))?.to_vec());
    }
    facts.packs = (0..packs).map(|_| wire.u32()).collect::<Option<_>>()?;
    if version > 1 {
        let sizes = (0..members).map(|_| wire.u64());
        facts.sizes = sizes.collect::<Option<_>>()?;
    }
    if facts.rows() != rows
        || u64::from(pages) > MAX_PAGES
        || (version == 1) != facts.is_first_version()
    {
        return None;
    }
    let blocks = digests(wire, facts.block_pages())?;
    let pages = digests(wire, pages.into())?;
    wire.0.is_empty().then_some((facts, blocks, pages))
}

/// So many digests; stops at the end of the bytes, so that a lie about the number costs nothing.
fn digests(wire: &mut Wire<'_>, count: u64) -> Option<Vec<Digest>> {
    (0..count).map(|_| wire.array().map(Digest)).collect()
}

fn decode_level(wire: &mut Wire<'_>) -> Option<(Level, u64)> {
    let (image, level) = (wire.u16()?, wire.u16()?);
    let codec = chosen(wire.u8()?, &CODECS)?;
    let colour = chosen(wire.u8()?, &COLOURS)?;
    let derived = match wire.u8()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    wire.zeros(1)?;
    let table = Some(wire.u16()?).filter(|table| *table != NO_TABLE);
    wire.zeros(2)?;
    let grid = Grid {
        width: wire.u32()?,
        height: wire.u32()?,
        tile_width: wire.u32()?,
        tile_height: wire.u32()?,
    };
    if grid.tile_width == 0 || grid.tile_height == 0 {
        return None;
    }
    let scale = f64::from_le_bytes(wire.array()?);
    Some((
        Level {
            image,
            level,
            grid,
            scale,
            derived,
            codec,
            colour,
            table,
        },
        wire.u64()?,
    ))
}
