//! All that a baseline JPEG says before its pixels, kept so that its blocks can be read and written again.
//!
//! ```text
//! SOI  [APP0 JFIF] [APP14 Adobe]  DQT…  SOF0|SOF1  DHT…  [DRI]  SOS │ MCUs, [RST] …
//!          └ colours                └ size, sampling    └ tables     └ scan_at
//! MCU  the blocks of 8 × 8 samples that cover one rectangle: here Y Y Cb Cr at half width
//! ```
//!
//! Taken is what scanners write: 8 bits a sample, Huffman codes, sequential, one scan of all its one or three
//! components, sampled 1, 2 or 4 times (T.81 Annex B). Everything else is an error that says what it is.

use super::huffman::Table;
use super::{ADOBE_RGB, EOI, Error, MARKERS, SOI};

/// Blocks an MCU may have (T.81 B.2.3).
const BLOCKS: usize = 10;

/// A component: how it is sampled and by which tables it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    id: u8,
    pub(super) across: u8,
    pub(super) down: u8,
    quantisation: u8,
    dc: u8,
    ac: u8,
}

/// One block of an MCU: its component, and its two tables in [`Frame::tables`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) component: usize,
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// The headers of a baseline JPEG.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Width in pixels; 0 when it is too large for a JPEG to say.
    pub(crate) width: u32,
    /// Height in pixels; 0 when it is too large for a JPEG to say.
    pub(crate) height: u32,
    pub(crate) components: Vec<Component>,
    /// MCUs between two restart markers; 0 when there are none.
    pub(crate) restart: u32,
    /// Where the scan's bits start, from the start of the stream.
    pub(crate) scan_at: usize,
    /// The blocks of an MCU in the order they are stored.
    pub(super) blocks: Vec<Block>,
    /// DC tables 0 to 3, AC tables 4 to 7.
    pub(super) tables: [Option<Table>; 8],
    /// What is written instead of a DC table that lacks a code which other neighbours may need.
    pub(super) complete: Option<Table>,
    /// Number and values of the four quantisation tables.
    quantisation: [Option<Vec<u8>>; 4],
    /// The JFIF and Adobe segments, markers included.
    declared: Vec<u8>,
}

impl Frame {
    /// Reads the headers of a stream, whose bits need not be there.
    pub(crate) fn read(stream: &[u8]) -> Result<Self, Error> {
        let mut frame = Self::default();
        let mut rest = stream
            .strip_prefix(&SOI)
            .ok_or_else(|| Error::damaged("a JPEG does not start as one"))?;
        for _ in 0..MARKERS {
            match *rest {
                [0xFF, 0xFF, ..] => rest = &rest[1..],
                [0xFF, marker, high, low, ..] => {
                    let length = usize::from(u16::from_be_bytes([high, low]));
                    let segment = rest.get(4..2 + length).ok_or_else(cut)?;
                    let whole = &rest[..2 + length];
                    rest = &rest[2 + length..];
                    if marker == 0xDA {
                        frame.scan_at = stream.len() - rest.len();
                        frame.scan(segment)?;
                        return Ok(frame);
                    }
                    frame.segment(marker, segment, whole)?;
                }
                _ => return Err(cut()),
            }
        }
        Err(Error::damaged("a JPEG has markers without end"))
    }

    fn segment(&mut self, marker: u8, segment: &[u8], whole: &[u8]) -> Result<(), Error> {
        match (marker, segment) {
            (0xC0 | 0xC1, _) => self.size(segment)?,
            (0xC4, _) => self.huffman(segment)?,
            (0xC2..=0xCF, _) => return Err(other("progressive, lossless or arithmetic coding")),
            (0xDB, _) => self.quantise(segment)?,
            (0xDD, [high, low, ..]) => {
                self.restart = u32::from(u16::from_be_bytes([*high, *low]));
            }
            (0xE0, [b'J', b'F', b'I', b'F', 0, ..]) if segment.len() == 14 => {
                self.declared.extend_from_slice(whole);
            }
            (0xEE, [b'A', b'd', b'o', b'b', b'e', ..]) if segment.len() == 12 => {
                self.declared.extend_from_slice(whole);
            }
            _ => {}
        }
        // Markers may be repeated without end; two of each kind say all there is to say.
        if self.declared.len() > 64 {
            return Err(Error::damaged("a JPEG declares its colours many times"));
        }
        Ok(())
    }

    /// The frame header (T.81 B.2.2).
    fn size(&mut self, segment: &[u8]) -> Result<(), Error> {
        let [bits, h1, h0, w1, w0, count, components @ ..] = segment else {
            return Err(cut());
        };
        if !self.components.is_empty() {
            return Err(Error::damaged("a JPEG has two frame headers"));
        }
        if *bits != 8 {
            return Err(other("other than 8 bits a sample"));
        }
        if !matches!(count, 1 | 3) || components.len() != usize::from(*count) * 3 {
            return Err(other("neither one nor three components"));
        }
        self.height = u32::from(u16::from_be_bytes([*h1, *h0]));
        self.width = u32::from(u16::from_be_bytes([*w1, *w0]));
        for one in components.chunks_exact(3) {
            // A single component's MCU is one block, whatever its sampling says (T.81 A.2.2).
            let sampling = if *count == 1 { 0x11 } else { one[1] };
            let (across, down) = (sampling >> 4, sampling & 15);
            if !matches!(across, 1 | 2 | 4) || !matches!(down, 1 | 2 | 4) {
                return Err(other("components sampled neither 1, 2 nor 4 times"));
            }
            self.components.push(Component {
                id: one[0],
                across,
                down,
                quantisation: one[2],
                dc: 0,
                ac: 0,
            });
        }
        Ok(())
    }

    fn huffman(&mut self, mut segment: &[u8]) -> Result<(), Error> {
        while let [class, rest @ ..] = segment {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(cut)?;
            let listed = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(listed).ok_or_else(cut)?;
            if class & !0x13 != 0 {
                return Err(Error::damaged("a JPEG has a Huffman table of no number"));
            }
            let place = usize::from(class >> 4) * 4 + usize::from(class & 3);
            self.tables[place] = Some(Table::new(*counts, symbols)?);
            segment = rest;
        }
        Ok(())
    }

    fn quantise(&mut self, mut segment: &[u8]) -> Result<(), Error> {
        while let [kind, rest @ ..] = segment {
            if *kind > 3 || rest.len() < 64 {
                return Err(other("quantisation tables of more than 8 bits"));
            }
            self.quantisation[usize::from(*kind)] = Some(segment[..65].to_vec());
            segment = &rest[64..];
        }
        Ok(())
    }

    /// The scan header (T.81 B.2.3), which completes the frame.
    fn scan(&mut self, segment: &[u8]) -> Result<(), Error> {
        let count = self.components.len();
        let ends = |rest: &[u8]| rest == [0, 63, 0];
        let pairs = match segment {
            [listed, rest @ ..]
                if usize::from(*listed) == count
                    && rest.len() == count * 2 + 3
                    && ends(&rest[count * 2..]) =>
            {
                &rest[..count * 2]
            }
            _ => return Err(other("several scans")),
        };
        for (component, pair) in self.components.iter_mut().zip(pairs.chunks_exact(2)) {
            if pair[0] != component.id || pair[1] & !0x33 != 0 {
                return Err(other("components in another order than their scan"));
            }
            (component.dc, component.ac) = (pair[1] >> 4, 4 + (pair[1] & 3));
        }
        self.lay_out()
    }

    /// The blocks of an MCU; every table they need is there.
    fn lay_out(&mut self) -> Result<(), Error> {
        let missing = || Error::damaged("a JPEG lacks a table that its components need");
        for (number, component) in self.components.iter().enumerate() {
            let block = Block {
                component: number,
                dc: usize::from(component.dc),
                ac: usize::from(component.ac),
            };
            let dc = self.tables[block.dc].as_ref().ok_or_else(missing)?;
            let quantised = self.quantisation.get(usize::from(component.quantisation));
            if !dc.is_dc() || self.tables[block.ac].is_none() || !matches!(quantised, Some(Some(_)))
            {
                return Err(missing());
            }
            if !dc.codes_any_dc() {
                self.complete = Some(Table::standard_dc()?);
            }
            let blocks = usize::from(component.across) * usize::from(component.down);
            self.blocks.extend(std::iter::repeat_n(block, blocks));
        }
        if self.blocks.is_empty() || self.blocks.len() > BLOCKS {
            return Err(other("more than ten blocks an MCU"));
        }
        Ok(())
    }

    /// Pixels an MCU covers, across and down.
    pub(crate) fn mcu(&self) -> (u32, u32) {
        let most = |of: fn(&Component) -> u8| self.components.iter().map(of).max().unwrap_or(1);
        let (across, down) = (most(|one| one.across), most(|one| one.down));
        (u32::from(across) * 8, u32::from(down) * 8)
    }

    /// The table that DC differences are written with.
    pub(super) fn dc_out(&self, place: usize) -> Option<&Table> {
        self.complete.as_ref().or(self.tables[place].as_ref())
    }

    /// Whether a block without any detail can be written.
    pub(super) fn can_blank(&self) -> bool {
        let ends = |block: &Block| self.tables[block.ac].as_ref().and_then(|ac| ac.code(0));
        self.blocks.iter().all(|block| ends(block).is_some())
    }

    /// Whether the blocks of the other mean the same when they stand in a stream with this one's headers.
    pub(super) fn same_coding(&self, other: &Self) -> bool {
        let quantisation = |frame: &Self, one: &Component| {
            frame.quantisation[usize::from(one.quantisation)]
                .clone()
                .map(|table| table[1..].to_vec())
        };
        let huffman = |frame: &Self, place: u8| frame.tables[usize::from(place)].clone();
        let mut pairs = self.components.iter().zip(&other.components);
        let same = |(ours, theirs): (&Component, &Component)| {
            (ours.across, ours.down) == (theirs.across, theirs.down)
                && quantisation(self, ours) == quantisation(other, theirs)
                && huffman(self, ours.dc) == huffman(other, theirs.dc)
                && huffman(self, ours.ac) == huffman(other, theirs.ac)
        };
        self.components.len() == other.components.len() && pairs.all(same)
    }

    /// Whether both say the same of their colours.
    pub(super) fn same_colours(&self, other: &Self) -> bool {
        self.declared == other.declared
    }

    /// The headers of a stream of `width` × `height` pixels with the same tables and no restart markers; `rgb`
    /// says that the components are red, green and blue although no marker does.
    pub(crate) fn headers(&self, (width, height): (u16, u16), rgb: bool) -> Vec<u8> {
        let mut out = SOI.to_vec();
        out.extend_from_slice(&self.declared);
        if rgb && self.declared.is_empty() && self.components.len() == 3 {
            out.extend_from_slice(&ADOBE_RGB);
        }
        let tables: Vec<usize> = (0..4).filter(|place| self.quantises(*place)).collect();
        for table in tables
            .iter()
            .filter_map(|place| self.quantisation[*place].as_ref())
        {
            segment(&mut out, 0xDB, table);
        }
        let ([h1, h0], [w1, w0]) = (height.to_be_bytes(), width.to_be_bytes());
        let mut frame = vec![8, h1, h0, w1, w0, self.components.len() as u8];
        let mut scan = vec![self.components.len() as u8];
        for one in &self.components {
            frame.extend([one.id, (one.across << 4) | one.down, one.quantisation]);
            scan.extend([one.id, (one.dc << 4) | (one.ac - 4)]);
        }
        segment(&mut out, 0xC0, &frame);
        for place in (0..8).filter(|place| self.codes(*place)) {
            self.write_table(&mut out, place);
        }
        scan.extend([0, 63, 0]);
        segment(&mut out, 0xDA, &scan);
        out
    }

    /// The quantisers of a component, in zigzag order.
    pub(super) fn quantisers(&self, component: usize) -> Option<&[u8; 64]> {
        let place = usize::from(self.components.get(component)?.quantisation);
        self.quantisation.get(place)?.as_ref()?.last_chunk()
    }

    fn quantises(&self, place: usize) -> bool {
        let mut components = self.components.iter();
        components.any(|one| usize::from(one.quantisation) == place)
    }

    fn codes(&self, place: usize) -> bool {
        let mut blocks = self.blocks.iter();
        blocks.any(|block| block.dc == place || block.ac == place)
    }

    fn write_table(&self, out: &mut Vec<u8>, place: usize) {
        let table = if place < 4 {
            self.dc_out(place)
        } else {
            self.tables[place].as_ref()
        };
        if let Some(table) = table {
            let class = (((place / 4) << 4) | (place % 4)) as u8;
            segment(
                out,
                0xC4,
                &[&[class], &table.counts[..], &table.symbols].concat(),
            );
        }
    }
}

impl Default for Frame {
    fn default() -> Self {
        Self {
            width: 0,
            height: 0,
            components: Vec::new(),
            restart: 0,
            scan_at: 0,
            blocks: Vec::new(),
            tables: [const { None }; 8],
            complete: None,
            quantisation: [const { None }; 4],
            declared: Vec::new(),
        }
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let [high, low] = (content.len() as u16 + 2).to_be_bytes();
    out.extend_from_slice(&[0xFF, marker, high, low]);
    out.extend_from_slice(content);
}

/// The end of every stream we write.
pub(super) const END_OF_IMAGE: [u8; 2] = EOI;

fn cut() -> Error {
    Error::damaged("a JPEG ends within its markers")
}

fn other(what: &str) -> Error {
    Error::damaged(format!(
        "a JPEG has {what}, which cannot be cut without decoding"
    ))
}
