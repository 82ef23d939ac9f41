//! Pathologists, sites and agreements of an organisation.

use pathology::case::Micros;
use pathology::ids::{AgreementId, OrganisationId, PathologistId, SiteId};

use crate::engine::{Arg, Row, args};
use crate::{Catalog, Error, sql};

/// A pathologist.
#[derive(Debug, Clone)]
pub struct PathologistView {
    /// Who.
    pub pathologist: PathologistId,
    /// Who employs them.
    pub organisation: OrganisationId,
    /// Their name.
    pub name: String,
    /// Where they work.
    pub site: String,
    /// Specialty keys of the credentials that hold now.
    pub specialties: Vec<String>,
    /// `available` or `away`.
    pub presence: String,
    /// Readings held.
    pub held: i64,
    /// Readings held at most.
    pub capacity: i64,
}

/// A site.
#[derive(Debug, Clone)]
pub struct SiteView {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: String,
    /// Whose.
    pub organisation: String,
}

/// One specialty of an agreement.
#[derive(Debug, Clone)]
pub struct AgreementView {
    /// The agreement.
    pub agreement: AgreementId,
    /// Whose cases.
    pub owner: String,
    /// Whose pathologists.
    pub reading: String,
    /// Specialty key, or `*`.
    pub specialty: String,
    /// To what end.
    pub purpose: String,
    /// On which legal basis.
    pub legal_basis: String,
    /// From when.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Micros,
    /// When it was withdrawn.
    pub revoked_at: Option<Micros>,
}

impl Catalog {
    /// The pathologists of an organisation.
    pub async fn pathologists(&self, of: OrganisationId) -> Result<Vec<PathologistView>, Error> {
        self.pathologists_like(of, String::new()).await
    }

    /// One pathologist of an organisation.
    pub async fn pathologist(
        &self,
        of: OrganisationId,
        who: PathologistId,
    ) -> Result<PathologistView, Error> {
        let found = self.pathologists_like(of, who.to_string()).await?;
        let first = found.into_iter().next();
        first.ok_or(Error::NotFound("pathologist"))
    }

    async fn pathologists_like(
        &self,
        of: OrganisationId,
        who: String,
    ) -> Result<Vec<PathologistView>, Error> {
        let rows = self.read(move |tx| {
            let who = who.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                tx.all(&sql::VIEWS_PATHOLOGISTS, args![of, now, who]).await
            })
        });
        rows.await?.iter().map(pathologist).collect()
    }

    /// The sites of an organisation.
    pub async fn sites(&self, of: OrganisationId) -> Result<Vec<SiteView>, Error> {
        let rows = self
            .read(move |tx| Box::pin(async move { tx.all(&sql::VIEWS_SITES, args![of]).await }));
        rows.await?.iter().map(site).collect()
    }

    /// The agreements in which an organisation is one of the two.
    pub async fn agreements(&self, of: OrganisationId) -> Result<Vec<AgreementView>, Error> {
        let rows = self.read(move |tx| {
            Box::pin(async move { tx.all(&sql::VIEWS_AGREEMENTS, args![of]).await })
        });
        rows.await?.iter().map(agreement).collect()
    }

    /// The site of an organisation with this id or name.
    pub async fn site_named(&self, of: OrganisationId, name: &str) -> Result<SiteId, Error> {
        let name = name.to_owned();
        let found = self.read(move |tx| {
            let args = [Arg::from(of), Arg::from(&name)];
            Box::pin(async move { tx.first(&sql::VIEWS_SITE_NAMED, &args).await })
        });
        match found.await? {
            Some(row) => row.parsed("site_id"),
            None => Err(Error::Invalid {
                field: "site",
                reason: "your organisation has no such site: give the id or name of one it has"
                    .to_owned(),
            }),
        }
    }

    /// The organisation that an issuer of numbers belongs to.
    pub async fn owner_of_issuer(&self, issuer: &str) -> Result<OrganisationId, Error> {
        let issuer = issuer.to_owned();
        let found = self.read(move |tx| {
            let args = [Arg::from(&issuer)];
            Box::pin(async move { tx.first(&sql::VIEWS_ISSUER_OWNER, &args).await })
        });
        match found.await? {
            Some(row) => row.parsed("organisation_id"),
            None => Err(Error::Invalid {
                field: "numbers.issuer",
                reason: "no such issuer: register it first, or correct its name".to_owned(),
            }),
        }
    }
}

fn pathologist(row: &Row) -> Result<PathologistView, Error> {
    let specialties = row.opt_text("specialties")?.unwrap_or_default();
    Ok(PathologistView {
        pathologist: row.parsed("pathologist_id")?,
        organisation: row.parsed("organisation_id")?,
        name: row.text("name")?,
        site: row.text("site_name")?,
        specialties: specialties.split_whitespace().map(str::to_owned).collect(),
        presence: row.text("presence")?,
        held: row.int("active")?,
        capacity: row.int("max_active")?,
    })
}

fn site(row: &Row) -> Result<SiteView, Error> {
    Ok(SiteView {
        site: row.parsed("site_id")?,
        name: row.text("name")?,
        organisation: row.text("organisation_name")?,
    })
}

fn agreement(row: &Row) -> Result<AgreementView, Error> {
    Ok(AgreementView {
        agreement: row.parsed("agreement_id")?,
        owner: row.text("owner_name")?,
        reading: row.text("reading_name")?,
        specialty: row.text("specialty")?,
        purpose: row.text("purpose")?,
        legal_basis: row.text("legal_basis")?,
        valid_from: row.micros("valid_from")?,
        valid_to: row.micros("valid_to")?,
        revoked_at: row.opt_micros("revoked_at")?,
    })
}
