//! A credential: a pathologist may read a specialty, at a tier, within a scope of practice, for a time.
//!
//! A trainee's primary reading needs a supervisor: a consultant of the same specialty whose own
//! credential holds. Without one the other kinds within the scope stay open to them.

use serde::{Deserialize, Serialize};

use super::Specialty;
use crate::case::{Micros, ReadingKind};
use crate::ids::PathologistId;
use crate::words::words;

words! {
    /// How deep a credential goes. A specialist also reads what asks for core.
    Tier, "tier" {
        /// Reads the common cases of the specialty.
        Core = "core",
        /// Reads all of them.
        Specialist = "specialist",
    }
}

words! {
    /// As what somebody reads.
    Profession, "profession" {
        /// Reads and signs on their own.
        Consultant = "consultant",
        /// Reads; a primary reading only under a supervisor.
        Trainee = "trainee",
        /// A scientist who reports on their own within a scope.
        Scientist = "scientist",
    }
}

/// Which kinds of reading a credential is for. JSON: `"all"` or `{"these": ["interim"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Practice {
    /// Every kind.
    All,
    /// Only these.
    These(Vec<ReadingKind>),
}

/// A right to read a specialty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Of which specialty.
    pub specialty: Specialty,
    /// How deep.
    pub tier: Tier,
    /// As what.
    pub profession: Profession,
    /// The scope of practice.
    pub practice: Practice,
    /// Who supervises: the one named or, while they are away, their deputy; while that one's credential for the specialty holds.
    pub supervisor: Option<PathologistId>,
    /// From then on.
    pub valid_from: Micros,
    /// Before then; `None`: until further notice.
    pub valid_to: Option<Micros>,
}

/// Why a credential does not cover a reading. The last in this order came nearest to covering it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Short {
    /// It has not begun, or has ended.
    NotInForce,
    /// The kind of reading is outside its scope of practice.
    OutOfScope,
    /// It is a trainee's, and nobody supervises.
    NoSupervisor,
    /// It is core where a specialist is needed.
    Tier,
}

impl Credential {
    /// A consultant's credential without limits of scope or time.
    pub const fn consultant(specialty: Specialty, tier: Tier) -> Self {
        Self {
            specialty,
            tier,
            profession: Profession::Consultant,
            practice: Practice::All,
            supervisor: None,
            valid_from: Micros(i64::MIN),
            valid_to: None,
        }
    }

    /// Whether it holds at `now`: from `valid_from` on, no longer at `valid_to`.
    pub fn holds(&self, now: Micros) -> bool {
        self.valid_from <= now && self.valid_to.is_none_or(|end| now < end)
    }

    /// Whether it covers a reading of this kind that needs `tier`, at `now`.
    ///
    /// # Errors
    /// In what it falls short.
    pub fn covers(&self, kind: ReadingKind, tier: Tier, now: Micros) -> Result<(), Short> {
        let within = match &self.practice {
            Practice::All => true,
            Practice::These(kinds) => kinds.contains(&kind),
        };
        let alone = self.profession != Profession::Trainee || kind != ReadingKind::Primary;
        match () {
            () if !self.holds(now) => Err(Short::NotInForce),
            () if !within => Err(Short::OutOfScope),
            () if !alone && self.supervisor.is_none() => Err(Short::NoSupervisor),
            () if self.tier < tier => Err(Short::Tier),
            () => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn trainee() -> Credential {
        Credential {
            profession: Profession::Trainee,
            ..Credential::consultant(Specialty::new("skin").unwrap(), Tier::Core)
        }
    }

    #[test]
    fn a_trainee_needs_a_supervisor_for_the_primary_and_for_nothing_else() {
        let now = Micros(5);
        let covers = |one: &Credential, kind| one.covers(kind, Tier::Core, now);
        let alone = trainee();
        let refused = covers(&alone, ReadingKind::Primary);
        assert_eq!(refused, Err(Short::NoSupervisor));
        assert_eq!(covers(&alone, ReadingKind::Interim), Ok(()));
        let supervised = Credential {
            supervisor: Some(PathologistId(Uuid::from_u128(1))),
            ..alone
        };
        assert_eq!(covers(&supervised, ReadingKind::Primary), Ok(()));
    }

    #[test]
    fn scope_tier_and_time_each_refuse() {
        let narrow = Credential {
            practice: Practice::These(vec![ReadingKind::Consult]),
            valid_to: Some(Micros(9)),
            ..Credential::consultant(Specialty::new("skin").unwrap(), Tier::Core)
        };
        let covers = |kind, tier, now| narrow.covers(kind, tier, Micros(now));
        assert_eq!(covers(ReadingKind::Consult, Tier::Core, 8), Ok(()));
        let ended = covers(ReadingKind::Consult, Tier::Core, 9);
        assert_eq!(ended, Err(Short::NotInForce));
        let outside = covers(ReadingKind::Primary, Tier::Core, 8);
        assert_eq!(outside, Err(Short::OutOfScope));
        let deep = covers(ReadingKind::Consult, Tier::Specialist, 8);
        assert_eq!(deep, Err(Short::Tier));
    }
}
