//! Who did what to a case.

use catalog::views::Audited;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::written;

/// A line of the audit.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Audited")]
pub(crate) struct AuditJson {
    id: i64,
    at: String,
    subject: String,
    action: String,
    purpose: String,
    basis: String,
    outcome: String,
    scan: Option<Uuid>,
    reading: Option<Uuid>,
    detail: String,
}

impl AuditJson {
    pub(crate) fn of(line: &Audited) -> Self {
        Self {
            id: line.id,
            at: written(line.at),
            subject: line.subject.clone(),
            action: line.action.clone(),
            purpose: line.purpose.clone(),
            basis: line.basis.clone(),
            outcome: line.outcome.clone(),
            scan: line.scan.map(|scan| scan.0),
            reading: line.reading.map(|reading| reading.0),
            detail: line.detail.clone(),
        }
    }
}
