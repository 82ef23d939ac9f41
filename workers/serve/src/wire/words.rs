//! Sentences for people that several answers need.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use pathology::case::Micros;

/// A moment as the laboratory's clock shows it: the time today, else with its day.
pub(crate) fn clock(at: Micros, now: Micros) -> String {
    let (at, now) = (local(at), local(now));
    if at.date() == now.date() {
        at.strftime("%H:%M").to_string()
    } else if at.year() == now.year() {
        at.strftime("%a %-d %b %H:%M").to_string()
    } else {
        at.strftime("%a %-d %b %Y %H:%M").to_string()
    }
}

/// The start of the laboratory's day.
pub(crate) fn midnight(now: Micros) -> Micros {
    let start = local(now).start_of_day();
    start.map_or(now, |start| Micros(start.timestamp().as_microsecond()))
}

fn local(at: Micros) -> Zoned {
    let moment = Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::MAX);
    moment.to_zoned(TimeZone::system())
}

/// "1 slide", "3 slides".
pub(crate) fn slides(n: u64) -> String {
    match n {
        1 => "1 slide".to_owned(),
        n => format!("{n} slides"),
    }
}

/// "is" for one, "are" for several.
pub(crate) const fn is(n: u64) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_or_before_now_and_less_than_26_hours_ago() {
        let now = Micros(1_795_000_000_000_000);
        let start = midnight(now);
        assert!(start <= now && now.seconds_since(start) < 26 * 3600);
        assert_eq!(clock(start, now), "00:00");
        assert!(clock(start.plus_hours(-72), now).len() > 5);
    }
}
