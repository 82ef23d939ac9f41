//! What the text of the repository must say and must not say.
//!
//! Needles are put together when the test runs, so that this file does not find itself.

use super::repository::{Findings, files, with_extension};
use super::rust_text::code_of;

/// Extensions of files that people write code in.
const CODE: [&str; 12] = [
    "rs", "ts", "tsx", "js", "mjs", "css", "html", "sql", "py", "sh", "toml", "yml",
];

#[test]
fn every_rust_file_opens_with_its_doc() {
    let mut findings = Findings::default();
    for f in with_extension("rs") {
        let first = f.lines().find(|(_, line)| !line.trim().is_empty());
        if !first.is_some_and(|(_, line)| line.starts_with("//!")) {
            findings.add(
                &f.path,
                1,
                "has no module doc",
                "open it with `//!`: what it is in one sentence, then its invariants",
            );
        }
    }
    findings.assert_none();
}

#[test]
fn nothing_is_left_unfinished() {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["X", "XX"], ["HA", "CK"]].map(|m| m.concat());
    let mut findings = Findings::default();
    for f in files().iter().filter(|f| !f.path.starts_with("web/dist/")) {
        if !CODE.contains(&f.extension()) && f.path != "tests/run" {
            continue;
        }
        for (line, text) in f.lines() {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            if let Some(mark) = words.find(|w| marks.iter().any(|m| m == w)) {
                findings.add(
                    &f.path,
                    line,
                    mark,
                    "finish it, or write what is missing into docs/",
                );
            }
        }
    }
    findings.assert_none();
}

#[test]
fn no_rust_code_is_a_placeholder_or_switches_a_lint_or_a_test_off() {
    let banned = [
        ("todo!", "write it"),
        ("unimplemented!", "write it"),
        (
            "#[ignore",
            "make the test run, or gate it by SLIDEWAY_LONG inside",
        ),
        ("#[allow(", "use `#[expect(lint, reason = \"…\")]`"),
        ("#![allow(", "use `#[expect(lint, reason = \"…\")]`"),
    ];
    let mut findings = Findings::default();
    for f in with_extension("rs") {
        for (line, text) in code_of(&f.text).lines().enumerate() {
            for (word, remedy) in banned.iter().filter(|(word, _)| text.contains(word)) {
                findings.add(&f.path, line + 1, word, remedy);
            }
        }
    }
    findings.assert_none();
}

#[test]
fn no_page_test_is_skipped_or_alone() {
    let callers = ["test", "it", "describe", "suite"];
    let switches = ["skip", "only", "todo", "fixme", "fails"];
    let mut findings = Findings::default();
    for f in ["ts", "tsx", "js", "mjs"]
        .into_iter()
        .flat_map(with_extension)
    {
        for (line, text) in f.lines() {
            let words: Vec<&str> = text
                .split(|c: char| !c.is_alphanumeric() && c != '.')
                .collect();
            let switched = words.iter().find(|w| {
                w.split_once('.')
                    .is_some_and(|(c, s)| callers.contains(&c) && switches.contains(&s))
            });
            if let Some(word) = switched {
                findings.add(&f.path, line, word, "let every test run, or delete it");
            }
        }
    }
    findings.assert_none();
}

#[test]
fn nothing_belongs_to_one_machine() {
    let folders = ["home", "root", "work", "Users"].map(|name| format!("/{name}/"));
    let hosts = [
        ["registry.", "npmjs"],
        ["npm", "mirror"],
        ["pypi", ".org"],
        ["pythonhosted", ".org"],
        ["crates", ".io"],
        ["proxy.", "golang"],
    ]
    .map(|parts| parts.concat());
    let mut findings = Findings::default();
    for f in files()
        .iter()
        .filter(|f| !f.path.starts_with("web/dist/") && !f.path.ends_with("Cargo.lock"))
    {
        for (line, text) in f.lines() {
            for folder in folders.iter().filter(|folder| begins_a_path(text, folder)) {
                findings.add(
                    &f.path,
                    line,
                    &format!("`{folder}` is a folder of one machine"),
                    "use a path relative to the repository, or a setting",
                );
            }
            for host in hosts.iter().filter(|host| text.contains(*host)) {
                findings.add(
                    &f.path,
                    line,
                    &format!("`{host}` is a registry's host"),
                    "leave the choice of registry to the client's own settings",
                );
            }
        }
    }
    findings.assert_none();
}

/// Whether the folder stands at the start of a path, not inside a relative one.
fn begins_a_path(text: &str, folder: &str) -> bool {
    text.match_indices(folder)
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_-.)}*".contains(c)))
}

#[test]
fn locked_packages_come_from_the_registry_every_client_knows() {
    let known = format!(
        "registry+https://github.com/rust-lang/{}{}-index",
        "crates", ".io"
    );
    let mut findings = Findings::default();
    for f in files().iter().filter(|f| f.path == "Cargo.lock") {
        for (line, text) in f.lines().filter(|(_, text)| text.starts_with("source = ")) {
            if text != format!("source = \"{known}\"") {
                findings.add(&f.path, line, text, "depend on a released version");
            }
        }
    }
    findings.assert_none();
}
