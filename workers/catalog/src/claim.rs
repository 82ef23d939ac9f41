//! Who gets the next case: one transaction, one winner (D6), for up to 256 who ask at once.
//!
//! ```text
//!  asked ─▶ index: nothing waits, away, full ───────────────────────▶ answered, no statement
//!    │ candidate
//!    ▼
//!  batch: lock the pathologists by id ─▶ look, and lock the readings by id: the proposed, the immediate
//!         ─▶ facts of all ─▶ pathology::routing::eligible, one after the other ─▶ claimed, fence + 1
//!         (a statement a step, each younger than the locks before it)
//!    │ no candidate that is theirs to take, or no index to believe
//!    ▼
//!  alone: the same with the heads of their pools as candidates, until it is certain
//! ```
//!
//! Whoever withdraws a right must lock the same pathologist first, an objection the same reading:
//! so a claim commits before the withdrawal or not at all. Retried with the same key, it answers
//! the same claim.

mod batch;
mod committer;
pub(crate) mod facts;
mod look;
mod write;

pub(crate) use committer::Committer;
use pathology::case::Micros;
use pathology::ids::{CaseId, ClaimId, PathologistId, ReadingId};
use serde::{Deserialize, Serialize};

use crate::audit::{About, By, Event, record};
use crate::engine::Tx;
use crate::{Catalog, Change, Error, Kind};

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
    key: Option<String>,
    by: By,
    /// What the index proposes.
    candidate: Option<ReadingId>,
}

impl Wanted {
    /// The reading that is asked for by name, or that the index proposes.
    fn proposed(&self) -> Option<ReadingId> {
        let named = self.reading.as_ref().map(|(reading, _)| *reading);
        named.or(self.candidate)
    }
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
        self.claim(Wanted {
            claim,
            pathologist,
            reading: None,
            key: key.map(str::to_owned),
            by: by.clone(),
            candidate: None,
        })
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
        Error::unless_said("reason", reason, "say why this case is taken out of order")?;
        self.claim(Wanted {
            claim,
            pathologist,
            reading: Some((reading, reason.to_owned())),
            key: key.map(str::to_owned),
            by: by.clone(),
            candidate: None,
        })
        .await
    }
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
