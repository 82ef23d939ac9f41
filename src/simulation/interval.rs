//! A figure with its 95 % interval, from independent replications (Student's t).

use serde::Serialize;

/// The mean of replications and the interval that holds the true mean 19 times of 20.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Where the interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl Interval {
    /// Of the figures of replications; of a single one the interval is not known and spans everything.
    pub(super) fn of(figures: &[f64]) -> Self {
        let n = figures.len().max(1) as f64;
        let mean = figures.iter().sum::<f64>() / n;
        let squares: f64 = figures.iter().map(|one| (one - mean).powi(2)).sum();
        let half = if figures.len() < 2 {
            f64::INFINITY
        } else {
            student(figures.len() - 1) * (squares / (n - 1.0) / n).sqrt()
        };
        Self {
            mean: rounded(mean),
            low: rounded(mean - half),
            high: rounded(mean + half),
        }
    }

    /// Of the differences, replication by replication: with common random numbers much narrower than
    /// the difference of two intervals.
    pub(super) fn of_differences(from: &[f64], to: &[f64]) -> Self {
        let pairs = from.iter().zip(to);
        Self::of(&pairs.map(|(from, to)| to - from).collect::<Vec<_>>())
    }

    /// Whether it leaves out zero.
    pub fn is_a_difference(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// To a ten-thousandth: what is printed is what is compared.
fn rounded(figure: f64) -> f64 {
    let rounded = (figure * 10_000.0).round() / 10_000.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// The 97.5th percentile of Student's t; between the tabled degrees of freedom the larger value.
fn student(freedom: usize) -> f64 {
    const TABLE: [(usize, f64); 17] = [
        (1, 12.706),
        (2, 4.303),
        (3, 3.182),
        (4, 2.776),
        (5, 2.571),
        (6, 2.447),
        (7, 2.365),
        (8, 2.306),
        (9, 2.262),
        (10, 2.228),
        (12, 2.179),
        (15, 2.131),
        (20, 2.086),
        (30, 2.042),
        (60, 2.000),
        (120, 1.980),
        (1_000, 1.962),
    ];
    let fitting = TABLE.iter().rev().find(|(known, _)| *known <= freedom);
    fitting.map_or(12.706, |(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_students() {
        let one = Interval::of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!(
            (one.mean - 3.0).abs() < 1e-9 && (one.high - 4.963).abs() < 1e-3,
            "{one:?}"
        );
        assert!(Interval::of(&[2.0]).low.is_infinite());
    }

    #[test]
    fn pairs_are_compared_as_pairs() {
        let difference = Interval::of_differences(&[1.0, 50.0, 9.0], &[1.9, 51.1, 10.0]);
        assert!(difference.is_a_difference(), "{difference:?}");
        assert!(!Interval::of_differences(&[1.0, 2.0], &[2.0, 1.0]).is_a_difference());
    }
}
