//! Ready has a denominator: the manifest of expected slides.
//!
//! ```text
//! no manifest ─▶ unknown ─(quiet long enough, where the issuer allows it)─▶ ready
//! manifest    ─▶ expected (none here) ─▶ partial { missing } ─▶ ready
//! ```
//!
//! A waived slide is not waited for. A manifest that lists nothing is no denominator: unknown.

use serde::{Deserialize, Serialize};

use super::{Expectation, Micros};
use crate::ids::SlideId;

/// A slide of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Which slide.
    pub slide: SlideId,
    /// Whether it must come.
    pub expectation: Expectation,
    /// Whether it has a current, readable, matched scan.
    pub here: bool,
}

/// How complete a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Nobody said what should come.
    Unknown,
    /// Slides are expected, none is here.
    Expected,
    /// Some are here.
    Partial {
        /// Slides still expected.
        missing: u32,
    },
    /// All that is expected is here. Also when every slide was waived: people decided, and
    /// a case nobody may claim would be lost.
    Ready,
}

/// How complete a case is at `now`; `last_arrival` is the publishing of its latest scan.
pub fn readiness(
    manifest: Option<&[Expected]>,
    no_manifest: NoManifest,
    last_arrival: Option<Micros>,
    now: Micros,
) -> Readiness {
    match manifest {
        Some([_, ..]) => counted(manifest.unwrap_or_default()),
        _ => uncounted(no_manifest, last_arrival, now),
    }
}

fn counted(manifest: &[Expected]) -> Readiness {
    let missing = manifest
        .iter()
        .filter(|slide| slide.expectation == Expectation::Expected && !slide.here)
        .count();
    match missing {
        0 => Readiness::Ready,
        _ if manifest.iter().any(|slide| slide.here) => Readiness::Partial {
            missing: u32::try_from(missing).unwrap_or(u32::MAX),
        },
        _ => Readiness::Expected,
    }
}

fn uncounted(no_manifest: NoManifest, last_arrival: Option<Micros>, now: Micros) -> Readiness {
    match (no_manifest, last_arrival) {
        (NoManifest::Quiet { minutes }, Some(last))
            if now >= last.plus_minutes(i64::from(minutes)) =>
        {
            Readiness::Ready
        }
        _ => Readiness::Unknown,
    }
}

/// What an issuer wants done with a case that has no manifest. Text: `hold` or `quiet:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum NoManifest {
    /// Never ready by itself; an alarm tells a person.
    #[default]
    Hold,
    /// Ready when nothing has arrived for so long.
    Quiet {
        /// Minutes since the last arrival, at least 1.
        minutes: u32,
    },
}

/// A text that is not a rule for cases without a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a rule for cases without a manifest: expected hold, or quiet:30 for 30 minutes"
)]
pub struct NotANoManifest(String);

impl std::str::FromStr for NoManifest {
    type Err = NotANoManifest;

    fn from_str(text: &str) -> Result<Self, NotANoManifest> {
        let quiet = text.strip_prefix("quiet:").and_then(|n| n.parse().ok());
        match quiet {
            Some(minutes) if minutes > 0 => Ok(Self::Quiet { minutes }),
            _ if text == "hold" => Ok(Self::Hold),
            _ => Err(NotANoManifest(text.chars().take(64).collect())),
        }
    }
}

impl std::fmt::Display for NoManifest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hold => f.write_str("hold"),
            Self::Quiet { minutes } => write!(f, "quiet:{minutes}"),
        }
    }
}

impl TryFrom<String> for NoManifest {
    type Error = NotANoManifest;

    fn try_from(text: String) -> Result<Self, NotANoManifest> {
        text.parse()
    }
}

impl From<NoManifest> for String {
    fn from(rule: NoManifest) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expectation::{Expected as Wanted, Waived};

    fn of(slides: &[(Expectation, bool)]) -> Readiness {
        let slides: Vec<_> = slides
            .iter()
            .map(|&(expectation, here)| Expected {
                slide: SlideId(uuid::Uuid::nil()),
                expectation,
                here,
            })
            .collect();
        readiness(Some(&slides), NoManifest::Hold, None, Micros(0))
    }

    #[test]
    fn one_missing_slide_keeps_the_case_back() {
        assert_eq!(of(&[(Wanted, false), (Wanted, false)]), Readiness::Expected);
        assert_eq!(
            of(&[(Wanted, true), (Wanted, false)]),
            Readiness::Partial { missing: 1 }
        );
        assert_eq!(of(&[(Wanted, true), (Wanted, true)]), Readiness::Ready);
    }

    #[test]
    fn a_waived_slide_is_not_waited_for() {
        assert_eq!(of(&[(Wanted, true), (Waived, false)]), Readiness::Ready);
        assert_eq!(of(&[(Wanted, false), (Waived, false)]), Readiness::Expected);
        assert_eq!(of(&[(Waived, false)]), Readiness::Ready);
    }

    #[test]
    fn without_a_denominator_nothing_is_ready_by_itself() {
        let late = Micros(0).plus_hours(1000);
        for manifest in [None, Some([].as_slice())] {
            let held = readiness(manifest, NoManifest::Hold, Some(Micros(0)), late);
            assert_eq!(held, Readiness::Unknown);
        }
    }

    #[test]
    fn quiet_counts_from_the_last_arrival_and_needs_one() {
        let rule = NoManifest::Quiet { minutes: 30 };
        let at = |minutes, last| readiness(None, rule, last, Micros(0).plus_minutes(minutes));
        assert_eq!(at(29, Some(Micros(0))), Readiness::Unknown);
        assert_eq!(at(30, Some(Micros(0))), Readiness::Ready);
        assert_eq!(at(9999, None), Readiness::Unknown);
    }

    #[test]
    fn the_rule_has_one_text() {
        for text in ["hold", "quiet:30"] {
            assert_eq!(text.parse::<NoManifest>().unwrap().to_string(), text);
        }
        for wrong in ["", "quiet", "quiet:0", "quiet:-1", "Hold"] {
            assert!(wrong.parse::<NoManifest>().is_err(), "{wrong}");
        }
    }
}
