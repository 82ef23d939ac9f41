//! A reading as the routing sees it: what its case needs, whose it is, and who has seen it.

use serde::{Deserialize, Serialize};

use super::Stage;
use crate::case::{Priority, ReadingKind};
use crate::ids::{OrganisationId, PathologistId, ReadingId, SiteId};
use crate::staff::{Specialty, Tier};

/// A reading as the routing sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its id.
    pub id: ReadingId,
    /// Who owns the case.
    pub owner: OrganisationId,
    /// The owner's name, for people.
    pub owner_name: String,
    /// Where the case was registered.
    pub site: SiteId,
    /// That site's name, for people.
    pub site_name: String,
    /// The specialty it needs, that of who signs.
    pub specialty: Specialty,
    /// Specialties its pathologist needs beside that one.
    pub also: Vec<Specialty>,
    /// How many points it counts.
    pub points: u32,
    /// How far it is offered.
    pub stage: Stage,
    /// Whom its order or its history names.
    pub named: Vec<PathologistId>,
    /// How deep a credential it needs.
    pub needs: Tier,
    /// What kind of reading it is.
    pub kind: ReadingKind,
    /// How soon it is wanted.
    pub priority: Priority,
    /// Whether the record is restricted (staff, sensitive clinic).
    pub restricted: bool,
    /// Who holds or signed another reading of the same case.
    pub others: Vec<PathologistId>,
}

impl Reading {
    /// Every specialty it needs, first that of who signs.
    pub(super) fn needed(&self) -> impl Iterator<Item = &Specialty> {
        std::iter::once(&self.specialty).chain(&self.also)
    }
}
