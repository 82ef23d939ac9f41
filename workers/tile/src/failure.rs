//! Why a scan has no tileset, sorted by what happens next.

use pathology::case::TrayCode;
use sandbox::Refusal;

/// What stopped the work on a scan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The slide is wrong, or of a kind not served: final, with the reason.
    #[error("{text}")]
    Refused {
        /// Its code in the tray.
        code: TrayCode,
        /// The reason for people, with the remedy.
        text: String,
    },
    /// The slide, or its storage, broke this attempt. A few of these and it is quarantined.
    #[error("{text}")]
    Spoilt {
        /// Its code in the tray.
        code: TrayCode,
        /// The reason for people.
        text: String,
    },
    /// Something else failed: the scan waits and is tried again.
    #[error("{0}")]
    Later(String),
}

impl Failure {
    /// Whether the stored bytes are not those that were received.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Spoilt {
                code: TrayCode::DigestMismatch,
                ..
            }
        )
    }

    /// A child's word about a scan that was published: whatever it cannot read any more was once read.
    pub(crate) fn of_stored(error: sandbox::Error) -> Self {
        match error {
            sandbox::Error::Refused { reason, .. } => Self::Spoilt {
                code: TrayCode::DigestMismatch,
                text: format!(
                    "{reason}; it was readable when it was published: its storage is damaged"
                ),
            },
            other => other.into(),
        }
    }

    pub(crate) fn refused(code: TrayCode, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Refused { code, text }
    }

    pub(crate) fn damaged(n: usize) -> Self {
        Self::Spoilt {
            code: TrayCode::DigestMismatch,
            text: format!(
                "file {} of the scan is not what was received any more: the archive's storage is damaged; restore it or scan the slide again",
                n + 1
            ),
        }
    }
}

impl From<sandbox::Error> for Failure {
    fn from(error: sandbox::Error) -> Self {
        let text = error.to_string();
        match error {
            sandbox::Error::Refused { kind, reason } => Self::refused(tray_code(kind), reason),
            error if error.is_poison() => Self::Spoilt {
                code: TrayCode::DecodingFailed,
                text: format!("the slide could not be read: {text}; scan it again"),
            },
            _ => Self::Later(text),
        }
    }
}

impl From<archive::Error> for Failure {
    fn from(error: archive::Error) -> Self {
        let text = error.to_string();
        match error {
            // A member that is gone or shorter than its receipt says.
            archive::Error::NotFound { .. } | archive::Error::Short { .. } => Self::Spoilt {
                code: TrayCode::DigestMismatch,
                text,
            },
            _ => Self::Later(text),
        }
    }
}

impl From<pathology::tileset::Error> for Failure {
    fn from(error: pathology::tileset::Error) -> Self {
        if let pathology::tileset::Error::Unkept { .. } = error {
            return Self::Later(error.to_string());
        }
        Self::refused(TrayCode::TooLarge, error.to_string())
    }
}

const fn tray_code(kind: Refusal) -> TrayCode {
    match kind {
        Refusal::Empty | Refusal::Truncated => TrayCode::Truncated,
        Refusal::Unrecognised
        | Refusal::NotASlide
        | Refusal::NotReadYet
        | Refusal::NeedsOpenSlide
        | Refusal::SeveralSlides => TrayCode::Unsupported,
        Refusal::TooLarge => TrayCode::TooLarge,
        Refusal::NotShowable => TrayCode::NotServedYet,
        Refusal::Damaged | Refusal::NoSuchTile | Refusal::EmptyRegion | Refusal::NoSuchImage => {
            TrayCode::Malformed
        }
    }
}
