//! What the laboratory decided: targets, leases, and how long people have.

use pathology::case::{Minutes, Points, Priority, ReadingRules, Targets};
use pathology::routing::{LeaseSettings, StageSettings};
use pathology::staff::Vocabulary;
use serde::{Deserialize, Serialize};

const MINUTE_US: i64 = 60_000_000;

/// The laboratory's policy: settings of `routing.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// When cases are due, and what an urgent one gains.
    pub targets: Targets,
    /// How long a claim lasts without its pathologist.
    pub lease: LeaseSettings,
    /// How long people have.
    pub limits: Limits,
    /// To whom a waiting reading is offered, and for how long.
    pub stages: StageSettings,
    /// What a case weighs.
    pub points: Points,
    /// What the specialties of orders mean.
    pub specialties: Vocabulary,
    /// Readings beside the first, and the release of reports.
    pub readings: ReadingRules,
}

/// Deadlines of what needs a person; configuration of the laboratory.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Minutes until a tray entry nobody settled raises an alarm.
    pub tray_minutes: u32,
    /// Minutes until a case in the tray for triage raises an alarm.
    pub triage_minutes: u32,
    /// Minutes a signer has to answer what arrived after sign-out.
    pub incident_minutes: u32,
    /// Minutes after which machine work that has not ended raises an alarm.
    pub work_minutes: u32,
    /// The same for the verification of published scans, which waits for everything else.
    pub verify_minutes: u32,
    /// Minutes after which a file that still arrives, and does not grow, raises an alarm.
    pub arrival_minutes: u32,
    /// Minutes until a glass that was to be scanned again, and was not, raises an alarm.
    pub rescan_minutes: u32,
    /// Minutes until messages that are not sent raise an alarm.
    pub message_minutes: u32,
    /// Hours for which a declined case is not offered again to who declined it.
    pub decline_hours: u32,
    /// Minutes an operator has to decide about a flagged scan, by priority.
    pub quality_minutes: QualityMinutes,
    /// Hours until extra work that did not come raises an alarm.
    pub extra_work_hours: u32,
    /// Hours until glass that nobody read raises an alarm.
    pub glass_hours: u32,
    /// Hours before a planned absence from which no new claims are taken.
    pub absence_lead_hours: u32,
    /// Minutes before begun work moves that its holder and the manager are told, by priority.
    pub hold_notice_minutes: Minutes,
}

/// Minutes to decide about a flagged scan before it is released with a badge.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QualityMinutes {
    /// Of an immediate case.
    pub immediate: u32,
    /// Of an urgent case.
    pub urgent: u32,
    /// Of a routine case.
    pub routine: u32,
}

impl Default for QualityMinutes {
    fn default() -> Self {
        Self {
            immediate: 2,
            urgent: 15,
            routine: 60,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tray_minutes: 60,
            triage_minutes: 60,
            incident_minutes: 240,
            work_minutes: 240,
            verify_minutes: 1440,
            arrival_minutes: 120,
            rescan_minutes: 1440,
            message_minutes: 60,
            decline_hours: 12,
            quality_minutes: QualityMinutes::default(),
            extra_work_hours: 48,
            glass_hours: 24,
            absence_lead_hours: 24,
            hold_notice_minutes: Minutes {
                immediate: 0,
                urgent: 10,
                routine: 60,
            },
        }
    }
}

impl Limits {
    pub(crate) fn tray_us(&self) -> i64 {
        i64::from(self.tray_minutes) * MINUTE_US
    }

    pub(crate) fn triage_us(&self) -> i64 {
        i64::from(self.triage_minutes) * MINUTE_US
    }

    pub(crate) fn incident_us(&self) -> i64 {
        i64::from(self.incident_minutes) * MINUTE_US
    }

    pub(crate) fn quality_us(&self, priority: Priority) -> i64 {
        let minutes = match priority {
            Priority::Immediate => self.quality_minutes.immediate,
            Priority::Urgent => self.quality_minutes.urgent,
            Priority::Routine => self.quality_minutes.routine,
        };
        i64::from(minutes) * MINUTE_US
    }

    pub(crate) fn decline_us(&self) -> i64 {
        i64::from(self.decline_hours) * 60 * MINUTE_US
    }
}
