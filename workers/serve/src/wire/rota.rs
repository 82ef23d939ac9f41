//! The rota: sent, asked for, and what it leaves open.

use catalog::views::ShiftView;
use pathology::case::Micros;
use pathology::staff::Gap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;
use crate::problem::Problem;

/// A rota: a table of many people, or one person's calendar.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Rota")]
#[serde(rename_all = "snake_case")]
pub(crate) enum RotaJson {
    /// `pathologist,duty,from,to` and a line a shift: the id or the name of a pathologist of the organisation, `reading` or
    /// `on_call`, RFC 3339 times.
    Csv(String),
    /// An iCalendar file, in UTC or with zones of the tz database; of what repeats, 92 days are taken; `CATEGORIES:on_call` for that duty.
    Calendar { pathologist: Uuid, text: String },
}

/// From when to when; a week from now if not said.
#[derive(Deserialize)]
pub(crate) struct AheadQuery {
    from: Option<String>,
    to: Option<String>,
}

/// Who is on the rota.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Shifts")]
pub(crate) struct ShiftsJson {
    rows: Vec<ShiftJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Shift")]
struct ShiftJson {
    pathologist: Uuid,
    name: String,
    /// `reading` or `on_call`.
    duty: &'static str,
    from: String,
    to: String,
    /// They take no new case in it, or in a part: an absence lies over it, or the hours before one.
    away: bool,
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

impl AheadQuery {
    /// The times asked for.
    pub(crate) fn times(&self, now: Micros) -> Result<(Micros, Micros), Problem> {
        let read = |field, text: &Option<String>, otherwise: Micros| match text {
            None => Ok(otherwise),
            Some(text) => Micros::from_rfc3339(text)
                .map_err(|_| Problem::invalid(field, "give a time as 2026-12-03T14:00:00Z")),
        };
        let from = read("from", &self.from, now)?;
        Ok((from, read("to", &self.to, from.plus_hours(7 * 24))?))
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

impl ShiftsJson {
    pub(crate) fn of(shifts: &[ShiftView]) -> Self {
        let row = |one: &ShiftView| ShiftJson {
            pathologist: one.pathologist.0,
            name: one.name.clone(),
            duty: one.duty.as_str(),
            from: written(one.from),
            to: written(one.to),
            away: one.away,
        };
        let rows = shifts.iter().map(row).collect();
        Self { rows }
    }
}
