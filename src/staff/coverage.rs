//! Where the rota leaves a specialty without anybody who may read it.
//!
//! ```text
//!  needed   renal  ├────────────────────────────┤
//!  covered         ├──────┤     ├───────┤
//!  away                ├──┤
//!  gaps                ├───────┤         ├──────┤
//! ```

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Specialty;
use crate::case::Micros;
use crate::ids::PathologistId;

/// A time in which somebody on the rota may read a specialty: shift × credential × agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Who.
    pub pathologist: PathologistId,
    /// Which specialty.
    pub specialty: Specialty,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
}

/// A time in which somebody takes no cases, whatever the rota says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// Who.
    pub pathologist: PathologistId,
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

type Span = (Micros, Micros);

/// The times between `from` and `to` in which a needed specialty has nobody, by specialty and time.
pub fn gaps(
    needed: &[Specialty],
    covered: &[Covered],
    away: &[Away],
    from: Micros,
    to: Micros,
) -> Vec<Gap> {
    let mut absent: HashMap<PathologistId, Vec<Span>> = HashMap::new();
    for one in away {
        let mine = absent.entry(one.pathologist).or_default();
        mine.push((one.from, one.to));
    }
    let mut there: HashMap<&Specialty, Vec<Span>> = HashMap::new();
    for one in covered {
        let away = absent.get(&one.pathologist).cloned().unwrap_or_default();
        let mine = there.entry(&one.specialty).or_default();
        mine.extend(left((one.from, one.to), away));
    }
    let each = needed.iter().flat_map(|specialty| {
        let spans = there.remove(specialty).unwrap_or_default();
        let gap = |(from, to)| Gap {
            specialty: specialty.clone(),
            from,
            to,
        };
        left((from, to), spans).into_iter().map(gap)
    });
    each.collect()
}

/// What is left of a time without these.
fn left((from, to): Span, mut without: Vec<Span>) -> Vec<Span> {
    without.sort_unstable();
    let (mut spans, mut reached) = (Vec::new(), from);
    for (begins, ends) in without {
        if begins > reached && reached < to {
            spans.push((reached, begins.min(to)));
        }
        reached = reached.max(ends);
    }
    if reached < to {
        spans.push((reached, to));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn key(name: &str) -> Specialty {
        Specialty::new(name).unwrap()
    }

    const INES: PathologistId = PathologistId(Uuid::from_u128(1));
    const OMAR: PathologistId = PathologistId(Uuid::from_u128(2));

    fn covered(from: i64, to: i64) -> Covered {
        Covered {
            pathologist: INES,
            specialty: key("renal"),
            from: Micros(from),
            to: Micros(to),
        }
    }

    fn away(pathologist: PathologistId, from: i64, to: i64) -> Away {
        let (from, to) = (Micros(from), Micros(to));
        Away {
            pathologist,
            from,
            to,
        }
    }

    fn found(shifts: &[Covered]) -> Vec<(i64, i64)> {
        but_for(shifts, &[])
    }

    fn but_for(shifts: &[Covered], away: &[Away]) -> Vec<(i64, i64)> {
        let gaps = gaps(&[key("renal")], shifts, away, Micros(10), Micros(100));
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
        let shift = [covered(0, 200)];
        let skin = gaps(&[key("skin")], &shift, &[], Micros(10), Micros(20));
        assert_eq!(skin.len(), 1, "another specialty's shift covers nothing");
    }

    #[test]
    fn who_is_away_covers_nothing_whatever_the_rota_says() {
        let shift = [covered(0, 200)];
        assert_eq!(but_for(&shift, &[away(INES, 40, 60)]), [(40, 60)]);
        assert_eq!(but_for(&shift, &[away(OMAR, 40, 60)]), []);
        let twice = [away(INES, 50, 60), away(INES, 0, 20), away(INES, 55, 300)];
        assert_eq!(but_for(&shift, &twice), [(10, 20), (50, 100)]);
        let of_omar = Covered {
            pathologist: OMAR,
            ..covered(15, 70)
        };
        let both = [shift[0].clone(), of_omar];
        assert_eq!(but_for(&both, &twice), [(10, 15), (70, 100)]);
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
            gone in proptest::collection::vec((0_i64..120, 1_i64..20), 0..4),
        ) {
            let shifts: Vec<_> = shifts.iter().map(|&(from, long)| covered(from, from + long)).collect();
            let gone: Vec<_> = gone.iter().map(|&(from, long)| away(INES, from, from + long)).collect();
            let gaps = but_for(&shifts, &gone);
            for moment in 10..100 {
                let there = shifts.iter().any(|one| one.from.0 <= moment && moment < one.to.0)
                    && !gone.iter().any(|one| one.from.0 <= moment && moment < one.to.0);
                let gone = gaps.iter().filter(|(from, to)| *from <= moment && moment < *to).count();
                prop_assert_eq!(gone, usize::from(!there), "at {}", moment);
            }
        }
    }
}
