//! A pool: the waiting readings of one specialty of one organisation.
//!
//! Who may read is compiled to pools, so a pathologist with little to read looks at the heads of a
//! few pools instead of scanning the worklist. A pool is a hint: the claim checks again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::Purpose;
use crate::case::Micros;
use crate::ids::OrganisationId;
use crate::staff::{Agreement, Pathologist, Specialty};

/// Names a pool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PoolKey {
    /// Who owns the cases.
    pub organisation: OrganisationId,
    /// Their specialty.
    pub specialty: Specialty,
}

impl std::fmt::Display for PoolKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.organisation, self.specialty)
    }
}

/// The pools a pathologist may take from at `now`: those of their own organisation, and those of
/// every owner whose agreement covers them, for each specialty they hold a credential of.
pub fn pools_of(
    pathologist: &Pathologist,
    agreements: &[Agreement],
    now: Micros,
) -> BTreeSet<PoolKey> {
    let mut pools = BTreeSet::new();
    for credential in pathologist.credentials.iter().filter(|one| one.holds(now)) {
        let specialty = &credential.specialty;
        let covering = agreements.iter().filter(|one| {
            one.reading == pathologist.organisation
                && one.covers(specialty, Purpose::DirectCare, now).is_ok()
        });
        let owners = covering
            .map(|one| one.owner)
            .chain([pathologist.organisation]);
        pools.extend(owners.map(|organisation| PoolKey {
            organisation,
            specialty: specialty.clone(),
        }));
    }
    pools
}
