//! Everything at one moment: the catalogue's rows, what each server believes, what is on its way.

use std::collections::{BTreeMap, BTreeSet};

/// Readings: two of the first case, of which the second excludes who read the first; one of another case.
pub(super) const READINGS: usize = 3;
pub(super) const CASE_OF: [usize; READINGS] = [0, 0, 1];
/// Where each stands in the order; the lower first.
pub(super) const KEY_OF: [u8; READINGS] = [1, 3, 2];
pub(super) const PEOPLE: usize = 2;
pub(super) const SERVERS: usize = 2;
/// Readings held at once at most.
pub(super) const ROOM: u8 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum State {
    Waiting,
    Claimed,
    SignedOut,
}

/// The row of a reading.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Reading {
    pub(super) state: State,
    pub(super) fence: u8,
    pub(super) holder: Option<usize>,
    pub(super) in_pool: bool,
    pub(super) key: u8,
}

/// A claim that was given, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Assignment {
    pub(super) reading: usize,
    pub(super) person: usize,
    pub(super) fence: u8,
    pub(super) ended: Option<End>,
    /// Whether the right it relied on was in force when it was committed.
    pub(super) entitled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum End {
    Lapsed,
    SignedOut,
}

/// The row of a pathologist, and the pathologist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Person {
    pub(super) active: u8,
    pub(super) entitled: bool,
    /// Their page is gone: no heartbeat will come.
    pub(super) silent: bool,
    /// Requests they may still make; each has its own idempotency key.
    pub(super) asks: u8,
    /// The key of the request that has no answer yet.
    pub(super) asking: Option<u8>,
    /// What they were told is theirs.
    pub(super) knows: Option<(usize, u8)>,
}

/// A server: what its index holds, and the changes it has not heard yet, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Server {
    pub(super) up: bool,
    pub(super) hints: BTreeSet<usize>,
    pub(super) unheard: Vec<usize>,
}

/// What is on its way; any of it may be late or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Message {
    Claim {
        person: usize,
        server: usize,
        key: u8,
    },
    /// Only a server without the lock splits its claim: what it decided, and has not written.
    Decided {
        person: usize,
        key: u8,
        reading: usize,
    },
    Answer {
        person: usize,
        key: u8,
        claimed: Option<(usize, u8)>,
    },
    Sign {
        person: usize,
        reading: usize,
        fence: u8,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Moment {
    pub(super) readings: Vec<Reading>,
    pub(super) people: Vec<Person>,
    pub(super) assignments: Vec<Assignment>,
    /// Answers kept by (person, key).
    pub(super) kept: BTreeMap<(usize, u8), (usize, u8)>,
    /// Signatures that were accepted: reading, fence.
    pub(super) signatures: Vec<(usize, u8)>,
    pub(super) servers: Vec<Server>,
    pub(super) network: BTreeSet<Message>,
    /// Claims that somebody was told they have.
    pub(super) told: BTreeSet<(usize, usize, u8)>,
    /// Mishaps still to come: a crash, a message lost, a page gone, a right withdrawn.
    pub(super) mishaps: u8,
}

impl Moment {
    /// Everything waits; each may make so many requests.
    pub(super) fn first(asks: [u8; PEOPLE]) -> Self {
        let reading = |n: usize| Reading {
            state: State::Waiting,
            fence: 0,
            holder: None,
            in_pool: true,
            key: KEY_OF[n],
        };
        let person = |n: usize| Person {
            active: 0,
            entitled: true,
            silent: false,
            asks: asks[n],
            asking: None,
            knows: None,
        };
        let server = Server {
            up: true,
            hints: (0..READINGS).collect(),
            unheard: Vec::new(),
        };
        Self {
            readings: (0..READINGS).map(reading).collect(),
            people: (0..PEOPLE).map(person).collect(),
            assignments: Vec::new(),
            kept: BTreeMap::new(),
            signatures: Vec::new(),
            servers: vec![server; SERVERS],
            network: BTreeSet::new(),
            told: BTreeSet::new(),
            mishaps: 2,
        }
    }

    /// The running claims of a reading.
    pub(super) fn running(&self, reading: usize) -> impl Iterator<Item = &Assignment> {
        let of = move |one: &&Assignment| one.reading == reading && one.ended.is_none();
        self.assignments.iter().filter(of)
    }

    /// Whether a person holds or signed another reading of the same case.
    pub(super) fn read_before(&self, person: usize, reading: usize) -> bool {
        self.assignments.iter().any(|one| {
            one.person == person
                && one.reading != reading
                && CASE_OF[one.reading] == CASE_OF[reading]
                && one.ended != Some(End::Lapsed)
        })
    }
}
