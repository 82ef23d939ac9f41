//! An agreement between two organisations: who may read whose cases.

use serde::{Deserialize, Serialize};

use super::Specialty;
use crate::access::Purpose;
use crate::case::Micros;
use crate::ids::{AgreementId, OrganisationId};
use crate::words::words;

/// `owner` lets the pathologists of `reading` read its cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Whose cases.
    pub owner: OrganisationId,
    /// Whose pathologists.
    pub reading: OrganisationId,
    /// Which specialties.
    pub specialties: Coverage,
    /// For what.
    pub purposes: Vec<Purpose>,
    /// From which stage on: in the daily work, or only when the case is out to those on call.
    pub opens: Opens,
    /// The legal basis, in the words of the agreement.
    pub legal_basis: String,
    /// From then on.
    pub valid_from: Micros,
    /// Before then; `None`: until revoked.
    pub valid_to: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// Which specialties an agreement covers. JSON: `"all"` or `{"these": ["skin"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// Every one.
    All,
    /// Only these.
    These(Vec<Specialty>),
}

words! {
    /// When an agreement lets people in.
    Opens, "agreement stage" {
        /// With all sites under agreement.
        Network = "network",
        /// Only once the case is out to those on call.
        OnCall = "on_call",
    }
}

/// Why an agreement does not cover something. The last in this order came nearest to covering it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Why {
    /// It is for other specialties.
    #[error("the agreement does not cover this specialty")]
    Specialty,
    /// It is for other purposes.
    #[error("the agreement does not cover this purpose")]
    Purpose,
    /// It has not begun.
    #[error("the agreement has not begun")]
    NotYet,
    /// It has ended.
    #[error("the agreement has ended")]
    Ended,
    /// It was revoked.
    #[error("the agreement was revoked")]
    Revoked,
}

impl Agreement {
    /// Whether it covers this specialty and purpose at `now`.
    ///
    /// # Errors
    /// Why not.
    pub fn covers(&self, specialty: &Specialty, purpose: Purpose, now: Micros) -> Result<(), Why> {
        let listed = match &self.specialties {
            Coverage::All => true,
            Coverage::These(these) => these.contains(specialty),
        };
        match () {
            () if !listed => Err(Why::Specialty),
            () if !self.purposes.contains(&purpose) => Err(Why::Purpose),
            () => self.in_force(now),
        }
    }

    /// Whether it is in force at `now`: from `valid_from` on, no longer at `valid_to` or once revoked.
    ///
    /// # Errors
    /// Why not.
    pub fn in_force(&self, now: Micros) -> Result<(), Why> {
        match () {
            () if self.revoked_at.is_some_and(|at| at <= now) => Err(Why::Revoked),
            () if now < self.valid_from => Err(Why::NotYet),
            () if self.valid_to.is_some_and(|end| end <= now) => Err(Why::Ended),
            () => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn agreement() -> Agreement {
        Agreement {
            id: AgreementId(Uuid::from_u128(1)),
            owner: OrganisationId(Uuid::from_u128(2)),
            reading: OrganisationId(Uuid::from_u128(3)),
            specialties: Coverage::These(vec![Specialty::new("skin").unwrap()]),
            purposes: vec![Purpose::DirectCare],
            opens: Opens::Network,
            legal_basis: "UK GDPR 6(1)(e), 9(2)(h)".to_owned(),
            valid_from: Micros(100),
            valid_to: Some(Micros(200)),
            revoked_at: None,
        }
    }

    fn covers(
        agreement: &Agreement,
        specialty: &str,
        purpose: Purpose,
        now: i64,
    ) -> Result<(), Why> {
        agreement.covers(&Specialty::new(specialty).unwrap(), purpose, Micros(now))
    }

    #[test]
    fn it_covers_nothing_that_is_not_written() {
        let one = agreement();
        let at = |specialty, purpose, now| covers(&one, specialty, purpose, now);
        assert_eq!(at("renal", Purpose::DirectCare, 150), Err(Why::Specialty));
        assert_eq!(at("skin", Purpose::Research, 150), Err(Why::Purpose));
        assert_eq!(at("skin", Purpose::DirectCare, 99), Err(Why::NotYet));
        assert_eq!(at("skin", Purpose::DirectCare, 200), Err(Why::Ended));
        assert_eq!(at("skin", Purpose::DirectCare, 100), Ok(()));
        assert_eq!(at("skin", Purpose::DirectCare, 199), Ok(()));
    }

    #[test]
    fn it_ends_in_the_moment_it_is_revoked() {
        let mut one = agreement();
        one.revoked_at = Some(Micros(150));
        assert_eq!(covers(&one, "skin", Purpose::DirectCare, 149), Ok(()));
        let after = covers(&one, "skin", Purpose::DirectCare, 150);
        assert_eq!(after, Err(Why::Revoked));
    }

    #[test]
    fn all_covers_every_specialty() {
        let mut one = agreement();
        one.specialties = Coverage::All;
        assert_eq!(covers(&one, "renal", Purpose::DirectCare, 150), Ok(()));
        assert_eq!(serde_json::to_string(&Coverage::All).unwrap(), "\"all\"");
    }
}
