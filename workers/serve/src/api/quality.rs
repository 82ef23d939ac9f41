//! Quality: a scan's record and heat map, and the glasses that are to be scanned again.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use catalog::views::ScanAccess;
use pathology::access::Resource;
use pathology::ids::{ScannerId, SiteId};
use serde::Deserialize;
use uuid::Uuid;

use crate::audience::{Caller, Opened};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{QualityJson, RescansJson};

pub(crate) async fn record(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
) -> Result<Json<QualityJson>, Problem> {
    let view = door.catalog().quality(&scan.access).await?;
    Ok(Json(QualityJson::of(scan.access.get().scan.0, &view)))
}

pub(crate) async fn heat_map(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
) -> Result<Response, Problem> {
    let png = door.catalog().heat_map(&scan.access).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=60"),
    ];
    Ok((headers, png).into_response())
}

/// Of which scanner; all without one.
#[derive(Deserialize)]
pub(crate) struct OfScanner {
    scanner: Option<Uuid>,
}

pub(crate) async fn rescans(
    State(door): State<Door>,
    caller: Caller,
    query: Result<Query<OfScanner>, QueryRejection>,
) -> Result<Json<RescansJson>, Problem> {
    let Query(of) =
        query.map_err(|_| Problem::invalid("scanner", "give the id of a scanner, or nothing"))?;
    let subject = caller.asking.subject;
    let resource = |site: &Option<SiteId>| Resource::Tray {
        organisation: subject.organisation,
        site: site.unwrap_or(SiteId(Uuid::nil())),
    };
    let decided = caller.decide(resource, subject.site)?;
    let site = subject
        .site
        .filter(|_| subject.role == pathology::access::Role::Operator);
    let scanner = of.scanner.map(ScannerId);
    let rows = door
        .catalog()
        .rescans(subject.organisation, site, scanner)
        .await?;
    door.catalog()
        .audit_access(&caller.asking, decided.basis().as_str())
        .await?;
    Ok(Json(RescansJson::of(&rows)))
}
