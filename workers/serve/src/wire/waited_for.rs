//! What a case waits for although its slides are here: extra work, and glass to be read.

use catalog::views::{GlassView, WorkSlideView, WorkView};
use pathology::ids::PathologistId;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{shown, written};

/// Extra work nobody has ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WaitedFor")]
pub(super) struct WaitedForJson {
    id: Uuid,
    reading: Uuid,
    /// `recut` or `stain`.
    kind: String,
    reason: String,
    requested_by: String,
    /// Asked for by who looks: they may cancel it.
    mine: bool,
    requested_at: String,
    deadline_at: String,
    slides: Vec<WorkSlideJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkSlide")]
struct WorkSlideJson {
    id: Uuid,
    name: String,
    stain: String,
    /// Its scan has come.
    here: bool,
}

/// A slide deferred to its glass.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Deferred")]
pub(super) struct DeferredJson {
    reading: Uuid,
    slide: Uuid,
    name: String,
    stain: String,
    reason: String,
    deferred_by: String,
    deferred_at: String,
    deadline_at: String,
    read_at: Option<String>,
}

impl WaitedForJson {
    pub(super) fn of(work: &WorkView, me: Option<PathologistId>) -> Self {
        Self {
            id: work.work.0,
            reading: work.reading.0,
            kind: work.kind.clone(),
            reason: shown(&work.reason),
            requested_by: work.requested_by.clone(),
            mine: Some(work.requester) == me,
            requested_at: written(work.requested_at),
            deadline_at: written(work.deadline_at),
            slides: work.slides.iter().map(WorkSlideJson::of).collect(),
        }
    }
}

impl WorkSlideJson {
    fn of(slide: &WorkSlideView) -> Self {
        Self {
            id: slide.slide.0,
            name: slide.name.clone(),
            stain: slide.stain.clone(),
            here: slide.here,
        }
    }
}

impl DeferredJson {
    pub(super) fn of(glass: &GlassView) -> Self {
        Self {
            reading: glass.reading.0,
            slide: glass.slide.0,
            name: glass.name.clone(),
            stain: glass.stain.clone(),
            reason: shown(&glass.reason),
            deferred_by: glass.deferred_by.clone(),
            deferred_at: written(glass.deferred_at),
            deadline_at: written(glass.deadline_at),
            read_at: glass.read_at.map(written),
        }
    }
}
