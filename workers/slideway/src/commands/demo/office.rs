//! The demo's office: it registers cases as an order entry system would.

use catalog::{
    By, Catalog, Error, NewBlock, NewCase, NewContent, NewPatient, NewRouting, NewSlide,
    NewSpecimen,
};
use pathology::case::{Issuer, Micros, Number, NumberRole};
use pathology::ids::{CaseId, derived};
use pathology::phi::Phi;
use uuid::Uuid;

use super::people::{LABS, RECORDS, SITES, TRUSTS};
use super::plan::{PlannedCase, PlannedSlide};
use crate::commands::Failure;
use crate::laboratory::{organisation_id, site_id};

/// Registers a planned case.
pub(super) async fn register(
    catalog: &Catalog,
    case: &PlannedCase,
    started_at: Micros,
) -> Result<(), Failure> {
    let new = new_case(case, started_at)?;
    let by = By {
        subject: "laboratory:order entry".into(),
        basis: "demo".into(),
        ..By::system("demo", new.organisation)
    };
    loop {
        match catalog.accession(new.clone(), &by, None).await {
            Ok(_) => return Ok(()),
            Err(Error::Unavailable(_)) => {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(e) => return Err(e.into()),
        }
    }
}

/// The id follows from trust and number: the same demo twice means the same cases.
pub(super) fn case_id(case: &PlannedCase) -> CaseId {
    CaseId(derived(
        Uuid::nil(),
        "demo case",
        &format!("{} {}", case.trust, case.number),
    ))
}

fn new_case(case: &PlannedCase, started_at: Micros) -> Result<NewCase, Failure> {
    let (lab, records) = (
        Issuer::new(LABS[case.trust])?,
        Issuer::new(RECORDS[case.trust])?,
    );
    let digits: String = case
        .number
        .chars()
        .filter(char::is_ascii_digit)
        .skip(2)
        .collect();
    let record = format!("ZZ-{}{}", case.trust + 1, digits);
    Ok(NewCase {
        case: case_id(case),
        organisation: organisation_id(TRUSTS[case.trust]),
        site: site_id(SITES[case.trust]),
        numbers: vec![(Number::new(lab.clone(), &case.number)?, NumberRole::Owning)],
        patient: NewPatient {
            numbers: vec![Number::new(records, &record)?],
            national_number: None,
            family: Phi::new(case.family.clone()),
            given: Phi::new(case.given.to_owned()),
            born: Phi::new(case.born.clone()),
            sex: case.sex.to_owned(),
        },
        specialty: case.specialty.to_owned(),
        priority: case.priority,
        received_at: started_at.plus_minutes(-case.age_minutes),
        collected_at: None,
        due_at: None,
        content: NewContent {
            requester: Phi::new(format!("Dr FICTIVE Ola, {} clinic 4", SITES[case.trust])),
            copy_to: Vec::new(),
            clinical_details: Phi::new(case.details.to_owned()),
        },
        specimens: vec![NewSpecimen {
            part: "A".into(),
            specimen_type: case.specimen_type.to_owned(),
            body_site: case.body_site.to_owned(),
            macroscopic: Phi::new("Received in formalin, entirely embedded.".to_owned()),
            fixation: "formalin".into(),
            decalcified: false,
            blocks: blocks(case, &lab)?,
        }],
        routing: NewRouting::default(),
    })
}

/// "A1-2" is slide 2 of block A1.
fn blocks(case: &PlannedCase, lab: &Issuer) -> Result<Vec<NewBlock>, Failure> {
    let mut blocks: Vec<NewBlock> = Vec::new();
    for slide in &case.slides {
        let code = slide.name.split('-').next().unwrap_or_default();
        if blocks.last().is_none_or(|block| block.code != code) {
            blocks.push(NewBlock {
                code: code.to_owned(),
                body_site: "representative".into(),
                pieces: 1,
                slides: Vec::new(),
            });
        }
        let new = new_slide(slide, lab)?;
        blocks
            .last_mut()
            .into_iter()
            .for_each(|block| block.slides.push(new.clone()));
    }
    Ok(blocks)
}

fn new_slide(slide: &PlannedSlide, lab: &Issuer) -> Result<NewSlide, Failure> {
    Ok(NewSlide {
        container: Number::new(lab.clone(), &slide.container)?,
        name: slide.name.clone(),
        stain: slide.stain_name.to_owned(),
    })
}
