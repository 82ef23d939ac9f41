//! What the claims of a case were decided by, and the same decisions made again.

use pathology::case::Micros;
use pathology::ids::{CaseId, ClaimId, OrganisationId, PathologistId, ReadingId};
use pathology::routing::Decision;

use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// A claim that stands or stood, and why.
#[derive(Debug, Clone)]
pub struct DecisionView {
    /// The claim.
    pub claim: ClaimId,
    /// Of which reading.
    pub reading: ReadingId,
    /// Whose it was.
    pub pathologist: PathologistId,
    /// Their name.
    pub name: String,
    /// From when.
    pub from: Micros,
    /// Until when; `None`: it stands.
    pub until: Option<Micros>,
    /// `active`, `signed_out`, `released`, `declined`, `lapsed`, `moved`.
    pub state: String,
    /// Why it ended, where somebody said so.
    pub end_reason: String,
    /// Its fence.
    pub fence: i64,
    /// The version of the pathologist's rights.
    pub rights_version: i64,
    /// Claimed by name, out of the order.
    pub out_of_order: bool,
    /// What they were told then: sentences.
    pub said: Vec<String>,
    /// What it was decided by; `None`: no rules were asked, as for one's own report taken back.
    pub decision: Option<Decision>,
}

impl DecisionView {
    /// What the rules it was decided by say to its facts today; `None`: none were asked, or there are others by now.
    pub fn again(&self) -> Option<Vec<String>> {
        self.decision.as_ref().and_then(Decision::replayed)
    }

    /// Whether that is what was said then.
    pub fn stands(&self) -> Option<bool> {
        let decision = self.decision.as_ref()?;
        decision.stands(&self.said)
    }
}

impl Catalog {
    /// The last 500 claims of the readings of a case of an organisation, newest first.
    pub async fn decisions_of(
        &self,
        organisation: OrganisationId,
        case: CaseId,
    ) -> Result<Vec<DecisionView>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move {
                let args = args![case, organisation];
                tx.all(&sql::VIEWS_DECISIONS_OF_CASE, args).await
            })
        });
        rows.await?.iter().map(view).collect()
    }
}

fn view(row: &Row) -> Result<DecisionView, Error> {
    Ok(DecisionView {
        claim: row.parsed("claim_id")?,
        reading: row.parsed("reading_id")?,
        pathologist: row.parsed("pathologist_id")?,
        name: row.text("name")?,
        from: row.micros("began_at")?,
        until: row.opt_int("ended_at")?.map(Micros),
        state: row.text("state")?,
        end_reason: row.text("end_reason")?,
        fence: row.int("fence")?,
        rights_version: row.int("rights_version")?,
        out_of_order: row.flag("out_of_order")?,
        said: said(row)?,
        decision: decision(row)?,
    })
}

/// What was said when the claim was made.
pub(crate) fn said(row: &Row) -> Result<Vec<String>, Error> {
    let text = row.text("why")?;
    serde_json::from_str(&text).map_err(|_| Error::Corrupt("assignment.why".into()))
}

/// What it was decided by.
pub(crate) fn decision(row: &Row) -> Result<Option<Decision>, Error> {
    let Some(text) = row.opt_text("decision")? else {
        return Ok(None);
    };
    let decision = serde_json::from_str(&text);
    decision
        .map(Some)
        .map_err(|_| Error::Corrupt("assignment.decision".into()))
}
