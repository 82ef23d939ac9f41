//! What calls for a pathologist whatever they look at: immediate readings that wait, and offers made to them.
//!
//! ```text
//!  immediate class, in my pools ─▶ pathology::routing::eligible ─▶ waiting: whoever answers first has it
//!  offered to me, not expired   ─────────────────────────────────▶ offered: mine for a minute or two
//! ```
//!
//! The rules are those of a claim; what is seen here may be somebody else's a moment later.

use std::collections::BTreeSet;

use pathology::case::Micros;
use pathology::ids::{CaseId, ClaimId, PathologistId, ReadingId};

use crate::claim::facts::Facts;
use crate::engine::{Row, Tx, args};
use crate::{Catalog, Error, establish, sql};

/// Immediate readings looked at; the rest are behind them.
const LOOKED_AT: i64 = 64;
/// Of what waits so many are told at most.
const MOST: usize = 8;

/// What calls.
#[derive(Debug, Clone)]
pub struct Urgent {
    /// The database's time.
    pub now: Micros,
    /// Immediate readings they may take, first things first; at most 8.
    pub waiting: Vec<Called>,
    /// What is offered to them.
    pub offered: Vec<(Called, OfferView)>,
}

/// A reading that calls, without its patient.
#[derive(Debug, Clone)]
pub struct Called {
    /// The reading.
    pub reading: ReadingId,
    /// Its case.
    pub case: CaseId,
    /// The owning laboratory's number.
    pub number: String,
    /// Who gave it.
    pub issuer: String,
    /// Specialty key.
    pub specialty: String,
    /// Where it was registered.
    pub site_name: String,
    /// `immediate`, `urgent` or `routine`.
    pub priority: String,
    /// When its slides were complete.
    pub ready_at: Option<Micros>,
    /// When it is due.
    pub due_at: Micros,
}

/// An offer that stands.
#[derive(Debug, Clone, Copy)]
pub struct OfferView {
    /// The claim it becomes.
    pub claim: ClaimId,
    /// Its fence.
    pub fence: i64,
    /// Until when it may be accepted.
    pub until: Micros,
}

impl Catalog {
    /// What calls for this pathologist; `None`: nothing calls anybody, which is known without the database as long as
    /// nothing changes, for every open page asks. The caller audits it where anything does.
    pub async fn urgent(&self, who: PathologistId) -> Result<Option<Urgent>, Error> {
        let heard = self.feed.heard();
        if self.feed.is_quiet(heard) {
            return Ok(None);
        }
        let calls = self.read(move |tx| Box::pin(urgent(tx, who))).await?;
        if calls.is_none() {
            self.feed.is_quiet_since(heard);
        }
        Ok(calls)
    }
}

async fn urgent(tx: &mut Tx, who: PathologistId) -> Result<Option<Urgent>, Error> {
    let now = tx.now().await?;
    let anybody = tx.one(&sql::VIEWS_URGENT_FOR_ANYBODY, args![now]).await?;
    if !anybody.flag("calls")? {
        return Ok(None);
    }
    let rows = tx
        .all(&sql::VIEWS_URGENT, args![who, now, LOOKED_AT])
        .await?;
    let mut calls = Urgent {
        now: Micros(now),
        waiting: Vec::new(),
        offered: Vec::new(),
    };
    let mut waiting = Vec::new();
    for row in &rows {
        let called = called(row)?;
        match row.opt_micros("offer_until")? {
            Some(until) => calls.offered.push((called, offer(row, until)?)),
            None => waiting.push(called),
        }
    }
    calls.waiting = permitted(tx, who, waiting).await?;
    Ok(Some(calls))
}

/// Those of what waits that a claim would be given.
async fn permitted(
    tx: &mut Tx,
    who: PathologistId,
    mut waiting: Vec<Called>,
) -> Result<Vec<Called>, Error> {
    if waiting.is_empty() {
        return Ok(waiting);
    }
    let person = establish::find(tx, who).await?;
    let pair = |one: &Called| (one.reading, who, person.organisation);
    let pairs: BTreeSet<_> = waiting.iter().map(pair).collect();
    let facts = Facts::gather(tx, &pairs).await?;
    waiting.retain(|one| {
        let known = facts.readings.get(&one.reading);
        known.is_some_and(|known| facts.said(&person, known).may())
    });
    waiting.truncate(MOST);
    Ok(waiting)
}

fn called(row: &Row) -> Result<Called, Error> {
    Ok(Called {
        reading: row.parsed("reading_id")?,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        issuer: row.text("issuer")?,
        specialty: row.text("specialty")?,
        site_name: row.text("site_name")?,
        priority: row.text("priority")?,
        ready_at: row.opt_micros("ready_at")?,
        due_at: row.micros("due_at")?,
    })
}

fn offer(row: &Row, until: Micros) -> Result<OfferView, Error> {
    Ok(OfferView {
        claim: row.parsed("claim_id")?,
        fence: row.int("fence")?,
        until,
    })
}
