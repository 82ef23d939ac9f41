//! Which files are one slide: a file, a folder of files, or a MIRAX file with its folder.
//!
//! ```text
//!   S26-1.svs                        the file
//!   S26-1/  1.dcm 2.dcm lower/3.dcm  every file in the folder, and in folders in it
//!   S26-1.mrxs  S26-1/ Data0.dat …   the file, and the folder beside it
//! ```
//!
//! Invariants: links are never followed; a name (`S26-1/Data0.dat`) is told and becomes no path of
//! ours; two files never have one name. Bounds: [`MOST_FILES`] files, folders [`DEEPEST`] deep.

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::fs::{Metadata, symlink_metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use pathology::phi::Phi;

use crate::Error;
use crate::naming::{is_rubbish, is_temporary, shown};

/// Files of one slide; what reads slides takes no more.
pub(crate) const MOST_FILES: usize = 4_096;
/// Folders in folders.
const DEEPEST: u32 = 4;
/// A disk's blocks are counted in units of this size, whatever the file system's are (POSIX stat).
const BLOCK_UNIT_BYTES: u64 = 512;

/// A file of a slide.
#[derive(Clone, PartialEq, Eq)]
pub struct SlideFile {
    /// Where it is now.
    pub path: PathBuf,
    /// Its name within the slide; bytes that are not UTF-8 are escaped.
    pub name: Phi<String>,
    pub(crate) version: Version,
    /// Bytes the disk holds for it.
    pub(crate) allocated_bytes: u64,
}

impl std::fmt::Debug for SlideFile {
    /// Paths may say whose slide it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SlideFile({:?})", self.version)
    }
}

/// What tells one state of a file, or of all files of a slide, from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size_bytes: u64,
    pub(crate) modified_us: i64,
}

/// Why a folder is not one slide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No file is in it.
    #[error("there is no file in the folder: send the files of the slide")]
    Empty,
    /// It holds a symbolic link, which could lead anywhere.
    #[error("there is a link in the folder: put the file itself there")]
    Link,
    /// It holds what is neither file nor folder.
    #[error("there is a pipe, socket or device in the folder: take it out")]
    Special,
    /// It holds more files than a slide has.
    #[error(
        "there are more than {MOST_FILES} files in the folder: send each slide in a folder of its own"
    )]
    Many,
    /// Its folders lie too deep in each other.
    #[error(
        "folders lie more than {DEEPEST} deep in each other: send each slide in a folder of its own"
    )]
    Deep,
    /// Two names would be one where case does not count.
    #[error("two names in the folder differ in upper and lower case only: rename one of the files")]
    Clash,
    /// The folder of a MIRAX file is not beside it.
    #[error("the folder that belongs to the file is not beside it: send both")]
    NoFolder,
}

impl Version {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size_bytes: metadata.size(),
            modified_us: metadata.mtime() * 1_000_000 + metadata.mtime_nsec() / 1000,
        }
    }

    /// Of all files together: sizes summed, the latest time; of one file, its own.
    pub(crate) fn of_all(files: &[SlideFile]) -> Self {
        let start = Self {
            device: files.first().map_or(0, |file| file.version.device),
            inode: 0,
            size_bytes: 0,
            modified_us: i64::MIN,
        };
        files.iter().fold(start, |all, file| Self {
            device: all.device,
            inode: all.inode.wrapping_add(file.version.inode),
            size_bytes: all.size_bytes.saturating_add(file.version.size_bytes),
            modified_us: all.modified_us.max(file.version.modified_us),
        })
    }
}

/// The files of the slide at `path`, by name; none is opened.
///
/// A folder that is not one slide is [`Error::NotOneSlide`]; one in which a file has the name of an
/// unfinished one is [`Error::StillGrowing`].
pub fn files_of(path: &Path) -> Result<Vec<SlideFile>, Error> {
    let metadata = std::fs::metadata(path).map_err(Error::Source)?;
    let name = shown(path.file_name().unwrap_or_default());
    let mut files = Vec::new();
    if metadata.is_dir() {
        gather(path, "", 0, &mut files)?;
    } else if !metadata.is_file() {
        return Err(Unfit::Special.into());
    } else {
        files.push(SlideFile::new(path.to_owned(), name, &metadata));
        if let Some(folder) = folder_of(path) {
            let within = format!("{}/", shown(folder.file_name().unwrap_or_default()));
            let beside = symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
            if !beside {
                return Err(Unfit::NoFolder.into());
            }
            gather(&folder, &within, 0, &mut files)?;
        }
    }
    files.sort_unstable_by(|a, b| a.name.expose().cmp(b.name.expose()));
    sound(&files).map_or(Ok(files), |unfit| Err(unfit.into()))
}

/// The folder that belongs to a MIRAX file: beside it, under its name without the ending.
pub(crate) fn folder_of(path: &Path) -> Option<PathBuf> {
    let is_mirax = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("mrxs"));
    is_mirax.then(|| path.with_extension(""))
}

/// Whether a folder belongs to a MIRAX file beside it, and is no slide of its own.
pub(crate) fn belongs_to_a_file(folder: &Path) -> bool {
    let beside = |ending: &str| {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        symlink_metadata(folder.with_file_name(name)).is_ok_and(|found| found.is_file())
    };
    beside(".mrxs") || beside(".MRXS")
}

impl SlideFile {
    /// Its bytes.
    pub const fn size_bytes(&self) -> u64 {
        self.version.size_bytes
    }

    fn new(path: PathBuf, name: String, metadata: &Metadata) -> Self {
        Self {
            path,
            name: Phi::new(name),
            version: Version::of(metadata),
            allocated_bytes: metadata.blocks() * BLOCK_UNIT_BYTES,
        }
    }
}

impl From<Unfit> for Error {
    fn from(unfit: Unfit) -> Self {
        Self::NotOneSlide(unfit)
    }
}

fn gather(
    folder: &Path,
    within: &str,
    depth: u32,
    files: &mut Vec<SlideFile>,
) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(Unfit::Deep.into());
    }
    for entry in std::fs::read_dir(folder).map_err(Error::Source)? {
        let entry = entry.map_err(Error::Source)?;
        let name = entry.file_name();
        if is_rubbish(&name) {
            continue;
        }
        // Of a link itself, not of what it points to.
        let metadata = match entry.metadata() {
            Err(gone) if gone.kind() == ErrorKind::NotFound => return Err(Error::StillGrowing),
            found => found.map_err(Error::Source)?,
        };
        take(&entry.path(), &name, &metadata, within, depth, files)?;
    }
    Ok(())
}

fn take(
    path: &Path,
    name: &OsStr,
    metadata: &Metadata,
    within: &str,
    depth: u32,
    files: &mut Vec<SlideFile>,
) -> Result<(), Error> {
    let full = format!("{within}{}", shown(name));
    if metadata.is_symlink() {
        Err(Unfit::Link.into())
    } else if metadata.is_dir() {
        gather(path, &format!("{full}/"), depth + 1, files)
    } else if !metadata.is_file() {
        Err(Unfit::Special.into())
    } else if is_temporary(name) {
        Err(Error::StillGrowing)
    } else if files.len() == MOST_FILES {
        Err(Unfit::Many.into())
    } else {
        files.push(SlideFile::new(path.to_owned(), full, metadata));
        Ok(())
    }
}

/// What is wrong with the names together.
fn sound(files: &[SlideFile]) -> Option<Unfit> {
    let mut folded: Vec<_> = files
        .iter()
        .map(|file| file.name.expose().to_lowercase())
        .collect();
    folded.sort_unstable();
    let clash = folded.windows(2).any(|two| two[0] == two[1]);
    match files {
        [] => Some(Unfit::Empty),
        _ if clash => Some(Unfit::Clash),
        _ => None,
    }
}
