//! Makers' metadata in XML: a small tree, bounded, with nothing expanded.
//!
//! Names lose their prefix, since makers use one namespace each. Entities other than XML's own five and
//! numbers are dropped, so no document grows as it is read.

use super::probe::Probe;
use super::tiff::Directory;
use super::{Error, ReadAt};
use base64::Engine;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Longest metadata read; some makers put whole pictures in it.
const BYTES: u64 = 16 << 20;
/// Elements of one document: a few hundred bytes of memory each.
const ELEMENTS: usize = 65_536;
/// Elements within elements.
const DEPTH: usize = 64;

/// An element with all that is in it.
#[derive(Default)]
pub(crate) struct Element {
    /// Its name without a prefix.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// The text directly in it.
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

/// The XML of a tag of a directory; a missing one is damage, since the format was known by it.
pub(crate) fn of_tag(probe: &Probe<'_>, directory: &Directory, tag: u16) -> Result<Element, Error> {
    let bytes: &dyn ReadAt = probe.bytes;
    let block = directory.block(bytes, tag, BYTES + 1)?;
    if block.len() as u64 > BYTES {
        return Err(Error::TooLarge {
            what: "the metadata of the slide, in bytes,",
            limit: BYTES,
        });
    }
    parse(&block)
}

/// The root element of a document.
pub(crate) fn parse(document: &[u8]) -> Result<Element, Error> {
    let text = String::from_utf8_lossy(document);
    let text = text.trim_end_matches('\0');
    let text = text.get(text.find('<').unwrap_or(0)..).unwrap_or_default();
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open = vec![Element::default()];
    for _ in 0..ELEMENTS * 4 {
        let event = reader.read_event();
        match event.map_err(|why| damaged(&why))? {
            Event::Start(start) if open.len() <= DEPTH => open.push(element(&start)?),
            Event::Start(_) => return Err(damaged(&"it is nested too deep")),
            Event::Empty(start) => within(&mut open)?.children.push(element(&start)?),
            Event::End(_) => {
                let done = open.pop().ok_or_else(|| damaged(&"it ends twice"))?;
                within(&mut open)?.children.push(done);
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|why| damaged(&why))?;
                within(&mut open)?.text.push_str(&text);
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|why| damaged(&why))?;
                within(&mut open)?.text.push_str(&text);
            }
            Event::GeneralRef(reference) => {
                let text = referred(&reference);
                within(&mut open)?.text.push_str(&text);
            }
            Event::Eof => return root(open),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    Err(Error::TooLarge {
        what: "the number of elements of the metadata",
        limit: ELEMENTS as u64,
    })
}

fn root(mut open: Vec<Element>) -> Result<Element, Error> {
    let (Some(document), true) = (open.pop(), open.is_empty()) else {
        return Err(damaged(&"it ends early"));
    };
    let mut elements = document.children.into_iter();
    elements.next().ok_or_else(|| damaged(&"it has no element"))
}

fn within(open: &mut [Element]) -> Result<&mut Element, Error> {
    open.last_mut().ok_or_else(|| damaged(&"it ends twice"))
}

fn element(start: &BytesStart<'_>) -> Result<Element, Error> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|why| damaged(&why))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|why| damaged(&why))?.into_owned();
        attributes.push((name(attribute.key.local_name().as_ref()), value));
    }
    Ok(Element {
        name: name(start.local_name().as_ref()),
        attributes,
        ..Element::default()
    })
}

/// What a reference in a text stands for; nothing, if it is none of XML's own.
fn referred(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.decode().unwrap_or_default();
    let text = quick_xml::escape::resolve_predefined_entity(&name);
    text.unwrap_or_default().to_owned()
}

/// The parser's own words may repeat the document's, which may tell of a patient.
fn damaged<T>(why: T) -> Error {
    drop(why);
    Error::damaged("its metadata is cut off or no XML")
}

/// What a text in base64 stands for; white space in it is ignored.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(packed)
        .ok()
}

/// The printable text that a text in base64 stands for.
pub(crate) fn base64_text(text: &str) -> Option<String> {
    let text = String::from_utf8(base64(text)?).ok()?;
    let text = text.trim();
    (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of an attribute as a finite number.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        let number = self.attribute(name)?.trim().parse::<f64>().ok()?;
        number.is_finite().then_some(number)
    }

    /// The value of an attribute as a count.
    pub(crate) fn count(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// The elements of this name directly in this one.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of this name directly in this one.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Every element of this name, this one included, in the order of the document.
    pub(crate) fn every(&self, name: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        let mut left = vec![self];
        while let Some(element) = left.pop() {
            if element.name == name {
                found.push(element);
            }
            left.extend(element.children.iter().rev());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_a_tree() {
        let document = "\u{FEFF}<?xml version=\"1.0\"?><!-- a < b --><o:a x='1'><b y=\"&lt;&#181;&amp;\">t&quot;u&nope;</b><b/><c><b/></c></o:a>\0";
        let root = parse(document.as_bytes()).unwrap();
        assert_eq!((root.name.as_str(), root.number("x")), ("a", Some(1.0)));
        assert_eq!(root.all("b").count(), 2);
        assert_eq!(root.every("b").len(), 3);
        let first = root.child("b").unwrap();
        assert_eq!(first.attribute("y"), Some("<\u{B5}&"));
        assert_eq!(first.text, "t\"u");
    }

    #[test]
    fn what_is_cut_or_too_much_is_refused() {
        let document = b"<a><b x='1'>t</b></a>";
        for length in 0..document.len() {
            assert!(parse(&document[..length]).is_err(), "cut at {length}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
        let wide = format!("<a>{}</a>", "<b/>".repeat(ELEMENTS * 5));
        assert!(matches!(
            parse(wide.as_bytes()),
            Err(Error::TooLarge { .. })
        ));
        let laughs = "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]><a>&d;</a>";
        assert_eq!(parse(laughs.as_bytes()).unwrap().text, "");
    }
}
