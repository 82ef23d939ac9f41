//! Who may take a reading, and why not the others.

use catalog::views::{AskedView, EligibleView};
use pathology::routing::RULES;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::written;

/// Whom a reading could concern, by the rules of a claim.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Eligibility")]
pub(crate) struct EligibleJson {
    now: String,
    /// The version of the rules that were asked.
    rules: u16,
    /// At most 200: who may first.
    people: Vec<AskedJson>,
    /// How many more there are.
    beyond: u64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Asked")]
struct AskedJson {
    pathologist: Uuid,
    name: String,
    organisation: String,
    site: String,
    /// They could claim it now.
    may: bool,
    /// Only presence or capacity is in the way.
    may_later: bool,
    /// What permits it, or all that forbids it.
    why: Vec<String>,
    rights_version: i64,
    active: u32,
    max_active: u32,
}

impl EligibleJson {
    pub(crate) fn of(view: &EligibleView) -> Self {
        Self {
            now: written(view.now),
            rules: RULES,
            people: view.people.iter().map(AskedJson::of).collect(),
            beyond: view.beyond,
        }
    }
}

impl AskedJson {
    fn of(one: &AskedView) -> Self {
        Self {
            pathologist: one.pathologist.0,
            name: one.name.clone(),
            organisation: one.organisation_name.clone(),
            site: one.site_name.clone(),
            may: one.may,
            may_later: one.may_later,
            why: one.why.clone(),
            rights_version: one.rights_version,
            active: one.active,
            max_active: one.max_active,
        }
    }
}
