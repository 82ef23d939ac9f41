//! What a transaction tells, and the rows of `event` that carry it to other processes.
//!
//! Every change that is told is on record as an event of the same transaction: either its verb wrote
//! one with more to say, or a plain row of the change's kind is added before the COMMIT. So whoever
//! reads `event` in order hears all, and nobody can change a pool or a right in silence.

use super::{Change, Kind};
use crate::Error;
use crate::audit::{About, Event, record};
use crate::engine::{Row, Tx};

/// What one transaction told so far.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) changes: Vec<Change>,
    /// Changes of `changes` that have their event, or will have none because a unit before wrote it.
    recorded: Vec<Change>,
    settled: usize,
    /// The position in the feed of the last event written; 0: none.
    pub(crate) position: i64,
    /// The same of the last event that may have made something claimable.
    pub(crate) needed: i64,
}

/// A point to which a transaction can return.
#[derive(Clone, Copy)]
pub(crate) struct Mark(usize, i64, i64);

impl Told {
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.changes.len(), self.position, self.needed)
    }

    /// Forgets what was told since: its savepoint was rolled back.
    pub(crate) fn back_to(&mut self, Mark(changes, position, needed): Mark) {
        self.changes.truncate(changes);
        self.recorded.clear();
        self.settled = changes;
        (self.position, self.needed) = (position, needed);
    }

    /// An event was written at this position.
    pub(crate) fn wrote(&mut self, event: &Event<'_>, position: i64) {
        self.position = position;
        let routes = event.about.reading.is_some() || event.pathologist.is_some();
        if routes && !matches!(event.kind, "claimed" | "begun") {
            self.needed = position;
        }
        let ids = (event.about, event.pathologist);
        let mut change = Change::new(
            kind(
                event.kind,
                ids.0.reading.is_some(),
                ids.1.is_some(),
                ids.0.scan.is_some(),
            ),
            event.organisation,
            0,
        );
        change.case = event.about.case;
        change.scan = event.about.scan;
        change.reading = event.about.reading;
        change.pathologist = event.pathologist;
        self.recorded.push(change);
    }

    /// Changes of this unit that no event says yet.
    fn unrecorded(&mut self) -> Vec<Change> {
        let recorded = std::mem::take(&mut self.recorded);
        let told = self.changes[self.settled..].iter();
        let missing = told.filter(|told| !recorded.iter().any(|one| one.says(told)));
        let missing = missing.cloned().collect();
        self.settled = self.changes.len();
        missing
    }
}

/// Writes the events that are missing, at the end of a unit of work.
pub(crate) async fn record_changes(tx: &mut Tx) -> Result<(), Error> {
    for change in tx.told.unrecorded() {
        let event = Event {
            organisation: change.organisation,
            kind: change.kind.as_str(),
            about: About {
                case: change.case,
                scan: change.scan,
                reading: change.reading,
            },
            pathologist: change.pathologist,
            fence: 0,
            detail: "",
        };
        record(tx, event).await?;
    }
    tx.told.recorded.clear();
    Ok(())
}

/// What a row of `event` changes.
pub(crate) fn change_of(row: &Row) -> Result<Change, Error> {
    let mut change = Change::new(Kind::Case, row.parsed("organisation_id")?, row.int("at")?);
    change.case = row.opt_parsed("case_id")?;
    change.scan = row.opt_parsed("scan_id")?;
    change.reading = row.opt_parsed("reading_id")?;
    change.pathologist = row.opt_parsed("pathologist_id")?;
    let word = row.text("kind")?;
    change.kind = kind(
        &word,
        change.reading.is_some(),
        change.pathologist.is_some(),
        change.scan.is_some(),
    );
    Ok(change)
}

/// The kind an event's word names, or else what it is about says.
fn kind(word: &str, reading: bool, pathologist: bool, scan: bool) -> Kind {
    let named = Kind::ALL.iter().find(|kind| kind.as_str() == word);
    match (word, named) {
        (_, Some(kind)) => *kind,
        ("case_changed", _) => Kind::Case,
        ("objection", _) => Kind::Rights,
        _ if reading => Kind::Worklist,
        _ if pathologist => Kind::Rights,
        _ if scan => Kind::Scan,
        _ => Kind::Case,
    }
}
