//! Broken and hostile instances: an error, never a panic, and never work or memory without bound.

use super::*;
use proptest::prelude::*;
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
    assert!(read <= bound, "{read} bytes read of {}", bytes.size());
    outcome
}

fn samples() -> Vec<Vec<u8>> {
    let mut sparse = Built::level((20, 12));
    sparse.full = false;
    sparse.places = vec![(1, 1, Some("0.5")), (17, 1, None)];
    let tables = [Table::Basic, Table::Empty, Table::Extended, Table::Split];
    let mut samples: Vec<Vec<u8>> = tables
        .map(|table| Built::jpeg((20, 12), table).file())
        .into();
    samples.extend([sparse.file(), Built::level((20, 12)).file()]);
    samples
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for whole in samples() {
        survives(&whole).expect("a slide");
        for length in 1..whole.len() {
            let cut = whole[..length].to_vec();
            assert!(survives(&cut).is_err(), "{length} of {}", whole.len());
        }
    }
}

#[test]
fn sequences_without_end_are_refused() {
    let mut file = Built::level((20, 12)).file();
    let begin = file
        .windows(4)
        .position(|bytes| bytes == [8, 0, 8, 0])
        .unwrap();
    file.truncate(begin);
    let nested = b"\x09\0\x01\0SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF";
    file.extend(nested.repeat(50_000));
    assert!(
        survives(&file)
            .unwrap_err()
            .to_string()
            .contains("nest too deep")
    );
}

proptest! {
    #[test]
    fn flipped_bytes_never_panic_or_run_away(
        which in 0_usize..6,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = samples().swap_remove(which);
        for (place, value) in flips {
            let place = place.index(file.len());
            file[place] = value;
        }
        let _ = survives(&file);
    }
}
