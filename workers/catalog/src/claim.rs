//! Who gets the next case: one transaction, one winner (D6).
//!
//! ```text
//!  lock the pathologist ─▶ pool heads they have a right to ─▶ lock the reading, still waiting?
//!     (one person's claims follow each other)                    │
//!  facts of both ─▶ pathology::routing::eligible ─▶ claimed, fence + 1, out of the pool
//! ```
//!
//! Whoever withdraws a right must lock the same pathologist first, an objection the same reading:
//! so a claim commits before the withdrawal or not at all. Retried with the same key, it answers
//! the same claim.

mod facts;

use pathology::case::{Micros, Priority};
use pathology::ids::{CaseId, ClaimId, PathologistId, ReadingId};
use pathology::routing::{Eligibility, eligible, why_here};
use pathology::staff::Presence;
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Tx, args};
use crate::establish::{Locked, lock};
use crate::{Catalog, Change, Error, Kind, idempotency, sql};

/// How often the heads are looked at while other claimers take all of them; each time someone else
/// has got a case, so that with this many there is something wrong.
const TRIES: usize = 64;

/// A claim that stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    /// Its id.
    pub claim: ClaimId,
    /// The reading.
    pub reading: ReadingId,
    /// Its case.
    pub case: CaseId,
    /// Every write of this claim carries it.
    pub fence: i64,
    /// When it returns if no heartbeat comes.
    pub lease_until: Micros,
    /// Why this case, and why this pathologist: sentences.
    pub why: Vec<String>,
}

/// What became of a claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ClaimOutcome {
    /// It is theirs.
    Claimed(Claim),
    /// Nothing waits that they may read.
    Nothing,
    /// They hold as many as they may.
    AtCapacity,
    /// They said they are away.
    Away,
    /// Someone else has it, or it does not wait any more.
    Taken {
        /// Who holds it now.
        holder: Option<String>,
    },
    /// They may not read it.
    NotEligible {
        /// Why not: sentences.
        why: Vec<String>,
    },
}

/// A claim to make; the id is given by the caller.
#[derive(Debug, Clone)]
struct Wanted {
    claim: ClaimId,
    pathologist: PathologistId,
    /// This one, with the reason, or the next.
    reading: Option<(ReadingId, String)>,
}

impl Catalog {
    /// Claims the first case in order that this pathologist may read.
    pub async fn claim_next(
        &self,
        claim: ClaimId,
        pathologist: PathologistId,
        key: Option<&str>,
        by: &By,
    ) -> Result<ClaimOutcome, Error> {
        self.claim(
            Wanted {
                claim,
                pathologist,
                reading: None,
            },
            key,
            by,
        )
        .await
    }

    /// Claims one case out of order, with a reason that is kept.
    pub async fn claim_this(
        &self,
        claim: ClaimId,
        pathologist: PathologistId,
        reading: ReadingId,
        reason: &str,
        key: Option<&str>,
        by: &By,
    ) -> Result<ClaimOutcome, Error> {
        if reason.trim().is_empty() {
            return Err(Error::Invalid {
                field: "reason",
                reason: "say why this case is taken out of order".into(),
            });
        }
        self.claim(
            Wanted {
                claim,
                pathologist,
                reading: Some((reading, reason.to_owned())),
            },
            key,
            by,
        )
        .await
    }

    async fn claim(
        &self,
        wanted: Wanted,
        key: Option<&str>,
        by: &By,
    ) -> Result<ClaimOutcome, Error> {
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (wanted, by, key) = (wanted.clone(), by.clone(), key.clone());
            Box::pin(async move {
                fail::fail_point!("catalog::claim::begin");
                let person = lock(tx, wanted.pathologist).await?;
                if let Some(answer) =
                    idempotency::answered(tx, &by, "claim", key.as_deref()).await?
                {
                    return Ok(answer);
                }
                let outcome = match &wanted.reading {
                    None => next(tx, &wanted, &person, &by).await?,
                    Some((reading, _)) => one(tx, &wanted, &person, *reading, &by).await?,
                };
                if matches!(outcome, ClaimOutcome::Claimed(_)) {
                    idempotency::keep(tx, &by, "claim", key.as_deref(), &outcome).await?;
                }
                fail::fail_point!("catalog::claim::before_commit");
                Ok(outcome)
            })
        })
        .await
    }
}

async fn next(
    tx: &mut Tx,
    wanted: &Wanted,
    person: &Locked,
    by: &By,
) -> Result<ClaimOutcome, Error> {
    if person.presence == Presence::Away {
        return Ok(ClaimOutcome::Away);
    }
    let full = person.active >= person.max_active;
    let now = tx.now().await?;
    // At capacity only the immediate class (0) is looked at.
    let class = i64::from(!full);
    for _ in 0..TRIES {
        let row = args![person.id, now, class, person.organisation];
        let mut overtaken = false;
        let heads = tx.all(&sql::CLAIM_HEADS, row).await?;
        fail::fail_point!("catalog::claim::looked");
        for head in heads {
            match one(tx, wanted, person, head.parsed("reading_id")?, by).await? {
                claimed @ ClaimOutcome::Claimed(_) => return Ok(claimed),
                ClaimOutcome::Taken { .. } => overtaken = true,
                _ => {}
            }
        }
        if !overtaken {
            break;
        }
    }
    Ok(if full {
        ClaimOutcome::AtCapacity
    } else {
        ClaimOutcome::Nothing
    })
}

/// Claims one reading if it still waits and they may read it.
async fn one(
    tx: &mut Tx,
    wanted: &Wanted,
    person: &Locked,
    reading: ReadingId,
    by: &By,
) -> Result<ClaimOutcome, Error> {
    let locked = tx
        .first(&sql::READING_LOCK, args![reading])
        .await?
        .ok_or(Error::NotFound("reading"))?;
    if locked.text("state")? != "waiting" {
        let holder = locked.opt_text("holder")?;
        return Ok(ClaimOutcome::Taken { holder });
    }
    let facts = facts::gather(tx, person, reading).await?;
    let now = Micros(tx.now().await?);
    let eligibility = eligible(&facts.pathologist, &facts.reading, &facts.rules(), now);
    let sentences = eligibility.sentences();
    if let Eligibility::No { why } = eligibility {
        if person.presence == Presence::Available
            && why.iter().all(pathology::routing::Reason::is_passing)
        {
            return Ok(ClaimOutcome::AtCapacity);
        }
        return Ok(ClaimOutcome::NotEligible { why: sentences });
    }
    let mut why = vec![why_here(facts.reading.priority, &tx.policy().targets)];
    why.extend(sentences);
    fail::fail_point!("catalog::claim::decided");
    take(
        tx,
        Taking {
            wanted,
            person,
            facts: &facts,
            why,
        },
        by,
    )
    .await
    .map(ClaimOutcome::Claimed)
}

/// All that is needed to make a claim stand.
struct Taking<'a> {
    wanted: &'a Wanted,
    person: &'a Locked,
    facts: &'a facts::Facts,
    why: Vec<String>,
}

async fn take(tx: &mut Tx, taking: Taking<'_>, by: &By) -> Result<Claim, Error> {
    let (wanted, person, facts) = (taking.wanted, taking.person, taking.facts);
    let now = Micros(tx.now().await?);
    let lease_until = tx.policy().lease.lapses_at(now);
    let (reading, case) = (facts.reading.id, facts.case);
    let row = args![reading, person.id, wanted.claim, now.0, lease_until.0];
    let claimed = tx
        .first(&sql::READING_CLAIM, row)
        .await?
        .ok_or_else(|| Error::Constraint("the reading moved under its lock".into()))?;
    let fence = claimed.int("fence")?;
    tx.run(&sql::READING_LEAVE_POOL, args![reading]).await?;
    if facts.reading.priority != Priority::Immediate {
        tx.run(&sql::PATHOLOGIST_HOLD_ONE_MORE, args![person.id])
            .await?;
    }
    begin_assignment(tx, &taking, fence).await?;
    let about = About::reading(case, reading);
    let (action, reason) = match &wanted.reading {
        Some((_, reason)) => ("claim_out_of_order", reason.as_str()),
        None => ("claim", ""),
    };
    audit(tx, by, action, about, reason).await?;
    let owner = facts.reading.owner;
    tell(tx, owner, about, Some(person.id), fence, "claimed").await?;
    Ok(Claim {
        claim: wanted.claim,
        reading,
        case,
        fence,
        lease_until,
        why: taking.why,
    })
}

/// The row of this claim, kept for ever: who, which fence, by what right, and why.
async fn begin_assignment(tx: &mut Tx, taking: &Taking<'_>, fence: i64) -> Result<(), Error> {
    let now = tx.now().await?;
    let why = serde_json::to_string(&taking.why).map_err(|e| Error::Corrupt(e.to_string()))?;
    let row = args![
        taking.wanted.claim,
        taking.facts.reading.owner,
        taking.facts.reading.id,
        taking.facts.case,
        taking.person.id,
        fence,
        now,
        taking.person.rights_version,
        taking.facts.agreement.clone(),
        taking.wanted.reading.is_some(),
        why
    ];
    tx.run(&sql::ASSIGNMENT_BEGIN, row).await?;
    Ok(())
}

/// Records what happened to a reading and tells the feed.
pub(crate) async fn tell(
    tx: &mut Tx,
    organisation: pathology::ids::OrganisationId,
    about: About,
    pathologist: Option<PathologistId>,
    fence: i64,
    kind: &str,
) -> Result<(), Error> {
    record(
        tx,
        Event {
            organisation,
            kind,
            about,
            pathologist,
            fence,
            detail: "",
        },
    )
    .await?;
    let now = tx.now().await?;
    let mut change = Change::new(Kind::Worklist, organisation, now).of_case(about.case);
    change.reading = about.reading;
    change.pathologist = pathologist;
    tx.tell(change);
    Ok(())
}
