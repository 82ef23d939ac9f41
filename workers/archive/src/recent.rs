//! A bounded map that forgets what was used longest ago.
//!
//! Bound: `entries` values and `bytes` of declared weight, whichever is reached first. A value
//! heavier than the whole bound is not kept.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Values by key, most recently used kept.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    held: HashMap<K, Held<V>>,
    order: BTreeMap<u64, K>,
    clock: u64,
    weight_bytes: u64,
    entries: usize,
    bytes: u64,
}

#[derive(Debug)]
struct Held<V> {
    value: V,
    used: u64,
    weight_bytes: u64,
}

impl<K: Copy + Eq + Hash, V: Clone> Recent<K, V> {
    pub(crate) fn new(entries: usize, bytes: u64) -> Self {
        Self {
            held: HashMap::new(),
            order: BTreeMap::new(),
            clock: 0,
            weight_bytes: 0,
            entries,
            bytes,
        }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        let held = self.held.get_mut(key)?;
        self.order.remove(&held.used);
        self.clock += 1;
        held.used = self.clock;
        self.order.insert(self.clock, *key);
        Some(held.value.clone())
    }

    pub(crate) fn insert(&mut self, key: K, value: V, weight_bytes: u64) {
        self.forget(&key);
        if self.entries == 0 || weight_bytes > self.bytes {
            return;
        }
        while self.held.len() >= self.entries || self.weight_bytes + weight_bytes > self.bytes {
            let Some((_, &oldest)) = self.order.first_key_value() else {
                break;
            };
            self.forget(&oldest);
        }
        self.clock += 1;
        self.order.insert(self.clock, key);
        self.weight_bytes += weight_bytes;
        self.held.insert(
            key,
            Held {
                value,
                used: self.clock,
                weight_bytes,
            },
        );
    }

    pub(crate) fn forget(&mut self, key: &K) {
        if let Some(held) = self.held.remove(key) {
            self.order.remove(&held.used);
            self.weight_bytes -= held.weight_bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_unused_goes_first() {
        let mut recent = Recent::new(2, 100);
        recent.insert(1, "one", 1);
        recent.insert(2, "two", 1);
        assert_eq!(recent.get(&1), Some("one"));
        recent.insert(3, "three", 1);
        assert_eq!(
            (recent.get(&1), recent.get(&2), recent.get(&3)),
            (Some("one"), None, Some("three"))
        );
    }

    #[test]
    fn the_weight_is_bounded_too() {
        let mut recent = Recent::new(100, 10);
        for key in 0..50 {
            recent.insert(key, key, 4);
            assert!(recent.weight_bytes <= 10 && recent.held.len() <= 2);
            assert_eq!(recent.held.len(), recent.order.len());
        }
        recent.insert(50, 50, 11);
        assert_eq!(recent.get(&50), None);
        recent.insert(49, 7, 10);
        assert_eq!((recent.get(&49), recent.weight_bytes), (Some(7), 10));
    }

    #[test]
    fn no_entries_means_nothing_is_kept() {
        let mut recent = Recent::new(0, 10);
        recent.insert(1, 1, 1);
        assert_eq!(recent.get(&1), None);
    }
}
