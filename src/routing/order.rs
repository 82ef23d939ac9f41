//! The one static key that orders the worklist: `due_at − boost(priority)` under a class.
//!
//! It is set at accession and never re-sorted: earliest due first and ageing come with it. With
//! boosts of at most B and due times between d and D after receipt, only cases received within
//! D − d + B after a case can overtake it. Above the key stands the small immediate class.

use serde::{Deserialize, Serialize};

use crate::case::{Micros, Priority, Targets, boost};

/// Where a reading stands: compare class, then key; ties go by the reading's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderKey {
    /// 0 for immediate cases, 1 for all others; 0 sorts first.
    pub class: u8,
    /// `due_at − boost`, microseconds; the earliest sorts first.
    pub vkey: i64,
}

/// The key of a reading that is due at `due_at`.
pub fn order_key(due_at: Micros, priority: Priority, targets: &Targets) -> OrderKey {
    let earlier = i64::from(boost(priority, targets));
    OrderKey {
        class: u8::from(priority != Priority::Immediate),
        vkey: due_at.plus_minutes(-earlier).0,
    }
}

/// In words for people, why a case of this priority stands where it does.
pub fn why_here(priority: Priority, targets: &Targets) -> String {
    why_earlier(priority, boost(priority, targets))
}

/// The same, where its minutes are known.
pub(super) fn why_earlier(priority: Priority, minutes: u32) -> String {
    match (priority, minutes) {
        (Priority::Immediate, _) => "Immediate: ahead of all others.".to_owned(),
        (_, 0) => "Earliest due first.".to_owned(),
        (Priority::Urgent, _) => format!("Urgent counts as {} earlier.", spoken(minutes)),
        (Priority::Routine, _) => format!("Routine counts as {} earlier.", spoken(minutes)),
    }
}

fn spoken(minutes: u32) -> String {
    if minutes.is_multiple_of(60) {
        format!("{} h", minutes / 60)
    } else {
        format!("{minutes} min")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(due_hours: i64, priority: Priority) -> OrderKey {
        order_key(
            Micros(0).plus_hours(due_hours),
            priority,
            &Targets::default(),
        )
    }

    #[test]
    fn immediate_stands_above_the_oldest_case() {
        assert!(key(1000, Priority::Immediate) < key(-1000, Priority::Urgent));
    }

    #[test]
    fn urgent_counts_a_day_earlier_and_no_more() {
        assert!(key(23, Priority::Urgent) < key(0, Priority::Routine));
        assert_eq!(key(24, Priority::Urgent), key(0, Priority::Routine));
        assert!(key(25, Priority::Urgent) > key(0, Priority::Routine));
    }

    #[test]
    fn the_words_follow_the_settings() {
        let mut targets = Targets::default();
        assert_eq!(
            why_here(Priority::Urgent, &targets),
            "Urgent counts as 24 h earlier."
        );
        targets.boost.urgent = 90;
        assert_eq!(
            why_here(Priority::Urgent, &targets),
            "Urgent counts as 90 min earlier."
        );
        assert_eq!(why_here(Priority::Routine, &targets), "Earliest due first.");
    }
}
