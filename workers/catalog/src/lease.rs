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

use pathology::case::{Micros, Priority, ReadingKind};
use pathology::ids::{CaseId, ClaimId, OrganisationId, PathologistId, ReadingId};
use pathology::phi::Phi;
use pathology::routing::{ClaimFacts, LeaseSettings, Silence, Standing, standing};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Row, Tx, args};
use crate::establish::lock;
use crate::taking::somebody_else_may;
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

/// A claim as it stands under its lock.
pub(crate) struct Held {
    pub(crate) claim: ClaimId,
    pub(crate) reading: ReadingId,
    pub(crate) case: CaseId,
    pub(crate) organisation: OrganisationId,
    pub(crate) pathologist: PathologistId,
    pub(crate) fence: i64,
    pub(crate) priority: Priority,
    pub(crate) kind: ReadingKind,
    /// Why there is this reading: `order`, `rule`, `asked`, `panel`, `sample`, `arbitration`.
    pub(crate) cause: String,
    /// Until when it may be accepted, if it is an offer.
    pub(crate) offer_until: Option<Micros>,
    hold_until: Option<i64>,
    told_for: Option<i64>,
    pub(crate) facts: ClaimFacts,
}

impl Held {
    /// Whether holder and manager were told that it moves at its present hold limit.
    pub(crate) fn was_told(&self) -> bool {
        self.told_for.is_some() && self.told_for == self.hold_until
    }

    /// How it stands: an offer ends at its moment, whatever its page does.
    pub(crate) fn standing(&self, settings: &LeaseSettings, now: Micros) -> Standing {
        match self.offer_until {
            Some(until) if now >= until => Standing::Lapsed(Silence::NotAccepted),
            Some(until) => Standing::Live { lease_until: until },
            None => standing(&self.facts, settings, now),
        }
    }
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
        Error::unless_said("reason", reason, "say why the case is declined")?;
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
                // An offer is declined as a claim is.
                let held = find_offered(tx, claim, fence).await?;
                give_back(tx, &held, how, &reason).await?;
                if how == "declined" {
                    keep_away(tx, &held).await?;
                }
                let about = About::reading(held.case, held.reading);
                audit(tx, &by, how, about, &reason).await
            })
        })
        .await
    }
}

/// Who declined a reading is not offered it for a while, unless nobody else may read it.
async fn keep_away(tx: &mut Tx, held: &Held) -> Result<(), Error> {
    if !somebody_else_may(tx, held.reading, held.pathologist).await? {
        return Ok(());
    }
    let until = tx.now().await? + tx.limits().decline_us();
    let (reading, who) = (held.reading, held.pathologist);
    let row = args![reading, who, held.organisation, "declined", until];
    tx.run(&sql::EXCLUSION_ADD, row).await?;
    stage::look(tx, reading).await
}

/// Finds an accepted claim that still stands, under the locks of its pathologist and its reading.
pub(crate) async fn find(tx: &mut Tx, claim: ClaimId, fence: i64) -> Result<Held, Error> {
    let held = find_offered(tx, claim, fence).await?;
    if held.offer_until.is_some() {
        let remedy = "this case is offered to you: accept it first";
        return Err(Error::Conflict(remedy.into()));
    }
    Ok(held)
}

/// The same, where a lost claim is an answer: what is asked under a key may have been answered while it stood.
pub(crate) async fn find_or_lost(
    tx: &mut Tx,
    claim: ClaimId,
    fence: i64,
) -> Result<Result<Held, Error>, Error> {
    match find(tx, claim, fence).await {
        Err(e) if !matches!(e, Error::ClaimLost { .. }) => Err(e),
        found => Ok(found),
    }
}

/// The same, where an offer not accepted yet is found too.
pub(crate) async fn find_offered(tx: &mut Tx, claim: ClaimId, fence: i64) -> Result<Held, Error> {
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
        kind: row.parsed("kind")?,
        cause: row.text("cause")?,
        offer_until: row.opt_int("offer_until")?.map(Micros),
        hold_until: row.opt_int("hold_until")?,
        told_for: row.opt_int("told_for")?,
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

/// Work on a held case begins or goes on: from now it is held anew.
pub(crate) async fn work_on(tx: &mut Tx, held: &mut Held) -> Result<(), Error> {
    let now = Micros(tx.now().await?);
    held.facts.begun_at.get_or_insert(now);
    held.facts.last_activity_at = now;
    held.facts.last_heartbeat_at = now;
    renew(tx, held).await?;
    Ok(())
}

/// A held case whose extra work is here is held anew from now, for whoever has it.
pub(crate) async fn go_on(tx: &mut Tx, reading: ReadingId) -> Result<(), Error> {
    let row = tx.one(&sql::READING_LOCK, args![reading]).await?;
    let Some(claim) = row.opt_parsed("claim_id")? else {
        return Ok(());
    };
    if row.text("state")? != "claimed" {
        return Ok(());
    }
    work_on(tx, &mut held(claim, &row)?).await
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
    let found = find_or_lost(tx, claim, fence).await?;
    // Under the claim's own fence: one that was sent wrongly must not outrank the drafts to come.
    let row = args![reading, pathologist, organisation, own_fence, text, now.0];
    tx.run(&sql::DRAFT_SAVE, row).await?;
    let mut held = match found {
        Ok(held) => held,
        Err(lost) => return Ok(Err(Box::new(lost))),
    };
    let first = held.facts.begun_at.is_none();
    work_on(tx, &mut held).await?;
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
