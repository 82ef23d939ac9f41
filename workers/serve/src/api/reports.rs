//! After a signature: recall, addendum, amendment, and what must be answered.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pathology::access::Resource;
use pathology::ids::{PathologistId, ReportId};
use uuid::Uuid;

use super::claims::fresh;
use crate::audience::{Caller, Given, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{CorrectedJson, CorrectionJson, IncidentJson, ReasonJson, RecalledJson};

pub(crate) async fn recall(
    State(door): State<Door>,
    caller: Caller,
    Path(report): Path<String>,
    Given(wanted): Given<ReasonJson>,
) -> Result<Json<RecalledJson>, Problem> {
    let report: ReportId = parsed(&report, "report")?;
    let (_, basis) = owns(&door, &caller, report).await?;
    let (by, key) = (caller.by(basis), caller.key.as_deref());
    let again = door
        .catalog()
        .recall(report, fresh(), &wanted.reason, key, &by);
    Ok(Json(RecalledJson::of(&again.await?)))
}

pub(crate) async fn correct(
    State(door): State<Door>,
    caller: Caller,
    Path(report): Path<String>,
    Given(wanted): Given<CorrectionJson>,
) -> Result<Response, Problem> {
    let report: ReportId = parsed(&report, "report")?;
    let (who, basis) = owns(&door, &caller, report).await?;
    let new = wanted.correction(ReportId(Uuid::now_v7()), report, who);
    let by = caller.by(basis);
    let corrected = door.catalog().correct(new, caller.key.as_deref(), &by);
    let json = CorrectedJson::of(&corrected.await?);
    Ok((StatusCode::CREATED, Json(json)).into_response())
}

pub(crate) async fn incidents(
    State(door): State<Door>,
    caller: Caller,
) -> Result<Json<Vec<IncidentJson>>, Problem> {
    let me = caller.asking.subject.role.pathologist();
    let me = me.ok_or_else(|| Problem::not_found("pathologist"))?;
    let (who, _) = corrects(&caller, me)?;
    let open = door.catalog().incidents(who).await?;
    Ok(Json(open.iter().map(IncidentJson::of).collect()))
}

pub(crate) async fn no_change(
    State(door): State<Door>,
    caller: Caller,
    Path(incident): Path<String>,
    Given(wanted): Given<ReasonJson>,
) -> Result<StatusCode, Problem> {
    let incident: i64 = parsed(&incident, "incident")?;
    let owner = door.catalog().incident_owner(incident).await?;
    let (_, basis) = corrects(&caller, owner)?;
    let by = caller.by(basis);
    let answered = door
        .catalog()
        .answer_no_change(incident, &wanted.reason, &by);
    answered.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decides whether the caller signed a report, or answers for who did.
async fn owns(
    door: &Door,
    caller: &Caller,
    report: ReportId,
) -> Result<(PathologistId, &'static str), Problem> {
    let me = caller.asking.subject.role.pathologist();
    let asks = me.unwrap_or(PathologistId(Uuid::nil()));
    let owner = door.catalog().report_owner(report, asks).await?;
    corrects(caller, owner)
}

fn corrects(
    caller: &Caller,
    owner: PathologistId,
) -> Result<(PathologistId, &'static str), Problem> {
    let of = |owner: &PathologistId| Resource::Claim { claimant: *owner };
    let decided = caller.decide(of, owner)?;
    Ok((*decided.get(), decided.basis().as_str()))
}
