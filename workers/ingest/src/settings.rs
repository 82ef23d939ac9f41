//! Which folders are watched, and when a file in one counts as complete.

use std::path::PathBuf;

use pathology::ids::ScannerId;
use serde::{Deserialize, Serialize};

/// Settings of the scanner doors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The scanners that deliver into folders, as the laboratory names them.
    #[serde(skip)]
    pub scanners: Vec<ScannerSettings>,
    /// Seconds between full looks at each folder; this alone suffices, inotify only hastens it.
    /// Default 60.
    pub rescan_seconds: u32,
    /// Most slides checked and copied at once, over all folders. Default 2.
    pub parallel: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scanners: Vec::new(),
            rescan_seconds: 60,
            parallel: 2,
        }
    }
}

/// A scanner that delivers into a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScannerSettings {
    /// Its id in the catalogue.
    pub id: ScannerId,
    /// Its name, for people.
    pub name: String,
    /// The folder it writes into: a file, or a folder in it, is one slide. It is only ever read.
    pub folder: PathBuf,
    /// When a file in it counts as complete.
    pub profile: Profile,
}

impl ScannerSettings {
    /// This scanner and folder with the default profile.
    pub fn of(id: ScannerId, name: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self {
            id,
            name: name.into(),
            folder: folder.into(),
            profile: Profile::default(),
        }
    }
}

/// How a scanner delivers: when a file counts as complete, and what its name says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// Seconds of the database's clock for which size and time must not change. Default 30.
    pub quiet_seconds: u32,
    /// Minutes without growth after which an incomplete file is put before a person. Default 30.
    pub stuck_minutes: u32,
    /// Percent of a file's size that its disk blocks must hold, because some writers set the final
    /// size first; 0 for file systems that compress or do not tell. Default 95.
    pub allocated_percent: u8,
    /// The ending of a file that says its slide is complete, such as `.done`: `slide.svs.done` or
    /// `slide.done`. Default none: no such file is needed.
    pub marker: Option<String>,
    /// Whether file names carry container numbers. Default false.
    pub names_carry_codes: bool,
    /// Names that are no slides; `*` stands for any characters, case does not count. Default
    /// `*.txt`, `*.xml`, `*.log`, `*.db`, `desktop.ini`, `Thumbs.db`.
    pub ignore: Vec<String>,
    /// Whether a rename from a temporary name inside the folder ends the quiet time. Default true.
    pub renamed_counts: bool,
}

impl Default for Profile {
    fn default() -> Self {
        let ignore = [
            "*.txt",
            "*.xml",
            "*.log",
            "*.db",
            "desktop.ini",
            "Thumbs.db",
        ];
        Self {
            quiet_seconds: 30,
            stuck_minutes: 30,
            allocated_percent: 95,
            marker: None,
            names_carry_codes: false,
            ignore: ignore.map(Into::into).into(),
            renamed_counts: true,
        }
    }
}

impl Profile {
    pub(crate) fn quiet_us(&self) -> i64 {
        i64::from(self.quiet_seconds) * 1_000_000
    }

    pub(crate) fn stuck_us(&self) -> i64 {
        i64::from(self.stuck_minutes) * 60_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_names_only_what_differs() {
        let read: Profile = serde_json::from_str(r#"{"marker": ".done"}"#).unwrap();
        let expected = Profile {
            marker: Some(".done".into()),
            ..Profile::default()
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let refused = serde_json::from_str::<Settings>(r#"{"rescan_minutes": 1}"#);
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains("unknown field `rescan_minutes`"),
            "{refused}"
        );
    }
}
