//! One person's calendar (RFC 5545) as the shifts of a rota.
//!
//! ```text
//!  lines, unfolded ─▶ VEVENT ─┬─ once ──────────────▶ a shift
//!                             ├─ RRULE ─▶ `repeats` ─▶ a shift each time, 92 days from now, but for EXDATE and for
//!                             │                        what another event of the same UID moved (RECURRENCE-ID)
//!                             └─ STATUS:CANCELLED ──▶ none
//! ```
//!
//! `CATEGORIES:on_call` is that duty. Times are UTC (`20261203T140000Z`) or of a zone of the tz database
//! (`TZID=Europe/London`), by the tables that come with the program, so that every machine reads the same.

mod event;
mod line;
mod repeats;

use std::collections::HashSet;

use self::event::Event;
use super::{Duty, NotARota, Shift, bounded, checked, wrong};
use crate::case::Micros;
use crate::ids::PathologistId;

/// Repeating events of a calendar at most.
const REPEATING: usize = 100;

/// Reads one person's calendar: what happens once, and what repeats in the [`super::ROTA_DAYS`] days from `now`.
///
/// # Errors
/// The first line that is wrong.
pub fn rota_of_ical(
    text: &str,
    pathologist: PathologistId,
    now: Micros,
) -> Result<Vec<Shift>, NotARota> {
    bounded(text)?;
    let events = events(text)?;
    let moves = |event: &Event| Some((event.uid.clone(), event.instead_of?));
    let moved: HashSet<(String, Micros)> = events.iter().filter_map(moves).collect();
    let mut shifts = Vec::new();
    for event in events.iter().filter(|event| !event.cancelled) {
        for (from, to) in event.times(now)? {
            let key = (event.uid.clone(), from);
            if event.instead_of.is_some() || !moved.contains(&key) {
                let duty = event.duty;
                let shift = Shift {
                    pathologist,
                    from,
                    duty,
                    to,
                };
                checked(event.line, shift, &mut shifts)?;
            }
        }
    }
    Ok(shifts)
}

/// The events of a calendar; what else is in it, and in them (an alarm, say), is passed over.
fn events(text: &str) -> Result<Vec<Event>, NotARota> {
    let mut events = Vec::new();
    let mut open: Option<Event> = None;
    let (mut last, mut inside, mut repeating) = (0, 0_usize, 0);
    for line in line::unfolded(text) {
        last = line.n;
        let is = |name: &str| line.name == name;
        let of_event = line.value.eq_ignore_ascii_case("VEVENT");
        match &mut open {
            None if is("BEGIN") && of_event => open = Some(Event::at(line.n)),
            Some(_) if is("BEGIN") && of_event => {
                return wrong(
                    line.n,
                    "an event begins inside another: export the calendar again",
                );
            }
            Some(event) if is("END") && of_event => {
                repeating += usize::from(event.repeats());
                if repeating > REPEATING {
                    return wrong(
                        line.n,
                        format!(
                            "more than {REPEATING} events that repeat: leave out those that are over"
                        ),
                    );
                }
                events.extend(open.take());
                inside = 0;
            }
            Some(_) if is("BEGIN") => inside += 1,
            Some(_) if is("END") => inside = inside.saturating_sub(1),
            Some(event) if inside == 0 => event.add(&line)?,
            _ => {}
        }
    }
    match open {
        Some(_) => wrong(
            last,
            "the file ends within an event: export the calendar again",
        ),
        None => Ok(events),
    }
}

#[cfg(test)]
mod tests;
