//! Points: what a case weighs on its pathologist's desk, by specimen type.
//!
//! Slides explain a third of the time a case takes; points come from a table the laboratory sets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many points specimens count: settings of `routing.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Points {
    /// A specimen whose type is not listed.
    pub specimen: u32,
    /// The reading that integrates the parts of a split case.
    pub integrating: u32,
    /// By specimen type, in lower case.
    pub specimens: BTreeMap<String, u32>,
}

impl Default for Points {
    fn default() -> Self {
        Self {
            specimen: 1,
            integrating: 1,
            specimens: BTreeMap::new(),
        }
    }
}

impl Points {
    /// The points of a reading of these specimen types; at least one.
    pub fn of<'a>(&self, specimen_types: impl IntoIterator<Item = &'a str>) -> u32 {
        let one = |name: &str| self.specimens.get(&name.trim().to_lowercase());
        let each = specimen_types.into_iter();
        let all = each.map(|name| one(name).copied().unwrap_or(self.specimen));
        all.fold(0, u32::saturating_add).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specimens_add_up_and_a_reading_counts_at_least_one() {
        let mut points = Points::default();
        points.specimens.insert("radical resection".to_owned(), 10);
        points.specimens.insert("second opinion".to_owned(), 0);
        assert_eq!(points.of(["Radical resection ", "skin punch"]), 11);
        assert_eq!(points.of(["second opinion"]), 1);
        assert_eq!(points.of([]), 1);
    }
}
