//! Chance from a seed: the same stream gives the same numbers, whatever else happens.
//!
//! Every question has a stream of its own, named by numbers (seed, replication, kind, who, which), so
//! that two policies meet the same arrivals, the same reading times and the same absences: common
//! random numbers. The generator is `SplitMix64`: a counter, mixed.

/// What a stream decides; part of its name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// When cases of a site become ready.
    Arrivals = 1,
    /// What one case is like.
    Case = 2,
    /// Whether one pathologist declines one case.
    Decline = 3,
    /// Whether one pathologist misses one shift.
    Shift = 4,
}

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of this seed, replication and kind, about `who` and `which`.
    pub(super) fn of(seed: u64, replication: u64, kind: Kind, who: u64, which: u64) -> Self {
        let name = [seed, replication, kind as u64, who, which];
        Self(
            name.iter()
                .fold(0, |state, part| mixed(state ^ mixed(*part))),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mixed(self.0)
    }

    /// Between 0 (never) and 1.
    pub(super) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Whether something of this many percent happens.
    pub(super) fn happens(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// Exponential, of mean 1.
    pub(super) fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    /// Lognormal, of mean 1 and this coefficient of variation.
    pub(super) fn lognormal(&mut self, spread: f64) -> f64 {
        let variance = spread.mul_add(spread, 1.0).ln();
        let radius = (-2.0 * self.unit().ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.unit()).cos();
        (variance.sqrt() * normal - variance / 2.0).exp()
    }

    /// A geometric number of at least 1, of this mean.
    pub(super) fn batch(&mut self, mean: f64) -> u32 {
        if mean <= 1.0 {
            return 1;
        }
        1 + (self.unit().ln() / (1.0 - 1.0 / mean).ln()).min(1_000.0) as u32
    }

    /// A place in a list of weights; the last when they are all nothing.
    pub(super) fn pick(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (n, weight) in weights.enumerate() {
            left -= weight;
            last = n;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of `SplitMix64`: every bit of the input moves half the bits of the output.
const fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (state ^ (state >> 31)).wrapping_add(GOLDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(draw: impl Fn(&mut Chance) -> f64) -> f64 {
        let mut chance = Chance::of(7, 0, Kind::Case, 1, 2);
        (0..200_000).map(|_| draw(&mut chance)).sum::<f64>() / 200_000.0
    }

    #[test]
    fn every_draw_has_its_mean() {
        let near = |value: f64, wanted: f64| {
            assert!((value / wanted - 1.0).abs() < 0.015, "{value} for {wanted}");
        };
        near(mean(Chance::unit), 0.5);
        near(mean(Chance::exponential), 1.0);
        near(mean(|c| c.exponential().powi(2)), 2.0);
        near(mean(|c| c.lognormal(0.8)), 1.0);
        near(mean(|c| c.lognormal(0.8).powi(2)), 1.64);
        near(mean(|c| f64::from(c.batch(4.0))), 4.0);
        near(mean(|c| c.pick([1.0, 0.0, 3.0].into_iter()) as f64), 1.5);
        near(mean(|c| f64::from(u8::from(c.happens(30.0)))), 0.3);
    }

    #[test]
    fn streams_are_their_own_and_the_same_again() {
        let first = |seed, replication, who, which| {
            Chance::of(seed, replication, Kind::Case, who, which).unit()
        };
        assert_eq!(first(1, 2, 3, 4).to_bits(), first(1, 2, 3, 4).to_bits());
        let all = [
            first(1, 2, 3, 4),
            first(2, 1, 3, 4),
            first(1, 2, 4, 3),
            first(1, 3, 2, 4),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(all[..n].iter().all(|other| (one - other).abs() > 1e-9));
        }
    }
}
