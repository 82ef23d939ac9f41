//! Names that say something, and files and functions that stay small.

use super::repository::{Findings, file, files, with_extension};
use super::rust_text::{code_of, functions_of};

/// Names of catch-alls: what stands in them belongs to a word of docs/GLOSSARY.md.
const BANNED_NAMES: [&str; 12] = [
    "util", "utils", "common", "helper", "helpers", "manager", "misc", "type", "types", "model",
    "models", "shared",
];

/// Lines a source file may have, tests included.
const FILE_LINES: usize = 400;

/// Lines of code a function's body may have.
const FUNCTION_LINES: usize = 60;

/// Bytes a file may have outside `web/dist` and `tests/golden`.
const FILE_BYTES: u64 = 200_000;

#[test]
fn no_file_or_folder_is_a_catch_all() {
    let mut findings = Findings::default();
    for f in files().iter().filter(|f| !f.path.starts_with("web/dist/")) {
        let stems = f
            .path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or(part));
        for stem in stems.filter(|stem| BANNED_NAMES.contains(stem)) {
            findings.add(
                &f.path,
                0,
                &format!("`{stem}` says nothing about what is in it"),
                "name it after its word in docs/GLOSSARY.md",
            );
        }
    }
    findings.assert_none();
}

#[test]
fn source_files_are_at_most_400_lines_long() {
    let mut findings = Findings::default();
    for f in ["rs", "ts", "tsx", "sql", "css"]
        .into_iter()
        .flat_map(with_extension)
    {
        let lines = f.lines().count();
        if lines > FILE_LINES {
            findings.add(
                &f.path,
                lines,
                &format!("{lines} lines, at most {FILE_LINES}"),
                "split it by what it does; long unit tests go to <module>/tests.rs",
            );
        }
    }
    findings.assert_none();
}

#[test]
fn functions_are_at_most_60_lines_long() {
    let mut findings = Findings::default();
    for f in with_extension("rs") {
        let functions = functions_of(&code_of(&f.text));
        for long in functions.iter().filter(|f| f.code_lines > FUNCTION_LINES) {
            findings.add(
                &f.path,
                long.line,
                &format!(
                    "`{}` has {} lines of code, at most {FUNCTION_LINES}",
                    long.name, long.code_lines
                ),
                "give its steps names of their own",
            );
        }
    }
    findings.assert_none();
}

#[test]
fn no_file_is_large() {
    let mut findings = Findings::default();
    let may_be_large = ["web/dist/", "tests/golden/"];
    for f in files().iter().filter(|f| f.size > FILE_BYTES) {
        if !may_be_large.iter().any(|folder| f.path.starts_with(folder)) {
            findings.add(
                &f.path,
                0,
                &format!("{} bytes, at most {FILE_BYTES}", f.size),
                "make it at test time from a seed, or keep it outside the repository",
            );
        }
    }
    findings.assert_none();
}

#[test]
fn every_test_file_is_listed_in_main() {
    let main = file("tests/main.rs").expect("tests/main.rs lists the capabilities");
    let code = code_of(&main.text);
    let mut findings = Findings::default();
    for f in with_extension("rs").filter(|f| f.path.starts_with("tests/") && f.path != main.path) {
        let first = f.path["tests/".len()..]
            .split('/')
            .next()
            .unwrap_or_default();
        let module = first.trim_end_matches(".rs");
        if !code.contains(&format!("mod {module};")) {
            findings.add(
                &f.path,
                0,
                "is not built: tests/main.rs has no such module",
                &format!("add `mod {module};` with one comment on what it shows"),
            );
        }
    }
    findings.assert_none();
}
