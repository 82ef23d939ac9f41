//! The table of all states: what waits, who must act, until when, and who is told when they do not.
//!
//! ```text
//!  a row of the catalogue is in a state ─▶ the state ends something (ENDS)
//!                                     └──▶ or stands here, with owner, deadline and alarm (WAITS)
//! ```
//!
//! A state that is in neither is a promise broken: the walk after every test finds it. Some of what
//! waits is covered by another row of the table: an open tray entry, a job, a reading.

use std::fmt::Write as _;

use super::{Owner, Topic};

/// A state in which something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// What waits: the catalogue's table.
    pub thing: &'static str,
    /// In which state.
    pub state: &'static str,
    /// Who must act; `None`: a process does, and an administrator is told when it does not.
    pub owner: Option<Owner>,
    /// Until when, with the setting that says so.
    pub until: &'static str,
    /// What then happens, by itself.
    pub then: &'static str,
    /// Who is told of what.
    pub alarm: Topic,
}

/// One line a state: thing, state, who must act, until when, what then happens => who is told of what.
macro_rules! waits {
    ($($thing:ident $state:ident: $owner:ident, $until:literal, $then:literal => $alarm:ident;)*) => {
        &[$(Wait {
            thing: stringify!($thing),
            state: stringify!($state),
            owner: waits!(@owner $owner),
            until: $until,
            then: $then,
            alarm: Topic::$alarm,
        }),*]
    };
    (@owner nobody) => { None };
    (@owner $owner:ident) => { Some(Owner::$owner) };
}

/// Every state in which something waits.
pub const WAITS: &[Wait] = waits! {
    cases triage: Manager, "`limits.triage_minutes`", "the alarm" => TriageOverdue;
    cases accessioned: Operator, "its due time (`[targets]`)", "the alarm" => CaseOverdue;
    cases partial: Operator, "its due time (`[targets]`)", "the alarm" => CaseOverdue;
    cases ready: Pathologist, "its due time (`[targets]`)", "the alarm" => ReadingOverdue;
    reading not_ready: Operator, "that of its case", "the alarm" => CaseOverdue;
    reading waiting: OnCall, "the window of its stage (`[stages]`)", "the next stage; after the last, the alarm" => NobodyTookIt;
    reading claimed: Pathologist, "its lease (`[lease]`)", "it waits again, with its age" => ReadingOverdue;
    scan arriving: nobody, "`limits.arrival_minutes`", "the alarm" => ArrivalStuck;
    scan stored: nobody, "`limits.work_minutes`; `limits.verify_minutes` for verification", "its job is leased again; then the alarm" => WorkStuck;
    scan published: nobody, "`limits.work_minutes`; `limits.verify_minutes` for verification", "its job is leased again; then the alarm" => WorkStuck;
    identity unmatched: Operator, "`limits.tray_minutes`", "the alarm" => TrayOverdue;
    identity held: Operator, "`limits.tray_minutes`", "the alarm" => TrayOverdue;
    delivery arriving: nobody, "`limits.arrival_minutes`", "the alarm" => ArrivalStuck;
    delivery stuck: Operator, "`limits.tray_minutes`", "the alarm" => TrayOverdue;
    tray unmatched: Operator, "`limits.tray_minutes`", "the alarm" => TrayOverdue;
    tray held: Operator, "`limits.tray_minutes`", "the alarm" => TrayOverdue;
    tray quarantine: Operator, "`limits.tray_minutes`", "the alarm" => TrayOverdue;
    tray quality: Operator, "`[limits.quality_minutes]`", "the scan is released with a badge" => QualityReleased;
    tray triage: Manager, "`limits.triage_minutes`", "the alarm" => TriageOverdue;
    job queued: nobody, "`limits.work_minutes`; `limits.verify_minutes` for verification", "the alarm" => WorkStuck;
    job leased: nobody, "`tile.lease_seconds`", "another worker takes it" => WorkStuck;
    incident open: Pathologist, "`limits.incident_minutes`", "the alarm" => IncidentOverdue;
    extra_work open: Operator, "`limits.extra_work_hours`", "the alarm" => ExtraWorkOverdue;
    glass unread: Pathologist, "`limits.glass_hours`", "the alarm" => GlassOverdue;
    rescan open: Operator, "`limits.rescan_minutes`", "the alarm" => RescanOverdue;
    outbox unsent: nobody, "`limits.message_minutes`", "tried again" => MessageUnsent;
    outbox unacknowledged: Manager, "`route.notify.escalate_minutes`", "the next name; after the last, the printed list" => DeliveryFailed;
    report signed: Lis, "`limits.message_minutes`", "sent again" => MessageUnsent;
    report sent: Lis, "no road leads here yet", "nothing" => MessageUnsent;
};

/// Every state in which something has ended, or is somebody's no longer.
pub const ENDS: &[(&str, &str)] = &[
    ("cases", "signed_out"),
    ("reading", "signed_out"),
    ("reading", "cancelled"),
    ("scan", "verified"),
    ("scan", "damaged"),
    ("scan", "refused"),
    ("scan", "quarantined"),
    ("identity", "matched"),
    ("delivery", "stored"),
    ("delivery", "refused"),
    ("tray", "closed"),
    ("job", "done"),
    ("job", "dead"),
    ("incident", "closed"),
    ("extra_work", "closed"),
    ("glass", "read"),
    ("rescan", "done"),
    ("outbox", "sent"),
    ("report", "acknowledged"),
    ("report", "authorised"),
];

/// Whether the table knows this state.
pub fn is_listed(thing: &str, state: &str) -> bool {
    let waits = WAITS.iter().map(|wait| (wait.thing, wait.state));
    waits
        .chain(ENDS.iter().copied())
        .any(|one| one == (thing, state))
}

/// The table as a page for people (Markdown).
pub fn page() -> String {
    let mut text = String::from(
        "| what | state | who must act | until | then | who is told |\n|---|---|---|---|---|---|\n",
    );
    for wait in WAITS {
        let owner = wait.owner.map_or("a process", Owner::as_str);
        let (told, topic) = (wait.alarm.owner(), wait.alarm);
        let _written = writeln!(
            text,
            "| {} | {} | {owner} | {} | {} | {told}: `{topic}` |",
            wait.thing, wait.state, wait.until, wait.then
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CaseState, IdentityState, PixelState, ReadingState, ReportState, TrayKind};

    #[test]
    fn every_word_for_a_state_waits_or_ends_and_never_both() {
        let mut words: Vec<(&str, &str)> = Vec::new();
        words.extend(CaseState::ALL.iter().map(|one| ("cases", one.as_str())));
        words.extend(
            ReadingState::ALL
                .iter()
                .map(|one| ("reading", one.as_str())),
        );
        words.extend(PixelState::ALL.iter().map(|one| ("scan", one.as_str())));
        words.extend(
            IdentityState::ALL
                .iter()
                .map(|one| ("identity", one.as_str())),
        );
        words.extend(ReportState::ALL.iter().map(|one| ("report", one.as_str())));
        words.extend(TrayKind::ALL.iter().map(|one| ("tray", one.as_str())));
        for (thing, state) in words {
            let waits = WAITS
                .iter()
                .filter(|one| (one.thing, one.state) == (thing, state));
            let ends = ENDS.iter().filter(|one| **one == (thing, state));
            assert_eq!(waits.count() + ends.count(), 1, "{thing} {state}");
        }
        assert!(!is_listed("cases", "lost"));
    }

    #[test]
    fn every_wait_has_a_deadline_and_somebody_who_is_told() {
        for wait in WAITS {
            assert!(!wait.until.is_empty() && !wait.then.is_empty(), "{wait:?}");
            assert!(page().contains(wait.alarm.as_str()));
        }
    }
}
