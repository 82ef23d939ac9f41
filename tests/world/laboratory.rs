//! Who exists in the world: laboratories, scanners, people, and the one agreement.

use std::sync::Arc;

use catalog::{
    By, Catalog, NewAgreement, NewCredential, NewIssuer, NewPathologist, NewScanner, NewSite,
};
use pathology::case::{Issuer, NoManifest, ReportOfRecord};
use pathology::ids::{AgreementId, OrganisationId, PathologistId, ScannerId, SiteId};
use pathology::staff::{Opens, Presence, Tier};

use super::database::Scratch;
use super::{World, fresh};

/// What cuts a container number out of a code or a file name, at both trusts alike.
const CODE_PATTERN: &str = r"S26-\d{5}-[A-Z]\d-\d+";

/// A trust with one site, one scanner and one issuer of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Laboratory {
    pub(crate) organisation: OrganisationId,
    pub(crate) site: SiteId,
    pub(crate) scanner: ScannerId,
    pub(crate) issuer: Issuer,
}

impl Laboratory {
    /// Someone at its desk or bench.
    pub(crate) fn operator(&self, login: &str) -> By {
        By::operator(login, self.organisation)
    }
}

/// A pathologist, and how their acts are signed.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: PathologistId,
    pub(crate) by: By,
}

pub(crate) async fn populate(catalog: Catalog, scratch: Arc<Scratch>) -> World {
    let northgate = laboratory(&catalog, "northgate", ReportOfRecord::Slideway).await;
    let hillview = laboratory(&catalog, "hillview", ReportOfRecord::Lis).await;
    let skin = ("skin", Tier::Specialist);
    let people = [
        ("Ada", &northgate, vec![skin, ("renal", Tier::Core)]),
        ("Ben", &northgate, vec![("renal", Tier::Specialist)]),
        ("Cleo", &hillview, vec![skin]),
        ("Dev", &hillview, vec![("neuro", Tier::Core)]),
    ];
    let mut registered = Vec::new();
    for (name, at, reads) in people {
        registered.push(person(&catalog, at, name, &reads, 2).await);
    }
    let agreement = agree(&catalog, &northgate, &hillview, "skin").await;
    let began = catalog.now().await.expect("the clock").0;
    let [ada, ben, cleo, dev] = registered.try_into().expect("four people");
    World {
        catalog,
        northgate,
        hillview,
        agreement,
        ada,
        ben,
        cleo,
        dev,
        began,
        scratch,
    }
}

async fn laboratory(catalog: &Catalog, name: &str, of_record: ReportOfRecord) -> Laboratory {
    let lab = Laboratory {
        organisation: OrganisationId(fresh()),
        site: SiteId(fresh()),
        scanner: ScannerId(fresh()),
        issuer: Issuer::new(&format!("{name}-lab")).expect("an issuer"),
    };
    catalog
        .register_organisation(lab.organisation, name)
        .await
        .expect("an organisation");
    let site = NewSite {
        id: lab.site,
        organisation: lab.organisation,
        name: format!("{name} site"),
    };
    catalog.register_site(site).await.expect("a site");
    let issuer = NewIssuer {
        issuer: lab.issuer.as_str().to_owned(),
        organisation: lab.organisation,
        code_pattern: CODE_PATTERN.to_owned(),
        no_manifest: NoManifest::Hold,
        report_of_record: of_record,
    };
    catalog.register_issuer(issuer).await.expect("an issuer");
    let scanner = NewScanner {
        id: lab.scanner,
        organisation: lab.organisation,
        site: lab.site,
        name: "scanner 1".to_owned(),
        issuer: lab.issuer.as_str().to_owned(),
    };
    catalog.register_scanner(scanner).await.expect("a scanner");
    lab
}

/// Registers one more pathologist, available from now on.
pub(crate) async fn person(
    catalog: &Catalog,
    at: &Laboratory,
    name: &str,
    reads: &[(&str, Tier)],
    max_active: u32,
) -> Person {
    let id = PathologistId(fresh());
    let credential = |&(specialty, tier): &(&str, Tier)| NewCredential::consultant(specialty, tier);
    let new = NewPathologist {
        id,
        organisation: at.organisation,
        site: at.site,
        name: format!("Dr TESTDOCTOR {name}"),
        max_active,
        max_points: 1000,
        credentials: reads.iter().map(credential).collect(),
    };
    catalog.register_pathologist(new).await.expect("a person");
    let by = By::pathologist(id, at.organisation);
    catalog
        .set_presence(id, Presence::Available, &by)
        .await
        .expect("present");
    Person { id, by }
}

/// Signs an agreement: `reading` may read `owner`'s cases of one specialty, from now on.
pub(crate) async fn agree(
    catalog: &Catalog,
    owner: &Laboratory,
    reading: &Laboratory,
    specialty: &str,
) -> AgreementId {
    let id = AgreementId(fresh());
    let new = NewAgreement {
        id,
        owner: owner.organisation,
        reading: reading.organisation,
        specialties: vec![specialty.to_owned()],
        purpose: "direct_care".to_owned(),
        opens: Opens::Network,
        legal_basis: "UK GDPR 6(1)(e), 9(2)(h)".to_owned(),
        valid_from: 0,
        valid_to: i64::MAX,
    };
    let by = owner.operator("manager");
    catalog.sign_agreement(new, &by).await.expect("signed");
    id
}

impl World {
    /// One more pathologist of a laboratory.
    pub(crate) async fn person(
        &self,
        at: &Laboratory,
        name: &str,
        specialty: &str,
        max_active: u32,
    ) -> Person {
        let reads = [(specialty, Tier::Specialist)];
        person(&self.catalog, at, name, &reads, max_active).await
    }

    /// One more agreement.
    pub(crate) async fn agree(
        &self,
        owner: &Laboratory,
        reading: &Laboratory,
        specialty: &str,
    ) -> AgreementId {
        agree(&self.catalog, owner, reading, specialty).await
    }
}
