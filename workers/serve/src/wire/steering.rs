//! A case's way and its clocks.

use catalog::RunningClock;
use pathology::case::Micros;
use pathology::routing::OrderKey;
use pathology::staff::Specialty;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;
use crate::problem::Problem;

/// Move a reading in its order.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Bump")]
pub(crate) struct BumpJson {
    pub(crate) reading: Uuid,
    /// Sooner when positive, later when negative; 43200 at most.
    pub(crate) minutes: i32,
    pub(crate) reason: String,
}

/// Where a reading stands now.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Bumped")]
pub(crate) struct BumpedJson {
    class: u8,
    /// It is ordered as if it were due then.
    as_if_due_at: String,
}

/// Say which specialties a case needs, that of who signs first.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Retriage")]
pub(crate) struct RetriageJson {
    specialties: Vec<String>,
    pub(crate) reason: String,
}

/// Why the clocks of a case pause.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Pause")]
pub(crate) struct PauseJson {
    pub(crate) reason: String,
}

/// The clocks of a case.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Clocks")]
pub(crate) struct ClocksJson {
    rows: Vec<FiguresJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClockFigures")]
struct FiguresJson {
    kind: String,
    started_at: String,
    due_at: String,
    stopped_at: Option<String>,
    /// Counted by its calendar, pauses included.
    published_seconds: i64,
    /// The same without its pauses.
    adjusted_seconds: i64,
}

impl BumpedJson {
    pub(crate) fn of(key: OrderKey) -> Self {
        Self {
            class: key.class,
            as_if_due_at: written(Micros(key.vkey)),
        }
    }
}

impl RetriageJson {
    pub(crate) fn specialties(&self) -> Result<Vec<Specialty>, Problem> {
        let read = |text: &String| {
            Specialty::new(text).map_err(|why| Problem::invalid("specialties", &why.to_string()))
        };
        self.specialties.iter().map(read).collect()
    }
}

impl ClocksJson {
    pub(crate) fn of(clocks: &[RunningClock]) -> Self {
        let row = |one: &RunningClock| FiguresJson {
            kind: one.clock.kind.to_string(),
            started_at: written(one.clock.started_at),
            due_at: written(one.clock.due_at),
            stopped_at: one.clock.stopped_at.map(written),
            published_seconds: one.figures.published_us / 1_000_000,
            adjusted_seconds: one.figures.adjusted_us / 1_000_000,
        };
        let rows = clocks.iter().map(row).collect();
        Self { rows }
    }
}
