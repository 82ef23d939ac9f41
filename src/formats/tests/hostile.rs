//! Broken and hostile files: an error, never a panic, and never work or memory without bound.

use super::*;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts what is read: the measure of work that no clock is needed for.
struct Counted<'a> {
    bytes: &'a Vec<u8>,
    read: AtomicU64,
}

impl ReadAt for Counted<'_> {
    fn size(&self) -> u64 {
        self.bytes.size()
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.read.fetch_add(buffer.len() as u64 + 1, Relaxed);
        self.bytes.read_exact_at(offset, buffer)
    }
}

/// Opens and walks a file; whatever comes of it, what is read stays within a bound.
fn survives(bytes: &Vec<u8>) -> Result<conformance::Checked, Error> {
    let counted = Counted {
        bytes,
        read: AtomicU64::new(0),
    };
    let members = [Member {
        name: "",
        bytes: &counted,
    }];
    let outcome = open(&members).and_then(|slide| conformance::check(&slide, &members, 4));
    let read = counted.read.load(Relaxed);
    let bound = 200 * bytes.size() + (1 << 20);
    assert!(
        read <= bound,
        "{read} bytes read of a file of {}",
        bytes.size()
    );
    outcome
}

fn samples() -> Vec<Vec<u8>> {
    let jpeg = Picture::white(16, 16).to_jpeg(80).unwrap();
    let mut compressed = tiled((40, 24))
        .with(tag::COMPRESSION, Values::Shorts(vec![7]))
        .describe("Aperio|MPP = 0.5|AppMag = 20");
    compressed.pieces = vec![jpeg; 6];
    let label = Image {
        pieces: pieces((20, 12), (20, 5), 3),
        ..Image::new((20, 12), 3, Some(5))
    };
    let mut samples = Vec::new();
    for form in forms() {
        samples.push(file(
            form,
            &[compressed.clone(), label.clone(), tiled((20, 12))],
        ));
        samples.push(file_with(form, &[tiled((40, 24)), tiled((20, 12))], 1));
    }
    samples
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for whole in samples() {
        assert!(survives(&whole).is_ok());
        for length in 1..whole.len() {
            let cut = whole[..length].to_vec();
            assert!(survives(&cut).is_err(), "{length} of {}", whole.len());
        }
    }
}

#[test]
fn flipped_bits_never_panic_or_run_away() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let (mut refused, mut read) = (0, 0);
    for whole in samples() {
        for _ in 0..250 {
            let mut bytes = whole.clone();
            for _ in 0..=next(4) {
                // The pixels come first in these files and the directories last: aim at both.
                let half = bytes.len() / 2;
                let at = if next(3) == 0 {
                    next(bytes.len())
                } else {
                    half + next(bytes.len() - half)
                };
                bytes[at] ^= 1 << next(8);
            }
            match survives(&bytes) {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 300 && read > 60, "{refused} refused, {read} read");
}

#[test]
fn every_number_of_a_directory_may_be_the_largest() {
    for whole in samples() {
        for at in (0..whole.len() - 4).step_by(2) {
            if at % 16 != 0 && at < whole.len() / 2 {
                continue;
            }
            for number in [0, 1, 0x7FFF_FFFF, u32::MAX] {
                let mut bytes = whole.clone();
                bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
                drop(survives(&bytes));
            }
        }
    }
}

#[test]
fn a_chain_that_comes_back_is_damage() {
    for form in forms() {
        let mut bytes = file(form, &[tiled((40, 24))]);
        let width = if form.big { 8 } else { 4 };
        let first = if form.big { 8..16 } else { 4..8 };
        let link = bytes.len() - width;
        bytes.copy_within(first, link);
        let why = survives(&bytes).unwrap_err();
        assert!(matches!(why, Error::Damaged { .. }), "{why}");
        assert!(why.to_string().contains("comes back to itself"), "{why}");
    }
}

#[test]
fn overlapping_directories_do_not_add_up() {
    let mut bytes = vec![0; 60_000];
    bytes[..8].copy_from_slice(b"II*\0\x08\0\0\0");
    // Each directory starts two bytes after the one before and claims 4,000 tags of a known kind.
    for at in (8..9_000).step_by(2) {
        bytes[at..at + 2].copy_from_slice(&4_000_u16.to_le_bytes());
    }
    let why = survives(&bytes);
    assert!(why.is_err(), "{why:?}");
}

#[test]
fn declared_sizes_are_bounded_before_memory_is_taken() {
    for (tag, value) in [
        (tag::WIDTH, u32::MAX),
        (tag::WIDTH, 0),
        (tag::HEIGHT, 1 << 24),
        (tag::TILE_WIDTH, 65_535),
        (tag::TILE_WIDTH, 0),
        (tag::TILE_HEIGHT, 1),
    ] {
        let image = tiled((40, 24)).with(tag, Values::Longs(vec![value]));
        let why = survives(&file(CLASSIC, &[image])).unwrap_err();
        let said = matches!(why, Error::TooLarge { .. } | Error::Damaged { .. });
        assert!(said, "{tag} {value}: {why}");
    }
}

#[test]
fn a_file_whose_directories_are_not_written_yet_ends_early() {
    for mut begun in samples() {
        let is_big = begun[2..4].contains(&43);
        let offset = if is_big { 8..16 } else { 4..8 };
        begun[offset].fill(0);
        let why = survives(&begun).map(|_| ()).unwrap_err();
        assert!(matches!(why, Error::Truncated { .. }), "{why}");
    }
}

#[test]
fn a_tile_beyond_the_file_is_a_file_that_ends_early() {
    let image = tiled((16, 16));
    let mut bytes = file(CLASSIC, &[image]);
    let length = 768_u32.to_le_bytes();
    let at = (8..bytes.len())
        .rev()
        .find(|at| bytes[*at..].starts_with(&length))
        .unwrap();
    bytes[at..at + 4].copy_from_slice(&9_999_u32.to_le_bytes());
    let why = survives(&bytes).unwrap_err();
    let size = bytes.size();
    assert!(
        matches!(why, Error::Truncated { expected: 10_007, found } if found == size),
        "{why}"
    );
}
