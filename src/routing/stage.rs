//! To whom a waiting reading is offered: stages that only ever add people.
//!
//! ```text
//!  named ─▶ own site ─▶ all sites under agreement ─▶ those on call ─▶ alarm to a manager
//!    └────────┴─────── skipped at once when nobody there can serve ──────┘
//!  immediate: from "all sites" on; nobody on call: the alarm, at once
//! ```
//!
//! A stage lasts as long as its priority's window. Everyone an earlier stage lets in, a later one
//! lets in too, so a reading that comes back is offered to at least those who saw it before. The
//! alarm takes nobody away: whoever comes may still claim.

use serde::{Deserialize, Serialize};

use crate::case::{Micros, Minutes, Priority};
use crate::words::words;

words! {
    /// How far a waiting reading is offered.
    Stage, "stage" {
        /// To the people its order or its history names.
        Named = "named",
        /// To its own site.
        OwnSite = "own_site",
        /// To all sites of its organisation and of those under agreement.
        AllSites = "all_sites",
        /// Also to those on call.
        OnCall = "on_call",
        /// A manager was told.
        Alarm = "alarm",
    }
}

words! {
    /// As what a reading names somebody.
    Role, "role" {
        /// Cut the specimen up.
        CutUp = "cut_up",
        /// Asked for by name.
        Named = "named",
        /// Leads the meeting that will discuss the case.
        MdtLead = "mdt_lead",
        /// Signs the integrated report of a case split by specimen.
        Lead = "lead",
        /// Signed a case of the patient before.
        Prior = "prior",
    }
}

impl Stage {
    /// The number the catalogue keeps.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The stage of a number; what is beyond the last is the last.
    pub fn of(number: i64) -> Self {
        let found = Self::ALL.iter().find(|one| one.number() == number);
        found.copied().unwrap_or(Self::Alarm)
    }

    /// Where a reading of this priority begins.
    pub const fn first(priority: Priority) -> Self {
        match priority {
            Priority::Immediate => Self::AllSites,
            Priority::Urgent | Priority::Routine => Self::Named,
        }
    }

    /// The next one; the alarm has none after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Named => Self::OwnSite,
            Self::OwnSite => Self::AllSites,
            Self::AllSites => Self::OnCall,
            Self::OnCall | Self::Alarm => Self::Alarm,
        }
    }
}

/// Minutes each stage lasts, by priority; 0 passes it at once. Settings of `routing.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StageSettings {
    /// For the people named by the order, and for who read the patient's prior case.
    pub named: Minutes,
    /// For the case's own site.
    pub own_site: Minutes,
    /// For all sites under agreement.
    pub all_sites: Minutes,
    /// For those on call, before a manager is told.
    pub on_call: Minutes,
    /// Months for which who signed a case of the patient is named for the next one of that specialty.
    pub prior_months: u32,
}

const fn minutes(immediate: u32, urgent: u32, routine: u32) -> Minutes {
    Minutes {
        immediate,
        urgent,
        routine,
    }
}

impl Default for StageSettings {
    /// Nobody waits for their own site: a local-first window costs its own length.
    fn default() -> Self {
        Self {
            named: minutes(0, 15, 60),
            own_site: minutes(0, 0, 0),
            all_sites: minutes(2, 120, 2880),
            on_call: minutes(5, 60, 1440),
            prior_months: 12,
        }
    }
}

impl StageSettings {
    /// How long a stage lasts; the alarm lasts for ever.
    pub const fn window(&self, stage: Stage, priority: Priority) -> Option<u32> {
        match stage {
            Stage::Named => Some(self.named.of(priority)),
            Stage::OwnSite => Some(self.own_site.of(priority)),
            Stage::AllSites => Some(self.all_sites.of(priority)),
            Stage::OnCall => Some(self.on_call.of(priority)),
            Stage::Alarm => None,
        }
    }
}

/// Which stages somebody can serve: eligible, and there now or on the rota within its window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Served([bool; Stage::ALL.len()]);

impl Served {
    /// These stages are served.
    pub fn at(stages: &[Stage]) -> Self {
        let mut served = [false; Stage::ALL.len()];
        for &stage in stages {
            served[stage as usize] = true;
        }
        Self(served)
    }

    const fn is_at(self, stage: Stage) -> bool {
        self.0[stage as usize]
    }
}

/// Where a waiting reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relaxed {
    /// Its stage.
    pub stage: Stage,
    /// Since when.
    pub since: Micros,
    /// When to look again; `None`: never, a manager knows.
    pub next_at: Option<Micros>,
}

/// Where a reading stands at `now` that has stood at `stage` since `since`.
///
/// Nobody on call is waited for within the window, since somebody may come; only an immediate
/// reading goes to the alarm at once.
pub fn relaxed(
    stage: Stage,
    since: Micros,
    priority: Priority,
    served: Served,
    settings: &StageSettings,
    now: Micros,
) -> Relaxed {
    let (mut stage, mut since) = (stage, since);
    while let Some(minutes) = settings.window(stage, priority) {
        let ends = since.plus_minutes(i64::from(minutes));
        let waits = stage == Stage::OnCall && priority != Priority::Immediate;
        if now < ends && (served.is_at(stage) || waits) {
            let next_at = Some(ends);
            return Relaxed {
                stage,
                since,
                next_at,
            };
        }
        (stage, since) = (stage.next(), now);
    }
    Relaxed {
        stage,
        since,
        next_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows() -> StageSettings {
        StageSettings {
            own_site: minutes(0, 10, 30),
            ..StageSettings::default()
        }
    }

    fn at(stage: Stage, served: Served, priority: Priority, minute: i64) -> Stage {
        let now = Micros(0).plus_minutes(minute);
        relaxed(stage, Micros(0), priority, served, &windows(), now).stage
    }

    #[test]
    fn a_stage_that_nobody_can_serve_is_skipped_at_once() {
        let at = |stages: &[Stage]| at(Stage::Named, Served::at(stages), Priority::Routine, 0);
        assert_eq!(at(Stage::ALL), Stage::Named);
        assert_eq!(at(&[Stage::OwnSite, Stage::AllSites]), Stage::OwnSite);
        assert_eq!(at(&[Stage::AllSites, Stage::OnCall]), Stage::AllSites);
        assert_eq!(at(&[]), Stage::OnCall);
    }

    #[test]
    fn an_immediate_reading_begins_at_all_sites_and_nobody_is_an_alarm() {
        let first = Stage::first(Priority::Immediate);
        assert_eq!(first, Stage::AllSites);
        let immediate = |served, minute| at(first, served, Priority::Immediate, minute);
        let all = Served::at(Stage::ALL);
        assert_eq!(immediate(all, 0), Stage::AllSites);
        assert_eq!(immediate(all, 2), Stage::OnCall);
        assert_eq!(immediate(Served::default(), 0), Stage::Alarm);
    }

    #[test]
    fn a_window_that_is_over_opens_the_next_stage_from_now_on() {
        let now = Micros(0).plus_minutes(60);
        let stands = relaxed(
            Stage::Named,
            Micros(0),
            Priority::Routine,
            Served::at(Stage::ALL),
            &windows(),
            now,
        );
        assert_eq!((stands.stage, stands.since), (Stage::OwnSite, now));
        assert_eq!(stands.next_at, Some(now.plus_minutes(30)));
    }

    #[test]
    fn numbers_and_stages_agree() {
        for &stage in Stage::ALL {
            assert_eq!(Stage::of(stage.number()), stage);
        }
        assert_eq!(Stage::of(99), Stage::Alarm);
    }

    fn served() -> impl Strategy<Value = Served> {
        proptest::sample::subsequence(Stage::ALL, 0..=5).prop_map(|stages| Served::at(&stages))
    }

    proptest! {
        #[test]
        fn stages_only_rise_and_end_whatever_people_do(
            looks in proptest::collection::vec((0_i64..4000, served()), 1..40),
            priority in proptest::sample::select(Priority::ALL),
        ) {
            let (mut stage, mut since, mut now) = (Stage::first(priority), Micros(0), Micros(0));
            for (minutes, served) in looks {
                now = now.plus_minutes(minutes);
                let next = relaxed(stage, since, priority, served, &windows(), now);
                prop_assert!(next.stage >= stage);
                prop_assert!(next.since >= since && next.since <= now);
                // Looked at again at once, it stays: a look decides everything that is due.
                let again = relaxed(next.stage, next.since, priority, served, &windows(), now);
                prop_assert_eq!(again, next);
                prop_assert!(next.next_at.is_none_or(|at| at > now));
                (stage, since) = (next.stage, next.since);
            }
        }
    }
}
