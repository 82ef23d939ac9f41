//! Further readings of a case: asked for by who holds it, or following from the rules (8.7).
//!
//! ```text
//!  holder asks ──▶ second (blocks the release) | consult | panel of n
//!  signed ─ specimen type or code on the list ─▶ second · drawn by the sample ─▶ audit, blind
//!  second or audit disagrees ─▶ arbitration by a third
//! ```
//!
//! Each is a reading of its own, with its own pools, clock and one sign-out. Only second and audit
//! keep earlier pathologists away; the members of a panel are kept from each other's places.

use pathology::case::{Concordance, Micros, ReadingKind};
use pathology::ids::{CaseId, ClaimId, PathologistId, ReadingId, ReportId, derived};
use pathology::phi::Phi;
use pathology::routing::{Role, Stage};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Tx, args};
use crate::lease::{Held, find};
use crate::pools::{self, Place};
use crate::sign_out::SignOut;
use crate::taking::verdict;
use crate::{Catalog, Error, establish, incident, sql, stage};

/// What is asked for.
#[derive(Debug, Clone)]
pub enum AskFor {
    /// Another pathologist before the report is released.
    Second,
    /// An expert's opinion, maybe of another specialty; the holder stays responsible.
    Consult {
        /// The expert's specialty; the case's own if not named.
        specialty: Option<String>,
        /// Whether the report waits for it.
        before_release: bool,
    },
    /// Several opinions, each by somebody else.
    Panel,
}

/// A question to colleagues; the ids of the readings are given by the caller, one for each opinion.
#[derive(Debug, Clone)]
pub struct Opinion {
    /// The claim of who asks.
    pub claim: ClaimId,
    /// Its fence.
    pub fence: i64,
    /// What is asked for.
    pub ask: AskFor,
    /// Whom; nobody in particular if not said. They are asked first and for a time alone, as whom an order names.
    pub to: Option<PathologistId>,
    /// The question; needed.
    pub question: Phi<String>,
    /// The new readings: one, or two to nine for a panel.
    pub readings: Vec<ReadingId>,
}

/// A reading to add beside another.
struct Beside<'a> {
    of: ReadingId,
    case: CaseId,
    organisation: pathology::ids::OrganisationId,
    reading: ReadingId,
    kind: ReadingKind,
    specialty: Option<&'a str>,
    /// Its own due time, for what does not hurry; the other's age if not set.
    due: Option<Micros>,
    cause: &'a str,
    blocks: bool,
    asked_by: Option<PathologistId>,
    to: Option<PathologistId>,
    question: &'a Phi<String>,
}

impl Catalog {
    /// Asks for further readings of a case one holds; gives them, under the same key the first ones.
    pub async fn ask_opinion(
        &self,
        opinion: Opinion,
        key: Option<&str>,
        by: &By,
    ) -> Result<Vec<ReadingId>, Error> {
        check(&opinion)?;
        let asks = by.clone();
        let about = format!(
            "ask_opinion {} {:?} {:?} {}",
            opinion.claim,
            opinion.ask,
            opinion.to,
            opinion.readings.len()
        );
        self.write_once(about, key, by, move |tx| {
            let (opinion, by) = (opinion.clone(), asks.clone());
            Box::pin(async move {
                ask(tx, &opinion, &by).await?;
                Ok(opinion.readings)
            })
        })
        .await
    }
}

fn check(opinion: &Opinion) -> Result<(), Error> {
    let invalid = |field, reason: &str| {
        Err(Error::Invalid {
            field,
            reason: reason.into(),
        })
    };
    if opinion.question.expose().trim().is_empty() {
        return invalid("question", "say what is asked");
    }
    let panel = matches!(opinion.ask, AskFor::Panel);
    let many = if panel { 2..=9 } else { 1..=1 };
    if !many.contains(&opinion.readings.len()) {
        return invalid("readings", "one opinion, or a panel of two to nine");
    }
    if panel && opinion.to.is_some() {
        return invalid("to", "a panel is of whoever comes first: ask each by name");
    }
    Ok(())
}

async fn ask(tx: &mut Tx, opinion: &Opinion, by: &By) -> Result<(), Error> {
    let held = find(tx, opinion.claim, opinion.fence).await?;
    let (kind, cause, specialty, blocks) = match &opinion.ask {
        AskFor::Second => (ReadingKind::SecondBeforeRelease, "asked", None, true),
        AskFor::Consult {
            specialty,
            before_release,
        } => (
            ReadingKind::Consult,
            "asked",
            specialty.as_deref(),
            *before_release,
        ),
        AskFor::Panel => (ReadingKind::Consult, "panel", None, true),
    };
    for reading in &opinion.readings {
        let beside = Beside {
            of: held.reading,
            case: held.case,
            organisation: held.organisation,
            reading: *reading,
            kind,
            specialty,
            due: None,
            cause,
            blocks,
            asked_by: Some(held.pathologist),
            to: opinion.to,
            question: &opinion.question,
        };
        add(tx, &beside).await?;
        if let Some(who) = opinion.to {
            may_answer(tx, who, *reading).await?;
        }
        if cause == "panel" {
            keep_from(tx, &held, *reading).await?;
        }
    }
    let about = About::reading(held.case, held.reading);
    let detail = format!("{kind}, {}", opinion.readings.len());
    audit(tx, by, "ask_opinion", about, &detail).await
}

async fn add(tx: &mut Tx, new: &Beside<'_>) -> Result<(), Error> {
    let now = tx.now().await?;
    let row = args![
        new.of,
        new.reading,
        new.kind.as_str(),
        new.specialty,
        new.due.map(|at| at.0),
        now,
        new.cause,
        new.blocks,
        new.asked_by,
        new.question,
        new.to.map_or(Stage::AllSites, |_| Stage::Named).number()
    ];
    tx.run(&sql::READING_ADD, row).await?;
    if let Some(who) = new.to {
        let named = args![new.reading, who, new.organisation, Role::Named.as_str()];
        tx.run(&sql::READING_PERSON, named).await?;
    }
    open_pools(tx, new).await?;
    stage::look(tx, new.reading).await?;
    let about = About::reading(new.case, new.reading);
    tell(tx, new.organisation, about, None, 0, "waiting").await
}

/// The pools it waits in may be those of a specialty nobody has asked for yet.
async fn open_pools(tx: &mut Tx, new: &Beside<'_>) -> Result<(), Error> {
    let row = tx.one(&sql::READING_PLACE, args![new.reading]).await?;
    let specialties = row.text("specialties")?;
    let place = Place {
        organisation: new.organisation,
        site: row.parsed("site_id")?,
        specialties: &specialties,
        people: new.to.as_slice(),
        own_site: false,
        own_only: row.flag("own_only")?,
    };
    pools::open(tx, &place).await
}

/// Whoever is asked by name may read it, if not at this moment; a name that cannot answer is no question.
async fn may_answer(tx: &mut Tx, who: PathologistId, reading: ReadingId) -> Result<(), Error> {
    let person = establish::find(tx, who).await?;
    let asked = verdict(tx, &person, reading).await?;
    if asked.said.may_at_all() {
        return Ok(());
    }
    asked.permit_them().map(drop)
}

/// Keeps a pathologist from a reading for good.
async fn keep_from(tx: &mut Tx, held: &Held, reading: ReadingId) -> Result<(), Error> {
    let (who, owner) = (held.pathologist, held.organisation);
    let row = args![reading, who, owner, "panel", i64::MAX];
    tx.run(&sql::EXCLUSION_ADD, row).await?;
    Ok(())
}

/// How a signature compares with the first report: said by who saw it, found by who read blind.
pub(crate) async fn compared(
    tx: &mut Tx,
    held: &Held,
    sign: &SignOut,
) -> Result<Option<Concordance>, Error> {
    let invalid = |field, reason: &str| {
        Err(Error::Invalid {
            field,
            reason: reason.into(),
        })
    };
    match (held.kind, held.cause.as_str()) {
        (ReadingKind::Audit, "sample") => {
            let code = sign.diagnosis_code.trim();
            if code.is_empty() {
                return invalid("diagnosis_code", "a blind reading is compared by its code");
            }
            let first = tx.first(&sql::REPORT_FIRST, args![held.case]).await?;
            let first = first.map(|row| row.text("diagnosis_code")).transpose()?;
            let same = first.is_some_and(|first| first.trim() == code);
            Ok(Some(if same {
                Concordance::Agrees
            } else {
                Concordance::Major
            }))
        }
        (ReadingKind::SecondBeforeRelease | ReadingKind::Audit, _) => match sign.concordance {
            Some(said) => Ok(Some(said)),
            None => invalid("concordance", "say whether you agree with the first report"),
        },
        _ => Ok(sign.concordance),
    }
}

/// Opens the readings that follow from a signature.
pub(crate) async fn follow(
    tx: &mut Tx,
    held: &Held,
    sign: &SignOut,
    compared: Option<Concordance>,
) -> Result<(), Error> {
    match (held.kind, held.cause.as_str()) {
        (ReadingKind::SecondBeforeRelease | ReadingKind::Audit, _) => {
            disagreement(tx, held, sign.report, compared).await
        }
        (ReadingKind::Primary, "order") => {
            second_by_rule(tx, held, sign).await?;
            audit_by_sample(tx, held, sign.report).await
        }
        (_, "panel") => {
            let row = args![held.case, held.reading];
            for row in tx.all(&sql::READING_PANEL, row).await? {
                keep_from(tx, held, row.parsed("reading_id")?).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn second_by_rule(tx: &mut Tx, held: &Held, sign: &SignOut) -> Result<(), Error> {
    let mut types = Vec::new();
    for row in tx.all(&sql::SPECIMEN_TYPES, args![held.case]).await? {
        types.push(row.text("specimen_type")?);
    }
    let policy = tx.policy();
    let types = types.iter().map(String::as_str);
    let Some(why) = policy.readings.second(types, &sign.diagnosis_code) else {
        return Ok(());
    };
    let kind = ReadingKind::SecondBeforeRelease;
    let open = args![held.case, kind.as_str()];
    if !tx.all(&sql::READING_OPEN_OF_CAUSE, open).await?.is_empty() {
        return Ok(());
    }
    follows(tx, held, (kind, "rule", true, None), sign.report, why).await
}

async fn audit_by_sample(tx: &mut Tx, held: &Held, report: ReportId) -> Result<(), Error> {
    let policy = tx.policy();
    if !policy.readings.draws(held.reading) {
        return Ok(());
    }
    let days = i64::from(policy.readings.audit_days);
    let due = Micros(tx.now().await?).plus_hours(days * 24);
    let new = (ReadingKind::Audit, "sample", false, Some(due));
    follows(tx, held, new, report, "drawn by the sample".into()).await
}

/// A third decides; after an audit, and when the third disagrees too, the signer is asked.
async fn disagreement(
    tx: &mut Tx,
    held: &Held,
    report: ReportId,
    compared: Option<Concordance>,
) -> Result<(), Error> {
    let Some(Concordance::Minor | Concordance::Major) = compared else {
        return Ok(());
    };
    let is_second = held.kind == ReadingKind::SecondBeforeRelease;
    let arbitrated = held.cause == "arbitration";
    if (arbitrated || !is_second)
        && let Some(first) = tx.first(&sql::REPORT_FIRST, args![held.case]).await?
    {
        let code = if arbitrated {
            "arbitration_disagrees"
        } else {
            "audit_disagrees"
        };
        incident::put_to_signer_of(tx, first.parsed("report_id")?, code).await?;
    }
    if arbitrated {
        return Ok(());
    }
    let new = (held.kind, "arbitration", is_second, None);
    follows(tx, held, new, report, "two readings disagree".into()).await
}

async fn follows(
    tx: &mut Tx,
    held: &Held,
    (kind, cause, blocks, due): (ReadingKind, &str, bool, Option<Micros>),
    report: ReportId,
    why: String,
) -> Result<(), Error> {
    let question = Phi::new(why);
    let beside = Beside {
        of: held.reading,
        case: held.case,
        organisation: held.organisation,
        reading: ReadingId(derived(report.0, "reading", cause)),
        kind,
        specialty: None,
        due,
        cause,
        blocks,
        asked_by: None,
        to: None,
        question: &question,
    };
    add(tx, &beside).await?;
    let by = By::system("rules", held.organisation);
    let about = About::reading(held.case, beside.reading);
    audit(tx, &by, "open_reading", about, &format!("{kind}: {cause}")).await
}
