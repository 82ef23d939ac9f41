//! The manifest: what belongs to a scan, in words a person and a later program can read.
//!
//! It stands beside the scan's objects and is enough to rebuild the catalogue's row of the scan
//! (as unmatched: links to cases come from the back-up and the events). File names and identifiers
//! are patient data: they are in the object, never in a log. Unknown versions and fields are
//! refused, so a reader never believes half of a manifest.

use serde::{Deserialize, Serialize};

use super::{Digest, Error, original_digest};
use crate::ids::{OrganisationId, ScanId};
use crate::phi::Phi;

/// Version of the manifest written and read here.
pub const MANIFEST_VERSION: u32 = 1;

/// What belongs to a scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub version: u32,
    /// The scan.
    pub scan: ScanId,
    /// The organisation that owns it.
    pub organisation: OrganisationId,
    /// Generation of the derived objects.
    pub generation: u32,
    /// The files of the original, by ascending number.
    pub members: Vec<Member>,
    /// BLAKE3 of the sorted member digests.
    pub original_digest: Digest,
    /// The index.
    pub index: IndexObject,
    /// What the slide says of itself (maker, size, resolution, …).
    pub facts: serde_json::Value,
    /// Identifiers read from the scan, each with where it was read.
    pub identifiers: Vec<Identifier>,
    /// Program and version that wrote the manifest.
    pub written_by: String,
}

/// One file of an original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Number of the member, from 0.
    pub n: u16,
    /// Name as delivered.
    pub name: Phi<String>,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Digest of its bytes.
    pub blake3: Digest,
    /// Key of its object.
    pub key: String,
}

/// The index's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexObject {
    /// Key of the object.
    pub key: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Bytes of preamble and header.
    pub header_length: u32,
    /// Digest of the header, as [`super::Header::digest`].
    pub header_blake3: Digest,
    /// Digest of the whole object.
    pub blake3: Digest,
}

/// A number read from the scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// Where it was read (label code, file name, embedded header, …).
    pub source: String,
    /// What was read.
    pub value: Phi<String>,
}

impl Manifest {
    /// The manifest as indented JSON with a final newline.
    ///
    /// # Panics
    /// Never: every key of a manifest is a text.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("its keys are texts");
        json.push(b'\n');
        json
    }

    /// Reads a manifest; refuses other versions and one whose digests do not agree.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } =
            serde_json::from_slice(json).map_err(|error| unreadable(&error))?;
        if version != MANIFEST_VERSION {
            let why =
                format!("version {version}, and this program reads {MANIFEST_VERSION}: upgrade it");
            return Err(Error::Manifest { why });
        }
        let manifest: Self = serde_json::from_slice(json).map_err(|error| unreadable(&error))?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), Error> {
        let digests: Vec<_> = self.members.iter().map(|member| member.blake3).collect();
        let numbered = self
            .members
            .iter()
            .enumerate()
            .all(|(n, member)| usize::from(member.n) == n);
        if original_digest(&digests) == self.original_digest && numbered && !digests.is_empty() {
            return Ok(());
        }
        let why =
            String::from("its members do not add up to the original's digest: it was altered");
        Err(Error::Manifest { why })
    }
}

/// Tells where, never what: the text may be patient data.
fn unreadable(error: &serde_json::Error) -> Error {
    let why = format!(
        "line {} column {} is not what version 1 has there",
        error.line(),
        error.column()
    );
    Error::Manifest { why }
}
