//! Who is away: shown beforehand, recorded, ended early.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pathology::access::Resource;
use pathology::ids::{AbsenceId, PathologistId};
use uuid::Uuid;

use crate::audience::{Caller, Given, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{AbsenceJson, AwayJson, PlanJson};

pub(crate) async fn list(
    State(door): State<Door>,
    caller: Caller,
) -> Result<Json<Vec<AwayJson>>, Problem> {
    let own = caller.asking.subject.organisation;
    let absences = door.catalog().absences(own).await?;
    let theirs = absences.iter().filter(|one| {
        let of = |organisation: &_| Resource::Pathologist {
            id: one.pathologist,
            organisation: *organisation,
        };
        caller.decide(of, own).is_ok()
    });
    Ok(Json(theirs.map(AwayJson::of).collect()))
}

pub(crate) async fn preview(
    State(door): State<Door>,
    caller: Caller,
    Given(wanted): Given<AbsenceJson>,
) -> Result<Json<PlanJson>, Problem> {
    sets(&door, &caller, PathologistId(wanted.pathologist)).await?;
    let absence = wanted.absence(AbsenceId(Uuid::now_v7()))?;
    let plan = door.catalog().preview_absence(absence).await?;
    Ok(Json(PlanJson::of(None, &plan)))
}

pub(crate) async fn record(
    State(door): State<Door>,
    caller: Caller,
    Given(wanted): Given<AbsenceJson>,
) -> Result<Response, Problem> {
    let basis = sets(&door, &caller, PathologistId(wanted.pathologist)).await?;
    let absence = wanted.absence(AbsenceId(Uuid::now_v7()))?;
    let (by, key) = (caller.by(basis), caller.key.as_deref());
    let (id, plan) = door.catalog().record_absence(absence, key, &by).await?;
    Ok((StatusCode::CREATED, Json(PlanJson::of(Some(id), &plan))).into_response())
}

pub(crate) async fn cancel(
    State(door): State<Door>,
    caller: Caller,
    Path(absence): Path<String>,
) -> Result<StatusCode, Problem> {
    let absence: AbsenceId = parsed(&absence, "absence")?;
    let who = door.catalog().absent(absence).await?;
    let basis = sets(&door, &caller, who).await?;
    let own = caller.asking.subject.organisation;
    let by = caller.by(basis);
    door.catalog().cancel_absence(absence, own, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decides whether the caller may say that somebody of their organisation is away.
async fn sets(door: &Door, caller: &Caller, who: PathologistId) -> Result<&'static str, Problem> {
    let own = caller.asking.subject.organisation;
    let people = door.catalog().pathologists(own).await?;
    let found = people.into_iter().find(|one| one.pathologist == who);
    let found = found.ok_or_else(|| Problem::not_found("pathologist"))?;
    let of = |organisation: &_| Resource::Pathologist {
        id: who,
        organisation: *organisation,
    };
    Ok(caller.decide(of, found.organisation)?.basis().as_str())
}
