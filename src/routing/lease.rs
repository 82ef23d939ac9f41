//! How long a claim lasts once its holder falls silent. A claim is not yet ownership; begun work is.
//!
//! ```text
//! untouched   heartbeat ──lease──▶ ──grace──▶ lapsed                (≤ 90 s, whatever the settings)
//!             heartbeats, nobody moves ──idle──▶ ask ──answer──▶ lapsed
//! begun       movement ──────────── hold limit of its priority ───────────▶ lapsed
//!             (never beyond due_at − expected reading time; never while its page is there and not idle)
//! ```
//!
//! Begun: a draft, an annotation or an order exists. All moments are the database's.

use serde::{Deserialize, Serialize};

use crate::case::{Micros, Minutes, Priority};

/// An untouched claim is back in the worklist this many seconds after its last heartbeat.
const LONGEST_SILENCE: u32 = 90;
/// Of those, the seconds left to whoever sweeps lapsed claims.
const SWEEP: u32 = 10;

/// Settings of claims, in `routing.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeaseSettings {
    /// Seconds a heartbeat counts for.
    pub lease_seconds: u32,
    /// Seconds more before the claim lapses, for a connection that comes back.
    pub grace_seconds: u32,
    /// Minutes without a key or movement before the page asks "Still reading?".
    pub idle_minutes: u32,
    /// Minutes to answer.
    pub answer_minutes: u32,
    /// Minutes a begun immediate case is held.
    pub hold_immediate_minutes: u32,
    /// Minutes a begun urgent case is held.
    pub hold_urgent_minutes: u32,
    /// Hours a begun routine case is held: to the end of the next rota'd day.
    pub routine_hours: u32,
    /// Minutes a reading is expected to take: a begun case returns this long before it is due.
    pub reading_minutes: Minutes,
}

impl Default for LeaseSettings {
    fn default() -> Self {
        Self {
            lease_seconds: 60,
            grace_seconds: 15,
            idle_minutes: 15,
            answer_minutes: 2,
            hold_immediate_minutes: 2,
            hold_urgent_minutes: 60,
            routine_hours: 24,
            reading_minutes: Minutes {
                immediate: 5,
                urgent: 30,
                routine: 30,
            },
        }
    }
}

/// Settings that would break a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotALease {
    /// An untouched claim would be gone for longer than 90 seconds.
    #[error(
        "lease_seconds + grace_seconds is {0}: at most 80, so that an untouched claim returns within 90 s"
    )]
    TooLong(u32),
    /// A heartbeat every 20 seconds could not keep a claim.
    #[error(
        "lease_seconds is {0}: at least 20, so that one lost heartbeat does not lose the claim"
    )]
    TooShort(u32),
    /// Nobody would be asked.
    #[error("idle_minutes and answer_minutes must be at least 1")]
    NeverAsks,
}

impl LeaseSettings {
    /// Checks the settings against the promises.
    ///
    /// # Errors
    /// Names the setting to change.
    pub const fn check(&self) -> Result<(), NotALease> {
        let silence = self.lease_seconds.saturating_add(self.grace_seconds);
        if silence > LONGEST_SILENCE - SWEEP {
            return Err(NotALease::TooLong(silence));
        }
        if self.lease_seconds < 20 {
            return Err(NotALease::TooShort(self.lease_seconds));
        }
        if self.idle_minutes == 0 || self.answer_minutes == 0 {
            return Err(NotALease::NeverAsks);
        }
        Ok(())
    }

    /// Until when a heartbeat at `at` keeps the claim live.
    pub fn lease_until(&self, at: Micros) -> Micros {
        at.plus_seconds(i64::from(self.lease_seconds))
    }

    /// When an untouched claim lapses after its last heartbeat.
    pub fn lapses_at(&self, last_heartbeat_at: Micros) -> Micros {
        self.lease_until(last_heartbeat_at)
            .plus_seconds(i64::from(self.grace_seconds))
    }

    /// Until when a begun claim is held: the limit of its priority after the last movement, in time
    /// to be read before it is due; but a page that is there and not idle keeps it.
    pub fn hold_until(&self, claim: &ClaimFacts) -> Micros {
        let limit = self.hold_minutes(claim.priority);
        let reading = i64::from(self.reading_minutes.of(claim.priority));
        let held = claim.last_activity_at.plus_minutes(limit);
        let latest = claim.due_at.plus_minutes(-reading);
        let open = self.lapses_at(claim.last_heartbeat_at);
        held.min(latest).max(open.min(self.idle_at(claim)))
    }

    fn asks_at(&self, claim: &ClaimFacts) -> Micros {
        let minutes = i64::from(self.idle_minutes);
        claim.last_activity_at.plus_minutes(minutes)
    }

    fn idle_at(&self, claim: &ClaimFacts) -> Micros {
        let minutes = i64::from(self.answer_minutes);
        self.asks_at(claim).plus_minutes(minutes)
    }

    fn hold_minutes(&self, priority: Priority) -> i64 {
        match priority {
            Priority::Immediate => i64::from(self.hold_immediate_minutes),
            Priority::Urgent => i64::from(self.hold_urgent_minutes),
            Priority::Routine => i64::from(self.routine_hours) * 60,
        }
    }
}

/// What is known of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimFacts {
    /// The last heartbeat of its page; the claim itself counts as one.
    pub last_heartbeat_at: Micros,
    /// The last key or movement its page reported; the claim itself counts as one.
    pub last_activity_at: Micros,
    /// When the first draft, annotation or order was saved.
    pub begun_at: Option<Micros>,
    /// The priority of the case.
    pub priority: Priority,
    /// When the case is due.
    pub due_at: Micros,
}

/// How a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Untouched, its page is there.
    Live {
        /// When the next heartbeat must have come.
        lease_until: Micros,
    },
    /// Untouched, its page is open but nobody moves: it asks "Still reading?".
    Asked {
        /// When it returns without an answer.
        returns_at: Micros,
    },
    /// Untouched, its page is silent: it may still come back.
    Silent {
        /// When it returns.
        returns_at: Micros,
    },
    /// Begun: it stays with its pathologist, connected or not.
    Held {
        /// When it returns if no heartbeat comes.
        hold_until: Micros,
    },
    /// It returns to the worklist, with its age.
    Lapsed(Silence),
}

/// Why a claim lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// No heartbeat.
    NoContact,
    /// Nobody answered "Still reading?".
    Idle,
    /// It was offered and nobody accepted.
    NotAccepted,
    /// The hold limit of its priority was reached.
    HoldLimit,
}

/// How a claim stands at `now`.
pub fn standing(claim: &ClaimFacts, settings: &LeaseSettings, now: Micros) -> Standing {
    match claim.begun_at {
        Some(_) => begun(settings.hold_until(claim), now),
        None => untouched(claim, settings, now),
    }
}

fn begun(hold_until: Micros, now: Micros) -> Standing {
    if now >= hold_until {
        return Standing::Lapsed(Silence::HoldLimit);
    }
    Standing::Held { hold_until }
}

fn untouched(claim: &ClaimFacts, settings: &LeaseSettings, now: Micros) -> Standing {
    let lease_until = settings.lease_until(claim.last_heartbeat_at);
    let lapses_at = settings.lapses_at(claim.last_heartbeat_at);
    let (asks_at, idle_at) = (settings.asks_at(claim), settings.idle_at(claim));
    match () {
        () if now >= lapses_at => Standing::Lapsed(Silence::NoContact),
        () if now >= idle_at => Standing::Lapsed(Silence::Idle),
        () if now >= lease_until => Standing::Silent {
            returns_at: lapses_at.min(idle_at),
        },
        () if now >= asks_at => Standing::Asked {
            returns_at: idle_at,
        },
        () => Standing::Live { lease_until },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(priority: Priority) -> ClaimFacts {
        ClaimFacts {
            last_heartbeat_at: Micros(0),
            last_activity_at: Micros(0),
            begun_at: None,
            priority,
            due_at: Micros(0).plus_hours(1000),
        }
    }

    fn at(claim: &ClaimFacts, seconds: i64) -> Standing {
        standing(
            claim,
            &LeaseSettings::default(),
            Micros(0).plus_seconds(seconds),
        )
    }

    fn held_for(claim: ClaimFacts) -> i64 {
        let begun = ClaimFacts {
            begun_at: Some(Micros(0)),
            ..claim
        };
        match at(&begun, 0) {
            Standing::Held { hold_until } => {
                let last = hold_until.seconds_since(Micros(0)) - 1;
                assert!(matches!(at(&begun, last), Standing::Held { .. }));
                assert_eq!(at(&begun, last + 1), Standing::Lapsed(Silence::HoldLimit));
                last + 1
            }
            other => panic!("a begun claim is held, not {other:?}"),
        }
    }

    #[test]
    fn settings_that_break_the_promise_are_refused() {
        let with = |lease_seconds, grace_seconds| {
            LeaseSettings {
                lease_seconds,
                grace_seconds,
                ..LeaseSettings::default()
            }
            .check()
        };
        assert_eq!(LeaseSettings::default().check(), Ok(()));
        assert_eq!(with(60, 20), Ok(()));
        assert_eq!(with(60, 21), Err(NotALease::TooLong(81)));
        assert_eq!(with(19, 0), Err(NotALease::TooShort(19)));
        assert_eq!(with(u32::MAX, u32::MAX), Err(NotALease::TooLong(u32::MAX)));
    }

    #[test]
    fn an_untouched_claim_is_gone_within_ninety_seconds() {
        for &priority in Priority::ALL {
            let one = claim(priority);
            assert!(matches!(at(&one, 59), Standing::Live { .. }));
            assert!(matches!(at(&one, 60), Standing::Silent { .. }));
            assert_eq!(at(&one, 75), Standing::Lapsed(Silence::NoContact));
        }
    }

    #[test]
    fn an_idle_page_is_asked_then_released() {
        let beating = |seconds| {
            let one = ClaimFacts {
                last_heartbeat_at: Micros(0).plus_seconds(seconds - 10),
                ..claim(Priority::Routine)
            };
            at(&one, seconds)
        };
        let returns_at = Micros(0).plus_minutes(17);
        assert!(matches!(beating(15 * 60 - 1), Standing::Live { .. }));
        assert_eq!(beating(15 * 60), Standing::Asked { returns_at });
        assert_eq!(beating(17 * 60), Standing::Lapsed(Silence::Idle));
    }

    #[test]
    fn begun_work_is_held_by_its_priority() {
        assert_eq!(held_for(claim(Priority::Immediate)), 2 * 60);
        assert_eq!(held_for(claim(Priority::Urgent)), 60 * 60);
        assert_eq!(held_for(claim(Priority::Routine)), 24 * 3600);
    }

    #[test]
    fn an_open_page_keeps_begun_work_only_while_somebody_moves() {
        let beating = |priority, minutes| {
            let one = ClaimFacts {
                last_heartbeat_at: Micros(0).plus_minutes(minutes),
                begun_at: Some(Micros(0)),
                ..claim(priority)
            };
            at(&one, minutes * 60)
        };
        let lapsed = Standing::Lapsed(Silence::HoldLimit);
        assert!(matches!(
            beating(Priority::Immediate, 16),
            Standing::Held { .. }
        ));
        assert_eq!(beating(Priority::Immediate, 17), lapsed);
        assert!(matches!(
            beating(Priority::Urgent, 59),
            Standing::Held { .. }
        ));
        assert_eq!(beating(Priority::Urgent, 60), lapsed);
    }

    #[test]
    fn begun_work_returns_in_time_to_be_read_before_it_is_due() {
        let due_in = |minutes| ClaimFacts {
            due_at: Micros(0).plus_minutes(minutes),
            ..claim(Priority::Urgent)
        };
        assert_eq!(held_for(due_in(50)), 20 * 60);
        assert_eq!(held_for(due_in(-500)), 75, "late work is not torn away");
    }
}
