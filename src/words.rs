//! Closed lists of words: enums whose texts are stored in SQL and JSON and never change.
//!
//! `words!` writes one enum with `ALL`, `as_str`, `Display`, `FromStr` and serde, all with the same
//! `snake_case` text, so that a database row, a setting and an answer of the API cannot differ.

/// A text that is not on the list of words asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {kind}: expected one of {expected}")]
pub struct NotAWord {
    kind: &'static str,
    text: String,
    expected: String,
}

impl NotAWord {
    pub(crate) fn new(kind: &'static str, text: &str, expected: &[&str]) -> Self {
        Self {
            kind,
            text: text.chars().take(64).collect(),
            expected: expected.join(", "),
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $kind:literal {
        $($(#[$word_doc:meta])* $word:ident = $text:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $text)] $word,)+
        }

        impl $name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The text as stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::NotAWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
                    .ok_or_else(|| $crate::words::NotAWord::new($kind, text, &[$($text),+]))
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::access::Purpose;

    #[test]
    fn text_json_and_parsing_agree() {
        for &word in Purpose::ALL {
            let json = serde_json::to_string(&word).unwrap();
            assert_eq!(json, format!("\"{}\"", word.as_str()));
            assert_eq!(serde_json::from_str::<Purpose>(&json).unwrap(), word);
            assert_eq!(word.to_string().parse(), Ok(word));
        }
    }

    #[test]
    fn a_wrong_word_names_the_list() {
        let refused = "Care".parse::<Purpose>().unwrap_err().to_string();
        assert!(
            refused.starts_with("\"Care\" is not a purpose: expected one of direct_care, consult,"),
            "{refused}"
        );
    }
}
