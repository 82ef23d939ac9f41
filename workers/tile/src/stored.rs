//! How a decoder's child gets at the bytes of a stored scan.

use std::io;
use std::sync::Arc;

use archive::{Archive, Key};
use catalog::StoredScan;
use pathology::phi::Phi;
use sandbox::{Member, MemberAccess, Reading, Source};

/// The object of a member.
pub(crate) const fn original(stored: &StoredScan, n: u16) -> Key {
    Key::Original {
        scan: stored.scan,
        attempt: stored.attempt,
        n,
    }
}

/// The members as a child reads them: from the disk, or brokered from another store.
pub(crate) fn for_child(archive: &Archive, stored: &StoredScan) -> Vec<Member> {
    let members = stored.members.iter();
    members
        .map(|member| Member {
            name: member.name.clone(),
            access: access(archive, original(stored, member.n), member.size_bytes),
        })
        .collect()
}

/// An object of the tileset as a child reads it; its name is nobody's.
pub(crate) fn object_for_child(archive: &Archive, key: Key, size: u64) -> Member {
    Member {
        name: Phi::new(String::new()),
        access: access(archive, key, size),
    }
}

fn access(archive: &Archive, key: Key, size: u64) -> MemberAccess {
    match archive.local_path(key) {
        Some(path) => MemberAccess::Path(path),
        None => MemberAccess::Brokered {
            size,
            source: Arc::new(Brokered {
                archive: archive.clone(),
                key,
            }),
        },
    }
}

struct Brokered {
    archive: Archive,
    key: Key,
}

impl Source for Brokered {
    fn read(&self, offset: u64, length: u32) -> Reading<'_> {
        Box::pin(async move {
            let range = offset..offset + u64::from(length);
            let bytes = self.archive.read(self.key, range).await;
            bytes.map(|bytes| bytes.to_vec()).map_err(io::Error::other)
        })
    }
}
