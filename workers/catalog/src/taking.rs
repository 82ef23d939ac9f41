//! A reading is put into one pathologist's hands: by hand over, offer, absence or recall.
//!
//! ```text
//!  lock the pathologists by id, then the reading ─▶ may they (the rules of a claim)? ─▶ fence + 1, a row for ever
//! ```
//!
//! Claims go their own way ([`crate::claim`]); what is asked of the pathologist is the same.

use std::collections::BTreeSet;

use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, ClaimId, OrganisationId, PathologistId, ReadingId};
use pathology::routing::{ClaimFacts, Decision, Reading};
use serde_json::json;

use crate::claim::facts::{Facts, Said};
use crate::engine::{Tx, args, list};
use crate::establish::{self, Locked, lock};
use crate::{Error, sql};

/// Whether a pathologist may have a reading, as a claim would decide it.
pub(crate) struct Verdict {
    pub(crate) reading: Reading,
    pub(crate) case: CaseId,
    pub(crate) said: Said,
    decision: Decision,
    agreement: Option<String>,
}

impl Verdict {
    /// The reasons why they may, as they are told; or why not, told to themselves.
    pub(crate) fn permit(&self) -> Result<Vec<String>, Error> {
        self.unless_no(Said::to_them)
    }

    /// The same; or why not, told to who would give it to them.
    pub(crate) fn permit_them(&self) -> Result<Vec<String>, Error> {
        self.unless_no(Said::of_them)
    }

    fn unless_no(&self, why: fn(&Said) -> Vec<String>) -> Result<Vec<String>, Error> {
        if self.said.may() {
            return Ok(self.said.to_them());
        }
        let why = why(&self.said);
        Err(Error::NotEligible { why })
    }
}

/// Asks the rules of a claim about a pathologist and a reading.
pub(crate) async fn verdict(
    tx: &mut Tx,
    person: &Locked,
    reading: ReadingId,
) -> Result<Verdict, Error> {
    let facts = Facts::gather(
        tx,
        &BTreeSet::from([(reading, person.id, person.organisation)]),
    )
    .await?;
    let known = facts.readings.get(&reading);
    let known = known.ok_or(Error::NotFound("reading"))?;
    Ok(Verdict {
        said: facts.said(person, known),
        decision: facts.decision(person, known),
        reading: known.reading.clone(),
        case: known.case,
        agreement: facts.agreement(person, known),
    })
}

/// Whether anybody else might read it, were they present and below capacity.
pub(crate) async fn somebody_else_may(
    tx: &mut Tx,
    reading: ReadingId,
    who: PathologistId,
) -> Result<bool, Error> {
    let now = tx.now().await?;
    let rows = tx
        .all(&sql::OFFER_CANDIDATES, args![reading, who, now])
        .await?;
    for row in rows {
        let person = establish::find(tx, row.parsed("pathologist_id")?).await?;
        if verdict(tx, &person, reading).await?.said.may_at_all() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Locks pathologists in id order, as every batch does.
pub(crate) async fn lock_people(tx: &mut Tx, people: &[PathologistId]) -> Result<(), Error> {
    let people: BTreeSet<PathologistId> = people.iter().copied().collect();
    for id in people {
        lock(tx, id).await?;
    }
    Ok(())
}

/// What somebody is given, and how it stands in their hands.
pub(crate) struct Given {
    pub(crate) claim: ClaimId,
    pub(crate) why: Vec<String>,
    /// The rules were asked and permit it.
    pub(crate) is_by_right: bool,
    /// When work on it began; what is handed over is held like begun work.
    pub(crate) begun_at: Option<Micros>,
    /// An offer: until when it may be accepted.
    pub(crate) offer_until: Option<Micros>,
}

/// What a reading in somebody's hands is known by.
pub(crate) struct Put {
    pub(crate) case: CaseId,
    pub(crate) owner: OrganisationId,
    pub(crate) fence: i64,
}

/// Puts a reading, which is locked and free, into the hands of a locked pathologist who may have it.
pub(crate) async fn put(
    tx: &mut Tx,
    person: &Locked,
    asked: &Verdict,
    given: Given,
) -> Result<Put, Error> {
    let now = Micros(tx.now().await?);
    let reading = &asked.reading;
    let settings = tx.policy().lease;
    let lease_until = given.offer_until.unwrap_or(settings.lapses_at(now));
    let due = tx.one(&sql::READING_LOCK, args![reading.id]).await?;
    let held = ClaimFacts {
        last_heartbeat_at: now,
        last_activity_at: now,
        begun_at: given.begun_at,
        priority: reading.priority,
        due_at: Micros(due.int("due_at")?),
    };
    let hold_until = given.begun_at.map(|_| settings.hold_until(&held).0);
    let row = args![
        reading.id,
        person.id,
        given.claim,
        now.0,
        lease_until.0,
        given.begun_at.map(|at| at.0),
        hold_until,
        given.offer_until.map(|at| at.0)
    ];
    let fence = tx.one(&sql::READING_GIVE, row).await?.int("fence")?;
    tx.run(&sql::READING_LEAVE_POOLS, args![list([reading.id])])
        .await?;
    if reading.priority != Priority::Immediate {
        let more = json!([{"p": person.id, "n": 1, "w": reading.points}]).to_string();
        tx.run(&sql::PATHOLOGIST_HOLD_MORE, args![more]).await?;
    }
    begin(tx, person, asked, &given, fence).await?;
    Ok(Put {
        case: asked.case,
        owner: reading.owner,
        fence,
    })
}

async fn begin(
    tx: &mut Tx,
    person: &Locked,
    asked: &Verdict,
    given: &Given,
    fence: i64,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let decision = json!(asked.decision).to_string();
    let decision = given.is_by_right.then_some(decision);
    let row = json!([{
        "c": given.claim, "o": asked.reading.owner, "r": asked.reading.id, "k": asked.case, "p": person.id,
        "f": fence, "v": person.rights_version, "a": asked.agreement, "x": 0, "w": json!(given.why).to_string(), "z": decision,
    }]);
    let row = args![row.to_string(), now];
    tx.run(&sql::ASSIGNMENT_BEGIN_ALL, row).await?;
    Ok(())
}
