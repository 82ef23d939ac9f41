//! A waiting reading is offered to one pathologist for a minute or two: reserved, not yet claimed.
//!
//! ```text
//!  waiting ──offer──▶ reserved ──accept──▶ claimed
//!     ▲                  │
//!     └──decline (kept away for a while), expiry── fence + 1, same age, same place
//! ```
//!
//! Reserved is a claim that was not accepted yet (`offer_until`): the same row, fence and index keep
//! everybody else away. It ends by itself in [`crate::lease`].

use pathology::case::Micros;
use pathology::ids::{ClaimId, OrganisationId, PathologistId, ReadingId};
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::claim::{Claim, tell};
use crate::engine::{Tx, args};
use crate::establish::{Locked, lock};
use crate::lease::{Held, find_offered};
use crate::taking::{Given, put, verdict};
use crate::{Catalog, Error, idempotency, sql};

/// Shortest and longest seconds an offer may stand.
const SECONDS: std::ops::RangeInclusive<u32> = 60..=120;

/// A reading to offer; the claim's id is given by the caller.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// The claim it becomes when accepted.
    pub claim: ClaimId,
    /// Which reading.
    pub reading: ReadingId,
    /// To whom.
    pub to: PathologistId,
    /// For how long, 60 to 120 seconds.
    pub seconds: u32,
}

/// An offer that stands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Offered {
    /// The claim it becomes when accepted.
    pub claim: ClaimId,
    /// Its fence.
    pub fence: i64,
    /// Until when it may be accepted.
    pub until: Micros,
}

impl Catalog {
    /// Offers a waiting reading to a pathologist; nobody else can claim it meanwhile.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it does not wait, [`Error::NotEligible`] when they may not have it.
    pub async fn offer(&self, offer: Offer, key: Option<&str>, by: &By) -> Result<Offered, Error> {
        if !SECONDS.contains(&offer.seconds) {
            return Err(Error::Invalid {
                field: "seconds",
                reason: "an offer stands 60 to 120 seconds".into(),
            });
        }
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (by, key) = (by.clone(), key.clone());
            Box::pin(async move { reserve(tx, offer, key.as_deref(), &by).await })
        })
        .await
    }

    /// Accepts an offer: it becomes a claim.
    ///
    /// # Errors
    /// [`Error::ClaimLost`] when it has expired or was declined.
    pub async fn accept(
        &self,
        claim: ClaimId,
        fence: i64,
        key: Option<&str>,
        by: &By,
    ) -> Result<Claim, Error> {
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (by, key) = (by.clone(), key.clone());
            Box::pin(async move { accept(tx, (claim, fence), key.as_deref(), &by).await })
        })
        .await
    }
}

async fn reserve(tx: &mut Tx, offer: Offer, key: Option<&str>, by: &By) -> Result<Offered, Error> {
    let person = lock(tx, offer.to).await?;
    if let Some(answer) = idempotency::answered(tx, by, "offer", key).await? {
        return Ok(answer);
    }
    let reading = offer.reading;
    let locked = tx
        .first(&sql::READING_LOCK, args![reading])
        .await?
        .ok_or(Error::NotFound("reading"))?;
    // Whose case it is not is not offered by them, nor told of.
    if locked.parsed::<OrganisationId>("organisation_id")? != by.organisation {
        return Err(Error::NotFound("reading"));
    }
    if locked.text("state")? != "waiting" {
        return Err(Error::Conflict("the reading does not wait any more".into()));
    }
    let asked = verdict(tx, &person, reading).await?;
    let why = asked.permit_them()?;
    let until = Micros(tx.now().await?).plus_seconds(i64::from(offer.seconds));
    let given = Given {
        claim: offer.claim,
        why,
        is_by_right: true,
        begun_at: None,
        offer_until: Some(until),
    };
    let reserved = put(tx, &person, &asked, given).await?;
    let about = About::reading(reserved.case, reading);
    let detail = format!("to pathologist:{} for {} s", offer.to, offer.seconds);
    audit(tx, by, "offer", about, &detail).await?;
    let (owner, fence) = (reserved.owner, reserved.fence);
    tell(tx, owner, about, Some(offer.to), fence, "offered").await?;
    let answer = Offered {
        claim: offer.claim,
        fence,
        until,
    };
    idempotency::keep(tx, by, "offer", key, &answer).await?;
    Ok(answer)
}

async fn accept(
    tx: &mut Tx,
    (claim, fence): (ClaimId, i64),
    key: Option<&str>,
    by: &By,
) -> Result<Claim, Error> {
    let found = find_offered(tx, claim, fence).await;
    let command = format!("accept {claim}");
    if let Some(answer) = idempotency::answered(tx, by, &command, key).await? {
        return Ok(answer);
    }
    let held = found?;
    let now = Micros(tx.now().await?);
    let until = held.offer_until.ok_or_else(|| taken(&held))?;
    if now >= until {
        return Err(Error::ClaimLost {
            holder: None,
            at: until,
        });
    }
    // Rights may have ended since it was offered: a withdrawal and this acceptance lock the same row.
    let person = lock(tx, held.pathologist).await?;
    let why = still(tx, &person, held.reading).await?;
    let lease_until = tx.policy().lease.lapses_at(now);
    let row = args![held.reading, now.0, lease_until.0];
    tx.run(&sql::OFFER_ACCEPT, row).await?;
    let about = About::reading(held.case, held.reading);
    audit(tx, by, "accept", about, "").await?;
    let (owner, who) = (held.organisation, Some(held.pathologist));
    tell(tx, owner, about, who, fence, "claimed").await?;
    let answer = Claim {
        claim,
        reading: held.reading,
        case: held.case,
        fence,
        lease_until,
        why,
    };
    idempotency::keep(tx, by, &command, key, &answer).await?;
    Ok(answer)
}

/// Why they may still have what they were offered: it takes no second place among what they hold.
async fn still(tx: &mut Tx, person: &Locked, reading: ReadingId) -> Result<Vec<String>, Error> {
    let points = verdict(tx, person, reading).await?.reading.points;
    let without = Locked {
        active: person.active.saturating_sub(1),
        points: person.points.saturating_sub(points),
        ..person.clone()
    };
    verdict(tx, &without, reading).await?.permit()
}

fn taken(held: &Held) -> Error {
    Error::Conflict(format!(
        "claim {} was accepted already: go on with it",
        held.claim
    ))
}
