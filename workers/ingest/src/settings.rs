//! Which folders are watched, and when a file in one counts as complete.

use std::path::PathBuf;

use pathology::ids::ScannerId;
use serde::{Deserialize, Serialize};

/// Settings of the scanner doors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The scanners that deliver into folders. Default none.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerSettings {
    /// Its id in the catalogue.
    pub id: ScannerId,
    /// Its name, for people.
    pub name: String,
    /// The folder it writes into: one file is one slide. It is only ever read.
    pub folder: PathBuf,
    /// Seconds of the database's clock for which size and time must not change. Default 30.
    #[serde(default = "defaults::quiet_seconds")]
    pub quiet_seconds: u32,
    /// Minutes without growth after which an incomplete file is put before a person. Default 30.
    #[serde(default = "defaults::stuck_minutes")]
    pub stuck_minutes: u32,
    /// Percent of a file's size that its disk blocks must hold, because some writers set the final
    /// size first; 0 for file systems that compress or do not tell. Default 95.
    #[serde(default = "defaults::allocated_percent")]
    pub allocated_percent: u8,
    /// The ending of a file that says its slide is complete, such as `.done`: `slide.svs.done` or
    /// `slide.done`. Default none: no such file is needed.
    #[serde(default)]
    pub marker: Option<String>,
    /// Whether file names carry container numbers. Default false.
    #[serde(default)]
    pub names_carry_codes: bool,
    /// Names that are no slides; `*` stands for any characters, case does not count. Default
    /// `*.txt`, `*.xml`, `*.log`, `*.db`, `desktop.ini`, `Thumbs.db`.
    #[serde(default = "defaults::ignore")]
    pub ignore: Vec<String>,
    /// Whether a rename from a temporary name inside the folder ends the quiet time. Default true.
    #[serde(default = "defaults::renamed_counts")]
    pub renamed_counts: bool,
}

mod defaults {
    pub(super) const fn quiet_seconds() -> u32 {
        30
    }
    pub(super) const fn stuck_minutes() -> u32 {
        30
    }
    pub(super) const fn allocated_percent() -> u8 {
        95
    }
    pub(super) fn ignore() -> Vec<String> {
        let names = [
            "*.txt",
            "*.xml",
            "*.log",
            "*.db",
            "desktop.ini",
            "Thumbs.db",
        ];
        names.map(Into::into).into()
    }
    pub(super) const fn renamed_counts() -> bool {
        true
    }
}

impl ScannerSettings {
    /// The defaults for this scanner and folder.
    pub fn of(id: ScannerId, name: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self {
            id,
            name: name.into(),
            folder: folder.into(),
            quiet_seconds: defaults::quiet_seconds(),
            stuck_minutes: defaults::stuck_minutes(),
            allocated_percent: defaults::allocated_percent(),
            marker: None,
            names_carry_codes: false,
            ignore: defaults::ignore(),
            renamed_counts: defaults::renamed_counts(),
        }
    }

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
    fn a_scanner_needs_its_id_name_and_folder_and_nothing_else() {
        let id = "0198c0de-0000-7000-8000-000000000001";
        let read: Settings = serde_json::from_str(&format!(
            r#"{{"scanners": [{{"id": "{id}", "name": "GT 1", "folder": "/slides"}}]}}"#
        ))
        .unwrap();
        let expected = ScannerSettings::of(id.parse().unwrap(), "GT 1", "/slides");
        assert_eq!(read.scanners, [expected]);
        assert_eq!((read.rescan_seconds, read.parallel), (60, 2));
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
