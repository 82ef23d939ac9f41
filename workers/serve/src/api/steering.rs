//! What a manager decides: a case's way, its clocks, and who is on the rota.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use catalog::views::CaseAccess;
use pathology::case::Micros;
use pathology::ids::{PathologistId, ReadingId};
use pathology::staff::{NotARota, rota_of_csv, rota_of_ical};

use crate::audience::{Given, Opened, Own};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{
    BumpJson, BumpedJson, ClocksJson, CorrectOrderJson, GapsJson, GapsQuery, PauseJson,
    RetriageJson, RotaJson,
};

pub(crate) async fn bump(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
    Given(asked): Given<BumpJson>,
) -> Result<Json<BumpedJson>, Problem> {
    let (case, reading) = (opened.access.get().case, ReadingId(asked.reading));
    let catalog = door.catalog();
    let view = catalog.case(&opened.access).await?;
    // The door was opened for this case: a reading of another one is not behind it.
    if !view.readings.iter().any(|one| one.reading == reading) {
        return Err(Problem::not_found("reading"));
    }
    let by = opened.caller.by(opened.access.basis().as_str());
    let key = catalog
        .bump(reading, asked.minutes, &asked.reason, &by)
        .await?;
    tracing::info!(case.id = %case, reading.id = %reading, "a reading was moved in its order");
    Ok(Json(BumpedJson::of(key)))
}

pub(crate) async fn retriage(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
    Given(asked): Given<RetriageJson>,
) -> Result<StatusCode, Problem> {
    let specialties = asked.specialties()?;
    let by = opened.caller.by(opened.access.basis().as_str());
    let case = opened.access.get().case;
    door.catalog()
        .retriage(case, &specialties, &asked.reason, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn correct_order(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
    Given(asked): Given<CorrectOrderJson>,
) -> Result<StatusCode, Problem> {
    let by = opened.caller.by(opened.access.basis().as_str());
    let (case, key) = (opened.access.get().case, opened.caller.key.as_deref());
    door.catalog()
        .correct_order(case, asked.content(), &asked.reason, key, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn clocks(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
) -> Result<Json<ClocksJson>, Problem> {
    let clocks = door.catalog().clocks(opened.access.get().case).await?;
    Ok(Json(ClocksJson::of(&clocks)))
}

pub(crate) async fn pause(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
    Given(asked): Given<PauseJson>,
) -> Result<StatusCode, Problem> {
    let by = opened.caller.by(opened.access.basis().as_str());
    let case = opened.access.get().case;
    door.catalog()
        .pause_clocks(case, &asked.reason, &by)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn resume(
    State(door): State<Door>,
    opened: Opened<CaseAccess>,
) -> Result<StatusCode, Problem> {
    let by = opened.caller.by(opened.access.basis().as_str());
    let case = opened.access.get().case;
    door.catalog().resume_clocks(case, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn rota(
    State(door): State<Door>,
    own: Own,
    Given(sent): Given<RotaJson>,
) -> Result<StatusCode, Problem> {
    let (field, read) = match &sent {
        RotaJson::Csv(text) => {
            let people = door.catalog().pathologists(own.id()).await?;
            let named = people.into_iter().map(|one| (one.pathologist, one.name));
            ("csv", rota_of_csv(text, &named.collect::<Vec<_>>()))
        }
        RotaJson::Calendar { pathologist, text } => {
            let now = door.catalog().now().await?;
            let whose = PathologistId(*pathologist);
            ("calendar", rota_of_ical(text, whose, now))
        }
    };
    let shifts = read.map_err(|why: NotARota| Problem::invalid(field, &why.to_string()))?;
    let by = own.caller.by(own.organisation.basis().as_str());
    door.catalog().record_rota(shifts, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn gaps(
    State(door): State<Door>,
    own: Own,
    Query(asked): Query<GapsQuery>,
) -> Result<Json<GapsJson>, Problem> {
    let catalog = door.catalog();
    let now = catalog.now().await?;
    let read = |field, text: &Option<String>, otherwise: Micros| match text {
        None => Ok(otherwise),
        Some(text) => Micros::from_rfc3339(text)
            .map_err(|_| Problem::invalid(field, "give a time as 2026-12-03T14:00:00Z")),
    };
    let from = read("from", &asked.from, now)?;
    let to = read("to", &asked.to, from.plus_hours(7 * 24))?;
    let gaps = catalog.coverage_gaps(own.id(), from, to).await?;
    own.audit(&door).await?;
    Ok(Json(GapsJson::of(&gaps)))
}
