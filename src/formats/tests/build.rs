//! Small TIFFs made by hand, in every form.

use super::super::tiff::tag;

/// Byte order and width of offsets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) big_endian: bool,
    pub(super) big: bool,
}

pub(super) const CLASSIC: Form = Form {
    big_endian: false,
    big: false,
};

/// Every form a TIFF can have.
pub(super) fn forms() -> impl Iterator<Item = Form> {
    [(false, false), (true, false), (false, true), (true, true)]
        .into_iter()
        .map(|(big_endian, big)| Form { big_endian, big })
}

/// The values of a tag.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
    Fraction(u32, u32),
    Text(String),
    Bytes(Vec<u8>),
    /// A kind no standard knows.
    Unknown,
}

/// One image: its tags and the bytes of its pieces; an empty piece is left out.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub(super) tags: Vec<(u16, Values)>,
    pub(super) pieces: Vec<Vec<u8>>,
}

impl Image {
    /// An image of 8-bit samples in tiles of 16 × 16, or in strips of as many rows as `strips` says.
    pub(super) fn new(size: (u32, u32), samples: u16, strips: Option<u32>) -> Self {
        let mut image = Self {
            tags: vec![
                (tag::WIDTH, Values::Longs(vec![size.0])),
                (tag::HEIGHT, Values::Longs(vec![size.1])),
                (tag::BITS, Values::Shorts(vec![8; usize::from(samples)])),
                (tag::SAMPLES, Values::Shorts(vec![samples])),
                (tag::COMPRESSION, Values::Shorts(vec![1])),
                (
                    tag::PHOTOMETRIC,
                    Values::Shorts(vec![if samples == 1 { 1 } else { 2 }]),
                ),
            ],
            pieces: Vec::new(),
        };
        if let Some(rows) = strips {
            image.set(tag::STRIP_ROWS, Values::Longs(vec![rows]));
        } else {
            image.set(tag::TILE_WIDTH, Values::Shorts(vec![16]));
            image.set(tag::TILE_HEIGHT, Values::Shorts(vec![16]));
        }
        image
    }

    /// Sets a tag, replacing what it was.
    pub(super) fn set(&mut self, tag: u16, values: Values) {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, values));
    }

    pub(super) fn with(mut self, tag: u16, values: Values) -> Self {
        self.set(tag, values);
        self
    }

    pub(super) fn describe(self, text: &str) -> Self {
        self.with(tag::DESCRIPTION, Values::Text(text.to_owned()))
    }
}

/// The colour of a pixel in every test picture.
pub(super) fn pixel(x: u32, y: u32) -> [u8; 3] {
    [(x * 5) as u8, (y * 7) as u8, (x + y) as u8]
}

/// The pieces of a picture whose pixels are [`pixel`], padding included, as bare samples.
pub(super) fn pieces(size: (u32, u32), tile: (u32, u32), samples: u16) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for row in 0..size.1.div_ceil(tile.1) {
        for column in 0..size.0.div_ceil(tile.0) {
            let high = if tile.0 == size.0 {
                tile.1.min(size.1 - row * tile.1)
            } else {
                tile.1
            };
            let places = (0..high).flat_map(|y| (0..tile.0).map(move |x| (x, y)));
            let pixels = places.flat_map(|(x, y)| {
                let colour = pixel(column * tile.0 + x, row * tile.1 + y);
                colour.into_iter().take(usize::from(samples))
            });
            pieces.push(pixels.collect());
        }
    }
    pieces
}

/// A tiled picture of bare samples.
pub(super) fn tiled(size: (u32, u32)) -> Image {
    Image {
        pieces: pieces(size, (16, 16), 3),
        ..Image::new(size, 3, None)
    }
}

/// The file of these images.
pub(super) fn file(form: Form, images: &[Image]) -> Vec<u8> {
    file_with(form, images, 0)
}

/// The file of these images; the last `below` are sub-directories of the first.
pub(super) fn file_with(form: Form, images: &[Image], below: usize) -> Vec<u8> {
    let mut bytes = header(form);
    let mut link = bytes.len() - if form.big { 8 } else { 4 };
    let chain = images.len() - below;
    let mut offsets = Vec::new();
    for image in &images[chain..] {
        let (at, _) = directory(form, image, &mut bytes);
        offsets.push(at as u32);
    }
    for (place, image) in images[..chain].iter().enumerate() {
        let mut image = image.clone();
        if place == 0 && below > 0 {
            image.set(tag::SUB_DIRECTORIES, Values::Longs(offsets.clone()));
        }
        let (at, next) = directory(form, &image, &mut bytes);
        let place = number(form, at as u64, if form.big { 8 } else { 4 });
        bytes[link..link + place.len()].copy_from_slice(&place);
        link = next;
    }
    bytes
}

fn header(form: Form) -> Vec<u8> {
    let mut bytes = if form.big_endian {
        b"MM".to_vec()
    } else {
        b"II".to_vec()
    };
    bytes.extend(number(form, if form.big { 43 } else { 42 }, 2));
    if form.big {
        bytes.extend(number(form, 8, 2));
        bytes.extend([0, 0]);
    }
    bytes.extend(vec![0; if form.big { 8 } else { 4 }]);
    bytes
}

/// Writes an image: pieces, values, directory. Returns the place of the directory and of its link.
fn directory(form: Form, image: &Image, bytes: &mut Vec<u8>) -> (usize, usize) {
    let mut image = image.clone();
    list_pieces(&mut image, bytes);
    image.tags.sort_by_key(|(tag, _)| *tag);
    let inline = if form.big { 8 } else { 4 };
    let mut entries = Vec::new();
    for (tag, values) in &image.tags {
        let (kind, count, mut raw) = encoded(form, values);
        entries.extend(number(form, u64::from(*tag), 2));
        entries.extend(number(form, kind, 2));
        entries.extend(number(form, count, inline));
        if raw.len() > inline {
            let at = bytes.len() as u64;
            bytes.append(&mut raw);
            raw = number(form, at, inline);
        }
        raw.resize(inline, 0);
        entries.extend(raw);
    }
    let at = bytes.len();
    bytes.extend(number(
        form,
        image.tags.len() as u64,
        if form.big { 8 } else { 2 },
    ));
    bytes.extend(entries);
    let link = bytes.len();
    bytes.extend(vec![0; inline]);
    (at, link)
}

fn list_pieces(image: &mut Image, bytes: &mut Vec<u8>) {
    let tiled = image.tags.iter().any(|(tag, _)| *tag == tag::TILE_WIDTH);
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for piece in &image.pieces {
        offsets.push(if piece.is_empty() {
            0
        } else {
            bytes.len() as u32
        });
        lengths.push(piece.len() as u32);
        bytes.extend(piece);
    }
    let (at, long) = if tiled {
        (tag::TILE_OFFSETS, tag::TILE_LENGTHS)
    } else {
        (tag::STRIP_OFFSETS, tag::STRIP_LENGTHS)
    };
    image.set(at, Values::Longs(offsets));
    image.set(long, Values::Longs(lengths));
}

fn encoded(form: Form, values: &Values) -> (u64, u64, Vec<u8>) {
    match values {
        Values::Shorts(list) => {
            let raw = list
                .iter()
                .flat_map(|value| number(form, u64::from(*value), 2));
            (3, list.len() as u64, raw.collect())
        }
        Values::Longs(list) => {
            let raw = list
                .iter()
                .flat_map(|value| number(form, u64::from(*value), 4));
            (4, list.len() as u64, raw.collect())
        }
        Values::Fraction(above, below) => {
            let mut raw = number(form, u64::from(*above), 4);
            raw.extend(number(form, u64::from(*below), 4));
            (5, 1, raw)
        }
        Values::Text(text) => (2, text.len() as u64 + 1, [text.as_bytes(), b"\0"].concat()),
        Values::Bytes(bytes) => (7, bytes.len() as u64, bytes.clone()),
        Values::Unknown => (99, 3, vec![1, 2, 3]),
    }
}

/// A number of `width` bytes in the order of the file.
pub(super) fn number(form: Form, value: u64, width: usize) -> Vec<u8> {
    if form.big_endian {
        value.to_be_bytes()[8 - width..].to_vec()
    } else {
        value.to_le_bytes()[..width].to_vec()
    }
}
