//! The rows of a new case that are paper: numbers, clocks, words, the manifest and the reading to sign out.

use pathology::case::{Micros, NumberRole, Start, Targets, Wanted, due_at, opening_clocks};

use super::NewCase;
use super::glass::Cut;
use super::readings::Of;
use crate::audit::By;
use crate::engine::{Tx, args};
use crate::{Error, sql};

/// The specialty of a case whose order names none that is clear.
pub(super) const UNCLEAR: &str = "unclear";

pub(super) async fn insert_case(
    tx: &mut Tx,
    new: &NewCase,
    specialty: &str,
    of: &Of,
    print: [u8; 32],
) -> Result<(), Error> {
    let now = tx.now().await?;
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
        of.patient,
        owning.issuer().as_str(),
        owning.value(),
        specialty,
        new.priority.as_str(),
        new.collected_at.map(|t| t.0),
        new.received_at.0,
        now,
        of.due_at.0,
        i64::from(of.key.class),
        of.key.vkey,
        of_record,
        print,
        if specialty == UNCLEAR {
            "triage"
        } else {
            "accessioned"
        }
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
    start_clocks(tx, new, specialty).await
}

/// The clocks that run from receipt (8.6).
async fn start_clocks(tx: &mut Tx, new: &NewCase, specialty: &str) -> Result<(), Error> {
    let policy = tx.policy();
    let start = Start {
        received_at: new.received_at,
        priority: new.priority,
        specialty,
        specimen_types: &specimen_types(new),
        pathway: None,
    };
    for clock in opening_clocks(&start, &policy.targets) {
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

pub(super) fn due(new: &NewCase, specialty: &str, targets: &Targets) -> Micros {
    let wanted = Wanted {
        priority: new.priority,
        specialty,
        specimen_types: &specimen_types(new),
    };
    new.due_at
        .unwrap_or_else(|| due_at(new.received_at, &wanted, targets))
}

fn specimen_types(new: &NewCase) -> Vec<&str> {
    let each = new.specimens.iter();
    each.map(|one| one.specimen_type.as_str()).collect()
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
