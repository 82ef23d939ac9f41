//! Things used lately, bounded by number and weight.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// At most `most` values of at most `most_weight` together; the oldest put in goes first.
pub(crate) struct Recent<K, V> {
    values: HashMap<K, (V, u64)>,
    order: VecDeque<K>,
    weight: u64,
    most: usize,
    most_weight: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> Recent<K, V> {
    pub(crate) fn new(most: usize, most_weight: u64) -> Self {
        Self {
            values: HashMap::new(),
            order: VecDeque::new(),
            weight: 0,
            most,
            most_weight,
        }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.values.get(key).map(|(value, _)| value.clone())
    }

    pub(crate) fn put(&mut self, key: K, value: V, weight: u64) {
        if weight > self.most_weight || self.most == 0 || self.values.contains_key(&key) {
            return;
        }
        self.order.push_back(key.clone());
        self.values.insert(key, (value, weight));
        self.weight += weight;
        while self.values.len() > self.most || self.weight > self.most_weight {
            let oldest = self.order.pop_front();
            if let Some((_, weight)) = oldest.and_then(|oldest| self.values.remove(&oldest)) {
                self.weight -= weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_when_there_are_too_many_or_they_weigh_too_much() {
        let mut recent = Recent::new(2, 10);
        for (key, weight) in [(1, 4), (2, 4), (3, 1)] {
            recent.put(key, key, weight);
        }
        assert_eq!((recent.get(&1), recent.get(&2)), (None, Some(2)));
        recent.put(4, 4, 10);
        assert_eq!((recent.get(&3), recent.get(&4)), (None, Some(4)));
        recent.put(5, 5, 11);
        assert_eq!((recent.get(&4), recent.get(&5)), (Some(4), None));
        assert_eq!((recent.weight, recent.order.len()), (10, 1));
    }
}
