//! Identifiers: one newtype a noun, so that a slide's id cannot be passed where a scan's is wanted.
//!
//! Every id is a `UUIDv7` given from outside (the core has no randomness), printed in lower-case
//! hyphenated form. Ids carry no patient data and may stand in logs, keys and URLs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a {kind} id: expected a UUID such as 0198c0de-0000-7000-8000-000000000001"
)]
pub struct NotAnId {
    kind: &'static str,
    text: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| NotAnId { kind: $kind, text: text.chars().take(64).collect() })
            }
        }
    )*};
}

ids! {
    /// An organisation: a trust, a hospital, a private laboratory. Owns cases and employs people.
    OrganisationId, "organisation";
    /// A place of an organisation where slides are scanned or read.
    SiteId, "site";
    /// A slide scanner of a site.
    ScannerId, "scanner";
    /// A person registered by an organisation.
    PatientId, "patient";
    /// The unit of diagnosis.
    CaseId, "case";
    /// Tissue received ("Part A").
    SpecimenId, "specimen";
    /// Tissue embedded.
    BlockId, "block";
    /// The glass: one section, one stain, one container number.
    SlideId, "slide";
    /// One digitisation of a slide.
    ScanId, "scan";
    /// One try at storing a scan's original; the catalogue names the one that won.
    AttemptId, "attempt";
    /// Proof that a delivery was stored.
    ReceiptId, "receipt";
    /// A file or document attached to a case.
    AttachmentId, "attachment";
    /// A person who reads.
    PathologistId, "pathologist";
    /// An agreement between two organisations.
    AgreementId, "agreement";
    /// One pathologist's examination of a case, of a kind.
    ReadingId, "reading";
    /// A claim of a reading by a pathologist.
    ClaimId, "claim";
    /// A report signed out.
    ReportId, "report";
    /// Machine work.
    JobId, "job";
    /// A delivery seen in a scanner's folder.
    DeliveryId, "delivery";
    /// An entry of a tray: something that needs a person.
    TrayId, "tray entry";
    /// A request for more glass.
    WorkId, "extra work";
    /// A time somebody is away.
    AbsenceId, "absence";
}

/// An id that follows from its parent: the same parent, kind and name give the same id, so that a
/// command which runs twice names the same things (a `UUIDv8` of a BLAKE3 digest).
pub fn derived(parent: Uuid, kind: &'static str, name: &str) -> Uuid {
    let mut hasher = blake3::Hasher::new_derive_key("slideway derived id v1");
    hasher
        .update(parent.as_bytes())
        .update(kind.as_bytes())
        .update(&[0])
        .update(name.as_bytes());
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_follows_from_parent_kind_and_name() {
        let parent = Uuid::from_u128(7);
        assert_eq!(
            derived(parent, "block", "A1"),
            derived(parent, "block", "A1")
        );
        assert_ne!(
            derived(parent, "block", "A1"),
            derived(parent, "slide", "A1")
        );
        assert_ne!(
            derived(parent, "block", "A1"),
            derived(Uuid::from_u128(8), "block", "A1")
        );
    }

    #[test]
    fn an_id_survives_printing_and_parsing() {
        let id = ScanId(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_wrong_id_names_itself_and_the_remedy() {
        let refused = "12".parse::<CaseId>().unwrap_err().to_string();
        assert!(refused.contains("\"12\" is not a case id"), "{refused}");
        assert!(refused.contains("expected a UUID"), "{refused}");
    }
}
