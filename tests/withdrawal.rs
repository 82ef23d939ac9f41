//! No claim commits on a right after its withdrawal (D6, I11), by the order of commits.
//!
//! People claim while the right is withdrawn. Once the withdrawal has been answered it has
//! committed; what stands then is noted, and nothing may join it. Failpoints hold claims in the
//! moments in which something could change.

use catalog::ClaimOutcome;
use tokio::sync::{Mutex as Turn, MutexGuard};

use crate::world::{Open, Person, World, on_both, together};

on_both!(
    an_agreement_withdrawn_is_claimed_on_no_more,
    a_credential_withdrawn_is_claimed_on_no_more,
    an_objection_recorded_is_respected_at_once,
    a_withdrawal_is_seen_by_the_next_claim,
);

/// The failpoint is the whole process's: one test at a time sets it.
static TURN: Turn<()> = Turn::const_new(());

async fn slow_claims() -> (MutexGuard<'static, ()>, Slowed) {
    let turn = TURN.lock().await;
    for moment in MOMENTS {
        fail::cfg(moment, "sleep(8)").expect("failpoints are built in");
    }
    (turn, Slowed)
}

struct Slowed;

impl Drop for Slowed {
    fn drop(&mut self) {
        for moment in MOMENTS {
            fail::remove(moment);
        }
    }
}

/// Between the look at the worklist and the lock, and between the decision and its writing.
const MOMENTS: [&str; 2] = ["catalog::claim::looked", "catalog::claim::decided"];

const ROUNDS: usize = 12;

/// Everybody claims while `withdraw` runs: by name, the next, or both, round by round. Then what
/// stands must stay as it is.
async fn race<F>(world: &World, round: usize, (people, cases): (&[Person], &[Open]), withdraw: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let standing = "SELECT claim_id FROM assignment WHERE state = 'active' AND agreement_id IS NOT NULL ORDER BY 1";
    let withdraw = std::sync::Mutex::new(Some(withdraw));
    let seen = together(people.len() + 1, |n| {
        let world = world.clone();
        let withdraw = (n == people.len()).then(|| withdraw.lock().expect("one").take());
        let claimer = people.get(n).cloned();
        let reading = cases[n % cases.len()].reading;
        async move {
            if let Some(withdraw) = withdraw.flatten() {
                tokio::time::sleep(std::time::Duration::from_millis(round as u64)).await;
                withdraw.await;
                return Some(world.texts(standing).await);
            }
            let who = claimer.expect("a pathologist");
            if [true, false, n % 2 == 0][round % 3] {
                world.claim_this(&who, reading).await;
            } else {
                world.claim_next(&who).await;
            }
            None
        }
    })
    .await;
    let at_withdrawal = seen.into_iter().flatten().next().expect("withdrawn");
    let at_the_end = world.texts(standing).await;
    assert_eq!(
        at_the_end, at_withdrawal,
        "a claim committed after the withdrawal had"
    );
}

/// Gives back whatever was claimed.
async fn clear(world: &World) {
    world.pass(120).await;
    let held = world
        .count("SELECT count(*) FROM reading WHERE state = 'claimed'")
        .await;
    assert_eq!(held, 0);
}

async fn hillview_people(world: &World) -> Vec<Person> {
    let mut people = vec![world.cleo.clone()];
    for name in ["Fay", "Gus", "Hal"] {
        people.push(world.person(&world.hillview, name, "skin", 2).await);
    }
    people
}

async fn an_agreement_withdrawn_is_claimed_on_no_more(world: World) {
    let cases = world.ready_cases(&world.northgate, 4).await;
    let people = hillview_people(&world).await;
    let _slow = slow_claims().await;
    let mut agreement = world.agreement;
    for n in 0..ROUNDS {
        let (catalog, by) = (world.catalog.clone(), world.northgate.operator("manager"));
        let withdraw = async move {
            let done = catalog.withdraw_agreement(agreement, &by).await;
            done.expect("withdrawn");
        };
        race(&world, n, (&people, &cases), withdraw).await;
        clear(&world).await;
        agreement = world.agree(&world.northgate, &world.hillview, "skin").await;
    }
}

async fn a_credential_withdrawn_is_claimed_on_no_more(world: World) {
    let cases = world.ready_cases(&world.northgate, 2).await;
    let _slow = slow_claims().await;
    for n in 0..ROUNDS {
        let dr = world
            .person(&world.hillview, &format!("Ivo {n}"), "skin", 2)
            .await;
        let (catalog, by) = (world.catalog.clone(), world.hillview.operator("manager"));
        let id = dr.id;
        let withdraw = async move {
            let done = catalog.withdraw_credential(id, "skin", &by).await;
            done.expect("withdrawn");
        };
        race(&world, n, (&[dr.clone(), dr], &cases), withdraw).await;
        clear(&world).await;
    }
}

async fn an_objection_recorded_is_respected_at_once(world: World) {
    let people = hillview_people(&world).await;
    let _slow = slow_claims().await;
    for n in 0..ROUNDS {
        let order = world.order(&world.northgate, &format!("S26-{n:05}"));
        let case = world.ready(&order).await;
        let (catalog, by) = (world.catalog.clone(), world.northgate.operator("sam"));
        let excluded = world.hillview.organisation;
        let object = async move {
            let done = catalog.record_objection(case.case, excluded, &by).await;
            done.expect("recorded");
        };
        race(&world, n, (&people, &[case]), object).await;
        clear(&world).await;
        let own = world.claim_this(&world.ada, case.reading).await;
        assert!(
            matches!(own, ClaimOutcome::Claimed(_)),
            "its own site may read it"
        );
        clear(&world).await;
    }
}

/// Every right that a claim stood on was in force, by the version its lock showed.
async fn a_withdrawal_is_seen_by_the_next_claim(world: World) {
    let cases = world.ready_cases(&world.northgate, 2).await;
    world.claim(&world.cleo).await;
    let by = world.northgate.operator("manager");
    let done = world.catalog.withdraw_agreement(world.agreement, &by).await;
    done.expect("withdrawn");
    assert!(matches!(
        world.claim_next(&world.cleo).await,
        ClaimOutcome::Nothing
    ));
    let named = world.claim_this(&world.cleo, cases[1].reading).await;
    let ClaimOutcome::NotEligible { why } = named else {
        panic!("{named:?}");
    };
    assert_eq!(why, ["northgate: the agreement was revoked."]);
    let stale = "SELECT count(*) FROM assignment a JOIN pathologist p ON p.pathologist_id = a.pathologist_id
      JOIN agreement g ON g.agreement_id = a.agreement_id
      WHERE g.revoked_at IS NOT NULL AND (a.rights_version >= p.rights_version OR a.began_at > g.revoked_at)";
    assert_eq!(world.count(stale).await, 0);
    let twice = world.catalog.withdraw_agreement(world.agreement, &by).await;
    assert!(twice.is_err(), "it is not in force any more");
}
