//! When an event that repeats happens (RFC 5545, section 3.3.10).
//!
//! A rule counts by the clock of its zone: eight o'clock stays eight when summer ends. So it is asked about the hours that the
//! clock shows, and these are then put into the zone, by the same tables as every other time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rrule::RRuleSet;

use super::event::Moment;
use super::line::Line;
use super::{NotARota, wrong};
use crate::case::Micros;
use crate::staff::ROTA_DAYS;

/// Times that are gone through for one event at most, from its first on: daily, 27 years.
const STEPS: usize = 10_000;

/// A rule as the calendar has it.
pub(super) struct Rule {
    line: usize,
    /// `FREQ=WEEKLY;BYDAY=MO`
    often: String,
    until: Option<String>,
}

impl Rule {
    /// # Errors
    /// A shift is not of minutes.
    pub(super) fn of(line: &Line) -> Result<Self, NotARota> {
        let text = line.value.to_ascii_uppercase();
        let parts = text.split(';').filter(|part| !part.is_empty());
        let (until, often): (Vec<_>, Vec<_>) = parts.partition(|part| part.starts_with("UNTIL="));
        let read = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].map(|often| format!("FREQ={often}"));
        if !often.iter().any(|part| read.iter().any(|one| one == part)) {
            return wrong(
                line.n,
                "expected FREQ=DAILY, WEEKLY, MONTHLY or YEARLY: export these as single events",
            );
        }
        let until = until.first().and_then(|part| part.strip_prefix("UNTIL="));
        Ok(Self {
            line: line.n,
            often: often.join(";"),
            until: until.map(str::to_owned),
        })
    }

    /// Until a moment, or the end of a day, by the clock of this zone.
    fn until(&self, zone: &TimeZone) -> Result<Option<DateTime>, NotARota> {
        let Some(value) = self.until.as_deref() else {
            return Ok(None);
        };
        let shown = match value.len() {
            8 => format!("{value}T235959"),
            _ => value.trim_end_matches('Z').to_owned(),
        };
        let Ok(clock) = DateTime::strptime("%Y%m%dT%H%M%S", &shown) else {
            return wrong(
                self.line,
                "expected UNTIL=20261231T170000Z or UNTIL=20261231",
            );
        };
        let there = value.strip_suffix('Z').and_then(|_| at(clock));
        let there = there.map(|at| at.to_zoned(zone.clone()).datetime());
        Ok(Some(there.unwrap_or(clock)))
    }

    /// Every time it ever happens, as the clock shows it.
    fn set(&self, first: DateTime, until: Option<DateTime>) -> Result<RRuleSet, NotARota> {
        let ends = until.map(|until| until.strftime(";UNTIL=%Y%m%dT%H%M%SZ").to_string());
        let first = first.strftime("%Y%m%dT%H%M%SZ");
        let ends = ends.unwrap_or_default();
        let set: Result<RRuleSet, _> =
            format!("DTSTART:{first}\nRRULE:{}{ends}", self.often).parse();
        set.map(RRuleSet::limit)
            .or_else(|e| wrong(self.line, format!("{e}: export these as single events")))
    }
}

fn at(utc: DateTime) -> Option<Timestamp> {
    let there = utc.to_zoned(TimeZone::UTC).ok()?;
    Some(there.timestamp())
}

/// When it begins, each time whose end is to come, in the [`ROTA_DAYS`] days from `now`.
pub(super) fn times(
    rule: &Rule,
    from: &Moment,
    lasts: i64,
    now: Micros,
) -> Result<Vec<Micros>, NotARota> {
    let until = rule.until(&from.zone)?;
    if until.is_some_and(|until| until < from.clock) {
        // Some calendars leave that of what they split.
        return Ok(Vec::new());
    }
    let end = now.plus_hours(ROTA_DAYS * 24);
    let (mut begins, mut happens) = (Vec::new(), false);
    for (step, shown) in rule.set(from.clock, until)?.into_iter().enumerate() {
        happens = true;
        let shown = Timestamp::from_second(shown.timestamp()).ok();
        let clock = shown.map(|at| at.to_zoned(TimeZone::UTC).datetime());
        let there = clock.and_then(|clock| Moment::there(clock, from.zone.clone()));
        let Some(begin) = there.map(|there| there.at).filter(|at| *at < end) else {
            break;
        };
        if step == STEPS {
            return wrong(
                rule.line,
                format!("the event has happened {STEPS} times by now: give it a later DTSTART"),
            );
        }
        if begin.0.saturating_add(lasts) > now.0 {
            begins.push(begin);
        }
    }
    if !happens {
        return wrong(rule.line, "that never comes: export these as single events");
    }
    Ok(begins)
}
