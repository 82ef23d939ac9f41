//! The claim protocol in a small world, in every order: two servers, two pathologists, two cases.
//!
//! Every step and every mishap (a crash, a lost or late message, a stale hint, a page that is gone, a right
//! withdrawn) is tried in every order. What must always hold does, and what must come in the end comes. With
//! any one rule taken out, a history that breaks a promise is found: the checker can fail.

mod moment;
mod steps;

use stateright::{Checker, HasDiscoveries, Model, Property};

use moment::{KEY_OF, Moment, PEOPLE, READINGS, ROOM, State};
use steps::{Flaw, Step, after, possible};

// The promises, by their numbers.
const HOLDER: &str = "I1 at most one holder";
const AGREE: &str = "I2 reading and claim agree";
const LOST: &str = "I3 never lost";
const POOLS: &str = "I4 what is held or done is in no pool";
const PLACES: &str = "I5 places are counted";
const ROOM_KEPT: &str = "I6 nobody holds more than they may";
const EYES: &str = "I7 nobody reads a case twice";
const AGE: &str = "I8 a case keeps its age";
const FENCES: &str = "I9 fences rise, and old ones do nothing";
const RECORD: &str = "I10 what was told stands on record";
const RIGHTS: &str = "I11 no claim on a right that was withdrawn";
const REQUEST: &str = "one request, one claim";
const KNOWN: &str = "I3 in the end, every index knows what waits";
const SILENT: &str = "I13 in the end, what silent people held waits again";

/// The protocol, with one rule left out or none.
#[derive(Clone)]
struct Protocol {
    flaw: Flaw,
    /// Requests each may make.
    asks: [u8; PEOPLE],
}

impl Protocol {
    /// Whether nothing can happen any more. Every step uses up a request, a message, a change or a mishap,
    /// so that every history comes to this.
    fn is_over(&self, now: &Moment) -> bool {
        let mut steps = Vec::new();
        possible(now, self.flaw, &mut steps);
        steps.is_empty()
    }
}

impl Model for Protocol {
    type State = Moment;
    type Action = Step;

    fn init_states(&self) -> Vec<Moment> {
        vec![Moment::first(self.asks)]
    }

    fn actions(&self, now: &Moment, steps: &mut Vec<Step>) {
        possible(now, self.flaw, steps);
    }

    fn next_state(&self, now: &Moment, step: Step) -> Option<Moment> {
        let next = after(now, step, self.flaw);
        (next != *now).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(HOLDER, |_, now: &Moment| {
                (0..READINGS).all(|reading| now.running(reading).count() <= 1)
            }),
            Property::always(AGREE, |_, now: &Moment| {
                (0..READINGS).all(|reading| agree(now, reading))
            }),
            Property::always(LOST, |_, now: &Moment| {
                let lost = |one: &moment::Reading| one.state == State::Waiting && !one.in_pool;
                !now.readings.iter().any(lost)
            }),
            Property::always(POOLS, |_, now: &Moment| {
                let kept = |one: &moment::Reading| one.state != State::Waiting && one.in_pool;
                !now.readings.iter().any(kept)
            }),
            Property::always(PLACES, |_, now: &Moment| counted(now)),
            Property::always(ROOM_KEPT, |_, now: &Moment| {
                now.people.iter().all(|one| one.active <= ROOM)
            }),
            Property::always(EYES, |_, now: &Moment| {
                now.assignments.iter().all(|one| {
                    one.ended == Some(moment::End::Lapsed)
                        || !now.read_before(one.person, one.reading)
                })
            }),
            Property::always(AGE, |_, now: &Moment| {
                (0..READINGS).all(|reading| now.readings[reading].key == KEY_OF[reading])
            }),
            Property::always(FENCES, |_, now: &Moment| fenced(now)),
            Property::always(RECORD, |_, now: &Moment| {
                now.told.iter().all(|(person, reading, fence)| {
                    let on_record = |one: &moment::Assignment| {
                        (one.person, one.reading, one.fence) == (*person, *reading, *fence)
                    };
                    now.assignments.iter().any(on_record)
                })
            }),
            Property::always(RIGHTS, |_, now: &Moment| {
                now.assignments.iter().all(|one| one.entitled)
            }),
            Property::always(REQUEST, |protocol, now: &Moment| {
                (0..PEOPLE).all(|person| asked(protocol, now, person))
            }),
            Property::always(KNOWN, |protocol, now: &Moment| {
                !protocol.is_over(now) || known(now)
            }),
            Property::always(SILENT, |protocol, now: &Moment| {
                let gone = |person: usize| now.people[person].silent;
                let held = |one: &moment::Reading| one.holder.is_some_and(gone);
                !protocol.is_over(now) || !now.readings.iter().any(held)
            }),
        ]
    }
}

fn agree(now: &Moment, reading: usize) -> bool {
    let row = &now.readings[reading];
    match now.running(reading).next() {
        None => row.state != State::Claimed && row.holder.is_none(),
        Some(one) => {
            row.state == State::Claimed && row.holder == Some(one.person) && row.fence == one.fence
        }
    }
}

fn counted(now: &Moment) -> bool {
    now.people.iter().enumerate().all(|(person, one)| {
        let held = now.readings.iter().filter(|row| row.holder == Some(person));
        usize::from(one.active) == held.count()
    })
}

/// Each claim of a reading has a higher fence than the one before, and a signature that of the claim it ended.
fn fenced(now: &Moment) -> bool {
    let rising = (0..READINGS).all(|reading| {
        let of = now.assignments.iter().filter(|one| one.reading == reading);
        of.map(|one| one.fence).is_sorted_by(|a, b| a < b)
    });
    let signed = now.signatures.iter().all(|(reading, fence)| {
        let ended = Some(moment::End::SignedOut);
        let by = |one: &moment::Assignment| {
            one.reading == *reading && one.fence == *fence && one.ended == ended
        };
        now.assignments.iter().any(by)
    });
    rising && signed
}

/// As many claims as requests at most.
fn asked(protocol: &Protocol, now: &Moment, person: usize) -> bool {
    let given = now.assignments.iter().filter(|one| one.person == person);
    given.count() <= usize::from(protocol.asks[person] - now.people[person].asks)
}

fn known(now: &Moment) -> bool {
    now.servers.iter().all(|server| {
        server.up && (0..READINGS).all(|n| server.hints.contains(&n) == now.readings[n].in_pool)
    })
}

/// The names of the promises that a protocol breaks; looks no further once it breaks this one.
fn broken(protocol: Protocol, until: Option<&'static str>) -> (Vec<&'static str>, usize) {
    let enough = until.map_or(HasDiscoveries::AnyFailures, |name| {
        HasDiscoveries::AllOf([name].into())
    });
    let checker = protocol
        .checker()
        .threads(2)
        .finish_when(enough)
        .spawn_bfs()
        .join();
    let broken = checker.discoveries().into_keys().collect();
    (broken, checker.unique_state_count())
}

/// A request each; in a long run one of them makes two, which is ten times as many histories.
#[expect(
    clippy::disallowed_methods,
    reason = "the length of a run is named by the environment"
)]
fn requests() -> ([u8; PEOPLE], usize) {
    if std::env::var("SLIDEWAY_LONG").is_ok() {
        ([2, 1], 800_000)
    } else {
        ([1, 1], 60_000)
    }
}

#[test]
fn every_order_of_everything_keeps_every_promise() {
    let (asks, least) = requests();
    let flaw = Flaw::None;
    let (broken, states) = broken(Protocol { flaw, asks }, None);
    assert_eq!(broken, Vec::<&str>::new());
    assert!(
        states > least,
        "only {states} states: is the world still whole?"
    );
}

#[test]
fn every_rule_is_needed() {
    for (flaw, promise) in NEEDED {
        let asks = [2, 1];
        let (broken, _) = broken(Protocol { flaw, asks }, Some(promise));
        assert!(broken.contains(&promise), "{flaw:?} breaks {broken:?}");
    }
}

const NEEDED: [(Flaw, &str); 15] = [
    (Flaw::StateUnasked, HOLDER),
    (Flaw::FenceUnasked, FENCES),
    (Flaw::FenceKept, FENCES),
    (Flaw::RightsUnlocked, RIGHTS),
    (Flaw::EyesUnasked, EYES),
    (Flaw::RoomForgotten, PLACES),
    (Flaw::PoolForgotten, LOST),
    (Flaw::PoolKept, POOLS),
    (Flaw::AgeLost, AGE),
    (Flaw::KeyForgotten, REQUEST),
    (Flaw::AnsweredEarly, RECORD),
    (Flaw::ChangeUntold, KNOWN),
    (Flaw::SweepForgotten, SILENT),
    (Flaw::AssignmentForgotten, AGREE),
    (Flaw::AssignmentKept, AGREE),
];
