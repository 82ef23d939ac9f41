//! The worklist, and what happens now.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::audience::Own;
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{ListQuery, MeasuresJson, UrgentJson, WorklistJson, midnight};

pub(crate) async fn list(
    State(door): State<Door>,
    own: Own,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<WorklistJson>, Problem> {
    let Query(query) = query.map_err(|_| {
        Problem::invalid(
            "view",
            "give view, specialty and site as the worklist names them",
        )
    })?;
    let subject = own.caller.asking.subject;
    let list = door.catalog().worklist(&subject, &query.query()).await?;
    own.audit(&door).await?;
    Ok(Json(WorklistJson::of(&list, &subject)))
}

/// No content: nothing calls anybody, or whoever asks does not read. Audited where something does, for it names a case.
pub(crate) async fn urgent(State(door): State<Door>, own: Own) -> Result<Response, Problem> {
    let Some(who) = own.caller.asking.subject.role.pathologist() else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let Some(calls) = door.catalog().urgent(who).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    if !(calls.waiting.is_empty() && calls.offered.is_empty()) {
        own.audit(&door).await?;
    }
    Ok(Json(UrgentJson::of(&calls)).into_response())
}

pub(crate) async fn measures(
    State(door): State<Door>,
    own: Own,
) -> Result<Json<MeasuresJson>, Problem> {
    let now = door.catalog().now().await?;
    let view = door.catalog().measures(own.id(), midnight(now)).await?;
    Ok(Json(MeasuresJson::of(&view)))
}
