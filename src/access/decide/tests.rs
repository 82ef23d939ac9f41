//! Every role × action × purpose × resource × relation: what is not on the list below is denied.

use uuid::Uuid;

use super::*;
use crate::access::{Authorized, Denied};
use crate::ids::ScannerId;

const ME: PathologistId = PathologistId(Uuid::from_u128(70));
const OTHER: PathologistId = PathologistId(Uuid::from_u128(71));
const HERE: OrganisationId = OrganisationId(Uuid::from_u128(1));
const THERE: OrganisationId = OrganisationId(Uuid::from_u128(2));
const SITE: SiteId = SiteId(Uuid::from_u128(11));
const SISTER: SiteId = SiteId(Uuid::from_u128(12));

fn subject(role: Role) -> Subject {
    Subject {
        organisation: HERE,
        site: Some(SITE),
        role,
    }
}

fn roles() -> [Role; 5] {
    [
        Role::Pathologist(ME),
        Role::Operator,
        Role::Manager,
        Role::Laboratory,
        Role::Device(ScannerId(Uuid::from_u128(90))),
    ]
}

/// Every resource there is: of this and the other organisation and site, every relation, open and
/// restricted.
fn resources() -> Vec<Resource> {
    let mut all = Vec::new();
    for organisation in [HERE, THERE] {
        all.push(Resource::Organisation(organisation));
        for id in [ME, OTHER] {
            all.push(Resource::Pathologist { id, organisation });
        }
        for site in [SITE, SISTER] {
            all.push(Resource::Tray { organisation, site });
            all.push(Resource::UnmatchedScan { organisation, site });
        }
        all.extend(of_cases(organisation));
    }
    all.extend([ME, OTHER].map(|claimant| Resource::Claim { claimant }));
    all
}

fn of_cases(owner: OrganisationId) -> Vec<Resource> {
    let mut all = Vec::new();
    for &relation in Relation::ALL {
        for restricted in [false, true] {
            all.push(Resource::Case {
                owner,
                relation,
                restricted,
            });
            all.extend([SITE, SISTER].map(|site| Resource::Scan {
                owner,
                site,
                relation,
                restricted,
            }));
        }
    }
    all
}

/// One line for each thing permitted to a role for direct care, relations folded together.
fn permitted(role: Role) -> Vec<String> {
    let who = subject(role);
    let mut lines = std::collections::BTreeSet::new();
    for &action in Action::ALL {
        for resource in resources() {
            if decide(&who, action, Purpose::DirectCare, &resource).is_ok() {
                lines.insert(line(action, &resource));
            }
        }
    }
    lines.into_iter().collect()
}

fn line(action: Action, resource: &Resource) -> String {
    let at = |site| if site == SITE { "here" } else { "sister" };
    let closed = |restricted| if restricted { " restricted" } else { "" };
    let whose = match resource.organisation() {
        Some(HERE) => "own",
        Some(_) => "foreign",
        None => "any",
    };
    let detail = match *resource {
        Resource::Organisation(_)
        | Resource::Case {
            restricted: false, ..
        } => String::new(),
        Resource::Pathologist { id: one, .. } | Resource::Claim { claimant: one } => {
            format!(" {}", if one == ME { "me" } else { "other" })
        }
        Resource::Case { restricted, .. } => closed(restricted).to_owned(),
        Resource::Scan {
            site, restricted, ..
        } => format!(" {}{}", at(site), closed(restricted)),
        Resource::UnmatchedScan { site, .. } => format!(" unmatched {}", at(site)),
        Resource::Tray { site, .. } => format!(" {}", at(site)),
    };
    format!("{action} {whose} {}{detail}", resource.noun())
}

#[test]
fn a_device_sees_nothing() {
    assert_eq!(permitted(roles()[4]), Vec::<String>::new());
}

#[test]
fn a_laboratory_follows_its_own_cases() {
    let expected = [
        "accession_case own organisation",
        "follow_changes own organisation",
        "read_report own case",
        "read_report own case restricted",
        "search_cases own organisation",
        "view_case own case",
        "view_case own case restricted",
    ];
    assert_eq!(permitted(Role::Laboratory), expected);
}

#[test]
fn an_operator_handles_the_glass_of_the_own_site() {
    let expected = [
        "accession_case own organisation",
        "acknowledge_alarm own organisation",
        "follow_changes own organisation",
        "list_worklist own organisation",
        "order_work own organisation",
        "read_original own scan here",
        "read_original own scan unmatched here",
        "search_cases own organisation",
        "see_alarms own organisation",
        "see_measures own organisation",
        "see_people own organisation",
        "see_trays own tray here",
        "settle_tray own tray here",
        "view_case own case",
        "view_label own scan here",
        "view_label own scan unmatched here",
        "view_scan own scan here",
        "view_scan own scan unmatched here",
        "view_tile own scan here",
        "view_tile own scan unmatched here",
    ];
    assert_eq!(permitted(Role::Operator), expected);
}

#[test]
fn a_manager_watches_the_flow_and_no_tissue_of_cases() {
    let expected = [
        "accession_case own organisation",
        "acknowledge_alarm own organisation",
        "follow_changes own organisation",
        "list_worklist own organisation",
        "offer own organisation",
        "order_work own organisation",
        "record_rota own organisation",
        "search_cases own organisation",
        "see_agreements own organisation",
        "see_alarms own organisation",
        "see_audit own organisation",
        "see_coverage own organisation",
        "see_measures own organisation",
        "see_people own organisation",
        "see_trays own tray here",
        "see_trays own tray sister",
        "set_absence own pathologist me",
        "set_absence own pathologist other",
        "settle_tray own tray here",
        "settle_tray own tray sister",
        "steer_case own case",
        "view_case own case",
        "view_label own scan unmatched here",
        "view_label own scan unmatched sister",
        "view_scan own scan unmatched here",
        "view_scan own scan unmatched sister",
        "view_tile own scan unmatched here",
        "view_tile own scan unmatched sister",
    ];
    assert_eq!(permitted(Role::Manager), expected);
}

/// For a pathologist the relation says it; here is every action × relation, open and restricted.
#[test]
fn a_pathologist_reads_by_relation() {
    use Relation as R;
    let (holder, reading, author) = (R::Holder, R::ReadingOfTheCase, R::Author);
    let (prior, own, open) = (
        R::PriorOfHeldPatient,
        R::OwnOrganisationSpecialist,
        R::Claimable,
    );
    let seeing = vec![holder, reading, author, prior, own, open];
    let table = [
        (Action::Claim, vec![open]),
        (Action::ViewCase, seeing.clone()),
        (Action::ViewScan, seeing.clone()),
        (Action::ViewTile, seeing.clone()),
        (Action::ViewLabel, seeing),
        (
            Action::ReadReport,
            vec![holder, reading, author, prior, own],
        ),
        (Action::ReadOriginal, vec![holder, reading, author]),
    ];
    let me = subject(Role::Pathologist(ME));
    for resource in [HERE, THERE].into_iter().flat_map(of_cases) {
        let (owner, relation, restricted, is_case) = facts(&resource);
        for &action in Action::ALL {
            let listed = table.iter().find(|(one, _)| *one == action);
            let for_case = matches!(
                action,
                Action::Claim | Action::ViewCase | Action::ReadReport
            );
            let permitted = listed.is_some_and(|(_, relations)| relations.contains(&relation))
                && for_case == is_case
                && !(restricted && [prior, own].contains(&relation))
                && !(relation == own && owner == THERE);
            let decided = decide(&me, action, Purpose::DirectCare, &resource);
            assert_eq!(decided.is_ok(), permitted, "{action} {resource:?}");
        }
    }
}

fn facts(resource: &Resource) -> (OrganisationId, Relation, bool, bool) {
    match *resource {
        Resource::Case {
            owner,
            relation,
            restricted,
        } => (owner, relation, restricted, true),
        Resource::Scan {
            owner,
            relation,
            restricted,
            ..
        } => (owner, relation, restricted, false),
        _ => panic!("only cases and their scans have a relation"),
    }
}

#[test]
fn beside_cases_a_pathologist_has_the_own_organisation_and_claims() {
    let found: Vec<_> = permitted(Role::Pathologist(ME))
        .into_iter()
        .filter(|line| !line.contains(" case") && !line.contains(" scan"))
        .collect();
    let expected = [
        "accept any claim me",
        "acknowledge_alarm own organisation",
        "correct any claim me",
        "follow_changes own organisation",
        "heartbeat any claim me",
        "list_worklist own organisation",
        "order_work any claim me",
        "release any claim me",
        "save_draft any claim me",
        "search_cases own organisation",
        "see_agreements own organisation",
        "see_alarms own organisation",
        "see_coverage own organisation",
        "see_measures own organisation",
        "see_people own organisation",
        "set_absence own pathologist me",
        "set_presence own pathologist me",
        "sign_out any claim me",
    ];
    assert_eq!(found, expected);
}

#[test]
fn no_role_reaches_what_needs_consent_and_nobody_without_relation_reaches_a_foreign_case() {
    for role in roles() {
        for &action in Action::ALL {
            for resource in resources() {
                let ask = |purpose| decide(&subject(role), action, purpose, &resource);
                for purpose in [Purpose::Teaching, Purpose::Research, Purpose::Analysis] {
                    assert!(ask(purpose).is_err(), "{action} {purpose} {resource:?}");
                }
                let related = matches!(role, Role::Pathologist(_));
                if resource.organisation() == Some(THERE) && !related {
                    assert!(ask(Purpose::DirectCare).is_err(), "{action} {resource:?}");
                }
            }
        }
    }
}

#[test]
fn a_meeting_is_for_its_list_and_its_pathologists() {
    let me = subject(Role::Pathologist(ME));
    let case = |relation| Resource::Case {
        owner: THERE,
        relation,
        restricted: false,
    };
    let sees = |purpose, relation| decide(&me, Action::ViewCase, purpose, &case(relation)).is_ok();
    assert!(sees(Purpose::Mdt, Relation::MdtList));
    assert!(!sees(Purpose::DirectCare, Relation::MdtList));
    assert!(!sees(Purpose::Audit, Relation::MdtList));
    assert!(!sees(Purpose::Mdt, Relation::Claimable));
    assert!(!sees(Purpose::Mdt, Relation::PriorOfHeldPatient));
    assert!(sees(Purpose::Audit, Relation::ReadingOfTheCase));
    let closed = Resource::Case {
        owner: THERE,
        relation: Relation::MdtList,
        restricted: true,
    };
    let listed = decide(&me, Action::ViewCase, Purpose::Mdt, &closed);
    assert!(listed.is_err(), "a list does not open a restricted record");
}

#[test]
fn an_operator_of_every_site_reaches_the_trays_of_each() {
    let everywhere = Subject {
        site: None,
        ..subject(Role::Operator)
    };
    let tray = |organisation| Resource::Tray {
        organisation,
        site: SISTER,
    };
    let see = |organisation| {
        let resource = tray(organisation);
        decide(
            &everywhere,
            Action::SeeTrays,
            Purpose::DirectCare,
            &resource,
        )
    };
    assert_eq!(see(HERE), Ok(Basis::OwnOrganisation));
    assert!(see(THERE).is_err());
}

#[test]
fn a_refusal_says_what_to_do_and_hides_what_is_foreign() {
    let me = subject(Role::Pathologist(ME));
    let ask = |owner| -> Denied {
        let case = Resource::Case {
            owner,
            relation: Relation::None,
            restricted: false,
        };
        let asks = me.asks(Action::ViewCase, Purpose::DirectCare);
        Authorized::check(asks, |()| case, ()).unwrap_err()
    };
    assert!(ask(THERE).shown_as_not_found);
    assert!(!ask(HERE).shown_as_not_found);
    assert_eq!(
        ask(HERE).to_string(),
        "You may not open this case. You do not read it, and no agreement offers it to you. \
         Ask your manager."
    );
}

#[test]
fn what_is_authorized_carries_its_basis() {
    let me = subject(Role::Pathologist(ME));
    let claim = |claimant: &PathologistId| Resource::Claim {
        claimant: *claimant,
    };
    let asks = me.asks(Action::SignOut, Purpose::DirectCare);
    let mine = Authorized::check(asks, claim, ME).unwrap();
    assert_eq!((mine.get(), mine.basis()), (&ME, Basis::Holder));
    let refused = Authorized::check(asks, claim, OTHER).unwrap_err();
    assert_eq!(refused.title, "This claim is not yours.");
}
