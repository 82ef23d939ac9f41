//! A specialty: the key cases and credentials share.
//!
//! Keys are free within their form, so that an installation can add its own; the common ones have
//! a name for people.

use serde::{Deserialize, Serialize};

/// A specialty's key: 1 to 32 of `a-z`, `0-9` and `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Specialty(String);

/// A text that cannot be a specialty's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a specialty key: expected 1 to 32 of a-z, 0-9 and _, such as head_neck")]
pub struct NotASpecialty(String);

/// The keys with a name of their own.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("breast", "Breast"),
    ("cardiac", "Cardiac"),
    ("cytology", "Cytology"),
    ("endocrine", "Endocrine"),
    ("gastro", "Gastrointestinal"),
    ("gynae", "Gynaecological"),
    ("haem", "Haematopathology"),
    ("head_neck", "Head and neck"),
    ("liver", "Liver and pancreas"),
    ("lung", "Lung"),
    ("neuro", "Neuropathology"),
    ("paediatric", "Paediatric and perinatal"),
    ("renal", "Renal"),
    ("skin", "Dermatology"),
    ("soft_tissue", "Bone and soft tissue"),
    ("transplant", "Transplant"),
    ("urology", "Urology"),
];

impl Specialty {
    /// Checks and takes a key.
    ///
    /// # Errors
    /// When it is empty, too long or has other characters.
    pub fn new(key: &str) -> Result<Self, NotASpecialty> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins_well = key.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        if begins_well && key.len() <= 32 && key.bytes().all(allowed) {
            return Ok(Self(key.to_owned()));
        }
        Err(NotASpecialty(key.chars().take(32).collect()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for people: its own, or the key with spaces and a capital.
    pub fn name(&self) -> String {
        let named = NAMES.iter().find(|(key, _)| *key == self.0);
        named.map_or_else(|| spelled(&self.0), |(_, name)| (*name).to_owned())
    }
}

fn spelled(key: &str) -> String {
    let (first, rest) = key.split_at(1);
    first.to_ascii_uppercase() + &rest.replace('_', " ")
}

impl std::fmt::Display for Specialty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Specialty {
    type Err = NotASpecialty;

    fn from_str(key: &str) -> Result<Self, NotASpecialty> {
        Self::new(key)
    }
}

impl TryFrom<String> for Specialty {
    type Error = NotASpecialty;

    fn try_from(key: String) -> Result<Self, NotASpecialty> {
        Self::new(&key)
    }
}

impl From<Specialty> for String {
    fn from(specialty: Specialty) -> Self {
        specialty.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_checked() {
        for wrong in ["", "Skin", "head neck", "_skin", "1st", &"x".repeat(33)] {
            assert!(Specialty::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_key_has_a_name_for_people() {
        for (key, name) in NAMES {
            assert_eq!(Specialty::new(key).unwrap().name(), *name);
        }
        // The pages offer them by name before the server says any.
        let pages = include_str!("../../web/shell/specialties.ts");
        for (key, name) in NAMES {
            assert!(pages.contains(&format!("[\"{key}\", \"{name}\"]")), "{key}");
        }
        assert_eq!(pages.matches("[\"").count(), NAMES.len());
        let own = Specialty::new("eye_orbit").unwrap();
        assert_eq!(own.name(), "Eye orbit");
    }
}
