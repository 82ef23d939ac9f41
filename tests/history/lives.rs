//! The same life, lived in the catalogue and in the naive worklist, act by act; both must say the same.
//!
//! Lives are drawn by proptest from a fixed seed and shrunk when the two differ. With
//! `SLIDEWAY_LONG` there are ten times as many.

mod hands;

use catalog::{Claim, ClaimOutcome, Error, Offered};
use pathology::case::{Micros, Priority, ReadingKind, ReadingState, Targets};
use pathology::phi::Phi;
use pathology::routing::{Claimed, Entry, NaiveWorklist, Reading, Refused, Stage, order_key};
use pathology::staff::{
    Agreement, Coverage, Credential, Opens, Pathologist, Presence, Specialty, Tier,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::world::{Engine, Laboratory, Open, Order, Person, World, try_out};

/// One thing that happens. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Act {
    Next(usize),
    This(usize, usize),
    Beat(usize, bool),
    Stay,
    Begin(usize),
    Release(usize),
    Decline(usize),
    SignOut(usize),
    Pass(usize),
    Presence(usize, bool),
    Withdraw(usize),
    HandOver(usize, usize),
    Offer(usize, usize),
    Accept(usize),
    DeclineOffer(usize),
}

/// Seconds that pass: shorter than a lease, a lease, an idle page, a held morning, a declined day.
const PASSES: [i64; 5] = [41, 83, 1_063, 11_003, 47_017];

fn act() -> impl Strategy<Value = Act> {
    let n = 0..64usize;
    prop_oneof![
        6 => n.clone().prop_map(Act::Next),
        3 => (n.clone(), n.clone()).prop_map(|(who, what)| Act::This(who, what)),
        3 => (n.clone(), any::<bool>()).prop_map(|(claim, active)| Act::Beat(claim, active)),
        1 => Just(Act::Stay),
        2 => n.clone().prop_map(Act::Begin),
        2 => n.clone().prop_map(Act::Release),
        2 => n.clone().prop_map(Act::Decline),
        1 => n.clone().prop_map(Act::SignOut),
        4 => n.clone().prop_map(Act::Pass),
        1 => (n.clone(), any::<bool>()).prop_map(|(who, there)| Act::Presence(who, there)),
        1 => n.clone().prop_map(Act::Withdraw),
        3 => (n.clone(), n.clone()).prop_map(|(claim, to)| Act::HandOver(claim, to)),
        2 => (n.clone(), n.clone()).prop_map(|(what, to)| Act::Offer(what, to)),
        2 => n.clone().prop_map(Act::Accept),
        1 => n.prop_map(Act::DeclineOffer),
    ]
}

/// Lives as they are drawn, shrunk when they differ; `more` of them, and as they are, where an error is known to be.
pub(super) fn compare(engine: Engine, more: bool) {
    let cases = if more || std::env::var_os("SLIDEWAY_LONG").is_some() {
        80
    } else {
        8
    };
    let config = Config {
        cases,
        max_shrink_iters: if more { 0 } else { 40 },
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[26; 32]);
    let lives = proptest::collection::vec(act(), 40..60);
    TestRunner::new_with_rng(config, rng)
        .run(&lives, |acts| {
            try_out(engine, |world| live(world, acts));
            Ok(())
        })
        .expect("the catalogue agrees with the naive worklist");
}

async fn live(world: World, acts: Vec<Act>) {
    let mut both = Both::born(world).await;
    for act in acts {
        let said = format!("{act:?}");
        both.act(act).await;
        both.agree(&said).await;
    }
}

/// The catalogue and its model, side by side.
struct Both {
    world: World,
    model: NaiveWorklist,
    people: Vec<Person>,
    readings: Vec<Open>,
    /// Whose each of them is.
    owners: Vec<Laboratory>,
    /// Every claim ever made, by whom; most of them are over.
    claims: Vec<(usize, Claim, Claimed)>,
    /// Every offer ever made, to whom.
    offers: Vec<(usize, Offered, Claimed)>,
}

impl Both {
    async fn born(world: World) -> Self {
        let people = vec![world.ada.clone(), world.ben.clone(), world.cleo.clone()];
        let mut both = Self {
            model: NaiveWorklist {
                pathologists: pathologists(&world),
                agreements: vec![agreement(&world)],
                ..NaiveWorklist::default()
            },
            world,
            people,
            readings: Vec::new(),
            owners: Vec::new(),
            claims: Vec::new(),
            offers: Vec::new(),
        };
        let at = [both.world.northgate.clone(), both.world.hillview.clone()];
        for (n, specialty) in ["skin", "renal", "skin", "skin", "renal", "skin"]
            .into_iter()
            .enumerate()
        {
            let order = both
                .world
                .order(&at[usize::from(n == 5)], &format!("S26-{n:05}"));
            let minutes = i64::try_from(n).expect("small") * 7;
            let priority = if n % 3 == 2 {
                Priority::Urgent
            } else {
                Priority::Routine
            };
            let order = order
                .of(specialty)
                .priority(priority)
                .minutes_later(60 - minutes);
            both.add(&order).await;
        }
        both
    }

    async fn add(&mut self, order: &Order) {
        let open = self.world.ready(order).await;
        let due = format!(
            "SELECT due_at FROM reading WHERE reading_id = '{}'",
            open.reading
        );
        let due_at = Micros(self.world.count(&due).await);
        let key = order_key(due_at, order.priority, &Targets::default());
        self.model.add(reading(order, open), key, due_at);
        self.readings.push(open);
        self.owners.push(order.at.clone());
    }

    async fn now(&self) -> Micros {
        self.world.catalog.now().await.expect("the clock")
    }

    async fn act(&mut self, act: Act) {
        let now = self.now().await;
        match act {
            Act::Next(who) => {
                let who = who % self.people.len();
                let person = self.people[who].clone();
                let real = self.world.claim_next(&person).await;
                let modelled = self.model.claim_next(person.id, now).expect("known");
                self.note(who, real, modelled);
            }
            Act::This(who, what) => {
                let (who, what) = (who % self.people.len(), what % self.readings.len());
                let (person, reading) = (self.people[who].clone(), self.readings[what].reading);
                let real = self.world.claim_this(&person, reading).await;
                let modelled = self.model.claim(person.id, reading, now);
                let same = match (&real, &modelled) {
                    (ClaimOutcome::Claimed(_), Ok(_)) => true,
                    (ClaimOutcome::Taken { .. }, Err(refused)) => *refused == Refused::Taken,
                    (_, Err(refused)) => *refused == Refused::NotEligible,
                    _ => false,
                };
                assert!(same, "{real:?} against {modelled:?}");
                self.note(who, real, modelled.ok());
            }
            Act::Pass(n) => self.pass(PASSES[n % PASSES.len()]).await,
            Act::Presence(who, there) => self.presence(who, there).await,
            Act::Withdraw(n) => self.withdraw(n, now).await,
            Act::Offer(what, to) => self.offer(what, to, now).await,
            Act::Accept(n) => self.accept(n, now).await,
            Act::DeclineOffer(n) => self.decline_offer(n, now).await,
            _ if self.claims.is_empty() => {}
            Act::Beat(n, _)
            | Act::Begin(n)
            | Act::Release(n)
            | Act::Decline(n)
            | Act::SignOut(n) => {
                self.of_claim(n % self.claims.len(), &act, now).await;
            }
            Act::Stay => self.stay().await,
            Act::HandOver(n, to) => self.hand_over(n % self.claims.len(), to, now).await,
        }
    }

    fn note(&mut self, who: usize, real: ClaimOutcome, modelled: Option<Claimed>) {
        match (real, modelled) {
            (ClaimOutcome::Claimed(real), Some(modelled)) => {
                assert_eq!(real.reading, modelled.reading, "another case came first");
                self.claims.push((who, real, modelled));
            }
            (ClaimOutcome::Claimed(real), None) => panic!("{real:?}, the model gives nothing"),
            (other, Some(modelled)) => panic!("{other:?}, the model gives {modelled:?}"),
            (_, None) => {}
        }
    }

    /// Something done with a claim, be it over or not.
    async fn of_claim(&mut self, n: usize, act: &Act, now: Micros) {
        let (who, real, modelled) = self.claims[n].clone();
        let person = self.people[who].clone();
        let (catalog, by) = (&self.world.catalog, &person.by);
        let (claim, fence) = (real.claim, real.fence);
        let (done, expected) = match act {
            Act::Beat(_, active) => (
                catalog.heartbeat(claim, fence, *active).await.map(|_| ()),
                self.model.heartbeat(modelled, *active, now),
            ),
            Act::Begin(_) => {
                let text = Phi::new("a naevus".to_owned());
                let kept = catalog.save_draft(claim, fence, text, by).await.map(|_| ());
                let moved = self.model.heartbeat(modelled, true, now);
                (kept, moved.and_then(|()| self.model.begin(modelled, now)))
            }
            Act::Release(_) => (
                catalog.release(claim, fence, "", by).await,
                self.model.release(modelled, now),
            ),
            Act::Decline(_) => (
                catalog.decline(claim, fence, "busy", by).await,
                self.model.release(modelled, now),
            ),
            _ => {
                let signature = self.world.signature(&real).await;
                let signed = catalog.sign_out(signature, None, by).await.map(|_| ());
                (signed, self.model.sign_out(modelled, now))
            }
        };
        if matches!(act, Act::Decline(_)) && expected.is_ok() {
            self.keep_away(who, modelled.reading, now);
        }
        let same = match (&done, &expected) {
            (Ok(()), Ok(())) => true,
            (Err(Error::ClaimLost { .. }), Err(refused)) => *refused == Refused::ClaimLost,
            _ => false,
        };
        assert!(same, "{act:?}: {done:?} against {expected:?}");
    }

    async fn pass(&mut self, seconds: i64) {
        let lapsed = self.world.pass(seconds).await;
        let mut real: Vec<_> = lapsed.into_iter().map(|one| one.reading).collect();
        let mut expected = self.model.lapse(self.now().await);
        real.sort();
        expected.sort();
        assert_eq!(real, expected, "what lapsed after {seconds} s");
    }

    async fn presence(&mut self, who: usize, there: bool) {
        let who = who % self.people.len();
        let presence = if there {
            Presence::Available
        } else {
            Presence::Away
        };
        let person = &self.people[who];
        let set = self
            .world
            .catalog
            .set_presence(person.id, presence, &person.by);
        set.await.expect("set");
        self.model.pathologists[who].presence = presence;
    }

    /// Who holds what, and who holds how many.
    async fn agree(&self, after: &str) {
        let sql = "SELECT reading_id || ' ' || state || ' ' || COALESCE(pathologist_id, '') FROM reading ORDER BY reading_id";
        let mut expected: Vec<String> = self.model.entries.iter().map(line).collect();
        expected.sort();
        assert_eq!(self.world.texts(sql).await, expected, "after {after}");
        let waiting = |entry: &&Entry| entry.state == ReadingState::Waiting;
        let waiting = self.model.entries.iter().filter(waiting);
        let mut expected: Vec<String> = waiting.map(|one| one.reading.id.to_string()).collect();
        expected.sort();
        let pooled = "SELECT DISTINCT reading_id FROM reading_pool ORDER BY reading_id";
        assert_eq!(self.world.texts(pooled).await, expected, "after {after}");
        for person in &self.model.pathologists {
            let sql = format!(
                "SELECT active FROM pathologist WHERE pathologist_id = '{}'",
                person.id
            );
            assert_eq!(
                self.world.count(&sql).await,
                i64::from(person.active),
                "after {after}"
            );
        }
    }
}

fn line(entry: &Entry) -> String {
    let holder = entry
        .holder
        .filter(|_| entry.state == ReadingState::Claimed);
    let holder = holder.map(|who| who.to_string()).unwrap_or_default();
    format!("{} {} {holder}", entry.reading.id, entry.state)
}

fn key(specialty: &str) -> Specialty {
    Specialty::new(specialty).expect("a key")
}

fn pathologist(person: &Person, at: &Laboratory, reads: &[(&str, Tier)]) -> Pathologist {
    let credential = |&(specialty, tier): &(&str, Tier)| Credential {
        valid_from: Micros(0),
        ..Credential::consultant(key(specialty), tier)
    };
    Pathologist {
        id: person.id,
        name: String::new(),
        organisation: at.organisation,
        site: at.site,
        credentials: reads.iter().map(credential).collect(),
        presence: Presence::Available,
        active: 0,
        max_active: 2,
        points: 0,
        max_points: 100,
    }
}

fn pathologists(world: &World) -> Vec<Pathologist> {
    let (north, hill) = (&world.northgate, &world.hillview);
    let skin = ("skin", Tier::Specialist);
    vec![
        pathologist(&world.ada, north, &[skin, ("renal", Tier::Core)]),
        pathologist(&world.ben, north, &[("renal", Tier::Specialist)]),
        pathologist(&world.cleo, hill, &[skin]),
    ]
}

fn agreement(world: &World) -> Agreement {
    Agreement {
        id: world.agreement,
        owner: world.northgate.organisation,
        reading: world.hillview.organisation,
        specialties: Coverage::These(vec![key("skin")]),
        purposes: vec![pathology::access::Purpose::DirectCare],
        opens: Opens::Network,
        legal_basis: String::new(),
        valid_from: Micros(0),
        valid_to: None,
        revoked_at: None,
    }
}

fn reading(order: &Order, open: Open) -> Reading {
    Reading {
        id: open.reading,
        owner: order.at.organisation,
        owner_name: String::new(),
        site: order.at.site,
        site_name: String::new(),
        specialty: key(order.specialty),
        also: Vec::new(),
        points: 1,
        stage: Stage::AllSites,
        named: Vec::new(),
        needs: Tier::Core,
        kind: ReadingKind::Primary,
        priority: order.priority,
        restricted: false,
        others: Vec::new(),
    }
}
