//! Cases, slides, scans, and the audit of a case.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog::views::{CaseAccess, ScanAccess};
use pathology::access::Resource;
use pathology::ids::{CaseId, SlideId};
use serde::Deserialize;
use uuid::Uuid;

use crate::audience::{Caller, Given, Opened, Own, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{
    AttachmentJson, AuditJson, CaseJson, DecisionJson, FoundJson, HitJson, ManifestJson,
    NewCaseJson, ScanJson, SearchJson, SlideOfCaseJson,
};

pub(crate) async fn accession(
    State(door): State<Door>,
    caller: Caller,
    Given(new): Given<NewCaseJson>,
) -> Result<Response, Problem> {
    let catalog = door.catalog();
    let issuer = new
        .owning_issuer()
        .ok_or_else(|| Problem::invalid("numbers", "one must have the role owning"))?;
    let owner = catalog.owner_of_issuer(issuer).await?;
    let owner = caller.decide(|owner| Resource::Organisation(*owner), owner)?;
    let site = catalog.site_named(*owner.get(), &new.site).await?;
    let case = new.case(CaseId(Uuid::now_v7()), *owner.get(), site)?;
    let by = caller.by(owner.basis().as_str());
    let registered = catalog.accession(case, &by, caller.key.as_deref()).await?;
    let mut viewing = caller.asking.clone();
    viewing.action = pathology::access::Action::ViewCase;
    let opened = catalog.touch_case(&viewing, registered.case).await?;
    let view = catalog.case(&opened).await?;
    let status = if registered.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let location = format!("/api/v1/cases/{}", registered.case);
    Ok((
        status,
        [(header::LOCATION, location)],
        Json(CaseJson::of(&view, None, false)),
    )
        .into_response())
}

pub(crate) async fn case(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
) -> Result<Json<CaseJson>, Problem> {
    let view = door.catalog().case(&opened.access).await?;
    let me = opened.caller.asking.subject.role.pathologist();
    let reads_reports = opened.access.get().shows_reports(&opened.caller.asking);
    Ok(Json(CaseJson::of(&view, me, reads_reports)))
}

pub(crate) async fn manifest(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
) -> Result<Json<ManifestJson>, Problem> {
    let view = door.catalog().case(&opened.access).await?;
    Ok(Json(ManifestJson::of(&view)))
}

pub(crate) async fn attachments(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
) -> Result<Json<Vec<AttachmentJson>>, Problem> {
    let attached = door.catalog().attachments(&opened.access).await?;
    Ok(Json(attached.iter().map(AttachmentJson::of).collect()))
}

pub(crate) async fn slide(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
    Path(slide): Path<String>,
) -> Result<Json<SlideOfCaseJson>, Problem> {
    let slide: SlideId = parsed(&slide, "slide")?;
    let view = door.catalog().slide(&opened.access, slide).await?;
    Ok(Json(SlideOfCaseJson::of(opened.access.get().case.0, &view)))
}

pub(crate) async fn scan(
    State(door): State<Door>,
    opened: Opened<ScanAccess>,
) -> Result<Json<ScanJson>, Problem> {
    let detail = door.catalog().scan(&opened.access).await?;
    Ok(Json(ScanJson::of(&detail)))
}

pub(crate) async fn search(
    State(door): State<Door>,
    own: Own,
    Given(wanted): Given<SearchJson>,
) -> Result<Json<FoundJson>, Problem> {
    let hits = door
        .catalog()
        .search(&own.caller.asking, &wanted.text)
        .await?;
    own.audit(&door).await?;
    let rows = hits.iter().map(HitJson::of).collect();
    Ok(Json(FoundJson { rows }))
}

/// Whose audit is asked for.
#[derive(Deserialize)]
pub(crate) struct AuditQuery {
    case: Uuid,
}

pub(crate) async fn audit(
    State(door): State<Door>,
    own: Own,
    query: Result<Query<AuditQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<AuditJson>>, Problem> {
    let Query(query) = query.map_err(|_| Problem::invalid("case", "give the id of a case"))?;
    let lines = door
        .catalog()
        .audit_of(own.id(), CaseId(query.case))
        .await?;
    own.audit(&door).await?;
    Ok(Json(lines.iter().map(AuditJson::of).collect()))
}

pub(crate) async fn decisions(
    State(door): State<Door>,
    own: Own,
    query: Result<Query<AuditQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<DecisionJson>>, Problem> {
    let Query(query) = query.map_err(|_| Problem::invalid("case", "give the id of a case"))?;
    let case = CaseId(query.case);
    let claims = door.catalog().decisions_of(own.id(), case).await?;
    own.audit(&door).await?;
    Ok(Json(claims.iter().map(DecisionJson::of).collect()))
}
