//! What need not be asked again: fingerprints of files, forgotten at a restart.

use std::collections::HashSet;

/// Fingerprints kept at most: about 6 MB. When it is full it is emptied, which costs questions and
/// nothing else.
const AT_MOST: usize = 200_000;

/// A file's name and state, digested.
pub(crate) type Mark = [u8; 16];

/// A bounded set of fingerprints.
#[derive(Debug, Default)]
pub(crate) struct Remembered(HashSet<Mark>);

impl Remembered {
    pub(crate) fn has(&self, mark: &Mark) -> bool {
        self.0.contains(mark)
    }

    /// Adds a fingerprint and says whether it was there.
    pub(crate) fn add(&mut self, mark: Mark) -> bool {
        if self.0.len() >= AT_MOST {
            self.0.clear();
        }
        !self.0.insert(mark)
    }
}
