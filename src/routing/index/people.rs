//! Who attends: the pathologists of each profile who could be offered a case, the freest first.

use std::collections::BTreeSet;

use crate::case::Micros;
use crate::ids::PathologistId;

/// How a pathologist stands towards new cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// They take cases.
    pub available: bool,
    /// They hold fewer than they may; immediate cases do not ask.
    pub room: bool,
    /// What they have done or hold, in whatever measure divides work fairly; the least is offered first.
    pub load: u32,
    /// Since when they hold nothing new; the longest is offered first among equals.
    pub idle_since: Micros,
}

/// Full, load, idle since, who: the first is offered first.
pub(super) type Turn = (bool, u32, Micros, PathologistId);

#[derive(Debug)]
pub(super) struct Person {
    pub(super) profile: u32,
    pub(super) attendance: Attendance,
}

impl Person {
    /// Their place among those who wait for cases; `None`: they are away.
    pub(super) fn turn(&self, who: PathologistId) -> Option<Turn> {
        let Attendance {
            available,
            room,
            load,
            idle_since,
        } = self.attendance;
        available.then_some((!room, load, idle_since, who))
    }
}

/// Those of one profile who are available, in their turns.
pub(super) type Waiting = BTreeSet<Turn>;
