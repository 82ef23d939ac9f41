//! A bounded map that forgets what was used longest ago.
//!
//! Bound: `entries` values and `bytes` of declared weight, whichever is reached first. A value
//! heavier than the whole bound is not kept.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Values by key, most recently used kept.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    held: HashMap<K, Held<V>, BuildHasherDefault<Folded>>,
    clock: u64,
    weight_bytes: u64,
    entries: usize,
    bytes: u64,
}

/// Keys folded by multiplication. They are ids and digests of our own, so nobody can choose them to collide,
/// and a tile asks three times.
#[derive(Debug, Default)]
struct Folded(u64);

impl Folded {
    fn fold(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.fold((*byte).into());
        }
    }

    fn write_u16(&mut self, number: u16) {
        self.fold(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.fold(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.fold(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.fold(number as u64);
    }

    fn finish(&self) -> u64 {
        // The map looks at the highest and the lowest bits.
        self.0 ^ (self.0 >> 32)
    }
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
            held: HashMap::default(),
            clock: 0,
            weight_bytes: 0,
            entries,
            bytes,
        }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        let held = self.held.get_mut(key)?;
        self.clock += 1;
        held.used = self.clock;
        Some(held.value.clone())
    }

    pub(crate) fn insert(&mut self, key: K, value: V, weight_bytes: u64) {
        self.forget(&key);
        if self.entries == 0 || weight_bytes > self.bytes {
            return;
        }
        while self.held.len() >= self.entries || self.weight_bytes + weight_bytes > self.bytes {
            // Looked for only here: a hit, of which there are thousands to each insertion, just takes a number.
            let oldest = self.held.iter().min_by_key(|(_, held)| held.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                break;
            };
            self.forget(&oldest);
        }
        self.clock += 1;
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
