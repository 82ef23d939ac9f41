//! The naive worklist: a `Vec` and linear scans, plainly right, against which the catalogue is tested.
//!
//! ```text
//! waiting ─ claim (fence + 1) ─▶ claimed ─ sign out ─▶ signed out
//!    ▲                             │
//!    └──── release, lapse ─────────┘   the key is never touched: a case keeps its age
//! ```
//!
//! Not for production: its cost grows with the worklist.

use super::{
    ClaimFacts, Eligibility, Exclusion, LeaseSettings, OrderKey, Reading, Rules, Standing,
    eligible, standing,
};
use crate::case::{Micros, ReadingState};
use crate::ids::{PathologistId, ReadingId};
use crate::staff::{Agreement, Pathologist};

/// A reading in the worklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its facts.
    pub reading: Reading,
    /// Where it stands.
    pub key: OrderKey,
    /// When its case is due.
    pub due_at: Micros,
    /// Waiting, claimed, signed out or cancelled.
    pub state: ReadingState,
    /// Rises by one with each claim.
    pub fence: u64,
    /// Who holds it, or signed it out.
    pub holder: Option<PathologistId>,
    /// The running claim.
    pub claim: Option<ClaimFacts>,
    /// Until when it may be accepted, while it is only offered.
    pub offered_until: Option<Micros>,
}

/// A claim that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// Which reading.
    pub reading: ReadingId,
    /// The fence every later write must carry.
    pub fence: u64,
}

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such reading or pathologist.
    #[error("there is no such reading or pathologist")]
    Unknown,
    /// Another pathologist has it.
    #[error("the reading is not waiting: someone claimed it")]
    Taken,
    /// They may not read it.
    #[error("this pathologist may not read it now")]
    NotEligible,
    /// The fence is not that of the running claim.
    #[error("the claim is lost: the fence is not the newest")]
    ClaimLost,
}

/// The whole worklist of a network, in memory.
#[derive(Debug, Clone, Default)]
pub struct NaiveWorklist {
    /// Every reading ever added.
    pub entries: Vec<Entry>,
    /// Everyone; `active` is kept here.
    pub pathologists: Vec<Pathologist>,
    /// Who may read whose cases.
    pub agreements: Vec<Agreement>,
    /// Who is kept from what.
    pub exclusions: Vec<Exclusion>,
    /// How long claims last.
    pub settings: LeaseSettings,
}

impl NaiveWorklist {
    /// Puts a ready reading into the worklist.
    pub fn add(&mut self, reading: Reading, key: OrderKey, due_at: Micros) {
        self.entries.push(Entry {
            reading,
            key,
            due_at,
            state: ReadingState::Waiting,
            fence: 0,
            holder: None,
            claim: None,
            offered_until: None,
        });
    }

    /// Claims the first waiting reading in order that this pathologist may read; `None`: there is none.
    ///
    /// # Errors
    /// When there is no such pathologist.
    pub fn claim_next(
        &mut self,
        who: PathologistId,
        now: Micros,
    ) -> Result<Option<Claimed>, Refused> {
        self.person(who)?;
        let first = self
            .entries
            .iter()
            .filter(|entry| entry.state == ReadingState::Waiting)
            .filter(|entry| self.may(who, entry, now))
            .min_by_key(|entry| (entry.key, entry.reading.id))
            .map(|entry| entry.reading.id);
        first
            .map(|reading| self.claim(who, reading, now))
            .transpose()
    }

    /// Claims this reading.
    ///
    /// # Errors
    /// When someone has it, or this pathologist may not.
    pub fn claim(
        &mut self,
        who: PathologistId,
        reading: ReadingId,
        now: Micros,
    ) -> Result<Claimed, Refused> {
        self.person(who)?;
        let n = self.position(reading)?;
        if self.entries[n].state != ReadingState::Waiting {
            return Err(Refused::Taken);
        }
        if !self.may(who, &self.entries[n], now) {
            return Err(Refused::NotEligible);
        }
        let entry = &mut self.entries[n];
        entry.state = ReadingState::Claimed;
        entry.fence += 1;
        entry.holder = Some(who);
        entry.claim = Some(fresh(entry, now));
        let (fence, points) = (entry.fence, entry.reading.points);
        self.count(who, 1, points);
        Ok(Claimed { reading, fence })
    }

    /// Keeps a claim; with `active`, someone moved.
    ///
    /// # Errors
    /// When the claim is lost.
    pub fn heartbeat(&mut self, claim: Claimed, active: bool, now: Micros) -> Result<(), Refused> {
        let facts = self.running(claim, now)?;
        facts.last_heartbeat_at = now;
        if active {
            facts.last_activity_at = now;
        }
        Ok(())
    }

    /// Saves a first draft: the case is begun.
    ///
    /// # Errors
    /// When the claim is lost.
    pub fn begin(&mut self, claim: Claimed, now: Micros) -> Result<(), Refused> {
        let facts = self.running(claim, now)?;
        facts.begun_at.get_or_insert(now);
        Ok(())
    }

    /// Gives a claim back; the reading keeps its age.
    ///
    /// # Errors
    /// When the claim is lost.
    pub fn release(&mut self, claim: Claimed, now: Micros) -> Result<(), Refused> {
        self.running(claim, now)?;
        let n = self.position(claim.reading)?;
        self.end(n, ReadingState::Waiting);
        Ok(())
    }

    /// Signs out, once.
    ///
    /// # Errors
    /// When the claim is lost.
    pub fn sign_out(&mut self, claim: Claimed, now: Micros) -> Result<(), Refused> {
        self.running(claim, now)?;
        let n = self.position(claim.reading)?;
        self.end(n, ReadingState::SignedOut);
        Ok(())
    }

    /// Gives a claim to a colleague, who has it as begun work; it never waits in between.
    ///
    /// # Errors
    /// When the claim is lost, or the colleague may not have it.
    pub fn hand_over(
        &mut self,
        claim: Claimed,
        to: PathologistId,
        now: Micros,
    ) -> Result<Claimed, Refused> {
        self.running(claim, now)?;
        let n = self.position(claim.reading)?;
        if !self.may(to, &self.entries[n], now) {
            return Err(Refused::NotEligible);
        }
        self.end(n, ReadingState::Waiting);
        let given = self.claim(to, claim.reading, now)?;
        self.begin(given, now)?;
        Ok(given)
    }

    /// Keeps a waiting reading for one pathologist until then.
    ///
    /// # Errors
    /// As for [`Self::claim`].
    pub fn offer(
        &mut self,
        to: PathologistId,
        reading: ReadingId,
        until: Micros,
        now: Micros,
    ) -> Result<Claimed, Refused> {
        let offered = self.claim(to, reading, now)?;
        let n = self.position(reading)?;
        self.entries[n].offered_until = Some(until);
        Ok(offered)
    }

    /// An offer becomes a claim.
    ///
    /// # Errors
    /// When it is over, or they may not read it any more.
    pub fn accept(&mut self, offer: Claimed, now: Micros) -> Result<(), Refused> {
        let n = self.offered(offer, now)?;
        let who = self.entries[n].holder.ok_or(Refused::ClaimLost)?;
        // It takes no second place among what they hold.
        let mut before = self.clone();
        before.end(n, ReadingState::Waiting);
        if !before.may(who, &before.entries[n], now) {
            return Err(Refused::NotEligible);
        }
        let entry = &mut self.entries[n];
        entry.offered_until = None;
        entry.claim = Some(fresh(entry, now));
        Ok(())
    }

    /// An offer that is not wanted waits again.
    ///
    /// # Errors
    /// When it is over.
    pub fn decline_offer(&mut self, offer: Claimed, now: Micros) -> Result<(), Refused> {
        let n = self.offered(offer, now)?;
        self.end(n, ReadingState::Waiting);
        Ok(())
    }

    fn offered(&self, offer: Claimed, now: Micros) -> Result<usize, Refused> {
        let n = self.position(offer.reading)?;
        let entry = &self.entries[n];
        let current = entry.state == ReadingState::Claimed && entry.fence == offer.fence;
        match entry.offered_until {
            Some(until) if current && now < until => Ok(n),
            _ => Err(Refused::ClaimLost),
        }
    }

    /// Returns every claim that lapsed by `now` to the worklist and names them.
    pub fn lapse(&mut self, now: Micros) -> Vec<ReadingId> {
        let settings = self.settings;
        let mut lapsed = Vec::new();
        for n in 0..self.entries.len() {
            if has_lapsed(&self.entries[n], &settings, now) {
                self.end(n, ReadingState::Waiting);
                lapsed.push(self.entries[n].reading.id);
            }
        }
        lapsed
    }

    /// Whether anybody else might read it, were they present and below capacity.
    pub fn somebody_else_may(&self, reading: ReadingId, who: PathologistId, now: Micros) -> bool {
        let entry = self.entries.iter().find(|one| one.reading.id == reading);
        let others = self.pathologists.iter().filter(|one| one.id != who);
        let rules = Rules {
            agreements: &self.agreements,
            objections: &[],
            exclusions: &self.exclusions,
        };
        entry.is_some_and(|entry| {
            others
                .into_iter()
                .any(|one| match eligible(one, &entry.reading, &rules, now) {
                    Eligibility::Yes { .. } => true,
                    Eligibility::No { why } => why.iter().all(super::Reason::is_passing),
                })
        })
    }

    fn may(&self, who: PathologistId, entry: &Entry, now: Micros) -> bool {
        let rules = Rules {
            agreements: &self.agreements,
            objections: &[],
            exclusions: &self.exclusions,
        };
        self.person(who).is_ok_and(|person| {
            matches!(
                eligible(person, &entry.reading, &rules, now),
                Eligibility::Yes { .. }
            )
        })
    }

    /// The claim, if its fence is the newest and it has not lapsed: a lapsed claim is lost also
    /// when nobody has swept it yet.
    fn running(&mut self, claim: Claimed, now: Micros) -> Result<&mut ClaimFacts, Refused> {
        let settings = self.settings;
        let n = self.position(claim.reading)?;
        let entry = &mut self.entries[n];
        let current = entry.state == ReadingState::Claimed && entry.fence == claim.fence;
        if !current || entry.offered_until.is_some() || has_lapsed(entry, &settings, now) {
            return Err(Refused::ClaimLost);
        }
        entry.claim.as_mut().ok_or(Refused::ClaimLost)
    }

    fn end(&mut self, n: usize, state: ReadingState) {
        let entry = &mut self.entries[n];
        let (holder, points) = (entry.holder, entry.reading.points);
        entry.state = state;
        entry.claim = None;
        entry.offered_until = None;
        if state == ReadingState::Waiting {
            entry.holder = None;
        }
        if let Some(who) = holder {
            self.count(who, -1, points);
        }
    }

    fn count(&mut self, who: PathologistId, by: i32, points: u32) {
        let points = by.saturating_mul(points.cast_signed());
        for person in self.pathologists.iter_mut().filter(|one| one.id == who) {
            person.active = person.active.saturating_add_signed(by);
            person.points = person.points.saturating_add_signed(points);
        }
    }

    fn person(&self, who: PathologistId) -> Result<&Pathologist, Refused> {
        let mut people = self.pathologists.iter();
        people.find(|one| one.id == who).ok_or(Refused::Unknown)
    }

    fn position(&self, reading: ReadingId) -> Result<usize, Refused> {
        let mut entries = self.entries.iter();
        entries
            .position(|entry| entry.reading.id == reading)
            .ok_or(Refused::Unknown)
    }
}

/// The claim of somebody who just got it.
fn fresh(entry: &Entry, now: Micros) -> ClaimFacts {
    ClaimFacts {
        last_heartbeat_at: now,
        last_activity_at: now,
        begun_at: None,
        priority: entry.reading.priority,
        due_at: entry.due_at,
    }
}

fn has_lapsed(entry: &Entry, settings: &LeaseSettings, now: Micros) -> bool {
    if let Some(until) = entry.offered_until {
        return now >= until;
    }
    entry
        .claim
        .is_some_and(|facts| matches!(standing(&facts, settings, now), Standing::Lapsed(_)))
}

#[cfg(test)]
mod tests;
