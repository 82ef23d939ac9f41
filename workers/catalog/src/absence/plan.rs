//! What becomes of everything somebody owns while they are away: decided here, written elsewhere.

use std::borrow::Cow;

use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, ClaimId, ReadingId};
use serde::{Deserialize, Serialize};

use super::Absence;
use crate::engine::{Row, Tx, args};
use crate::establish::Locked;
use crate::taking::verdict;
use crate::{Error, sql};

/// What becomes of something they own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AbsenceFate {
    /// The deputy gets it.
    Deputy,
    /// It waits again; why the deputy does not get it.
    Waits(Vec<String>),
    /// It stays theirs: its extra work is awaited, and they are back in time.
    Stays,
    /// A manager is asked; why the deputy is not.
    Manager(Vec<String>),
}

/// One thing they own, and what becomes of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Move {
    /// The reading; of an incident, the one that was signed.
    pub reading: ReadingId,
    /// Its case.
    pub case: CaseId,
    /// The case's number.
    pub number: String,
    /// `offered`, `claimed`, `begun`, `extra_work` or `incident`.
    pub was: Cow<'static, str>,
    /// The incident, if it is one.
    pub incident: Option<i64>,
    /// What becomes of it.
    pub fate: AbsenceFate,
    pub(super) claim: Option<(ClaimId, i64)>,
}

/// All that moves, urgent first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AbsencePlan {
    /// Whether it is done; otherwise it will be when the absence begins, as things stand then.
    pub applied: bool,
    /// Everything they own.
    pub moves: Vec<Move>,
}

/// What becomes of everything somebody owns, as things stand.
pub(super) async fn plan(
    tx: &mut Tx,
    new: &Absence,
    mut deputy: Option<Locked>,
) -> Result<Vec<Move>, Error> {
    let mut moves = Vec::new();
    for row in tx.all(&sql::ABSENCE_OWNED, args![new.pathologist]).await? {
        let one = owned(tx, new, &row, deputy.as_ref()).await?;
        let counts = row.parsed::<Priority>("priority")? != Priority::Immediate;
        if let (AbsenceFate::Deputy, Some(deputy), true) = (&one.fate, &mut deputy, counts) {
            deputy.active += 1;
            deputy.points += row.int("points")? as u32;
        }
        moves.push(one);
    }
    for row in tx
        .all(&sql::ABSENCE_INCIDENTS, args![new.pathologist])
        .await?
    {
        moves.push(incident(tx, &row, deputy.as_ref()).await?);
    }
    Ok(moves)
}

async fn owned(
    tx: &mut Tx,
    new: &Absence,
    row: &Row,
    deputy: Option<&Locked>,
) -> Result<Move, Error> {
    let reading: ReadingId = row.parsed("reading_id")?;
    let (offered, begun) = (row.opt_int("offer_until")?, row.opt_int("begun_at")?);
    let awaits = row.flag("awaits")?;
    let (was, fate) = match () {
        () if offered.is_some() => ("offered", AbsenceFate::Waits(Vec::new())),
        () if awaits && back_in_time(tx, new, row)? => ("extra_work", AbsenceFate::Stays),
        () => {
            let was = match (awaits, begun) {
                (true, _) => "extra_work",
                (false, Some(_)) => "begun",
                (false, None) => "claimed",
            };
            (was, to_deputy(tx, deputy, reading).await?)
        }
    };
    Ok(Move {
        reading,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        was: was.into(),
        incident: None,
        fate,
        claim: Some((row.parsed("claim_id")?, row.int("fence")?)),
    })
}

/// Whether enough of the case's time remains when they are back.
fn back_in_time(tx: &Tx, new: &Absence, row: &Row) -> Result<bool, Error> {
    let priority: Priority = row.parsed("priority")?;
    let minutes = i64::from(tx.policy().lease.reading_minutes.of(priority));
    Ok(new.to <= Micros(row.int("due_at")?).plus_minutes(-minutes))
}

async fn to_deputy(
    tx: &mut Tx,
    deputy: Option<&Locked>,
    reading: ReadingId,
) -> Result<AbsenceFate, Error> {
    let Some(deputy) = deputy else {
        return Ok(AbsenceFate::Waits(vec!["Nobody stands in.".into()]));
    };
    let said = verdict(tx, deputy, reading).await?.said;
    Ok(if said.may() {
        AbsenceFate::Deputy
    } else {
        AbsenceFate::Waits(said.of_them())
    })
}

/// An incident goes to a deputy who might read its case: their own list may be full.
async fn incident(tx: &mut Tx, row: &Row, deputy: Option<&Locked>) -> Result<Move, Error> {
    let reading: ReadingId = row.parsed("reading_id")?;
    let fate = match deputy {
        None => AbsenceFate::Manager(vec!["Nobody stands in.".into()]),
        Some(deputy) => {
            let said = verdict(tx, deputy, reading).await?.said;
            if said.may_at_all() {
                AbsenceFate::Deputy
            } else {
                AbsenceFate::Manager(said.of_them())
            }
        }
    };
    Ok(Move {
        reading,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        was: "incident".into(),
        incident: Some(row.int("incident_id")?),
        fate,
        claim: None,
    })
}
