//! A pathologist gives a case to a colleague: one transaction, never through waiting.
//!
//! ```text
//!  claimed by A ──hand over to B──▶ claimed by B, held as begun work     (fence + 1, same age)
//!                                    A's draft stays, read-only, as "unfinished, Dr A"
//! ```
//!
//! The receiver must pass every rule of a claim; otherwise nothing changes and the giver is told why.

use pathology::case::Micros;
use pathology::ids::{ClaimId, PathologistId};
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, audit};
use crate::claim::tell;
use crate::engine::{Tx, args};
use crate::establish::lock;
use crate::lease::{Held, end_assignment, find};
use crate::taking::{Given, Put, lock_people, put, verdict};
use crate::{Catalog, Error, idempotency, sql};

/// A case to hand over; the id of the new claim is given by the caller.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// The claim it ends.
    pub claim: ClaimId,
    /// That claim's fence.
    pub fence: i64,
    /// Who receives it.
    pub to: PathologistId,
    /// The receiver's claim.
    pub new_claim: ClaimId,
    /// Why; needed.
    pub reason: String,
}

/// A case in its receiver's hands.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct HandedOver {
    /// The receiver's claim.
    pub claim: ClaimId,
    /// Who has it now.
    pub to: PathologistId,
    /// The receiver's fence.
    pub fence: i64,
}

impl Catalog {
    /// Hands a claimed case to a colleague.
    ///
    /// # Errors
    /// [`Error::NotEligible`] says why the receiver may not have it; the giver keeps it.
    pub async fn hand_over(
        &self,
        hand: HandOver,
        key: Option<&str>,
        by: &By,
    ) -> Result<HandedOver, Error> {
        Error::unless_said("reason", &hand.reason, "say why the case is handed over")?;
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.write(move |tx| {
            let (hand, by, key) = (hand.clone(), by.clone(), key.clone());
            Box::pin(async move { hand_over(tx, &hand, key.as_deref(), &by).await })
        })
        .await
    }
}

async fn hand_over(
    tx: &mut Tx,
    hand: &HandOver,
    key: Option<&str>,
    by: &By,
) -> Result<HandedOver, Error> {
    let row = tx
        .first(&sql::ASSIGNMENT_FIND, args![hand.claim])
        .await?
        .ok_or(Error::NotFound("claim"))?;
    let from: PathologistId = row.parsed("pathologist_id")?;
    if from == hand.to {
        return Err(Error::Invalid {
            field: "to",
            reason: "name a colleague".into(),
        });
    }
    lock_people(tx, &[from, hand.to]).await?;
    let command = format!("hand_over {}", hand.claim);
    if let Some(answer) = idempotency::answered(tx, by, &command, key).await? {
        return Ok(answer);
    }
    let held = find(tx, hand.claim, hand.fence).await?;
    let moved = give_to(tx, &held, hand.to, hand.new_claim, &hand.reason).await?;
    let about = About::reading(held.case, held.reading);
    let detail = format!("to pathologist:{}: {}", hand.to, hand.reason);
    audit(tx, by, "hand_over", about, &detail).await?;
    let answer = HandedOver {
        claim: hand.new_claim,
        to: hand.to,
        fence: moved.fence,
    };
    idempotency::keep(tx, by, &command, key, &answer).await?;
    Ok(answer)
}

/// Moves a held reading to another locked pathologist, who must be allowed to have it.
pub(crate) async fn give_to(
    tx: &mut Tx,
    held: &Held,
    to: PathologistId,
    claim: ClaimId,
    reason: &str,
) -> Result<Put, Error> {
    let person = lock(tx, to).await?;
    let asked = verdict(tx, &person, held.reading).await?;
    let mut why = asked.permit_them()?;
    why.insert(0, format!("Handed over: {reason}"));
    let now = tx.now().await?;
    end_assignment(tx, held, "moved", reason, now).await?;
    let given = Given {
        claim,
        why,
        is_by_right: true,
        // Held from the first moment: nobody waits at a screen for what a colleague gives them.
        begun_at: Some(Micros(now)),
        offer_until: None,
    };
    let moved = put(tx, &person, &asked, given).await?;
    let about = About::reading(held.case, held.reading);
    // Both have another number of cases now: each is told of.
    let giver = Some(held.pathologist);
    tell(tx, moved.owner, about, giver, held.fence, "moved").await?;
    tell(tx, moved.owner, about, Some(to), moved.fence, "handed_over").await?;
    Ok(moved)
}
