//! Who is signed in.

use catalog::views::PathologistView;
use pathology::case::Micros;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;
use crate::session::Persona;

/// An invented person.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Persona")]
pub(crate) struct PersonaJson {
    key: String,
    name: String,
    role: &'static str,
    site: String,
    specialties: Vec<String>,
    note: String,
}

/// Whom to become.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Become")]
pub(crate) struct BecomeJson {
    pub(crate) persona: String,
}

/// The session.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub(crate) struct SessionJson {
    name: String,
    role: &'static str,
    organisation: String,
    site: String,
    pathologist: Option<OneselfJson>,
    demo: bool,
    now: String,
}

/// The signed-in pathologist.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Oneself")]
pub(crate) struct OneselfJson {
    id: Uuid,
    presence: String,
    held: i64,
    capacity: i64,
    specialties: Vec<String>,
}

impl PersonaJson {
    pub(crate) fn of(persona: &Persona) -> Self {
        Self {
            key: persona.key.clone(),
            name: persona.name.clone(),
            role: persona.subject.role.as_str(),
            site: persona.site.clone(),
            specialties: persona.specialties.clone(),
            note: persona.note.clone(),
        }
    }
}

impl SessionJson {
    pub(crate) fn of(persona: &Persona, view: Option<PathologistView>, now: Micros) -> Self {
        let oneself = |view: PathologistView| OneselfJson {
            id: view.pathologist.0,
            presence: view.presence,
            held: view.held,
            capacity: view.capacity,
            specialties: view.specialties,
        };
        Self {
            name: persona.name.clone(),
            role: persona.subject.role.as_str(),
            organisation: persona.organisation.clone(),
            site: persona.site.clone(),
            pathologist: view.map(oneself),
            demo: true,
            now: written(now),
        }
    }
}
