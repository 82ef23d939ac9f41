//! A moment: microseconds since 1970 in UTC, as the database's clock gave it.
//!
//! Nothing here reads a clock. In JSON a moment is an RFC 3339 text in UTC; in SQL it is the number.

use serde::{Deserialize, Serialize};

const SECOND: i64 = 1_000_000;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Micros(pub i64);

/// A text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a time: expected RFC 3339 such as 2026-11-23T09:42:10.123Z")]
pub struct NotATime {
    text: String,
}

impl Micros {
    /// This many seconds later (earlier when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// This many minutes later (earlier when negative).
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    /// This many hours later (earlier when negative).
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_minutes(hours.saturating_mul(60))
    }

    /// Whole seconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / SECOND
    }

    /// RFC 3339 in UTC with as many decimals as the moment needs: reading it back loses nothing.
    /// A number outside the years jiff can name is shown as the nearest year it can.
    pub fn to_rfc3339(self) -> String {
        let nearest = if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        jiff::Timestamp::from_microsecond(self.0)
            .unwrap_or(nearest)
            .to_string()
    }

    /// Reads RFC 3339; an offset is turned into UTC, anything finer than a microsecond is cut off.
    ///
    /// # Errors
    /// When the text is no RFC 3339 moment with an offset.
    pub fn from_rfc3339(text: &str) -> Result<Self, NotATime> {
        text.parse::<jiff::Timestamp>()
            .map(|moment| Self(moment.as_microsecond()))
            .map_err(|_| NotATime {
                text: text.chars().take(64).collect(),
            })
    }
}

impl std::fmt::Display for Micros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl std::str::FromStr for Micros {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        Self::from_rfc3339(text)
    }
}

impl TryFrom<String> for Micros {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        Self::from_rfc3339(&text)
    }
}

impl From<Micros> for String {
    fn from(moment: Micros) -> Self {
        moment.to_rfc3339()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_an_offset_is_refused() {
        let refused = Micros::from_rfc3339("2026-11-23T09:42").unwrap_err();
        assert!(refused.to_string().contains("expected RFC 3339"));
    }

    #[test]
    fn reading_back_loses_nothing() {
        for number in [0, 1, -1, 1_795_426_930_123_456, i64::from(i32::MAX)] {
            let text = Micros(number).to_rfc3339();
            assert_eq!(Micros::from_rfc3339(&text), Ok(Micros(number)), "{text}");
        }
        assert_eq!(
            Micros::from_rfc3339("2026-11-23T10:42:10.123+01:00").map(Micros::to_rfc3339),
            Ok("2026-11-23T09:42:10.123Z".to_owned())
        );
    }

    #[test]
    fn an_absurd_number_is_shown_and_never_panics() {
        let latest = Micros(i64::MAX).to_rfc3339();
        assert!(latest.starts_with("9999-12-3"), "{latest}");
        assert!(Micros(i64::MIN).to_rfc3339().starts_with("-009999-"));
        assert_eq!(Micros(i64::MAX).plus_hours(1), Micros(i64::MAX));
    }
}
