//! Who exists: organisations, sites, issuers, scanners, pathologists and what they may read.
//!
//! ```text
//!  credential × own organisation ─┐
//!  credential × agreement ────────┴─▶ reading_right (pathologist, pool), derived anew each time
//! ```
//!
//! Whoever changes a right locks the pathologists concerned in id order and bumps their
//! `rights_version` in the same transaction: a claim holds that lock, so none commits on a right
//! withdrawn before it (D6). Registering the same thing again changes nothing.

use pathology::case::{NoManifest, ReportOfRecord};
use pathology::ids::{AgreementId, CaseId, OrganisationId, PathologistId, ScannerId, SiteId};
use pathology::staff::{Presence, Tier};

use crate::audit::{About, By, audit};
use crate::engine::{Tx, args};
use crate::{Catalog, Change, Error, Kind, sql};

/// A site to register.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its name, for people.
    pub name: String,
}

/// An issuer of numbers to register.
#[derive(Debug, Clone)]
pub struct NewIssuer {
    /// Its short name.
    pub issuer: String,
    /// Whose numbers these are.
    pub organisation: OrganisationId,
    /// The regular expression that cuts a container number out of a code or file name.
    pub code_pattern: String,
    /// What becomes of a case without a manifest.
    pub no_manifest: NoManifest,
    /// Where the report of record lies.
    pub report_of_record: ReportOfRecord,
}

/// A scanner to register.
#[derive(Debug, Clone)]
pub struct NewScanner {
    /// Its id.
    pub id: ScannerId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Where it stands.
    pub site: SiteId,
    /// Its name, for people.
    pub name: String,
    /// Whose container numbers its slides carry.
    pub issuer: String,
}

/// A credential to grant.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// The specialty's key.
    pub specialty: String,
    /// How deep.
    pub tier: Tier,
    /// From when, microseconds.
    pub valid_from: i64,
    /// Until when, microseconds; `i64::MAX` for no end.
    pub valid_to: i64,
}

/// A pathologist to register.
#[derive(Debug, Clone)]
pub struct NewPathologist {
    /// Their id.
    pub id: PathologistId,
    /// Who employs them.
    pub organisation: OrganisationId,
    /// Where they read.
    pub site: SiteId,
    /// Their name.
    pub name: String,
    /// Cases held at once at most; immediate ones do not count.
    pub max_active: u32,
    /// What they may read.
    pub credentials: Vec<NewCredential>,
}

/// An agreement to sign.
#[derive(Debug, Clone)]
pub struct NewAgreement {
    /// Its id.
    pub id: AgreementId,
    /// Whose cases.
    pub owner: OrganisationId,
    /// Who reads them.
    pub reading: OrganisationId,
    /// Specialty keys, or `*` for all.
    pub specialties: Vec<String>,
    /// Such as `direct_care`.
    pub purpose: String,
    /// The law it stands on.
    pub legal_basis: String,
    /// From when, microseconds.
    pub valid_from: i64,
    /// Until when, microseconds.
    pub valid_to: i64,
}

impl Catalog {
    /// Registers an organisation.
    pub async fn register_organisation(&self, id: OrganisationId, name: &str) -> Result<(), Error> {
        let name = name.to_owned();
        self.write(move |tx| {
            let name = name.clone();
            Box::pin(async move {
                tx.run(&sql::ORGANISATION_REGISTER, args![id, name]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Registers a site.
    pub async fn register_site(&self, site: NewSite) -> Result<(), Error> {
        self.write(move |tx| {
            let site = site.clone();
            Box::pin(async move {
                tx.run(
                    &sql::SITE_REGISTER,
                    args![site.id, site.organisation, site.name],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Registers an issuer of numbers; its pattern must be a usable regular expression.
    pub async fn register_issuer(&self, issuer: NewIssuer) -> Result<(), Error> {
        if !issuer.code_pattern.is_empty() {
            pathology::case::CodePattern::new(&issuer.code_pattern).map_err(|e| {
                Error::Invalid {
                    field: "code_pattern",
                    reason: e.to_string(),
                }
            })?;
        }
        self.write(move |tx| {
            let issuer = issuer.clone();
            Box::pin(async move {
                let (word, minutes) = match issuer.no_manifest {
                    NoManifest::Hold => ("hold", 0),
                    NoManifest::Quiet { minutes } => ("quiet", minutes),
                };
                let of_record = issuer.report_of_record.as_str();
                let row = args![
                    issuer.issuer,
                    issuer.organisation,
                    "any",
                    issuer.code_pattern,
                    word,
                    minutes,
                    of_record
                ];
                tx.run(&sql::ISSUER_REGISTER, row).await?;
                Ok(())
            })
        })
        .await
    }

    /// Registers a scanner.
    pub async fn register_scanner(&self, scanner: NewScanner) -> Result<(), Error> {
        self.write(move |tx| {
            let s = scanner.clone();
            Box::pin(async move {
                tx.run(
                    &sql::SCANNER_REGISTER,
                    args![s.id, s.organisation, s.site, s.name, s.issuer],
                )
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Registers a pathologist with their credentials and derives their rights.
    pub async fn register_pathologist(&self, new: NewPathologist) -> Result<(), Error> {
        self.write(move |tx| {
            let new = new.clone();
            Box::pin(async move {
                tx.run(
                    &sql::PATHOLOGIST_REGISTER,
                    args![new.id, new.organisation, new.site, new.name, new.max_active],
                )
                .await?;
                for c in new.credentials {
                    let row = args![
                        new.id,
                        new.organisation,
                        c.specialty,
                        c.tier.as_str(),
                        c.valid_from,
                        c.valid_to
                    ];
                    tx.run(&sql::CREDENTIAL_GRANT, row).await?;
                }
                derive_rights(tx, &[new.id]).await
            })
        })
        .await
    }

    /// Signs an agreement and derives the rights of everyone in the reading organisation.
    pub async fn sign_agreement(&self, new: NewAgreement, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let (new, by) = (new.clone(), by.clone());
            Box::pin(async move {
                for specialty in &new.specialties {
                    let row = args![
                        new.id,
                        new.owner,
                        new.reading,
                        specialty,
                        &new.purpose,
                        &new.legal_basis,
                        new.valid_from,
                        new.valid_to
                    ];
                    tx.run(&sql::AGREEMENT_SIGN, row).await?;
                }
                audit(
                    tx,
                    &by,
                    "sign_agreement",
                    About::default(),
                    &new.id.to_string(),
                )
                .await?;
                derive_rights_in(tx, new.reading).await
            })
        })
        .await
    }

    /// Withdraws an agreement: no claim commits on it after this has.
    pub async fn withdraw_agreement(&self, id: AgreementId, by: &By) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                let rows = tx.all(&sql::AGREEMENT_WITHDRAW, args![id, now]).await?;
                let row = rows.first().ok_or(Error::NotFound("agreement in force"))?;
                let reading: OrganisationId = row.parsed("reading_organisation_id")?;
                audit(
                    tx,
                    &by,
                    "withdraw_agreement",
                    About::default(),
                    &id.to_string(),
                )
                .await?;
                derive_rights_in(tx, reading).await
            })
        })
        .await
    }

    /// Ends a credential now.
    pub async fn withdraw_credential(
        &self,
        pathologist: PathologistId,
        specialty: &str,
        by: &By,
    ) -> Result<(), Error> {
        let (by, specialty) = (by.clone(), specialty.to_owned());
        self.write(move |tx| {
            let (by, specialty) = (by.clone(), specialty.clone());
            Box::pin(async move {
                let now = tx.now().await?;
                lock(tx, pathologist).await?;
                if tx
                    .run(
                        &sql::CREDENTIAL_WITHDRAW,
                        args![pathologist, &specialty, now],
                    )
                    .await?
                    == 0
                {
                    return Err(Error::NotFound("credential in force"));
                }
                audit(tx, &by, "withdraw_credential", About::default(), &specialty).await?;
                derive_rights(tx, &[pathologist]).await
            })
        })
        .await
    }

    /// Says whether a pathologist takes cases. What they hold stays theirs.
    pub async fn set_presence(
        &self,
        pathologist: PathologistId,
        presence: Presence,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                let row = args![pathologist, presence.as_str(), now];
                if tx.run(&sql::PATHOLOGIST_SET_PRESENCE, row).await? == 0 {
                    return Err(Error::NotFound("pathologist"));
                }
                audit(tx, &by, "set_presence", About::default(), presence.as_str()).await?;
                tx.tell(
                    Change::new(Kind::Rights, by.organisation, now).of_pathologist(pathologist),
                );
                Ok(())
            })
        })
        .await
    }

    /// Records that a patient does not want an organisation to see this case (8.10).
    pub async fn record_objection(
        &self,
        case: CaseId,
        excluded: OrganisationId,
        by: &By,
    ) -> Result<(), Error> {
        let by = by.clone();
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                // The reading's row is what a claim locks before it looks for objections.
                tx.run(&sql::READING_LOCK_OF_CASE, args![case]).await?;
                tx.run(
                    &sql::OBJECTION_RECORD,
                    args![case, excluded, by.organisation, now, &by.subject],
                )
                .await?;
                audit(tx, &by, "record_objection", About::case(case), "").await?;
                tx.tell(Change::new(Kind::Rights, by.organisation, now).of_case(case));
                Ok(())
            })
        })
        .await
    }
}

/// A pathologist as a claim locks them.
pub(crate) struct Locked {
    pub(crate) id: PathologistId,
    pub(crate) organisation: OrganisationId,
    pub(crate) site: SiteId,
    pub(crate) name: String,
    pub(crate) presence: Presence,
    pub(crate) active: u32,
    pub(crate) max_active: u32,
    pub(crate) rights_version: i64,
}

/// Locks the pathologist's row until the transaction ends: one person's claims follow each other.
pub(crate) async fn lock(tx: &mut Tx, pathologist: PathologistId) -> Result<Locked, Error> {
    let row = tx
        .first(&sql::PATHOLOGIST_LOCK, args![pathologist])
        .await?
        .ok_or(Error::NotFound("pathologist"))?;
    Ok(Locked {
        id: row.parsed("pathologist_id")?,
        organisation: row.parsed("organisation_id")?,
        site: row.parsed("site_id")?,
        name: row.text("name")?,
        presence: row.parsed("presence")?,
        active: row.int("active")? as u32,
        max_active: row.int("max_active")? as u32,
        rights_version: row.int("rights_version")?,
    })
}

async fn derive_rights_in(tx: &mut Tx, organisation: OrganisationId) -> Result<(), Error> {
    let rows = tx
        .all(&sql::PATHOLOGIST_OF_ORGANISATION, args![organisation])
        .await?;
    let people = rows
        .iter()
        .map(|row| row.parsed("pathologist_id"))
        .collect::<Result<Vec<PathologistId>, _>>()?;
    derive_rights(tx, &people).await
}

/// Derives the rights of these pathologists anew. `people` is in id order.
async fn derive_rights(tx: &mut Tx, people: &[PathologistId]) -> Result<(), Error> {
    let now = tx.now().await?;
    for id in people {
        tx.run(&sql::PATHOLOGIST_BUMP_RIGHTS, args![*id]).await?;
    }
    for id in people {
        let organisation = lock(tx, *id).await?.organisation;
        tx.run(&sql::RIGHT_FORGET, args![*id]).await?;
        tx.run(&sql::RIGHT_OPEN_POOLS, args![*id]).await?;
        tx.run(&sql::RIGHT_DERIVE_OWN, args![*id, now]).await?;
        tx.run(&sql::RIGHT_DERIVE_AGREED, args![*id, now]).await?;
        tx.tell(Change::new(Kind::Rights, organisation, now).of_pathologist(*id));
    }
    Ok(())
}
