//! What an order says: the case, its patient, its words and the tissue to expect.

use pathology::case::{Micros, Number, NumberRole, Priority};
use pathology::ids::{CaseId, OrganisationId, PathologistId, SiteId};
use pathology::phi::Phi;
use pathology::routing::Role;
use serde::{Deserialize, Serialize};

/// A case to register.
#[derive(Debug, Clone, Serialize)]
pub struct NewCase {
    /// Its id, given by the caller.
    pub case: CaseId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where it was received.
    pub site: SiteId,
    /// Its numbers; exactly one is the owning laboratory's.
    pub numbers: Vec<(Number, NumberRole)>,
    /// The patient.
    pub patient: NewPatient,
    /// The specialty's key.
    pub specialty: String,
    /// How soon it is wanted.
    pub priority: Priority,
    /// When the laboratory received it.
    pub received_at: Micros,
    /// When it was taken.
    pub collected_at: Option<Micros>,
    /// When it is due; by the targets if not given.
    pub due_at: Option<Micros>,
    /// Who asked, and what they said.
    pub content: NewContent,
    /// What was received.
    pub specimens: Vec<NewSpecimen>,
    /// Who should read it, beyond its specialty.
    #[serde(skip_serializing_if = "NewRouting::is_empty")]
    pub routing: NewRouting,
}

/// Who should read a case, beyond its specialty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewRouting {
    /// Specialties its pathologist needs beside that of the case.
    pub also: Vec<String>,
    /// Whom it is offered to first.
    pub named: Vec<(Role, PathologistId)>,
    /// Read part by part.
    pub split: Option<NewSplit>,
}

impl NewRouting {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A case split by specimen: a reading a part, and one that integrates them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewSplit {
    /// Who signs the integrated report, once every part is signed out.
    pub lead: PathologistId,
    /// Every part with the specialty it needs.
    pub parts: Vec<(String, String)>,
}

/// A patient as the order names them.
#[derive(Debug, Clone, Serialize)]
pub struct NewPatient {
    /// Record numbers; at least one.
    pub numbers: Vec<Number>,
    /// The national number, if known.
    pub national_number: Option<Phi<String>>,
    /// Family name.
    pub family: Phi<String>,
    /// Given name.
    pub given: Phi<String>,
    /// Birth date, `YYYY-MM-DD`.
    pub born: Phi<String>,
    /// As the order says it.
    pub sex: String,
}

/// The words of the request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewContent {
    /// Who asked.
    pub requester: Phi<String>,
    /// Who else is told.
    pub copy_to: Vec<Phi<String>>,
    /// What they said.
    pub clinical_details: Phi<String>,
}

/// Tissue received.
#[derive(Debug, Clone, Serialize)]
pub struct NewSpecimen {
    /// "A", "B" …
    pub part: String,
    /// Its type, as the laboratory names it.
    pub specimen_type: String,
    /// Where on the body.
    pub body_site: String,
    /// What was seen at cut-up.
    pub macroscopic: Phi<String>,
    /// How it was fixed.
    pub fixation: String,
    /// Whether it was decalcified.
    pub decalcified: bool,
    /// What was embedded.
    pub blocks: Vec<NewBlock>,
}

/// Tissue embedded.
#[derive(Debug, Clone, Serialize)]
pub struct NewBlock {
    /// "A1" …
    pub code: String,
    /// Where in the specimen.
    pub body_site: String,
    /// Pieces embedded.
    pub pieces: u32,
    /// Slides cut from it.
    pub slides: Vec<NewSlide>,
}

/// A slide the case should bring.
#[derive(Debug, Clone, Serialize)]
pub struct NewSlide {
    /// Its container number.
    pub container: Number,
    /// "A1-1" …
    pub name: String,
    /// "H&E" …
    pub stain: String,
}
