//! Who exists, as the configuration names it; registered at every start, which changes nothing twice.
//!
//! Names are enough: ids follow from them, so the same file means the same people everywhere.

mod check;

use std::path::PathBuf;

use catalog::{
    By, Catalog, Error, NewAgreement, NewCredential, NewIssuer, NewPathologist, NewScanner, NewSite,
};
use pathology::case::{Issuer, NoManifest, ReportOfRecord};
use pathology::ids::{AgreementId, OrganisationId, PathologistId, ScannerId, SiteId, derived};
use pathology::staff::{Opens, Tier};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::commands::Failure;

/// Everyone and everything of a network of laboratories.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Laboratory {
    /// Trusts, hospitals, laboratories.
    pub(crate) organisations: Vec<Organisation>,
    /// Who reads whose cases.
    pub(crate) agreements: Vec<Agreement>,
}

/// An organisation with its sites, issuers, scanners and people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organisation {
    /// Its name.
    pub(crate) name: String,
    /// Names of its sites.
    pub(crate) sites: Vec<String>,
    /// Who gives its numbers.
    #[serde(default)]
    pub(crate) issuers: Vec<IssuerOf>,
    /// Its scanners.
    #[serde(default)]
    pub(crate) scanners: Vec<Scanner>,
    /// Its pathologists.
    #[serde(default)]
    pub(crate) pathologists: Vec<Person>,
}

/// An issuer of numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerOf {
    /// Its short name.
    pub(crate) name: String,
    /// The regular expression that cuts a container number out of a code or file name.
    #[serde(default)]
    pub(crate) code_pattern: String,
    /// What becomes of a case without a list of expected slides: `hold`, or `quiet:30` for ready
    /// after 30 minutes without a new scan.
    #[serde(default = "defaults::no_manifest")]
    pub(crate) no_manifest: NoManifest,
    /// Where the report of record lies: `slideway` or `lis`.
    #[serde(default = "defaults::report_of_record")]
    pub(crate) report_of_record: ReportOfRecord,
}

mod defaults {
    use super::{NoManifest, ReportOfRecord};

    pub(super) const fn no_manifest() -> NoManifest {
        NoManifest::Hold
    }
    pub(super) const fn report_of_record() -> ReportOfRecord {
        ReportOfRecord::Slideway
    }
}

/// A scanner and the folder it delivers to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scanner {
    /// Its name.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) site: String,
    /// Whose container numbers its slides carry.
    pub(crate) issuer: String,
    /// The folder it delivers to.
    pub(crate) folder: PathBuf,
    /// When a file in that folder counts as complete.
    #[serde(default)]
    pub(crate) profile: ingest::Profile,
}

impl Scanner {
    fn watched(&self) -> ingest::ScannerSettings {
        ingest::ScannerSettings {
            profile: self.profile.clone(),
            ..ingest::ScannerSettings::of(
                scanner_id(&self.site, &self.name),
                &self.name,
                &self.folder,
            )
        }
    }
}

/// A pathologist.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    /// Their name.
    pub(crate) name: String,
    /// Where they read.
    pub(crate) site: String,
    /// Cases held at once at most.
    pub(crate) capacity: u32,
    /// Points of cases held at once at most; without it only the cases count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) points: Option<u32>,
    /// Specialty keys they are credentialed for.
    pub(crate) specialties: Vec<String>,
}

/// An agreement for direct care.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Agreement {
    /// Whose cases.
    pub(crate) owner: String,
    /// Who reads them.
    pub(crate) reading: String,
    /// Specialty keys, or `*`.
    pub(crate) specialties: Vec<String>,
    /// The law it stands on.
    pub(crate) legal_basis: String,
}

impl Default for Laboratory {
    /// One laboratory at one site, whose container numbers are the codes as they are read.
    fn default() -> Self {
        let issuer = IssuerOf {
            name: "laboratory".into(),
            code_pattern: String::new(),
            no_manifest: NoManifest::Hold,
            report_of_record: ReportOfRecord::Slideway,
        };
        let here = Organisation {
            name: "Laboratory".into(),
            sites: vec!["Here".into()],
            issuers: vec![issuer],
            scanners: Vec::new(),
            pathologists: Vec::new(),
        };
        Self {
            organisations: vec![here],
            agreements: Vec::new(),
        }
    }
}

impl Laboratory {
    /// Registers everyone; what is registered already stays as it is.
    pub(crate) async fn register(&self, catalog: &Catalog) -> Result<(), Failure> {
        self.check()?;
        for organisation in &self.organisations {
            register_organisation(catalog, organisation).await?;
        }
        for organisation in &self.organisations {
            for person in &organisation.pathologists {
                catalog
                    .register_pathologist(new_person(organisation, person))
                    .await?;
            }
        }
        for agreement in &self.agreements {
            let (new, by) = (
                new_agreement(agreement),
                By::system("setup", organisation_id(&agreement.owner)),
            );
            catalog.sign_agreement(new, &by).await?;
        }
        Ok(())
    }

    /// The folders to watch.
    pub(crate) fn watched(&self) -> Vec<ingest::ScannerSettings> {
        self.organisations
            .iter()
            .flat_map(|organisation| &organisation.scanners)
            .map(Scanner::watched)
            .collect()
    }

    /// The doors that slides of these folders come through.
    pub(crate) fn doors(&self) -> Vec<ingest::Door> {
        let of = |organisation: &'_ Organisation| {
            organisation
                .scanners
                .iter()
                .filter_map(|scanner| door(organisation, scanner))
                .collect::<Vec<_>>()
        };
        self.organisations.iter().flat_map(of).collect()
    }
}

/// Ids follow from names.
pub(crate) fn organisation_id(name: &str) -> OrganisationId {
    OrganisationId(derived(Uuid::nil(), "organisation", name))
}

/// Ids follow from names.
pub(crate) fn site_id(name: &str) -> SiteId {
    SiteId(derived(Uuid::nil(), "site", name))
}

/// Ids follow from names.
pub(crate) fn pathologist_id(name: &str) -> PathologistId {
    PathologistId(derived(Uuid::nil(), "pathologist", name))
}

/// Ids follow from names.
pub(crate) fn scanner_id(site: &str, name: &str) -> ScannerId {
    ScannerId(derived(site_id(site).0, "scanner", name))
}

fn door(organisation: &Organisation, scanner: &Scanner) -> Option<ingest::Door> {
    Some(ingest::Door {
        scanner: Some(scanner_id(&scanner.site, &scanner.name)),
        organisation: organisation_id(&organisation.name),
        site: site_id(&scanner.site),
        issuer: Issuer::new(&scanner.issuer).ok()?,
        urgency: 2,
        door: "inbox",
    })
}

async fn register_organisation(
    catalog: &Catalog,
    organisation: &Organisation,
) -> Result<(), Error> {
    let id = organisation_id(&organisation.name);
    catalog
        .register_organisation(id, &organisation.name)
        .await?;
    for name in &organisation.sites {
        catalog
            .register_site(NewSite {
                id: site_id(name),
                organisation: id,
                name: name.clone(),
            })
            .await?;
    }
    for issuer in &organisation.issuers {
        let new = NewIssuer {
            issuer: issuer.name.clone(),
            organisation: id,
            code_pattern: issuer.code_pattern.clone(),
            no_manifest: issuer.no_manifest,
            report_of_record: issuer.report_of_record,
        };
        catalog.register_issuer(new).await?;
    }
    for scanner in &organisation.scanners {
        let new = NewScanner {
            id: scanner_id(&scanner.site, &scanner.name),
            organisation: id,
            site: site_id(&scanner.site),
            name: scanner.name.clone(),
            issuer: scanner.issuer.clone(),
        };
        catalog.register_scanner(new).await?;
    }
    Ok(())
}

fn new_person(organisation: &Organisation, person: &Person) -> NewPathologist {
    let credential = |specialty: &String| NewCredential::consultant(specialty, Tier::Core);
    NewPathologist {
        id: pathologist_id(&person.name),
        organisation: organisation_id(&organisation.name),
        site: site_id(&person.site),
        name: person.name.clone(),
        max_active: person.capacity,
        max_points: person.points.unwrap_or(u32::MAX),
        credentials: person.specialties.iter().map(credential).collect(),
    }
}

fn new_agreement(agreement: &Agreement) -> NewAgreement {
    let (owner, reading) = (
        organisation_id(&agreement.owner),
        organisation_id(&agreement.reading),
    );
    NewAgreement {
        id: AgreementId(derived(owner.0, "agreement", &agreement.reading)),
        owner,
        reading,
        specialties: agreement.specialties.clone(),
        purpose: "direct_care".into(),
        opens: Opens::Network,
        legal_basis: agreement.legal_basis.clone(),
        valid_from: 0,
        valid_to: i64::MAX,
    }
}
