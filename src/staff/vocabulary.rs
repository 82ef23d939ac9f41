//! From the word an order uses to a specialty: one, none, or several, and then a person decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Specialty;
use super::specialty::NAMES;

/// The words of orders: settings of `routing.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vocabulary {
    /// Specialty keys of this installation beside the common ones.
    pub own: Vec<Specialty>,
    /// What a word, in lower case, means; several keys make it ambiguous.
    pub words: BTreeMap<String, Vec<Specialty>>,
}

/// Why a word does not name one specialty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Nothing is known by it.
    #[error("nothing is known by this specialty")]
    Unmapped,
    /// It may mean several.
    #[error("this specialty may mean several")]
    Ambiguous,
}

impl Vocabulary {
    /// The specialty a word of an order means.
    ///
    /// # Errors
    /// When it means none or several.
    pub fn specialty(&self, word: &str) -> Result<Specialty, Unclear> {
        let word = word.trim().to_lowercase();
        match self.words.get(&word).map(Vec::as_slice) {
            Some([one]) => return Ok(one.clone()),
            Some([]) => return Err(Unclear::Unmapped),
            Some(_) => return Err(Unclear::Ambiguous),
            None => {}
        }
        let known = NAMES.iter().any(|(key, _)| *key == word)
            || self.own.iter().any(|one| one.as_str() == word);
        let key = known.then(|| Specialty::new(&word).ok()).flatten();
        key.ok_or(Unclear::Unmapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_one_specialty_or_asks_a_person() {
        let key = |key| Specialty::new(key).unwrap();
        let mut words = Vocabulary {
            own: vec![key("ophthalmic")],
            ..Vocabulary::default()
        };
        words.words.insert("derm".to_owned(), vec![key("skin")]);
        let both = vec![key("gastro"), key("liver")];
        words.words.insert("gi/hpb".to_owned(), both);
        assert_eq!(words.specialty(" Derm"), Ok(key("skin")));
        assert_eq!(words.specialty("renal"), Ok(key("renal")));
        assert_eq!(words.specialty("ophthalmic"), Ok(key("ophthalmic")));
        assert_eq!(words.specialty("GI/HPB"), Err(Unclear::Ambiguous));
        for unknown in ["", "XYZ", "no_such", "a b"] {
            let refused = words.specialty(unknown);
            assert_eq!(refused, Err(Unclear::Unmapped), "{unknown}");
        }
    }
}
