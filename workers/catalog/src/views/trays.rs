//! What waits for a person in a tray, with the best guess of what it is.

use pathology::case::Micros;
use pathology::ids::{CaseId, OrganisationId, ScanId, SiteId, SlideId, TrayId};
use pathology::phi::Phi;

use super::scan::ScanFacts;
use crate::engine::{Row, args};
use crate::{Catalog, Error, sql};

/// An entry of a tray.
#[derive(Debug, Clone)]
pub struct TrayView {
    /// The entry.
    pub tray: TrayId,
    /// Its scan, when the delivery became one.
    pub scan: Option<ScanId>,
    /// `unmatched`, `held` or `quarantine`.
    pub kind: String,
    /// Why it lies here.
    pub code: String,
    /// More, in words.
    pub detail: Phi<String>,
    /// Where.
    pub site: String,
    /// The scanner it came from.
    pub scanner: Option<String>,
    /// The name it was delivered under.
    pub file_name: Option<Phi<String>>,
    /// Since when.
    pub opened_at: Micros,
    /// Until when somebody must have looked.
    pub deadline_at: Micros,
    /// Who must look.
    pub owner_role: String,
    /// Whether one of two people has released it.
    pub once_released: bool,
    /// What it most likely is.
    pub best_guess: Option<BestGuess>,
    /// Whether there is a picture of its label.
    pub has_label: bool,
}

/// Where an entry of a tray lies.
#[derive(Debug, Clone)]
pub struct TrayPlace {
    /// The entry.
    pub tray: TrayId,
    /// Whose.
    pub organisation: OrganisationId,
    /// At which site.
    pub site: SiteId,
}

/// What a scan most likely is.
#[derive(Debug, Clone)]
pub struct BestGuess {
    /// The slide.
    pub slide: SlideId,
    /// Its name in the case.
    pub name: String,
    /// Its case.
    pub case: CaseId,
    /// The case's number.
    pub number: String,
    /// Who gave it.
    pub issuer: String,
    /// Whether the slide has a scan already.
    pub is_scanned: bool,
}

impl Catalog {
    /// Where an entry of a tray lies.
    pub async fn tray_place(&self, tray: TrayId) -> Result<TrayPlace, Error> {
        let found = self.read(move |tx| {
            Box::pin(async move { tx.first(&sql::VIEWS_TRAY_PLACE, args![tray]).await })
        });
        let row = found.await?.ok_or(Error::NotFound("tray entry"))?;
        Ok(TrayPlace {
            tray,
            organisation: row.parsed("organisation_id")?,
            site: row.parsed("site_id")?,
        })
    }

    /// The oldest 200 open entries of a tray, of one site or of all. The caller audits it.
    pub async fn tray(
        &self,
        kind: &str,
        of: OrganisationId,
        site: Option<SiteId>,
    ) -> Result<Vec<TrayView>, Error> {
        let (kind, site) = (
            kind.to_owned(),
            site.map_or_else(String::new, |site| site.to_string()),
        );
        let rows = self.read(move |tx| {
            let (kind, site) = (kind.clone(), site.clone());
            Box::pin(async move { tx.all(&sql::VIEWS_TRAY, args![kind, of, site]).await })
        });
        rows.await?.iter().map(entry).collect()
    }
}

fn entry(row: &Row) -> Result<TrayView, Error> {
    let facts = ScanFacts::of(row.opt_text("facts")?.as_deref())?;
    Ok(TrayView {
        tray: row.parsed("tray_id")?,
        scan: row.opt_parsed("scan_id")?,
        kind: row.text("kind")?,
        code: row.text("code")?,
        detail: row.text("detail")?.into(),
        site: row.text("site_name")?,
        scanner: row.opt_text("scanner_name")?,
        file_name: row.opt_text("file_name")?.map(Phi::new),
        opened_at: row.micros("opened_at")?,
        deadline_at: row.micros("deadline_at")?,
        owner_role: row.text("owner_role")?,
        once_released: row.opt_text("first_released_by")?.is_some(),
        best_guess: guess(row)?,
        has_label: facts.associated.iter().any(|one| one.name == "label"),
    })
}

fn guess(row: &Row) -> Result<Option<BestGuess>, Error> {
    let Some(slide) = row.opt_parsed("slide_id")? else {
        return Ok(None);
    };
    Ok(Some(BestGuess {
        slide,
        name: row.text("slide_name")?,
        case: row.parsed("case_id")?,
        number: row.text("number")?,
        issuer: row.text("issuer")?,
        is_scanned: row.opt_text("current_scan_id")?.is_some(),
    }))
}
