//! Sets of pools, each kept once: a million readings stand in a few thousand sets, ten thousand
//! pathologists subscribe to a few hundred (their *profiles*).
//!
//! A set nobody uses any more gives its number to the next new one, so that nothing grows with history.

use std::collections::HashMap;
use std::sync::Arc;

/// A set of pools, by their numbers in the index; sorted, none twice.
pub(super) type Pools = Arc<[u32]>;

#[derive(Debug, Default)]
pub(super) struct Sets {
    numbers: HashMap<Pools, u32>,
    /// The pools of each number and how many use them.
    kept: Vec<(Pools, u32)>,
    free: Vec<u32>,
}

impl Sets {
    /// The number of this set, used once more; and whether it was not there before.
    pub(super) fn take(&mut self, mut pools: Vec<u32>) -> (u32, bool) {
        pools.sort_unstable();
        pools.dedup();
        if let Some(&number) = self.numbers.get(pools.as_slice()) {
            self.kept[number as usize].1 += 1;
            return (number, false);
        }
        let pools: Pools = pools.into();
        let number = self.free.pop().unwrap_or(self.kept.len() as u32);
        if number as usize == self.kept.len() {
            self.kept.push((pools.clone(), 1));
        } else {
            self.kept[number as usize] = (pools.clone(), 1);
        }
        self.numbers.insert(pools, number);
        (number, true)
    }

    /// Uses it once less; gives its pools, and whether nobody uses it now.
    pub(super) fn leave(&mut self, number: u32) -> (Pools, bool) {
        let (pools, uses) = &mut self.kept[number as usize];
        *uses -= 1;
        let (pools, gone) = (pools.clone(), *uses == 0);
        if gone {
            self.numbers.remove(&pools);
            self.free.push(number);
        }
        (pools, gone)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    pub(super) fn pools(&self, number: u32) -> &Pools {
        &self.kept[number as usize].0
    }
}
