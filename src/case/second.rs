//! Which reports need a second pathologist before they are released, and which are read again blind.
//!
//! ```text
//! signed ─▶ specimen type or diagnosis code on the list? ─▶ second reading, blocks the release
//!        └▶ drawn by the seeded sample? ──────────────────▶ audit: blind, blocks nothing
//! second or audit disagrees ──────────────────────────────▶ arbitration
//! ```
//!
//! The sample is a function of the seed and the reading alone: whoever knows both can draw it again.

use serde::{Deserialize, Serialize};

use crate::ids::ReadingId;
use crate::words::words;

words! {
    /// How two readings of one case compare.
    Concordance, "concordance" {
        /// The same diagnosis.
        Agrees = "agrees",
        /// A difference without consequence for the patient.
        Minor = "minor",
        /// A difference that matters.
        Major = "major",
    }
}

/// Rules of readings beside the first, and of the release; settings of `routing.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadingRules {
    /// Minutes from signature to release, in which the signer may recall a report.
    pub release_minutes: u32,
    /// Specimen types whose report a second pathologist reads before its release.
    pub second_specimen_types: Vec<String>,
    /// Beginnings of diagnosis codes whose report a second pathologist reads before its release.
    pub second_diagnosis_codes: Vec<String>,
    /// Of a thousand signed readings, how many are read again, blind.
    pub audit_per_mille: u32,
    /// The seed of that sample.
    pub audit_seed: u64,
    /// Days an audit may take.
    pub audit_days: u32,
}

impl Default for ReadingRules {
    fn default() -> Self {
        Self {
            release_minutes: 0,
            second_specimen_types: Vec::new(),
            second_diagnosis_codes: Vec::new(),
            audit_per_mille: 0,
            audit_seed: 0,
            audit_days: 28,
        }
    }
}

impl ReadingRules {
    /// Why a second pathologist must read it before the release, if one must.
    pub fn second<'a>(
        &self,
        specimen_types: impl IntoIterator<Item = &'a str>,
        diagnosis_code: &str,
    ) -> Option<String> {
        let listed = |one: &&str| {
            let mut types = self.second_specimen_types.iter();
            types.any(|listed| listed.eq_ignore_ascii_case(one.trim()))
        };
        if let Some(found) = specimen_types.into_iter().find(listed) {
            return Some(format!("specimen type {found}"));
        }
        let code = diagnosis_code.trim();
        let mut codes = self.second_diagnosis_codes.iter();
        let found = codes.find(|listed| !code.is_empty() && code.starts_with(listed.as_str()))?;
        Some(format!("diagnosis code {found}"))
    }

    /// Whether the sample draws this reading.
    pub fn draws(&self, reading: ReadingId) -> bool {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.audit_seed.to_le_bytes());
        hasher.update(reading.0.as_bytes());
        let drawn = hasher.finalize().as_bytes()[..8]
            .iter()
            .fold(0_u64, |drawn, byte| drawn << 8 | u64::from(*byte));
        drawn % 1000 < u64::from(self.audit_per_mille)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn rules() -> ReadingRules {
        ReadingRules {
            second_specimen_types: vec!["Skin excision".to_owned()],
            second_diagnosis_codes: vec!["C43".to_owned()],
            audit_per_mille: 100,
            ..ReadingRules::default()
        }
    }

    #[test]
    fn a_listed_specimen_or_code_needs_a_second_pathologist_and_nothing_else_does() {
        let rules = rules();
        let why = rules.second(["skin shave", "skin excision "], "");
        assert_eq!(why.as_deref(), Some("specimen type skin excision "));
        let why = rules.second(["skin shave"], "C43.9");
        assert_eq!(why.as_deref(), Some("diagnosis code C43"));
        assert_eq!(rules.second(["skin shave"], "D22"), None);
        assert_eq!(ReadingRules::default().second(["skin excision"], ""), None);
    }

    #[test]
    fn the_sample_is_of_its_size_and_the_same_for_the_same_seed() {
        let drawn = |rules: &ReadingRules| -> Vec<u128> {
            let all = 0..10_000_u128;
            all.filter(|n| rules.draws(ReadingId(Uuid::from_u128(*n))))
                .collect()
        };
        let first = drawn(&rules());
        assert!((900..1_100).contains(&first.len()), "{}", first.len());
        assert_eq!(drawn(&rules()), first);
        let other = ReadingRules {
            audit_seed: 1,
            ..rules()
        };
        assert_ne!(drawn(&other), first);
        assert!(drawn(&ReadingRules::default()).is_empty());
    }
}
