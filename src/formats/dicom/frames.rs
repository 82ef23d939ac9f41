//! Where the frames of an instance lie.
//!
//! ```text
//! native             one after the other                         arithmetic
//! extended table     an offset and a length of 64 bits a frame   each item's header is looked up and decides
//! basic table        an offset of 32 bits a frame                walked; the table says which fragments are one frame
//! empty table        nothing                                     walked; one fragment a frame, or one frame
//! ```
//! Frames come in ascending order and never overlap, so that reading them all costs the file once.

use super::super::raster::Extent;
use super::super::{Error, Member};
use super::attributes::{Attributes, too_many_frames};
use super::instance::Instance;
use super::syntax::Syntax;
use super::{Bytes, FRAMES};
use crate::dicom::{self, Element, Fragment, Source};

/// Numbers of a table read at a time.
const AT_ONCE: u64 = 4_096;

/// Where the pixel data lies, and what helps to find frames in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pixels {
    data: Element,
    encapsulated: bool,
    /// The extended offset table and its lengths.
    extended: Option<(Element, Element)>,
}

/// Where frames lie: a run of fragments each.
#[derive(Debug, Default)]
pub(super) struct Located {
    /// The fragments of all frames, in their order.
    pub(super) fragments: Vec<Extent>,
    /// The first fragment of each frame; empty when every frame has exactly one.
    pub(super) starts: Vec<u32>,
}

impl Pixels {
    pub(super) fn of(said: &Attributes, syntax: Syntax) -> Result<Self, Error> {
        let missing = || Error::damaged("an instance has no pixel data");
        let data = said.pixels.ok_or_else(missing)?;
        if syntax.encapsulated != data.length.is_none() {
            return Err(Error::damaged(
                "its pixel data is not stored as its transfer syntax says",
            ));
        }
        Ok(Self {
            data,
            encapsulated: syntax.encapsulated,
            extended: said.offsets.zip(said.lengths),
        })
    }
}

impl Located {
    /// The fragments of a frame.
    pub(super) fn frame(&self, frame: usize) -> &[Extent] {
        if self.starts.is_empty() {
            return self.fragments.get(frame..=frame).unwrap_or_default();
        }
        let start = self
            .starts
            .get(frame)
            .map_or(usize::MAX, |start| *start as usize);
        let end = self.starts.get(frame + 1).map(|end| *end as usize);
        let end = end.unwrap_or(self.fragments.len());
        self.fragments.get(start..end).unwrap_or_default()
    }

    /// Number of frames.
    pub(super) fn frames(&self) -> usize {
        if self.starts.is_empty() {
            self.fragments.len()
        } else {
            self.starts.len()
        }
    }

    /// Puts the frames of the next part behind these.
    pub(super) fn append(&mut self, mut next: Self) {
        if self.starts.is_empty() != next.starts.is_empty() && self.frames() > 0 {
            self.say_starts();
            next.say_starts();
        }
        let before = self.fragments.len() as u32;
        self.starts
            .extend(next.starts.iter().map(|start| start + before));
        self.fragments.append(&mut next.fragments);
    }

    fn say_starts(&mut self) {
        if self.starts.is_empty() {
            self.starts = (0..self.fragments.len() as u32).collect();
        }
    }
}

/// Finds the frames of an instance: as many as it says it has, each inside its file.
pub(super) fn locate(members: &[Member<'_>], instance: &Instance) -> Result<Located, Error> {
    let bytes = Bytes(super::super::raster::bytes_of(members, instance.member)?);
    let pixels = &instance.pixels;
    if !pixels.encapsulated {
        return native(&bytes, instance);
    }
    let not_there = || Error::damaged("its pixel data has no offset table");
    let table = dicom::item_at(&bytes, pixels.data.at)?.ok_or_else(not_there)?;
    match pixels.extended {
        Some(tables) => extended(&bytes, instance, table, tables),
        None => walked(&bytes, instance, table),
    }
}

fn native(bytes: &Bytes<'_>, instance: &Instance) -> Result<Located, Error> {
    let grid = instance.grid;
    let frame =
        u64::from(grid.tile_width) * u64::from(grid.tile_height) * u64::from(instance.samples.each);
    let data = instance.pixels.data;
    let whole = frame * u64::from(instance.frames);
    if data.length.unwrap_or(0) < whole {
        return Err(Error::damaged("its pixel data is shorter than its frames"));
    }
    let fragments = (0..u64::from(instance.frames)).map(|number| Extent {
        member: instance.member,
        offset: data.at + number * frame,
        length: frame as u32,
    });
    ends_inside(bytes, data.at.saturating_add(whole))?;
    Ok(Located {
        fragments: fragments.collect(),
        starts: Vec::new(),
    })
}

/// Offsets are counted from the end of the basic table; each frame has one fragment, and nothing lies between.
fn extended(
    bytes: &Bytes<'_>,
    instance: &Instance,
    table: Fragment,
    (offsets, lengths): (Element, Element),
) -> Result<Located, Error> {
    let frames = u64::from(instance.frames);
    let wrong = || Error::damaged("its extended offset table does not fit its frames");
    if [offsets, lengths]
        .iter()
        .any(|table| table.length != Some(frames * 8))
    {
        return Err(wrong());
    }
    let mut fragments = Vec::with_capacity(frames as usize);
    let (mut next, mut first) = (table.end(), 0);
    while first < frames {
        let count = AT_ONCE.min(frames - first);
        let offsets = table_of::<8>(bytes, offsets.at + first * 8, count)?;
        let lengths = table_of::<8>(bytes, lengths.at + first * 8, count)?;
        for (offset, length) in offsets.into_iter().zip(lengths) {
            let at = table.end().checked_add(offset).ok_or_else(wrong)?;
            // A gap would be a further fragment of the frame before.
            if at != next {
                return Err(wrong());
            }
            let item = dicom::item_at(bytes, at)?.ok_or_else(wrong)?;
            fragments.push(Extent {
                member: instance.member,
                offset: item.at,
                length: frame_length(item, length).ok_or_else(wrong)?,
            });
            next = item.end();
        }
        first += count;
    }
    if dicom::item_at(bytes, next)?.is_some() {
        return Err(wrong());
    }
    Ok(Located {
        fragments,
        starts: Vec::new(),
    })
}

/// The length of a frame from its item and from the table, which leaves the padding out; some writers count
/// the item's header in.
fn frame_length(item: Fragment, said: u64) -> Option<u32> {
    let held = u64::from(item.length);
    if said == held + 8 {
        return Some(item.length);
    }
    (said == held || said + 1 == held).then_some(said as u32)
}

fn walked(bytes: &Bytes<'_>, instance: &Instance, table: Fragment) -> Result<Located, Error> {
    let mut fragments = Vec::new();
    dicom::fragments(bytes, table.end(), &mut |fragment| {
        if fragments.len() as u64 >= FRAMES {
            return Err(too_many_frames());
        }
        fragments.push(Extent {
            member: instance.member,
            offset: fragment.at,
            length: fragment.length,
        });
        Ok(())
    })?;
    let frames = instance.frames as usize;
    let table_frames = table.length as usize / 4;
    let starts = if table.length == 0 {
        match frames {
            _ if fragments.len() == frames => Vec::new(),
            1 if !fragments.is_empty() => vec![0],
            _ => {
                return Err(Error::damaged(
                    "its fragments do not say which frames they are of",
                ));
            }
        }
    } else if table_frames == frames && table.length.is_multiple_of(4) {
        starts(bytes, table, &fragments)?
    } else {
        return Err(Error::damaged("its offset table does not fit its frames"));
    };
    let starts = if fragments.len() == frames {
        Vec::new()
    } else {
        starts
    };
    Ok(Located { fragments, starts })
}

/// The first fragment of each frame that the basic table lists. Offsets have 32 bits: in longer files they
/// are compared as far as they go.
fn starts(bytes: &Bytes<'_>, table: Fragment, fragments: &[Extent]) -> Result<Vec<u32>, Error> {
    let frames = u64::from(table.length) / 4;
    let mut starts = Vec::with_capacity(frames as usize);
    let mut rest = (0_u32..).zip(fragments);
    let (mut first, base) = (0, table.end());
    while first < frames {
        let count = AT_ONCE.min(frames - first);
        for offset in table_of::<4>(bytes, table.at + first * 4, count)? {
            let begins = |extent: &Extent| (extent.offset - 8 - base) as u32 == offset as u32;
            let found = rest.find(|(_, extent)| begins(extent));
            let wrong = || Error::damaged("its offset table points to no fragment");
            starts.push(found.ok_or_else(wrong)?.0);
        }
        first += count;
    }
    match starts.first() {
        Some(0) => Ok(starts),
        _ => Err(Error::damaged("its first fragment is of no frame")),
    }
}

/// `count` (at most [`AT_ONCE`]) numbers of `N` bytes.
fn table_of<const N: usize>(bytes: &Bytes<'_>, at: u64, count: u64) -> Result<Vec<u64>, Error> {
    ends_inside(bytes, at.saturating_add(count * N as u64))?;
    let mut table = vec![0; count as usize * N];
    bytes.read(at, &mut table)?;
    Ok(dicom::numbers::<N>(&table).collect())
}

fn ends_inside(bytes: &Bytes<'_>, end: u64) -> Result<(), Error> {
    let found = bytes.size();
    if end > found {
        return Err(Error::Truncated {
            expected: end,
            found,
        });
    }
    Ok(())
}
