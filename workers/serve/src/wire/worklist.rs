//! The worklist.

use catalog::views::{
    ClaimView, Count, NumberView, Part, PatientView, Worklist, WorklistQuery, WorklistRow,
};
use pathology::access::Subject;
use pathology::ids::SiteId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{clock, slides};
use super::{shown, specialty, written};

/// What is asked of the worklist.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    view: Option<View>,
    specialty: Option<String>,
    site: Option<Uuid>,
}

/// A part of the worklist.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum View {
    MineAndWaiting,
    Mine,
    Waiting,
    HeldByOthers,
    All,
}

impl ListQuery {
    pub(crate) fn query(&self) -> WorklistQuery {
        let part = match self.view {
            Some(View::Mine) => Part::Mine,
            Some(View::Waiting) => Part::Waiting,
            Some(View::HeldByOthers) => Part::HeldByOthers,
            Some(View::All) => Part::All,
            Some(View::MineAndWaiting) | None => Part::MineAndWaiting,
        };
        WorklistQuery {
            part,
            specialty: self.specialty.clone().filter(|key| !key.is_empty()),
            site: self.site.map(SiteId),
        }
    }
}

/// A worklist.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Worklist")]
pub(crate) struct WorklistJson {
    now: String,
    counts: CountsJson,
    specialties: Vec<SpecialtyCount>,
    sites: Vec<SiteCount>,
    most_likely: Option<MostLikely>,
    rows: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
struct CountsJson {
    mine_and_waiting: u64,
    mine: u64,
    waiting: u64,
    held_by_others: u64,
    all: u64,
}

#[derive(Serialize, JsonSchema)]
struct SpecialtyCount {
    key: String,
    name: String,
    count: u64,
}

#[derive(Serialize, JsonSchema)]
struct SiteCount {
    id: Uuid,
    name: String,
    count: u64,
}

#[derive(Serialize, JsonSchema)]
struct MostLikely {
    reading: Uuid,
    number: String,
    why: String,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    reading: Uuid,
    case: Uuid,
    number: String,
    issuer: String,
    numbers: Vec<NumberJson>,
    patient: PatientJson,
    specimen: String,
    specialty: String,
    site: String,
    organisation: String,
    priority: String,
    received_at: String,
    due_at: String,
    ready_at: Option<String>,
    slides: SlideCounts,
    flags: Vec<Flag>,
    state: &'static str,
    mine: bool,
    holder: Option<HolderJson>,
    claim: Option<HeldJson>,
    why: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct SlideCounts {
    here: u64,
    expected: u64,
    waived: u64,
    in_tray: u64,
}

#[derive(Serialize, JsonSchema)]
struct Flag {
    mark: &'static str,
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct HolderJson {
    name: String,
    site: String,
}

/// A number with who gave it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Number")]
pub(crate) struct NumberJson {
    issuer: String,
    value: String,
    role: String,
}

/// Who the patient is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Patient")]
pub(crate) struct PatientJson {
    name: String,
    born: String,
    sex: String,
    record: String,
    record_issuer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    national_number: Option<String>,
}

/// A claim that holds.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Held")]
pub(crate) struct HeldJson {
    id: Uuid,
    fence: i64,
    lease_until: String,
    begun: bool,
    hold_until: Option<String>,
    /// Until when it may be accepted, where it is only offered.
    offer_until: Option<String>,
}

impl NumberJson {
    pub(crate) fn of(number: &NumberView) -> Self {
        Self {
            issuer: number.issuer.clone(),
            value: shown(&number.value),
            role: number.role.clone(),
        }
    }
}

impl PatientJson {
    pub(crate) fn of(patient: &PatientView) -> Self {
        let record = patient.record.as_ref();
        Self {
            name: format!("{} {}", patient.family.expose(), patient.given.expose()),
            born: shown(&patient.born),
            sex: patient.sex.clone(),
            record: record.map_or_else(String::new, |record| shown(&record.value)),
            record_issuer: record.map_or_else(String::new, |record| record.issuer.clone()),
            national_number: patient.national_number.as_ref().map(shown),
        }
    }
}

impl HeldJson {
    pub(crate) fn of(claim: &ClaimView) -> Self {
        Self {
            id: claim.claim.0,
            fence: claim.fence,
            lease_until: written(claim.lease_until),
            begun: claim.begun,
            hold_until: claim.hold_until.map(written),
            offer_until: claim.offer_until.map(written),
        }
    }
}

impl WorklistJson {
    pub(crate) fn of(list: &Worklist, who: &Subject) -> Self {
        let counts = list.counts;
        let by_specialty = |count: &Count<String>| SpecialtyCount {
            key: count.key.clone(),
            name: specialty(&count.key),
            count: count.readings,
        };
        let by_site = |count: &Count<SiteId>| SiteCount {
            id: count.key.0,
            name: count.name.clone(),
            count: count.readings,
        };
        Self {
            now: written(list.now),
            counts: CountsJson {
                mine_and_waiting: counts.mine + counts.waiting,
                mine: counts.mine,
                waiting: counts.waiting,
                held_by_others: counts.held_by_others,
                all: counts.mine + counts.waiting + counts.held_by_others,
            },
            specialties: list.specialties.iter().map(by_specialty).collect(),
            sites: list.sites.iter().map(by_site).collect(),
            most_likely: most_likely(list, who),
            rows: list
                .rows
                .iter()
                .map(|row| Row::of(row, who, list))
                .collect(),
        }
    }
}

fn most_likely(list: &Worklist, who: &Subject) -> Option<MostLikely> {
    who.role.pathologist()?;
    let first = list.most_likely.as_ref()?;
    let how = match (first.priority.as_str(), first.due_at < list.now) {
        ("immediate", _) => "Immediate: ahead",
        (_, true) => "Most overdue",
        (_, false) => "Due first",
    };
    let why = match list.counts.waiting {
        1 => "The one case you may read.".to_owned(),
        n => format!("{how} of the {n} cases you may read."),
    };
    Some(MostLikely {
        reading: first.reading.0,
        number: first.number.clone(),
        why,
    })
}

impl Row {
    fn of(row: &WorklistRow, who: &Subject, list: &Worklist) -> Self {
        let holder = row.holder.as_ref().map(|(name, site)| HolderJson {
            name: name.clone(),
            site: site.clone(),
        });
        Self {
            reading: row.reading.0,
            case: row.case.0,
            number: row.number.clone(),
            issuer: row.issuer.clone(),
            numbers: row.numbers.iter().map(NumberJson::of).collect(),
            patient: PatientJson::of(&row.patient),
            specimen: specimen(row),
            specialty: row.specialty.clone(),
            site: row.site_name.clone(),
            organisation: row.organisation_name.clone(),
            priority: row.priority.clone(),
            received_at: written(row.received_at),
            due_at: written(row.due_at),
            ready_at: row.ready_at.map(written),
            slides: SlideCounts {
                here: row.slides_here,
                expected: row.slides_expected,
                waived: row.slides_waived,
                in_tray: row.slides_in_tray,
            },
            flags: flags(row),
            state: if holder.is_some() {
                "claimed"
            } else {
                "waiting"
            },
            mine: row.mine,
            holder,
            claim: row.claim.as_ref().map(HeldJson::of),
            why: why(row, who, list),
        }
    }
}

fn specimen(row: &WorklistRow) -> String {
    match row.specimens {
        0 | 1 => row.specimen.clone(),
        n => format!("{} and {} more", row.specimen, n - 1),
    }
}

fn flags(row: &WorklistRow) -> Vec<Flag> {
    let awaited = row.slides_expected.saturating_sub(row.slides_here);
    let counted = [
        ("bad", row.slides_damaged, "damaged"),
        ("wait", awaited, "expected"),
        ("warn", row.slides_in_tray, "in a tray"),
        ("note", row.slides_waived, "waived"),
    ];
    let counted = counted.into_iter().filter(|(_, n, _)| *n > 0);
    let flag = |(mark, n, what)| Flag {
        mark,
        text: format!("{} {what}", slides(n)),
    };
    let unfinished = row.unfinished_by.iter().map(|name| Flag {
        mark: "note",
        text: format!("unfinished, {name}"),
    });
    counted.map(flag).chain(unfinished).collect()
}

/// How much earlier an urgent case counts: "24 h", "90 min".
fn earlier(list: &Worklist) -> String {
    match list.urgent_boost_minutes {
        minutes if minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        minutes => format!("{minutes} min"),
    }
}

/// Why a reading is offered to this pathologist at this place; for others, why it stands here.
fn why(row: &WorklistRow, who: &Subject, list: &Worklist) -> Vec<String> {
    if !row.why.is_empty() {
        return row.why.clone();
    }
    let due = clock(row.due_at, list.now);
    let place = match row.priority.as_str() {
        "immediate" => format!("Due {due}; immediate stands ahead of all others."),
        "urgent" => format!("Due {due}; urgent counts as {} earlier.", earlier(list)),
        _ => format!("Due {due}."),
    };
    if who.role.pathologist().is_none() {
        return vec![place];
    }
    let credential = format!("{}: you are credentialed.", specialty(&row.specialty));
    let entitled = if row.organisation != who.organisation {
        format!("{}: an agreement lets you read it.", row.organisation_name)
    } else if Some(row.site) == who.site {
        format!("{}: your own site, no agreement needed.", row.site_name)
    } else {
        format!(
            "{}: your own organisation, no agreement needed.",
            row.site_name
        )
    };
    vec![place, credential, entitled]
}
