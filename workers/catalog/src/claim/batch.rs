//! The transaction of a batch: everybody's locks in order of id, everybody's facts, then one decision
//! after the other, each seeing what the ones before it took.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pathology::case::Micros;
use pathology::ids::{CaseId, PathologistId, ReadingId};
use pathology::routing::{Eligibility, Reason, eligible, why_here};
use pathology::staff::Presence;

use super::facts::Facts;
use super::write::{Taking, write};
use super::{ClaimOutcome, Wanted};
use crate::engine::{Tx, args, list};
use crate::establish::{Locked, locked};
use crate::hints::Fate;
use crate::{Error, idempotency, sql};

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
    Yes(Vec<String>),
    Taken(Option<String>),
    NoRoom,
    Never(Vec<String>),
    Unknown,
}

/// A batch on its way.
struct Batch<'a> {
    asked: &'a [Wanted],
    /// Alone, so that the answer must be certain.
    alone: bool,
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

/// The candidates as they stand under their locks.
struct Look {
    /// Whether each waits, and else who holds it.
    waits: HashMap<ReadingId, (bool, Option<String>)>,
    facts: Facts,
    now: Micros,
}

/// Decides all that was asked, `alone` with certainty, and writes what was taken.
pub(super) async fn batch(
    tx: &mut Tx,
    asked: &[Wanted],
    alone: bool,
) -> Result<Vec<Decided>, Error> {
    fail::fail_point!("catalog::claim::begin");
    let mut batch = Batch {
        asked,
        alone,
        people: lock(tx, asked).await?,
        states: asked.iter().map(|_| State::Open).collect(),
        refused: vec![Vec::new(); asked.len()],
        no_room: vec![false; asked.len()],
        taken: HashMap::new(),
        desks: HashSet::new(),
        takings: Vec::new(),
    };
    batch.answer_known(tx).await?;
    for _ in 0..TRIES {
        let candidates = batch.candidates(tx).await?;
        fail::fail_point!("catalog::claim::looked");
        let overtaken = batch.decide(tx, &candidates).await?;
        if !alone || !overtaken || !matches!(batch.states[0], State::Open) {
            break;
        }
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
                let reading = claim.reading;
                (Some(Ok(ClaimOutcome::Claimed(claim))), Some(reading))
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

/// Everybody's row, in order of id.
async fn lock(tx: &mut Tx, asked: &[Wanted]) -> Result<BTreeMap<PathologistId, Locked>, Error> {
    let ids: BTreeSet<_> = asked.iter().map(|one| one.pathologist).collect();
    let rows = tx
        .all(&sql::PATHOLOGIST_LOCK_ALL, args![list(&ids)])
        .await?;
    let people = rows.iter().map(|row| locked(row).map(|one| (one.id, one)));
    people.collect()
}

impl Batch<'_> {
    /// Those who are nobody, were answered before, or are away.
    async fn answer_known(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let keyed = self.asked.iter();
        let keyed = keyed.filter_map(|one| Some((&one.by, one.key.as_deref()?)));
        let before = idempotency::answered_all(tx, "claim", keyed.collect()).await?;
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
        Ok(())
    }

    fn open(&self) -> Vec<(usize, &Wanted)> {
        let asked = self.asked.iter().enumerate();
        let open = asked.filter(|(n, _)| matches!(self.states[*n], State::Open));
        open.collect()
    }

    /// The candidates of each open claim, best first: the one wanted, or the heads of the pools, or
    /// whatever immediate waits before what the index proposes.
    async fn candidates(&self, tx: &mut Tx) -> Result<Vec<(usize, Vec<ReadingId>)>, Error> {
        let mut candidates = Vec::new();
        let mut immediate = self.immediate(tx).await?;
        for (n, one) in self.open() {
            let mine = match &one.reading {
                Some((reading, _)) => vec![*reading],
                None if self.alone => self.heads(tx, &self.people[&one.pathologist]).await?,
                None => {
                    let first = immediate.remove(&one.pathologist).unwrap_or_default();
                    first.into_iter().chain(one.candidate).collect()
                }
            };
            candidates.push((n, mine));
        }
        Ok(candidates)
    }

    /// The immediate readings in each one's pools: the index may not have heard of them.
    async fn immediate(
        &self,
        tx: &mut Tx,
    ) -> Result<HashMap<PathologistId, Vec<ReadingId>>, Error> {
        let open = self.open().into_iter();
        let next = open.filter(|(_, one)| one.reading.is_none() && !self.alone);
        let ids: BTreeSet<_> = next.map(|(_, one)| one.pathologist).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let row = args![list(&ids), tx.now().await?];
        for row in tx.all(&sql::CLAIM_IMMEDIATE, row).await? {
            let mine = found.entry(row.parsed("pathologist_id")?).or_default();
            mine.push(row.parsed("reading_id")?);
        }
        Ok(found)
    }

    /// The heads of the pools a person has a right to, at capacity of the immediate class (0) only.
    async fn heads(&self, tx: &mut Tx, person: &Locked) -> Result<Vec<ReadingId>, Error> {
        let class = i64::from(person.active < person.max_active);
        let row = args![person.id, tx.now().await?, class, person.organisation];
        let rows = tx.all(&sql::CLAIM_HEADS, row).await?;
        rows.iter().map(|row| row.parsed("reading_id")).collect()
    }

    /// Locks all candidates in order of id and decides; gives whether somebody else had one of them.
    async fn decide(
        &mut self,
        tx: &mut Tx,
        candidates: &[(usize, Vec<ReadingId>)],
    ) -> Result<bool, Error> {
        let ids: BTreeSet<_> = candidates.iter().flat_map(|(_, mine)| mine).collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let mut waits = HashMap::new();
        for row in tx.all(&sql::READING_LOCK_ALL, args![list(&ids)]).await? {
            let stands = (row.text("state")? == "waiting", row.opt_text("holder")?);
            waits.insert(row.parsed("reading_id")?, stands);
        }
        let now = Micros(tx.now_under_locks().await?);
        let waiting = ids
            .into_iter()
            .filter(|id: &&ReadingId| waits.get(*id).is_some_and(|one| one.0));
        let look = Look {
            facts: Facts::gather(tx, &self.people, waiting.copied().collect()).await?,
            waits,
            now,
        };
        let policy = tx.policy();
        let mut overtaken = false;
        for (n, mine) in candidates {
            if let Some((reading, because)) = self.first(*n, mine, &look, &mut overtaken) {
                let known = &look.facts.readings[&reading];
                let mut why = vec![why_here(known.reading.priority, &policy.targets)];
                why.extend(because);
                self.take(*n, reading, &look.facts, why);
            }
        }
        Ok(overtaken)
    }

    /// The first candidate that is theirs to take, and why; tells who wanted one by name why it is not.
    fn first(
        &mut self,
        n: usize,
        mine: &[ReadingId],
        look: &Look,
        overtaken: &mut bool,
    ) -> Option<(ReadingId, Vec<String>)> {
        if let Some(taking) = self.of_same_command(n) {
            self.states[n] = State::Takes(taking);
            return None;
        }
        for &reading in mine {
            let told = match self.verdict(n, reading, look) {
                Verdict::Yes(because) => return Some((reading, because)),
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

    fn verdict(&self, n: usize, reading: ReadingId, look: &Look) -> Verdict {
        if let Some(holder) = self.taken.get(&reading) {
            return Verdict::Taken(self.people.get(holder).map(|one| one.name.clone()));
        }
        let person = &self.people[&self.asked[n].pathologist];
        let known = match (look.waits.get(&reading), look.facts.readings.get(&reading)) {
            (Some((false, holder)), _) => return Verdict::Taken(holder.clone()),
            (_, Some(known)) => known,
            _ => return Verdict::Unknown,
        };
        if known.desks.contains(&person.id) || self.desks.contains(&(person.id, known.case)) {
            let why = "You hold another reading of this case.".to_owned();
            return Verdict::Never(vec![why]);
        }
        let eligibility = eligible(
            &look.facts.pathologist(person),
            &known.reading,
            &look.facts.rules(known),
            look.now,
        );
        let sentences = eligibility.sentences();
        match eligibility {
            Eligibility::Yes { .. } => Verdict::Yes(sentences),
            Eligibility::No { why } if !is_away(person) && why.iter().all(Reason::is_passing) => {
                Verdict::NoRoom
            }
            Eligibility::No { .. } => Verdict::Never(sentences),
        }
    }

    fn take(&mut self, n: usize, reading: ReadingId, facts: &Facts, why: Vec<String>) {
        let who = self.asked[n].pathologist;
        let Some(person) = self.people.get_mut(&who) else {
            return;
        };
        let known = &facts.readings[&reading];
        let taking = Taking::new(n, person, known, facts.agreement(person, known), why);
        if taking.counts {
            person.active += 1;
            person.points = person.points.saturating_add(known.reading.points);
        }
        self.taken.insert(reading, who);
        self.desks.insert((who, known.case));
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
