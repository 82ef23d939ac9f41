//! Numbers belong to issuers: the pair is unique, the number alone is not.
//!
//! Two laboratories may both have a case 26-00417. A number is kept as printed on glass and paper:
//! only white space around it is dropped, letters are never re-cased.

use serde::{Deserialize, Serialize};

use crate::phi::Phi;
use crate::words::words;

const LONGEST: usize = 64;

/// The organisation or system that gave a number: 1 to 64 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer(String);

/// A text that cannot name an issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an issuer: expected 1 to 64 of a-z, 0-9 and -, such as northgate-lab")]
pub struct NotAnIssuer {
    text: String,
}

impl Issuer {
    /// Checks and takes the name of an issuer.
    ///
    /// # Errors
    /// When it is empty, too long or has other characters.
    pub fn new(text: &str) -> Result<Self, NotAnIssuer> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=LONGEST).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(NotAnIssuer {
            text: text.chars().take(LONGEST).collect(),
        })
    }

    /// The issuer's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Issuer {
    type Err = NotAnIssuer;

    fn from_str(text: &str) -> Result<Self, NotAnIssuer> {
        Self::new(text)
    }
}

impl TryFrom<String> for Issuer {
    type Error = NotAnIssuer;

    fn try_from(text: String) -> Result<Self, NotAnIssuer> {
        Self::new(&text)
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.0
    }
}

/// An accession, container or record number with the issuer that gave it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Number {
    issuer: Issuer,
    value: Phi<String>,
}

#[derive(Deserialize)]
struct Written {
    issuer: Issuer,
    value: Phi<String>,
}

/// A text that cannot be a number. It does not repeat the text, which may identify a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    /// Nothing but white space.
    #[error("the number is empty: give the number printed on the request or the glass")]
    Empty,
    /// More than 64 characters.
    #[error("the number has {0} characters: at most 64 are allowed")]
    TooLong(usize),
    /// A control character, a line break or an invisible mark.
    #[error("the number has a character that cannot be printed, at position {0}: remove it")]
    Unprintable(usize),
}

impl Number {
    /// Takes a number as printed: white space around it is dropped, nothing else is changed.
    ///
    /// # Errors
    /// When it is empty, longer than 64 characters or not printable.
    pub fn new(issuer: Issuer, value: &str) -> Result<Self, NotANumber> {
        let value = value.trim();
        let length = value.chars().count();
        match value.chars().position(is_unprintable) {
            _ if length == 0 => Err(NotANumber::Empty),
            _ if length > LONGEST => Err(NotANumber::TooLong(length)),
            Some(position) => Err(NotANumber::Unprintable(position + 1)),
            None => Ok(Self {
                issuer,
                value: Phi::new(value.to_owned()),
            }),
        }
    }

    /// Who gave the number.
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The number as printed.
    pub const fn value(&self) -> &Phi<String> {
        &self.value
    }
}

/// Invisible marks make two different numbers look the same on the screen.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl TryFrom<Written> for Number {
    type Error = NotANumber;

    fn try_from(written: Written) -> Result<Self, NotANumber> {
        Self::new(written.issuer, written.value.expose())
    }
}

words! {
    /// What a number of a case is to the laboratory that gave it.
    NumberRole, "number role" {
        /// The laboratory that owns the case.
        Owning = "owning",
        /// The laboratory or clinic that sent it.
        Referring = "referring",
        /// The laboratory that cut and stained it.
        Performing = "performing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab() -> Issuer {
        Issuer::new("northgate-lab").unwrap()
    }

    #[test]
    fn an_issuer_is_lower_case_and_short() {
        let long = "x".repeat(65);
        for wrong in ["", "Northgate", "north gate", "é", long.as_str()] {
            assert!(Issuer::new(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Issuer>("\"North\"").is_err());
    }

    #[test]
    fn a_number_is_trimmed_and_never_re_cased() {
        let number = Number::new(lab(), "  ng26-01742 A \n").unwrap();
        assert_eq!(number.value().expose(), "ng26-01742 A");
    }

    #[test]
    fn a_number_that_cannot_be_read_is_refused_without_repeating_it() {
        assert_eq!(Number::new(lab(), " \t"), Err(NotANumber::Empty));
        assert_eq!(
            Number::new(lab(), &"9".repeat(65)),
            Err(NotANumber::TooLong(65))
        );
        for hidden in ["NG\u{200b}1", "NG\u{202e}1", "NG\n1", "NG\u{0}1"] {
            let refused = Number::new(lab(), hidden).unwrap_err();
            assert_eq!(refused, NotANumber::Unprintable(3));
            assert!(!refused.to_string().contains("NG"));
        }
    }

    #[test]
    fn json_is_checked_and_debug_tells_nothing() {
        let json = r#"{"issuer":"northgate-lab","value":" NG26-1 "}"#;
        let number: Number = serde_json::from_str(json).unwrap();
        assert_eq!(
            serde_json::to_string(&number).unwrap(),
            r#"{"issuer":"northgate-lab","value":"NG26-1"}"#
        );
        assert!(!format!("{number:?}").contains("NG26"));
        assert!(serde_json::from_str::<Number>(r#"{"issuer":"a","value":""}"#).is_err());
    }
}
