//! A laboratory's calendar: which days count, and how long something took by them.
//!
//! A working day counts all its 24 hours, so that one working day after Friday 15:00 is Monday
//! 15:00. What comes on a day off begins to count at the next working midnight, local time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::Micros;
use crate::words::words;

words! {
    /// Which days a clock counts.
    Counting, "calendar" {
        /// All of them.
        Days = "days",
        /// Neither weekends nor holidays.
        WorkingDays = "working_days",
    }
}

words! {
    /// A day of the week.
    Weekday, "day of the week" {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

/// Days looked at for one clock at most: ten years.
const DAYS: u32 = 3660;

/// Which days are working days, and where midnight is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// Where the laboratory is.
    pub time_zone: Zone,
    /// Days of the week that do not count.
    pub weekend: Vec<Weekday>,
    /// Dates that do not count.
    pub holidays: Vec<Date>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            time_zone: Zone("UTC0".to_owned()),
            weekend: vec![Weekday::Saturday, Weekday::Sunday],
            holidays: Vec::new(),
        }
    }
}

/// A time zone by its POSIX rule, such as `GMT0BST,M3.5.0/1,M10.5.0`: no table of zones is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(String);

/// A text that is no time zone's rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no POSIX time zone rule: expected such as UTC0 or GMT0BST,M3.5.0/1,M10.5.0")]
pub struct NotAZone(String);

impl TryFrom<String> for Zone {
    type Error = NotAZone;

    fn try_from(rule: String) -> Result<Self, NotAZone> {
        match TimeZone::posix(&rule) {
            Ok(_) => Ok(Self(rule)),
            Err(_) => Err(NotAZone(rule.chars().take(64).collect())),
        }
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl Zone {
    fn zone(&self) -> TimeZone {
        TimeZone::posix(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl Calendar {
    /// The moment at which this many minutes have counted since `from`.
    pub fn after(&self, counting: Counting, from: Micros, minutes: u32) -> Micros {
        if counting == Counting::Days {
            return from.plus_minutes(i64::from(minutes));
        }
        let mut left = i64::from(minutes) * 60_000_000;
        let mut at = from;
        for _ in 0..DAYS {
            let (counts, ends) = self.day(at);
            if counts && left <= ends.0 - at.0 {
                return Micros(at.0 + left);
            }
            if counts {
                left -= ends.0 - at.0;
            }
            at = ends;
        }
        at
    }

    /// How many microseconds counted from `from` to `to`; 0 when `to` is earlier.
    pub fn counted(&self, counting: Counting, from: Micros, to: Micros) -> i64 {
        if counting == Counting::Days {
            return to.0.saturating_sub(from.0).max(0);
        }
        let (mut at, mut counted) = (from, 0);
        for _ in 0..DAYS {
            if at >= to {
                break;
            }
            let (counts, ends) = self.day(at);
            if counts {
                counted += ends.0.min(to.0) - at.0;
            }
            at = ends;
        }
        counted
    }

    /// Whether the local day of a moment counts, and when it ends.
    fn day(&self, at: Micros) -> (bool, Micros) {
        let fallback = (true, at.plus_hours(24));
        let Ok(moment) = Timestamp::from_microsecond(at.0) else {
            return fallback;
        };
        let zone = self.time_zone.zone();
        let date = moment.to_zoned(zone.clone()).date();
        let next = date
            .checked_add(1.day())
            .and_then(|next| next.to_zoned(zone));
        let Ok(next) = next else {
            return fallback;
        };
        let weekday =
            Weekday::ALL[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        let counts = !self.weekend.contains(&weekday) && !self.holidays.contains(&date);
        (counts, Micros(next.timestamp().as_microsecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Micros {
        Micros::from_rfc3339(text).unwrap()
    }

    fn london() -> Calendar {
        Calendar {
            time_zone: Zone::try_from("GMT0BST,M3.5.0/1,M10.5.0".to_owned()).unwrap(),
            holidays: vec!["2026-12-25".parse().unwrap(), "2026-12-28".parse().unwrap()],
            ..Calendar::default()
        }
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let after =
            |from, days: u32| london().after(Counting::WorkingDays, at(from), days * 24 * 60);
        assert_eq!(after("2026-11-27T15:00:00Z", 1), at("2026-11-30T15:00:00Z"));
        assert_eq!(after("2026-12-24T15:00:00Z", 1), at("2026-12-29T15:00:00Z"));
        // What comes on Saturday begins on Monday.
        assert_eq!(after("2026-11-28T09:00:00Z", 1), at("2026-12-01T00:00:00Z"));
        // Midnight is local: in July it is 23:00 UTC.
        assert_eq!(after("2026-07-03T22:00:00Z", 1), at("2026-07-06T22:00:00Z"));
        let days = london().after(Counting::Days, at("2026-11-27T15:00:00Z"), 60);
        assert_eq!(days, at("2026-11-27T16:00:00Z"));
    }

    #[test]
    fn a_wrong_zone_names_the_remedy() {
        let refused = Zone::try_from("Europe/London".to_owned()).unwrap_err();
        assert!(refused.to_string().contains("expected such as UTC0"));
    }

    #[test]
    fn a_week_without_working_days_ends() {
        let never = Calendar {
            weekend: Weekday::ALL.to_vec(),
            ..Calendar::default()
        };
        let ten_years = never.after(Counting::WorkingDays, Micros(0), 1);
        assert_eq!(ten_years, Micros(0).plus_hours(24 * 3660));
        assert_eq!(
            never.counted(Counting::WorkingDays, Micros(0), ten_years),
            0
        );
    }

    proptest! {
        #[test]
        fn what_is_due_after_minutes_took_those_minutes(
            from in 1_767_225_600_i64..1_798_761_600, minutes in 1_u32..60_000,
        ) {
            let from = Micros(from * 1_000_000);
            for &counting in Counting::ALL {
                let due = london().after(counting, from, minutes);
                let counted = london().counted(counting, from, due);
                prop_assert_eq!(counted, i64::from(minutes) * 60_000_000);
            }
        }
    }
}
