//! Claims: the verbs of a pathologist at work.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::views::ClaimAccess;
use catalog::{By, ClaimOutcome, SignOut};
use pathology::access::Authorized;
use pathology::ids::{ClaimId, PathologistId, ReadingId, ReportId};
use uuid::Uuid;

use crate::audience::{Caller, Given, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{
    AcceptedClaim, BeatJson, ClaimJson, ClaimThisJson, DraftSavedJson, FenceReasonJson,
    HeartbeatJson, SaveDraftJson, SignOutJson, SignedJson, written,
};

pub(crate) async fn next(State(door): State<Door>, caller: Caller) -> Result<Response, Problem> {
    let (who, by) = (claimant(&caller)?, caller.by("claimable"));
    let key = caller.key.as_deref();
    let outcome = door.catalog().claim_next(fresh(), who, key, &by).await?;
    answered(&door, outcome).await
}

pub(crate) async fn this(
    State(door): State<Door>,
    caller: Caller,
    Given(wanted): Given<ClaimThisJson>,
) -> Result<Response, Problem> {
    let (who, by) = (claimant(&caller)?, caller.by("claimable"));
    let (reading, key) = (ReadingId(wanted.reading), caller.key.as_deref());
    let catalog = door.catalog();
    let outcome = catalog.claim_this(fresh(), who, reading, &wanted.reason, key, &by);
    answered(&door, outcome.await?).await
}

pub(crate) async fn heartbeat(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(beat): Given<HeartbeatJson>,
) -> Result<Json<BeatJson>, Problem> {
    let claim = held(&door, &caller, &claim).await?.get().claim;
    let lease = door
        .catalog()
        .heartbeat(claim, beat.fence, beat.active)
        .await?;
    Ok(Json(BeatJson::of(&lease)))
}

pub(crate) async fn save_draft(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(draft): Given<SaveDraftJson>,
) -> Result<Json<DraftSavedJson>, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let (claim, by) = (held.get().claim, caller.by(held.basis().as_str()));
    let saved = door
        .catalog()
        .save_draft(claim, draft.fence, draft.text.into(), &by);
    let saved_at = written(saved.await?);
    Ok(Json(DraftSavedJson { saved_at }))
}

pub(crate) async fn release(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(back): Given<FenceReasonJson>,
) -> Result<StatusCode, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let (claim, by) = (held.get().claim, caller.by(held.basis().as_str()));
    door.catalog()
        .release(claim, back.fence, &back.reason, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn decline(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(back): Given<FenceReasonJson>,
) -> Result<StatusCode, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let (claim, by) = (held.get().claim, caller.by(held.basis().as_str()));
    door.catalog()
        .decline(claim, back.fence, &back.reason, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn sign_out(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(signature): Given<SignOutJson>,
) -> Result<Response, Problem> {
    let (sign, by) = signed(&door, &caller, &claim, signature).await?;
    let key = caller.key.as_deref();
    let signed = door.catalog().sign_out(sign, key, &by).await?;
    Ok((StatusCode::CREATED, Json(SignedJson::of(&signed))).into_response())
}

pub(crate) async fn interim(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(signature): Given<SignOutJson>,
) -> Result<Response, Problem> {
    let (sign, by) = signed(&door, &caller, &claim, signature).await?;
    let key = caller.key.as_deref();
    let reported = door.catalog().report_interim(sign, key, &by).await?;
    Ok((StatusCode::CREATED, Json(SignedJson::of(&reported))).into_response())
}

/// What the holder of a claim signs, under a new report's id, and as whom.
async fn signed(
    door: &Door,
    caller: &Caller,
    claim: &str,
    signature: SignOutJson,
) -> Result<(SignOut, By), Problem> {
    let held = held(door, caller, claim).await?;
    let by = caller.by(held.basis().as_str());
    let report = ReportId(Uuid::now_v7());
    Ok((signature.sign(held.get().claim, report), by))
}

pub(super) fn fresh() -> ClaimId {
    ClaimId(Uuid::now_v7())
}

fn claimant(caller: &Caller) -> Result<PathologistId, Problem> {
    caller.claims()?;
    let who = caller.asking.subject.role.pathologist();
    who.ok_or_else(|| Problem::not_found("pathologist"))
}

pub(super) async fn held(
    door: &Door,
    caller: &Caller,
    claim: &str,
) -> Result<Authorized<ClaimAccess>, Problem> {
    let claim: ClaimId = parsed(claim, "claim")?;
    caller.holds(door.catalog().claim_of(claim).await?)
}

async fn answered(door: &Door, outcome: ClaimOutcome) -> Result<Response, Problem> {
    let of =
        |code, title: &str, detail: &str| Problem::new(StatusCode::CONFLICT, code, title, detail);
    Err(match outcome {
        ClaimOutcome::Claimed(claim) => {
            let number = door.catalog().number_of(claim.case).await?;
            let json = ClaimJson::of(AcceptedClaim { claim, number });
            return Ok((StatusCode::CREATED, Json(json)).into_response());
        }
        ClaimOutcome::Nothing => return Ok(StatusCode::NO_CONTENT.into_response()),
        ClaimOutcome::AtCapacity => {
            let remedy = "Sign out or release one, then claim the next.";
            of("at_capacity", "You hold as many cases as you may.", remedy)
        }
        ClaimOutcome::Away => of(
            "away",
            "You said that you are away.",
            "Say that you are available first.",
        ),
        ClaimOutcome::Taken { holder } => of(
            "taken",
            "Someone claimed it a moment ago.",
            "Take the next one.",
        )
        .with("holder", holder),
        ClaimOutcome::NotEligible { why } => of(
            "not_eligible",
            "You may not claim this case.",
            &why.join(" "),
        )
        .with("why", why),
    })
}
