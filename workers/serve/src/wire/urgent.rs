//! What calls for a pathologist: immediate cases that wait, offers made to them. No patient is named.

use catalog::views::{Called, OfferView, Urgent};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::written;

/// What calls.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Urgent")]
pub(crate) struct UrgentJson {
    now: String,
    /// Immediate readings they may take, first things first; at most 8.
    waiting: Vec<CalledJson>,
    /// What is offered to them.
    offered: Vec<OfferedToMe>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Called")]
struct CalledJson {
    reading: Uuid,
    case: Uuid,
    number: String,
    issuer: String,
    specialty: String,
    site: String,
    priority: String,
    ready_at: Option<String>,
    due_at: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OfferedToMe")]
struct OfferedToMe {
    claim: Uuid,
    fence: i64,
    until: String,
    #[serde(flatten)]
    called: CalledJson,
}

impl UrgentJson {
    pub(crate) fn of(urgent: &Urgent) -> Self {
        Self {
            now: written(urgent.now),
            waiting: urgent.waiting.iter().map(CalledJson::of).collect(),
            offered: urgent.offered.iter().map(OfferedToMe::of).collect(),
        }
    }
}

impl CalledJson {
    fn of(called: &Called) -> Self {
        Self {
            reading: called.reading.0,
            case: called.case.0,
            number: called.number.clone(),
            issuer: called.issuer.clone(),
            specialty: called.specialty.clone(),
            site: called.site_name.clone(),
            priority: called.priority.clone(),
            ready_at: called.ready_at.map(written),
            due_at: written(called.due_at),
        }
    }
}

impl OfferedToMe {
    fn of((called, offer): &(Called, OfferView)) -> Self {
        Self {
            claim: offer.claim.0,
            fence: offer.fence,
            until: written(offer.until),
            called: CalledJson::of(called),
        }
    }
}
