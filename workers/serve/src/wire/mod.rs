//! The JSON of the interface: one shape a thing, made from a view of the catalogue.
//!
//! Times are RFC 3339 in UTC, ids are UUIDs. These shapes are the contract; views may change below.

mod absences;
mod accession;
mod alarms;
mod audit;
mod case;
mod claim;
mod decision;
mod eligible;
mod measures;
mod moves;
mod orders;
mod people;
mod quality;
mod reading;
mod reports;
mod rota;
mod scan;
mod search;
mod session;
mod steering;
mod trays;
mod urgent;
mod waited_for;
mod words;
mod worklist;

pub(crate) use absences::{AbsenceJson, AwayJson, PlanJson};
pub(crate) use accession::{CorrectOrderJson, NewCaseJson};
pub(crate) use alarms::AlarmsJson;
pub(crate) use audit::AuditJson;
pub(crate) use case::{AttachmentJson, CaseJson, ManifestJson};
pub(crate) use claim::{
    AcceptedClaim, BeatJson, ClaimJson, ClaimThisJson, DraftSavedJson, FenceReasonJson,
    HeartbeatJson, SaveDraftJson, SignOutJson, SignedJson,
};
pub(crate) use decision::DecisionJson;
pub(crate) use eligible::EligibleJson;
pub(crate) use measures::MeasuresJson;
pub(crate) use moves::{FenceJson, HandOverJson, HandedOverJson, OfferJson, OfferedJson};
pub(crate) use orders::{
    AskWord, EndWorkJson, ExtraWorkJson, GlassJson, OpinionJson, OwedJson, ReadingsJson,
    ReasonJson, WorkJson,
};
pub(crate) use people::{AgreementJson, PathologistJson, PresenceJson, SiteJson};
pub(crate) use quality::{DecideJson, QualityJson, RegionJson, RescansJson};
pub(crate) use reports::{CorrectedJson, CorrectionJson, IncidentJson, RecalledJson};
pub(crate) use rota::{AheadQuery, GapsJson, RotaJson, ShiftsJson};
pub(crate) use scan::{ScanJson, SlideOfCaseJson};
pub(crate) use search::{FoundJson, HitJson, SearchJson};
pub(crate) use session::{BecomeJson, PersonaJson, SessionJson};
pub(crate) use steering::{BumpJson, BumpedJson, ClocksJson, PauseJson, RetriageJson};
pub(crate) use trays::{AttachJson, AttachedJson, DismissJson, TrayJson};
pub(crate) use urgent::UrgentJson;
pub(crate) use words::midnight;
pub(crate) use worklist::{ListQuery, WorklistJson};

use pathology::case::Micros;
use pathology::phi::Phi;
use pathology::staff::Specialty;

/// A time, as it is written.
pub(crate) fn written(at: Micros) -> String {
    at.to_rfc3339()
}

/// A value shown to someone who was decided upon.
pub(crate) fn shown(value: &Phi<String>) -> String {
    value.expose().clone()
}

/// A specialty's name for people.
pub(crate) fn specialty(key: &str) -> String {
    Specialty::new(key).map_or_else(|_| key.to_owned(), |specialty| specialty.name())
}
