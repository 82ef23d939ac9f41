//! TIFF of bare samples, as exports and other people's tools write it (TIFF 6.0 §7 strips, §15 tiles): no browser
//! shows its pieces as they are stored, and strips are no tiles at all.

/// What one pixel of the pictures here is: soft colours.
pub(crate) fn colour(x: u32, y: u32) -> [u8; 3] {
    [(x / 4) as u8, (y / 4) as u8, ((x + y) / 8) as u8]
}

/// In tiles of 256.
pub(crate) fn tiled_tiff(width: u32, height: u32) -> Vec<u8> {
    tiles(width, height, None)
}

/// In strips of 16 rows; the height is a multiple of them.
pub(crate) fn striped_tiff(width: u32, height: u32) -> Vec<u8> {
    strips(width, height, None)
}

/// In tiles as deflate, of which this one is not.
pub(crate) fn torn_tiles(width: u32, height: u32, torn: usize) -> Vec<u8> {
    tiles(width, height, Some(torn))
}

/// In strips as deflate, of which this one is not.
pub(crate) fn torn_strips(width: u32, height: u32, torn: usize) -> Vec<u8> {
    strips(width, height, Some(torn))
}

fn tiles(width: u32, height: u32, torn: Option<usize>) -> Vec<u8> {
    let side = [(322, 4, 1, 256), (323, 4, 1, 256)];
    tiff((width, height), ((256, 256), torn), &side, (324, 325))
}

fn strips(width: u32, height: u32, torn: Option<usize>) -> Vec<u8> {
    let rows = [(278, 4, 1, 16)];
    tiff((width, height), ((width, 16), torn), &rows, (273, 279))
}

/// A field of a directory: its tag, type, count and value.
type Field = (u16, u16, u32, u32);

fn tiff(
    (width, height): (u32, u32),
    ((across, down), torn): ((u32, u32), Option<usize>),
    shape: &[Field],
    places: (u16, u16),
) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for top in (0..height).step_by(down as usize) {
        for left in (0..width).step_by(across as usize) {
            let rows = top..top + down;
            let bare = rows.flat_map(|y| (left..left + across).flat_map(move |x| colour(x, y)));
            let piece: Vec<u8> = match torn {
                None => bare.collect(),
                Some(torn) if torn == offsets.len() => vec![0xFF; 1_000],
                Some(_) => deflated(&bare.collect::<Vec<u8>>()),
            };
            offsets.push(file.len() as u32);
            lengths.push(piece.len() as u32);
            file.extend(piece);
        }
    }
    let pieces = offsets.len() as u32;
    let bits = append(&mut file, &[8_u16, 8, 8].map(u16::to_le_bytes).concat());
    let offsets = append(&mut file, &bytes(&offsets));
    let lengths = append(&mut file, &bytes(&lengths));
    let directory = file.len() as u32;
    file[4..8].copy_from_slice(&directory.to_le_bytes());
    let mut entries = vec![
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, bits),
        (259, 3, 1, if torn.is_some() { 8 } else { 1 }),
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

/// A zlib stream (RFC 1950) of stored blocks (RFC 1951 §3.2.4).
fn deflated(bare: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = bare.chunks(0xFFFF);
    let last = blocks.len() - 1;
    for (n, block) in blocks.enumerate() {
        let length = block.len() as u16;
        stream.push(u8::from(n == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (mut one, mut two) = (1_u32, 0_u32);
    for byte in bare {
        one = (one + u32::from(*byte)) % 65_521;
        two = (two + one) % 65_521;
    }
    stream.extend((two << 16 | one).to_be_bytes());
    stream
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
