//! NDPIs made by hand, also beyond 4 GiB: what lies between their parts is zeros that nobody stores.

use super::super::super::ReadAt;
use super::super::super::tiff::tag;

/// Bytes at places of a large file; zeros elsewhere.
pub(super) struct Sparse {
    pub(super) size: u64,
    pub(super) parts: Vec<(u64, Vec<u8>)>,
}

impl ReadAt for Sparse {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        let end = offset + buffer.len() as u64;
        if end > self.size {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        buffer.fill(0);
        for (at, part) in &self.parts {
            let (from, to) = (offset.max(*at), end.min(at + part.len() as u64));
            if from < to {
                let there = &part[(from - at) as usize..(to - at) as usize];
                buffer[(from - offset) as usize..(to - offset) as usize].copy_from_slice(there);
            }
        }
        Ok(())
    }
}

/// One directory: what it shows, and its JPEG.
#[derive(Debug, Clone)]
pub(super) struct Image {
    pub(super) size: (u32, u32),
    /// Objective; -1 for the macro image, -2 for the map.
    pub(super) lens: f32,
    /// Nanometres from the middle plane.
    pub(super) plane: i32,
    pub(super) jpeg: Vec<u8>,
    /// Where its restart intervals start, if the file lists them.
    pub(super) starts: Option<Vec<u64>>,
}

impl Image {
    pub(super) fn level(size: (u32, u32), lens: f32, jpeg: Vec<u8>) -> Self {
        Self {
            size,
            lens,
            plane: 0,
            jpeg,
            starts: None,
        }
    }

    /// Lists the intervals as they are: behind the scan's header, and behind each restart marker.
    pub(super) fn listed(mut self) -> Self {
        let scan = self
            .jpeg
            .windows(2)
            .position(|pair| pair == [0xFF, 0xDA])
            .unwrap();
        let first = scan + 2 + usize::from(self.jpeg[scan + 3]);
        let markers = self.jpeg.windows(2).enumerate().skip(first);
        let markers = markers.filter(|(_, pair)| pair[0] == 0xFF && pair[1] & 0xF8 == 0xD0);
        let starts = markers.map(|(at, _)| at as u64 + 2);
        self.starts = Some(std::iter::once(first as u64).chain(starts).collect());
        self
    }
}

/// The file: each JPEG, its lists and its directory behind each other from `base` on.
pub(super) fn file(images: &[Image], base: u64) -> Sparse {
    let mut parts = Vec::new();
    let mut at = base.max(16);
    let mut directories: Vec<(u64, Vec<u8>)> = Vec::new();
    for image in images {
        let jpeg = at;
        parts.push((jpeg, image.jpeg.clone()));
        at += image.jpeg.len() as u64;
        let make = at;
        parts.push((make, b"Hamamatsu\0".to_vec()));
        at += 10;
        let resolution = at;
        parts.push((
            resolution,
            [20_000_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat(),
        ));
        at += 8;
        let mut entries = entries(image, jpeg, make, resolution);
        for (number, shift) in [(tag::MCU_STARTS, 0), (tag::MCU_STARTS_HIGH, 32)] {
            let Some(starts) = &image.starts else {
                continue;
            };
            let words = starts
                .iter()
                .map(|start| ((start >> shift) as u32).to_le_bytes());
            let words: Vec<u8> = words.flatten().collect();
            entries.push(entry(number, 4, starts.len() as u32, at));
            at += words.len() as u64;
            parts.push((at - words.len() as u64, words));
        }
        let count = entries.len() as u64;
        let mut directory = (count as u16).to_le_bytes().to_vec();
        directory.extend(entries.iter().flat_map(|(low, _)| low));
        directory.extend([0; 8]);
        directory.extend(entries.iter().flat_map(|(_, high)| high.to_le_bytes()));
        directories.push((at, directory));
        at += 2 + 16 * count + 8;
    }
    chain(&mut directories, &mut parts);
    parts.extend(directories);
    Sparse { size: at, parts }
}

/// What every directory says of its image, in the places where its parts lie.
fn entries(image: &Image, jpeg: u64, make: u64, resolution: u64) -> Vec<([u8; 12], u32)> {
    vec![
        entry(tag::WIDTH, 4, 1, u64::from(image.size.0)),
        entry(tag::HEIGHT, 4, 1, u64::from(image.size.1)),
        entry(tag::BITS, 3, 1, 8),
        entry(tag::COMPRESSION, 3, 1, 7),
        entry(tag::PHOTOMETRIC, 3, 1, 6),
        entry(tag::MAKE, 2, 10, make),
        entry(tag::STRIP_OFFSETS, 4, 1, jpeg),
        entry(tag::SAMPLES, 3, 1, 3),
        entry(tag::STRIP_ROWS, 4, 1, u64::from(image.size.1)),
        entry(tag::STRIP_LENGTHS, 4, 1, image.jpeg.len() as u64),
        entry(tag::X_RESOLUTION, 5, 1, resolution),
        entry(tag::Y_RESOLUTION, 5, 1, resolution),
        entry(tag::RESOLUTION_UNIT, 3, 1, 3),
        entry(tag::HAMAMATSU, 3, 1, 1),
        entry(tag::SOURCE_LENS, 11, 1, u64::from(image.lens.to_bits())),
        entry(
            tag::FOCAL_PLANE,
            9,
            1,
            u64::from(image.plane.cast_unsigned()),
        ),
    ]
}

/// An entry, and the high word that stands behind the directory.
fn entry(tag: u16, kind: u16, count: u32, value: u64) -> ([u8; 12], u32) {
    let mut raw = [0; 12];
    raw[..2].copy_from_slice(&tag.to_le_bytes());
    raw[2..4].copy_from_slice(&kind.to_le_bytes());
    raw[4..8].copy_from_slice(&count.to_le_bytes());
    raw[8..].copy_from_slice(&(value as u32).to_le_bytes());
    (raw, (value >> 32) as u32)
}

/// Writes where each directory's next one is, and the header.
fn chain(directories: &mut [(u64, Vec<u8>)], parts: &mut Vec<(u64, Vec<u8>)>) {
    let places: Vec<u64> = directories.iter().map(|(at, _)| *at).collect();
    for ((_, directory), next) in directories.iter_mut().zip(places.iter().skip(1)) {
        let count = usize::from(u16::from_le_bytes([directory[0], directory[1]]));
        directory[2 + 12 * count..][..8].copy_from_slice(&next.to_le_bytes());
    }
    let first = places[0].to_le_bytes();
    parts.push((0, [&b"II*\0"[..], &first].concat()));
}
