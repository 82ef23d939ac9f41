//! A small slide, and what may be wrong with one.

use pathology::formats::Picture;

/// What a slide of 2 × 2 tiles is made of.
pub(crate) struct Slide {
    pub(crate) compression: u32,
    /// Offset and length of each tile, from the first byte of the first.
    pub(crate) tiles: [(u32, u32); 4],
    pub(crate) pixels: Vec<u8>,
}

impl Slide {
    pub(crate) fn sound() -> Self {
        let tile = Picture::white(256, 256).to_jpeg(80).unwrap();
        let length = tile.len() as u32;
        Self {
            compression: 7,
            // The last tile was left out, the third shares its bytes with the first.
            tiles: [(0, length), (length, length), (0, length), (0, 0)],
            pixels: [tile.clone(), tile].concat(),
        }
    }

    /// A tiled TIFF (TIFF 6.0 §15), its directory first.
    pub(crate) fn file(&self) -> Vec<u8> {
        let arrays = 8 + 2 + 10 * 12 + 4;
        let first = arrays + 6 + 16 + 16;
        let entries = [
            (256, 4, 1, 500),
            (257, 4, 1, 400),
            (258, 3, 3, arrays),
            (259, 3, 1, self.compression),
            (262, 3, 1, if self.compression == 7 { 6 } else { 2 }),
            (277, 3, 1, 3),
            (322, 4, 1, 256),
            (323, 4, 1, 256),
            (324, 4, 4, arrays + 6),
            (325, 4, 4, arrays + 22),
        ];
        let mut file = b"II*\0\x08\0\0\0\x0a\0".to_vec();
        for (tag, kind, count, value) in entries {
            file.extend(u16::to_le_bytes(tag));
            file.extend(u16::to_le_bytes(kind));
            file.extend(u32::to_le_bytes(count));
            file.extend(u32::to_le_bytes(value));
        }
        file.extend([0; 4]);
        file.extend([8, 0, 8, 0, 8, 0]);
        for (offset, length) in self.tiles {
            let offset = if length == 0 { 0 } else { first + offset };
            file.extend(offset.to_le_bytes());
        }
        self.tiles
            .iter()
            .for_each(|tile| file.extend(tile.1.to_le_bytes()));
        file.extend(&self.pixels);
        file
    }
}
