//! Pathologists, sites, agreements.

use axum::Json;
use axum::extract::State;
use catalog::views::PathologistView;
use pathology::access::Resource;
use pathology::ids::PathologistId;

use crate::audience::{Caller, Given, Own};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{AgreementJson, PathologistJson, PresenceJson, SiteJson};

pub(crate) async fn pathologists(
    State(door): State<Door>,
    own: Own,
) -> Result<Json<Vec<PathologistJson>>, Problem> {
    let people = door.catalog().pathologists(own.id()).await?;
    Ok(Json(people.iter().map(PathologistJson::of).collect()))
}

pub(crate) async fn sites(
    State(door): State<Door>,
    own: Own,
) -> Result<Json<Vec<SiteJson>>, Problem> {
    let sites = door.catalog().sites(own.id()).await?;
    Ok(Json(sites.iter().map(SiteJson::of).collect()))
}

pub(crate) async fn agreements(
    State(door): State<Door>,
    own: Own,
) -> Result<Json<Vec<AgreementJson>>, Problem> {
    let agreements = door.catalog().agreements(own.id()).await?;
    Ok(Json(agreements.iter().map(AgreementJson::of).collect()))
}

pub(crate) async fn presence(
    State(door): State<Door>,
    caller: Caller,
) -> Result<Json<PresenceJson>, Problem> {
    let (_, view) = oneself(&door, &caller).await?;
    Ok(Json(PresenceJson::of(&view)))
}

pub(crate) async fn set_presence(
    State(door): State<Door>,
    caller: Caller,
    Given(wanted): Given<PresenceJson>,
) -> Result<Json<PresenceJson>, Problem> {
    let (me, _) = oneself(&door, &caller).await?;
    let by = caller.by("oneself");
    door.catalog()
        .set_presence(me, wanted.presence(), &by)
        .await?;
    Ok(Json(wanted))
}

async fn oneself(
    door: &Door,
    caller: &Caller,
) -> Result<(PathologistId, PathologistView), Problem> {
    let subject = caller.asking.subject;
    let me = subject
        .role
        .pathologist()
        .ok_or_else(|| Problem::not_found("pathologist"))?;
    let of = |me: &PathologistId| Resource::Pathologist {
        id: *me,
        organisation: subject.organisation,
    };
    let me = caller.decide(of, me)?.into_inner();
    let view = door.catalog().pathologist(subject.organisation, me).await?;
    Ok((me, view))
}
