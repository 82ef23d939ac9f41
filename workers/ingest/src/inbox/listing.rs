//! What is in a scanner's folder: names, sizes and times, a piece at a time.
//!
//! Names that cannot be slides cost no look at their file. Symbolic links, pipes and devices are
//! passed over. A folder is one entry, with the size of all files in it and the time of the latest;
//! so is a MIRAX file with its folder. Bound: two pieces of 256 entries, and the files of one slide.

use std::ffi::OsString;
use std::fs::DirEntry;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::files::{Unfit, Version, belongs_to_a_file, files_of};
use crate::naming::is_slide;
use crate::remembered::Mark;
use crate::{Error, ScannerSettings};

/// Entries of one piece.
const PIECE: usize = 256;
type Piece = io::Result<Vec<Entry>>;

/// A file, or a folder, that may be a slide.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) name: OsString,
    pub(super) path: PathBuf,
    pub(super) version: Version,
    /// Bytes the disk holds for it.
    pub(super) allocated_bytes: u64,
    pub(super) is_folder: bool,
    pub(super) inside: Inside,
}

/// What the files of a delivery are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// They can be one slide.
    Sound,
    /// One of them has the name of an unfinished file, or went away just now.
    Unfinished,
    /// They are not one slide.
    Unfit(Unfit),
    /// A folder could not be looked into.
    Unreadable,
}

impl Entry {
    /// Its name, size and time: while they stay, it is the same delivery.
    pub(super) fn mark(&self) -> Mark {
        self.digest(0)
    }

    /// The same, and what the disk holds of it: while this stays, nobody writes.
    pub(super) fn full_mark(&self) -> Mark {
        self.digest(self.allocated_bytes + 1)
    }

    fn digest(&self, allocated: u64) -> Mark {
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(&self.version.size_bytes.to_le_bytes())
            .update(&self.version.modified_us.to_le_bytes())
            .update(&allocated.to_le_bytes())
            .update(self.name.as_bytes());
        let mut mark = Mark::default();
        hasher.finalize_xof().fill(&mut mark);
        mark
    }
}

/// Lists the folder; the pieces end with the listing, or with an error.
pub(super) fn list(settings: &ScannerSettings) -> Receiver<Piece> {
    let (sender, pieces) = channel(1);
    let settings = settings.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = read(&settings, &sender) {
            // Nobody waits for it any more: the look was given up.
            drop(sender.blocking_send(Err(error)));
        }
    });
    pieces
}

fn read(settings: &ScannerSettings, sender: &Sender<Piece>) -> io::Result<()> {
    let mut piece = Vec::new();
    for entry in std::fs::read_dir(&settings.folder)? {
        let entry = entry?;
        if is_slide(&entry.file_name(), settings) {
            piece.extend(entry_of(&entry)?);
        }
        if piece.len() >= PIECE
            && sender
                .blocking_send(Ok(std::mem::take(&mut piece)))
                .is_err()
        {
            return Ok(());
        }
    }
    drop(sender.blocking_send(Ok(piece)));
    Ok(())
}

/// Nothing for what is neither file nor folder, belongs to another entry, or went away meanwhile.
fn entry_of(entry: &DirEntry) -> io::Result<Option<Entry>> {
    // Of the link itself, not of what it points to.
    let metadata = match entry.metadata() {
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    let (path, is_folder) = (entry.path(), metadata.is_dir());
    if !metadata.is_file() && !is_folder || is_folder && belongs_to_a_file(&path) {
        return Ok(None);
    }
    let (inside, version, allocated_bytes) = match files_of(&path) {
        Ok(files) => {
            let allocated = files.iter().map(|file| file.allocated_bytes).sum();
            (Inside::Sound, Version::of_all(&files), allocated)
        }
        Err(Error::Source(gone)) if gone.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => {
            // The size of a folder means nothing, and differs between file systems.
            let version = Version {
                size_bytes: 0,
                ..Version::of(&metadata)
            };
            (of_error(&why), version, 0)
        }
    };
    Ok(Some(Entry {
        name: entry.file_name(),
        path,
        version,
        allocated_bytes,
        is_folder,
        inside,
    }))
}

const fn of_error(why: &Error) -> Inside {
    match why {
        Error::NotOneSlide(unfit) => Inside::Unfit(*unfit),
        Error::StillGrowing => Inside::Unfinished,
        _ => Inside::Unreadable,
    }
}
