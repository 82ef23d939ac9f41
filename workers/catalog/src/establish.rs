//! Who exists: organisations, sites, issuers, scanners, pathologists.
//!
//! Registering the same thing again changes nothing. What pathologists may read is in `rights`.

use pathology::case::{NoManifest, ReportOfRecord};
use pathology::ids::{OrganisationId, PathologistId, ScannerId, SiteId};
use pathology::staff::{Practice, Presence, Profession, Tier};

use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Row, Tx, args};
use crate::rights::derive_rights;
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
    /// As what.
    pub profession: Profession,
    /// Which kinds of reading.
    pub practice: Practice,
    /// Who supervises a trainee: a colleague of the same organisation with a credential of the
    /// same specialty, no trainee.
    pub supervisor: Option<PathologistId>,
    /// From when, microseconds.
    pub valid_from: i64,
    /// Until when, microseconds; `i64::MAX` for no end.
    pub valid_to: i64,
}

impl NewCredential {
    /// A consultant's credential without limits of scope or time.
    pub fn consultant(specialty: &str, tier: Tier) -> Self {
        Self {
            specialty: specialty.to_owned(),
            tier,
            profession: Profession::Consultant,
            practice: Practice::All,
            supervisor: None,
            valid_from: 0,
            valid_to: i64::MAX,
        }
    }
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
    /// Points held at once at most; immediate cases do not count, an empty desk takes any case.
    pub max_points: u32,
    /// What they may read.
    pub credentials: Vec<NewCredential>,
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
                    args![
                        new.id,
                        new.organisation,
                        new.site,
                        &new.name,
                        new.max_active,
                        new.max_points
                    ],
                )
                .await?;
                for credential in &new.credentials {
                    grant(tx, &new, credential).await?;
                }
                derive_rights(tx, &[new.id]).await
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
                tell_rights(tx, by.organisation, pathologist, presence.as_str()).await?;
                if presence == Presence::Away {
                    crate::stage::without(tx, pathologist).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

async fn grant(tx: &mut Tx, who: &NewPathologist, new: &NewCredential) -> Result<(), Error> {
    let invalid = |field, reason: &str| Error::Invalid {
        field,
        reason: reason.into(),
    };
    if let Some(supervisor) = new.supervisor {
        let row = args![supervisor, who.organisation, &new.specialty];
        if tx.first(&sql::CREDENTIAL_SUPERVISES, row).await?.is_none() {
            return Err(invalid(
                "credentials.supervisor",
                "name a colleague of this organisation who reads this specialty and is no trainee",
            ));
        }
    }
    let practice = match &new.practice {
        Practice::All => "*".to_owned(),
        Practice::These(kinds) if kinds.is_empty() => {
            return Err(invalid(
                "credentials.practice",
                "name at least one kind of reading",
            ));
        }
        Practice::These(kinds) => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            format!(",{},", kinds.join(","))
        }
    };
    let row = args![
        who.id,
        who.organisation,
        &new.specialty,
        new.tier.as_str(),
        new.valid_from,
        new.valid_to,
        new.profession.as_str(),
        practice,
        new.supervisor
    ];
    tx.run(&sql::CREDENTIAL_GRANT, row).await?;
    Ok(())
}

/// Records that somebody's rights or presence changed, and tells the feed.
pub(crate) async fn tell_rights(
    tx: &mut Tx,
    organisation: OrganisationId,
    pathologist: PathologistId,
    detail: &str,
) -> Result<(), Error> {
    let now = tx.now().await?;
    let event = Event {
        organisation,
        kind: "rights",
        about: About::default(),
        pathologist: Some(pathologist),
        fence: 0,
        detail,
    };
    record(tx, event).await?;
    tx.tell(Change::new(Kind::Rights, organisation, now).of_pathologist(pathologist));
    Ok(())
}

/// A pathologist as a claim locks them.
#[derive(Clone)]
pub(crate) struct Locked {
    pub(crate) id: PathologistId,
    pub(crate) organisation: OrganisationId,
    pub(crate) site: SiteId,
    pub(crate) name: String,
    pub(crate) presence: Presence,
    pub(crate) active: u32,
    pub(crate) max_active: u32,
    pub(crate) points: u32,
    pub(crate) max_points: u32,
    pub(crate) rights_version: i64,
}

/// Locks the pathologist's row until the transaction ends: one person's claims follow each other. What else
/// is known of them is read under the lock: an absence that was recorded while it was waited for counts.
pub(crate) async fn lock(tx: &mut Tx, pathologist: PathologistId) -> Result<Locked, Error> {
    tx.run(&sql::PATHOLOGIST_LOCK, args![pathologist]).await?;
    find(tx, pathologist).await
}

/// The same, not locked: good for a look, never for a decision.
pub(crate) async fn find(tx: &mut Tx, pathologist: PathologistId) -> Result<Locked, Error> {
    let row = tx
        .first(&sql::PATHOLOGIST_FIND, args![pathologist])
        .await?
        .ok_or(Error::NotFound("pathologist"))?;
    locked(&row)
}

/// A row that was locked.
pub(crate) fn locked(row: &Row) -> Result<Locked, Error> {
    Ok(Locked {
        id: row.parsed("pathologist_id")?,
        organisation: row.parsed("organisation_id")?,
        site: row.parsed("site_id")?,
        name: row.text("name")?,
        presence: row.parsed("presence")?,
        active: row.int("active")? as u32,
        max_active: row.int("max_active")? as u32,
        points: row.int("points")? as u32,
        max_points: row.int("max_points")? as u32,
        rights_version: row.int("rights_version")?,
    })
}
