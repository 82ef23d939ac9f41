//! What a manager decides: a case's way and its clocks.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use catalog::views::CaseAccess;
use pathology::ids::ReadingId;

use crate::audience::{Given, Opened};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{BumpJson, BumpedJson, ClocksJson, CorrectOrderJson, PauseJson, RetriageJson};

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
