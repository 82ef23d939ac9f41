//! How long a claim stays: heartbeat, draft, release, decline, lapse (8.1).
//!
//! ```text
//!            heartbeat
//!            ┌──────┐            draft
//!  claimed ──┘      ├──────────────────▶ begun: held until the hold limit of its priority
//!            └──no heartbeat, release, decline──▶ waiting again: fence + 1, same age, same place
//! ```
//!
//! Every write carries the fence: an old one changes nothing, and the draft that came with it is kept.

use std::collections::BTreeSet;

use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, ClaimId, OrganisationId, PathologistId, ReadingId};
use pathology::phi::Phi;
use pathology::routing::{ClaimFacts, Silence, Standing, standing};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Row, Tx, args};
use crate::establish::lock;
use crate::{Catalog, Error, sql, stage};

/// A claim that is still held.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// When it returns if no heartbeat comes and nothing was begun.
    pub lease_until: Micros,
    /// Whether work has begun: then it is held.
    pub begun: bool,
    /// Until when begun work is held.
    pub hold_until: Option<Micros>,
}

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

/// A claim as it stands under its lock.
pub(crate) struct Held {
    pub(crate) claim: ClaimId,
    pub(crate) reading: ReadingId,
    pub(crate) case: CaseId,
    pub(crate) organisation: OrganisationId,
    pub(crate) pathologist: PathologistId,
    pub(crate) fence: i64,
    pub(crate) priority: Priority,
    facts: ClaimFacts,
}

impl Catalog {
    /// Renews a claim. `active` says that the pathologist moved since the last heartbeat.
    pub async fn heartbeat(
        &self,
        claim: ClaimId,
        fence: i64,
        active: bool,
    ) -> Result<Lease, Error> {
        self.write(move |tx| {
            Box::pin(async move {
                let mut held = find(tx, claim, fence).await?;
                held.facts.last_heartbeat_at = Micros(tx.now().await?);
                if active {
                    held.facts.last_activity_at = held.facts.last_heartbeat_at;
                }
                renew(tx, &held).await
            })
        })
        .await
    }

    /// Keeps a draft; the case is begun from then on. A lost claim's draft is kept too.
    pub async fn save_draft(
        &self,
        claim: ClaimId,
        fence: i64,
        text: Phi<String>,
        by: &By,
    ) -> Result<Micros, Error> {
        let by = by.clone();
        let kept = self
            .write(move |tx| {
                let (text, by) = (text.clone(), by.clone());
                Box::pin(async move { draft(tx, claim, fence, &text, &by).await })
            })
            .await?;
        kept.map_err(|lost| *lost)
    }

    /// Gives a claim back; its case waits again with its age.
    pub async fn release(
        &self,
        claim: ClaimId,
        fence: i64,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        self.give_back_by_person(claim, fence, "released", reason, by)
            .await
    }

    /// Gives a claim back and is not offered it again for a while; the reason is needed.
    pub async fn decline(
        &self,
        claim: ClaimId,
        fence: i64,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        if reason.trim().is_empty() {
            return Err(Error::Invalid {
                field: "reason",
                reason: "say why the case is declined".into(),
            });
        }
        self.give_back_by_person(claim, fence, "declined", reason, by)
            .await
    }

    async fn give_back_by_person(
        &self,
        claim: ClaimId,
        fence: i64,
        how: &'static str,
        reason: &str,
        by: &By,
    ) -> Result<(), Error> {
        let (by, reason) = (by.clone(), reason.to_owned());
        self.write(move |tx| {
            let (by, reason) = (by.clone(), reason.clone());
            Box::pin(async move {
                let held = find(tx, claim, fence).await?;
                give_back(tx, &held, how, &reason).await?;
                if how == "declined" {
                    let until = tx.now().await? + tx.limits().decline_us();
                    tx.run(
                        &sql::EXCLUSION_ADD,
                        args![
                            held.reading,
                            held.pathologist,
                            held.organisation,
                            "declined",
                            until
                        ],
                    )
                    .await?;
                    stage::look(tx, held.reading).await?;
                }
                audit(
                    tx,
                    &by,
                    how,
                    About::reading(held.case, held.reading),
                    &reason,
                )
                .await
            })
        })
        .await
    }

    /// Returns claims whose time is over, at most `limit` in one go.
    pub async fn sweep_leases(&self, limit: u32) -> Result<Vec<Lapsed>, Error> {
        self.write(move |tx| Box::pin(async move { sweep(tx, limit).await }))
            .await
    }
}

async fn sweep(tx: &mut Tx, limit: u32) -> Result<Vec<Lapsed>, Error> {
    let now = Micros(tx.now().await?);
    let idle_before = now
        .plus_minutes(-i64::from(tx.policy().lease.idle_minutes))
        .0;
    let rows = tx
        .all(&sql::CLAIM_SILENT, args![now.0, idle_before, limit])
        .await?;
    lock_all(tx, &rows).await?;
    let mut lapsed = Vec::new();
    for row in &rows {
        let held = match find(tx, row.parsed("claim_id")?, row.int("fence")?).await {
            Ok(held) => held,
            Err(Error::ClaimLost { .. }) => continue,
            Err(e) => return Err(e),
        };
        let Standing::Lapsed(silence) = standing(&held.facts, &tx.policy().lease, now) else {
            continue;
        };
        let how = if held.facts.begun_at.is_some() {
            "moved"
        } else {
            "lapsed"
        };
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

/// A batch locks all its pathologists in id order before any reading.
async fn lock_all(tx: &mut Tx, rows: &[Row]) -> Result<(), Error> {
    let mut people = BTreeSet::new();
    for row in rows {
        people.insert(row.parsed::<PathologistId>("pathologist_id")?);
    }
    for id in people {
        lock(tx, id).await?;
    }
    Ok(())
}

/// Finds a claim that still stands, under the locks of its pathologist and its reading.
pub(crate) async fn find(tx: &mut Tx, claim: ClaimId, fence: i64) -> Result<Held, Error> {
    let row = tx
        .first(&sql::ASSIGNMENT_FIND, args![claim])
        .await?
        .ok_or(Error::NotFound("claim"))?;
    // Lock order, everywhere: the pathologist, then the reading.
    lock(tx, row.parsed("pathologist_id")?).await?;
    let reading: ReadingId = row.parsed("reading_id")?;
    let locked = tx
        .first(&sql::READING_LOCK, args![reading])
        .await?
        .ok_or(Error::NotFound("reading"))?;
    let stands =
        locked.opt_text("claim_id")? == Some(claim.to_string()) && locked.int("fence")? == fence;
    if !stands {
        let at = tx
            .first(&sql::ASSIGNMENT_FIND, args![claim])
            .await?
            .and_then(|row| row.opt_int("ended_at").ok().flatten());
        let now = tx.now().await?;
        return Err(Error::ClaimLost {
            holder: locked.opt_text("holder")?,
            at: Micros(at.unwrap_or(now)),
        });
    }
    held(claim, &locked)
}

fn held(claim: ClaimId, row: &Row) -> Result<Held, Error> {
    let priority: Priority = row.parsed("priority")?;
    let claimed_at = row.int("claimed_at")?;
    Ok(Held {
        claim,
        reading: row.parsed("reading_id")?,
        case: row.parsed("case_id")?,
        organisation: row.parsed("organisation_id")?,
        pathologist: row.parsed("pathologist_id")?,
        fence: row.int("fence")?,
        priority,
        facts: ClaimFacts {
            last_heartbeat_at: Micros(row.opt_int("heartbeat_at")?.unwrap_or(claimed_at)),
            last_activity_at: Micros(row.opt_int("activity_at")?.unwrap_or(claimed_at)),
            begun_at: row.opt_int("begun_at")?.map(Micros),
            priority,
            due_at: Micros(row.int("due_at")?),
        },
    })
}

async fn renew(tx: &mut Tx, held: &Held) -> Result<Lease, Error> {
    let settings = tx.policy().lease;
    let facts = &held.facts;
    let lease_until = settings.lapses_at(facts.last_heartbeat_at);
    let hold_until = facts.begun_at.map(|_| settings.hold_until(facts));
    let row = args![
        held.reading,
        lease_until.0,
        facts.last_heartbeat_at.0,
        facts.last_activity_at.0,
        facts.begun_at.map(|at| at.0),
        hold_until.map(|at| at.0)
    ];
    tx.run(&sql::READING_RENEW, row).await?;
    Ok(Lease {
        lease_until,
        begun: facts.begun_at.is_some(),
        hold_until,
    })
}

async fn draft(
    tx: &mut Tx,
    claim: ClaimId,
    fence: i64,
    text: &Phi<String>,
    by: &By,
) -> Result<Result<Micros, Box<Error>>, Error> {
    let now = Micros(tx.now().await?);
    let row = tx
        .first(&sql::ASSIGNMENT_FIND, args![claim])
        .await?
        .ok_or(Error::NotFound("claim"))?;
    let (reading, pathologist): (ReadingId, PathologistId) =
        (row.parsed("reading_id")?, row.parsed("pathologist_id")?);
    let organisation: OrganisationId = row.parsed("organisation_id")?;
    let own_fence = row.int("fence")?;
    let found = match find(tx, claim, fence).await {
        Err(e) if !matches!(e, Error::ClaimLost { .. }) => return Err(e),
        found => found,
    };
    // Under the claim's own fence: one that was sent wrongly must not outrank the drafts to come.
    let row = args![reading, pathologist, organisation, own_fence, text, now.0];
    tx.run(&sql::DRAFT_SAVE, row).await?;
    let mut held = match found {
        Ok(held) => held,
        Err(lost) => return Ok(Err(Box::new(lost))),
    };
    let first = held.facts.begun_at.is_none();
    held.facts.begun_at.get_or_insert(now);
    held.facts.last_activity_at = now;
    held.facts.last_heartbeat_at = now;
    renew(tx, &held).await?;
    if first {
        let about = About::reading(held.case, held.reading);
        audit(tx, by, "begin_case", about, "").await?;
        tell(
            tx,
            held.organisation,
            about,
            Some(held.pathologist),
            held.fence,
            "begun",
        )
        .await?;
    }
    Ok(Ok(now))
}

/// Ends a claim without a signature: the reading waits again where it stood before.
pub(crate) async fn give_back(
    tx: &mut Tx,
    held: &Held,
    how: &'static str,
    reason: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    tx.run(&sql::READING_GIVE_BACK, args![held.reading]).await?;
    tx.run(&sql::READING_ENTER_POOL, args![held.reading])
        .await?;
    end_assignment(tx, held, how, reason, now).await?;
    tell(
        tx,
        held.organisation,
        About::reading(held.case, held.reading),
        Some(held.pathologist),
        held.fence + 1,
        how,
    )
    .await
}

/// Ends the row of a claim and frees its place among the cases its pathologist holds.
pub(crate) async fn end_assignment(
    tx: &mut Tx,
    held: &Held,
    how: &str,
    reason: &str,
    now: i64,
) -> Result<(), Error> {
    tx.run(&sql::ASSIGNMENT_END, args![held.claim, how, now, reason])
        .await?;
    if held.priority != Priority::Immediate {
        tx.run(
            &sql::PATHOLOGIST_HOLD_ONE_LESS,
            args![held.pathologist, now, held.reading],
        )
        .await?;
    }
    Ok(())
}
