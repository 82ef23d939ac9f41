//! Who exists in the demo: two trusts, three sites, seven specialists, two agreements.
//!
//! ```text
//!  Northgate Trust (Northgate)  ──skin, gastro, renal──▶  Eastmoor Readers (Eastmoor)
//!  Hillview Trust  (Hillview)   ──everything──▶           Eastmoor Readers
//!  Hillview Trust               ──breast, urology, gynae─▶ Northgate Trust      and the other way round
//! ```

use std::path::Path;

use pathology::access::{Role, Subject};
use pathology::case::{NoManifest, ReportOfRecord};
use pathology::staff::Specialty;

use crate::laboratory::{
    Agreement, IssuerOf, Laboratory, Organisation, Person, Scanner, organisation_id,
    pathologist_id, site_id,
};

/// The trusts, by the number the plan gives them.
pub(super) const TRUSTS: [&str; 2] = ["Northgate Trust", "Hillview Trust"];
/// Their sites.
pub(super) const SITES: [&str; 2] = ["Northgate", "Hillview"];
/// Who gives their case and container numbers.
pub(super) const LABS: [&str; 2] = ["northgate-lab", "hillview-lab"];
/// Who gives their patient numbers.
pub(super) const RECORDS: [&str; 2] = ["northgate-pas", "hillview-pas"];

const READERS: &str = "Eastmoor Readers";
/// A container number inside a code or a file name.
const CONTAINER: &str = r"(S\d{2}-\d{5}-[A-Z]\d+-\d+)";

struct Doctor(&'static str, &'static str, usize, &'static [&'static str]);

const DOCTORS: [Doctor; 7] = [
    Doctor("ines", "Dr TESTDOCTOR Ines", 0, &["skin", "gastro"]),
    Doctor("omar", "Dr SECOND Omar", 0, &["breast", "gynae", "urology"]),
    Doctor("petra", "Dr THIRD Petra", 1, &["skin", "urology"]),
    Doctor(
        "quentin",
        "Dr FOURTH Quentin",
        1,
        &["gastro", "breast", "gynae"],
    ),
    Doctor("rosa", "Dr FIFTH Rosa", 2, &["skin", "renal"]),
    Doctor("stefan", "Dr SIXTH Stefan", 2, &["gastro", "urology"]),
    Doctor(
        "tilda",
        "Dr SEVENTH Tilda",
        2,
        &["renal", "gynae", "breast"],
    ),
];

const PLACES: [&str; 3] = [SITES[0], SITES[1], "Eastmoor"];
const EMPLOYERS: [&str; 3] = [TRUSTS[0], TRUSTS[1], READERS];

/// A pathologist who plays in the demo.
pub(super) struct Player {
    pub(super) id: pathology::ids::PathologistId,
    pub(super) organisation: pathology::ids::OrganisationId,
    pub(super) employer: &'static str,
    pub(super) specialties: &'static [&'static str],
}

/// Everyone who reads.
pub(super) fn players() -> Vec<Player> {
    let player = |&Doctor(_, name, place, specialties): &Doctor| Player {
        id: pathologist_id(name),
        organisation: organisation_id(EMPLOYERS[place]),
        employer: EMPLOYERS[place],
        specialties,
    };
    DOCTORS.iter().map(player).collect()
}

/// Whether a pathologist of `employer` may read this specialty's cases of `owner`: the ground truth.
pub(super) fn may_read(employer: &str, owner: &str, specialty: &str) -> bool {
    let covers = |a: &Agreement| {
        a.owner == owner
            && a.reading == employer
            && a.specialties.iter().any(|s| s == "*" || s == specialty)
    };
    employer == owner || agreements().iter().any(covers)
}

fn agreements() -> Vec<Agreement> {
    let agreement = |owner: &str, reading: &str, specialties: &[&str]| Agreement {
        owner: owner.into(),
        reading: reading.into(),
        specialties: specialties.iter().map(|s| (*s).to_owned()).collect(),
        legal_basis: "direct care under a service agreement".into(),
    };
    vec![
        agreement(TRUSTS[0], READERS, &["skin", "gastro", "renal"]),
        agreement(TRUSTS[1], READERS, &["*"]),
        agreement(TRUSTS[1], TRUSTS[0], &["breast", "urology", "gynae"]),
        agreement(TRUSTS[0], TRUSTS[1], &["breast", "urology", "gynae"]),
    ]
}

/// The laboratory to register; scanners deliver to folders below `folder`.
pub(super) fn laboratory(folder: &Path) -> Laboratory {
    let organisations = (0..3).map(|place| organisation(place, folder)).collect();
    Laboratory {
        organisations,
        agreements: agreements(),
    }
}

fn organisation(place: usize, folder: &Path) -> Organisation {
    let person = |&Doctor(_, name, _, specialties): &Doctor| Person {
        name: name.into(),
        site: PLACES[place].into(),
        capacity: 6,
        points: None,
        specialties: specialties.iter().map(|s| (*s).to_owned()).collect(),
    };
    let lab = place < 2;
    let issuer = |name: &str, code_pattern: &str| IssuerOf {
        name: name.into(),
        code_pattern: code_pattern.into(),
        no_manifest: NoManifest::Hold,
        report_of_record: ReportOfRecord::Slideway,
    };
    let scanner = |n: usize| Scanner {
        name: format!("Scanner {n}"),
        site: PLACES[place].into(),
        issuer: LABS[place].into(),
        folder: folder.join(format!("{}-{n}", PLACES[place].to_lowercase())),
        // A rename counts at once; what is cut short is put before a person at once.
        profile: ingest::Profile {
            quiet_seconds: 2,
            stuck_minutes: 0,
            ..ingest::Profile::default()
        },
    };
    Organisation {
        name: EMPLOYERS[place].into(),
        sites: vec![PLACES[place].into()],
        issuers: if lab {
            vec![issuer(LABS[place], CONTAINER), issuer(RECORDS[place], "")]
        } else {
            Vec::new()
        },
        scanners: if lab {
            vec![scanner(1), scanner(2)]
        } else {
            Vec::new()
        },
        pathologists: DOCTORS
            .iter()
            .filter(|doctor| doctor.2 == place)
            .map(person)
            .collect(),
    }
}

/// Who a visitor of the demo can be.
pub(super) fn personas() -> Vec<serve::Persona> {
    let doctor = |doctor: &Doctor| persona(doctor, Role::Pathologist(pathologist_id(doctor.1)));
    let mut personas: Vec<_> = DOCTORS.iter().map(doctor).collect();
    personas.push(persona(
        &Doctor("dana", "OPERATOR Dana", 0, &[]),
        Role::Operator,
    ));
    personas.push(persona(
        &Doctor("tess", "MANAGER Tess", 0, &[]),
        Role::Manager,
    ));
    personas
}

fn persona(&Doctor(key, name, place, specialties): &Doctor, role: Role) -> serve::Persona {
    let names: Vec<String> = specialties
        .iter()
        .filter_map(|s| Some(Specialty::new(s).ok()?.name()))
        .collect();
    let what = match role {
        Role::Pathologist(_) => names.join(", "),
        _ => role.as_str().to_owned(),
    };
    serve::Persona {
        key: key.into(),
        name: name.into(),
        subject: Subject {
            organisation: organisation_id(EMPLOYERS[place]),
            site: Some(site_id(PLACES[place])),
            role,
        },
        organisation: EMPLOYERS[place].into(),
        site: PLACES[place].into(),
        specialties: specialties.iter().map(|s| (*s).to_owned()).collect(),
        note: format!("{what}, {}", PLACES[place]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_case_of_both_trusts_has_someone_who_may_read_it() {
        for owner in TRUSTS {
            for specialty in ["skin", "gastro", "breast", "urology", "gynae", "renal"] {
                let able = players().iter().any(|p| {
                    p.specialties.contains(&specialty) && may_read(p.employer, owner, specialty)
                });
                assert!(able, "{owner} {specialty}");
            }
        }
    }
}
