//! A data set, element by element (PS3.5 §7), little endian, explicit or implicit VR.
//!
//! ```text
//! step() ─▶ Element      a value: where it lies and how long it is
//!        ─▶ Item         an item of the sequence at the end of path() begins
//!        ─▶ (none)       the data set is over; it is over after its pixel data
//! ```
//!
//! The open sequences and items are a stack with the end of each. No element reaches beyond what holds it. A
//! value is read only when it is asked for.

use super::window::Window;
use super::{DEPTH, ELEMENTS, Error, Source, Tag, inside};

/// An element of a data set, and where its value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// Which attribute.
    pub tag: Tag,
    /// First byte of the value.
    pub at: u64,
    /// Bytes of the value; `None` when only a delimiter says (encapsulated pixel data).
    pub length: Option<u64>,
}

/// What comes next in a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A value.
    Element(Element),
    /// An item of the innermost open sequence begins.
    Item,
}

/// Walks a data set once, forward.
pub struct Reader<'a> {
    window: Window<'a>,
    at: u64,
    elements: u64,
    open: Vec<Open>,
    path: Vec<Tag>,
}

/// A sequence or an item that has not ended yet.
#[derive(Clone, Copy)]
struct Open {
    kind: Kind,
    /// Where it ends, if it says so.
    end: Option<u64>,
    /// Where it ends at the latest.
    limit: u64,
    implicit: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sequence,
    Item,
    /// Fragments of a picture within a sequence: stepped over.
    Fragments,
}

/// What stands before a value.
struct Header {
    tag: Tag,
    vr: [u8; 2],
    /// Bytes of the header itself.
    bytes: u64,
    length: Option<u64>,
}

impl<'a> Reader<'a> {
    /// Begins at `at`; the data set ends with the file.
    pub fn new(source: &'a dyn Source, at: u64, implicit: bool) -> Self {
        let whole = Open {
            kind: Kind::Item,
            end: Some(source.size()),
            limit: source.size(),
            implicit,
        };
        Self {
            window: Window::new(source),
            at,
            elements: 0,
            open: vec![whole],
            path: Vec::new(),
        }
    }

    /// The sequences that are open, outermost first.
    pub fn path(&self) -> &[Tag] {
        &self.path
    }

    /// Where the walk is.
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// Whether the next element is of this group; `false` at the end.
    pub fn is_at_group(&mut self, group: u16) -> Result<bool, Error> {
        if self.at >= self.window.source.size() {
            return Ok(false);
        }
        Ok(u16::from_le_bytes(self.window.bytes(self.at)?) == group)
    }

    /// The value of an element, when it has at most `most` bytes.
    pub fn value(&self, element: &Element, most: usize) -> Result<Vec<u8>, Error> {
        let length = element.length.unwrap_or(u64::MAX);
        if length > most as u64 {
            return Err(Error::Damaged(
                "a value is longer than its attribute can be",
            ));
        }
        inside(self.window.source, element.at, length)?;
        let mut value = vec![0; length as usize];
        self.window.source.read(element.at, &mut value)?;
        Ok(value)
    }

    /// What comes next; `None` at the end of the data set.
    pub fn step(&mut self) -> Result<Option<Event>, Error> {
        loop {
            let Some(open) = self.open.last().copied() else {
                return Ok(None);
            };
            if open.end == Some(self.at) {
                self.close();
                continue;
            }
            self.elements += 1;
            if self.elements > ELEMENTS {
                return Err(Error::Damaged("it has elements without end"));
            }
            let header = self.header(open)?;
            let event = match open.kind {
                Kind::Sequence => self.in_sequence(open, &header)?,
                Kind::Fragments => self.in_fragments(open, &header)?,
                Kind::Item => self.in_item(open, &header)?,
            };
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    fn in_sequence(&mut self, open: Open, header: &Header) -> Result<Option<Event>, Error> {
        match header.tag {
            Tag::ITEM => {
                self.at += header.bytes;
                self.push(Kind::Item, open, header.length, open.implicit)?;
                Ok(Some(Event::Item))
            }
            Tag::SEQUENCE_DELIMITATION_ITEM if open.end.is_none() => {
                self.at += header.bytes;
                self.close();
                Ok(None)
            }
            _ => Err(Error::Damaged(
                "a sequence holds something other than items",
            )),
        }
    }

    fn in_fragments(&mut self, open: Open, header: &Header) -> Result<Option<Event>, Error> {
        self.at += header.bytes;
        match (header.tag, header.length) {
            (Tag::ITEM, Some(length)) => self.at = self.end_within(open, length)?,
            (Tag::SEQUENCE_DELIMITATION_ITEM, _) => self.close(),
            _ => return Err(Error::Damaged("fragments are not items of a known length")),
        }
        Ok(None)
    }

    fn in_item(&mut self, open: Open, header: &Header) -> Result<Option<Event>, Error> {
        self.at += header.bytes;
        if header.tag == Tag::ITEM_DELIMITATION_ITEM && open.end.is_none() {
            self.close();
            return Ok(None);
        }
        if header.tag.0 == 0xFFFE {
            return Err(Error::Damaged("an item begins or ends where none is open"));
        }
        let element = Element {
            tag: header.tag,
            at: self.at,
            length: header.length,
        };
        if self.path.is_empty() && header.tag == Tag::PIXEL_DATA {
            if let Some(length) = header.length {
                self.end_within(open, length)?;
            }
            self.open.clear();
            return Ok(Some(Event::Element(element)));
        }
        let sequence = header.vr == *b"SQ" || open.implicit;
        match header.length {
            Some(length) if !(sequence && header.tag.is_looked_into()) => {
                self.at = self.end_within(open, length)?;
                Ok(Some(Event::Element(element)))
            }
            None if matches!(&header.vr, b"OB" | b"OW") => {
                self.push(Kind::Fragments, open, None, open.implicit)?;
                self.path.push(header.tag);
                Ok(None)
            }
            length => {
                let implicit = open.implicit || header.vr == *b"UN";
                self.push(Kind::Sequence, open, length, implicit)?;
                self.path.push(header.tag);
                Ok(None)
            }
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        within: Open,
        length: Option<u64>,
        implicit: bool,
    ) -> Result<(), Error> {
        // A sequence and its item are one step down.
        if self.open.len() > DEPTH * 2 {
            return Err(Error::Damaged("its sequences nest too deep"));
        }
        let end = length
            .map(|length| self.end_within(within, length))
            .transpose()?;
        self.open.push(Open {
            kind,
            end,
            limit: end.unwrap_or(within.limit),
            implicit,
        });
        Ok(())
    }

    /// Where something of `length` bytes ends, which may not be beyond what holds it.
    fn end_within(&self, open: Open, length: u64) -> Result<u64, Error> {
        let end = self.at.saturating_add(length);
        let size = self.window.source.size();
        match end <= open.limit {
            true => Ok(end),
            false if open.limit == size => Err(Error::Ends {
                expected: end,
                found: size,
            }),
            false => Err(Error::Damaged("an element is longer than what holds it")),
        }
    }

    fn close(&mut self) {
        let closed = self.open.pop();
        if closed.is_some_and(|open| open.kind != Kind::Item) {
            self.path.pop();
        }
    }

    /// The header at the walk's place. Items and their delimiters are written the same in every syntax.
    fn header(&mut self, open: Open) -> Result<Header, Error> {
        self.end_within(open, 8)?;
        let [a, b, c, d, rest @ ..] = self.window.bytes::<8>(self.at)?;
        let tag = Tag::of([a, b, c, d]);
        let wide = u32::from_le_bytes(rest);
        let known = |length: u32| (length != u32::MAX).then_some(u64::from(length));
        let [vr @ .., e, f] = rest;
        if open.implicit || tag.0 == 0xFFFE {
            let vr = if open.implicit { *b"  " } else { vr };
            return Ok(Header {
                tag,
                vr,
                bytes: 8,
                length: known(wide),
            });
        }
        if !vr.iter().all(u8::is_ascii_uppercase) {
            return Err(Error::Damaged("an element has no value representation"));
        }
        if is_short(vr) {
            let length = Some(u64::from(u16::from_le_bytes([e, f])));
            return Ok(Header {
                tag,
                vr,
                bytes: 8,
                length,
            });
        }
        self.end_within(open, 12)?;
        let length = known(u32::from_le_bytes(self.window.bytes(self.at + 8)?));
        Ok(Header {
            tag,
            vr,
            bytes: 12,
            length,
        })
    }
}

/// Value representations with a length of 16 bits; later ones of the standard all have 32 (PS3.5 §7.1.2).
pub(super) fn is_short(vr: [u8; 2]) -> bool {
    const SHORT: [&[u8; 2]; 20] = [
        b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN",
        b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL",
    ];
    SHORT.contains(&&vr) || vr == *b"US"
}
