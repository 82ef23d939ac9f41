//! Tests of eligibility: each rule alone forbids, and the reasons are sentences.

use crate::case::ReadingKind;
use crate::ids::{OrganisationId, SiteId};
use uuid::Uuid;

use super::*;
use crate::ids::AgreementId;
use crate::staff::{Coverage, Credential, Excluded, Opens};

const NOW: Micros = Micros(1_000);

fn organisation(n: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(n))
}

fn skin() -> Specialty {
    Specialty::new("skin").unwrap()
}

fn ines() -> Pathologist {
    Pathologist {
        id: PathologistId(Uuid::from_u128(7)),
        name: "Dr TESTDOCTOR Ines".to_owned(),
        organisation: organisation(1),
        site: SiteId(Uuid::from_u128(1)),
        credentials: vec![Credential {
            valid_from: Micros(0),
            valid_to: Some(Micros(2_000)),
            ..Credential::consultant(skin(), Tier::Core)
        }],
        presence: Presence::Available,
        active: 0,
        max_active: 6,
        points: 0,
        max_points: 100,
    }
}

fn reading() -> Reading {
    Reading {
        id: ReadingId(Uuid::from_u128(5)),
        owner: organisation(1),
        owner_name: "Northgate Trust".to_owned(),
        site: SiteId(Uuid::from_u128(1)),
        site_name: "Northgate".to_owned(),
        specialty: skin(),
        also: Vec::new(),
        points: 1,
        stage: Stage::AllSites,
        named: Vec::new(),
        needs: Tier::Core,
        kind: ReadingKind::Primary,
        priority: Priority::Routine,
        restricted: false,
        others: Vec::new(),
    }
}

fn hillviews() -> Reading {
    Reading {
        owner: organisation(2),
        owner_name: "Hillview".to_owned(),
        site: SiteId(Uuid::from_u128(2)),
        site_name: "Hillview".to_owned(),
        ..reading()
    }
}

fn agreement() -> Agreement {
    Agreement {
        id: AgreementId(Uuid::from_u128(1)),
        owner: organisation(2),
        reading: organisation(1),
        specialties: Coverage::These(vec![skin()]),
        purposes: vec![Purpose::DirectCare],
        opens: Opens::Network,
        legal_basis: "direct care".to_owned(),
        valid_from: Micros(0),
        valid_to: None,
        revoked_at: None,
    }
}

fn asked(who: &Pathologist, what: &Reading, agreements: &[Agreement]) -> Eligibility {
    let rules = Rules {
        agreements,
        ..Rules::default()
    };
    eligible(who, what, &rules, NOW)
}

fn only(found: &Eligibility, wanted: &Reason) {
    let why = vec![wanted.clone()];
    assert_eq!(*found, Eligibility::No { why });
}

#[test]
fn the_words_name_the_site_and_the_specialty() {
    assert_eq!(
        asked(&ines(), &reading(), &[]).sentences(),
        [
            "Northgate: your own site, no agreement needed.",
            "Dermatology: you are credentialed.",
        ]
    );
    assert_eq!(
        asked(&ines(), &hillviews(), &[]).sentences(),
        ["No agreement covers Hillview Dermatology for you."]
    );
}

#[test]
fn another_organisation_needs_an_agreement_in_this_direction() {
    let none = Reason::NoAgreement {
        owner: "Hillview".to_owned(),
        specialty: "Dermatology".to_owned(),
    };
    only(&asked(&ines(), &hillviews(), &[]), &none);
    let turned = Agreement {
        owner: organisation(1),
        reading: organisation(2),
        ..agreement()
    };
    only(&asked(&ines(), &hillviews(), &[turned]), &none);
    assert!(asked(&ines(), &hillviews(), &[agreement()]).is_yes());
}

#[test]
fn an_agreement_that_fails_says_why_and_the_best_one_counts() {
    let revoked = Agreement {
        revoked_at: Some(NOW),
        ..agreement()
    };
    let research = Agreement {
        purposes: vec![Purpose::Research],
        ..agreement()
    };
    let fails = |why| Reason::AgreementFails {
        owner: "Hillview".to_owned(),
        why,
    };
    let both = [revoked.clone(), research.clone()];
    only(
        &asked(&ines(), &hillviews(), &[research]),
        &fails(Why::Purpose),
    );
    only(&asked(&ines(), &hillviews(), &both), &fails(Why::Revoked));
    assert!(asked(&ines(), &hillviews(), &[revoked, agreement()]).is_yes());
}

#[test]
fn a_restricted_record_stays_in_its_organisation() {
    let restricted = |reading| Reading {
        restricted: true,
        ..reading
    };
    only(
        &asked(&ines(), &restricted(hillviews()), &[agreement()]),
        &Reason::Restricted("Hillview".to_owned()),
    );
    assert!(asked(&ines(), &restricted(reading()), &[]).is_yes());
}

#[test]
fn credentials_must_hold_now_and_be_deep_enough() {
    let lapsed = eligible(&ines(), &reading(), &Rules::default(), Micros(2_000));
    only(&lapsed, &Reason::NoCredential("Dermatology".to_owned()));
    let deep = Reading {
        needs: Tier::Specialist,
        ..reading()
    };
    only(
        &asked(&ines(), &deep, &[]),
        &Reason::NeedsSpecialist("Dermatology".to_owned()),
    );
}

#[test]
fn capacity_binds_all_but_immediate_cases() {
    let full = Pathologist {
        active: 6,
        ..ines()
    };
    let at_capacity = Reason::AtCapacity {
        active: 6,
        max_active: 6,
    };
    only(&asked(&full, &reading(), &[]), &at_capacity);
    let immediate = Reading {
        priority: Priority::Immediate,
        ..reading()
    };
    assert!(asked(&full, &immediate, &[]).is_yes());
    let away = Pathologist {
        presence: Presence::Away,
        ..full
    };
    only(&asked(&away, &immediate, &[]), &Reason::Away);
}

#[test]
fn only_a_second_reading_or_an_audit_needs_fresh_eyes() {
    for &kind in ReadingKind::ALL {
        let again = Reading {
            kind,
            others: vec![ines().id],
            ..reading()
        };
        let found = asked(&ines(), &again, &[]);
        if kind.excludes_earlier_pathologists() {
            only(&found, &Reason::ReadBefore);
        } else {
            assert!(found.is_yes(), "{kind}");
        }
    }
}

#[test]
fn an_objection_and_an_exclusion_keep_away_while_they_stand() {
    let objection = Objection {
        excluded: Excluded::EveryOtherOrganisation,
        recorded_at: NOW,
        withdrawn_at: None,
    };
    let rules = Rules {
        agreements: &[agreement()],
        objections: &[objection],
        exclusions: &[],
    };
    only(
        &eligible(&ines(), &hillviews(), &rules, NOW),
        &Reason::Objection,
    );
    assert!(eligible(&ines(), &reading(), &rules, NOW).is_yes());
    let declined = Exclusion {
        reading: reading().id,
        pathologist: ines().id,
        until: Some(Micros(NOW.0 + 1)),
    };
    let rules = Rules {
        exclusions: &[declined],
        ..Rules::default()
    };
    let at = |now| eligible(&ines(), &reading(), &rules, now);
    only(&at(NOW), &Reason::Excluded);
    assert!(at(Micros(NOW.0 + 1)).is_yes());
}

#[test]
fn every_reason_is_told_at_once() {
    let who = Pathologist {
        presence: Presence::Away,
        credentials: Vec::new(),
        max_active: 0,
        ..ines()
    };
    let found = asked(&who, &hillviews(), &[]);
    assert_eq!(found.sentences().len(), 4);
}

#[test]
fn points_bind_until_the_desk_is_empty() {
    let heavy = Reading {
        points: 8,
        ..reading()
    };
    let busy = Pathologist {
        active: 1,
        points: 95,
        ..ines()
    };
    let full = Reason::AtPoints {
        points: 95,
        max_points: 100,
    };
    only(&asked(&busy, &heavy, &[]), &full);
    assert!(full.is_passing());
    let whale = Reading {
        points: 500,
        ..reading()
    };
    assert!(asked(&ines(), &whale, &[]).is_yes());
}

#[test]
fn all_of_several_specialties_are_needed_and_agreed() {
    let liver = Specialty::new("liver").unwrap();
    let both = Reading {
        also: vec![liver.clone()],
        ..hillviews()
    };
    let hepatologist = Pathologist {
        credentials: vec![
            Credential::consultant(skin(), Tier::Core),
            Credential::consultant(liver.clone(), Tier::Core),
        ],
        ..ines()
    };
    let lacks = asked(
        &ines(),
        &Reading {
            also: vec![liver.clone()],
            ..reading()
        },
        &[],
    );
    only(&lacks, &Reason::NoCredential(liver.name()));
    let part = Reason::NoAgreement {
        owner: "Hillview".to_owned(),
        specialty: liver.name(),
    };
    only(&asked(&hepatologist, &both, &[agreement()]), &part);
    let second = Agreement {
        specialties: Coverage::These(vec![liver]),
        ..agreement()
    };
    assert!(asked(&hepatologist, &both, &[agreement(), second]).is_yes());
}

#[test]
fn a_stage_offers_to_whom_it_names_and_a_later_one_to_more() {
    let at = |stage, named: &[PathologistId]| {
        let one = Reading {
            stage,
            named: named.to_vec(),
            site: SiteId(Uuid::from_u128(9)),
            ..reading()
        };
        asked(&ines(), &one, &[])
    };
    only(&at(Stage::Named, &[]), &Reason::OfferedToNamed);
    only(&at(Stage::OwnSite, &[]), &Reason::OfferedToOwnSite);
    assert!(at(Stage::Named, &[ines().id]).is_yes());
    assert!(at(Stage::OwnSite, &[ines().id]).is_yes());
    for stage in [Stage::AllSites, Stage::OnCall, Stage::Alarm] {
        assert!(at(stage, &[]).is_yes());
    }
}

#[test]
fn an_agreement_for_those_on_call_opens_with_that_stage() {
    let on_call = Agreement {
        opens: Opens::OnCall,
        ..agreement()
    };
    let at = |stage| {
        let one = Reading {
            stage,
            ..hillviews()
        };
        asked(&ines(), &one, std::slice::from_ref(&on_call))
    };
    let early = Reason::NotOnCallYet("Hillview".to_owned());
    only(&at(Stage::AllSites), &early);
    assert!(at(Stage::OnCall).is_yes());
}
