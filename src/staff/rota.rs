//! A rota: who should be there, and when. A forecast; who is there is their presence.
//!
//! ```text
//!  CSV       pathologist,duty,from,to          a shift a line: id or name, RFC 3339 times with their offset
//!  iCalendar BEGIN:VEVENT … END:VEVENT         one person's calendar (RFC 5545); CATEGORIES:on_call for that duty
//! ```
//!
//! Both readers are bounded, refuse what they do not understand and name the line and the remedy: a
//! rota read half is worse than none.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::case::Micros;
use crate::ids::PathologistId;
use crate::words::words;

words! {
    /// What somebody is on the rota for.
    Duty, "duty" {
        /// Reads cases.
        Reading = "reading",
        /// May be called.
        OnCall = "on_call",
    }
}

/// Bytes of a rota at most.
pub const ROTA_BYTES: usize = 1 << 20;
/// Shifts of a rota at most.
pub const ROTA_SHIFTS: usize = 10_000;
/// Hours of a shift at most: a week.
const SHIFT_HOURS: i64 = 168;

/// A time somebody should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shift {
    /// Who.
    pub pathologist: PathologistId,
    /// From when.
    pub from: Micros,
    /// For what.
    pub duty: Duty,
    /// Until when.
    pub to: Micros,
}

/// A rota that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct NotARota {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub reason: String,
}

fn wrong<T>(line: usize, reason: impl Into<String>) -> Result<T, NotARota> {
    let reason = reason.into();
    Err(NotARota { line, reason })
}

fn bounded(text: &str) -> Result<(), NotARota> {
    match text.len() {
        0..=ROTA_BYTES => Ok(()),
        bytes => wrong(
            1,
            format!("{bytes} bytes, at most {ROTA_BYTES}: send it in parts"),
        ),
    }
}

fn checked(line: usize, shift: Shift, shifts: &mut Vec<Shift>) -> Result<(), NotARota> {
    if shift.to <= shift.from {
        return wrong(line, "the shift ends before it begins: exchange the times");
    }
    if shift.to > shift.from.plus_hours(SHIFT_HOURS) {
        return wrong(line, "the shift is longer than a week: split it");
    }
    if shifts.len() == ROTA_SHIFTS {
        return wrong(
            line,
            format!("more than {ROTA_SHIFTS} shifts: send it in parts"),
        );
    }
    shifts.push(shift);
    Ok(())
}

/// Reads a rota of many people, each by id or by the name they have among `people`; the first line is
/// `pathologist,duty,from,to`.
///
/// # Errors
/// The first line that is wrong.
pub fn rota_of_csv(text: &str, people: &[(PathologistId, String)]) -> Result<Vec<Shift>, NotARota> {
    bounded(text)?;
    let mut lines = (1..).zip(text.lines().map(str::trim));
    let heading = lines
        .next()
        .map(|(_, line)| line.trim_start_matches('\u{feff}'));
    if heading != Some("pathologist,duty,from,to") {
        return wrong(1, "expected the heading pathologist,duty,from,to");
    }
    let mut shifts = Vec::new();
    for (n, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [who, duty, from, to] = fields[..] else {
            return wrong(n, "expected four fields: pathologist,duty,from,to");
        };
        let shift = Shift {
            pathologist: named(n, who, people)?,
            duty: read(n, duty)?,
            from: read(n, from)?,
            to: read(n, to)?,
        };
        checked(n, shift, &mut shifts)?;
    }
    Ok(shifts)
}

fn named(
    line: usize,
    who: &str,
    people: &[(PathologistId, String)],
) -> Result<PathologistId, NotARota> {
    if let Ok(id) = who.parse() {
        return Ok(id);
    }
    let mut called = people.iter().filter(|(_, name)| name == who);
    match (called.next(), called.next()) {
        (Some((id, _)), None) => Ok(*id),
        (None, _) => wrong(
            line,
            format!(
                "nobody here has the id or the name {who:?}: write it as the list of pathologists does"
            ),
        ),
        _ => wrong(line, format!("two are called {who:?}: write the id")),
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(
    line: usize,
    text: &str,
) -> Result<T, NotARota> {
    text.parse().or_else(|e: T::Err| wrong(line, e.to_string()))
}

/// An event of a calendar while its lines come in.
#[derive(Default)]
struct Event {
    from: Option<Micros>,
    to: Option<Micros>,
    on_call: bool,
}

/// Reads one person's calendar. Times are UTC (`20261203T140000Z`) or of a zone of the tz database (`TZID=Europe/London`);
/// a repeating event is refused.
///
/// # Errors
/// The first line that is wrong.
pub fn rota_of_ical(text: &str, pathologist: PathologistId) -> Result<Vec<Shift>, NotARota> {
    bounded(text)?;
    let mut shifts = Vec::new();
    let mut event: Option<Event> = None;
    let mut last = 0;
    for (n, line) in (1..).zip(text.lines().map(str::trim_end)) {
        last = n;
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let (name, how) = name.split_once(';').unwrap_or((name, ""));
        match (name, &mut event) {
            ("BEGIN", None) if value == "VEVENT" => event = Some(Event::default()),
            ("BEGIN", Some(_)) if value == "VEVENT" => {
                return wrong(
                    n,
                    "an event begins inside another: export the calendar again",
                );
            }
            ("END", Some(open)) if value == "VEVENT" => {
                let (Some(from), Some(to)) = (open.from, open.to) else {
                    return wrong(n, "the event has no DTSTART or no DTEND: give it both");
                };
                let duty = if open.on_call {
                    Duty::OnCall
                } else {
                    Duty::Reading
                };
                let shift = Shift {
                    pathologist,
                    from,
                    duty,
                    to,
                };
                checked(n, shift, &mut shifts)?;
                event = None;
            }
            ("DTSTART", Some(open)) => open.from = Some(moment(n, how, value)?),
            ("DTEND", Some(open)) => open.to = Some(moment(n, how, value)?),
            ("CATEGORIES", Some(open)) => open.on_call = value.eq_ignore_ascii_case("on_call"),
            ("RRULE" | "RDATE" | "DURATION", Some(_)) => {
                return wrong(
                    n,
                    format!("{name} is not read: export single events with DTEND"),
                );
            }
            _ => {}
        }
    }
    match event {
        Some(_) => wrong(
            last,
            "the file ends within an event: export the calendar again",
        ),
        None => Ok(shifts),
    }
}

/// `20261203T140000Z`, or with `TZID=` before it the time of a clock there.
fn moment(line: usize, how: &str, value: &str) -> Result<Micros, NotARota> {
    let zone = match how.split(';').find_map(|one| one.strip_prefix("TZID=")) {
        Some(name) => zone(line, name.trim_matches('"'))?,
        None => TimeZone::UTC,
    };
    let utc = value.ends_with('Z') && how.is_empty();
    let local = !value.ends_with('Z') && how.contains("TZID=");
    let clock = value.strip_suffix('Z').unwrap_or(value);
    let clock = DateTime::strptime("%Y%m%dT%H%M%S", clock)
        .ok()
        .filter(|_| utc || local);
    let there = clock.and_then(|clock| clock.to_zoned(zone).ok());
    match there {
        Some(there) => Ok(Micros(there.timestamp().as_microsecond())),
        None => wrong(
            line,
            "expected a time such as 20261203T140000Z, or TZID=Europe/London:20261203T140000: export hours, in UTC or with their zone",
        ),
    }
}

/// By the tables that come with the program, so that every machine reads the same.
fn zone(line: usize, name: &str) -> Result<TimeZone, NotARota> {
    TimeZoneDatabase::bundled().get(name).or_else(|_| {
        wrong(
            line,
            format!("{name:?} is no zone of the tz database: export the calendar in UTC, or with a zone such as Europe/London"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const WHO: PathologistId = PathologistId(Uuid::from_u128(7));

    fn csv(line: &str) -> Result<Vec<Shift>, NotARota> {
        let people = [
            (WHO, "Ines".to_owned()),
            (PathologistId(Uuid::from_u128(8)), "Omar".to_owned()),
            (PathologistId(Uuid::from_u128(9)), "Omar".to_owned()),
        ];
        rota_of_csv(&format!("pathologist,duty,from,to\n\n{line}\n"), &people)
    }

    #[test]
    fn a_wrong_line_is_named_with_its_remedy() {
        let line = |duty: &str, from: &str, to: &str| format!("{WHO},{duty},{from},{to}");
        let (two, six) = ("2026-12-03T14:00:00Z", "2026-12-03T18:00:00Z");
        let wrong = [
            ("a,b".to_owned(), "expected four fields"),
            (format!("Una,reading,{two},{six}"), "nobody here has"),
            (format!("Omar,reading,{two},{six}"), "write the id"),
            (
                line("holiday", two, six),
                "expected one of reading, on_call",
            ),
            (line("reading", "Thursday", six), "expected RFC 3339"),
            (line("reading", six, two), "exchange the times"),
            (line("on_call", two, "2027-12-03T14:00:00Z"), "split it"),
        ];
        for (text, remedy) in wrong {
            let refused = csv(&text).unwrap_err();
            assert_eq!(refused.line, 3, "{text}");
            assert!(refused.reason.contains(remedy), "{refused}");
        }
        assert_eq!(rota_of_csv("who,when", &[]).unwrap_err().line, 1);
        let shifts = csv(&line("on_call", two, six)).unwrap();
        assert_eq!(shifts[0].duty, Duty::OnCall);
        assert_eq!(shifts[0].to, shifts[0].from.plus_hours(4));
        let by_name = csv(&format!("Ines,on_call,{two},{six}")).unwrap();
        assert_eq!(by_name, shifts);
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let one = format!("{WHO},reading,2026-12-03T14:00:00Z,2026-12-03T18:00:00Z\n");
        let many = format!("pathologist,duty,from,to\n{}", one.repeat(ROTA_SHIFTS + 1));
        assert!(csv(&"x".repeat(ROTA_BYTES)).is_err());
        let refused = rota_of_csv(&many, &[]).unwrap_err();
        assert!(refused.reason.contains("send it in parts"), "{refused}");
    }

    #[test]
    fn a_calendar_is_read_event_by_event_or_not_at_all() {
        let event = |inside: &str| {
            let whole = format!(
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{inside}END:VEVENT\r\nEND:VCALENDAR\r\n"
            );
            rota_of_ical(&whole, WHO)
        };
        let times = "DTSTART:20261203T140000Z\r\nDTEND:20261203T180000Z\r\n";
        let shifts = event(&format!("SUMMARY:renal\r\nCATEGORIES:ON_CALL\r\n{times}")).unwrap();
        assert_eq!((shifts.len(), shifts[0].duty), (1, Duty::OnCall));
        assert_eq!(shifts[0].from.to_rfc3339(), "2026-12-03T14:00:00Z");
        let wrong = [
            ("DTSTART:20261203T140000Z\r\n".to_owned(), "no DTEND"),
            (format!("{times}RRULE:FREQ=WEEKLY\r\n"), "single events"),
            (
                "DTSTART;TZID=GMT Standard Time:20261203T140000\r\n".to_owned(),
                "Europe/London",
            ),
            ("DTSTART:20261203T140000\r\n".to_owned(), "with their zone"),
            ("DTSTART;VALUE=DATE:20261203\r\n".to_owned(), "export hours"),
            (
                "DTSTART;TZID=UTC:20261203T140000Z\r\n".to_owned(),
                "export hours",
            ),
            ("DTSTART:2026120\u{e9}T14000Z\r\n".to_owned(), "in UTC"),
            ("BEGIN:VEVENT\r\n".to_owned(), "inside another"),
        ];
        for (inside, remedy) in wrong {
            let refused = event(&inside).unwrap_err();
            assert!(refused.reason.contains(remedy), "{refused}");
        }
        let summer = "DTSTART;TZID=Europe/London:20260703T080000\r\nDTEND;TZID=\"Europe/London\":20260703T170000\r\n";
        let [shift] = event(summer).unwrap()[..] else {
            panic!("one shift");
        };
        assert_eq!(shift.from.to_rfc3339(), "2026-07-03T07:00:00Z");
        assert_eq!(shift.to.to_rfc3339(), "2026-07-03T16:00:00Z");
        let cut = rota_of_ical("BEGIN:VEVENT\nDTSTART:20261203T140000Z", WHO);
        assert_eq!(cut.unwrap_err().line, 2);
    }

    proptest! {
        #[test]
        fn no_text_stops_the_readers(text in "(BEGIN:VEVENT|END:VEVENT|DTSTART:|DTEND:|[0-9TZ]{0,18}|\\PC|\n|,)*") {
            let _either = rota_of_csv(&text, &[]);
            let _either = rota_of_ical(&text, WHO);
        }
    }
}
