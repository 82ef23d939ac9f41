//! Where an object lies: the only place an object's path is written.
//!
//! ```text
//!   scans/{scan}/original/{attempt}/{n}
//!   scans/{scan}/g{generation}/{index|derived|manifest}
//!   cases/{case}/attachments/{attachment}
//!   probe/{uuid}
//! ```
//!
//! Ids and numbers only, so no name given by a client ever becomes a path and no patient data
//! stands in a key. A text is a key only in the exact spelling that [`Key`] prints.

use std::fmt;
use std::str::FromStr;

use pathology::ids::{AttachmentId, AttemptId, CaseId, ScanId};
use uuid::Uuid;

/// The name of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Member `n` of a scan's original, as stored by one attempt.
    Original {
        /// The scan.
        scan: ScanId,
        /// The attempt at storing it; never reused.
        attempt: AttemptId,
        /// The member's number, from 0.
        n: u16,
    },
    /// The index of a tileset.
    Index {
        /// The scan.
        scan: ScanId,
        /// The generation of derived objects.
        generation: u32,
    },
    /// The derived pack: what the original lacks.
    Derived {
        /// The scan.
        scan: ScanId,
        /// The generation of derived objects.
        generation: u32,
    },
    /// The manifest a scan can be rebuilt from.
    Manifest {
        /// The scan.
        scan: ScanId,
        /// The generation of derived objects.
        generation: u32,
    },
    /// A file attached to a case.
    Attachment {
        /// The case.
        case: CaseId,
        /// The attachment.
        attachment: AttachmentId,
    },
    /// A throw-away object of the start-up probe.
    Probe(Uuid),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original { scan, attempt, n } => {
                write!(f, "scans/{scan}/original/{attempt}/{n}")
            }
            Self::Index { scan, generation } => write!(f, "scans/{scan}/g{generation}/index"),
            Self::Derived { scan, generation } => write!(f, "scans/{scan}/g{generation}/derived"),
            Self::Manifest { scan, generation } => write!(f, "scans/{scan}/g{generation}/manifest"),
            Self::Attachment { case, attachment } => {
                write!(f, "cases/{case}/attachments/{attachment}")
            }
            Self::Probe(id) => write!(f, "probe/{}", id.hyphenated()),
        }
    }
}

/// A text that is not the path of an object of the archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an object of the archive: expected scans/…, cases/… or probe/… as the archive writes them"
)]
pub struct NotAKey(String);

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        parse(text)
            .filter(|key| key.to_string() == text)
            .ok_or_else(|| NotAKey(text.chars().take(160).collect()))
    }
}

impl Key {
    /// The object's path as the stores want it.
    pub(crate) fn location(self) -> object_store::path::Path {
        object_store::path::Path::parse(self.to_string())
            .expect("a key is hexadecimal digits, letters, hyphens and single slashes")
    }
}

fn parse(text: &str) -> Option<Key> {
    let parts: Vec<&str> = text.splitn(6, '/').collect();
    match parts.as_slice() {
        ["scans", scan, "original", attempt, n] => Some(Key::Original {
            scan: scan.parse().ok()?,
            attempt: attempt.parse().ok()?,
            n: n.parse().ok()?,
        }),
        ["scans", scan, generation, object] => of_generation(
            scan.parse().ok()?,
            generation.strip_prefix('g')?.parse().ok()?,
            object,
        ),
        ["cases", case, "attachments", attachment] => Some(Key::Attachment {
            case: case.parse().ok()?,
            attachment: attachment.parse().ok()?,
        }),
        ["probe", id] => Uuid::try_parse(id).ok().map(Key::Probe),
        _ => None,
    }
}

fn of_generation(scan: ScanId, generation: u32, object: &str) -> Option<Key> {
    match object {
        "index" => Some(Key::Index { scan, generation }),
        "derived" => Some(Key::Derived { scan, generation }),
        "manifest" => Some(Key::Manifest { scan, generation }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_key() -> impl Strategy<Value = Key> {
        (any::<u128>(), any::<u128>(), any::<u32>(), 0..6).prop_map(|(a, b, number, kind)| {
            let (a, b) = (Uuid::from_u128(a), Uuid::from_u128(b));
            let (scan, generation) = (ScanId(a), number);
            match kind {
                0 => Key::Original {
                    scan,
                    attempt: AttemptId(b),
                    n: number as u16,
                },
                1 => Key::Index { scan, generation },
                2 => Key::Derived { scan, generation },
                3 => Key::Manifest { scan, generation },
                4 => Key::Attachment {
                    case: CaseId(a),
                    attachment: AttachmentId(b),
                },
                _ => Key::Probe(a),
            }
        })
    }

    proptest! {
        #[test]
        fn a_key_survives_printing_and_parsing(key in any_key()) {
            let text = key.to_string();
            prop_assert_eq!(text.parse::<Key>().unwrap(), key);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/' || b == b'-'));
        }

        #[test]
        fn a_text_that_parses_is_spelt_as_the_archive_spells_it(text in "(scans|cases|probe|\\.\\.)(/[a-g0-9.%-]{0,36}){0,5}") {
            if let Ok(key) = text.parse::<Key>() {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }

    #[test]
    fn only_the_exact_spelling_is_a_key() {
        let id = "0198c0de-0000-7000-8000-00000000000a";
        let upper = id.to_uppercase();
        let simple = id.replace('-', "");
        for text in [
            String::new(),
            "..".into(),
            "/etc/passwd".into(),
            format!("scans/{id}/original/../0"),
            format!("scans/{id}/original/{id}/00"),
            format!("scans/{id}/original/{id}/+1"),
            format!("scans/{id}/original/{id}/65536"),
            format!("scans/{id}/original/{id}/0/x"),
            format!("scans/{id}/g01/index"),
            format!("scans/{id}/g1/index/"),
            format!("scans/{upper}/g1/index"),
            format!("scans/{simple}/g1/index"),
            format!("scans/{{{id}}}/g1/index"),
            format!("/scans/{id}/g1/index"),
            format!("cases/{id}/attachments/{id}\0"),
            format!("probe/{id}/.."),
        ] {
            let refused = text.parse::<Key>().unwrap_err().to_string();
            assert!(
                refused.contains("is not an object of the archive"),
                "{refused}"
            );
        }
    }

    #[test]
    fn the_stored_spelling_is_kept_for_ever() {
        let scan = ScanId(Uuid::from_u128(1));
        let attempt = AttemptId(Uuid::from_u128(2));
        let original = Key::Original {
            scan,
            attempt,
            n: 3,
        };
        assert_eq!(
            original.to_string(),
            "scans/00000000-0000-0000-0000-000000000001/original/00000000-0000-0000-0000-000000000002/3"
        );
        let index = Key::Index {
            scan,
            generation: 4,
        };
        assert_eq!(
            index.to_string(),
            "scans/00000000-0000-0000-0000-000000000001/g4/index"
        );
    }
}
