//! Calendars as people export them, and as nobody should.

use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const WHO: PathologistId = PathologistId(Uuid::from_u128(7));
/// Thursday, 1 October 2026.
const NOW: &str = "2026-10-01T12:00:00Z";
const TIMES: &str = "DTSTART:20261203T140000Z\r\nDTEND:20261203T180000Z\r\n";
/// By day, on the Thursday before.
const THURSDAY: &str =
    "UID:a\nDTSTART;TZID=Europe/London:20260924T080000\nDTEND;TZID=Europe/London:20260924T170000\n";

fn read(text: &str) -> Result<Vec<Shift>, NotARota> {
    rota_of_ical(text, WHO, NOW.parse().unwrap())
}

fn event(inside: &str) -> Result<Vec<Shift>, NotARota> {
    events(&[inside])
}

fn events(insides: &[&str]) -> Result<Vec<Shift>, NotARota> {
    let event = |inside: &&str| format!("BEGIN:VEVENT\r\n{inside}END:VEVENT\r\n");
    let events: String = insides.iter().map(event).collect();
    read(&format!("BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n"))
}

/// `10-29T08:00 11-05T08:00 …`: when they begin.
fn begins(shifts: &[Shift]) -> String {
    let begins = shifts
        .iter()
        .map(|one| one.from.to_rfc3339()[5..16].to_owned());
    begins.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_calendar_is_read_event_by_event_or_not_at_all() {
    let shifts = event(&format!("SUMMARY:renal\r\nCATEGORIES:ON_CALL\r\n{TIMES}")).unwrap();
    assert_eq!((shifts.len(), shifts[0].duty), (1, Duty::OnCall));
    assert_eq!(shifts[0].from.to_rfc3339(), "2026-12-03T14:00:00Z");
    let wrong = [
        ("DTSTART:20261203T140000Z\r\n".to_owned(), "no DTEND"),
        (TIMES.replace("DTSTART", "DTSTAMP"), "no DTSTART"),
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
        ("DURATION:a day\r\n".to_owned(), "PT8H30M"),
        ("BEGIN:VEVENT\r\n".to_owned(), "inside another"),
    ];
    for (inside, remedy) in wrong {
        let refused = event(&inside).unwrap_err();
        assert!(refused.reason.contains(remedy), "{refused}");
    }
    let cut = read("BEGIN:VEVENT\nDTSTART:20261203T140000Z");
    assert_eq!(cut.unwrap_err().line, 2);
}

#[test]
fn hours_are_of_their_zone_however_it_is_written() {
    let summer = "DTSTART;TZID=Europe/London:20260703T080000\r\nDTEND;VALUE=DATE-TIME;TZID=\"Europe/London\":20260703T170000\r\n";
    let folded = "DTSTART;TZID=Europe/Lon\r\n don:20260703T08\r\n\t0000\r\nDURATION:PT9H\r\nX-A=\"b:c\":d\r\n";
    for inside in [summer, folded] {
        let [shift] = event(inside).unwrap()[..] else {
            panic!("one shift");
        };
        assert_eq!(shift.from.to_rfc3339(), "2026-07-03T07:00:00Z");
        assert_eq!(shift.to.to_rfc3339(), "2026-07-03T16:00:00Z");
    }
}

#[test]
fn what_is_no_shift_is_passed_over() {
    let alarm = format!(
        "{TIMES}BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:never\r\nEND:VALARM\r\nSTATUS:CONFIRMED\r\n"
    );
    assert_eq!(begins(&event(&alarm).unwrap()), "12-03T14:00");
    let cancelled = format!("{TIMES}STATUS:CANCELLED\r\n");
    assert_eq!(event(&cancelled).unwrap(), []);
    let zone = "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:16010101T020000\nRRULE:FREQ=YEARLY\nEND:STANDARD\nEND:VTIMEZONE\n";
    assert_eq!(read(zone).unwrap(), []);
}

#[test]
fn what_repeats_keeps_the_hour_of_its_clock() {
    let shifts = event(&format!(
        "{THURSDAY}RRULE:FREQ=WEEKLY;UNTIL=20261105T080000Z\n"
    ))
    .unwrap();
    // The first is over by now; summer time ends on 25 October; the last begins when the rule does end.
    let expected = "10-01T07:00 10-08T07:00 10-15T07:00 10-22T07:00 10-29T08:00 11-05T08:00";
    assert_eq!(begins(&shifts), expected);
    assert!(shifts.iter().all(|one| one.to == one.from.plus_hours(9)));
    for ends in ["UNTIL=20261104", "UNTIL=20261105T075959Z", "COUNT=6"] {
        let shifts = event(&format!("{THURSDAY}RRULE:FREQ=WEEKLY;{ends}\n")).unwrap();
        assert_eq!(begins(&shifts), expected[..59], "{ends}");
    }
    // What ended before it began, as some calendars leave what they split.
    let none = event(&format!("{THURSDAY}RRULE:FREQ=WEEKLY;UNTIL=20260901\n"));
    assert_eq!(none.unwrap(), []);
    let rules = [
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,FR;COUNT=5",
            "10-08T07:00 10-09T07:00 10-22T07:00",
        ),
        ("FREQ=MONTHLY;BYDAY=-1TH;COUNT=3", "10-29T08:00 11-26T08:00"),
        (
            "freq=daily;byday=sa,su;until=20261011t235959z;",
            "10-03T07:00 10-04T07:00 10-10T07:00 10-11T07:00",
        ),
    ];
    for (rule, expected) in rules {
        let shifts = event(&format!("{THURSDAY}RRULE:{rule}\n")).unwrap();
        assert_eq!(begins(&shifts), expected, "{rule}");
    }
}

#[test]
fn what_repeats_for_ever_is_taken_for_as_long_as_a_rota_looks_ahead() {
    let old = THURSDAY.replace("20260924", "20160922");
    let shifts = event(&format!("{old}RRULE:FREQ=WEEKLY\n")).unwrap();
    assert_eq!(shifts.len(), 14);
    assert_eq!(
        shifts[0].from.to_rfc3339(),
        "2026-10-01T07:00:00Z",
        "it goes on now"
    );
    assert_eq!(shifts[13].from.to_rfc3339(), "2026-12-31T08:00:00Z");
}

#[test]
fn days_are_left_out_and_moved() {
    let weekly = format!(
        "{THURSDAY}RRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/London:20261001T080000,20261008T080000\n"
    );
    let moved = "UID:a\nRECURRENCE-ID;TZID=Europe/London:20261015T080000\nDTSTART:20261016T120000Z\nDURATION:PT4H\n";
    assert_eq!(
        begins(&events(&[&weekly, moved]).unwrap()),
        "10-22T07:00 10-16T12:00"
    );
    let gone = format!("{moved}STATUS:CANCELLED\n");
    assert_eq!(begins(&events(&[&gone, &weekly]).unwrap()), "10-22T07:00");
    let of_another = moved.replace("UID:a", "UID:b");
    assert_eq!(
        begins(&events(&[&weekly, &of_another]).unwrap()),
        "10-15T07:00 10-22T07:00 10-16T12:00"
    );
}

#[test]
fn what_repeats_otherwise_is_refused_with_its_line() {
    let wrong = [
        ("RRULE:FREQ=HOURLY", "WEEKLY"),
        ("RRULE:COUNT=3", "WEEKLY"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "single events"),
        ("RRULE:FREQ=WEEKLY;ALWAYS", "single events"),
        ("RRULE:FREQ=WEEKLY;UNTIL=soon", "UNTIL=20261231"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=99999", "single events"),
        (
            "RRULE:FREQ=DAILY;BYMINUTE=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20;BYHOUR=8,9,10,11,12,13",
            "10000 times",
        ),
        ("RRULE:FREQ=YEARLY;INTERVAL=0", "never"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("RDATE:20261203T140000Z", "single events"),
        (
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261203T140000Z",
            "single events",
        ),
        ("EXDATE;VALUE=DATE:20261203", "export hours"),
    ];
    for (rule, remedy) in wrong {
        let refused = event(&format!("{THURSDAY}{rule}\n")).unwrap_err();
        assert!(refused.reason.contains(remedy), "{rule}: {refused}");
        assert_eq!(refused.line, 6, "{rule}");
    }
    let many = vec![format!("{THURSDAY}RRULE:FREQ=YEARLY\n"); REPEATING + 1];
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = events(&many).unwrap_err();
    assert!(refused.reason.contains("that are over"), "{refused}");
}

proptest! {
    #[test]
    fn no_text_stops_the_reader(text in "(BEGIN:VEVENT\n|END:VEVENT\n|DTSTART:20261203T140000Z\n|DTEND:|DURATION:PT1H\n|RRULE:FREQ=(DAILY|YEARLY)[;A-Z0-9=]{0,18}\n|[0-9TZ]{0,18}|\\PC|\n|,)*") {
        let _either = read(&text);
    }
}
