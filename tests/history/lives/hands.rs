//! What goes from one pair of hands to another: handed over, offered, accepted, declined.

use catalog::{Claim, Error, HandOver, Offer, Offered};
use pathology::case::Micros;
use pathology::ids::{ClaimId, ReadingId};
use pathology::routing::{Claimed, Exclusion, Refused};

use super::{Act, Both};
use crate::world::fresh;

/// For how long an offer stands.
const SECONDS: u32 = 60;

impl Both {
    /// To one of the two others.
    pub(super) async fn hand_over(&mut self, n: usize, to: usize, now: Micros) {
        let (who, real, modelled) = self.claims[n].clone();
        let to = (who + 1 + to % 2) % self.people.len();
        let (giver, receiver) = (&self.people[who], self.people[to].id);
        let hand = HandOver {
            claim: real.claim,
            fence: real.fence,
            to: receiver,
            new_claim: ClaimId(fresh()),
            reason: "her field".to_owned(),
        };
        let done = self.world.catalog.hand_over(hand, None, &giver.by).await;
        match (done, self.model.hand_over(modelled, receiver, now)) {
            (Ok(done), Ok(expected)) => {
                let (claim, fence) = (done.claim, done.fence);
                let claim = Claim {
                    claim,
                    fence,
                    ..real
                };
                self.claims.push((to, claim, expected));
            }
            (done, expected) => both_refused(&done, &expected),
        }
    }

    pub(super) async fn offer(&mut self, what: usize, to: usize, now: Micros) {
        let (what, to) = (what % self.readings.len(), to % self.people.len());
        let (reading, person) = (self.readings[what].reading, self.people[to].id);
        let offer = Offer {
            claim: ClaimId(fresh()),
            reading,
            to: person,
            seconds: SECONDS,
        };
        let by = self.owners[what].operator("manager");
        let done = self.world.catalog.offer(offer, None, &by).await;
        let until = now.plus_seconds(i64::from(SECONDS));
        match (done, self.model.offer(person, reading, until, now)) {
            (Ok(done), Ok(expected)) => self.offers.push((to, done, expected)),
            (done, expected) => both_refused(&done, &expected),
        }
    }

    pub(super) async fn accept(&mut self, n: usize, now: Micros) {
        let Some((who, offered, modelled)) = self.offered(n) else {
            return;
        };
        let (by, catalog) = (&self.people[who].by, &self.world.catalog);
        let accepted = catalog.accept(offered.claim, offered.fence, None, by);
        match (accepted.await, self.model.accept(modelled, now)) {
            (Ok(claim), Ok(())) => self.claims.push((who, claim, modelled)),
            (done, expected) => both_refused(&done, &expected),
        }
    }

    /// An offer that was accepted is a claim, and declined as one.
    pub(super) async fn decline_offer(&mut self, n: usize, now: Micros) {
        let Some((who, offered, modelled)) = self.offered(n) else {
            return;
        };
        let (by, catalog) = (&self.people[who].by, &self.world.catalog);
        let declined = catalog.decline(offered.claim, offered.fence, "busy", by);
        let expected = self.model.decline_offer(modelled, now);
        let expected = expected.or_else(|_| self.model.release(modelled, now));
        match (declined.await, expected) {
            (Ok(()), Ok(())) => self.keep_away(who, modelled.reading, now),
            (done, expected) => both_refused(&done, &expected),
        }
    }

    /// The page of the newest claim stays open for twenty minutes, and nobody moves at it.
    pub(super) async fn stay(&mut self) {
        let n = self.claims.len() - 1;
        for _ in 0..16 {
            self.pass(79).await;
            let now = self.now().await;
            self.of_claim(n, &Act::Beat(n, false), now).await;
        }
    }

    /// The agreement ends, in one life of a few.
    pub(super) async fn withdraw(&mut self, n: usize, now: Micros) {
        if !n.is_multiple_of(6) || self.model.agreements[0].revoked_at.is_some() {
            return;
        }
        let by = self.world.northgate.operator("manager");
        let withdrawn = self
            .world
            .catalog
            .withdraw_agreement(self.world.agreement, &by);
        withdrawn.await.expect("withdrawn");
        self.model.agreements[0].revoked_at = Some(now);
    }

    fn offered(&self, n: usize) -> Option<(usize, Offered, Claimed)> {
        self.offers.get(n % self.offers.len().max(1)).copied()
    }

    /// Who declined is not asked again for half a day, unless nobody else may read it.
    pub(super) fn keep_away(&mut self, who: usize, reading: ReadingId, now: Micros) {
        let pathologist = self.people[who].id;
        if self.model.somebody_else_may(reading, pathologist, now) {
            self.model.exclusions.push(Exclusion {
                reading,
                pathologist,
                until: Some(now.plus_hours(12)),
            });
        }
    }
}

fn both_refused<A: std::fmt::Debug, B: std::fmt::Debug>(
    done: &Result<A, Error>,
    expected: &Result<B, Refused>,
) {
    let same = match (done, expected) {
        (Err(Error::ClaimLost { .. }), Err(expected)) => *expected == Refused::ClaimLost,
        (Err(Error::NotEligible { .. }), Err(expected)) => *expected == Refused::NotEligible,
        // What does not wait is not offered; an offer that was accepted cannot be accepted again.
        (Err(Error::Conflict(_)), Err(expected)) => {
            matches!(expected, Refused::Taken | Refused::ClaimLost)
        }
        _ => false,
    };
    assert!(same, "{done:?} against {expected:?}");
}
