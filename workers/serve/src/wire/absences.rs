//! Who is away, and what that moves.

use catalog::views::AbsenceView;
use catalog::{Absence, AbsenceFate, AbsencePlan, Move};
use pathology::case::Micros;
use pathology::ids::{AbsenceId, PathologistId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;
use crate::problem::Problem;

/// A time away.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAbsence")]
pub(crate) struct AbsenceJson {
    /// Who is away.
    pub(crate) pathologist: Uuid,
    /// Who stands in.
    deputy: Option<Uuid>,
    from: String,
    to: String,
    #[serde(default)]
    reason: String,
}

/// An absence that is not over.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Absence")]
pub(crate) struct AwayJson {
    id: Uuid,
    pathologist: Uuid,
    name: String,
    /// Who stands in.
    deputy: Option<String>,
    from: String,
    to: String,
    reason: String,
    /// Whether it has begun, and moved what they owned.
    begun: bool,
}

/// What an absence moves, urgent first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AbsencePlan")]
pub(crate) struct PlanJson {
    absence: Option<Uuid>,
    /// Whether it is done; otherwise it will be when the absence begins.
    applied: bool,
    moves: Vec<MoveJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AbsenceMove")]
struct MoveJson {
    reading: Uuid,
    case: Uuid,
    number: String,
    /// `offered`, `claimed`, `begun`, `extra_work` or `incident`.
    was: String,
    /// `deputy`, `waits`, `stays` or `manager`.
    becomes: &'static str,
    /// Why not the deputy.
    why: Vec<String>,
}

impl AbsenceJson {
    pub(crate) fn absence(self, absence: AbsenceId) -> Result<Absence, Problem> {
        let time = |field, text: &str| {
            let parsed: Result<Micros, _> = text.parse();
            parsed.map_err(|_| Problem::invalid(field, "write a time as 2026-11-23T09:00:00Z"))
        };
        Ok(Absence {
            absence,
            pathologist: PathologistId(self.pathologist),
            deputy: self.deputy.map(PathologistId),
            from: time("from", &self.from)?,
            to: time("to", &self.to)?,
            reason: self.reason,
        })
    }
}

impl AwayJson {
    pub(crate) fn of(view: &AbsenceView) -> Self {
        Self {
            id: view.absence.0,
            pathologist: view.pathologist.0,
            name: view.name.clone(),
            deputy: view.deputy.clone(),
            from: written(view.from),
            to: written(view.to),
            reason: view.reason.clone(),
            begun: view.begun,
        }
    }
}

impl PlanJson {
    pub(crate) fn of(absence: Option<AbsenceId>, plan: &AbsencePlan) -> Self {
        Self {
            absence: absence.map(|id| id.0),
            applied: plan.applied,
            moves: plan.moves.iter().map(MoveJson::of).collect(),
        }
    }
}

impl MoveJson {
    fn of(one: &Move) -> Self {
        let (becomes, why) = match &one.fate {
            AbsenceFate::Deputy => ("deputy", Vec::new()),
            AbsenceFate::Waits(why) => ("waits", why.clone()),
            AbsenceFate::Stays => ("stays", Vec::new()),
            AbsenceFate::Manager(why) => ("manager", why.clone()),
        };
        Self {
            reading: one.reading.0,
            case: one.case.0,
            number: one.number.clone(),
            was: one.was.to_string(),
            becomes,
            why,
        }
    }
}
