//! Who supervises trainees is away too.

use catalog::{Absence, ClaimOutcome, NewCredential};
use pathology::ids::AbsenceId;
use pathology::staff::Tier;

use crate::staffing::{hire, trainee};
use crate::world::{World, fresh, on_both};

on_both!(a_trainee_of_somebody_away_reads_under_their_deputy);

async fn a_trainee_of_somebody_away_reads_under_their_deputy(world: World) {
    let guided = hire(&world, vec![trainee(Some(&world.ada))], 99).await;
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let skin = NewCredential::consultant("skin", Tier::Core);
    let deputy = hire(&world, vec![skin], 99).await;
    let by = world.northgate.operator("manager");
    // Nobody stands in, then somebody of another field, then somebody of this one; at last she is back.
    for (stands_in, may) in [
        (None, false),
        (Some(&world.ben), false),
        (Some(&deputy), true),
    ] {
        let now = world.catalog.now().await.expect("the clock");
        let absence = Absence {
            absence: AbsenceId(fresh()),
            pathologist: world.ada.id,
            deputy: stands_in.map(|who| who.id),
            from: now,
            to: now.plus_hours(8),
            reason: "leave".to_owned(),
        };
        let recorded = world.catalog.record_absence(absence, None, &by).await;
        recorded.expect("recorded");
        match world.claim_this(&guided, case.reading).await {
            ClaimOutcome::Claimed(claim) if may => {
                let released = (world.catalog).release(claim.claim, claim.fence, "", &guided.by);
                released.await.expect("released");
            }
            ClaimOutcome::NotEligible { why } if !may => {
                assert!(why[0].contains("needs a supervisor"), "{why:?}");
            }
            other => panic!("{other:?}"),
        }
        world.pass(9 * 3_600).await;
    }
    world.claim(&guided).await;
}
