//! TIFF of bare samples, as exports and other people's tools write it (TIFF 6.0 §7 strips, §15 tiles): no browser
//! shows its pieces as they are stored, and strips are no tiles at all.

/// What one pixel of the pictures here is: soft colours.
pub(crate) fn colour(x: u32, y: u32) -> [u8; 3] {
    [(x / 4) as u8, (y / 4) as u8, ((x + y) / 8) as u8]
}

/// In tiles of 256.
pub(crate) fn tiled_tiff(width: u32, height: u32) -> Vec<u8> {
    let side = [(322, 4, 1, 256), (323, 4, 1, 256)];
    tiff((width, height), (256, 256), &side, (324, 325))
}

/// In strips of 16 rows; the height is a multiple of them.
pub(crate) fn striped_tiff(width: u32, height: u32) -> Vec<u8> {
    tiff((width, height), (width, 16), &[(278, 4, 1, 16)], (273, 279))
}

/// A field of a directory: its tag, type, count and value.
type Field = (u16, u16, u32, u32);

fn tiff(
    (width, height): (u32, u32),
    (across, down): (u32, u32),
    shape: &[Field],
    places: (u16, u16),
) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut offsets = Vec::new();
    for top in (0..height).step_by(down as usize) {
        for left in (0..width).step_by(across as usize) {
            offsets.push(file.len() as u32);
            for y in top..top + down {
                file.extend((left..left + across).flat_map(|x| colour(x, y)));
            }
        }
    }
    let pieces = offsets.len() as u32;
    let bits = append(&mut file, &[8_u16, 8, 8].map(u16::to_le_bytes).concat());
    let offsets = append(&mut file, &bytes(&offsets));
    let lengths = append(&mut file, &bytes(&vec![across * down * 3; pieces as usize]));
    let directory = file.len() as u32;
    file[4..8].copy_from_slice(&directory.to_le_bytes());
    let mut entries = vec![
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (277, 3, 1, 3),
        (places.0, 4, pieces, offsets),
        (places.1, 4, pieces, lengths),
    ];
    entries.extend(shape);
    entries.sort_unstable();
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
