//! A site's pattern: what of a code or a file name is the container number.
//!
//! `NG26-01742-A1-1_20261123_0942.svs` is cut by `^([A-Z]{2}\d\d-\d{5}-[A-Z]\d+-\d+)_`. The first
//! group is the number, or the whole match where there is no group. Matching takes time linear in
//! the text; the compiled pattern is at most 1 MiB and the text looked at at most 1,024 bytes.

use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};

use crate::phi::Phi;

const LONGEST_PATTERN: usize = 512;
const LONGEST_TEXT: usize = 1024;
const MEMORY: usize = 1 << 20;

/// Cuts container numbers out of codes and file names.
#[derive(Debug, Clone)]
pub struct CodePattern(Regex);

/// A text that is not a usable pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPattern {
    /// Longer than 512 bytes.
    #[error("the code pattern has {0} bytes: at most 512 are allowed")]
    TooLong(usize),
    /// Not a regular expression, or one that needs too much memory.
    #[error("the code pattern is not a usable regular expression: {0}")]
    Wrong(String),
    /// It matches the empty text, so it would find a number everywhere.
    #[error("the code pattern matches an empty text: name at least one character of the number")]
    MatchesNothing,
}

impl CodePattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When it is no regular expression, too large, or matches the empty text.
    pub fn new(pattern: &str) -> Result<Self, NotAPattern> {
        if pattern.len() > LONGEST_PATTERN {
            return Err(NotAPattern::TooLong(pattern.len()));
        }
        let regex = RegexBuilder::new(pattern)
            .size_limit(MEMORY)
            .dfa_size_limit(MEMORY)
            .build()
            .map_err(|error| NotAPattern::Wrong(error.to_string()))?;
        if regex.is_match("") {
            return Err(NotAPattern::MatchesNothing);
        }
        Ok(Self(regex))
    }

    /// Every different container number in the text, at most two: the second is enough to show that
    /// the text contradicts itself. A text over 1,024 bytes has none.
    pub fn cut(&self, text: &str) -> Vec<Phi<String>> {
        if text.len() > LONGEST_TEXT {
            return Vec::new();
        }
        let found: BTreeSet<&str> = self
            .0
            .captures_iter(text)
            .filter_map(|found| found.get(1).or_else(|| found.get(0)))
            .map(|number| number.as_str().trim())
            .filter(|number| !number.is_empty())
            .collect();
        let numbers = found.into_iter().take(2);
        numbers.map(|one| Phi::new(one.to_owned())).collect()
    }
}

impl std::str::FromStr for CodePattern {
    type Err = NotAPattern;

    fn from_str(pattern: &str) -> Result<Self, NotAPattern> {
        Self::new(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pattern: &str, text: &str) -> Vec<String> {
        let pattern = CodePattern::new(pattern).unwrap();
        pattern
            .cut(text)
            .into_iter()
            .map(Phi::into_exposed)
            .collect()
    }

    #[test]
    fn a_wrong_pattern_is_refused_when_it_is_set() {
        assert!(matches!(CodePattern::new("("), Err(NotAPattern::Wrong(_))));
        assert_eq!(
            CodePattern::new(".*").unwrap_err(),
            NotAPattern::MatchesNothing
        );
        let huge = CodePattern::new(r"(\w{100}){100}");
        assert!(matches!(huge, Err(NotAPattern::Wrong(_))), "{huge:?}");
        let long = "a".repeat(513);
        assert_eq!(
            CodePattern::new(&long).unwrap_err(),
            NotAPattern::TooLong(513)
        );
    }

    #[test]
    fn the_group_is_the_number_else_the_whole_match() {
        let name = "NG26-01742-A1-1_20261123.svs";
        assert_eq!(cut(r"^([A-Z0-9-]+)_\d{8}", name), ["NG26-01742-A1-1"]);
        assert_eq!(cut(r"NG\d\d-\d{5}-[A-Z]\d-\d", name), ["NG26-01742-A1-1"]);
    }

    #[test]
    fn a_name_with_two_numbers_shows_both_and_a_repeated_one_counts_once() {
        assert_eq!(cut(r"S\d+", "S1 S2 S3"), ["S1", "S2"]);
        assert_eq!(cut(r"S\d+", "S1_S1.svs"), ["S1"]);
        assert!(cut(r"S\d+", "thumbnail.svs").is_empty());
        assert!(cut(r"S\d+", &"S1".repeat(600)).is_empty());
    }
}
