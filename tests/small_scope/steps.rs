//! What may happen next, and what comes of it: the claim protocol, step by step, with its faults.
//!
//! ```text
//!  person ── Claim ──▶ server: hint ─▶ [ lock person · state · rights · room · eyes ─▶ fence + 1, out of the pool ]
//!     ▲                                                        │ one transaction
//!     └───────── Answer (may be lost, and asked for again) ◀───┘──▶ unheard change ──▶ the other's hints
//! ```
//!
//! A flaw takes one rule out; the checker must then find a history that breaks a promise.

use super::moment::{Assignment, End, Message, Moment, READINGS, ROOM, SERVERS, State};

/// A rule that is left out, to see that it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    /// The claim does not ask whether the reading still waits.
    StateUnasked,
    /// A late signature is not held to its fence.
    FenceUnasked,
    /// A claim does not raise the fence.
    FenceKept,
    /// Rights and room are read, and the claim is written later without the lock.
    RightsUnlocked,
    /// Whoever read the case may read it again.
    EyesUnasked,
    /// Claims of people who are there lapse too, and go unnoticed by their place.
    RoomForgotten,
    /// A lapsed reading is not put back into its pool.
    PoolForgotten,
    /// A claimed reading stays in its pool.
    PoolKept,
    /// A lapsed reading loses its age.
    AgeLost,
    /// A request that was answered is answered anew.
    KeyForgotten,
    /// The answer goes out before the commit, which a crash undoes.
    AnsweredEarly,
    /// A change is not told to the servers.
    ChangeUntold,
    /// Nobody looks for silent claims.
    SweepForgotten,
    /// The row of the claim is not written.
    AssignmentForgotten,
    /// The running claim is not ended when the reading lapses.
    AssignmentKept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Ask { person: usize, server: usize },
    Retry { person: usize, server: usize },
    Arrive(Message),
    Lose(Message),
    Hear { server: usize },
    Crash { server: usize },
    Start { server: usize },
    Depart { person: usize },
    Withdraw { person: usize },
    Sign { person: usize },
    Lapse { reading: usize },
}

/// Everything that may happen next.
pub(super) fn possible(now: &Moment, flaw: Flaw, steps: &mut Vec<Step>) {
    for (person, one) in now.people.iter().enumerate() {
        let there = !one.silent;
        for server in (0..SERVERS).filter(|server| there && now.servers[*server].up) {
            match one.asking {
                None if one.asks > 0 && one.knows.is_none() => {
                    steps.push(Step::Ask { person, server });
                }
                Some(_) if !under_way(now, person) => steps.push(Step::Retry { person, server }),
                _ => {}
            }
        }
        if there && one.knows.is_some() {
            steps.push(Step::Sign { person });
        }
        if there && now.mishaps > 0 {
            steps.push(Step::Depart { person });
        }
        if one.entitled && now.mishaps > 0 {
            steps.push(Step::Withdraw { person });
        }
    }
    steps.extend(now.network.iter().copied().map(Step::Arrive));
    if now.mishaps > 0 {
        steps.extend(now.network.iter().copied().map(Step::Lose));
    }
    for (server, one) in now.servers.iter().enumerate() {
        match one.up {
            true if !one.unheard.is_empty() => steps.push(Step::Hear { server }),
            false => steps.push(Step::Start { server }),
            true => {}
        }
        if one.up && now.mishaps > 0 {
            steps.push(Step::Crash { server });
        }
    }
    let silent = |reading: &usize| {
        let holder = now.readings[*reading].holder;
        holder.is_some_and(|person| now.people[person].silent)
    };
    if flaw != Flaw::SweepForgotten {
        steps.extend(
            (0..READINGS)
                .filter(silent)
                .map(|reading| Step::Lapse { reading }),
        );
    }
}

fn under_way(now: &Moment, person: usize) -> bool {
    now.network.iter().any(|message| match message {
        Message::Claim { person: of, .. }
        | Message::Decided { person: of, .. }
        | Message::Answer { person: of, .. } => *of == person,
        Message::Sign { .. } => false,
    })
}

/// What comes of a step.
pub(super) fn after(now: &Moment, step: Step, flaw: Flaw) -> Moment {
    let mut next = now.clone();
    match step {
        Step::Ask { person, server } => {
            next.people[person].asks -= 1;
            let key = next.people[person].asks;
            next.people[person].asking = Some(key);
            next.network.insert(Message::Claim {
                person,
                server,
                key,
            });
        }
        Step::Retry { person, server } => {
            let key = next.people[person].asking.unwrap_or_default();
            next.network.insert(Message::Claim {
                person,
                server,
                key,
            });
        }
        Step::Arrive(message) => {
            next.network.remove(&message);
            arrive(&mut next, message, flaw);
        }
        Step::Lose(message) => {
            next.network.remove(&message);
            next.mishaps -= 1;
        }
        Step::Hear { server } => {
            let reading = next.servers[server].unheard.remove(0);
            look_again(&mut next, server, reading);
        }
        Step::Crash { server } => {
            next.mishaps -= 1;
            crash(&mut next, server);
        }
        Step::Start { server } => start(&mut next, server),
        Step::Depart { person } => {
            next.mishaps -= 1;
            next.people[person].silent = true;
        }
        Step::Withdraw { person } => {
            next.mishaps -= 1;
            next.people[person].entitled = false;
        }
        Step::Sign { person } => {
            if let Some((reading, fence)) = next.people[person].knows.take() {
                next.network.insert(Message::Sign {
                    person,
                    reading,
                    fence,
                });
            }
        }
        Step::Lapse { reading } => lapse(&mut next, reading, flaw),
    }
    next
}

/// The index says of a reading what the catalogue says of it now.
fn look_again(next: &mut Moment, server: usize, reading: usize) {
    if next.readings[reading].in_pool {
        next.servers[server].hints.insert(reading);
    } else {
        next.servers[server].hints.remove(&reading);
    }
}

/// What it believed and what it was about to do is gone; what was committed stays.
fn crash(next: &mut Moment, server: usize) {
    next.servers[server].up = false;
    next.servers[server].hints.clear();
    next.servers[server].unheard.clear();
    let lost =
        |message: &Message| matches!(message, Message::Claim { server: of, .. } if *of == server);
    next.network.retain(|message| !lost(message));
}

/// The index is built anew from the catalogue.
fn start(next: &mut Moment, server: usize) {
    next.servers[server].up = true;
    for reading in 0..READINGS {
        look_again(next, server, reading);
    }
}

fn arrive(next: &mut Moment, message: Message, flaw: Flaw) {
    match message {
        Message::Claim {
            person,
            server,
            key,
        } => handle(next, (person, server, key), flaw),
        Message::Decided {
            person,
            key,
            reading,
        } => {
            let claimed = (next.readings[reading].state == State::Waiting)
                .then(|| claim(next, person, key, reading, flaw));
            next.network.insert(Message::Answer {
                person,
                key,
                claimed,
            });
        }
        Message::Answer {
            person,
            key,
            claimed,
        } => {
            let one = &mut next.people[person];
            if one.asking == Some(key) {
                one.asking = None;
                one.knows = claimed;
                next.told
                    .extend(claimed.map(|(reading, fence)| (person, reading, fence)));
            }
        }
        Message::Sign {
            person,
            reading,
            fence,
        } => sign(next, (person, reading, fence), flaw),
    }
}

/// The claim transaction of a server.
fn handle(next: &mut Moment, (person, server, key): (usize, usize, u8), flaw: Flaw) {
    if let Some(claimed) = next.kept.get(&(person, key)).copied()
        && flaw != Flaw::KeyForgotten
    {
        let claimed = Some(claimed);
        next.network.insert(Message::Answer {
            person,
            key,
            claimed,
        });
        return;
    }
    let mut hints: Vec<usize> = next.servers[server].hints.iter().copied().collect();
    hints.sort_by_key(|reading| next.readings[*reading].key);
    let reading = hints
        .into_iter()
        .find(|reading| may(next, person, *reading, flaw));
    match reading {
        None => {
            let claimed = None;
            next.network.insert(Message::Answer {
                person,
                key,
                claimed,
            });
        }
        Some(reading) if flaw == Flaw::RightsUnlocked => {
            next.network.insert(Message::Decided {
                person,
                key,
                reading,
            });
        }
        Some(reading) if flaw == Flaw::AnsweredEarly && next.mishaps > 0 => {
            let claimed = Some((reading, next.readings[reading].fence + 1));
            next.network.insert(Message::Answer {
                person,
                key,
                claimed,
            });
            next.mishaps -= 1;
            crash(next, server);
        }
        Some(reading) => {
            let claimed = Some(claim(next, person, key, reading, flaw));
            next.network.insert(Message::Answer {
                person,
                key,
                claimed,
            });
        }
    }
}

fn may(next: &Moment, person: usize, reading: usize, flaw: Flaw) -> bool {
    let (one, row) = (&next.people[person], &next.readings[reading]);
    one.entitled
        && one.active < ROOM
        && (row.state == State::Waiting || flaw == Flaw::StateUnasked)
        && (!next.read_before(person, reading) || flaw == Flaw::EyesUnasked)
}

fn claim(next: &mut Moment, person: usize, key: u8, reading: usize, flaw: Flaw) -> (usize, u8) {
    let entitled = next.people[person].entitled;
    let row = &mut next.readings[reading];
    row.state = State::Claimed;
    row.holder = Some(person);
    row.fence += u8::from(flaw != Flaw::FenceKept);
    row.in_pool = flaw == Flaw::PoolKept;
    let fence = row.fence;
    if flaw != Flaw::AssignmentForgotten {
        next.assignments.push(Assignment {
            reading,
            person,
            fence,
            ended: None,
            entitled,
        });
    }
    next.people[person].active += 1;
    next.kept.insert((person, key), (reading, fence));
    tell(next, reading, flaw);
    (reading, fence)
}

/// A signature counts under the running claim's fence alone.
fn sign(next: &mut Moment, (person, reading, fence): (usize, usize, u8), flaw: Flaw) {
    let row = &next.readings[reading];
    let stands = row.state == State::Claimed && row.holder == Some(person) && row.fence == fence;
    let stands = stands || flaw == Flaw::FenceUnasked && row.state != State::SignedOut;
    if !stands {
        return;
    }
    next.signatures.push((reading, fence));
    end(next, reading, End::SignedOut);
    next.readings[reading].state = State::SignedOut;
    next.readings[reading].in_pool = false;
    tell(next, reading, flaw);
}

/// A claim whose holder is silent returns with its age.
fn lapse(next: &mut Moment, reading: usize, flaw: Flaw) {
    let holder = next.readings[reading].holder;
    if flaw == Flaw::AssignmentKept {
        next.readings[reading].holder = None;
    } else {
        end(next, reading, End::Lapsed);
    }
    if let (Flaw::RoomForgotten, Some(person)) = (flaw, holder) {
        next.people[person].active += 1;
    }
    let row = &mut next.readings[reading];
    row.state = State::Waiting;
    row.in_pool = flaw != Flaw::PoolForgotten;
    if flaw == Flaw::AgeLost {
        row.key += 10;
    }
    tell(next, reading, flaw);
}

fn end(next: &mut Moment, reading: usize, how: End) {
    if let Some(person) = next.readings[reading].holder.take() {
        next.people[person].active = next.people[person].active.saturating_sub(1);
    }
    let running = |one: &&mut Assignment| one.reading == reading && one.ended.is_none();
    for one in next.assignments.iter_mut().filter(running) {
        one.ended = Some(how);
    }
}

/// The change is on its way to every server, in the order of commits.
fn tell(next: &mut Moment, reading: usize, flaw: Flaw) {
    if flaw == Flaw::ChangeUntold {
        return;
    }
    for server in next.servers.iter_mut().filter(|server| server.up) {
        server.unheard.push(reading);
    }
}
