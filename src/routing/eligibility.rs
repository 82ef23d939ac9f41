//! May this pathologist read this case now, and why or why not.
//!
//! Every rule is looked at, so that a person sees all reasons at once. A case leaves its
//! organisation only by an agreement that covers its specialty for direct care; restricted cases
//! never leave it. Immediate cases ignore capacity. Only second readings and audits keep away who
//! has read the case before.

use serde::{Deserialize, Serialize};

use super::{Reading, Stage};
use crate::access::Purpose;
use crate::case::{Micros, Priority};
use crate::ids::{PathologistId, ReadingId};
use crate::staff::{
    Agreement, Objection, Opens, Pathologist, Presence, Short, Specialty, Tier, Why,
};

/// What stands between a pathologist and a case.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules<'a> {
    /// Agreements between organisations; those of others are passed over.
    pub agreements: &'a [Agreement],
    /// Objections of the patient of this case.
    pub objections: &'a [Objection],
    /// Who is kept from this reading.
    pub exclusions: &'a [Exclusion],
}

/// A pathologist kept from a reading: they declined it, or a person decided so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Which reading.
    pub reading: ReadingId,
    /// Who.
    pub pathologist: PathologistId,
    /// Until when; `None`: for good.
    pub until: Option<Micros>,
}

/// Whether a pathologist may read, with every reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligibility {
    /// They may.
    Yes {
        /// What permits it.
        because: Vec<Reason>,
    },
    /// They may not.
    No {
        /// What forbids it; never empty.
        why: Vec<Reason>,
    },
}

impl Eligibility {
    /// Whether they may read it.
    pub const fn is_yes(&self) -> bool {
        matches!(self, Self::Yes { .. })
    }

    /// The reasons as sentences for people.
    pub fn sentences(&self) -> Vec<String> {
        let (Self::Yes { because: reasons } | Self::No { why: reasons }) = self;
        reasons.iter().map(ToString::to_string).collect()
    }
}

/// One reason; its text is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The case is of their own site.
    #[error("{0}: your own site, no agreement needed.")]
    OwnSite(String),
    /// The case is of their own organisation.
    #[error("{0}: your own organisation, no agreement needed.")]
    OwnOrganisation(String),
    /// An agreement covers it.
    #[error("{owner}: an agreement covers {specialty} for you.")]
    Agreement {
        /// Whose case.
        owner: String,
        /// Its specialty.
        specialty: String,
    },
    /// They hold the credential.
    #[error("{0}: you are credentialed.")]
    Credentialed(String),
    /// An immediate case does not count against capacity.
    #[error("Immediate: it does not count against your capacity.")]
    ImmediateIgnoresCapacity,
    /// No agreement covers it.
    #[error("No agreement covers {owner} {specialty} for you.")]
    NoAgreement {
        /// Whose case.
        owner: String,
        /// Its specialty.
        specialty: String,
    },
    /// There is an agreement, but it does not cover this.
    #[error("{owner}: {why}.")]
    AgreementFails {
        /// Whose case.
        owner: String,
        /// Why it does not.
        why: Why,
    },
    /// A restricted record stays in its organisation.
    #[error("{0}: the record is restricted to its own organisation.")]
    Restricted(String),
    /// They hold no credential.
    #[error("{0}: you hold no valid credential.")]
    NoCredential(String),
    /// The case needs a specialist.
    #[error("{0}: this case needs a specialist.")]
    NeedsSpecialist(String),
    /// The kind of reading is outside their scope of practice.
    #[error("{0}: this kind of reading is outside your scope of practice.")]
    OutOfScope(String),
    /// A trainee's primary reading without a supervisor.
    #[error("{0}: a trainee's primary reading needs a supervisor.")]
    NeedsSupervisor(String),
    /// The case is not offered to them yet.
    #[error("This case is still offered to the people it names.")]
    OfferedToNamed,
    /// The case is not offered to them yet.
    #[error("This case is still offered to its own site.")]
    OfferedToOwnSite,
    /// The agreement opens only once the case is out to those on call.
    #[error("{0}: the agreement is for those on call, and the case is not out to them yet.")]
    NotOnCallYet(String),
    /// They are away.
    #[error("You are away: set yourself available to take cases.")]
    Away,
    /// They hold as many cases as they may.
    #[error("You hold {active} of {max_active} cases: sign out or release one first.")]
    AtCapacity {
        /// How many they hold.
        active: u32,
        /// How many they may hold.
        max_active: u32,
    },
    /// With this case they would hold more points than they may.
    #[error("You hold {points} of {max_points} points: sign out or release a case first.")]
    AtPoints {
        /// How many they hold.
        points: u32,
        /// How many they may hold.
        max_points: u32,
    },
    /// The patient objected.
    #[error("The patient objected to this.")]
    Objection,
    /// They are kept from this reading.
    #[error("You declined this reading, or were excluded from it.")]
    Excluded,
    /// They read the case before, and this reading needs another pair of eyes.
    #[error("You read this case already: this reading needs someone else.")]
    ReadBefore,
}

impl Reason {
    /// Whether it passes by itself and is no matter of rights: capacity and presence.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Away | Self::AtCapacity { .. } | Self::AtPoints { .. }
        )
    }
}

/// Whether `pathologist` may read `reading` at `now`, and why.
pub fn eligible(
    pathologist: &Pathologist,
    reading: &Reading,
    rules: &Rules<'_>,
    now: Micros,
) -> Eligibility {
    let checks = [
        entitled(pathologist, reading, rules.agreements, now).map(Some),
        credentialed(pathologist, reading, now).map(Some),
        room(pathologist, reading),
        there(pathologist),
        unopposed(pathologist, reading, rules, now),
        fresh_eyes(pathologist, reading),
        offered(pathologist, reading),
    ];
    let (mut because, mut why) = (Vec::new(), Vec::new());
    for check in checks {
        match check {
            Ok(reason) => because.extend(reason),
            Err(reason) => why.push(reason),
        }
    }
    if why.is_empty() {
        Eligibility::Yes { because }
    } else {
        Eligibility::No { why }
    }
}

fn entitled(
    pathologist: &Pathologist,
    reading: &Reading,
    agreements: &[Agreement],
    now: Micros,
) -> Result<Reason, Reason> {
    let owner = reading.owner_name.clone();
    match () {
        () if reading.owner == pathologist.organisation && reading.site == pathologist.site => {
            Ok(Reason::OwnSite(reading.site_name.clone()))
        }
        () if reading.owner == pathologist.organisation => Ok(Reason::OwnOrganisation(owner)),
        () if reading.restricted => Err(Reason::Restricted(owner)),
        () => by_agreement(pathologist, reading, agreements, now),
    }
}

/// Every specialty the reading needs must be covered; one agreement need not cover them all.
fn by_agreement(
    pathologist: &Pathologist,
    reading: &Reading,
    agreements: &[Agreement],
    now: Micros,
) -> Result<Reason, Reason> {
    let between =
        |one: &&Agreement| one.owner == reading.owner && one.reading == pathologist.organisation;
    let between: Vec<&Agreement> = agreements.iter().filter(between).collect();
    for specialty in reading.needed() {
        covered(&between, specialty, reading, now)?;
    }
    Ok(Reason::Agreement {
        owner: reading.owner_name.clone(),
        specialty: reading.specialty.name(),
    })
}

fn covered(
    agreements: &[&Agreement],
    specialty: &Specialty,
    reading: &Reading,
    now: Micros,
) -> Result<(), Reason> {
    let owner = reading.owner_name.clone();
    let (mut nearest, mut on_call) = (None, false);
    for agreement in agreements {
        match agreement.covers(specialty, Purpose::DirectCare, now) {
            Ok(()) if agreement.opens == Opens::OnCall && reading.stage < Stage::OnCall => {
                on_call = true;
            }
            Ok(()) => return Ok(()),
            Err(why) => nearest = nearest.max(Some(why)),
        }
    }
    Err(match nearest {
        _ if on_call => Reason::NotOnCallYet(owner),
        None | Some(Why::Specialty) => Reason::NoAgreement {
            owner,
            specialty: specialty.name(),
        },
        Some(why) => Reason::AgreementFails { owner, why },
    })
}

fn credentialed(
    pathologist: &Pathologist,
    reading: &Reading,
    now: Micros,
) -> Result<Reason, Reason> {
    holds(pathologist, reading, &reading.specialty, reading.needs, now)?;
    for also in &reading.also {
        holds(pathologist, reading, also, Tier::Core, now)?;
    }
    Ok(Reason::Credentialed(reading.specialty.name()))
}

fn holds(
    pathologist: &Pathologist,
    reading: &Reading,
    specialty: &Specialty,
    tier: Tier,
    now: Micros,
) -> Result<(), Reason> {
    let mut nearest = Short::NotInForce;
    let of_it = |one: &&crate::staff::Credential| one.specialty == *specialty;
    for credential in pathologist.credentials.iter().filter(of_it) {
        match credential.covers(reading.kind, tier, now) {
            Ok(()) => return Ok(()),
            Err(short) => nearest = nearest.max(short),
        }
    }
    let name = specialty.name();
    Err(match nearest {
        Short::NotInForce => Reason::NoCredential(name),
        Short::OutOfScope => Reason::OutOfScope(name),
        Short::NoSupervisor => Reason::NeedsSupervisor(name),
        Short::Tier => Reason::NeedsSpecialist(name),
    })
}

fn room(pathologist: &Pathologist, reading: &Reading) -> Result<Option<Reason>, Reason> {
    let (active, max_active) = (pathologist.active, pathologist.max_active);
    match (pathologist.has_room(reading.points), reading.priority) {
        (true, _) => Ok(None),
        (false, Priority::Immediate) => Ok(Some(Reason::ImmediateIgnoresCapacity)),
        (false, _) if active < max_active => Err(Reason::AtPoints {
            points: pathologist.points,
            max_points: pathologist.max_points,
        }),
        (false, _) => Err(Reason::AtCapacity { active, max_active }),
    }
}

/// Whether the stage has come to them; each lets in everyone the one before did.
fn offered(pathologist: &Pathologist, reading: &Reading) -> Result<Option<Reason>, Reason> {
    let named = reading.named.contains(&pathologist.id);
    let own_site = pathologist.organisation == reading.owner && pathologist.site == reading.site;
    match reading.stage {
        Stage::Named if !named => Err(Reason::OfferedToNamed),
        Stage::OwnSite if !named && !own_site => Err(Reason::OfferedToOwnSite),
        _ => Ok(None),
    }
}

fn there(pathologist: &Pathologist) -> Result<Option<Reason>, Reason> {
    match pathologist.presence {
        Presence::Available => Ok(None),
        Presence::Away => Err(Reason::Away),
    }
}

fn unopposed(
    pathologist: &Pathologist,
    reading: &Reading,
    rules: &Rules<'_>,
    now: Micros,
) -> Result<Option<Reason>, Reason> {
    let objects = |one: &Objection| one.excludes(pathologist, reading.owner, now);
    if rules.objections.iter().any(objects) {
        return Err(Reason::Objection);
    }
    let excluded = rules.exclusions.iter().any(|one| {
        one.reading == reading.id
            && one.pathologist == pathologist.id
            && one.until.is_none_or(|end| now < end)
    });
    if excluded {
        return Err(Reason::Excluded);
    }
    Ok(None)
}

fn fresh_eyes(pathologist: &Pathologist, reading: &Reading) -> Result<Option<Reason>, Reason> {
    let before = reading.others.contains(&pathologist.id);
    if before && reading.kind.excludes_earlier_pathologists() {
        return Err(Reason::ReadBefore);
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
