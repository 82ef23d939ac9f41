//! Turnaround: when a case is due, and the clocks that say so.
//!
//! Clocks start in the laboratory, not at the scanner. `due_at` is set at accession and readiness
//! never moves it. Several clocks run for one case, each with its own start and stop.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ClockKind, Micros, Priority};

/// When a case received at `received_at` is due.
pub fn due_at(
    received_at: Micros,
    priority: Priority,
    specialty: &str,
    targets: &Targets,
) -> Micros {
    let minutes = targets
        .specialties
        .get(specialty)
        .unwrap_or(&targets.minutes)
        .of(priority);
    received_at.plus_minutes(i64::from(minutes))
}

/// How many minutes earlier than its due time a case of this priority counts in the worklist.
pub const fn boost(priority: Priority, targets: &Targets) -> u32 {
    targets.boost.of(priority)
}

/// A number of minutes for each priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    /// For immediate cases.
    pub immediate: u32,
    /// For urgent cases.
    pub urgent: u32,
    /// For routine cases.
    pub routine: u32,
}

impl Minutes {
    /// The minutes of one priority.
    pub const fn of(&self, priority: Priority) -> u32 {
        match priority {
            Priority::Immediate => self.immediate,
            Priority::Urgent => self.urgent,
            Priority::Routine => self.routine,
        }
    }
}

/// Turnaround targets: settings of `routing.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Targets {
    /// Received to due, unless the specialty has its own.
    pub minutes: Minutes,
    /// How much earlier than due a case counts in the worklist. Immediate cases are a class of
    /// their own; their boost only matters to whoever compares keys without the class.
    pub boost: Minutes,
    /// Received to due, by specialty key.
    pub specialties: BTreeMap<String, Minutes>,
}

const DAY: u32 = 24 * 60;

impl Default for Targets {
    /// Starting points, to be set by each laboratory: frozen section 20 minutes and routine 7 days,
    /// as British and American colleges publish them; urgent 3 days, counted as one day earlier.
    fn default() -> Self {
        Self {
            minutes: Minutes {
                immediate: 20,
                urgent: 3 * DAY,
                routine: 7 * DAY,
            },
            boost: Minutes {
                immediate: 30 * DAY,
                urgent: DAY,
                routine: 0,
            },
            specialties: BTreeMap::new(),
        }
    }
}

/// One clock of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What it measures.
    pub kind: ClockKind,
    /// When it started.
    pub started_at: Micros,
    /// When it should have stopped.
    pub due_at: Micros,
    /// When it stopped.
    pub stopped_at: Option<Micros>,
}

/// What the clocks of a case start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start<'a> {
    /// When the laboratory received it.
    pub received_at: Micros,
    /// How soon it is wanted.
    pub priority: Priority,
    /// Its specialty key.
    pub specialty: &'a str,
    /// Referral and breach date of the patient's pathway, when there is one.
    pub pathway: Option<(Micros, Micros)>,
}

/// The clocks that start at accession: always the report; for an immediate case also the frozen
/// section (its report is then due as an urgent one); with a pathway also that.
pub fn opening_clocks(start: &Start<'_>, targets: &Targets) -> Vec<Clock> {
    let due = |priority| due_at(start.received_at, priority, start.specialty, targets);
    let clock = |kind, started_at, due_at| Clock {
        kind,
        started_at,
        due_at,
        stopped_at: None,
    };
    let mut clocks = Vec::with_capacity(3);
    let mut report_priority = start.priority;
    if start.priority == Priority::Immediate {
        let frozen = due(Priority::Immediate);
        clocks.push(clock(ClockKind::Frozen, start.received_at, frozen));
        report_priority = Priority::Urgent;
    }
    let report = due(report_priority);
    clocks.push(clock(ClockKind::Report, start.received_at, report));
    if let Some((referred_at, breach_at)) = start.pathway {
        clocks.push(clock(ClockKind::Pathway, referred_at, breach_at));
    }
    clocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(priority: Priority) -> Start<'static> {
        Start {
            received_at: Micros(0),
            priority,
            specialty: "skin",
            pathway: None,
        }
    }

    #[test]
    fn a_specialty_may_have_its_own_targets() {
        let mut targets = Targets::default();
        let slower = Minutes {
            routine: 14 * DAY,
            ..targets.minutes
        };
        targets.specialties.insert("haem".to_owned(), slower);
        let due = |specialty| due_at(Micros(0), Priority::Routine, specialty, &targets);
        assert_eq!(due("haem"), Micros(0).plus_hours(14 * 24));
        assert_eq!(due("skin"), Micros(0).plus_hours(7 * 24));
    }

    #[test]
    fn an_immediate_case_runs_two_clocks() {
        let clocks = opening_clocks(&start(Priority::Immediate), &Targets::default());
        let kinds: Vec<_> = clocks.iter().map(|clock| clock.kind).collect();
        assert_eq!(kinds, [ClockKind::Frozen, ClockKind::Report]);
        assert_eq!(clocks[0].due_at, Micros(0).plus_minutes(20));
        assert_eq!(clocks[1].due_at, Micros(0).plus_hours(72));
    }

    #[test]
    fn a_pathway_has_its_own_start_and_breach() {
        let pathway = (Micros(-5), Micros(5));
        let from = Start {
            pathway: Some(pathway),
            ..start(Priority::Routine)
        };
        let clocks = opening_clocks(&from, &Targets::default());
        assert_eq!(clocks.len(), 2);
        assert_eq!((clocks[1].started_at, clocks[1].due_at), pathway);
    }

    #[test]
    fn settings_have_defaults_and_refuse_unknown_names() {
        assert_eq!(
            serde_json::from_str::<Targets>("{}").unwrap(),
            Targets::default()
        );
        assert!(serde_json::from_str::<Targets>(r#"{"minute":{}}"#).is_err());
    }
}
