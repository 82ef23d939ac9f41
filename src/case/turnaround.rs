//! Turnaround: when a case is due, and the clocks that say so.
//!
//! Clocks start in the laboratory, not at the scanner. `due_at` is set at accession and readiness
//! never moves it. Several clocks run for one case, each with its own start and stop.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Calendar, ClockKind, Counting, Micros, Priority};

/// What decides how long a case may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// How soon it is wanted.
    pub priority: Priority,
    /// Its specialty key.
    pub specialty: &'a str,
    /// The types of its specimens; the slowest decides.
    pub specimen_types: &'a [&'a str],
}

/// When a case received at `received_at` is due; an immediate one by the clock on the wall.
pub fn due_at(received_at: Micros, wanted: &Wanted<'_>, targets: &Targets) -> Micros {
    let counting = match wanted.priority {
        Priority::Immediate => Counting::Days,
        Priority::Urgent | Priority::Routine => targets.report_counts,
    };
    let minutes = targets.wanted(wanted);
    targets.calendar.after(counting, received_at, minutes)
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
    /// Received to due, by specimen type in lower case, or `specialty/type`; before the specialty's own.
    pub specimens: BTreeMap<String, Minutes>,
    /// Minutes to a verbal result, where one is promised.
    pub verbal_minutes: u32,
    /// Which days the report's clock counts; the others count all.
    pub report_counts: Counting,
    /// Weekends and holidays.
    pub calendar: Calendar,
}

impl Targets {
    /// The minutes of a case: those of its slowest specimen type, else of its specialty, else of all.
    fn wanted(&self, wanted: &Wanted<'_>) -> u32 {
        let general = self
            .specialties
            .get(wanted.specialty)
            .unwrap_or(&self.minutes);
        let one = |name: &&str| {
            let name = name.trim().to_lowercase();
            let narrow = self.specimens.get(&format!("{}/{name}", wanted.specialty));
            let found = narrow
                .or_else(|| self.specimens.get(&name))
                .unwrap_or(general);
            found.of(wanted.priority)
        };
        let slowest = wanted.specimen_types.iter().map(one).max();
        slowest.unwrap_or_else(|| general.of(wanted.priority))
    }
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
            specimens: BTreeMap::new(),
            verbal_minutes: DAY,
            report_counts: Counting::Days,
            calendar: Calendar::default(),
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

/// A time in which a case waited for something outside the reading, such as extra work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// From when.
    pub began_at: Micros,
    /// Until when; `None`: it still waits.
    pub ended_at: Option<Micros>,
}

/// How long a clock has run, twice: as published, and without its pauses (8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Counted microseconds, pauses included.
    pub published_us: i64,
    /// The same without the pauses.
    pub adjusted_us: i64,
}

impl Clock {
    /// Its two figures at `now`. Pauses do not overlap.
    pub fn figures(&self, pauses: &[Pause], targets: &Targets, now: Micros) -> Figures {
        let counting = match self.kind {
            ClockKind::Report => targets.report_counts,
            ClockKind::Frozen | ClockKind::Verbal | ClockKind::Pathway => Counting::Days,
        };
        let until = self.stopped_at.unwrap_or(now);
        let counted = |from, to| targets.calendar.counted(counting, from, to);
        let published_us = counted(self.started_at, until);
        let paused = pauses.iter().map(|pause| {
            let from = pause.began_at.max(self.started_at);
            counted(from, pause.ended_at.unwrap_or(now).min(until))
        });
        Figures {
            published_us,
            adjusted_us: published_us - paused.sum::<i64>(),
        }
    }
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
    /// The types of its specimens.
    pub specimen_types: &'a [&'a str],
    /// Referral and breach date of the patient's pathway, when there is one.
    pub pathway: Option<(Micros, Micros)>,
}

/// The clocks that start at accession: always the report; for an immediate case also the frozen
/// section (its report is then due as an urgent one); with a pathway also that.
pub fn opening_clocks(start: &Start<'_>, targets: &Targets) -> Vec<Clock> {
    let due = |priority| {
        let wanted = Wanted {
            priority,
            specialty: start.specialty,
            specimen_types: start.specimen_types,
        };
        due_at(start.received_at, &wanted, targets)
    };
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
            specimen_types: &[],
            pathway: None,
        }
    }

    fn routine<'a>(specialty: &'a str, specimen_types: &'a [&'a str]) -> Wanted<'a> {
        Wanted {
            priority: Priority::Routine,
            specialty,
            specimen_types,
        }
    }

    #[test]
    fn the_slowest_specimen_decides_and_its_specialty_narrows_it() {
        let mut targets = Targets::default();
        let days = |days| Minutes {
            routine: days * DAY,
            ..Targets::default().minutes
        };
        targets.specimens.insert("bone biopsy".to_owned(), days(21));
        targets.specimens.insert("skin/punch".to_owned(), days(3));
        let due = |specialty, types: &[&str]| {
            let due = due_at(Micros(0), &routine(specialty, types), &targets);
            due.seconds_since(Micros(0)) / (24 * 3600)
        };
        assert_eq!(due("skin", &["Punch", "Bone biopsy"]), 21);
        assert_eq!(due("skin", &["Punch"]), 3);
        assert_eq!(due("gastro", &["Punch"]), 7);
        assert_eq!(due("skin", &["Punch", "excision"]), 7);
    }

    #[test]
    fn a_pause_yields_a_second_figure_and_leaves_the_published_one() {
        let hours = |hours| Micros(0).plus_hours(hours);
        let clock = Clock {
            kind: ClockKind::Report,
            started_at: hours(0),
            due_at: hours(100),
            stopped_at: Some(hours(50)),
        };
        let pause = |from, to: Option<i64>| Pause {
            began_at: hours(from),
            ended_at: to.map(hours),
        };
        let targets = Targets::default();
        let figures = |pauses: &[Pause]| clock.figures(pauses, &targets, hours(70));
        assert_eq!(figures(&[]).adjusted_us, hours(50).0);
        let paused = figures(&[pause(-5, Some(5)), pause(40, None)]);
        assert_eq!(paused.published_us, hours(50).0);
        assert_eq!(paused.adjusted_us, hours(35).0);
    }

    #[test]
    fn a_specialty_may_have_its_own_targets() {
        let mut targets = Targets::default();
        let slower = Minutes {
            routine: 14 * DAY,
            ..targets.minutes
        };
        targets.specialties.insert("haem".to_owned(), slower);
        let due = |specialty| due_at(Micros(0), &routine(specialty, &[]), &targets);
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
