//! A tiled TIFF of bare samples, as exports and other people's tools write it (TIFF 6.0 §15): no browser shows its
//! tiles as they are stored.

/// A picture of soft colours, red, green and blue, in tiles of 256.
pub(super) fn tiled_tiff(width: u32, height: u32) -> Vec<u8> {
    let (columns, rows) = (width.div_ceil(256), height.div_ceil(256));
    let tile_bytes = 256 * 256 * 3;
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut offsets = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            offsets.push(file.len() as u32);
            for y in row * 256..row * 256 + 256 {
                for x in column * 256..column * 256 + 256 {
                    file.extend([(x / 4) as u8, (y / 4) as u8, ((x + y) / 8) as u8]);
                }
            }
        }
    }
    let tiles = offsets.len() as u32;
    let bits = append(&mut file, &[8_u16, 8, 8].map(u16::to_le_bytes).concat());
    let offsets = append(&mut file, &bytes(&offsets));
    let lengths = append(&mut file, &bytes(&vec![tile_bytes; tiles as usize]));
    let directory = file.len() as u32;
    file[4..8].copy_from_slice(&directory.to_le_bytes());
    let entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (277, 3, 1, 3),
        (322, 4, 1, 256),
        (323, 4, 1, 256),
        (324, 4, tiles, offsets),
        (325, 4, tiles, lengths),
    ];
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(u16::to_le_bytes(tag));
        file.extend(u16::to_le_bytes(kind));
        file.extend(u32::to_le_bytes(count));
        file.extend(u32::to_le_bytes(value));
    }
    file.extend([0; 4]);
    file
}

fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// Appends some bytes; where they begin.
fn append(file: &mut Vec<u8>, bytes: &[u8]) -> u32 {
    let at = file.len() as u32;
    file.extend(bytes);
    at
}
