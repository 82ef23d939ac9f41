//! Trays: what waits for a person, and what a person does about it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use catalog::Decision;
use catalog::views::TrayPlace;
use pathology::access::{Authorized, Resource};
use pathology::case::TrayKind;
use pathology::ids::{SiteId, TrayId};
use uuid::Uuid;

use crate::audience::{Caller, Given, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{AttachJson, AttachedJson, DecideJson, DismissJson, RegionJson, TrayJson};

pub(crate) async fn list(
    State(door): State<Door>,
    caller: Caller,
    Path(kind): Path<String>,
) -> Result<Json<TrayJson>, Problem> {
    let kind: TrayKind = parsed(&kind, "tray")?;
    let subject = caller.asking.subject;
    let resource = |site: &Option<SiteId>| Resource::Tray {
        organisation: subject.organisation,
        site: site.unwrap_or(SiteId(Uuid::nil())),
    };
    let sites = caller.decide(resource, subject.site)?;
    // A manager looks after every site, an operator after their own.
    let site = subject
        .site
        .filter(|_| subject.role == pathology::access::Role::Operator);
    let entries = door
        .catalog()
        .tray(kind.as_str(), subject.organisation, site)
        .await?;
    door.catalog()
        .audit_access(&caller.asking, sites.basis().as_str())
        .await?;
    Ok(Json(TrayJson::of(&entries)))
}

pub(crate) async fn attach(
    State(door): State<Door>,
    caller: Caller,
    Path(tray): Path<String>,
    Given(glass): Given<AttachJson>,
) -> Result<Json<AttachedJson>, Problem> {
    let place = settled(&door, &caller, &tray).await?;
    let (tray, by) = (place.get().tray, caller.by(place.basis().as_str()));
    let attached = door
        .catalog()
        .attach(tray, glass.handheld.into(), &by)
        .await?;
    let matched = attached.matched;
    Ok(Json(AttachedJson { matched }))
}

pub(crate) async fn dismiss(
    State(door): State<Door>,
    caller: Caller,
    Path(tray): Path<String>,
    Given(aside): Given<DismissJson>,
) -> Result<StatusCode, Problem> {
    let place = settled(&door, &caller, &tray).await?;
    let (tray, by) = (place.get().tray, caller.by(place.basis().as_str()));
    door.catalog()
        .dismiss(tray, &aside.reason, aside.rescan, &by)
        .await?;
    Ok(StatusCode::OK)
}

pub(crate) async fn decide(
    State(door): State<Door>,
    caller: Caller,
    Path(tray): Path<String>,
    Given(asked): Given<DecideJson>,
) -> Result<StatusCode, Problem> {
    let place = settled(&door, &caller, &tray).await?;
    let (tray, by) = (place.get().tray, caller.by(place.basis().as_str()));
    let decision = match asked.decision.as_str() {
        "pass" => Decision::Pass,
        "rescan" => Decision::Rescan(asked.region.map(RegionJson::region)),
        _ => return Err(Problem::invalid("decision", "say pass or rescan")),
    };
    let decided = door
        .catalog()
        .decide_quality(tray, decision, &asked.reason, &by);
    decided.await?;
    Ok(StatusCode::OK)
}

async fn settled(
    door: &Door,
    caller: &Caller,
    tray: &str,
) -> Result<Authorized<TrayPlace>, Problem> {
    let tray: TrayId = parsed(tray, "tray entry")?;
    caller.settles(door.catalog().tray_place(tray).await?)
}
