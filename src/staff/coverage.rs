//! Where the rota leaves a specialty without anybody who may read it.
//!
//! ```text
//!  needed   renal  ├────────────────────────────┤
//!  covered         ├──────┤     ├───────┤
//!  gaps                    ├───┤         ├──────┤
//! ```

use serde::{Deserialize, Serialize};

use super::Specialty;
use crate::case::Micros;

/// A time in which somebody on the rota may read a specialty: shift × credential × agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Which specialty.
    pub specialty: Specialty,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
}

/// A time in which nobody may; its text is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("No eligible {} pathologist from {from} to {to}.", specialty.name())]
pub struct Gap {
    /// Which specialty.
    pub specialty: Specialty,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
}

/// The times between `from` and `to` in which a needed specialty has nobody, by specialty and time.
pub fn gaps(needed: &[Specialty], covered: &[Covered], from: Micros, to: Micros) -> Vec<Gap> {
    let mut covered: Vec<&Covered> = covered.iter().collect();
    covered.sort_by_key(|one| one.from);
    let each = needed.iter();
    each.flat_map(|specialty| gaps_of(specialty, &covered, from, to))
        .collect()
}

fn gaps_of(specialty: &Specialty, covered: &[&Covered], from: Micros, to: Micros) -> Vec<Gap> {
    let (mut gaps, mut reached) = (Vec::new(), from);
    let gap = |from, to| Gap {
        specialty: specialty.clone(),
        from,
        to,
    };
    for one in covered.iter().filter(|one| one.specialty == *specialty) {
        if one.from > reached && reached < to {
            gaps.push(gap(reached, one.from.min(to)));
        }
        reached = reached.max(one.to);
    }
    if reached < to {
        gaps.push(gap(reached, to));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(name: &str) -> Specialty {
        Specialty::new(name).unwrap()
    }

    fn covered(from: i64, to: i64) -> Covered {
        Covered {
            specialty: key("renal"),
            from: Micros(from),
            to: Micros(to),
        }
    }

    fn found(shifts: &[Covered]) -> Vec<(i64, i64)> {
        let gaps = gaps(&[key("renal")], shifts, Micros(10), Micros(100));
        gaps.iter().map(|gap| (gap.from.0, gap.to.0)).collect()
    }

    #[test]
    fn what_no_shift_covers_is_a_gap() {
        assert_eq!(found(&[]), [(10, 100)]);
        assert_eq!(found(&[covered(0, 200)]), []);
        assert_eq!(
            found(&[covered(50, 60), covered(0, 20)]),
            [(20, 50), (60, 100)]
        );
        assert_eq!(found(&[covered(10, 50), covered(50, 100)]), []);
        assert_eq!(found(&[covered(0, 5), covered(150, 200)]), [(10, 100)]);
        let skin = gaps(&[key("skin")], &[covered(0, 200)], Micros(10), Micros(20));
        assert_eq!(skin.len(), 1, "another specialty's shift covers nothing");
    }

    #[test]
    fn a_gap_is_a_sentence() {
        let gap = Gap {
            specialty: key("renal"),
            from: Micros::from_rfc3339("2026-12-03T14:00:00Z").unwrap(),
            to: Micros::from_rfc3339("2026-12-03T18:00:00Z").unwrap(),
        };
        let said =
            "No eligible Renal pathologist from 2026-12-03T14:00:00Z to 2026-12-03T18:00:00Z.";
        assert_eq!(gap.to_string(), said);
    }

    proptest! {
        #[test]
        fn every_moment_is_covered_or_in_one_gap(
            shifts in proptest::collection::vec((0_i64..120, 1_i64..40), 0..12),
        ) {
            let shifts: Vec<_> = shifts.iter().map(|&(from, long)| covered(from, from + long)).collect();
            let gaps = found(&shifts);
            for moment in 10..100 {
                let there = shifts.iter().any(|one| one.from.0 <= moment && moment < one.to.0);
                let gone = gaps.iter().filter(|(from, to)| *from <= moment && moment < *to).count();
                prop_assert_eq!(gone, usize::from(!there), "at {}", moment);
            }
        }
    }
}
