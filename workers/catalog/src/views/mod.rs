//! What people see: the read side of the catalogue.
//!
//! ```text
//!  asking ─▶ touch_case | touch_scan ─ decide ─ audit ─▶ Authorized<…> ─▶ case | manifest | scan …
//!                     one transaction                        views take nothing less
//!  asking ─▶ worklist | trays | measures …  of the asking organisation, then audit_access
//! ```
//!
//! Invariants: a case or a scan is handed out only against an `Authorized` made in the transaction
//! that audited it; every statement is bounded; nothing here changes anything but the audit.

mod absences;
mod access;
mod alarms;
mod audit;
mod case;
mod decisions;
mod decode;
mod eligible;
mod measures;
mod people;
mod quality;
mod readings;
mod rota;
mod scan;
mod search;
mod slides;
mod trays;
mod urgent;
mod waited_for;
mod worklist;

#[cfg(test)]
mod tests;

pub use absences::AbsenceView;
pub use access::{Asking, CaseAccess, ClaimAccess, ScanAccess, StoredMember};
pub use alarms::AlarmView;
pub use audit::Audited;
pub use case::{AttachmentView, BlockView, CaseView, ClockView, GuessedView, SpecimenView};
pub use decisions::DecisionView;
pub(crate) use decisions::{decision, said};
pub use decode::{NumberView, PatientView};
pub use eligible::{AskedView, EligibleView};
pub use measures::{Hour, Measures, ScannerMeasure, SpecialtyMeasure, Waiting};
pub use people::{AgreementView, PathologistView, SiteView};
pub use quality::{Badge, QualityView, RescanView};
pub use readings::{ClaimView, DraftView, ReadingView, ReportView};
pub use rota::ShiftView;
pub use scan::{ImageView, LevelView, ScanDetail, ScanFacts, ScanView};
pub use search::Hit;
pub use slides::SlideView;
pub use trays::{BestGuess, TrayPlace, TrayView};
pub use urgent::{Called, OfferView, Urgent};
pub use waited_for::{GlassView, WorkSlideView, WorkView};
pub use worklist::{Count, Counts, Part, Worklist, WorklistQuery, WorklistRow};
