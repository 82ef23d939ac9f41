//! The headers of a code stream (ITU-T T.800 Annex A), and the bounds on what they declare.

use super::damaged;
use crate::formats::Error;

/// Pixels of a tile: 2048 × 2048, which costs the decoder some 100 MiB.
const PIXELS: u64 = 4 << 20;
/// Tiles that one stored tile may be cut into again.
const TILES: u64 = 1_024;
/// Packets and code blocks of a stored tile; a tile of 1024 pixels has some hundred.
const PARTS: u64 = 1 << 18;
/// Segments walked before a stream counts as damaged.
const SEGMENTS: usize = 4_096;
/// Boxes of a JP2 file walked before its code stream.
const BOXES: usize = 64;

const SOC: u16 = 0xFF4F;
const CAP: u16 = 0xFF50;
const SIZ: u16 = 0xFF51;
const COD: u16 = 0xFF52;
const COC: u16 = 0xFF53;
const POC: u16 = 0xFF5F;
const SOT: u16 = 0xFF90;
const SOD: u16 = 0xFF93;
const EOC: u16 = 0xFFD9;

/// What the headers declare, within bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Headers {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 to 4.
    pub(super) components: u16,
    /// The colours are stored at half the resolution: the decoder takes that for `Y'CbCr` and converts it.
    pub(super) halved: bool,
    /// The stream has a colour transform of its own.
    pub(super) transformed: bool,
    tiles: (u64, u64),
}

impl Headers {
    /// Walks every header of a code stream, the tile parts' too.
    pub(super) fn read(stream: &[u8]) -> Result<Self, Error> {
        let mut rest = Bytes(stream);
        if (rest.short()?, rest.short()?) != (SOC, SIZ) {
            return Err(damaged(&"it does not start as one"));
        }
        let mut found = Self::size(rest.segment()?)?;
        let mut part = None;
        for _ in 0..SEGMENTS {
            let begins = rest;
            match rest.short()? {
                EOC => return Ok(found),
                SOT => part = part_after(begins, rest.segment()?)?,
                SOD => match part.take() {
                    Some(Bytes([])) => return Ok(found),
                    Some(next) => rest = next,
                    None => return Err(damaged(&"it has data outside its tiles")),
                },
                CAP => return Err(high_throughput()),
                POC => return Err(damaged(&"it changes the order of its packets")),
                COD => found.coding(rest.segment()?)?,
                COC => found.component_coding(rest.segment()?)?,
                0xFF30..=0xFF3F => {}
                0xFF01..=0xFFFE => drop(rest.segment()?),
                _ => return Err(damaged(&"it has something other than a marker")),
            }
        }
        Err(damaged(&"it has headers without end"))
    }

    /// SIZ (A.5.1): the sizes of image and tiles, and its components.
    fn size(mut segment: Bytes<'_>) -> Result<Self, Error> {
        segment.short()?;
        let mut sides = [0_u32; 8];
        for side in &mut sides {
            *side = segment.long()?;
        }
        let [right, bottom, left, top, wide, high, tiles_left, tiles_top] = sides;
        let components = segment.short()?;
        let mut steps = Vec::new();
        for _ in 0..components.min(4) {
            let depth = segment.byte()?;
            if depth != 7 {
                return Err(unusual());
            }
            steps.push((segment.byte()?, segment.byte()?));
        }
        let outside = left >= right || top >= bottom || tiles_left > left || tiles_top > top;
        if outside || wide == 0 || high == 0 {
            return Err(damaged(&"it has no size"));
        }
        let across = u64::from(right - tiles_left).div_ceil(u64::from(wide));
        let down = u64::from(bottom - tiles_top).div_ceil(u64::from(high));
        let (width, height) = (right - left, bottom - top);
        bounded(
            "the pixels of a JPEG 2000 tile",
            u64::from(width) * u64::from(height),
            PIXELS,
        )?;
        bounded(
            "the parts of a JPEG 2000 tile",
            across.saturating_mul(down),
            TILES,
        )?;
        Ok(Self {
            width,
            height,
            components,
            halved: halved(components, &steps)?,
            transformed: false,
            tiles: (across, down),
        })
    }

    /// COD (A.6.1): layers, the colour transform, and the coding of every component.
    fn coding(&mut self, mut segment: Bytes<'_>) -> Result<(), Error> {
        let style = segment.byte()?;
        segment.byte()?;
        let layers = segment.short()?;
        self.transformed = segment.byte()? != 0;
        self.blocks(segment, style, u64::from(layers))
    }

    /// COC (A.6.2): the coding of one component; the layers are those of COD, 32 at most.
    fn component_coding(&self, mut segment: Bytes<'_>) -> Result<(), Error> {
        segment.byte()?;
        let style = segment.byte()?;
        self.blocks(segment, style, 32)
    }

    /// Bounds the packets and code blocks that decomposition levels, block and precinct sizes ask for.
    fn blocks(&self, mut segment: Bytes<'_>, style: u8, layers: u64) -> Result<(), Error> {
        let levels = u32::from(segment.byte()?);
        let (block_wide, block_high) = (segment.byte()?, segment.byte()?);
        if segment.byte()? & 0x40 != 0 {
            return Err(high_throughput());
        }
        segment.byte()?;
        if levels > 32 || block_wide > 8 || block_high > 8 {
            return Err(damaged(&"its coding is out of range"));
        }
        let mut parts = 0_u64;
        for resolution in 0..=levels {
            let precinct = if style & 1 == 0 {
                0xFF
            } else {
                segment.byte()?
            };
            let shrunk = (levels - resolution).min(31);
            let wide = (precinct & 15, block_wide + 2, self.width, self.tiles.0);
            let high = (precinct >> 4, block_high + 2, self.height, self.tiles.1);
            let (precincts, blocks) = across(wide, shrunk);
            let (precincts_down, blocks_down) = across(high, shrunk);
            let packets = precincts
                .saturating_mul(precincts_down)
                .saturating_mul(layers);
            parts =
                parts.saturating_add(packets.saturating_add(blocks.saturating_mul(blocks_down)));
        }
        let components = u64::from(self.components);
        bounded(
            "the packets of a JPEG 2000 tile",
            parts.saturating_mul(components),
            PARTS,
        )
    }
}

/// At most how many precincts and code blocks lie along one side, at a resolution shrunk by so many halvings.
fn across((precinct, block, side, tiles): (u8, u8, u32, u64), shrunk: u32) -> (u64, u64) {
    let side = u64::from(side) >> shrunk;
    let block = block.min(precinct.saturating_sub(1));
    let edges = tiles * 2;
    ((side >> precinct) + edges, (side >> block) + edges)
}

/// Whether colours are stored at half the resolution; anything but that or full is not read.
fn halved(components: u16, steps: &[(u8, u8)]) -> Result<bool, Error> {
    match (components, steps) {
        (1..=4, steps) if steps.iter().all(|step| *step == (1, 1)) => Ok(false),
        (3, [(1, 1), blue, red]) if blue == red && matches!(blue, (2, 1 | 2)) => Ok(true),
        _ => Err(unusual()),
    }
}

/// What follows the tile part whose SOT stands at `begins`: as many bytes on as it says, or at the end.
fn part_after<'a>(begins: Bytes<'a>, mut segment: Bytes<'a>) -> Result<Option<Bytes<'a>>, Error> {
    segment.short()?;
    let length = segment.long()? as usize;
    let ends = || damaged(&"it ends early");
    if length == 0 {
        let last = begins.0.len().checked_sub(2).ok_or_else(ends)?;
        let end = &begins.0[last..];
        return if end == EOC.to_be_bytes() {
            Ok(Some(Bytes(end)))
        } else {
            Err(ends())
        };
    }
    if length < 14 {
        return Err(damaged(&"a part of it has no length"));
    }
    begins.0.get(length..).map(Bytes).map(Some).ok_or_else(ends)
}

/// The code stream itself: as it is, or out of the boxes of a JP2 file (Annex I) without a palette.
pub(super) fn code_stream(stored: &[u8]) -> Result<&[u8], Error> {
    if stored.get(4..8) != Some(b"jP  ") {
        return Ok(stored);
    }
    let mut rest = Bytes(stored);
    for _ in 0..BOXES {
        let whole = rest.0;
        let (length, kind) = (rest.long()? as usize, rest.take(4)?.0);
        let inside = match length {
            0 => rest.0,
            _ => rest.take(length.checked_sub(8).ok_or_else(unusual)?)?.0,
        };
        match kind {
            b"jp2c" => return Ok(inside),
            b"jp2h" if inside.windows(4).any(|word| word == b"pclr") => return Err(unusual()),
            _ if length == 0 || whole.is_empty() => break,
            _ => {}
        }
    }
    Err(damaged(&"it has boxes and no code stream"))
}

fn bounded(what: &'static str, value: u64, limit: u64) -> Result<(), Error> {
    if value > limit {
        return Err(Error::TooLarge { what, limit });
    }
    Ok(())
}

fn unusual() -> Error {
    Error::NotReadYet {
        format: "a slide with JPEG 2000 tiles of an unusual kind",
        remedy: "export it with 8 bits a sample, grey or colour",
    }
}

fn high_throughput() -> Error {
    Error::NotReadYet {
        format: "a slide with High-Throughput JPEG 2000 tiles",
        remedy: "export it with JPEG or JPEG 2000 tiles",
    }
}

/// What is left of a stream, read number by number.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take(&mut self, count: usize) -> Result<Self, Error> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| damaged(&"it ends early"))?;
        self.0 = rest;
        Ok(Self(taken))
    }

    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?.0[0])
    }

    fn short(&mut self) -> Result<u16, Error> {
        let bytes = self.take(2)?.0;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn long(&mut self) -> Result<u32, Error> {
        let bytes = self.take(4)?.0;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A marker's segment, after its length.
    fn segment(&mut self) -> Result<Self, Error> {
        let length = usize::from(self.short()?);
        self.take(
            length
                .checked_sub(2)
                .ok_or_else(|| damaged(&"a marker has no length"))?,
        )
    }
}
