//! Registering a case on arrival: numbers, patient, content, specimens, blocks, slides, manifest,
//! clocks and the reading that will sign it out, in one transaction.
//!
//! `due_at` and the ordering key are set here and never moved by readiness (8.6). The same numbers
//! with the same content are the same case; with other content they are refused. Scans that came
//! before their case are looked at again at once.

mod glass;
mod order;
mod paper;
mod patient;
pub(crate) mod readings;

use std::collections::BTreeSet;

pub use order::{
    NewBlock, NewCase, NewContent, NewPatient, NewRouting, NewSlide, NewSpecimen, NewSplit,
};
use pathology::case::{Issuer, NumberRole};
use pathology::ids::{CaseId, OrganisationId, PatientId};
use pathology::routing::order_key;
use readings::Of;
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, idempotency, matching, readiness, sql};

/// A registered case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accession {
    /// The case.
    pub case: CaseId,
    /// Whether this call made it.
    pub created: bool,
}

impl Catalog {
    /// Registers a case, or finds the one these numbers and this content already made.
    pub async fn accession(
        &self,
        new: NewCase,
        by: &By,
        key: Option<&str>,
    ) -> Result<Accession, Error> {
        check(&new)?;
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (new, by, key) = (new.clone(), by.clone(), key.clone());
            Box::pin(async move {
                // One content, one command: a key used again for another order must not swallow it.
                let print = fingerprint(&new)?;
                let command = format!("accession {}", blake3::Hash::from_bytes(print).to_hex());
                if let Some(answer) =
                    idempotency::answered(tx, &by, &command, key.as_deref()).await?
                {
                    return Ok(answer);
                }
                let answer = register(tx, &new, print, &by).await?;
                idempotency::keep(tx, &by, &command, key.as_deref(), &answer).await?;
                Ok(answer)
            })
        })
        .await
    }
}

fn check(new: &NewCase) -> Result<(), Error> {
    let invalid = |field, reason: &str| {
        Err(Error::Invalid {
            field,
            reason: reason.into(),
        })
    };
    if new
        .numbers
        .iter()
        .filter(|(_, role)| *role == NumberRole::Owning)
        .count()
        != 1
    {
        return invalid("numbers", "exactly one number must have the role owning");
    }
    if new.patient.numbers.is_empty() {
        return invalid(
            "patient.numbers",
            "at least one record number with its issuer is needed",
        );
    }
    if new.specimens.is_empty() {
        return invalid("specimens", "at least one specimen is needed");
    }
    let too_many = new
        .specimens
        .iter()
        .flat_map(|s| &s.blocks)
        .map(|b| b.slides.len())
        .sum::<usize>()
        > 500;
    if too_many || new.specimens.len() > 100 || new.numbers.len() > 16 {
        return invalid(
            "specimens",
            "at most 100 specimens, 500 slides and 16 numbers a case",
        );
    }
    if twice(new.specimens.iter().map(|s| &s.part)) {
        return invalid("specimens.part", "each part needs a letter of its own");
    }
    let blocks = new.specimens.iter().flat_map(|s| &s.blocks);
    if twice(blocks.map(|b| &b.code)) {
        return invalid(
            "specimens.blocks.code",
            "each block of a case needs a code of its own",
        );
    }
    if twice(new.numbers.iter().map(|(number, _)| number)) {
        return invalid("numbers", "name each number once");
    }
    if new.routing.named.len() > 16 || new.routing.also.len() > 8 {
        return invalid("routing", "at most 16 people and 8 more specialties a case");
    }
    readings::check(new)
}

fn twice<T: Ord>(mut names: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    !names.all(|name| seen.insert(name))
}

/// The content without the id given to it: what makes two registrations the same.
fn fingerprint(new: &NewCase) -> Result<[u8; 32], Error> {
    let same = NewCase {
        case: CaseId(uuid::Uuid::nil()),
        ..new.clone()
    };
    let text = serde_json::to_vec(&same).map_err(|e| Error::Corrupt(e.to_string()))?;
    Ok(*blake3::hash(&text).as_bytes())
}

async fn register(
    tx: &mut Tx,
    new: &NewCase,
    print: [u8; 32],
    by: &By,
) -> Result<Accession, Error> {
    if let Some(known) = registered(tx, new, print).await? {
        return Ok(known);
    }
    let patient = patient::find_or_register(tx, new).await?;
    let meant = readings::meant(tx, new);
    let specialty = match &meant {
        Ok(meant) => meant.specialty.as_str().to_owned(),
        Err(_) => paper::UNCLEAR.to_owned(),
    };
    let of = of(tx, new, patient, &specialty);
    let mut planned = Vec::new();
    if let Ok(meant) = &meant {
        planned = readings::plan(tx, new, meant);
        readings::open_pools(tx, &of, &mut planned).await?;
    }
    paper::insert_case(tx, new, &specialty, &of, print).await?;
    paper::insert_content(tx, new, by).await?;
    let slides = glass::insert_specimens(tx, new).await?;
    paper::insert_manifest(tx, new, &slides, by).await?;
    readings::insert(tx, &of, &planned).await?;
    if let Err(unmeant) = &meant {
        readings::ask(tx, new, unmeant).await?;
    }
    audit(
        tx,
        by,
        "accession",
        About::case(new.case),
        &format!("{} slides expected", slides.len()),
    )
    .await?;
    let now = tx.now().await?;
    tx.tell(Change::new(Kind::Case, new.organisation, now).of_case(new.case));
    for slide in &slides {
        matching::look_again(tx, &slide.container, by).await?;
    }
    readiness::settle(tx, new.case, by).await?;
    Ok(Accession {
        case: new.case,
        created: true,
    })
}

/// The case these numbers and this content already made.
async fn registered(
    tx: &mut Tx,
    new: &NewCase,
    print: [u8; 32],
) -> Result<Option<Accession>, Error> {
    for (number, _) in &new.numbers {
        belongs_to(tx, number.issuer(), new.organisation).await?;
        let found = tx
            .first(
                &sql::CASE_BY_NUMBER,
                args![number.issuer().as_str(), number.value()],
            )
            .await?;
        if let Some(row) = found {
            if row.digest("fingerprint")? == print {
                return Ok(Some(Accession {
                    case: row.parsed("case_id")?,
                    created: false,
                }));
            }
            return Err(Error::NumberTaken {
                issuer: number.issuer().as_str().into(),
                what: "case",
            });
        }
    }
    Ok(None)
}

/// What the readings of the case inherit of it: when it is due and where it stands, set once.
fn of(tx: &Tx, new: &NewCase, patient: PatientId, specialty: &str) -> Of {
    let targets = &tx.policy().targets;
    let due_at = paper::due(new, specialty, targets);
    Of {
        case: new.case,
        organisation: new.organisation,
        site: new.site,
        patient,
        priority: new.priority,
        due_at,
        key: order_key(due_at, new.priority, targets),
    }
}

/// A number may only be given by its issuer's own organisation.
async fn belongs_to(
    tx: &mut Tx,
    issuer: &Issuer,
    organisation: OrganisationId,
) -> Result<(), Error> {
    let row = tx.first(&sql::ISSUER_FIND, args![issuer.as_str()]).await?;
    let known = match &row {
        Some(row) => row.parsed::<OrganisationId>("organisation_id")? == organisation,
        None => false,
    };
    if known {
        return Ok(());
    }
    let reason = format!(
        "issuer {issuer} is not one of this organisation: register it, or correct the name",
        issuer = issuer.as_str()
    );
    Err(Error::Invalid {
        field: "numbers.issuer",
        reason,
    })
}
