//! An objection: a patient does not want certain people to read their cases.
//!
//! It narrows who is eligible; a case it leaves nobody for is an alarm, never silence.

use serde::{Deserialize, Serialize};

use super::Pathologist;
use crate::case::Micros;
use crate::ids::{OrganisationId, PathologistId};

/// Whom a patient excludes. JSON: `"every_other_organisation"`, `{"organisation": id}`,
/// `{"pathologist": id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excluded {
    /// Everyone outside the organisation that owns the case.
    EveryOtherOrganisation,
    /// The people of one organisation.
    Organisation(OrganisationId),
    /// One person.
    Pathologist(PathologistId),
}

impl From<OrganisationId> for Excluded {
    fn from(one: OrganisationId) -> Self {
        Self::Organisation(one)
    }
}

impl From<PathologistId> for Excluded {
    fn from(one: PathologistId) -> Self {
        Self::Pathologist(one)
    }
}

/// A recorded objection of the patient of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Whom it excludes.
    pub excluded: Excluded,
    /// From then on.
    pub recorded_at: Micros,
    /// Until then.
    pub withdrawn_at: Option<Micros>,
}

impl Objection {
    /// Whether it keeps this pathologist from a case of `owner` at `now`.
    pub fn excludes(&self, pathologist: &Pathologist, owner: OrganisationId, now: Micros) -> bool {
        let stands = self.recorded_at <= now && self.withdrawn_at.is_none_or(|end| now < end);
        stands
            && match self.excluded {
                Excluded::EveryOtherOrganisation => pathologist.organisation != owner,
                Excluded::Organisation(one) => pathologist.organisation == one,
                Excluded::Pathologist(one) => pathologist.id == one,
            }
    }
}
