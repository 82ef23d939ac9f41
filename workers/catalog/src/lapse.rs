//! Claims that return by themselves, and who is told before begun work does (8.1).
//!
//! ```text
//!  untouched, silent or idle ──────────────────────────────▶ waits again
//!  begun, its hold limit near ──holder and manager told──▶ waits again, the draft read-only
//!  offered, not accepted ──────────────────────────────────▶ waits again
//! ```
//!
//! Begun work never moves in the transaction that tells: whoever is told could have come back.

use std::collections::BTreeSet;

use pathology::case::Micros;
use pathology::ids::{PathologistId, ReadingId};
use pathology::routing::{Silence, Standing};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Row, Tx, args};
use crate::establish::lock;
use crate::lease::{Held, find_offered, give_back};
use crate::{Catalog, Error, sql};

/// A claim that returned by itself.
#[derive(Debug, Clone, Copy)]
pub struct Lapsed {
    /// The reading that waits again.
    pub reading: ReadingId,
    /// Who held it.
    pub pathologist: PathologistId,
    /// Why it returned.
    pub silence: Silence,
}

impl Catalog {
    /// Returns claims whose time is over, at most `limit` in one go; begun work only when its holder
    /// and the manager were told.
    pub async fn sweep_leases(&self, limit: u32) -> Result<Vec<Lapsed>, Error> {
        self.write(move |tx| Box::pin(async move { sweep(tx, limit).await }))
            .await
    }

    /// Tells holder and manager of begun work that moves soon, at most `limit` in one go.
    pub async fn tell_before_it_moves(&self, limit: u32) -> Result<u64, Error> {
        self.write(move |tx| Box::pin(async move { warn(tx, limit).await }))
            .await
    }
}

async fn sweep(tx: &mut Tx, limit: u32) -> Result<Vec<Lapsed>, Error> {
    let now = Micros(tx.now().await?);
    let idle = i64::from(tx.policy().lease.idle_minutes);
    let row = args![now.0, now.plus_minutes(-idle).0, limit];
    let silent = tx.all(&sql::CLAIM_SILENT, row).await?;
    let rows = lock_all(tx, silent).await?;
    let mut lapsed = Vec::new();
    for row in &rows {
        let Some(held) = still(tx, row).await? else {
            continue;
        };
        let Standing::Lapsed(silence) = held.standing(&tx.policy().lease, now) else {
            continue;
        };
        let begun = held.facts.begun_at.is_some();
        if begun && !held.was_told() {
            continue;
        }
        let how = if begun { "moved" } else { "lapsed" };
        give_back(tx, &held, how, "").await?;
        let by = By::system("route", held.organisation);
        audit(tx, &by, how, About::reading(held.case, held.reading), "").await?;
        lapsed.push(Lapsed {
            reading: held.reading,
            pathologist: held.pathologist,
            silence,
        });
    }
    Ok(lapsed)
}

async fn warn(tx: &mut Tx, limit: u32) -> Result<u64, Error> {
    let (now, notice) = (tx.now().await?, tx.limits().hold_notice_minutes);
    let us = |minutes: u32| i64::from(minutes) * 60_000_000;
    let row = args![
        now,
        us(notice.immediate),
        us(notice.urgent),
        us(notice.routine),
        limit
    ];
    let ending = tx.all(&sql::CLAIM_HOLD_ENDS, row).await?;
    let rows = lock_all(tx, ending).await?;
    let mut told = 0;
    for row in &rows {
        let Some(held) = still(tx, row).await? else {
            continue;
        };
        tx.run(&sql::CLAIM_TOLD, args![held.reading]).await?;
        let about = About::reading(held.case, held.reading);
        let by = By::system("route", held.organisation);
        audit(tx, &by, "hold_ends", about, "").await?;
        for role in ["holder", "manager"] {
            let body = format!(
                r#"{{"case":"{}","reading":"{}","pathologist":"{}","to":"{role}"}}"#,
                held.case, held.reading, held.pathologist
            );
            let row = args![held.organisation, "hold_ends", body, now];
            tx.run(&sql::OUTBOX_WRITE, row).await?;
        }
        let (owner, who) = (held.organisation, Some(held.pathologist));
        tell(tx, owner, about, who, held.fence, "hold_ends").await?;
        told += 1;
    }
    Ok(told)
}

async fn still(tx: &mut Tx, row: &Row) -> Result<Option<Held>, Error> {
    match find_offered(tx, row.parsed("claim_id")?, row.int("fence")?).await {
        Ok(held) => Ok(Some(held)),
        Err(Error::ClaimLost { .. }) => Ok(None),
        Err(e) => Err(e),
    }
}

/// A batch locks all its pathologists in id order before any reading; then its readings in theirs.
pub(crate) async fn lock_all(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Row>, Error> {
    let mut people = BTreeSet::new();
    let mut order = Vec::new();
    for row in rows {
        people.insert(row.parsed::<PathologistId>("pathologist_id")?);
        order.push((row.parsed::<ReadingId>("reading_id")?, row));
    }
    for id in people {
        lock(tx, id).await?;
    }
    order.sort_by_key(|(reading, _)| *reading);
    Ok(order.into_iter().map(|(_, row)| row).collect())
}
