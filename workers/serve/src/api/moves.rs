//! Handing over and offering: a reading comes into somebody's hands without their claiming it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::{HandOver, Offer};
use pathology::ids::{PathologistId, ReadingId};

use super::claims::{fresh, held};
use crate::audience::{Caller, Given, Own, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{
    AcceptedClaim, ClaimJson, FenceJson, HandOverJson, HandedOverJson, OfferJson, OfferedJson,
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
