//! Tags: eight bytes that bind stored bytes to one tile of one scan.
//!
//! Tag = first 8 bytes of keyed BLAKE3 over `stored bytes ‖ image u16 ‖ level u16 ‖ column u32 ‖
//! row u32` (little endian; the place comes last, so one pass over the bytes is enough, whoever
//! learns the place later). The key is derived from the scan's id, so an intact tile of another
//! patient fails as loudly as a flipped bit. Tags find faults and mix-ups; they are no secret.

use crate::ids::ScanId;
use crate::pyramid::geometry::TileAt;

const CONTEXT: &str = "slideway tile tag v1";
const PLACE_BYTES: usize = 12;
/// Tiles up to this size are hashed in one piece with their place: the hash then works on their parts side by
/// side, which is worth more than the copy costs.
const SHORT_BYTES: usize = 4_096;

/// Binds stored bytes to a tile of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag(pub [u8; 8]);

/// Makes the tags of one scan.
#[derive(Clone)]
pub struct Tagger {
    key: [u8; 32],
}

impl Tagger {
    /// The tagger of a scan.
    pub fn new(scan: ScanId) -> Self {
        Self {
            key: blake3::derive_key(CONTEXT, scan.0.as_bytes()),
        }
    }

    /// The tag of a tile whose stored bytes are at hand (empty for blank and absent tiles).
    pub fn tag(&self, bytes: &[u8], at: TileAt) -> Tag {
        let place = place(at);
        if bytes.len() > SHORT_BYTES {
            let mut hasher = blake3::Hasher::new_keyed(&self.key);
            hasher.update(bytes).update(&place);
            return first_of(hasher.finalize());
        }
        let mut whole = [0; SHORT_BYTES + PLACE_BYTES];
        let end = bytes.len() + PLACE_BYTES;
        whole[..bytes.len()].copy_from_slice(bytes);
        whole[bytes.len()..end].copy_from_slice(&place);
        first_of(blake3::keyed_hash(&self.key, &whole[..end]))
    }

    /// Begins the tag of a tile that arrives in pieces.
    pub fn hasher(&self) -> TagHasher {
        TagHasher(Box::new(blake3::Hasher::new_keyed(&self.key)))
    }
}

impl std::fmt::Debug for Tagger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tagger")
    }
}

/// A tag in the making.
#[derive(Clone)]
pub struct TagHasher(Box<blake3::Hasher>);

impl TagHasher {
    /// Takes the next piece of the tile's stored bytes.
    pub fn update(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    /// Ends the bytes and binds them to their place.
    pub fn finish(mut self, at: TileAt) -> Tag {
        self.0.update(&place(at));
        first_of(self.0.finalize())
    }
}

fn place(at: TileAt) -> [u8; PLACE_BYTES] {
    let mut place = [0; PLACE_BYTES];
    place[0..2].copy_from_slice(&at.image.to_le_bytes());
    place[2..4].copy_from_slice(&at.level.to_le_bytes());
    place[4..8].copy_from_slice(&at.column.to_le_bytes());
    place[8..12].copy_from_slice(&at.row.to_le_bytes());
    place
}

fn first_of(hash: blake3::Hash) -> Tag {
    let (first, _) = hash.as_bytes().split_at(8);
    Tag(first.try_into().expect("a hash has 32 bytes"))
}
