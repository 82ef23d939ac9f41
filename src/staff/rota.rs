//! A rota: who should be there, and when. A forecast; who is there is their presence.
//!
//! ```text
//!  CSV       pathologist,duty,from,to          a shift a line: id or name, RFC 3339 times with their offset
//!  iCalendar BEGIN:VEVENT … END:VEVENT         one person's calendar (`ical`)
//! ```
//!
//! Both readers are bounded, refuse what they do not understand and name the line and the remedy: a
//! rota read half is worse than none.

mod ical;

pub use ical::rota_of_ical;
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
/// Days a rota looks ahead at most: of what repeats for ever, these are taken.
pub const ROTA_DAYS: i64 = 92;
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

    proptest! {
        #[test]
        fn no_text_stops_the_reader(text in "(pathologist,duty,from,to|reading|[0-9TZ:-]{0,20}|\\PC|\n|,)*") {
            let _either = rota_of_csv(&text, &[]);
            let _either = csv(&text);
        }
    }
}
