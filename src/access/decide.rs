//! The decision.

use super::{Action, Ask, Denied, Purpose, Relation, Resource, Role, Subject};
use crate::ids::{OrganisationId, PathologistId, SiteId};
use crate::words::words;

words! {
    /// What permits an access; written to the audit.
    Basis, "basis" {
        /// Holds a claim of the case, or made the claim.
        Holder = "holder",
        /// Has or had a reading of the case.
        ReadingOfTheCase = "reading_of_the_case",
        /// Signed a report of it.
        Author = "author",
        /// Holds another case of the patient.
        PriorOfHeldPatient = "prior_of_held_patient",
        /// On a meeting's list.
        MdtList = "mdt_list",
        /// Specialist of the owning organisation, with a reason.
        OwnOrganisationSpecialist = "own_organisation_specialist",
        /// Waits, and the pathologist is eligible.
        Claimable = "claimable",
        /// Works at the site it belongs to.
        OwnSite = "own_site",
        /// Belongs to the organisation it belongs to.
        OwnOrganisation = "own_organisation",
        /// It is themselves.
        Oneself = "oneself",
    }
}

/// Decides whether `subject` may do `action` to `resource`. Whatever is not permitted is denied.
///
/// # Errors
/// The refusal, with what to do.
pub fn decide(
    subject: &Subject,
    action: Action,
    purpose: Purpose,
    resource: &Resource,
) -> Result<Basis, Denied> {
    let ask = subject.asks(action, purpose);
    let permitted = match subject.role {
        Role::Pathologist(id) => pathologist(id, &ask, resource),
        Role::Operator => operator(&ask, resource),
        Role::Manager => manager(&ask, resource),
        Role::Laboratory => laboratory(&ask, resource),
        Role::Device(_) => None,
    };
    permitted.ok_or_else(|| Denied::of(&ask, resource))
}

fn pathologist(id: PathologistId, ask: &Ask<'_>, resource: &Resource) -> Option<Basis> {
    use Action as A;
    match (ask.action, *resource) {
        (
            A::ListWorklist
            | A::SeeMeasures
            | A::SeePeople
            | A::SeeAgreements
            | A::SearchCases
            | A::SeeAlarms
            | A::AcknowledgeAlarm
            | A::SeeCoverage
            | A::FollowChanges,
            Resource::Organisation(organisation),
        ) => own_organisation(ask, organisation),
        (
            A::SetPresence | A::SetAbsence,
            Resource::Pathologist {
                id: one,
                organisation,
            },
        ) if one == id => own_organisation(ask, organisation).map(|_| Basis::Oneself),
        (
            A::Heartbeat
            | A::SaveDraft
            | A::SignOut
            | A::Release
            | A::Accept
            | A::OrderWork
            | A::Correct,
            Resource::Claim { claimant },
        ) if claimant == id => for_patients(ask.purpose).then_some(Basis::Holder),
        (
            A::Claim | A::ViewCase | A::ReadReport,
            Resource::Case {
                owner,
                relation,
                restricted,
            },
        )
        | (
            A::ViewScan | A::ViewTile | A::ViewLabel | A::ReadOriginal,
            Resource::Scan {
                owner,
                relation,
                restricted,
                ..
            },
        ) => by_relation(ask, owner, relation, restricted),
        _ => None,
    }
}

/// What the relation to the case permits, to this end.
fn by_relation(
    ask: &Ask<'_>,
    owner: OrganisationId,
    relation: Relation,
    restricted: bool,
) -> Option<Basis> {
    let basis = relation_basis(relation)?;
    let own = ask.subject.organisation == owner;
    let open = !restricted
        || !matches!(
            relation,
            Relation::PriorOfHeldPatient | Relation::MdtList | Relation::OwnOrganisationSpecialist
        );
    let in_its_organisation = relation != Relation::OwnOrganisationSpecialist || own;
    (open
        && in_its_organisation
        && fits_action(ask.action, relation)
        && fits_purpose(ask.purpose, relation))
    .then_some(basis)
}

const fn relation_basis(relation: Relation) -> Option<Basis> {
    match relation {
        Relation::Holder => Some(Basis::Holder),
        Relation::ReadingOfTheCase => Some(Basis::ReadingOfTheCase),
        Relation::Author => Some(Basis::Author),
        Relation::PriorOfHeldPatient => Some(Basis::PriorOfHeldPatient),
        Relation::MdtList => Some(Basis::MdtList),
        Relation::OwnOrganisationSpecialist => Some(Basis::OwnOrganisationSpecialist),
        Relation::Claimable => Some(Basis::Claimable),
        Relation::None => None,
    }
}

/// Claiming is for what can be claimed; whole files are for who reads the case; a draft of someone
/// else is not shown before the case is claimed, so that it cannot lead.
const fn fits_action(action: Action, relation: Relation) -> bool {
    match action {
        Action::Claim => matches!(relation, Relation::Claimable),
        Action::ReadOriginal => matches!(
            relation,
            Relation::Holder | Relation::ReadingOfTheCase | Relation::Author
        ),
        Action::ReadReport => !matches!(relation, Relation::Claimable),
        _ => true,
    }
}

/// A meeting's list is for the meeting, and the other relations are for the patient's care; who
/// reads or read the case may also look at it in a meeting or an audit.
const fn fits_purpose(purpose: Purpose, relation: Relation) -> bool {
    let reads = matches!(
        relation,
        Relation::Holder | Relation::ReadingOfTheCase | Relation::Author
    );
    match purpose {
        Purpose::DirectCare | Purpose::Consult => !matches!(relation, Relation::MdtList),
        Purpose::Mdt => reads || matches!(relation, Relation::MdtList),
        Purpose::Audit => reads,
        Purpose::Teaching | Purpose::Research | Purpose::Analysis => false,
    }
}

fn operator(ask: &Ask<'_>, resource: &Resource) -> Option<Basis> {
    use Action as A;
    match (ask.action, *resource) {
        (
            A::ListWorklist
            | A::AccessionCase
            | A::SeeMeasures
            | A::SeePeople
            | A::SearchCases
            | A::OrderWork
            | A::SeeAlarms
            | A::AcknowledgeAlarm
            | A::FollowChanges,
            Resource::Organisation(organisation),
        ) => own_organisation(ask, organisation),
        (
            A::ViewCase,
            Resource::Case {
                owner,
                restricted: false,
                ..
            },
        ) => own_organisation(ask, owner),
        (
            A::ViewScan | A::ViewTile | A::ViewLabel | A::ReadOriginal,
            Resource::Scan {
                owner,
                site,
                restricted: false,
                ..
            },
        ) => own_site(ask, owner, site),
        (
            A::ViewScan | A::ViewTile | A::ViewLabel | A::ReadOriginal,
            Resource::UnmatchedScan { organisation, site },
        )
        | (A::SeeTrays | A::SettleTray, Resource::Tray { organisation, site }) => {
            own_site(ask, organisation, site)
        }
        _ => None,
    }
}

fn manager(ask: &Ask<'_>, resource: &Resource) -> Option<Basis> {
    use Action as A;
    match (ask.action, *resource) {
        (
            A::ListWorklist
            | A::AccessionCase
            | A::SeeMeasures
            | A::SeePeople
            | A::SeeAgreements
            | A::SearchCases
            | A::SeeAudit
            | A::Offer
            | A::OrderWork
            | A::SeeAlarms
            | A::AcknowledgeAlarm
            | A::RecordRota
            | A::SeeCoverage
            | A::FollowChanges,
            Resource::Organisation(owner),
        )
        | (
            A::SetAbsence,
            Resource::Pathologist {
                organisation: owner,
                ..
            },
        )
        | (
            A::ViewCase | A::SteerCase,
            Resource::Case {
                owner,
                restricted: false,
                ..
            },
        )
        | (
            A::ViewScan | A::ViewTile | A::ViewLabel,
            Resource::UnmatchedScan {
                organisation: owner,
                ..
            },
        )
        | (
            A::SeeTrays | A::SettleTray,
            Resource::Tray {
                organisation: owner,
                ..
            },
        ) => own_organisation(ask, owner),
        _ => None,
    }
}

fn laboratory(ask: &Ask<'_>, resource: &Resource) -> Option<Basis> {
    use Action as A;
    match (ask.action, *resource) {
        (A::AccessionCase | A::SearchCases | A::FollowChanges, Resource::Organisation(owner))
        | (A::ViewCase | A::ReadReport, Resource::Case { owner, .. }) => {
            own_organisation(ask, owner)
        }
        _ => None,
    }
}

const fn for_patients(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::DirectCare | Purpose::Consult)
}

/// Work of the organisation itself, for its patients; auditing it only by its audit.
fn own_organisation(ask: &Ask<'_>, organisation: OrganisationId) -> Option<Basis> {
    let fits = for_patients(ask.purpose)
        || (ask.purpose == Purpose::Audit && ask.action == Action::SeeAudit);
    (fits && ask.subject.organisation == organisation).then_some(Basis::OwnOrganisation)
}

/// As [`own_organisation`], narrowed to the subject's site unless they work at all of them.
fn own_site(ask: &Ask<'_>, organisation: OrganisationId, site: SiteId) -> Option<Basis> {
    own_organisation(ask, organisation)?;
    match ask.subject.site {
        None => Some(Basis::OwnOrganisation),
        Some(own) => (own == site).then_some(Basis::OwnSite),
    }
}

#[cfg(test)]
mod tests;
