//! What a search finds.

use catalog::views::Hit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::worklist::PatientJson;

/// What to look for; in a body, so that it never stands in an address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Search")]
pub(crate) struct SearchJson {
    pub(crate) text: String,
}

/// What a search found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Found")]
pub(crate) struct FoundJson {
    pub(crate) rows: Vec<HitJson>,
}

/// A case that was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hit")]
pub(crate) struct HitJson {
    case: Uuid,
    number: String,
    issuer: String,
    patient: PatientJson,
    state: String,
}

impl HitJson {
    pub(crate) fn of(hit: &Hit) -> Self {
        Self {
            case: hit.case.0,
            number: hit.number.clone(),
            issuer: hit.issuer.clone(),
            patient: PatientJson::of(&hit.patient),
            state: hit.state.clone(),
        }
    }
}
