//! The readings of a new case: one, or one a part and one that integrates them.
//!
//! ```text
//!  whole   primary: the case's specialty, and all others it also needs
//!  split   a primary a part ─▶ all signed out ─▶ the integrating primary, offered to its lead first
//! ```
//!
//! An order whose words name no one specialty makes no reading: a person decides in the tray for triage.

use std::collections::BTreeSet;

use pathology::case::{Micros, Priority, ReadingKind, TrayCode};
use pathology::ids::{
    CaseId, OrganisationId, PathologistId, PatientId, ReadingId, SiteId, TrayId, derived,
};
use pathology::routing::{OrderKey, Role, Stage};
use pathology::staff::{Specialty, Unclear};

use super::NewCase;
use crate::engine::{Tx, args};
use crate::pools::{self, Place};
use crate::{Error, sql};

/// What the words of an order mean.
pub(crate) struct Meant {
    pub(crate) specialty: Specialty,
    pub(crate) also: Vec<Specialty>,
    /// Every part with its specialty; empty for a case read as a whole.
    pub(crate) parts: Vec<(String, Specialty)>,
}

/// Words that do not name one specialty each, and why.
pub(crate) struct Unmeant {
    pub(crate) word: String,
    pub(crate) why: Unclear,
}

/// Looks every word of the order up.
pub(super) fn meant(tx: &Tx, new: &NewCase) -> Result<Meant, Unmeant> {
    let policy = tx.policy();
    let specialty = |word: &String| {
        let found = policy.specialties.specialty(word);
        found.map_err(|why| Unmeant {
            word: word.chars().take(64).collect(),
            why,
        })
    };
    let split = new.routing.split.as_ref();
    let parts = split
        .map(|split| split.parts.as_slice())
        .unwrap_or_default();
    let part = |(part, word): &(String, String)| Ok((part.clone(), specialty(word)?));
    Ok(Meant {
        specialty: specialty(&new.specialty)?,
        also: new
            .routing
            .also
            .iter()
            .map(specialty)
            .collect::<Result<_, _>>()?,
        parts: parts.iter().map(part).collect::<Result<_, _>>()?,
    })
}

/// A reading to make.
pub(crate) struct Planned {
    /// What its id follows from: `primary`, or `part A`.
    pub(crate) name: String,
    pub(crate) slot: i64,
    pub(crate) kind: ReadingKind,
    pub(crate) specialty: Specialty,
    pub(crate) also: Vec<Specialty>,
    pub(crate) part: String,
    pub(crate) points: u32,
    pub(crate) named: Vec<(Role, PathologistId)>,
}

/// What a reading inherits of its case.
pub(crate) struct Of {
    pub(crate) case: CaseId,
    pub(crate) organisation: OrganisationId,
    pub(crate) site: SiteId,
    pub(crate) patient: PatientId,
    pub(crate) priority: Priority,
    pub(crate) due_at: Micros,
    pub(crate) key: OrderKey,
}

/// The readings an order asks for.
pub(super) fn plan(tx: &Tx, new: &NewCase, meant: &Meant) -> Vec<Planned> {
    let points = &tx.policy().points;
    let kind = match new.priority {
        Priority::Immediate => ReadingKind::IntraOperative,
        Priority::Urgent | Priority::Routine => ReadingKind::Primary,
    };
    let types = new.specimens.iter().map(|one| one.specimen_type.as_str());
    let mut whole = Planned {
        name: "primary".to_owned(),
        slot: 1,
        kind,
        specialty: meant.specialty.clone(),
        also: meant.also.clone(),
        part: String::new(),
        points: points.of(types),
        named: new.routing.named.clone(),
    };
    let Some(split) = &new.routing.split else {
        return vec![whole];
    };
    whole.points = points.integrating.max(1);
    whole.named = vec![(Role::Lead, split.lead)];
    let parts = (2..).zip(&meant.parts).map(|(slot, (part, specialty))| {
        let of_part = new.specimens.iter().filter(|one| one.part == *part);
        Planned {
            name: format!("part {part}"),
            slot,
            kind,
            specialty: specialty.clone(),
            also: Vec::new(),
            part: part.clone(),
            points: points.of(of_part.map(|one| one.specimen_type.as_str())),
            named: new.routing.named.clone(),
        }
    });
    parts.chain([whole]).collect()
}

/// Opens the pools of these readings; before anything of the case is locked. Names the prior
/// pathologist of the patient on the way.
pub(crate) async fn open_pools(tx: &mut Tx, of: &Of, planned: &mut [Planned]) -> Result<(), Error> {
    let own_only = tx
        .first(&sql::PATIENT_RESTRICTED, args![of.patient])
        .await?
        .is_some();
    let own_site = tx.policy().stages.own_site.of(of.priority) > 0;
    for one in planned {
        if let Some(prior) = prior(tx, of, &one.specialty).await? {
            one.named.push((Role::Prior, prior));
        }
        let people: Vec<PathologistId> = one.named.iter().map(|(_, who)| *who).collect();
        known(tx, &people).await?;
        let place = Place {
            organisation: of.organisation,
            site: of.site,
            specialties: &one.specialties(),
            people: &people,
            own_site,
            own_only,
        };
        pools::open(tx, &place).await?;
    }
    Ok(())
}

impl Planned {
    fn specialties(&self) -> String {
        let all = std::iter::once(&self.specialty).chain(&self.also);
        pools::key(all.map(Specialty::as_str))
    }
}

/// Who last signed a case of the patient in this specialty, within the months that count.
async fn prior(
    tx: &mut Tx,
    of: &Of,
    specialty: &Specialty,
) -> Result<Option<PathologistId>, Error> {
    let days = i64::from(tx.policy().stages.prior_months) * 30;
    let since = Micros(tx.now().await?).plus_hours(-days * 24);
    let row = args![of.patient, specialty.as_str(), since.0, of.case];
    let found = tx.first(&sql::REPORT_PRIOR, row).await?;
    found.map(|row| row.parsed("pathologist_id")).transpose()
}

async fn known(tx: &mut Tx, people: &[PathologistId]) -> Result<(), Error> {
    for who in people {
        if tx
            .first(&sql::PATHOLOGIST_KNOWN, args![*who])
            .await?
            .is_none()
        {
            return Err(Error::Invalid {
                field: "routing.named",
                reason: format!("{who} is no pathologist here: register them, or leave them out"),
            });
        }
    }
    Ok(())
}

/// Writes the readings.
pub(crate) async fn insert(tx: &mut Tx, of: &Of, planned: &[Planned]) -> Result<(), Error> {
    for one in planned {
        let reading = ReadingId(derived(of.case.0, "reading", &one.name));
        let row = args![
            reading,
            of.organisation,
            of.case,
            one.kind.as_str(),
            one.slot,
            one.specialty.as_str(),
            one.specialties(),
            &one.part,
            one.points,
            of.priority.as_str(),
            i64::from(of.key.class),
            of.key.vkey,
            of.due_at.0,
            Stage::first(of.priority).number()
        ];
        tx.run(&sql::READING_INSERT, row).await?;
        for (role, who) in &one.named {
            let row = args![reading, *who, of.organisation, role.as_str()];
            tx.run(&sql::READING_PERSON, row).await?;
        }
    }
    Ok(())
}

/// Puts a case whose specialty is not clear into the tray, with a deadline.
pub(super) async fn ask(tx: &mut Tx, new: &NewCase, unmeant: &Unmeant) -> Result<(), Error> {
    let code = match unmeant.why {
        Unclear::Unmapped => TrayCode::SpecialtyUnmapped,
        Unclear::Ambiguous => TrayCode::SpecialtyAmbiguous,
    };
    let now = tx.now().await?;
    let row = args![
        TrayId(derived(new.case.0, "tray", "triage")),
        new.organisation,
        new.site,
        code.as_str(),
        &unmeant.word,
        new.case,
        now,
        now + tx.limits().triage_us()
    ];
    tx.run(&sql::TRAY_OPEN_TRIAGE, row).await?;
    Ok(())
}

/// A split names every specimen once.
pub(super) fn check(new: &NewCase) -> Result<(), Error> {
    let invalid = |reason: &str| {
        Err(Error::Invalid {
            field: "routing.split",
            reason: reason.into(),
        })
    };
    let Some(split) = &new.routing.split else {
        return Ok(());
    };
    let parts: BTreeSet<&String> = split.parts.iter().map(|(part, _)| part).collect();
    let specimens: BTreeSet<&String> = new.specimens.iter().map(|one| &one.part).collect();
    if split.parts.len() != parts.len() || parts != specimens {
        return invalid("name every specimen once, with the specialty it needs");
    }
    if new.priority == Priority::Immediate || !new.routing.also.is_empty() {
        return invalid("an immediate case, or one of several specialties, is read as a whole");
    }
    Ok(())
}
