//! A spread of durations in bounded memory: any percentile, at most 0.5 % off.
//!
//! Buckets grow by 1 % each, so a percentile is the middle of a bucket that is never wider; from one
//! second to a hundred years that is 2,200 counters, however many durations were added. What is
//! shorter than a second is nothing.

/// Counts of durations.
#[derive(Debug, Clone, Default)]
pub(super) struct Spread {
    none: u64,
    buckets: Vec<u64>,
    count: u64,
    sum: f64,
}

/// Each bucket ends this much above its beginning.
const GROWTH: f64 = 1.01;
/// Buckets from one second to beyond a hundred years.
const MOST_BUCKETS: usize = 2_300;

impl Spread {
    /// Adds a duration in seconds.
    pub(super) fn add(&mut self, seconds: f64) {
        self.count += 1;
        self.sum += seconds;
        if seconds < 1.0 {
            self.none += 1;
            return;
        }
        let bucket = ((seconds.ln() / GROWTH.ln()) as usize).min(MOST_BUCKETS - 1);
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
    }

    /// How many.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Their mean, seconds; exact.
    pub(super) fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    /// The share that is a second or longer.
    pub(super) fn share_of_some(&self) -> f64 {
        1.0 - self.none as f64 / self.count.max(1) as f64
    }

    /// The duration, seconds, that this percentage does not exceed; 0 of nothing.
    pub(super) fn percentile(&self, percent: f64) -> f64 {
        let rank = (percent / 100.0 * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = self.none;
        if seen >= rank {
            return 0.0;
        }
        for (n, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return GROWTH.powf(n as f64 + 0.5);
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::{Chance, Kind};
    use super::*;

    #[test]
    fn a_percentile_is_at_most_half_a_percent_off() {
        let mut chance = Chance::of(1, 0, Kind::Case, 0, 0);
        let mut spread = Spread::default();
        let mut all: Vec<f64> = (0..50_000)
            .map(|_| 1.0 + 40_000.0 * chance.exponential())
            .collect();
        for seconds in &all {
            spread.add(*seconds);
        }
        all.sort_by(f64::total_cmp);
        for percent in [1.0, 50.0, 90.0, 99.0, 100.0] {
            let exact = all[(percent / 100.0 * 50_000.0) as usize - 1];
            let off = spread.percentile(percent) / exact - 1.0;
            assert!(off.abs() <= 0.0051, "p{percent}: {off}");
        }
    }

    #[test]
    fn memory_does_not_grow_with_what_was_added() {
        let mut spread = Spread::default();
        for seconds in [0.0, 0.5, 1.0, 1e9, 1e300, f64::INFINITY] {
            spread.add(seconds);
        }
        assert!(spread.buckets.len() <= MOST_BUCKETS);
        assert_eq!(spread.percentile(30.0).to_bits(), 0.0_f64.to_bits());
        assert!((spread.share_of_some() - 4.0 / 6.0).abs() < 1e-9);
    }
}
