//! The next few kilobytes of a file, so that small elements are not read one by one.

use super::{Error, Source, inside};

/// Bytes held.
const WINDOW_BYTES: u64 = 16 << 10;

/// A piece of a file, moved forward as the data set is walked.
pub(super) struct Window<'a> {
    pub(super) source: &'a dyn Source,
    start: u64,
    held: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(super) const fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            start: 0,
            held: Vec::new(),
        }
    }

    /// `N` bytes (some dozens) from `at`.
    pub(super) fn bytes<const N: usize>(&mut self, at: u64) -> Result<[u8; N], Error> {
        inside(self.source, at, N as u64)?;
        let holds = self.start <= at && at + N as u64 <= self.start + self.held.len() as u64;
        if !holds {
            let length = WINDOW_BYTES.min(self.source.size() - at);
            self.held.resize(length as usize, 0);
            self.start = at;
            if let Err(why) = self.source.read(at, &mut self.held) {
                self.held.clear();
                return Err(why.into());
            }
        }
        let mut bytes = [0; N];
        let from = (at - self.start) as usize;
        bytes.copy_from_slice(&self.held[from..from + N]);
        Ok(bytes)
    }
}
