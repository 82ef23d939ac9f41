//! Who may read what: professions, scopes, points, several specialties, triage and objections.

use catalog::{ClaimOutcome, Error, NewCredential, NewPathologist, NewRouting, NewSplit, Policy};
use pathology::case::ReadingKind;
use pathology::ids::{CaseId, PathologistId};
use pathology::staff::{Excluded, Practice, Presence, Profession, Specialty, Tier};

use crate::world::{Open, Order, Person, World, fresh, on_both};

on_both!(under weighed:
    a_trainee_reads_under_a_supervisor_and_not_alone,
    a_scope_of_practice_passes_over_what_is_outside_it,
    points_fill_a_desk_but_never_keep_it_empty,
    several_specialties_need_one_person_with_all,
    a_split_case_is_read_part_by_part_and_signed_by_its_lead,
    a_split_that_forgets_a_part_is_refused,
    an_unknown_specialty_goes_to_triage_and_keeps_its_age,
    an_ambiguous_specialty_asks_a_person,
    a_claimed_case_is_retriaged_and_nobody_is_kept_from_it,
    an_objection_to_a_person_narrows_and_the_last_one_is_an_alarm,
    an_objection_to_every_other_organisation_keeps_the_case_within,
    a_bump_moves_the_order_and_no_age,
);

/// A resection weighs six points, and "gi/hpb" may mean two things.
fn weighed() -> Policy {
    let mut policy = Policy::default();
    policy.points.specimens.insert("resection".to_owned(), 6);
    let both = ["gastro", "liver"].map(key).to_vec();
    policy.specialties.words.insert("gi/hpb".to_owned(), both);
    policy
}

fn key(specialty: &str) -> Specialty {
    Specialty::new(specialty).expect("a key")
}

/// One more pathologist of northgate, with these credentials, available.
pub(crate) async fn hire(
    world: &World,
    credentials: Vec<NewCredential>,
    max_points: u32,
) -> Person {
    let id = PathologistId(fresh());
    let new = NewPathologist {
        id,
        organisation: world.northgate.organisation,
        site: world.northgate.site,
        name: format!("Dr TESTDOCTOR {id}"),
        max_active: 4,
        max_points,
        credentials,
    };
    let catalog = &world.catalog;
    catalog.register_pathologist(new).await.expect("hired");
    let by = catalog::By::pathologist(id, world.northgate.organisation);
    let there = catalog.set_presence(id, Presence::Available, &by);
    there.await.expect("available");
    Person { id, by }
}

pub(crate) fn trainee(supervisor: Option<&Person>) -> NewCredential {
    NewCredential {
        profession: Profession::Trainee,
        supervisor: supervisor.map(|who| who.id),
        ..NewCredential::consultant("skin", Tier::Core)
    }
}

async fn sees_nothing(world: &World, who: &Person) {
    let outcome = world.claim_next(who).await;
    assert!(matches!(outcome, ClaimOutcome::Nothing), "{outcome:?}");
}

async fn told(world: &World, topic: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM outbox WHERE topic = '{topic}'");
    world.count(&sql).await
}

async fn sign(world: &World, who: &Person) -> CaseId {
    let claim = world.claim(who).await;
    let signature = world.signature(&claim).await;
    world.sign(who, signature).await.expect("signed");
    claim.case
}

async fn a_trainee_reads_under_a_supervisor_and_not_alone(world: World) {
    let alone = hire(&world, vec![trainee(None)], 99).await;
    let guided = hire(&world, vec![trainee(Some(&world.ada))], 99).await;
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    sees_nothing(&world, &alone).await;
    let refused = world.claim_this(&alone, case.reading).await;
    let ClaimOutcome::NotEligible { why } = refused else {
        panic!("{refused:?}");
    };
    assert!(why[0].contains("needs a supervisor"), "{why:?}");
    let claim = world.claim(&guided).await;
    let given = world
        .catalog
        .release(claim.claim, claim.fence, "", &guided.by);
    given.await.expect("released");
    let by = world.northgate.operator("manager");
    let withdrawn = world.catalog.withdraw_credential(world.ada.id, "skin", &by);
    withdrawn.await.expect("withdrawn");
    sees_nothing(&world, &guided).await;
    let nobody = NewPathologist {
        id: PathologistId(fresh()),
        organisation: world.northgate.organisation,
        site: world.northgate.site,
        name: "Dr TESTDOCTOR Gus".to_owned(),
        max_active: 1,
        max_points: 9,
        credentials: vec![trainee(Some(&world.cleo))],
    };
    let refused = world.catalog.register_pathologist(nobody).await;
    let refused = refused.expect_err("another house's colleague").to_string();
    assert!(refused.contains("name a colleague"), "{refused}");
}

async fn a_scope_of_practice_passes_over_what_is_outside_it(world: World) {
    let narrow = NewCredential {
        practice: Practice::These(vec![ReadingKind::IntraOperative]),
        ..NewCredential::consultant("skin", Tier::Core)
    };
    let gus = hire(&world, vec![narrow], 99).await;
    world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    sees_nothing(&world, &gus).await;
    let frozen = world.order(&world.northgate, "S26-00002");
    let frozen = frozen.priority(pathology::case::Priority::Immediate);
    let case = world.ready(&frozen).await;
    assert_eq!(world.claim(&gus).await.case, case.case);
}

async fn points_fill_a_desk_but_never_keep_it_empty(world: World) {
    let skin = NewCredential::consultant("skin", Tier::Core);
    let gus = hire(&world, vec![skin], 5).await;
    let mut heavy = Vec::new();
    for n in 1..=2 {
        let mut order = world.order(&world.northgate, &format!("S26-0000{n}"));
        order.specimen_type = "Resection";
        heavy.push(world.ready(&order.minutes_later(n)).await);
    }
    // Six points are more than five, but the desk is empty.
    let first = world.claim(&gus).await;
    assert_eq!(first.case, heavy[0].case);
    let refused = world.claim_this(&gus, heavy[1].reading).await;
    assert!(matches!(refused, ClaimOutcome::AtCapacity), "{refused:?}");
    let full = world.claim_next(&gus).await;
    assert!(matches!(full, ClaimOutcome::AtCapacity), "{full:?}");
    let held = format!(
        "SELECT points FROM pathologist WHERE pathologist_id = '{}'",
        gus.id
    );
    assert_eq!(world.count(&held).await, 6);
    let given = world.catalog.release(first.claim, first.fence, "", &gus.by);
    given.await.expect("released");
    assert_eq!(world.count(&held).await, 0);
}

async fn several_specialties_need_one_person_with_all(world: World) {
    let of = |specialty| NewCredential::consultant(specialty, Tier::Core);
    let gut = hire(&world, vec![of("gastro")], 99).await;
    let both = hire(&world, vec![of("gastro"), of("liver")], 99).await;
    let routing = NewRouting {
        also: vec!["liver".to_owned()],
        ..NewRouting::default()
    };
    let order = world.order(&world.northgate, "S26-00001").of("gastro");
    let case = world.ready(&order.routed(routing)).await;
    sees_nothing(&world, &gut).await;
    let refused = world.claim_this(&gut, case.reading).await;
    let words = format!("{refused:?}");
    assert!(words.contains("Liver"), "{words}");
    // Somebody who comes later, with both, has the right too.
    let later = hire(&world, vec![of("liver"), of("gastro")], 99).await;
    let claim = world.claim(&later).await;
    let given = world
        .catalog
        .release(claim.claim, claim.fence, "", &later.by);
    given.await.expect("released");
    assert_eq!(world.claim(&both).await.case, case.case);
}

/// Part A is skin, part B renal; the lead reads skin.
fn split(world: &World, lead: &Person) -> Order {
    let mut order = world.order(&world.northgate, "S26-00001");
    order.more_parts = vec!["B"];
    let part = |part: &str, specialty: &str| (part.to_owned(), specialty.to_owned());
    order.routed(NewRouting {
        split: Some(NewSplit {
            lead: lead.id,
            parts: vec![part("A", "skin"), part("B", "renal")],
        }),
        ..NewRouting::default()
    })
}

async fn a_split_case_is_read_part_by_part_and_signed_by_its_lead(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let case = world.ready(&split(&world, &eve)).await.case;
    sign(&world, &world.ben).await;
    assert_eq!(world.case_state(case).await, "ready");
    let open = "SELECT count(*) FROM case_clock WHERE stopped_at IS NULL";
    assert_eq!(world.count(open).await, 1, "a part ends no clock");
    sign(&world, &world.cleo).await;
    // Now the integrating reading waits, for its lead first.
    sees_nothing(&world, &world.ada).await;
    assert_eq!(sign(&world, &eve).await, case);
    assert_eq!(world.case_state(case).await, "signed_out");
    assert_eq!(world.count(open).await, 0);
    assert_eq!(world.count("SELECT count(*) FROM report").await, 3);
}

async fn a_split_that_forgets_a_part_is_refused(world: World) {
    let mut order = split(&world, &world.ada);
    order.more_parts.push("C");
    let refused = world.accession(&order).await.expect_err("C is forgotten");
    assert!(
        refused.to_string().contains("name every specimen"),
        "{refused}"
    );
}

async fn triaged(world: &World, open: CaseId) -> Vec<String> {
    let of = format!("FROM tray WHERE case_id = '{open}' AND closed_at IS NULL");
    world.texts(&format!("SELECT code {of}")).await
}

async fn an_unknown_specialty_goes_to_triage_and_keeps_its_age(world: World) {
    let order = world
        .order(&world.northgate, "S26-00001")
        .of("dermatopathy");
    world.accession(&order).await.expect("accessioned");
    let case = order.case;
    assert_eq!(triaged(&world, case).await, ["specialty_unmapped"]);
    let label = order.container(1);
    world.deliver(&order.at, "bytes", &label).await;
    assert_eq!(world.case_state(case).await, "triage");
    world.pass(61 * 60).await;
    assert_eq!(world.catalog.alarm_trays(10).await.expect("alarms"), 1);
    let entry = format!("SELECT tray_id FROM tray WHERE case_id = '{case}'");
    let entry = world.texts(&entry).await[0].parse().expect("an id");
    let by = world.northgate.operator("manager");
    let aside = world.catalog.dismiss(entry, "not ours", false, &by).await;
    assert!(matches!(aside, Err(Error::Conflict(_))), "{aside:?}");
    let age = format!("SELECT vkey FROM cases WHERE case_id = '{case}'");
    let before = world.count(&age).await;
    let retriage = |reason| world.catalog.retriage(case, &[], reason, &by);
    assert!(matches!(retriage("").await, Err(Error::Invalid { .. })));
    assert!(matches!(
        retriage("it is skin").await,
        Err(Error::Invalid { .. })
    ));
    let skin = [key("skin")];
    let done = world.catalog.retriage(case, &skin, "it is skin", &by);
    done.await.expect("retriaged");
    assert_eq!(triaged(&world, case).await, Vec::<String>::new());
    assert_eq!(world.case_state(case).await, "ready");
    let claim = world.claim(&world.ada).await;
    assert_eq!(claim.case, case);
    let kept = format!(
        "SELECT vkey FROM reading WHERE reading_id = '{}'",
        claim.reading
    );
    assert_eq!(world.count(&kept).await, before);
    let audited = "SELECT count(*) FROM audit WHERE action = 'retriage'";
    assert_eq!(world.count(audited).await, 1);
}

async fn an_ambiguous_specialty_asks_a_person(world: World) {
    let order = world.order(&world.northgate, "S26-00001").of("GI/HPB");
    world.accession(&order).await.expect("accessioned");
    assert_eq!(triaged(&world, order.case).await, ["specialty_ambiguous"]);
    let by = world.northgate.operator("manager");
    let named = [key("gastro"), key("liver")];
    let done = world.catalog.retriage(order.case, &named, "both", &by);
    done.await.expect("retriaged");
    let needs = world.texts("SELECT specialties FROM reading").await;
    assert_eq!(needs, ["gastro+liver"]);
}

async fn a_claimed_case_is_retriaged_and_nobody_is_kept_from_it(world: World) {
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let held = world.claim(&world.ada).await;
    let by = world.northgate.operator("manager");
    let retriage = |to: &'static str| {
        let (catalog, by) = (world.catalog.clone(), by.clone());
        async move {
            catalog
                .retriage(case.case, &[key(to)], "wrong pool", &by)
                .await
        }
    };
    retriage("renal").await.expect("retriaged");
    let lost = world.catalog.heartbeat(held.claim, held.fence, true).await;
    assert!(matches!(lost, Err(Error::ClaimLost { .. })), "{lost:?}");
    // Ada reads renal too, and did not decline it.
    let claim = world.claim(&world.ada).await;
    let signature = world.signature(&claim).await;
    world.sign(&world.ada, signature).await.expect("signed");
    let late = retriage("skin").await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    let skin = [key("skin")];
    let nowhere = world.catalog.retriage(CaseId(fresh()), &skin, "x", &by);
    assert!(matches!(nowhere.await, Err(Error::NotFound("case"))));
}

async fn an_objection_to_a_person_narrows_and_the_last_one_is_an_alarm(world: World) {
    let eve = world.person(&world.northgate, "Eve", "skin", 2).await;
    let case = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let by = world.northgate.operator("desk");
    let object = |who: PathologistId| world.catalog.record_objection(case.case, who, &by);
    object(eve.id).await.expect("recorded");
    sees_nothing(&world, &eve).await;
    assert_eq!(told(&world, "nobody_left").await, 0);
    object(world.ada.id).await.expect("recorded");
    object(world.ada.id).await.expect("again changes nothing");
    assert_eq!(told(&world, "nobody_left").await, 1);
    // Narrowed, not blocked: who is under agreement may still read it.
    assert_eq!(world.claim(&world.cleo).await.case, case.case);
}

async fn an_objection_to_every_other_organisation_keeps_the_case_within(world: World) {
    let case: Open = world
        .ready(&world.order(&world.northgate, "S26-00001"))
        .await;
    let by = world.northgate.operator("desk");
    let within = Excluded::EveryOtherOrganisation;
    let catalog = &world.catalog;
    let recorded = catalog.record_objection(case.case, within, &by);
    recorded.await.expect("recorded");
    sees_nothing(&world, &world.cleo).await;
    let refused = world.claim_this(&world.cleo, case.reading).await;
    assert!(format!("{refused:?}").contains("objected"), "{refused:?}");
    assert_eq!(world.claim(&world.ada).await.case, case.case);
}

async fn a_bump_moves_the_order_and_no_age(world: World) {
    let cases = world.ready_cases(&world.northgate, 3).await;
    let last = cases[2];
    let age = format!(
        "SELECT ready_at + due_at FROM reading WHERE reading_id = '{}'",
        last.reading
    );
    let before = world.count(&age).await;
    let by = world.northgate.operator("manager");
    let bump = |minutes, reason| world.catalog.bump(last.reading, minutes, reason, &by);
    assert!(matches!(bump(60, " ").await, Err(Error::Invalid { .. })));
    assert!(matches!(
        bump(43_201, "x").await,
        Err(Error::Invalid { .. })
    ));
    bump(60, "the clinic asked").await.expect("bumped");
    let again = bump(60, "and again").await.expect("bumped");
    assert_eq!(world.count(&age).await, before);
    let key = format!(
        "SELECT vkey FROM reading WHERE reading_id = '{}'",
        last.reading
    );
    assert_eq!(world.count(&key).await, again.vkey, "bumps do not add up");
    assert_eq!(world.claim(&world.ada).await.case, last.case);
    let audited = "SELECT count(*) FROM audit WHERE action = 'bump'";
    assert_eq!(world.count(audited).await, 2);
}
