//! Pathologists, sites, agreements.

use catalog::views::{AgreementView, PathologistView, SiteView};
use pathology::staff::Presence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;

/// A pathologist.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Pathologist")]
pub(crate) struct PathologistJson {
    id: Uuid,
    name: String,
    site: String,
    specialties: Vec<String>,
    presence: String,
    held: i64,
    capacity: i64,
}

/// Whether a pathologist takes cases.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PresenceOf")]
pub(crate) struct PresenceJson {
    pub(crate) presence: PresenceWord,
}

/// `available` or `away`.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Presence")]
pub(crate) enum PresenceWord {
    /// Takes cases.
    Available,
    /// Takes none.
    Away,
}

/// A site.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Site")]
pub(crate) struct SiteJson {
    id: Uuid,
    name: String,
    organisation: String,
}

/// One specialty of an agreement.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Agreement")]
pub(crate) struct AgreementJson {
    id: Uuid,
    owner: String,
    reading: String,
    specialty: String,
    purpose: String,
    legal_basis: String,
    valid_from: String,
    valid_to: String,
    revoked_at: Option<String>,
}

impl PresenceJson {
    pub(crate) fn of(view: &PathologistView) -> Self {
        let presence = match view.presence.as_str() {
            "available" => PresenceWord::Available,
            _ => PresenceWord::Away,
        };
        Self { presence }
    }

    pub(crate) const fn presence(&self) -> Presence {
        match self.presence {
            PresenceWord::Available => Presence::Available,
            PresenceWord::Away => Presence::Away,
        }
    }
}

impl PathologistJson {
    pub(crate) fn of(view: &PathologistView) -> Self {
        Self {
            id: view.pathologist.0,
            name: view.name.clone(),
            site: view.site.clone(),
            specialties: view.specialties.clone(),
            presence: view.presence.clone(),
            held: view.held,
            capacity: view.capacity,
        }
    }
}

impl SiteJson {
    pub(crate) fn of(view: &SiteView) -> Self {
        Self {
            id: view.site.0,
            name: view.name.clone(),
            organisation: view.organisation.clone(),
        }
    }
}

impl AgreementJson {
    pub(crate) fn of(view: &AgreementView) -> Self {
        Self {
            id: view.agreement.0,
            owner: view.owner.clone(),
            reading: view.reading.clone(),
            specialty: view.specialty.clone(),
            purpose: view.purpose.clone(),
            legal_basis: view.legal_basis.clone(),
            valid_from: written(view.valid_from),
            valid_to: written(view.valid_to),
            revoked_at: view.revoked_at.map(written),
        }
    }
}
