//! An event of a calendar while its lines come in, and when it happens.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::line::Line;
use super::repeats::{Rule, times};
use super::{Duty, NotARota, wrong};
use crate::case::Micros;

/// An event; `END` has come.
pub(super) struct Event {
    /// Where it begins.
    pub(super) line: usize,
    pub(super) uid: String,
    pub(super) duty: Duty,
    pub(super) cancelled: bool,
    /// It stands for the one of a repeating event that would have begun then.
    pub(super) instead_of: Option<Micros>,
    from: Option<Moment>,
    to: Option<Micros>,
    lasts: Option<SignedDuration>,
    rule: Option<Rule>,
    except: Vec<Micros>,
}

/// What a clock shows somewhere.
#[derive(Clone)]
pub(super) struct Moment {
    pub(super) clock: DateTime,
    pub(super) zone: TimeZone,
    pub(super) at: Micros,
}

impl Event {
    pub(super) const fn at(line: usize) -> Self {
        Self {
            line,
            uid: String::new(),
            duty: Duty::Reading,
            cancelled: false,
            instead_of: None,
            from: None,
            to: None,
            lasts: None,
            rule: None,
            except: Vec::new(),
        }
    }

    pub(super) const fn repeats(&self) -> bool {
        self.rule.is_some()
    }

    pub(super) fn add(&mut self, line: &Line) -> Result<(), NotARota> {
        let value = line.value.as_str();
        match line.name.as_str() {
            "UID" => value.clone_into(&mut self.uid),
            "DTSTART" => self.from = Some(moment(line, value)?),
            "DTEND" => self.to = Some(moment(line, value)?.at),
            "DURATION" => self.lasts = Some(lasting(line)?),
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "CATEGORIES" => {
                let mut all = value.split(',').map(str::trim);
                if all.any(|one| one.eq_ignore_ascii_case("on_call")) {
                    self.duty = Duty::OnCall;
                }
            }
            "EXDATE" => {
                for one in value.split(',') {
                    self.except.push(moment(line, one)?.at);
                }
            }
            "RECURRENCE-ID" if line.parameter("RANGE").is_none() => {
                self.instead_of = Some(moment(line, value)?.at);
            }
            "RRULE" if self.rule.is_none() => self.rule = Some(Rule::of(line)?),
            name @ ("RECURRENCE-ID" | "RRULE" | "RDATE" | "EXRULE") => {
                return wrong(
                    line.n,
                    format!("{name} is not read as it stands here: export these as single events"),
                );
            }
            _ => {}
        }
        Ok(())
    }

    /// From when until when, each time that it happens; of what repeats, the next [`super::super::ROTA_DAYS`] days.
    pub(super) fn times(&self, now: Micros) -> Result<Vec<(Micros, Micros)>, NotARota> {
        let Some(from) = &self.from else {
            return wrong(self.line, "the event has no DTSTART: give it one");
        };
        let lasts = match (self.to, self.lasts) {
            (Some(to), _) => to.0 - from.at.0,
            (None, Some(lasts)) => i64::try_from(lasts.as_micros()).unwrap_or(i64::MAX),
            _ => return wrong(self.line, "the event has no DTEND: give it one"),
        };
        let begins = match &self.rule {
            Some(rule) => times(rule, from, lasts, now)?,
            None => vec![from.at],
        };
        let begins = begins.into_iter().filter(|at| !self.except.contains(at));
        let until = |at: Micros| Micros(at.0.saturating_add(lasts));
        Ok(begins.map(|at| (at, until(at))).collect())
    }
}

/// `PT8H30M`
fn lasting(line: &Line) -> Result<SignedDuration, NotARota> {
    line.value
        .parse()
        .or_else(|_| wrong(line.n, "expected a duration such as PT8H30M: give hours"))
}

/// `20261203T140000Z`, or with `TZID=` before it the time of a clock there.
fn moment(line: &Line, value: &str) -> Result<Moment, NotARota> {
    let named = line.parameter("TZID");
    let zone = match named {
        Some(name) => zone(line.n, name)?,
        None => TimeZone::UTC,
    };
    let clock = match (value.strip_suffix('Z'), named) {
        (Some(clock), None) => Some(clock),
        (None, Some(_)) => Some(value),
        _ => None,
    };
    let clock = clock.and_then(|clock| DateTime::strptime("%Y%m%dT%H%M%S", clock).ok());
    match clock.and_then(|clock| Moment::there(clock, zone)) {
        Some(moment) => Ok(moment),
        None => wrong(
            line.n,
            "expected a time such as 20261203T140000Z, or TZID=Europe/London:20261203T140000: export hours, in UTC or with their zone",
        ),
    }
}

impl Moment {
    /// `None`: at the end of time.
    pub(super) fn there(clock: DateTime, zone: TimeZone) -> Option<Self> {
        let there = clock.to_zoned(zone.clone()).ok()?;
        let at = Micros(there.timestamp().as_microsecond());
        Some(Self { clock, zone, at })
    }
}

fn zone(line: usize, name: &str) -> Result<TimeZone, NotARota> {
    TimeZoneDatabase::bundled().get(name).or_else(|_| {
        wrong(
            line,
            format!("{name:?} is no zone of the tz database: export the calendar in UTC, or with a zone such as Europe/London"),
        )
    })
}
