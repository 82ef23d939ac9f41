//! The transaction of a batch: everybody's locks in order of id, everybody's facts, then one decision
//! after the other, each seeing what the ones before it took.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pathology::case::Targets;
use pathology::ids::{CaseId, PathologistId, ReadingId};
use pathology::staff::Presence;

use super::facts::Facts;
use super::look::{Look, Stands};
use super::write::{Taking, write};
use super::{ClaimOutcome, Wanted};
use crate::engine::{Tx, args, list};
use crate::establish::Locked;
use crate::hints::Fate;
use crate::idempotency::Answers;
use crate::{Error, sql};

/// How often the heads are looked at while other claimers take all of them; each time someone else
/// has got a case, so that with this many there is something wrong.
const TRIES: usize = 64;

/// What became of one claim of a batch.
pub(super) struct Decided {
    /// `None`: not certain, to be asked alone.
    pub(super) outcome: Option<Result<ClaimOutcome, Error>>,
    pub(super) fate: Fate,
}

enum State {
    Open,
    Told(Result<ClaimOutcome, Error>),
    /// By its number among the takings.
    Takes(usize),
}

enum Verdict {
    Yes,
    Taken(Option<String>),
    NoRoom,
    Never(Vec<String>),
    Unknown,
}

/// A batch on its way.
struct Batch<'a> {
    asked: &'a [Wanted],
    people: BTreeMap<PathologistId, Locked>,
    states: Vec<State>,
    refused: Vec<Vec<ReadingId>>,
    /// Who found something too heavy for what they hold.
    no_room: Vec<bool>,
    taken: HashMap<ReadingId, PathologistId>,
    /// One person holds one reading of a case.
    desks: HashSet<(PathologistId, CaseId)>,
    takings: Vec<Taking>,
}

/// The candidates of each open claim, best first.
type Candidates = Vec<(usize, Vec<ReadingId>)>;

/// The candidates as they stand under their locks, and what is known of those that wait.
struct Known {
    readings: HashMap<ReadingId, Stands>,
    facts: Facts,
}

/// Decides all that was asked, `alone` with certainty, and writes what was taken.
pub(super) async fn batch(
    tx: &mut Tx,
    asked: &[Wanted],
    alone: bool,
) -> Result<Vec<Decided>, Error> {
    fail::fail_point!("catalog::claim::begin");
    lock(tx, asked).await?;
    let named = asked
        .iter()
        .filter_map(Wanted::proposed)
        .collect::<Vec<_>>();
    let look = Look::at(tx, asked, &named, !alone).await?;
    let mut batch = Batch {
        asked,
        people: look.people,
        states: asked.iter().map(|_| State::Open).collect(),
        refused: vec![Vec::new(); asked.len()],
        no_room: vec![false; asked.len()],
        taken: HashMap::new(),
        desks: HashSet::new(),
        takings: Vec::new(),
    };
    batch.answer_known(&look.answers);
    fail::fail_point!("catalog::claim::looked");
    if alone && asked[0].reading.is_none() {
        batch.decide_by_heads(tx).await?;
    } else {
        let candidates = batch.candidates(&look.immediate);
        batch.decide(tx, &candidates, look.readings).await?;
    }
    fail::fail_point!("catalog::claim::decided");
    let claims = write(tx, asked, &batch.takings).await?;
    fail::fail_point!("catalog::claim::before_commit");
    let states = std::mem::take(&mut batch.states).into_iter().enumerate();
    let decided = states.map(|(n, state)| {
        let (outcome, claimed) = match state {
            State::Told(outcome) => (Some(outcome), None),
            State::Takes(taking) => {
                let claim = claims[taking].clone();
                let made = (claim.reading, claim.fence);
                (Some(Ok(ClaimOutcome::Claimed(claim))), Some(made))
            }
            State::Open => (alone.then(|| Ok(batch.nothing(n))), None),
        };
        let fate = Fate {
            claimed,
            full: batch.is_full(n),
            refused: std::mem::take(&mut batch.refused[n]),
        };
        Decided { outcome, fate }
    });
    Ok(decided.collect())
}

/// Everybody's row, in order of id; what stands there is read afterwards.
async fn lock(tx: &mut Tx, asked: &[Wanted]) -> Result<(), Error> {
    let ids: BTreeSet<_> = asked.iter().map(|one| one.pathologist).collect();
    tx.all(&sql::PATHOLOGIST_LOCK_ALL, args![list(&ids)])
        .await?;
    Ok(())
}

impl Batch<'_> {
    /// Those who are nobody, were answered before, or are away.
    fn answer_known(&mut self, before: &Answers) {
        for (n, one) in self.asked.iter().enumerate() {
            let kept = one.key.as_deref().and_then(|key| before.get(&one.by, key));
            let told = match (self.people.get(&one.pathologist), kept) {
                (None, _) => Err(Error::NotFound("pathologist")),
                (_, Some(kept)) => kept,
                (Some(person), _) if one.reading.is_none() && is_away(person) => {
                    Ok(ClaimOutcome::Away)
                }
                _ => continue,
            };
            self.states[n] = State::Told(told);
        }
    }

    fn is_open(&self, n: usize) -> bool {
        matches!(self.states[n], State::Open)
    }

    /// The one wanted, or whatever immediate waits before what the index proposes.
    fn candidates(&self, immediate: &HashMap<PathologistId, Vec<ReadingId>>) -> Candidates {
        let open = self.asked.iter().enumerate();
        let open = open.filter(|(n, _)| self.is_open(*n));
        let mine = open.map(|(n, one)| {
            let first = match one.reading {
                Some(_) => Vec::new(),
                None => immediate.get(&one.pathologist).cloned().unwrap_or_default(),
            };
            (n, first.into_iter().chain(one.proposed()).collect())
        });
        mine.collect()
    }

    /// The only claim asks for the next case: the heads of the pools they have a right to, until nobody
    /// else has got what was found.
    async fn decide_by_heads(&mut self, tx: &mut Tx) -> Result<(), Error> {
        for _ in 0..TRIES {
            if !self.is_open(0) {
                break;
            }
            let heads = self.heads(tx).await?;
            let look = Look::at(tx, self.asked, &heads, false).await?;
            if !self.decide(tx, &vec![(0, heads)], look.readings).await? {
                break;
            }
        }
        Ok(())
    }

    /// The heads of the pools a person has a right to, at capacity of the immediate class (0) only.
    async fn heads(&self, tx: &mut Tx) -> Result<Vec<ReadingId>, Error> {
        let person = &self.people[&self.asked[0].pathologist];
        let class = i64::from(person.active < person.max_active);
        let now = tx.now_under_locks().await?;
        let row = args![person.id, now, class, person.organisation];
        let rows = tx.all(&sql::CLAIM_HEADS, row).await?;
        rows.iter().map(|row| row.parsed("reading_id")).collect()
    }

    /// Decides one after the other; gives whether somebody else had one of the candidates.
    async fn decide(
        &mut self,
        tx: &mut Tx,
        candidates: &Candidates,
        readings: HashMap<ReadingId, Stands>,
    ) -> Result<bool, Error> {
        let mut pairs = BTreeSet::new();
        for (n, mine) in candidates {
            let waiting = mine
                .iter()
                .filter(|id| readings.get(id).is_some_and(|one| one.waits));
            let person = &self.people[&self.asked[*n].pathologist];
            pairs.extend(waiting.map(|id| (*id, person.id, person.organisation)));
        }
        let facts = Facts::gather(tx, &pairs).await?;
        if !pairs.is_empty() {
            tx.is_now(facts.now.0);
        }
        let known = Known { readings, facts };
        let policy = tx.policy();
        let mut overtaken = false;
        for (n, mine) in candidates {
            if let Some(reading) = self.first(*n, mine, &known, &mut overtaken) {
                self.take(*n, reading, &known, &policy.targets);
            }
        }
        Ok(overtaken)
    }

    /// The first candidate that is theirs to take; tells who wanted one by name why it is not.
    fn first(
        &mut self,
        n: usize,
        mine: &[ReadingId],
        known: &Known,
        overtaken: &mut bool,
    ) -> Option<ReadingId> {
        if let Some(taking) = self.of_same_command(n) {
            self.states[n] = State::Takes(taking);
            return None;
        }
        for &reading in mine {
            let told = match self.verdict(n, reading, known) {
                Verdict::Yes => return Some(reading),
                Verdict::Taken(holder) => {
                    *overtaken = true;
                    Ok(ClaimOutcome::Taken { holder })
                }
                Verdict::NoRoom => {
                    self.no_room[n] = true;
                    Ok(ClaimOutcome::AtCapacity)
                }
                Verdict::Never(why) => {
                    self.refused[n].push(reading);
                    Ok(ClaimOutcome::NotEligible { why })
                }
                Verdict::Unknown => Err(Error::NotFound("reading")),
            };
            if self.asked[n].reading.is_some() {
                self.states[n] = State::Told(told);
            }
        }
        None
    }

    /// The same command under the same key, sent twice at once: both get one claim.
    fn of_same_command(&self, n: usize) -> Option<usize> {
        let mine = &self.asked[n];
        mine.key.as_ref()?;
        let same = |one: &Wanted| {
            one.key == mine.key
                && one.by.subject == mine.by.subject
                && one.by.organisation == mine.by.organisation
        };
        let before = self.asked[..n].iter().zip(&self.states);
        before
            .filter(|(one, _)| same(one))
            .find_map(|(_, state)| match state {
                State::Takes(taking) => Some(*taking),
                _ => None,
            })
    }

    fn verdict(&self, n: usize, reading: ReadingId, known: &Known) -> Verdict {
        if let Some(holder) = self.taken.get(&reading) {
            return Verdict::Taken(self.people.get(holder).map(|one| one.name.clone()));
        }
        let person = &self.people[&self.asked[n].pathologist];
        let facts = &known.facts;
        let about = match (known.readings.get(&reading), facts.readings.get(&reading)) {
            (Some(one), _) if !one.waits => return Verdict::Taken(one.holder.clone()),
            (_, Some(about)) => about,
            _ => return Verdict::Unknown,
        };
        let mut said = facts.said(person, about);
        said.other_desk |= self.desks.contains(&(person.id, about.case));
        if said.may() {
            Verdict::Yes
        } else if said.may_at_all() && !is_away(person) {
            Verdict::NoRoom
        } else {
            Verdict::Never(said.to_them())
        }
    }

    fn take(&mut self, n: usize, reading: ReadingId, known: &Known, targets: &Targets) {
        let who = self.asked[n].pathologist;
        let Some(person) = self.people.get_mut(&who) else {
            return;
        };
        let (about, fence) = (
            &known.facts.readings[&reading],
            known.readings[&reading].fence,
        );
        let agreement = known.facts.agreement(person, about);
        let decision = known.facts.decision(person, about).in_order(targets);
        let taking = Taking::new(n, person, about, fence + 1, agreement, decision);
        if taking.counts {
            person.active += 1;
            person.points = person.points.saturating_add(about.reading.points);
        }
        self.taken.insert(reading, who);
        self.desks.insert((who, about.case));
        self.states[n] = State::Takes(self.takings.len());
        self.takings.push(taking);
    }

    fn is_full(&self, n: usize) -> bool {
        let person = self.people.get(&self.asked[n].pathologist);
        person.is_some_and(|one| one.active >= one.max_active)
    }

    /// What somebody is told for whom nothing was found.
    fn nothing(&self, n: usize) -> ClaimOutcome {
        if self.is_full(n) || self.no_room[n] {
            ClaimOutcome::AtCapacity
        } else {
            ClaimOutcome::Nothing
        }
    }
}

fn is_away(person: &Locked) -> bool {
    person.presence == Presence::Away
}
