//! A case's way, its clocks, and the rota.

use catalog::RunningClock;
use pathology::case::Micros;
use pathology::routing::OrderKey;
use pathology::staff::{Gap, Specialty};
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

/// A rota: a table of many people, or one person's calendar.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Rota")]
#[serde(rename_all = "snake_case")]
pub(crate) enum RotaJson {
    /// `pathologist,duty,from,to` and a line a shift: the id or the name of a pathologist of the organisation, `reading` or
    /// `on_call`, RFC 3339 times.
    Csv(String),
    /// An iCalendar file: single events, in UTC or with a zone of the tz database; `CATEGORIES:on_call` for that duty.
    Calendar { pathologist: Uuid, text: String },
}

/// From when to when; a week from now if not said.
#[derive(Deserialize)]
pub(crate) struct GapsQuery {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// When nobody on the rota may read a specialty.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CoverageGaps")]
pub(crate) struct GapsJson {
    rows: Vec<GapJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CoverageGap")]
struct GapJson {
    specialty: String,
    from: String,
    to: String,
    sentence: String,
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

impl GapsJson {
    pub(crate) fn of(gaps: &[Gap]) -> Self {
        let row = |gap: &Gap| GapJson {
            specialty: gap.specialty.as_str().to_owned(),
            from: written(gap.from),
            to: written(gap.to),
            sentence: gap.to_string(),
        };
        let rows = gaps.iter().map(row).collect();
        Self { rows }
    }
}
