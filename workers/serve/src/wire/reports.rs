//! What happens after a signature: recall, addendum, amendment, incidents.

use catalog::{Corrected, Correction, HandedOver, IncidentView, Seen};
use pathology::case::ReportKind;
use pathology::ids::{PathologistId, ReportId, ScanId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;

/// A reading that is open again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Recalled")]
pub(crate) struct RecalledJson {
    claim: Uuid,
    fence: i64,
}

/// An addendum or an amendment, bound to what was seen.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Correction")]
pub(crate) struct CorrectionJson {
    /// Whether it changes the report; otherwise it adds to it.
    amends: bool,
    text: String,
    /// What an amendment changes.
    #[serde(default)]
    changes: String,
    case_revision: i64,
    seen: Vec<SawJson>,
    #[serde(default)]
    acknowledged: Vec<String>,
    /// Incidents it answers.
    #[serde(default)]
    answers: Vec<i64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Saw")]
struct SawJson {
    scan: Uuid,
    generation: i64,
    opened: bool,
}

/// A correction that stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Corrected")]
pub(crate) struct CorrectedJson {
    report: Uuid,
    version: i64,
    signed_at: String,
}

/// Something that came or changed after the signature.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Incident")]
pub(crate) struct IncidentJson {
    incident: i64,
    case: Uuid,
    number: String,
    report: Uuid,
    scan: Option<Uuid>,
    code: String,
    opened_at: String,
    deadline_at: String,
}

impl RecalledJson {
    pub(crate) fn of(again: &HandedOver) -> Self {
        Self {
            claim: again.claim.0,
            fence: again.fence,
        }
    }
}

impl CorrectionJson {
    pub(crate) fn correction(
        self,
        report: ReportId,
        corrects: ReportId,
        who: PathologistId,
    ) -> Correction {
        let saw = |one: SawJson| Seen {
            scan: ScanId(one.scan),
            generation: one.generation,
            opened: one.opened,
        };
        Correction {
            report,
            corrects,
            kind: if self.amends {
                ReportKind::Amendment
            } else {
                ReportKind::Addendum
            },
            who,
            text: self.text.into(),
            changes: self.changes.into(),
            case_revision: self.case_revision,
            seen: self.seen.into_iter().map(saw).collect(),
            acknowledged: self.acknowledged,
            answers: self.answers,
        }
    }
}

impl CorrectedJson {
    pub(crate) fn of(corrected: &Corrected) -> Self {
        Self {
            report: corrected.report.0,
            version: corrected.version,
            signed_at: written(corrected.signed_at),
        }
    }
}

impl IncidentJson {
    pub(crate) fn of(view: &IncidentView) -> Self {
        Self {
            incident: view.incident,
            case: view.case.0,
            number: view.number.clone(),
            report: view.report.0,
            scan: view.scan.map(|scan| scan.0),
            code: view.code.clone(),
            opened_at: written(view.opened_at),
            deadline_at: written(view.deadline_at),
        }
    }
}
