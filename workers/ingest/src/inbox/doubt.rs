//! Is a slide complete? The reasons to wait, and the words when waiting has lasted too long.
//!
//! ```text
//!   no bytes ─▶ still changing ─▶ not all on the disk ─▶ no marker ─▶ (structure) ends early ─▶ complete
//! ```
//!
//! One signal is never enough: Windows sets the final size first, so a file of final size may be
//! empty; its structure may close while its last tiles are still zeros.

use pathology::case::TrayCode;

use super::listing::{Entry, Inside};
use crate::ScannerSettings;
use crate::files::Unfit;

/// Why a delivery is not taken yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It changed a short while ago.
    Changing,
    /// It has no bytes.
    Empty,
    /// The disk holds fewer bytes than its size says.
    NotWritten,
    /// The file that says it is complete is not there.
    NoMarker,
    /// Its structure speaks of bytes that are not there.
    EndsEarly,
    /// Its bytes cannot be read.
    Unreadable,
    /// A file of it has the name of an unfinished one.
    Unfinished,
    /// A folder that is not one slide.
    Folder(Unfit),
}

/// What is known when a delivery is judged.
pub(super) struct Known<'a> {
    pub(super) entry: &'a Entry,
    /// Microseconds since its size or time changed, by the database's clock.
    pub(super) quiet_us: i64,
    /// Microseconds for which looks have found the same, disk blocks included.
    pub(super) steady_us: i64,
    /// Whether it got its final name from a temporary one.
    pub(super) is_renamed: bool,
    /// Whether it is already before a person, which takes longer than any quiet time.
    pub(super) is_stuck: bool,
    /// Whether its marker is there, or none is needed.
    pub(super) is_marked: bool,
}

impl Known<'_> {
    /// Microseconds without growth. Blocks that still come are growth, though size and time stand.
    pub(super) fn unchanged_us(&self) -> i64 {
        if self.entry.allocated_bytes < self.entry.version.size_bytes {
            self.quiet_us.min(self.steady_us)
        } else {
            self.quiet_us
        }
    }
}

/// What speaks against taking a delivery, apart from its structure.
pub(super) fn doubt(known: &Known<'_>, settings: &ScannerSettings) -> Option<Doubt> {
    let entry = known.entry;
    let size = entry.version.size_bytes;
    let is_quiet = known.is_stuck || known.unchanged_us() >= settings.profile.quiet_us();
    let needed = size / 100 * u64::from(settings.profile.allocated_percent);
    let nothing_there = settings.profile.allocated_percent > 0 && entry.allocated_bytes == 0;
    match () {
        () if entry.inside != Inside::Sound => Some(match entry.inside {
            Inside::Unfit(unfit) if is_quiet => Doubt::Folder(unfit),
            Inside::Unfinished if is_quiet => Doubt::Unfinished,
            Inside::Unreadable if is_quiet => Doubt::Unreadable,
            _ => Doubt::Changing,
        }),
        () if size == 0 => Some(Doubt::Empty),
        () if !known.is_renamed && !is_quiet => Some(Doubt::Changing),
        () if nothing_there || entry.allocated_bytes < needed => Some(Doubt::NotWritten),
        () if !known.is_marked => Some(Doubt::NoMarker),
        () => None,
    }
}

impl Doubt {
    /// How long it may last, in microseconds, before a person is asked.
    pub(super) fn patience_us(self, settings: &ScannerSettings) -> i64 {
        match self {
            Self::Folder(unfit) if unfit != Unfit::NoFolder => settings.profile.quiet_us(),
            _ => settings.profile.stuck_us(),
        }
    }

    pub(super) const fn code(self) -> TrayCode {
        match self {
            Self::NoMarker | Self::Unfinished | Self::Folder(Unfit::NoFolder) => {
                TrayCode::MembersMissing
            }
            Self::Folder(_) => TrayCode::Unsupported,
            Self::Changing
            | Self::Empty
            | Self::NotWritten
            | Self::EndsEarly
            | Self::Unreadable => TrayCode::Truncated,
        }
    }

    /// What happened and what to do; nothing of the file but its size.
    pub(super) fn words(self, entry: &Entry, settings: &ScannerSettings) -> String {
        let size = bytes(entry.version.size_bytes);
        let minutes = settings.profile.stuck_minutes;
        match self {
            Self::Changing => format!(
                "The file of {size} has kept changing for {minutes} minutes. Look at the scanner and its network."
            ),
            Self::Empty => format!(
                "The file has had no bytes for {minutes} minutes. Send it again from the scanner."
            ),
            Self::NotWritten => format!(
                "{} of {size} came, then nothing for {minutes} minutes. Look whether the scanner still copies, or send it again.",
                bytes(entry.allocated_bytes.min(entry.version.size_bytes))
            ),
            Self::NoMarker => format!(
                "{size} came, but for {minutes} minutes no {} file said that the slide is complete. Look at the scanner, or send it again.",
                settings.profile.marker.as_deref().unwrap_or("marker")
            ),
            Self::EndsEarly => format!(
                "{size} came, then nothing for {minutes} minutes, and the file speaks of more. Send it again, or scan the slide again."
            ),
            Self::Unreadable => format!(
                "{size} came, but for {minutes} minutes the file could not be read. Look at its permissions and at the disk of the folder."
            ),
            Self::Unfinished => format!(
                "A folder came, then nothing for {minutes} minutes, and a file in it still has the name of an unfinished one. Look at the scanner, or send the folder again."
            ),
            Self::Folder(unfit) => format!(
                "The files that came are not one slide: {unfit}. Nothing of them was taken."
            ),
        }
    }
}

/// A size as people say it.
fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{} kB", size / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", size / 1_000_000),
        _ => format!("{:.1} GB", size as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Version;

    const MB: u64 = 1_000_000;

    fn entry(size_bytes: u64, allocated_bytes: u64) -> Entry {
        let version = Version {
            device: 1,
            inode: 1,
            size_bytes,
            modified_us: 0,
        };
        Entry {
            name: "S26-1.svs".into(),
            path: "/slides/S26-1.svs".into(),
            version,
            allocated_bytes,
            is_folder: false,
            inside: Inside::Sound,
        }
    }

    fn settings() -> ScannerSettings {
        let id = "0198c0de-0000-7000-8000-000000000001".parse().unwrap();
        ScannerSettings::of(id, "GT 1", "/slides")
    }

    fn quiet(entry: &Entry) -> Known<'_> {
        Known {
            entry,
            quiet_us: settings().profile.quiet_us(),
            steady_us: settings().profile.quiet_us(),
            is_renamed: false,
            is_stuck: false,
            is_marked: true,
        }
    }

    #[test]
    fn the_final_size_alone_proves_nothing() {
        for (allocated, expected) in [
            (0, Some(Doubt::NotWritten)),
            (512, Some(Doubt::NotWritten)),
            (7 * MB, Some(Doubt::NotWritten)),
            (8 * MB * 95 / 100, None),
            (9 * MB, None),
        ] {
            let entry = entry(8 * MB, allocated);
            assert_eq!(doubt(&quiet(&entry), &settings()), expected, "{allocated}");
        }
    }

    #[test]
    fn blocks_that_still_come_are_growth() {
        let entry = entry(8 * MB, 8 * MB - 4096);
        let known = Known {
            steady_us: 0,
            ..quiet(&entry)
        };
        assert_eq!(doubt(&known, &settings()), Some(Doubt::Changing));
        assert_eq!(doubt(&quiet(&entry), &settings()), None);
    }

    #[test]
    fn a_rename_skips_the_quiet_time_and_nothing_else() {
        for (size, allocated, is_marked, expected) in [
            (MB, MB, true, None),
            (MB, 0, true, Some(Doubt::NotWritten)),
            (0, 0, true, Some(Doubt::Empty)),
            (MB, MB, false, Some(Doubt::NoMarker)),
        ] {
            let entry = entry(size, allocated);
            let known = Known {
                quiet_us: 0,
                is_renamed: true,
                is_marked,
                ..quiet(&entry)
            };
            assert_eq!(doubt(&known, &settings()), expected);
        }
    }

    #[test]
    fn a_file_system_that_does_not_tell_is_believed_when_told_so() {
        let mut settings = settings();
        settings.profile.allocated_percent = 0;
        assert_eq!(doubt(&quiet(&entry(MB, 0)), &settings), None);
    }

    #[test]
    fn every_doubt_has_words_with_a_remedy_and_no_name() {
        for doubt in [
            Doubt::Changing,
            Doubt::Empty,
            Doubt::NotWritten,
            Doubt::NoMarker,
            Doubt::EndsEarly,
            Doubt::Unreadable,
            Doubt::Unfinished,
            Doubt::Folder(Unfit::Link),
            Doubt::Folder(Unfit::NoFolder),
        ] {
            let words = doubt.words(&entry(412 * MB, 3 * MB), &settings());
            assert!(words.ends_with('.') && words.len() > 60, "{words}");
            assert!(!words.contains("S26"), "{words}");
        }
    }
}
