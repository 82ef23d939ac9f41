//! The repository as a list of files, and the findings made in it.
//!
//! Only files that git tracks are looked at; where git does not answer (an exported archive, a
//! checkout of another owner) the tree is walked instead, without what builds leave behind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One file of the repository.
pub(super) struct File {
    /// Path from the root, with `/`.
    pub(super) path: String,
    /// Size in bytes.
    pub(super) size: u64,
    /// Its text, empty when it is not UTF-8.
    pub(super) text: String,
}

impl File {
    /// The name's last part after a dot, or nothing.
    pub(super) fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Lines with their numbers, the first being 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(n, line)| (n + 1, line))
    }
}

/// All files, read once for all tests.
pub(super) fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = root();
        let paths = tracked(&root).unwrap_or_else(|| walk(&root));
        assert!(!paths.is_empty(), "no file found below {}", root.display());
        paths.into_iter().filter_map(|p| read(&root, p)).collect()
    })
}

/// The files with this extension, without the built pages.
pub(super) fn with_extension(extension: &str) -> impl Iterator<Item = &'static File> {
    files()
        .iter()
        .filter(move |f| f.extension() == extension && !f.path.starts_with("web/dist/"))
}

/// The file at this path.
pub(super) fn file(path: &str) -> Option<&'static File> {
    files().iter().find(|f| f.path == path)
}

/// A file's bytes, for what is not text.
pub(super) fn bytes_of(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Whether the path names a file, or a folder with files in it.
pub(super) fn exists(path: &str) -> bool {
    let folder = format!("{}/", path.trim_end_matches('/'));
    path.is_empty()
        || files()
            .iter()
            .any(|f| f.path == path || f.path.starts_with(&folder))
}

/// The repository's root, from where this crate was built.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is wrong, collected so that one run shows all of it.
#[derive(Default)]
pub(super) struct Findings(Vec<String>);

impl Findings {
    /// Notes one finding; line 0 stands for the whole file.
    pub(super) fn add(&mut self, path: &str, line: usize, what: &str, remedy: &str) {
        self.0.push(format!("{path}:{line}: {what}; {remedy}"));
    }

    /// Fails the test when anything was noted.
    pub(super) fn assert_none(self) {
        let Self(found) = self;
        assert!(
            found.is_empty(),
            "{} findings:\n{}",
            found.len(),
            found.join("\n")
        );
    }
}

fn tracked(root: &Path) -> Option<Vec<String>> {
    let answer = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output()
        .ok()?;
    let list = String::from_utf8(answer.stdout).ok()?;
    let paths: Vec<String> = list
        .split('\0')
        .filter(|p| !p.is_empty())
        .map(String::from)
        .collect();
    (answer.status.success() && !paths.is_empty()).then_some(paths)
}

fn walk(root: &Path) -> Vec<String> {
    let left_behind = ["target", "node_modules", ".git", ".venv", "slideway-data"];
    let mut paths = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).into_iter().flatten() {
            let entry = entry.expect("a folder of the checkout can be listed");
            let path = folder.join(entry.file_name());
            if left_behind.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                paths.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    paths
}

/// `None` for a tracked file that was deleted and not yet committed.
fn read(root: &Path, path: String) -> Option<File> {
    let bytes = std::fs::read(root.join(&path)).ok()?;
    Some(File {
        path,
        size: bytes.len() as u64,
        text: String::from_utf8(bytes).unwrap_or_default(),
    })
}
