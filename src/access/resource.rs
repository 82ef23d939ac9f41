//! What is asked about, and how the subject is related to it.

use crate::ids::{OrganisationId, PathologistId, SiteId};
use crate::words::words;

words! {
    /// How a pathologist is related to a case: the strongest relation that holds now.
    Relation, "relation" {
        /// Holds a claim of one of its readings.
        Holder = "holder",
        /// Has or had a reading of the case.
        ReadingOfTheCase = "reading_of_the_case",
        /// Signed a report of it.
        Author = "author",
        /// Holds another case of the same patient.
        PriorOfHeldPatient = "prior_of_held_patient",
        /// The case is on the list of a meeting they belong to.
        MdtList = "mdt_list",
        /// Holds the specialty's credential in the organisation that owns it, and gave a reason.
        OwnOrganisationSpecialist = "own_organisation_specialist",
        /// It waits and they are eligible for it now.
        Claimable = "claimable",
        /// None of these.
        None = "none",
    }
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// What an organisation has as a whole: its worklist, people, measures, audit.
    Organisation(OrganisationId),
    /// A pathologist.
    Pathologist {
        /// Who.
        id: PathologistId,
        /// Who employs them.
        organisation: OrganisationId,
    },
    /// A claim. Whether it is still the newest is the fence's matter, not access's.
    Claim {
        /// Who made it.
        claimant: PathologistId,
    },
    /// A case.
    Case {
        /// Who owns it.
        owner: OrganisationId,
        /// How the subject is related to it.
        relation: Relation,
        /// Whether the record is restricted.
        restricted: bool,
    },
    /// A scan that has joined a slide.
    Scan {
        /// Who owns its case.
        owner: OrganisationId,
        /// Where it was scanned.
        site: SiteId,
        /// How the subject is related to its case.
        relation: Relation,
        /// Whether the record is restricted.
        restricted: bool,
    },
    /// A scan that has not joined a slide: it exists for its own site's tray only.
    UnmatchedScan {
        /// Whose scanner.
        organisation: OrganisationId,
        /// Where it was scanned.
        site: SiteId,
    },
    /// A tray of a site.
    Tray {
        /// Whose.
        organisation: OrganisationId,
        /// Of which site.
        site: SiteId,
    },
}

impl Resource {
    /// Whose it is; `None` for a claim, which is its pathologist's.
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Organisation(organisation)
            | Self::Pathologist { organisation, .. }
            | Self::UnmatchedScan { organisation, .. }
            | Self::Tray { organisation, .. } => Some(*organisation),
            Self::Case { owner, .. } | Self::Scan { owner, .. } => Some(*owner),
            Self::Claim { .. } => None,
        }
    }

    /// What it is, for people.
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Organisation(_) => "organisation",
            Self::Pathologist { .. } => "pathologist",
            Self::Claim { .. } => "claim",
            Self::Case { .. } => "case",
            Self::Scan { .. } | Self::UnmatchedScan { .. } => "scan",
            Self::Tray { .. } => "tray",
        }
    }
}
