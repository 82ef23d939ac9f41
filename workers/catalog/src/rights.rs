//! Who may read whose cases, and how that ends.
//!
//! ```text
//!  credential × own organisation ─┐
//!  credential × agreement ────────┴─▶ reading_right (pathologist, pool), derived anew each time
//! ```
//!
//! Whoever changes a right locks the pathologists concerned in id order and bumps their
//! `rights_version` in the same transaction: a claim holds that lock, so none commits on a right
//! withdrawn before it (D6).

use pathology::ids::{AgreementId, CaseId, OrganisationId, PathologistId, ReadingId};
use pathology::staff::{Excluded, Opens};

use crate::audit::{About, By, Event, audit, record};
use crate::engine::{Tx, args};
use crate::establish::{lock, tell_rights};
use crate::pools::Place;
use crate::{Catalog, Change, Error, Kind, pools, sql, stage};

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
    /// In the daily work, or only for those on call.
    pub opens: Opens,
    /// From when, microseconds.
    pub valid_from: i64,
    /// Until when, microseconds.
    pub valid_to: i64,
}

impl Catalog {
    /// Signs an agreement and derives the rights of everyone in the reading organisation. Signed
    /// again it changes nothing of what stands, withdrawn specialties included.
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
                        new.valid_to,
                        new.opens.as_str()
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
                let reached = stage::reached_under(tx, id).await?;
                derive_rights_in(tx, reading).await?;
                stage::look_again(tx, &reached).await
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
                let reached = stage::reached_by(tx, pathologist).await?;
                derive_rights(tx, &[pathologist]).await?;
                stage::look_again(tx, &reached).await
            })
        })
        .await
    }

    /// Records that a patient does not want somebody to see this case (8.10): an organisation, every
    /// other organisation, or a person. It narrows who is offered the case; when nobody of its own
    /// site is left, a manager is told.
    pub async fn record_objection(
        &self,
        case: CaseId,
        excluded: impl Into<Excluded>,
        by: &By,
    ) -> Result<(), Error> {
        let (by, excluded) = (by.clone(), excluded.into());
        self.write(move |tx| {
            let by = by.clone();
            Box::pin(async move { object(tx, case, excluded, &by).await })
        })
        .await
    }
}

async fn object(tx: &mut Tx, case: CaseId, excluded: Excluded, by: &By) -> Result<(), Error> {
    let now = tx.now().await?;
    if excluded == Excluded::EveryOtherOrganisation {
        pools_within(tx, case).await?;
    }
    // The reading's row is what a claim locks before it looks for objections.
    tx.run(&sql::READING_LOCK_OF_CASE, args![case]).await?;
    match excluded {
        Excluded::Organisation(one) => {
            let row = args![case, one, by.organisation, now, &by.subject];
            tx.run(&sql::OBJECTION_RECORD, row).await?;
        }
        Excluded::Pathologist(one) => {
            let row = args![case, one, by.organisation];
            tx.run(&sql::OBJECTION_TO_PERSON, row).await?;
        }
        Excluded::EveryOtherOrganisation => {
            tx.run(&sql::CASE_KEEP_WITHIN, args![case]).await?;
            tx.run(&sql::READING_LEAVE_OTHERS, args![case]).await?;
        }
    }
    audit(tx, by, "record_objection", About::case(case), "").await?;
    for row in tx.all(&sql::READING_OF_CASE, args![case]).await? {
        let reading: ReadingId = row.parsed("reading_id")?;
        let about = About::reading(case, reading);
        let event = Event {
            organisation: by.organisation,
            kind: "objection",
            about,
            pathologist: None,
            fence: 0,
            detail: "",
        };
        record(tx, event).await?;
    }
    tx.tell(Change::new(Kind::Rights, by.organisation, now).of_case(case));
    stage::narrowed(tx, case).await
}

/// The pools a case waits in once it stays in its own organisation.
async fn pools_within(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    for row in tx.all(&sql::READING_OF_CASE, args![case]).await? {
        let place = Place {
            organisation: row.parsed("organisation_id")?,
            site: row.parsed("site_id")?,
            specialties: &row.text("specialties")?,
            people: &[],
            own_site: false,
            own_only: true,
        };
        pools::open(tx, &place).await?;
    }
    Ok(())
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
pub(crate) async fn derive_rights(tx: &mut Tx, people: &[PathologistId]) -> Result<(), Error> {
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
        tell_rights(tx, organisation, *id, "derived").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::sql;

    /// A plan of its own needs a statement of its own; the rule is one, whoever it is asked of.
    #[test]
    fn a_right_follows_the_same_rule_from_a_person_and_from_a_pool() {
        let pairs = [
            (&sql::RIGHT_DERIVE_OWN, &sql::RIGHT_DERIVE_OWN_OF_POOL),
            (&sql::RIGHT_DERIVE_AGREED, &sql::RIGHT_DERIVE_AGREED_OF_POOL),
        ];
        for (person, pool) in pairs {
            let (of_person, of_pool) = ("WHERE p.pathologist_id = $1 ", "WHERE o.pool_id = $1 ");
            assert!(person.sqlite.contains(of_person), "{}", person.name);
            let same = person.sqlite.replace(of_person, of_pool);
            assert_eq!(same, pool.sqlite, "{} and {}", person.name, pool.name);
        }
    }
}
