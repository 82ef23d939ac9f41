//! What a batch took, written in a handful of statements, whatever its size.

use std::collections::{BTreeMap, HashMap};

use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, OrganisationId, PathologistId, ReadingId};
use serde_json::{Value, json};

use super::facts::Known;
use super::{Claim, ClaimOutcome, Wanted};
use crate::audit::{About, Event};
use crate::engine::{Tx, args, list};
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
    rights_version: i64,
    agreement: Option<String>,
    why: Vec<String>,
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
        agreement: Option<String>,
        why: Vec<String>,
    ) -> Self {
        Self {
            asked,
            reading: known.reading.id,
            case: known.case,
            owner: known.reading.owner,
            pathologist: person.id,
            rights_version: person.rights_version,
            agreement,
            why,
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
    let now = Micros(tx.now().await?);
    let lease_until = tx.policy().lease.lapses_at(now);
    let fences = claim(tx, asked, takings, lease_until).await?;
    let claims = takings.iter().zip(&fences).map(|(one, &fence)| Claim {
        claim: asked[one.asked].claim,
        reading: one.reading,
        case: one.case,
        fence,
        lease_until,
        why: one.why.clone(),
    });
    let claims: Vec<Claim> = claims.collect();
    leave_pools(tx, takings).await?;
    begin_assignments(tx, asked, takings, &fences).await?;
    audit(tx, asked, takings).await?;
    tell(tx, takings, &fences).await?;
    keep(tx, asked, takings, &claims).await?;
    Ok(claims)
}

/// The rows of a statement, as both databases read them.
fn rows<T>(takings: &[T], row: impl Fn(&T) -> Value) -> String {
    Value::Array(takings.iter().map(row).collect()).to_string()
}

async fn claim(
    tx: &mut Tx,
    asked: &[Wanted],
    takings: &[Taking],
    lease_until: Micros,
) -> Result<Vec<i64>, Error> {
    let all = rows(
        takings,
        |one| json!({"r": one.reading, "p": one.pathologist, "c": asked[one.asked].claim}),
    );
    let now = tx.now().await?;
    let mut fences: HashMap<ReadingId, i64> = HashMap::new();
    for row in tx
        .all(&sql::READING_CLAIM_ALL, args![all, now, lease_until.0])
        .await?
    {
        fences.insert(row.parsed("reading_id")?, row.int("fence")?);
    }
    let fence = |one: &Taking| {
        let fence = fences.get(&one.reading).copied();
        fence.ok_or_else(|| Error::Constraint("a reading moved under its lock".into()))
    };
    takings.iter().map(fence).collect()
}

async fn leave_pools(tx: &mut Tx, takings: &[Taking]) -> Result<(), Error> {
    let readings = list(takings.iter().map(|one| one.reading));
    tx.run(&sql::READING_LEAVE_POOLS, args![readings]).await?;
    let mut more: BTreeMap<PathologistId, (u32, u32)> = BTreeMap::new();
    for one in takings.iter().filter(|one| one.counts) {
        let (cases, points) = more.entry(one.pathologist).or_default();
        (*cases, *points) = (*cases + 1, points.saturating_add(one.points));
    }
    if more.is_empty() {
        return Ok(());
    }
    let more: Vec<_> = more.into_iter().collect();
    let all = rows(
        &more,
        |(who, (cases, points))| json!({"p": who, "n": cases, "w": points}),
    );
    tx.run(&sql::PATHOLOGIST_HOLD_MORE, args![all]).await?;
    Ok(())
}

/// The rows of these claims, kept for ever: who, which fence, by what right, and why.
async fn begin_assignments(
    tx: &mut Tx,
    asked: &[Wanted],
    takings: &[Taking],
    fences: &[i64],
) -> Result<(), Error> {
    let takings: Vec<_> = takings.iter().zip(fences).collect();
    let all = rows(&takings, |(one, fence)| {
        let wanted = &asked[one.asked];
        json!({
            "c": wanted.claim, "o": one.owner, "r": one.reading, "k": one.case, "p": one.pathologist,
            "f": fence, "v": one.rights_version, "a": one.agreement,
            "x": i64::from(wanted.reading.is_some()), "w": json!(one.why).to_string(),
        })
    });
    let now = tx.now().await?;
    tx.run(&sql::ASSIGNMENT_BEGIN_ALL, args![all, now]).await?;
    Ok(())
}

async fn audit(tx: &mut Tx, asked: &[Wanted], takings: &[Taking]) -> Result<(), Error> {
    let all = rows(takings, |one| {
        let Wanted { by, reading, .. } = &asked[one.asked];
        let (action, reason) = match reading {
            Some((_, reason)) => ("claim_out_of_order", reason.as_str()),
            None => ("claim", ""),
        };
        json!({
            "o": by.organisation, "s": by.subject, "a": action, "u": by.purpose, "b": by.basis,
            "k": one.case, "r": one.reading, "d": reason,
        })
    });
    let now = tx.now().await?;
    tx.run(&sql::AUDIT_WRITE_ALL, args![all, now]).await?;
    Ok(())
}

async fn tell(tx: &mut Tx, takings: &[Taking], fences: &[i64]) -> Result<(), Error> {
    let both: Vec<_> = takings.iter().zip(fences).collect();
    let all = rows(
        &both,
        |(one, fence)| json!({"o": one.owner, "k": one.case, "r": one.reading, "p": one.pathologist, "f": fence}),
    );
    let now = tx.now().await?;
    let written = tx.all(&sql::EVENT_CLAIMED, args![all, now]).await?;
    let mut last = 0;
    for row in &written {
        last = last.max(row.int("position")?);
    }
    for (one, fence) in both {
        let event = Event {
            organisation: one.owner,
            kind: "claimed",
            about: About::reading(one.case, one.reading),
            pathologist: Some(one.pathologist),
            fence: *fence,
            detail: "",
        };
        tx.told.wrote(&event, last);
        let change = Change::new(Kind::Worklist, one.owner, now).of_case(one.case);
        tx.tell(
            change
                .of_reading(one.reading)
                .of_pathologist(one.pathologist),
        );
    }
    Ok(())
}

async fn keep(
    tx: &mut Tx,
    asked: &[Wanted],
    takings: &[Taking],
    claims: &[Claim],
) -> Result<(), Error> {
    let both = takings.iter().zip(claims);
    let keyed = both.filter_map(|(one, claim)| {
        let wanted = &asked[one.asked];
        let answer = ClaimOutcome::Claimed(claim.clone());
        Some((&wanted.by, wanted.key.as_deref()?, answer))
    });
    idempotency::keep_all(tx, "claim", &keyed.collect::<Vec<_>>()).await
}
