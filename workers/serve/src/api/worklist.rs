//! The worklist, and what happens now.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};

use crate::audience::Own;
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{ListQuery, MeasuresJson, WorklistJson, midnight};

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

pub(crate) async fn measures(
    State(door): State<Door>,
    own: Own,
) -> Result<Json<MeasuresJson>, Problem> {
    let now = door.catalog().now().await?;
    let view = door.catalog().measures(own.id(), midnight(now)).await?;
    Ok(Json(MeasuresJson::of(&view)))
}
