//! Two acts that meet in the middle of a claim, on two servers of one PostgreSQL: what the locks are for.
//!
//! ```text
//!  one server:   claim ─ locks ─ facts ─ decided ┄┄ waits for the other, or a while ┄┄ written ─ COMMIT
//!  the other:                              └─▶ the other act: with the locks it waits, without it is first
//! ```
//!
//! With one error in a lock the two do not wait for each other, and a promise is broken; `mutants` puts each in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use catalog::{Catalog, Offer, Policy, Settings};
use pathology::ids::{ClaimId, ReadingId};

use crate::world::{Engine, World, fresh, try_out, until};

/// Where a claim has decided and has not written.
const MOMENT: &str = "catalog::claim::decided";
/// How long a claim waits there for who may be waiting for it.
const A_WHILE: Duration = Duration::from_secs(2);

/// Every meeting; panics where a promise is broken. In a process of its own, for what waits at the moment is every claim.
pub(super) fn all() {
    try_out(Engine::Postgres, two_claims_of_one_person);
    try_out(Engine::Postgres, a_claim_and_an_offer_to_one_person);
    try_out(Engine::Postgres, a_claim_and_an_objection);
    try_out(Engine::Postgres, a_claim_and_a_credential_withdrawn);
}

/// Two servers, and where their claims wait for each other.
struct Meeting {
    world: World,
    other: Catalog,
    here: Arc<AtomicUsize>,
}

impl Meeting {
    async fn in_world(world: &World) -> Self {
        let settings = Settings {
            url: world.url(),
            connections: 8,
        };
        let other = Catalog::open(&settings, Policy::default()).await;
        let here = Arc::new(AtomicUsize::new(0));
        let seen = here.clone();
        // Handed over: a thread that sleeps would keep others from what it was to poll.
        let wait = move || tokio::task::block_in_place(|| wait_for_two(&seen));
        fail::cfg_callback(MOMENT, wait).expect("failpoints are built in");
        Self {
            world: world.clone(),
            other: other.expect("a second server"),
            here,
        }
    }

    /// A claim on one server, and on the other what is done once it has decided; then how many claims stood when that was
    /// answered. Claims are decided in tasks of their own, so the two may be polled by one.
    async fn of(&self, claim: impl Future<Output = ()>, other: impl Future<Output = ()>) -> i64 {
        let claim = async {
            claim.await;
            self.here.fetch_add(1, Ordering::SeqCst);
        };
        let other = async {
            until("a claim has decided", async || {
                self.here.load(Ordering::SeqCst) > 0
            })
            .await;
            other.await;
            let stood = claims(&self.world).await;
            self.here.fetch_add(1, Ordering::SeqCst);
            stood
        };
        tokio::join!(claim, other).1
    }

    async fn end(self) {
        fail::remove(MOMENT);
        self.other.close().await;
    }
}

fn wait_for_two(here: &AtomicUsize) {
    let began = Instant::now();
    here.fetch_add(1, Ordering::SeqCst);
    while here.load(Ordering::SeqCst) < 2 && began.elapsed() < A_WHILE {
        std::thread::sleep(Duration::from_millis(2));
    }
}

async fn claims(world: &World) -> i64 {
    let active = "SELECT count(*) FROM assignment WHERE state = 'active'";
    world.count(active).await
}

async fn two_claims_of_one_person(world: World) {
    let open = world.ready_cases(&world.northgate, 2).await;
    let one = world.person(&world.northgate, "One", "skin", 1).await;
    let meeting = Meeting::in_world(&world).await;
    let claim = async |server: &Catalog, reading: ReadingId| {
        let claim = ClaimId(fresh());
        let asked = server.claim_this(claim, one.id, reading, "a race", None, &one.by);
        asked.await.expect("answered");
    };
    tokio::join!(
        claim(&world.catalog, open[0].reading),
        claim(&meeting.other, open[1].reading)
    );
    assert_eq!(claims(&world).await, 1, "there is room for one");
    meeting.end().await;
}

async fn a_claim_and_an_offer_to_one_person(world: World) {
    let open = world.ready_cases(&world.northgate, 2).await;
    let one = world.person(&world.northgate, "One", "skin", 1).await;
    let meeting = Meeting::in_world(&world).await;
    let by = world.northgate.operator("manager");
    let offer = Offer {
        claim: ClaimId(fresh()),
        reading: open[1].reading,
        to: one.id,
        seconds: 60,
    };
    let claim = Box::pin(async {
        world.claim_this(&one, open[0].reading).await;
    });
    let offered = Box::pin(async {
        let _full = meeting.other.offer(offer, None, &by).await;
    });
    meeting.of(claim, offered).await;
    assert_eq!(claims(&world).await, 1, "there is room for one");
    meeting.end().await;
}

async fn a_claim_and_an_objection(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let meeting = Meeting::in_world(&world).await;
    let (by, hillview) = (world.northgate.operator("sam"), world.hillview.organisation);
    let objected = Box::pin(async {
        let objected = meeting.other.record_objection(open.case, hillview, &by);
        objected.await.expect("recorded");
    });
    nothing_is_claimed_after(&meeting, open.reading, objected).await;
    meeting.end().await;
}

async fn a_claim_and_a_credential_withdrawn(world: World) {
    let open = world.ready_cases(&world.northgate, 1).await[0];
    let meeting = Meeting::in_world(&world).await;
    let by = world.hillview.operator("manager");
    let withdrawn = Box::pin(async {
        let withdrawn = meeting
            .other
            .withdraw_credential(world.cleo.id, "skin", &by);
        withdrawn.await.expect("withdrawn");
    });
    nothing_is_claimed_after(&meeting, open.reading, withdrawn).await;
    meeting.end().await;
}

/// Cleo claims while a right of hers ends: what stands when that was answered is what stands in the end.
async fn nothing_is_claimed_after(
    meeting: &Meeting,
    reading: ReadingId,
    ended: impl Future<Output = ()>,
) {
    let world = &meeting.world;
    let claim = Box::pin(async {
        world.claim_this(&world.cleo, reading).await;
    });
    let stood = meeting.of(claim, ended).await;
    let stands = claims(world).await;
    assert_eq!(stands, stood, "a claim committed after the right had ended");
}
