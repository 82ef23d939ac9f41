//! A pathologist: a person who reads.

use serde::{Deserialize, Serialize};

use super::{Credential, Specialty, Tier};
use crate::case::Micros;
use crate::ids::{OrganisationId, PathologistId, SiteId};
use crate::words::words;

words! {
    /// Whether a pathologist is there.
    Presence, "presence" {
        /// On duty and taking cases.
        Available = "available",
        /// Not taking cases.
        Away = "away",
    }
}

/// A pathologist as the routing sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pathologist {
    /// Their id.
    pub id: PathologistId,
    /// Their name, as colleagues read it.
    pub name: String,
    /// Who employs them.
    pub organisation: OrganisationId,
    /// Where they read.
    pub site: SiteId,
    /// What they may read.
    pub credentials: Vec<Credential>,
    /// Whether they are there.
    pub presence: Presence,
    /// Cases they hold now.
    pub active: u32,
    /// Cases they may hold at once.
    pub max_active: u32,
    /// Points of the cases they hold now.
    pub points: u32,
    /// Points they may hold at once; an empty desk takes any case.
    pub max_points: u32,
}

impl Pathologist {
    /// The deepest credential for a specialty that holds at `now`.
    pub fn tier(&self, specialty: &Specialty, now: Micros) -> Option<Tier> {
        let fitting = self.credentials.iter();
        fitting
            .filter(|one| one.specialty == *specialty && one.holds(now))
            .map(|one| one.tier)
            .max()
    }

    /// Whether they may hold another case of this many points.
    pub const fn has_room(&self, points: u32) -> bool {
        let light = self.active == 0 || self.points.saturating_add(points) <= self.max_points;
        self.active < self.max_active && light
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{Excluded, Objection};
    use uuid::Uuid;

    fn pathologist() -> Pathologist {
        let skin = |tier, from, to| Credential {
            valid_from: Micros(from),
            valid_to: to,
            ..Credential::consultant(Specialty::new("skin").unwrap(), tier)
        };
        Pathologist {
            id: PathologistId(Uuid::from_u128(1)),
            name: "Dr TESTDOCTOR Ines".to_owned(),
            organisation: OrganisationId(Uuid::from_u128(2)),
            site: SiteId(Uuid::from_u128(3)),
            credentials: vec![
                skin(Tier::Specialist, 0, Some(Micros(10))),
                skin(Tier::Core, 0, None),
            ],
            presence: Presence::Available,
            active: 0,
            max_active: 1,
            points: 0,
            max_points: 10,
        }
    }

    #[test]
    fn an_empty_desk_takes_any_case_and_a_full_one_none() {
        let mut one = pathologist();
        one.max_active = 3;
        assert!(one.has_room(99), "nobody could ever take it otherwise");
        (one.active, one.points) = (1, 8);
        assert!(one.has_room(2) && !one.has_room(3));
        one.active = 3;
        assert!(!one.has_room(0));
    }

    #[test]
    fn the_deepest_credential_that_still_holds_counts() {
        let skin = Specialty::new("skin").unwrap();
        let renal = Specialty::new("renal").unwrap();
        assert_eq!(pathologist().tier(&skin, Micros(9)), Some(Tier::Specialist));
        assert_eq!(pathologist().tier(&skin, Micros(10)), Some(Tier::Core));
        assert_eq!(pathologist().tier(&skin, Micros(-1)), None);
        assert_eq!(pathologist().tier(&renal, Micros(9)), None);
    }

    #[test]
    fn an_objection_excludes_from_its_record_to_its_withdrawal() {
        let own = pathologist().organisation;
        let other = OrganisationId(Uuid::from_u128(9));
        let objection = |excluded| Objection {
            excluded,
            recorded_at: Micros(5),
            withdrawn_at: Some(Micros(8)),
        };
        let outside = objection(Excluded::EveryOtherOrganisation);
        let at = |owner, now| outside.excludes(&pathologist(), owner, Micros(now));
        assert!(at(other, 5) && at(other, 7));
        assert!(!at(other, 4) && !at(other, 8) && !at(own, 6));
        let person = objection(Excluded::Pathologist(pathologist().id));
        assert!(person.excludes(&pathologist(), own, Micros(6)));
        let organisation = objection(Excluded::Organisation(other));
        assert!(!organisation.excludes(&pathologist(), other, Micros(6)));
    }
}
