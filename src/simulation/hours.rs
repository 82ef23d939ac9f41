//! When a pathologist is there: their shift in their site's time, without missed shifts and absences.
//!
//! ```text
//! shift     ├────┤      ├────┤      ├────┤
//! absence          ├──────────────┤
//! missed                            ──x──          drawn for each person and day
//! there     ├────┤                                 a stretch at a time, looked up as the clock gets there
//! ```

use super::chance::{Chance, Kind};
use super::network::{Network, Shift, Weekday};
use super::roster::Person;
use crate::case::Micros;

/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;
/// Microseconds of an hour.
pub(super) const HOUR: f64 = 3.6e9;

/// Which days somebody misses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed {
    pub(super) seed: u64,
    pub(super) replication: u64,
    pub(super) person: u64,
    pub(super) percent: f64,
}

/// The stretch during which a person is there that ends after `after`; `None`: not within a year.
pub(super) fn next_there(
    network: &Network,
    person: &Person,
    missed: Missed,
    after: Micros,
) -> Option<(Micros, Micros)> {
    let shift = network.shifts.get(person.shift)?;
    let offset = i64::from(network.sites[person.site].utc_offset_minutes) * 60_000_000;
    let today = (after.0 + offset).div_euclid(DAY);
    let days = (today..today + 366).filter(|day| on_duty(shift, missed, *day));
    days.filter_map(|day| stretch(shift, &person.off, day * DAY - offset))
        .find(|(_, to)| *to > after)
}

/// Weekly hours of a shift.
pub(super) fn weekly_hours(shift: &Shift) -> f64 {
    (shift.to_hour - shift.from_hour) * shift.weekdays.len() as f64
}

/// The day of the week of a day since 1970, which began on a Thursday.
pub(super) const fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

fn on_duty(shift: &Shift, missed: Missed, day: i64) -> bool {
    let duty = shift.weekdays.contains(&Weekday::ALL[weekday(day)]);
    let mut chance = Chance::of(
        missed.seed,
        missed.replication,
        Kind::Shift,
        missed.person,
        day as u64,
    );
    duty && !chance.happens(missed.percent)
}

/// The shift of the day that begins at `midnight`, without the absences. Of a shift with an absence
/// in its middle only the part before it is left.
fn stretch(shift: &Shift, off: &[(Micros, Micros)], midnight: i64) -> Option<(Micros, Micros)> {
    let hour = |hour: f64| midnight + (hour * HOUR).round() as i64;
    let (mut from, mut to) = (hour(shift.from_hour), hour(shift.to_hour));
    for (gone, back) in off {
        if gone.0 <= from && from < back.0 {
            from = back.0;
        } else if from < gone.0 && gone.0 < to {
            to = gone.0;
        }
    }
    (from < to).then_some((Micros(from), Micros(to)))
}
