//! The readings of a case, with their claims, drafts and reports.

use pathology::case::Micros;
use pathology::ids::{ClaimId, PathologistId, ReadingId, ReportId};
use pathology::phi::Phi;

use crate::Error;
use crate::engine::Row;

/// A reading.
#[derive(Debug, Clone)]
pub struct ReadingView {
    /// The reading.
    pub reading: ReadingId,
    /// `primary`, `consult`, …
    pub kind: String,
    /// Why there is this reading: `order`, `rule`, `asked`, `panel`, `sample` or `arbitration`.
    pub cause: String,
    /// What was asked, where somebody did; empty otherwise.
    pub question: Phi<String>,
    /// `not_ready`, `waiting`, `claimed`, `signed_out` or `cancelled`.
    pub state: String,
    /// Who holds it.
    pub holder: Option<(PathologistId, String)>,
    /// Their claim.
    pub claim: Option<ClaimView>,
}

/// A claim that holds.
#[derive(Debug, Clone)]
pub struct ClaimView {
    /// The claim.
    pub claim: ClaimId,
    /// What a write must carry.
    pub fence: i64,
    /// Until when it lasts without a heartbeat.
    pub lease_until: Micros,
    /// Whether work was begun: then the case is held.
    pub begun: bool,
    /// Until when it is held.
    pub hold_until: Option<Micros>,
    /// Until when it may be accepted, where it is only offered.
    pub offer_until: Option<Micros>,
}

/// A draft; it outlives its claim.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// Whose.
    pub pathologist: PathologistId,
    /// Their name.
    pub name: String,
    /// The text.
    pub text: Phi<String>,
    /// When it was saved.
    pub saved_at: Micros,
}

/// A report.
#[derive(Debug, Clone)]
pub struct ReportView {
    /// The report.
    pub report: ReportId,
    /// `report`, `addendum`, `amendment` or `interim`.
    pub kind: String,
    /// `signed`, `sent`, `acknowledged` or `authorised`.
    pub state: String,
    /// The text.
    pub text: Phi<String>,
    /// Who signed.
    pub signer: PathologistId,
    /// Their name.
    pub signed_by: String,
    /// When.
    pub signed_at: Micros,
    /// When it left the house; an interim report is not sent.
    pub released_at: Option<Micros>,
    /// When its signer took it back.
    pub recalled_at: Option<Micros>,
    /// The case revision that was signed.
    pub revision: i64,
    /// Why it was signed although a slide was damaged; empty otherwise.
    pub damage_reason: Phi<String>,
}

impl ReadingView {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        let holder = match row.opt_parsed("pathologist_id")? {
            Some(id) => Some((id, row.opt_text("holder_name")?.unwrap_or_default())),
            None => None,
        };
        Ok(Self {
            reading: row.parsed("reading_id")?,
            kind: row.text("kind")?,
            cause: row.text("cause")?,
            question: row.text("question")?.into(),
            state: row.text("state")?,
            holder,
            claim: ClaimView::of(row)?,
        })
    }
}

impl DraftView {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            pathologist: row.parsed("pathologist_id")?,
            name: row.text("name")?,
            text: row.text("body")?.into(),
            saved_at: row.micros("saved_at")?,
        })
    }
}

impl ReportView {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            report: row.parsed("report_id")?,
            kind: row.text("kind")?,
            state: row.text("state")?,
            text: row.text("body")?.into(),
            signer: row.parsed("pathologist_id")?,
            signed_by: row.text("name")?,
            released_at: row.opt_micros("released_at")?,
            recalled_at: row.opt_micros("recalled_at")?,
            signed_at: row.micros("signed_at")?,
            revision: row.int("case_revision")?,
            damage_reason: row.text("damage_reason")?.into(),
        })
    }
}

impl ClaimView {
    pub(super) fn of(row: &Row) -> Result<Option<Self>, Error> {
        let Some(claim) = row.opt_parsed::<ClaimId>("claim_id")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            claim,
            fence: row.int("fence")?,
            lease_until: row.micros("lease_until")?,
            begun: row.opt_int("begun_at")?.is_some(),
            hold_until: row.opt_micros("hold_until")?,
            offer_until: row.opt_micros("offer_until")?,
        }))
    }
}
