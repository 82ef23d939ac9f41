//! Whose case it is: a patient is known by record numbers, never by a name (8.3).

use std::collections::BTreeSet;

use pathology::ids::{PatientId, derived};

use super::{NewCase, belongs_to};
use crate::engine::{Tx, args};
use crate::{Error, sql};

/// Finds the patient by any record number, or registers them. A number with another birth date is refused.
pub(super) async fn find_or_register(tx: &mut Tx, new: &NewCase) -> Result<PatientId, Error> {
    let person = &new.patient;
    let mut found: Option<PatientId> = None;
    let mut unknown = BTreeSet::new();
    for number in &person.numbers {
        belongs_to(tx, number.issuer(), new.organisation).await?;
        let Some(row) = tx
            .first(
                &sql::PATIENT_BY_NUMBER,
                args![number.issuer().as_str(), number.value()],
            )
            .await?
        else {
            unknown.insert(number);
            continue;
        };
        let id = row.parsed("patient_id")?;
        if row.text("born")? != *person.born.expose() || found.is_some_and(|other| other != id) {
            let reason = "a record number already belongs to a patient with another birth date: check the order".into();
            return Err(Error::Invalid {
                field: "patient.numbers",
                reason,
            });
        }
        found = Some(id);
    }
    let id = found.unwrap_or(PatientId(derived(new.case.0, "patient", "")));
    if found.is_none() {
        let row = args![
            id,
            new.organisation,
            &person.family,
            &person.given,
            &person.born,
            &person.sex,
            person.national_number.as_ref().map(|n| n.expose().clone())
        ];
        tx.run(&sql::PATIENT_REGISTER, row).await?;
    }
    // No `ON CONFLICT`: two orders that bring a new patient at once must not make two of them. The
    // second is refused by the key, runs again, and finds the first one's.
    for number in unknown {
        let (issuer, value) = (number.issuer().as_str(), number.value());
        let row = args![issuer, value, new.organisation, id];
        tx.run(&sql::PATIENT_NUMBER, row).await?;
    }
    Ok(id)
}
