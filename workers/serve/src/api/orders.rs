//! Ordered for a case: more glass, the glass itself, further opinions; and a wrong link taken back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::views::TrayPlace;
use catalog::{AskFor, ExtraWork, NoMore, Opinion};
use pathology::access::Resource;
use pathology::ids::{PathologistId, ReadingId, ScanId, SlideId, TrayId, WorkId};
use uuid::Uuid;

use super::claims::held;
use crate::audience::{Caller, Given, Own, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{
    AskWord, EndWorkJson, ExtraWorkJson, GlassJson, OpinionJson, OwedJson, ReadingsJson,
    ReasonJson, WorkJson,
};

pub(crate) async fn extra_work(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(wanted): Given<ExtraWorkJson>,
) -> Result<Response, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let by = caller.by(held.basis().as_str());
    let new = ExtraWork {
        work: WorkId(Uuid::now_v7()),
        claim: held.get().claim,
        fence: wanted.fence,
        block: wanted.block,
        recut: wanted.recut,
        stains: wanted.stains,
        reason: wanted.reason,
    };
    let key = caller.key.as_deref();
    let work = door.catalog().request_extra_work(new, key, &by).await?;
    Ok((StatusCode::CREATED, Json(WorkJson { work: work.0 })).into_response())
}

pub(crate) async fn owed(
    State(door): State<Door>,
    own: Own,
) -> Result<Json<Vec<OwedJson>>, Problem> {
    let owed = door.catalog().open_extra_work(own.id()).await?;
    Ok(Json(owed.iter().map(OwedJson::of).collect()))
}

pub(crate) async fn end_work(
    State(door): State<Door>,
    caller: Caller,
    Path(work): Path<String>,
    Given(wanted): Given<EndWorkJson>,
) -> Result<StatusCode, Problem> {
    let work: WorkId = parsed(&work, "extra work")?;
    let (requester, owner) = door.catalog().extra_work_of(work).await?;
    // Its requester cancels it; the laboratory says what cannot be made.
    let of = |owner: &_| match caller.asking.subject.role.pathologist() {
        Some(_) => Resource::Claim {
            claimant: requester,
        },
        None => Resource::Organisation(*owner),
    };
    let by = caller.by(caller.decide(of, owner)?.basis().as_str());
    let how = if wanted.no_tissue_left {
        NoMore::NoTissueLeft
    } else {
        NoMore::Cancelled
    };
    let ended = door
        .catalog()
        .end_extra_work(work, how, &wanted.reason, &by);
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn defer_to_glass(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(wanted): Given<GlassJson>,
) -> Result<StatusCode, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let by = caller.by(held.basis().as_str());
    let (claim, slide) = (held.get().claim, SlideId(wanted.slide));
    let catalog = door.catalog();
    let deferred = catalog.defer_to_glass(claim, wanted.fence, slide, &wanted.reason, &by);
    deferred.await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn glass_read(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(wanted): Given<GlassJson>,
) -> Result<StatusCode, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let by = caller.by(held.basis().as_str());
    let (claim, slide) = (held.get().claim, SlideId(wanted.slide));
    let catalog = door.catalog();
    catalog
        .glass_was_read(claim, wanted.fence, slide, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn ask_opinion(
    State(door): State<Door>,
    caller: Caller,
    Path(claim): Path<String>,
    Given(wanted): Given<OpinionJson>,
) -> Result<Response, Problem> {
    let held = held(&door, &caller, &claim).await?;
    let by = caller.by(held.basis().as_str());
    let ask = match wanted.ask {
        AskWord::Second => AskFor::Second,
        AskWord::Panel => AskFor::Panel,
        AskWord::Consult => AskFor::Consult {
            specialty: wanted.specialty,
            before_release: wanted.before_release,
        },
    };
    let fresh = || ReadingId(Uuid::now_v7());
    let opinion = Opinion {
        claim: held.get().claim,
        fence: wanted.fence,
        ask,
        to: wanted.to.map(PathologistId),
        question: wanted.question.into(),
        // More than a panel has is refused below; no list is made of any length.
        readings: std::iter::repeat_with(fresh)
            .take(wanted.opinions.min(10))
            .collect(),
    };
    let key = caller.key.as_deref();
    let readings = door.catalog().ask_opinion(opinion, key, &by).await?;
    let readings = readings.iter().map(|one| one.0).collect();
    Ok((StatusCode::CREATED, Json(ReadingsJson { readings })).into_response())
}

pub(crate) async fn unlink(
    State(door): State<Door>,
    caller: Caller,
    Path(scan): Path<String>,
    Given(wanted): Given<ReasonJson>,
) -> Result<StatusCode, Problem> {
    let scan: ScanId = parsed(&scan, "scan")?;
    let (organisation, site) = door.catalog().scan_place(scan).await?;
    // Where it will lie: whoever may settle it there may put it there.
    let place = TrayPlace {
        tray: TrayId(scan.0),
        organisation,
        site,
    };
    let by = caller.by(caller.settles(place)?.basis().as_str());
    door.catalog()
        .unlink_scan(scan, &wanted.reason, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
