//! The manifest: what belongs to a scan, in words a person and a later program can read.
//!
//! It stands beside the scan's objects and is enough to rebuild the catalogue's row of the scan
//! (as unmatched: links to cases come from the back-up and the events). File names and identifiers
//! are patient data: they are in the object, never in a log. Unknown versions and fields are
//! refused, so a reader never believes half of a manifest. From version 2 on it ends in a seal, the BLAKE3 of
//! what stands above it, because a catalogue that is rebuilt has no digest of it: a changed byte is refused.

use serde::{Deserialize, Serialize};

use super::{Digest, Error, original_digest};
use crate::ids::{OrganisationId, ScanId, ScannerId, SiteId};
use crate::phi::Phi;

/// Version of the manifest written here; earlier ones are read, too.
pub const MANIFEST_VERSION: u32 = 2;

/// What belongs to a scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`], or 1, which has neither `came`, `packs` nor `seal`.
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
    /// Where and when it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<Came>,
    /// The derived packs the index points into, as its header lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<PackObject>,
    /// Program and version that wrote the manifest.
    pub written_by: String,
    /// BLAKE3 of the manifest without this line. Set when it is written, gone when it was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Digest>,
}

/// Where and when a scan came in: what its row in the catalogue needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Came {
    /// The site.
    pub site: SiteId,
    /// The scanner, if one made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanner: Option<ScannerId>,
    /// Whose numbers its label bears.
    pub issuer: String,
    /// Rank of machine work: 0 immediate, 1 urgent, 2 routine.
    pub urgency: i64,
    /// When its bytes were stored, in microseconds since 1970.
    pub stored_at_us: i64,
}

/// A derived pack's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackObject {
    /// The generation that made it.
    pub generation: u32,
    /// Key of the object.
    pub key: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Digest of its bytes.
    pub blake3: Digest,
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
    /// The manifest as indented JSON with a final newline, sealed from version 2 on.
    ///
    /// # Panics
    /// Never: every key of a manifest is a text.
    pub fn to_json(&self) -> Vec<u8> {
        let open = Self {
            seal: None,
            ..self.clone()
        };
        let seal = (self.version > 1).then(|| Digest::of(&open.written()));
        Self { seal, ..open }.written()
    }

    fn written(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("its keys are texts");
        json.push(b'\n');
        json
    }

    /// Reads a manifest; refuses unknown versions, one whose digests do not agree, and from version 2 on one
    /// of which any byte is another.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } =
            serde_json::from_slice(json).map_err(|error| unreadable(&error))?;
        if !(1..=MANIFEST_VERSION).contains(&version) {
            let why = format!(
                "version {version}, and this program reads 1 to {MANIFEST_VERSION}: upgrade it"
            );
            return Err(Error::Manifest { why });
        }
        let mut manifest: Self =
            serde_json::from_slice(json).map_err(|error| unreadable(&error))?;
        manifest.check()?;
        let plain = manifest.seal.is_none() && manifest.came.is_none() && manifest.packs.is_empty();
        if (version > 1 && manifest.to_json() != json) || (version == 1 && !plain) {
            let why = String::from("it is not what its seal was made for: it was altered");
            return Err(Error::Manifest { why });
        }
        manifest.seal = None;
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
        "line {} column {} is not what a manifest has there",
        error.line(),
        error.column()
    );
    Error::Manifest { why }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::tileset::Header;

    const SCAN: ScanId = ScanId(Uuid::from_u128(0x0198_c0de_0000_7000_8000_0000_0000_0001));
    const INDEX_V1: &[u8] = include_bytes!("../../tests/golden/index-v1.bin");
    const MANIFEST_V1: &[u8] = include_bytes!("../../tests/golden/manifest-v1.json");
    const MANIFEST_V2: &[u8] = include_bytes!("../../tests/golden/manifest-v2.json");

    #[test]
    fn todays_writer_writes_the_golden_manifest_and_todays_reader_reads_it() {
        let manifest = manifest();
        assert_eq!(manifest.version, 1);
        assert_eq!(
            String::from_utf8(manifest.to_json()).unwrap(),
            String::from_utf8_lossy(MANIFEST_V1)
        );
        assert_eq!(Manifest::from_json(MANIFEST_V1), Ok(manifest));
    }

    /// A resolution has up to 17 digits; one read back as its neighbour would break the seal of a sound manifest.
    #[test]
    fn whatever_the_resolution_a_sealed_manifest_is_read_as_it_was_written() {
        for n in 0..4_000_u64 {
            let bits = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12;
            let mpp = f64::from_bits(0.25_f64.to_bits() | bits);
            let written = Manifest {
                facts: json!({ "mpp": mpp }),
                ..sealed()
            };
            assert_eq!(Manifest::from_json(&written.to_json()), Ok(written));
        }
    }

    fn manifest() -> Manifest {
        let header = Header::open(INDEX_V1).unwrap();
        let blake3 = Digest::of(b"member");
        Manifest {
            version: 1,
            scan: SCAN,
            organisation: OrganisationId(Uuid::from_u128(7)),
            generation: 1,
            members: vec![Member {
                n: 0,
                name: Phi::new(String::from("NG26-01742-A1-1.svs")),
                size_bytes: 6,
                blake3,
                key: format!("scans/{SCAN}/original/{}/0", Uuid::from_u128(9)),
            }],
            original_digest: original_digest(&[blake3]),
            index: IndexObject {
                key: format!("scans/{SCAN}/g1/index"),
                size_bytes: INDEX_V1.len() as u64,
                header_length: header.length(),
                header_blake3: header.digest(),
                blake3: Digest::of(INDEX_V1),
            },
            facts: json!({"height": 500, "vendor": "aperio", "width": 900}),
            identifiers: vec![Identifier {
                source: String::from("label_code"),
                value: Phi::new(String::from("NG26-01742-A1-1")),
            }],
            came: None,
            packs: Vec::new(),
            written_by: String::from("slideway 0.1.0"),
            seal: None,
        }
    }

    fn sealed() -> Manifest {
        let scan = SCAN;
        Manifest {
            version: 2,
            came: Some(Came {
                site: SiteId(Uuid::from_u128(8)),
                scanner: None,
                issuer: String::from("northgate-lab"),
                urgency: 2,
                stored_at_us: 1_764_000_000_000_000,
            }),
            packs: vec![PackObject {
                generation: 1,
                key: format!("scans/{scan}/g1/derived"),
                size_bytes: 4,
                blake3: Digest::of(b"pack"),
            }],
            ..manifest()
        }
    }

    #[test]
    fn todays_writer_writes_the_golden_manifest_of_version_2() {
        let manifest = sealed();
        assert_eq!(
            String::from_utf8(manifest.to_json()).unwrap(),
            String::from_utf8_lossy(MANIFEST_V2)
        );
        assert_eq!(Manifest::from_json(MANIFEST_V2), Ok(manifest));
    }

    #[test]
    fn any_flipped_bit_of_a_sealed_manifest_is_refused() {
        for bit in 0..MANIFEST_V2.len() * 8 {
            let mut altered = MANIFEST_V2.to_vec();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(Manifest::from_json(&altered).is_err(), "bit {bit}");
        }
        let text = String::from_utf8(MANIFEST_V2.to_vec()).unwrap();
        let older = text.replace("\"version\": 2", "\"version\": 1");
        assert!(Manifest::from_json(older.as_bytes()).is_err(), "unsealed");
    }

    #[test]
    fn a_manifest_of_another_version_or_altered_is_refused_without_its_contents() {
        let text = String::from_utf8(MANIFEST_V1.to_vec()).unwrap();
        let newer = text.replace("\"version\": 1", "\"version\": 3");
        let error = Manifest::from_json(newer.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains("version 3"), "{error}");
        let longer = text.replace("\"key\"", "\"NG26-01742\": 1, \"key\"");
        let error = Manifest::from_json(longer.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line ") && !error.contains("NG26"),
            "{error}"
        );
        let altered = text.replace(
            &Digest::of(b"member").to_string(),
            &Digest::of(b"x").to_string(),
        );
        assert!(Manifest::from_json(altered.as_bytes()).is_err());
        assert!(!format!("{:?}", Manifest::from_json(MANIFEST_V1)).contains("NG26"));
    }

    #[test]
    fn an_originals_digest_does_not_depend_on_the_order_of_its_members() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_eq!(original_digest(&[a, b]), original_digest(&[b, a]));
        assert_ne!(original_digest(&[a, b]), original_digest(&[a]));
    }
}
