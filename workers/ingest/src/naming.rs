//! What a name in a scanner's folder says: a slide, something unfinished, or nothing for us.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::ScannerSettings;

/// Endings of names that writers give until a file is complete.
const TEMPORARY: [&str; 5] = [".part", ".tmp", ".partial", ".crdownload", "~"];

/// Names that file managers leave behind.
const RUBBISH: [&str; 4] = ["thumbs.db", "desktop.ini", ".ds_store", ".directory"];

/// Whether a name is one that a file has only until it is complete.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    let name = shown(name).to_ascii_lowercase();
    name.starts_with('.') || TEMPORARY.iter().any(|ending| name.ends_with(ending))
}

/// Whether systems leave a file of this name in any folder; it is nobody's.
pub(crate) fn is_rubbish(name: &OsStr) -> bool {
    let name = shown(name).to_ascii_lowercase();
    name.starts_with("._") || RUBBISH.contains(&name.as_str())
}

/// Whether a name may be that of a slide.
pub(crate) fn is_slide(name: &OsStr, settings: &ScannerSettings) -> bool {
    let shown = shown(name).to_lowercase();
    let marks = settings
        .profile
        .marker
        .as_ref()
        .is_some_and(|marker| shown.ends_with(&marker.to_lowercase()));
    let ignored = settings
        .profile
        .ignore
        .iter()
        .any(|pattern| matches(&pattern.to_lowercase(), &shown));
    !is_temporary(name) && !marks && !ignored
}

/// A name as text: bytes that are not UTF-8 are escaped, so that two names never become one.
pub(crate) fn shown(name: &OsStr) -> String {
    name.to_str().map_or_else(
        || name.as_bytes().escape_ascii().to_string(),
        ToOwned::to_owned,
    )
}

/// Whether `name` has the form of `pattern`, in which `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(start) else {
        return false;
    };
    let mut parts = rest.split('*').collect::<Vec<_>>();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = name.find(part) else {
            return false;
        };
        name = &name[at + part.len()..];
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_names_are_known_by_their_end_or_dot() {
        for name in [
            "S26-1.svs.part",
            "S26-1.TMP",
            "S26-1.svs.partial",
            "S26-1.svs~",
            "S26-1.svs.crdownload",
            ".S26-1.svs",
        ] {
            assert!(is_temporary(OsStr::new(name)), "{name}");
        }
        for name in ["S26-1.svs", "part.svs", "S26-1.tmp.svs", "tmp"] {
            assert!(!is_temporary(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn ignored_names_and_markers_are_no_slides() {
        let id = "0198c0de-0000-7000-8000-000000000001".parse().unwrap();
        let mut settings = ScannerSettings::of(id, "GT 1", "/slides");
        settings.profile.marker = Some(".done".into());
        settings.profile.ignore.push("test*slide?.*".into());
        let slide = |name: &str| is_slide(OsStr::new(name), &settings);
        assert!(!slide("run.LOG") && !slide("thumbs.db") && !slide("S26-1.svs.Done"));
        assert!(!slide("test 3 slide?.svs") && slide("test 3 slide4.svs"));
        assert!(slide("S26-1.svs") && slide("txt") && slide("a.txt.svs"));
    }

    #[test]
    fn a_pattern_does_not_use_a_character_twice() {
        assert!(matches("a*a", "aa") && matches("*", "") && matches("a**b", "a-b"));
        assert!(!matches("a*a", "a") && !matches("ab*ba", "aba") && !matches("a*b*c", "acb"));
    }

    #[test]
    fn two_names_never_become_one() {
        let (a, b) = (
            OsStr::from_bytes(b"\xff.svs"),
            OsStr::from_bytes(b"\xfe.svs"),
        );
        assert_ne!(shown(a), shown(b));
    }
}
