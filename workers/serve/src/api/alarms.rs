//! What somebody must say they have seen.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::audience::{Own, parsed};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::AlarmsJson;

pub(crate) async fn list(State(door): State<Door>, own: Own) -> Result<Json<AlarmsJson>, Problem> {
    let alarms = door.catalog().alarms(own.id()).await?;
    own.audit(&door).await?;
    Ok(Json(AlarmsJson::of(&alarms)))
}

pub(crate) async fn acknowledge(
    State(door): State<Door>,
    own: Own,
    Path(alarm): Path<String>,
) -> Result<StatusCode, Problem> {
    let alarm: i64 = parsed(&alarm, "alarm")?;
    let by = own.caller.by(own.organisation.basis().as_str());
    door.catalog().acknowledge_alarm(alarm, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
