//! What was seen before: fingerprints of files and since when, forgotten at a restart.

use std::collections::HashMap;

/// Fingerprints kept at most: about 10 MB. When it is full it is emptied, which costs questions and
/// patience and nothing else.
const AT_MOST: usize = 200_000;

/// A file's name and state, digested.
pub(crate) type Mark = [u8; 16];

/// A bounded set of fingerprints.
#[derive(Debug, Default)]
pub(crate) struct Remembered(HashMap<Mark, i64>);

impl Remembered {
    pub(crate) fn has(&self, mark: &Mark) -> bool {
        self.0.contains_key(mark)
    }

    /// Since when the fingerprint is known; from `now` on if it was not.
    pub(crate) fn since(&mut self, mark: Mark, now: i64) -> i64 {
        if self.0.len() >= AT_MOST && !self.has(&mark) {
            self.0.clear();
        }
        *self.0.entry(mark).or_insert(now)
    }
}
