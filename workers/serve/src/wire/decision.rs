//! Why a claim was made, and whether its facts decide the same today.

use catalog::views::DecisionView;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::written;

/// A claim and what it was decided by.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Decision")]
pub(crate) struct DecisionJson {
    claim: Uuid,
    reading: Uuid,
    pathologist: Uuid,
    name: String,
    from: String,
    until: Option<String>,
    state: String,
    end_reason: String,
    fence: i64,
    rights_version: i64,
    out_of_order: bool,
    /// What the pathologist was told then.
    said: Vec<String>,
    /// What the same rules say to the same facts today; null: none were asked, or there are others by now.
    again: Option<Vec<String>>,
    /// Whether both are the same.
    stands: Option<bool>,
    /// The facts, with the version of the rules they were decided by.
    facts: Option<Value>,
}

impl DecisionJson {
    pub(crate) fn of(one: &DecisionView) -> Self {
        Self {
            claim: one.claim.0,
            reading: one.reading.0,
            pathologist: one.pathologist.0,
            name: one.name.clone(),
            from: written(one.from),
            until: one.until.map(written),
            state: one.state.clone(),
            end_reason: one.end_reason.clone(),
            fence: one.fence,
            rights_version: one.rights_version,
            out_of_order: one.out_of_order,
            said: one.said.clone(),
            again: one.again(),
            stands: one.stands(),
            facts: one.decision.as_ref().map(|facts| serde_json::json!(facts)),
        }
    }
}
