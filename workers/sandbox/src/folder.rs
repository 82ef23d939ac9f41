//! The members of one scan, laid out under their own names for a reader that opens files by name.
//!
//! A private folder (only this user enters it) holds a symbolic link to each stored file, or a copy of bytes
//! that lie in a store elsewhere. It is gone with the child. The names are the scanner's: they are patient data,
//! stay inside this folder, and may not lead out of it.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use pathology::phi::Phi;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use crate::protocol::{PIECE_BYTES, Through};
use crate::source::{Member, MemberAccess, Source};
use crate::{Error, Refusal};

/// Folders within folders at most.
const DEPTH: usize = 8;

/// A folder with the members of a scan.
#[derive(Debug)]
pub(crate) struct Folder {
    held: TempDir,
    /// Where each member is in it, in the order of the members.
    names: Vec<String>,
    /// Where the bytes of each member really lie.
    files: Vec<PathBuf>,
}

impl Folder {
    pub(crate) async fn lay_out(members: &[Member]) -> Result<Self, Error> {
        let given: Vec<&str> = members
            .iter()
            .map(|member| member.name.expose().as_str())
            .collect();
        let names = beside_their_index(&given);
        if !names.iter().all(|name| stays_inside(name)) || doubled(&names) {
            return Err(Error::Refused {
                kind: Refusal::Damaged,
                reason: "the files of the slide have names that cannot stand in one folder: send them as the scanner wrote them".to_owned(),
            });
        }
        let held = tempfile::Builder::new().prefix("slideway-").tempdir();
        let held = held.map_err(Error::Source)?;
        let mut files = Vec::with_capacity(names.len());
        for (name, member) in names.iter().zip(members) {
            let at = held.path().join(name);
            files.push(put(&at, &member.access).await.map_err(Error::Source)?);
        }
        Ok(Self { held, names, files })
    }

    /// What the child is told of it.
    pub(crate) fn through(&self, library: &Path) -> Through {
        let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
        Through {
            library: bytes(library),
            folder: bytes(self.held.path()),
            names: self.names.iter().cloned().map(Phi::new).collect(),
            files: self
                .files
                .iter()
                .map(|file| Phi::new(bytes(file)))
                .collect(),
        }
    }

    #[cfg(test)]
    fn path(&self) -> &Path {
        self.held.path()
    }
}

/// Puts one member at its place; where its bytes lie.
async fn put(at: &Path, access: &MemberAccess) -> std::io::Result<PathBuf> {
    if let Some(above) = at.parent() {
        tokio::fs::create_dir_all(above).await?;
    }
    match access {
        MemberAccess::Path(path) => {
            let path = tokio::fs::canonicalize(path).await?;
            tokio::fs::symlink(&path, at).await?;
            Ok(path)
        }
        MemberAccess::Brokered { size, source } => {
            copy(at, *size, source.as_ref()).await?;
            Ok(at.to_owned())
        }
    }
}

async fn copy(at: &Path, size: u64, source: &dyn Source) -> std::io::Result<()> {
    let mut file = tokio::fs::File::create_new(at).await?;
    let mut offset = 0;
    while offset < size {
        let length = (size - offset).min(PIECE_BYTES as u64) as u32;
        file.write_all(&source.read(offset, length).await?).await?;
        offset += u64::from(length);
    }
    file.flush().await
}

/// A MIRAX slide is a file and a folder of its name beside it. Where the folder was lost on the way, the files
/// that belong in it lie beside the first: they are put back.
fn beside_their_index(names: &[&str]) -> Vec<String> {
    let owned = || names.iter().map(|name| (*name).to_owned()).collect();
    let flat = names.iter().all(|name| !name.contains('/'));
    let mut indexes = names.iter().filter_map(|name| stem_of_mirax(name));
    let (Some(stem), None) = (indexes.next(), indexes.next()) else {
        return owned();
    };
    if !flat || !names.contains(&"Slidedat.ini") {
        return owned();
    }
    let inside = |name: &&str| match stem_of_mirax(name) {
        Some(_) => (*name).to_owned(),
        None => format!("{stem}/{name}"),
    };
    names.iter().map(inside).collect()
}

fn stem_of_mirax(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    ending.eq_ignore_ascii_case("mrxs").then_some(stem)
}

fn stays_inside(name: &str) -> bool {
    let path = Path::new(name);
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    plain && !name.is_empty() && !name.contains('\0') && path.components().count() <= DEPTH
}

/// Two files at one place, or a file where another needs a folder.
fn doubled(names: &[String]) -> bool {
    let all: BTreeSet<&Path> = names.iter().map(Path::new).collect();
    let above = |name: &String| {
        let mut above = Path::new(name).ancestors().skip(1);
        above.any(|folder| all.contains(folder))
    };
    all.len() < names.len() || names.iter().any(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn member(name: &str) -> Member {
        let source = Arc::new(name.as_bytes().to_vec());
        Member {
            name: Phi::new(name.to_owned()),
            access: MemberAccess::Brokered {
                size: name.len() as u64,
                source,
            },
        }
    }

    #[tokio::test]
    async fn names_that_lead_elsewhere_are_refused() {
        let deep = "a/".repeat(9) + "b";
        for names in [
            vec!["../out"],
            vec!["/etc/hostname"],
            vec!["a", "a"],
            vec!["a", "a/b"],
            vec![""],
            vec!["a/../../b"],
            vec!["a\0b"],
            vec![deep.as_str()],
        ] {
            let members: Vec<Member> = names.iter().map(|name| member(name)).collect();
            let why = Folder::lay_out(&members).await.expect_err("leads out");
            assert!(matches!(why, Error::Refused { .. }), "{names:?}: {why}");
            assert!(!why.to_string().contains(names[0]) || names[0].len() < 3);
        }
    }

    #[tokio::test]
    async fn members_lie_under_their_names_and_are_gone_afterwards() {
        let members = [
            member("A.mrxs"),
            member("Slidedat.ini"),
            member("Data0000.dat"),
        ];
        let folder = Folder::lay_out(&members).await.unwrap();
        assert_eq!(folder.names, ["A.mrxs", "A/Slidedat.ini", "A/Data0000.dat"]);
        let path = folder.path().to_owned();
        assert_eq!(
            std::fs::read(path.join("A/Data0000.dat")).unwrap(),
            b"Data0000.dat"
        );
        drop(folder);
        assert!(!path.exists());
        let named = beside_their_index(&["A.mrxs", "A/Slidedat.ini"]);
        assert_eq!(named, ["A.mrxs", "A/Slidedat.ini"]);
    }
}
