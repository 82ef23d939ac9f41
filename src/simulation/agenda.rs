//! The agenda: what happens next under a virtual clock.
//!
//! A heap of moments; what was put in first at the same moment happens first, so a run is the same
//! every time. The clock never goes back. It holds what is pending and nothing of the past.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::case::Micros;

/// Pending happenings, earliest first.
#[derive(Debug)]
pub(super) struct Agenda<E> {
    pending: BinaryHeap<Reverse<(Micros, u64, E)>>,
    numbered: u64,
    now: Micros,
}

impl<E: Ord> Agenda<E> {
    /// Nothing is pending at `now`.
    pub(super) const fn new(now: Micros) -> Self {
        Self {
            pending: BinaryHeap::new(),
            numbered: 0,
            now,
        }
    }

    /// The virtual time.
    pub(super) const fn now(&self) -> Micros {
        self.now
    }

    /// How much is pending.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Lets `what` happen at `at`, or now when that is past.
    pub(super) fn at(&mut self, at: Micros, what: E) {
        self.numbered += 1;
        self.pending
            .push(Reverse((at.max(self.now), self.numbered, what)));
    }

    /// The next happening before `end`; the clock moves to it, or to `end`.
    pub(super) fn next_before(&mut self, end: Micros) -> Option<E> {
        let due = self
            .pending
            .peek()
            .is_some_and(|Reverse((at, ..))| *at < end);
        if !due {
            self.now = self.now.max(end);
            return None;
        }
        let Reverse((at, _, what)) = self.pending.pop()?;
        self.now = at;
        Some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_first_and_the_first_of_a_moment_first() {
        let mut agenda = Agenda::new(Micros(10));
        for (at, what) in [(30, 'd'), (20, 'b'), (20, 'c'), (5, 'a'), (99, 'z')] {
            agenda.at(Micros(at), what);
        }
        let order: String = std::iter::from_fn(|| agenda.next_before(Micros(50))).collect();
        assert_eq!((order.as_str(), agenda.now()), ("abcd", Micros(50)));
        assert_eq!(agenda.next_before(Micros(100)), Some('z'));
    }
}
