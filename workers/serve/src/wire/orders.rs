//! What a pathologist orders for a case they hold: more glass, glass itself, further opinions.

use catalog::ExtraWorkView;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;

/// Recuts or stains of a block.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RequestExtraWork")]
pub(crate) struct ExtraWorkJson {
    pub(crate) fence: i64,
    /// The block's code.
    pub(crate) block: String,
    /// Whether tissue is cut again.
    #[serde(default)]
    pub(crate) recut: bool,
    /// One slide for each.
    pub(crate) stains: Vec<String>,
    #[serde(default)]
    pub(crate) reason: String,
}

/// A request that stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ExtraWork")]
pub(crate) struct WorkJson {
    pub(crate) work: Uuid,
}

/// A request that ends before all of it came.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EndExtraWork")]
pub(crate) struct EndWorkJson {
    /// Whether the block has no tissue left; otherwise it is cancelled.
    #[serde(default)]
    pub(crate) no_tissue_left: bool,
    #[serde(default)]
    pub(crate) reason: String,
}

/// Work the laboratory owes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OwedWork")]
pub(crate) struct OwedJson {
    work: Uuid,
    case: Uuid,
    number: String,
    kind: String,
    reason: String,
    requester: String,
    requested_at: String,
    deadline_at: String,
    slides: i64,
    here: i64,
}

/// A slide to be read under the microscope, or that was.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Glass")]
pub(crate) struct GlassJson {
    pub(crate) fence: i64,
    pub(crate) slide: Uuid,
    #[serde(default)]
    pub(crate) reason: String,
}

/// A question to colleagues.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskOpinion")]
pub(crate) struct OpinionJson {
    pub(crate) fence: i64,
    pub(crate) ask: AskWord,
    /// Whom: they are asked first, and for a time alone.
    pub(crate) to: Option<Uuid>,
    /// The expert's specialty, for a consult.
    pub(crate) specialty: Option<String>,
    /// Whether the report waits for a consult.
    #[serde(default)]
    pub(crate) before_release: bool,
    /// How many opinions, for a panel.
    #[serde(default = "one")]
    pub(crate) opinions: usize,
    #[serde(default)]
    pub(crate) question: String,
}

const fn one() -> usize {
    1
}

/// What is asked for.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Ask")]
pub(crate) enum AskWord {
    /// Another pathologist before the release.
    Second,
    /// An expert's opinion.
    Consult,
    /// Several opinions.
    Panel,
}

/// The readings that were opened.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OpenedReadings")]
pub(crate) struct ReadingsJson {
    pub(crate) readings: Vec<Uuid>,
}

/// A reason, and nothing else.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reason")]
pub(crate) struct ReasonJson {
    #[serde(default)]
    pub(crate) reason: String,
}

impl OwedJson {
    pub(crate) fn of(view: &ExtraWorkView) -> Self {
        Self {
            work: view.work.0,
            case: view.case.0,
            number: view.number.clone(),
            kind: view.kind.clone(),
            reason: view.reason.clone(),
            requester: view.requester.clone(),
            requested_at: written(view.requested_at),
            deadline_at: written(view.deadline_at),
            slides: view.slides,
            here: view.here,
        }
    }
}
