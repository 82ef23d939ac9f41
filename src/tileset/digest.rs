//! BLAKE3 digests as values, written as 64 hexadecimal digits.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A BLAKE3 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

/// The digest of an original: BLAKE3 of its members' digests in ascending order, so that the
/// order in which a folder was listed does not make another scan of the same bytes.
pub fn original_digest(members: &[Digest]) -> Digest {
    let mut sorted = members.to_vec();
    sorted.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for Digest(digest) in &sorted {
        hasher.update(digest);
    }
    Digest(*hasher.finalize().as_bytes())
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        blake3::Hash::from_hex(text)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| {
                format!(
                    "not a BLAKE3 digest ({} characters): expected 64 hexadecimal digits",
                    text.len()
                )
            })
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}
