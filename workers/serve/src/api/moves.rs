//! Handing over and offering: a reading comes into somebody's hands without their claiming it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::views::Asking;
use catalog::{HandOver, Offer};
use pathology::access::Action;
use pathology::ids::{PathologistId, ReadingId};

use super::claims::{fresh, held};
use crate::audience::{Caller, Given, Own, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{
    AcceptedClaim, ClaimJson, EligibleJson, FenceJson, HandOverJson, HandedOverJson, OfferJson,
    OfferedJson,
};

pub(crate) async fn hand_over(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(wanted): Given<HandOverJson>,
) -> Result<Json<HandedOverJson>, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let by = caller.by(held.basis().as_str());
    let hand = HandOver {
        claim: held.get().claim,
        fence: wanted.fence,
        to: PathologistId(wanted.to),
        new_claim: fresh(),
        reason: wanted.reason,
    };
    let moved = door.catalog().hand_over(hand, caller.key.as_deref(), &by);
    Ok(Json(HandedOverJson::of(&moved.await?)))
}

pub(crate) async fn offer(
    State(door): State<Door>,
    own: Own,
    Path(reading): Path<String>,
    Given(wanted): Given<OfferJson>,
) -> Result<Response, Problem> {
    let reading: ReadingId = parsed(&reading, "reading")?;
    let by = own.caller.by(own.organisation.basis().as_str());
    let offer = Offer {
        claim: fresh(),
        reading,
        to: PathologistId(wanted.pathologist),
        seconds: wanted.seconds,
    };
    let key = own.caller.key.as_deref();
    let offered = door.catalog().offer(offer, key, &by).await?;
    Ok((StatusCode::CREATED, Json(OfferedJson::of(&offered))).into_response())
}

pub(crate) async fn accept(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(wanted): Given<FenceJson>,
) -> Result<Json<ClaimJson>, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let by = caller.by(held.basis().as_str());
    let (claim, key) = (held.get().claim, caller.key.as_deref());
    let claim = door.catalog().accept(claim, wanted.fence, key, &by).await?;
    let number = door.catalog().number_of(claim.case).await?;
    Ok(Json(ClaimJson::of(AcceptedClaim { claim, number })))
}

/// Who may be offered a reading of one's own laboratory, and why not the others.
pub(crate) async fn eligible(
    State(door): State<Door>,
    own: Own,
    Path(reading): Path<String>,
) -> Result<Json<EligibleJson>, Problem> {
    let reading: ReadingId = parsed(&reading, "reading")?;
    let view = door.catalog().eligible_for(reading, Some(own.id())).await?;
    let basis = own.organisation.basis().as_str();
    people_seen(&door, &own.caller, basis).await?;
    Ok(Json(EligibleJson::of(&view)))
}

/// Who may be handed the reading that one holds.
pub(crate) async fn colleagues(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
) -> Result<Json<EligibleJson>, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let (claim, basis) = (held.get(), held.basis().as_str());
    let mut view = door.catalog().eligible_for(claim.reading, None).await?;
    view.people.retain(|one| one.pathologist != claim.claimant);
    people_seen(&door, &caller, basis).await?;
    Ok(Json(EligibleJson::of(&view)))
}

/// On record as a look at people, not as the act it prepares.
async fn people_seen(door: &Door, caller: &Caller, basis: &str) -> Result<(), Problem> {
    let asking = Asking {
        action: Action::SeePeople,
        ..caller.asking.clone()
    };
    Ok(door.catalog().audit_access(&asking, basis).await?)
}
