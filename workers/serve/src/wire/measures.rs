//! What happens now.

use catalog::views::{Hour, Measures, ScannerMeasure, SpecialtyMeasure, Waiting};
use schemars::JsonSchema;
use serde::Serialize;

use super::{specialty, written};

/// What happens now and since midnight of the server's zone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Measures")]
pub(crate) struct MeasuresJson {
    now: String,
    since: String,
    delivered: u64,
    published: u64,
    in_trays: u64,
    cases: CasesJson,
    oldest_waiting: Option<OldestJson>,
    late: u64,
    per_hour: Vec<HourJson>,
    by_specialty: Vec<SpecialtyJson>,
    scanners: Vec<ScannerJson>,
}

#[derive(Serialize, JsonSchema)]
struct CasesJson {
    accessioned: u64,
    partial: u64,
    waiting: u64,
    claimed: u64,
    signed_out: u64,
}

#[derive(Serialize, JsonSchema)]
struct OldestJson {
    since: String,
    seconds: i64,
}

#[derive(Serialize, JsonSchema)]
struct HourJson {
    hour: String,
    delivered: u64,
    published: u64,
    signed_out: u64,
}

#[derive(Serialize, JsonSchema)]
struct SpecialtyJson {
    specialty: String,
    name: String,
    waiting: u64,
    claimed: u64,
    signed_out: u64,
    oldest_seconds: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct ScannerJson {
    name: String,
    site: String,
    delivered: u64,
    last_at: Option<String>,
}

impl MeasuresJson {
    pub(crate) fn of(view: &Measures) -> Self {
        Self {
            now: written(view.now),
            since: written(view.since),
            delivered: view.delivered,
            published: view.published,
            in_trays: view.in_trays,
            cases: CasesJson {
                accessioned: view.accessioned,
                partial: view.partial,
                waiting: view.waiting,
                claimed: view.claimed,
                signed_out: view.signed_out,
            },
            oldest_waiting: view.oldest_waiting.map(OldestJson::of),
            late: view.late,
            per_hour: view.per_hour.iter().map(HourJson::of).collect(),
            by_specialty: view.by_specialty.iter().map(SpecialtyJson::of).collect(),
            scanners: view.scanners.iter().map(ScannerJson::of).collect(),
        }
    }
}

impl OldestJson {
    fn of(oldest: Waiting) -> Self {
        Self {
            since: written(oldest.since),
            seconds: oldest.seconds,
        }
    }
}

impl HourJson {
    fn of(hour: &Hour) -> Self {
        Self {
            hour: written(hour.hour),
            delivered: hour.delivered,
            published: hour.published,
            signed_out: hour.signed_out,
        }
    }
}

impl SpecialtyJson {
    fn of(one: &SpecialtyMeasure) -> Self {
        Self {
            specialty: one.specialty.clone(),
            name: specialty(&one.specialty),
            waiting: one.waiting,
            claimed: one.claimed,
            signed_out: one.signed_out,
            oldest_seconds: one.oldest_seconds,
        }
    }
}

impl ScannerJson {
    fn of(scanner: &ScannerMeasure) -> Self {
        Self {
            name: scanner.name.clone(),
            site: scanner.site.clone(),
            delivered: scanner.delivered,
            last_at: scanner.last_at.map(written),
        }
    }
}
