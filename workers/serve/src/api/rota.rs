//! The rota: recorded, shown, and asked where it leaves nobody.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use pathology::ids::PathologistId;
use pathology::staff::{NotARota, rota_of_csv, rota_of_ical};

use crate::audience::{Given, Own};
use crate::door::Door;
use crate::problem::Problem;
use crate::wire::{AheadQuery, GapsJson, RotaJson, ShiftsJson};

pub(crate) async fn record(
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

pub(crate) async fn shifts(
    State(door): State<Door>,
    own: Own,
    Query(asked): Query<AheadQuery>,
) -> Result<Json<ShiftsJson>, Problem> {
    let catalog = door.catalog();
    let (from, to) = asked.times(catalog.now().await?)?;
    let shifts = catalog.rota(own.id(), from, to).await?;
    own.audit(&door).await?;
    Ok(Json(ShiftsJson::of(&shifts)))
}

pub(crate) async fn gaps(
    State(door): State<Door>,
    own: Own,
    Query(asked): Query<AheadQuery>,
) -> Result<Json<GapsJson>, Problem> {
    let catalog = door.catalog();
    let (from, to) = asked.times(catalog.now().await?)?;
    let gaps = catalog.coverage_gaps(own.id(), from, to).await?;
    own.audit(&door).await?;
    Ok(Json(GapsJson::of(&gaps)))
}
