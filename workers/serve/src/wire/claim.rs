//! Claims: taking, keeping, giving back, signing out.

use catalog::{Claim, Lease, Seen, SignOut, SignedOut};
use pathology::case::Concordance;
use pathology::ids::{ClaimId, ReportId, ScanId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::written;

/// A claim made.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Claim")]
pub(crate) struct ClaimJson {
    id: Uuid,
    reading: Uuid,
    case: Uuid,
    fence: i64,
    lease_until: String,
    number: String,
    why: Vec<String>,
}

/// A claim with the number of its case.
pub(crate) struct AcceptedClaim {
    pub(crate) claim: Claim,
    pub(crate) number: String,
}

/// This one, out of order.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ClaimThis")]
pub(crate) struct ClaimThisJson {
    pub(crate) reading: Uuid,
    #[serde(default)]
    pub(crate) reason: String,
}

/// Still here.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Heartbeat")]
pub(crate) struct HeartbeatJson {
    pub(crate) fence: i64,
    /// Whether the pathologist moved since the last one.
    #[serde(default = "moved")]
    pub(crate) active: bool,
}

const fn moved() -> bool {
    true
}

/// How long the claim lasts now.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Lease")]
pub(crate) struct BeatJson {
    lease_until: String,
    begun: bool,
    hold_until: Option<String>,
}

/// The report so far.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SaveDraft")]
pub(crate) struct SaveDraftJson {
    pub(crate) fence: i64,
    pub(crate) text: String,
}

/// When it was saved.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DraftSaved")]
pub(crate) struct DraftSavedJson {
    pub(crate) saved_at: String,
}

/// Giving a claim back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GiveBack")]
pub(crate) struct FenceReasonJson {
    pub(crate) fence: i64,
    #[serde(default)]
    pub(crate) reason: String,
}

/// A signature, bound to what was seen.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignOut")]
pub(crate) struct SignOutJson {
    fence: i64,
    case_revision: i64,
    diagnosis: String,
    seen: Vec<SeenJson>,
    #[serde(default)]
    acknowledged: Vec<String>,
    /// Why it is signed although a slide is damaged.
    #[serde(default)]
    damage_reason: String,
    /// The diagnosis as a code.
    #[serde(default)]
    diagnosis_code: String,
    /// `agrees`, `minor` or `major`: how a second reading or an audit compares with the first.
    #[serde(default)]
    concordance: Option<ConcordanceWord>,
}

/// How two readings of one case compare.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Concordance")]
enum ConcordanceWord {
    Agrees,
    Minor,
    Major,
}

impl From<ConcordanceWord> for Concordance {
    fn from(word: ConcordanceWord) -> Self {
        match word {
            ConcordanceWord::Agrees => Self::Agrees,
            ConcordanceWord::Minor => Self::Minor,
            ConcordanceWord::Major => Self::Major,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Seen")]
struct SeenJson {
    scan: Uuid,
    generation: i64,
    opened: bool,
}

/// The report that was made.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignedOut")]
pub(crate) struct SignedJson {
    report: Uuid,
    signed_at: String,
    state: &'static str,
}

impl ClaimJson {
    pub(crate) fn of(accepted: AcceptedClaim) -> Self {
        let AcceptedClaim { claim, number } = accepted;
        Self {
            id: claim.claim.0,
            reading: claim.reading.0,
            case: claim.case.0,
            fence: claim.fence,
            lease_until: written(claim.lease_until),
            number,
            why: claim.why,
        }
    }
}

impl BeatJson {
    pub(crate) fn of(lease: &Lease) -> Self {
        Self {
            lease_until: written(lease.lease_until),
            begun: lease.begun,
            hold_until: lease.hold_until.map(written),
        }
    }
}

impl SignOutJson {
    pub(crate) fn sign(self, claim: ClaimId, report: ReportId) -> SignOut {
        let seen = |one: SeenJson| Seen {
            scan: ScanId(one.scan),
            generation: one.generation,
            opened: one.opened,
        };
        SignOut {
            report,
            claim,
            fence: self.fence,
            case_revision: self.case_revision,
            diagnosis: self.diagnosis.into(),
            seen: self.seen.into_iter().map(seen).collect(),
            acknowledged: self.acknowledged,
            damage_reason: self.damage_reason.into(),
            diagnosis_code: self.diagnosis_code,
            concordance: self.concordance.map(Into::into),
        }
    }
}

impl SignedJson {
    pub(crate) fn of(signed: &SignedOut) -> Self {
        Self {
            report: signed.report.0,
            signed_at: written(signed.signed_at),
            state: signed.state.as_str(),
        }
    }
}
