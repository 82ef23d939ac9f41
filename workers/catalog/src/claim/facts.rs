//! What the rules of eligibility need to know, read under the locks of the claim.
//!
//! A withdrawal or an objection that can be read here has been committed, so it is in force, whatever
//! the clock showed when this claim began to wait for its locks.

use pathology::access::Purpose;
use pathology::case::Micros;
use pathology::ids::{CaseId, PathologistId, ReadingId};
use pathology::routing::{Exclusion, Reading, Rules};
use pathology::staff::{
    Agreement, Coverage, Credential, Excluded, Objection, Pathologist, Specialty,
};

use crate::engine::{Tx, args};
use crate::establish::Locked;
use crate::{Error, sql};

/// A pathologist, a reading, and what stands between them.
pub(crate) struct Facts {
    pub(crate) pathologist: Pathologist,
    pub(crate) reading: Reading,
    pub(crate) case: CaseId,
    pub(crate) agreement: Option<String>,
    agreements: Vec<Agreement>,
    objections: Vec<Objection>,
    exclusions: Vec<Exclusion>,
}

impl Facts {
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules {
            agreements: &self.agreements,
            objections: &self.objections,
            exclusions: &self.exclusions,
        }
    }
}

/// `i64::MAX` stands for "no end" in the schema.
fn end(valid_to: i64) -> Option<Micros> {
    (valid_to < i64::MAX).then_some(Micros(valid_to))
}

/// Reads everything about one pathologist and one reading.
pub(crate) async fn gather(
    tx: &mut Tx,
    person: &Locked,
    reading: ReadingId,
) -> Result<Facts, Error> {
    let row = tx
        .first(&sql::READING_FACTS, args![reading])
        .await?
        .ok_or(Error::NotFound("reading"))?;
    let case: CaseId = row.parsed("case_id")?;
    let reading = Reading {
        id: reading,
        owner: row.parsed("organisation_id")?,
        owner_name: row.text("owner_name")?,
        site: row.parsed("site_id")?,
        site_name: row.text("site_name")?,
        specialty: row.parsed::<Specialty>("specialty")?,
        needs: row.parsed("tier")?,
        kind: row.parsed("kind")?,
        priority: row.parsed("priority")?,
        restricted: row.flag("restricted")?,
        others: others(tx, case, reading).await?,
    };
    let agreements = agreements(tx, &reading, person).await?;
    let now = Micros(tx.now().await?);
    let covering = agreements.iter().find(|a| {
        a.covers(&reading.specialty, Purpose::DirectCare, now)
            .is_ok()
    });
    Ok(Facts {
        pathologist: pathologist(tx, person).await?,
        agreement: covering
            .filter(|_| reading.owner != person.organisation)
            .map(|a| a.id.to_string()),
        objections: objections(tx, case).await?,
        exclusions: exclusions(tx, reading.id, person.id).await?,
        reading,
        case,
        agreements,
    })
}

async fn pathologist(tx: &mut Tx, person: &Locked) -> Result<Pathologist, Error> {
    let mut credentials = Vec::new();
    for row in tx
        .all(&sql::CREDENTIAL_OF_PATHOLOGIST, args![person.id])
        .await?
    {
        credentials.push(Credential {
            specialty: row.parsed("specialty")?,
            tier: row.parsed("tier")?,
            valid_from: Micros(row.int("valid_from")?),
            valid_to: end(row.int("valid_to")?),
        });
    }
    Ok(Pathologist {
        id: person.id,
        name: person.name.clone(),
        organisation: person.organisation,
        site: person.site,
        credentials,
        presence: person.presence,
        active: person.active,
        max_active: person.max_active,
    })
}

async fn others(
    tx: &mut Tx,
    case: CaseId,
    reading: ReadingId,
) -> Result<Vec<PathologistId>, Error> {
    let rows = tx
        .all(&sql::ASSIGNMENT_OTHERS, args![case, reading])
        .await?;
    rows.iter()
        .map(|row| row.parsed("pathologist_id"))
        .collect()
}

async fn agreements(
    tx: &mut Tx,
    reading: &Reading,
    person: &Locked,
) -> Result<Vec<Agreement>, Error> {
    let now = Micros(tx.now().await?);
    let mut found = Vec::new();
    for row in tx
        .all(
            &sql::AGREEMENT_BETWEEN,
            args![reading.owner, person.organisation],
        )
        .await?
    {
        let specialty = row.text("specialty")?;
        let specialties = match specialty.as_str() {
            "*" => Coverage::All,
            _ => Coverage::These(vec![row.parsed("specialty")?]),
        };
        found.push(Agreement {
            id: row.parsed("agreement_id")?,
            owner: reading.owner,
            reading: person.organisation,
            specialties,
            purposes: vec![row.parsed("purpose")?],
            legal_basis: row.text("legal_basis")?,
            valid_from: Micros(row.int("valid_from")?),
            valid_to: end(row.int("valid_to")?),
            revoked_at: row.opt_int("revoked_at")?.map(|at| Micros(at).min(now)),
        });
    }
    Ok(found)
}

async fn objections(tx: &mut Tx, case: CaseId) -> Result<Vec<Objection>, Error> {
    let now = Micros(tx.now().await?);
    let rows = tx.all(&sql::OBJECTION_OF_CASE, args![case]).await?;
    rows.iter()
        .map(|row| {
            Ok(Objection {
                excluded: Excluded::Organisation(row.parsed("excluded_organisation_id")?),
                recorded_at: Micros(row.int("recorded_at")?).min(now),
                withdrawn_at: None,
            })
        })
        .collect()
}

async fn exclusions(
    tx: &mut Tx,
    reading: ReadingId,
    person: PathologistId,
) -> Result<Vec<Exclusion>, Error> {
    let rows = tx.all(&sql::EXCLUSION_OF, args![reading, person]).await?;
    rows.iter()
        .map(|row| {
            Ok(Exclusion {
                reading,
                pathologist: person,
                until: end(row.int("until")?),
            })
        })
        .collect()
}
