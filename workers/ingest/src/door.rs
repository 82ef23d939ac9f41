//! A door: whose slides come in here, and who keeps them.

use archive::Archive;
use catalog::{By, Catalog};
use pathology::case::Issuer;
use pathology::ids::{OrganisationId, ScannerId, SiteId};
use sandbox::Sandbox;

/// Who the doors work with.
#[derive(Clone)]
pub struct Keepers {
    /// The bytes.
    pub archive: Archive,
    /// The facts.
    pub catalog: Catalog,
    /// The decoding: says whether a file is complete.
    pub sandbox: Sandbox,
}

/// One way in. Its rows (organisation, site, issuer, scanner) are registered in the catalogue first.
#[derive(Clone, Debug)]
pub struct Door {
    /// The scanner that delivers here; none for a person at the command line.
    pub scanner: Option<ScannerId>,
    /// Whose slides these are.
    pub organisation: OrganisationId,
    /// Where they are scanned.
    pub site: SiteId,
    /// Whose container numbers are on their labels.
    pub issuer: Issuer,
    /// Machine work's rank: 0 immediate, 1 urgent, 2 routine.
    pub urgency: i64,
    /// What receipts call it: `inbox`, `command` …
    pub door: &'static str,
}

impl Door {
    /// Who acts when something comes in here.
    pub(crate) fn by(&self) -> By {
        match self.scanner {
            Some(scanner) => By {
                subject: format!("scanner:{scanner}"),
                organisation: self.organisation,
                purpose: "direct_care".into(),
                basis: "scanner of the site".into(),
            },
            None => By::system(self.door, self.organisation),
        }
    }
}
