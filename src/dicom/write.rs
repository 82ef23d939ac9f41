//! Data sets written: explicit VR little endian, sequences and items of known length (PS3.5 §7).

use super::Tag;

/// The value representation of a sequence.
const SEQUENCE: [u8; 2] = *b"SQ";

/// A data set or an item, as its bytes. Elements have to come in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSet(Vec<u8>);

impl DataSet {
    /// Appends a value; one of odd length is padded as its representation asks.
    pub fn put(&mut self, tag: Tag, vr: [u8; 2], value: &[u8]) {
        let length = value.len().next_multiple_of(2);
        self.begin(tag, vr, length as u32);
        self.0.extend(value);
        if length > value.len() {
            let text = !matches!(&vr, b"OB" | b"UI" | b"UN");
            self.0.push(if text { b' ' } else { 0 });
        }
    }

    /// Appends words, several of them with backslashes between.
    pub fn text(&mut self, tag: Tag, vr: [u8; 2], text: &str) {
        self.put(tag, vr, text.as_bytes());
    }

    /// Appends a number of 16 bits (US).
    pub fn short(&mut self, tag: Tag, number: u16) {
        self.put(tag, *b"US", &number.to_le_bytes());
    }

    /// Appends a number of 32 bits (UL).
    pub fn long(&mut self, tag: Tag, number: u32) {
        self.put(tag, *b"UL", &number.to_le_bytes());
    }

    /// Appends a sequence of these items.
    pub fn sequence(&mut self, tag: Tag, items: &[Self]) {
        let length: usize = items.iter().map(|item| 8 + item.0.len()).sum();
        self.begin(tag, SEQUENCE, length as u32);
        for Self(item) in items {
            self.item(item);
        }
    }

    /// Appends the header of pixel data whose length only a delimiter says.
    pub fn begin_frames(&mut self) {
        self.begin(Tag::PIXEL_DATA, *b"OB", u32::MAX);
    }

    /// Appends an item: of a sequence, a fragment, or an offset table.
    pub fn item(&mut self, content: &[u8]) {
        let length = content.len().next_multiple_of(2);
        self.mark(Tag::ITEM, length as u32);
        self.0.extend(content);
        self.0.resize(self.0.len() + length - content.len(), 0);
    }

    /// Appends the delimiter after the last frame.
    pub fn end_frames(&mut self) {
        self.mark(Tag::SEQUENCE_DELIMITATION_ITEM, 0);
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn begin(&mut self, tag: Tag, vr: [u8; 2], length: u32) {
        self.0.extend(tag.0.to_le_bytes());
        self.0.extend(tag.1.to_le_bytes());
        self.0.extend(vr);
        if super::reader::is_short(vr) {
            self.0.extend((length as u16).to_le_bytes());
        } else {
            self.0.extend([0; 2]);
            self.0.extend(length.to_le_bytes());
        }
    }

    fn mark(&mut self, tag: Tag, length: u32) {
        self.0.extend(tag.0.to_le_bytes());
        self.0.extend(tag.1.to_le_bytes());
        self.0.extend(length.to_le_bytes());
    }
}

/// A file up to its data set: preamble, prefix and the group that says what follows (PS3.10 §7.1).
pub fn beginning(transfer_syntax: &str, sop_class: &str, sop_instance: &str) -> Vec<u8> {
    let mut group = DataSet::default();
    group.put(Tag(2, 1), *b"OB", &[0, 1]);
    group.text(Tag::MEDIA_STORAGE_SOP_CLASS_UID, *b"UI", sop_class);
    group.text(Tag(2, 3), *b"UI", sop_instance);
    group.text(Tag::TRANSFER_SYNTAX_UID, *b"UI", transfer_syntax);
    group.text(Tag(2, 0x12), *b"UI", "2.25.1");
    let mut length = DataSet::default();
    length.long(Tag(2, 0), group.0.len() as u32);
    let mut file = vec![0; 128];
    file.extend(b"DICM");
    file.extend(length.0);
    file.extend(group.0);
    file
}
