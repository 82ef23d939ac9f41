//! Registering a case on arrival: numbers, patient, content, specimens, blocks, slides, manifest,
//! clocks and the reading that will sign it out, in one transaction.
//!
//! due_at and the ordering key are set here and never moved by readiness (8.6). The same numbers
//! with the same content are the same case; with other content they are refused. Scans that came
//! before their case are looked at again at once.

use pathology::case::{
    Issuer, Micros, Number, NumberRole, Priority, Start, Targets, due_at, opening_clocks,
};
use pathology::ids::{
    BlockId, CaseId, OrganisationId, PatientId, ReadingId, SiteId, SlideId, SpecimenId, derived,
};
use pathology::phi::Phi;
use pathology::routing::order_key;
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, idempotency, matching, readiness, sql};

/// A case to register.
#[derive(Debug, Clone, Serialize)]
pub struct NewCase {
    /// Its id, given by the caller.
    pub case: CaseId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where it was received.
    pub site: SiteId,
    /// Its numbers; exactly one is the owning laboratory's.
    pub numbers: Vec<(Number, NumberRole)>,
    /// The patient.
    pub patient: NewPatient,
    /// The specialty's key.
    pub specialty: String,
    /// How soon it is wanted.
    pub priority: Priority,
    /// When the laboratory received it.
    pub received_at: Micros,
    /// When it was taken.
    pub collected_at: Option<Micros>,
    /// When it is due; by the targets if not given.
    pub due_at: Option<Micros>,
    /// Who asked, and what they said.
    pub content: NewContent,
    /// What was received.
    pub specimens: Vec<NewSpecimen>,
}

/// A patient as the order names them.
#[derive(Debug, Clone, Serialize)]
pub struct NewPatient {
    /// Record numbers; at least one.
    pub numbers: Vec<Number>,
    /// The national number, if known.
    pub national_number: Option<Phi<String>>,
    /// Family name.
    pub family: Phi<String>,
    /// Given name.
    pub given: Phi<String>,
    /// Birth date, `YYYY-MM-DD`.
    pub born: Phi<String>,
    /// As the order says it.
    pub sex: String,
}

/// The words of the request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewContent {
    /// Who asked.
    pub requester: Phi<String>,
    /// Who else is told.
    pub copy_to: Vec<Phi<String>>,
    /// What they said.
    pub clinical_details: Phi<String>,
}

/// Tissue received.
#[derive(Debug, Clone, Serialize)]
pub struct NewSpecimen {
    /// "A", "B" …
    pub part: String,
    /// Its type, as the laboratory names it.
    pub specimen_type: String,
    /// Where on the body.
    pub body_site: String,
    /// What was seen at cut-up.
    pub macroscopic: Phi<String>,
    /// How it was fixed.
    pub fixation: String,
    /// Whether it was decalcified.
    pub decalcified: bool,
    /// What was embedded.
    pub blocks: Vec<NewBlock>,
}

/// Tissue embedded.
#[derive(Debug, Clone, Serialize)]
pub struct NewBlock {
    /// "A1" …
    pub code: String,
    /// Where in the specimen.
    pub body_site: String,
    /// Pieces embedded.
    pub pieces: u32,
    /// Slides cut from it.
    pub slides: Vec<NewSlide>,
}

/// A slide the case should bring.
#[derive(Debug, Clone, Serialize)]
pub struct NewSlide {
    /// Its container number.
    pub container: Number,
    /// "A1-1" …
    pub name: String,
    /// "H&E" …
    pub stain: String,
}

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
                if let Some(answer) =
                    idempotency::answered(tx, &by, "accession", key.as_deref()).await?
                {
                    return Ok(answer);
                }
                let answer = register(tx, &new, &by).await?;
                idempotency::keep(tx, &by, "accession", key.as_deref(), &answer).await?;
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
    Ok(())
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

async fn register(tx: &mut Tx, new: &NewCase, by: &By) -> Result<Accession, Error> {
    let print = fingerprint(new)?;
    let policy = tx.policy();
    let targets = &policy.targets;
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
                return Ok(Accession {
                    case: row.parsed("case_id")?,
                    created: false,
                });
            }
            return Err(Error::NumberTaken {
                issuer: number.issuer().as_str().into(),
                what: "case",
            });
        }
    }
    let patient = find_or_register(tx, new).await?;
    insert_case(tx, new, patient, targets, print).await?;
    insert_content(tx, new, by).await?;
    let slides = insert_specimens(tx, new).await?;
    insert_manifest(tx, new, &slides, by).await?;
    insert_reading(tx, new, targets).await?;
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

async fn find_or_register(tx: &mut Tx, new: &NewCase) -> Result<PatientId, Error> {
    let person = &new.patient;
    let mut found: Option<PatientId> = None;
    for number in &person.numbers {
        belongs_to(tx, number.issuer(), new.organisation).await?;
        let Some(row) = tx
            .first(
                &sql::PATIENT_BY_NUMBER,
                args![number.issuer().as_str(), number.value()],
            )
            .await?
        else {
            continue;
        };
        let id = row.parsed("patient_id")?;
        if row.text("born")? != *person.born.expose() || found.is_some_and(|other| other != id) {
            let reason = "a record number already belongs to a patient with another birth date: check the order".into();
            return Err(Error::Invalid {
                field: "patient.numbers",
                reason,
            });
        }
        found = Some(id);
    }
    let id = found.unwrap_or(PatientId(derived(new.case.0, "patient", "")));
    if found.is_none() {
        let row = args![
            id,
            new.organisation,
            &person.family,
            &person.given,
            &person.born,
            &person.sex,
            person.national_number.as_ref().map(|n| n.expose().clone())
        ];
        tx.run(&sql::PATIENT_REGISTER, row).await?;
    }
    for number in &person.numbers {
        tx.run(
            &sql::PATIENT_NUMBER,
            args![
                number.issuer().as_str(),
                number.value(),
                new.organisation,
                id
            ],
        )
        .await?;
    }
    Ok(id)
}

async fn insert_case(
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

async fn insert_content(tx: &mut Tx, new: &NewCase, by: &By) -> Result<(), Error> {
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

/// A slide of the new case, as the manifest and the matcher want it.
struct Cut {
    slide: SlideId,
    container: Number,
}

async fn insert_specimens(tx: &mut Tx, new: &NewCase) -> Result<Vec<Cut>, Error> {
    let mut cut = Vec::new();
    for s in &new.specimens {
        let specimen = SpecimenId(derived(new.case.0, "specimen", &s.part));
        let row = args![
            specimen,
            new.organisation,
            new.case,
            &s.part,
            &s.specimen_type,
            &s.body_site,
            &s.macroscopic,
            &s.fixation,
            s.decalcified
        ];
        tx.run(&sql::SPECIMEN_INSERT, row).await?;
        for b in &s.blocks {
            let block = BlockId(derived(new.case.0, "block", &b.code));
            let row = args![
                block,
                new.organisation,
                new.case,
                specimen,
                &b.code,
                &b.body_site,
                b.pieces
            ];
            tx.run(&sql::BLOCK_INSERT, row).await?;
            for slide in &b.slides {
                cut.push(insert_slide(tx, new, block, slide).await?);
            }
        }
    }
    Ok(cut)
}

async fn insert_slide(
    tx: &mut Tx,
    new: &NewCase,
    block: BlockId,
    cut: &NewSlide,
) -> Result<Cut, Error> {
    let issuer = cut.container.issuer();
    belongs_to(tx, issuer, new.organisation).await?;
    let taken = tx
        .first(
            &sql::SLIDE_BY_CONTAINER,
            args![issuer.as_str(), cut.container.value()],
        )
        .await?
        .is_some();
    if taken {
        return Err(Error::NumberTaken {
            issuer: issuer.as_str().into(),
            what: "slide",
        });
    }
    let slide = SlideId(derived(
        new.case.0,
        "slide",
        &format!("{} {}", issuer.as_str(), cut.container.value().expose()),
    ));
    let row = args![
        slide,
        new.organisation,
        new.case,
        block,
        issuer.as_str(),
        cut.container.value(),
        &cut.name,
        &cut.stain
    ];
    tx.run(&sql::SLIDE_INSERT, row).await?;
    Ok(Cut {
        slide,
        container: cut.container.clone(),
    })
}

async fn insert_manifest(tx: &mut Tx, new: &NewCase, slides: &[Cut], by: &By) -> Result<(), Error> {
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

async fn insert_reading(tx: &mut Tx, new: &NewCase, targets: &Targets) -> Result<(), Error> {
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
