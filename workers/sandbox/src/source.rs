//! What the parent says of a scan's members: where their bytes are.

use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use pathology::phi::Phi;

/// One file of a scan.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name as delivered; formats of several files find their parts by it.
    pub name: Phi<String>,
    /// How the child gets at its bytes.
    pub access: MemberAccess,
}

/// How the child gets at the bytes of a member.
#[derive(Clone)]
pub enum MemberAccess {
    /// A file, which the child opens read-only before it restricts itself.
    Path(PathBuf),
    /// Bytes the parent fetches for the child: from a store elsewhere, or from memory.
    Brokered {
        /// Size in bytes.
        size: u64,
        /// Where they come from.
        source: Arc<dyn Source>,
    },
}

impl std::fmt::Debug for MemberAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // A path may carry the scanner's file name, and with it a patient's number.
            Self::Path(_) => f.write_str("Path([phi])"),
            Self::Brokered { size, .. } => write!(f, "Brokered({size} bytes)"),
        }
    }
}

/// A read under way.
pub type Reading<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<u8>>> + Send + 'a>>;

/// Where the parent fetches a brokered member's bytes.
pub trait Source: Send + Sync {
    /// Exactly `length` (at most 1 MiB) bytes from `offset`; both lie inside the member.
    fn read(&self, offset: u64, length: u32) -> Reading<'_>;
}

/// Bytes held in memory.
impl Source for Vec<u8> {
    fn read(&self, offset: u64, length: u32) -> Reading<'_> {
        let start = offset as usize;
        let piece = self.get(start..start.saturating_add(length as usize));
        let piece = piece.map(<[u8]>::to_vec);
        Box::pin(async move { piece.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()) })
    }
}
