//! The rows of a new case that are paper: numbers, clocks, words, the manifest and the reading to sign out.

use pathology::case::{Micros, NumberRole, Priority, Start, Targets, due_at, opening_clocks};
use pathology::ids::{PatientId, ReadingId, derived};
use pathology::routing::order_key;

use super::NewCase;
use super::glass::Cut;
use crate::audit::By;
use crate::engine::{Tx, args};
use crate::{Error, sql};

pub(super) async fn insert_case(
    tx: &mut Tx,
    new: &NewCase,
    patient: PatientId,
    targets: &Targets,
    print: [u8; 32],
) -> Result<(), Error> {
    let now = tx.now().await?;
    let due = due(new, targets);
    let key = order_key(due, new.priority, targets);
    let (owning, _) = new
        .numbers
        .iter()
        .find(|(_, role)| *role == NumberRole::Owning)
        .expect("checked on entry");
    let of_record = tx
        .one(&sql::ISSUER_FIND, args![owning.issuer().as_str()])
        .await?
        .text("report_of_record")?;
    let row = args![
        new.case,
        new.organisation,
        new.site,
        patient,
        owning.issuer().as_str(),
        owning.value(),
        &new.specialty,
        new.priority.as_str(),
        new.collected_at.map(|t| t.0),
        new.received_at.0,
        now,
        due.0,
        i64::from(key.class),
        key.vkey,
        of_record,
        print
    ];
    tx.run(&sql::CASE_INSERT, row).await?;
    for (number, role) in &new.numbers {
        let row = args![
            number.issuer().as_str(),
            number.value(),
            new.organisation,
            new.case,
            role.as_str()
        ];
        tx.run(&sql::CASE_NUMBER, row).await?;
    }
    start_clocks(tx, new, targets).await
}

/// The clocks that run from receipt (8.6).
async fn start_clocks(tx: &mut Tx, new: &NewCase, targets: &Targets) -> Result<(), Error> {
    let start = Start {
        received_at: new.received_at,
        priority: new.priority,
        specialty: &new.specialty,
        pathway: None,
    };
    for clock in opening_clocks(&start, targets) {
        let row = args![
            new.case,
            new.organisation,
            clock.kind.as_str(),
            clock.started_at.0,
            clock.due_at.0
        ];
        tx.run(&sql::CASE_CLOCK, row).await?;
    }
    Ok(())
}

fn due(new: &NewCase, targets: &Targets) -> Micros {
    new.due_at
        .unwrap_or_else(|| due_at(new.received_at, new.priority, &new.specialty, targets))
}

pub(super) async fn insert_content(tx: &mut Tx, new: &NewCase, by: &By) -> Result<(), Error> {
    let now = tx.now().await?;
    let copies: Vec<&str> = new
        .content
        .copy_to
        .iter()
        .map(|who| who.expose().as_str())
        .collect();
    let row = args![
        new.case,
        new.organisation,
        now,
        &by.subject,
        &new.content.requester,
        copies.join("\n"),
        &new.content.clinical_details
    ];
    tx.run(&sql::CASE_CONTENT, row).await?;
    Ok(())
}

pub(super) async fn insert_manifest(
    tx: &mut Tx,
    new: &NewCase,
    slides: &[Cut],
    by: &By,
) -> Result<(), Error> {
    let now = tx.now().await?;
    tx.run(
        &sql::MANIFEST_INSERT,
        args![new.case, 1, new.organisation, "order", now, &by.subject],
    )
    .await?;
    for cut in slides {
        tx.run(
            &sql::MANIFEST_SLIDE,
            args![new.case, 1, cut.slide, new.organisation, "expected", "", ""],
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn insert_reading(
    tx: &mut Tx,
    new: &NewCase,
    targets: &Targets,
) -> Result<(), Error> {
    let due = due(new, targets);
    let key = order_key(due, new.priority, targets);
    let reading = ReadingId(derived(new.case.0, "reading", "primary"));
    let kind = if new.priority == Priority::Immediate {
        "intra_operative"
    } else {
        "primary"
    };
    let row = args![
        reading,
        new.organisation,
        new.case,
        kind,
        &new.specialty,
        new.priority.as_str(),
        i64::from(key.class),
        key.vkey,
        due.0
    ];
    tx.run(&sql::READING_INSERT, row).await?;
    tx.run(&sql::POOL_OPEN, args![new.organisation, &new.specialty])
        .await?;
    Ok(())
}
