//! Files made to harm, delivered like slides: each ends in a refusal or in quarantine, with a reason.
//!
//! The files are the corpus's (`SLIDEWAY_CORPUS`); `workers/sandbox/tests/hostile.rs` asks everything of each
//! that can be asked, and of mutations of sound slides.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pathology::formats::synthetic::{Recipe, Stain, write_svs};

/// Of the server, whatever it is sent.
const GROWTH_BYTES: u64 = 64 << 20;

/// A question to a decoder may take ten seconds, and a slide has three attempts.
const SETTINGS: &str = "[sandbox]\nwall_seconds = 10\ncpu_seconds = 10\n";

#[test]
fn every_hostile_file_ends_with_a_reason_and_the_server_goes_on() {
    let Some(corpus) = std::env::var_os("SLIDEWAY_CORPUS").map(PathBuf::from) else {
        return;
    };
    let mut files = Vec::new();
    collect(&corpus.join("hostile"), &mut files);
    assert!(files.len() > 300, "only {} hostile files", files.len());
    let quiet = Delivered::of(&[]);
    let hostile = Delivered::of(&files);
    for file in &files {
        let line = hostile.line(file);
        let reason = line.split_once(&*file.to_string_lossy());
        let reason = reason.map_or("", |(_, reason)| reason.trim_matches([':', ' ']));
        assert!(!reason.is_empty(), "{}: no reason", file.display());
    }
    // The sound slide was delivered last: the server had not suffered.
    assert!(quiet.published && hostile.published);
    let grown = hostile.memory.saturating_sub(quiet.memory);
    assert!(grown <= GROWTH_BYTES, "the server grew by {grown} bytes");
}

/// What came of a delivery: some files and a sound slide after them.
struct Delivered {
    said: String,
    published: bool,
    /// The most memory the server had, in bytes.
    memory: u64,
}

impl Delivered {
    fn of(files: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("slideway.toml");
        std::fs::write(&settings, SETTINGS).expect("a file");
        let sound = folder.path().join("sound.svs");
        write_sound(&sound);
        let said = folder.path().join("said");
        let mut server = Command::new(env!("CARGO_BIN_EXE_slideway"))
            .args(["ingest", "--wait", "--config"])
            .arg(&settings)
            .args(files)
            .arg(&sound)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&said).expect("a file"))
            .spawn()
            .expect("the binary runs");
        let mut memory = 0;
        while server.try_wait().expect("it is ours").is_none() {
            memory = memory.max(most_memory(server.id()));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let said = std::fs::read_to_string(&said).expect("text");
        let published = said
            .lines()
            .any(|line| line.contains("sound.svs") && line.contains("published"));
        Self {
            said,
            published,
            memory,
        }
    }

    fn line(&self, file: &Path) -> &str {
        let name = file.to_string_lossy();
        let line = self.said.lines().find(|line| line.contains(&*name));
        line.unwrap_or_else(|| panic!("nothing was said of {name}"))
    }
}

fn write_sound(path: &Path) {
    let recipe = Recipe {
        width: 1200,
        height: 900,
        seed: 21,
        barcode: None,
        label_lines: Vec::new(),
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    write_svs(&recipe, &mut bytes).expect("a slide");
    std::fs::write(path, bytes.into_inner()).expect("a file");
}

/// The high-water mark of a process's memory; 0 once it has ended.
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_none_or(|ending| ending != "tsv") {
            files.push(path);
        }
    }
}
