//! A credential: a pathologist may read a specialty, at a tier, for a time.

use serde::{Deserialize, Serialize};

use super::Specialty;
use crate::case::Micros;
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

/// A right to read a specialty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Of which specialty.
    pub specialty: Specialty,
    /// How deep.
    pub tier: Tier,
    /// From then on.
    pub valid_from: Micros,
    /// Before then; `None`: until further notice.
    pub valid_to: Option<Micros>,
}

impl Credential {
    /// Whether it holds at `now`: from `valid_from` on, no longer at `valid_to`.
    pub fn holds(&self, now: Micros) -> bool {
        self.valid_from <= now && self.valid_to.is_none_or(|end| now < end)
    }
}
