//! A case is registered once: numbers belong to issuers, patients to record numbers (8.3).

use std::collections::BTreeSet;

use catalog::Error;
use pathology::case::{Issuer, Number, NumberRole};
use pathology::ids::CaseId;

use crate::world::{World, fresh, on_both, together};

on_both!(
    the_same_order_again_is_the_same_case,
    the_same_number_with_other_content_is_refused,
    two_trusts_share_a_number,
    an_issuer_nobody_knows_is_refused,
    an_issuer_of_another_trust_is_refused,
    a_record_number_with_another_birth_date_is_refused,
    a_container_that_is_taken_is_refused,
    any_number_finds_the_case,
    a_retried_command_gets_the_first_answer,
    a_key_used_again_for_another_order_registers_that_one_too,
    a_part_or_block_named_twice_is_refused,
    sixteen_identical_orders_at_once_make_one_case,
    new_cases_of_one_patient_at_once_make_one_patient,
    an_order_without_an_owning_number_is_refused,
);

async fn the_same_order_again_is_the_same_case(world: World) {
    let order = world.order(&world.northgate, "S26-00001").slides(2);
    let first = world.accession(&order).await.expect("registered");
    assert!(first.created);
    let mut again = order.clone();
    again.case = CaseId(fresh());
    let second = world.accession(&again).await.expect("found");
    assert!(!second.created);
    assert_eq!(second.case, first.case);
    assert_eq!(world.count("SELECT count(*) FROM slide").await, 2);
}

async fn the_same_number_with_other_content_is_refused(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.accession(&order).await.expect("registered");
    let mut other = order.slides(2);
    other.case = CaseId(fresh());
    let refused = world.accession(&other).await;
    let taken = |e: &Error| matches!(e, Error::NumberTaken { issuer, what: "case" } if issuer == "northgate-lab");
    assert!(refused.as_ref().is_err_and(taken), "{refused:?}");
    assert_eq!(world.count("SELECT count(*) FROM slide").await, 1);
}

async fn two_trusts_share_a_number(world: World) {
    let here = world.order(&world.northgate, "S26-00001");
    let there = world.order(&world.hillview, "S26-00001");
    let first = world.accession(&here).await.expect("registered");
    let second = world.accession(&there).await.expect("registered");
    assert!(first.created && second.created);
    assert_ne!(first.case, second.case);
    assert_eq!(world.count("SELECT count(*) FROM patient").await, 2);
}

async fn an_issuer_nobody_knows_is_refused(world: World) {
    let mut order = world.order(&world.northgate, "S26-00001");
    order.at.issuer = Issuer::new("nobody").expect("an issuer");
    refused_at(&world, world.accession(&order).await, "numbers.issuer").await;
}

async fn an_issuer_of_another_trust_is_refused(world: World) {
    let mut order = world.order(&world.northgate, "S26-00001");
    order.at.issuer = world.hillview.issuer.clone();
    refused_at(&world, world.accession(&order).await, "numbers.issuer").await;
}

async fn a_record_number_with_another_birth_date_is_refused(world: World) {
    let first = world.order(&world.northgate, "S26-00001");
    let first = first.patient("MRN-7", "1961-04-12");
    world.accession(&first).await.expect("registered");
    let other = world.order(&world.northgate, "S26-00002");
    let other = other.patient("MRN-7", "1961-12-04");
    let refused = world.accession(&other).await;
    assert!(
        matches!(&refused, Err(Error::Invalid { field: "patient.numbers", reason }) if reason.contains("birth date")),
        "{refused:?}"
    );
    assert_eq!(world.count("SELECT count(*) FROM cases").await, 1);
    let same = other.patient("MRN-7", "1961-04-12");
    world.accession(&same).await.expect("registered");
    assert_eq!(world.count("SELECT count(*) FROM patient").await, 1);
}

async fn a_container_that_is_taken_is_refused(world: World) {
    let first = world.order(&world.northgate, "S26-00001");
    world.accession(&first).await.expect("registered");
    let mut new = world.order(&world.northgate, "S26-00002").new_case();
    new.specimens = first.new_case().specimens;
    let by = world.northgate.operator("desk");
    let refused = world.catalog.accession(new, &by, None).await;
    let taken = matches!(&refused, Err(Error::NumberTaken { what: "slide", .. }));
    assert!(taken, "{refused:?}");
    assert_eq!(world.count("SELECT count(*) FROM cases").await, 1);
}

async fn any_number_finds_the_case(world: World) {
    let mut new = world.order(&world.northgate, "S26-00001").new_case();
    let referring = Number::new(world.northgate.issuer.clone(), "REF-9").expect("a number");
    new.numbers.push((referring.clone(), NumberRole::Referring));
    let by = world.northgate.operator("desk");
    let first = world.catalog.accession(new, &by, None).await;
    let mut other = world.order(&world.northgate, "S26-00002").new_case();
    other.numbers.push((referring, NumberRole::Referring));
    let refused = world.catalog.accession(other, &by, None).await;
    assert!(first.expect("registered").created);
    let taken = matches!(&refused, Err(Error::NumberTaken { what: "case", .. }));
    assert!(taken, "{refused:?}");
}

async fn a_retried_command_gets_the_first_answer(world: World) {
    let by = world.northgate.operator("desk");
    let mut order = world.order(&world.northgate, "S26-00001");
    let catalog = &world.catalog;
    let first = catalog
        .accession(order.new_case(), &by, Some("key 1"))
        .await;
    order.case = CaseId(fresh());
    let again = catalog
        .accession(order.new_case(), &by, Some("key 1"))
        .await;
    let (first, again) = (first.expect("registered"), again.expect("answered"));
    assert_eq!((first.case, first.created), (again.case, again.created));
    let other = world.hillview.operator("desk");
    let there = world.order(&world.hillview, "S26-00001");
    let third = catalog
        .accession(there.new_case(), &other, Some("key 1"))
        .await;
    assert_ne!(third.expect("a key belongs to its trust").case, first.case);
}

async fn a_key_used_again_for_another_order_registers_that_one_too(world: World) {
    let by = world.northgate.operator("desk");
    for number in ["S26-00001", "S26-00002"] {
        let new = world.order(&world.northgate, number).new_case();
        let case = new.case;
        let answer = world.catalog.accession(new, &by, Some("one key")).await;
        assert_eq!(answer.expect("registered").case, case, "{number}");
    }
    assert_eq!(world.count("SELECT count(*) FROM cases").await, 2);
}

async fn a_part_or_block_named_twice_is_refused(world: World) {
    let by = world.northgate.operator("desk");
    let mut parts = world.order(&world.northgate, "S26-00001").new_case();
    let mut more = parts.specimens[0].clone();
    more.blocks.clear();
    parts.specimens.push(more);
    let refused = world.catalog.accession(parts, &by, None).await;
    refused_at(&world, refused, "specimens.part").await;
    let mut blocks = world.order(&world.northgate, "S26-00001").new_case();
    let mut more = blocks.specimens[0].blocks[0].clone();
    more.slides.clear();
    blocks.specimens[0].blocks.push(more);
    let refused = world.catalog.accession(blocks, &by, None).await;
    refused_at(&world, refused, "specimens.blocks.code").await;
}

async fn sixteen_identical_orders_at_once_make_one_case(world: World) {
    let order = world.order(&world.northgate, "S26-00001").slides(3);
    let answers = together(16, |_| {
        let (world, mut order) = (world.clone(), order.clone());
        order.case = CaseId(fresh());
        async move { world.accession(&order).await.expect("registered or found") }
    })
    .await;
    let cases: BTreeSet<CaseId> = answers.iter().map(|a| a.case).collect();
    assert_eq!(cases.len(), 1);
    assert_eq!(answers.iter().filter(|a| a.created).count(), 1);
    assert_eq!(world.count("SELECT count(*) FROM cases").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM patient").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM slide").await, 3);
}

async fn new_cases_of_one_patient_at_once_make_one_patient(world: World) {
    together(8, |n| {
        let number = format!("S26-{:05}", n + 1);
        let order = world.order(&world.northgate, &number);
        let order = order.patient("MRN-7", "1961-04-12");
        let world = world.clone();
        async move { world.accession(&order).await.expect("registered") }
    })
    .await;
    assert_eq!(world.count("SELECT count(*) FROM cases").await, 8);
    assert_eq!(world.count("SELECT count(*) FROM patient").await, 1);
}

async fn an_order_without_an_owning_number_is_refused(world: World) {
    let mut new = world.order(&world.northgate, "S26-00001").new_case();
    new.numbers[0].1 = NumberRole::Referring;
    let by = world.northgate.operator("desk");
    let refused = world.catalog.accession(new, &by, None).await;
    refused_at(&world, refused, "numbers").await;
}

async fn refused_at(world: &World, answer: Result<catalog::Accession, Error>, at: &str) {
    let named = matches!(&answer, Err(Error::Invalid { field, .. }) if *field == at);
    assert!(named, "{answer:?}");
    assert_eq!(world.count("SELECT count(*) FROM cases").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM patient").await, 0);
}
