//! What a batch took, written in one statement, whatever its size.

use std::collections::BTreeMap;

use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, OrganisationId, PathologistId, ReadingId};
use serde_json::{Value, json};

use pathology::routing::Decision;

use super::facts::Known;
use super::{Claim, ClaimOutcome, Wanted};
use crate::audit::{About, Event};
use crate::engine::{Tx, args};
use crate::establish::Locked;
use crate::{Change, Error, Kind, idempotency, sql};

/// A claim that is to stand.
pub(super) struct Taking {
    /// By its number among those who asked.
    asked: usize,
    reading: ReadingId,
    case: CaseId,
    owner: OrganisationId,
    pathologist: PathologistId,
    fence: i64,
    rights_version: i64,
    agreement: Option<String>,
    why: Vec<String>,
    decision: Decision,
    /// It counts against the capacity of its pathologist.
    pub(super) counts: bool,
    /// What it weighs on that capacity.
    points: u32,
}

impl Taking {
    pub(super) fn new(
        asked: usize,
        person: &Locked,
        known: &Known,
        fence: i64,
        agreement: Option<String>,
        decision: Decision,
    ) -> Self {
        Self {
            asked,
            reading: known.reading.id,
            case: known.case,
            owner: known.reading.owner,
            pathologist: person.id,
            fence,
            rights_version: person.rights_version,
            agreement,
            why: decision.sentences(),
            decision,
            counts: known.reading.priority != Priority::Immediate,
            points: known.reading.points,
        }
    }
}

/// Makes the takings stand; the claims in the same order.
pub(super) async fn write(
    tx: &mut Tx,
    asked: &[Wanted],
    takings: &[Taking],
) -> Result<Vec<Claim>, Error> {
    if takings.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now().await?;
    let lease_until = tx.policy().lease.lapses_at(Micros(now));
    let claims: Vec<Claim> = takings
        .iter()
        .map(|one| one.claim(asked, lease_until))
        .collect();
    let rows = takings.iter().map(|one| one.row(asked));
    let rows = Value::Array(rows.collect::<Result<_, _>>()?);
    let kept = kept(asked, takings, &claims)?;
    let row = args![rows.to_string(), now, lease_until.0, weight(takings), kept];
    let (mut claimed, mut position) = (0, 0);
    for row in tx.all(&sql::CLAIM_WRITE, row).await? {
        claimed += row.int("claimed")?;
        position = position.max(row.int("position")?);
    }
    if claimed != takings.len() as i64 {
        return Err(Error::Constraint("a reading moved under its lock".into()));
    }
    for one in takings {
        one.tell(tx, now, position);
    }
    Ok(claims)
}

impl Taking {
    fn claim(&self, asked: &[Wanted], lease_until: Micros) -> Claim {
        Claim {
            claim: asked[self.asked].claim,
            reading: self.reading,
            case: self.case,
            fence: self.fence,
            lease_until,
            why: self.why.clone(),
        }
    }

    /// What is kept for ever: who, which fence, by what right, and why; and who asked, for the audit.
    fn row(&self, asked: &[Wanted]) -> Result<Value, Error> {
        let wanted = &asked[self.asked];
        let by = &wanted.by;
        let (action, reason) = match &wanted.reading {
            Some((_, reason)) => ("claim_out_of_order", reason.as_str()),
            None => ("claim", ""),
        };
        let unwritten = |e: serde_json::Error| Error::Corrupt(e.to_string());
        let decision = serde_json::to_string(&self.decision).map_err(unwritten)?;
        Ok(json!({
            "r": self.reading, "p": self.pathologist, "c": wanted.claim, "f": self.fence, "o": self.owner, "k": self.case,
            "v": self.rights_version, "a": self.agreement, "x": i64::from(wanted.reading.is_some()),
            "w": json!(self.why).to_string(), "z": decision,
            "q": by.organisation, "s": by.subject, "t": action, "u": by.purpose, "b": by.basis, "d": reason,
        }))
    }

    fn tell(&self, tx: &mut Tx, now: i64, position: i64) {
        let event = Event {
            organisation: self.owner,
            kind: "claimed",
            about: About::reading(self.case, self.reading),
            pathologist: Some(self.pathologist),
            fence: self.fence,
            detail: "",
        };
        tx.told.wrote(&event, position);
        let change = Change::new(Kind::Worklist, self.owner, now).of_case(self.case);
        tx.tell(
            change
                .of_reading(self.reading)
                .of_pathologist(self.pathologist),
        );
    }
}

/// What each of these pathologists holds more than before.
fn weight(takings: &[Taking]) -> String {
    let mut more: BTreeMap<PathologistId, (u32, u32)> = BTreeMap::new();
    for one in takings.iter().filter(|one| one.counts) {
        let (cases, points) = more.entry(one.pathologist).or_default();
        (*cases, *points) = (*cases + 1, points.saturating_add(one.points));
    }
    let row = |(who, (cases, points))| json!({"p": who, "n": cases, "w": points});
    Value::Array(more.into_iter().map(row).collect()).to_string()
}

/// The answers to those who gave a key.
fn kept(asked: &[Wanted], takings: &[Taking], claims: &[Claim]) -> Result<String, Error> {
    let both = takings.iter().zip(claims);
    let keyed = both.filter_map(|(one, claim)| {
        let wanted = &asked[one.asked];
        let answer = ClaimOutcome::Claimed(claim.clone());
        Some((&wanted.by, wanted.key.as_deref()?, answer))
    });
    idempotency::to_keep("claim", &keyed.collect::<Vec<_>>())
}
