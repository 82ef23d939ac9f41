//! Who may know whom: between crates, and between the folders of `src/`.
//!
//! ```text
//!  src/      ids, phi, words ◀─ access ◀─ case ◀─ staff ◀─ routing ◀─ simulation
//!            ids, phi, words ◀─ access ◀─ pyramid ◀─ formats ◀─ tileset    paper and pixels never meet
//!            ids, phi, words ◀─ dicom ◀─ formats
//!  workers/  pathology ◀─ archive | catalog | sandbox ◀─ processes ◀─ slideway
//! ```

use super::repository::{File, Findings, file, files, with_extension};
use super::rust_text::{braced, code_of, without_tests};

/// What every module of the core may use.
const BASE: [&str; 3] = ["ids", "phi", "words"];

/// A module of the core, and what it may use beside [`BASE`] and itself.
const CORE: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("phi", &[]),
    ("words", &[]),
    ("access", &[]),
    ("case", &["access"]),
    ("staff", &["access", "case"]),
    ("routing", &["access", "case", "staff"]),
    ("simulation", &["access", "case", "staff", "routing"]),
    ("pyramid", &["access"]),
    ("formats", &["access", "pyramid", "dicom"]),
    ("tileset", &["access", "pyramid", "formats"]),
    ("hl7", &[]),
    ("dicom", &[]),
];

/// A crate, and the crates of this workspace it may use.
const CRATES: &[(&str, &[&str])] = &[
    ("pathology", &[]),
    ("archive", &["pathology"]),
    ("catalog", &["pathology"]),
    ("sandbox", &["pathology"]),
    ("ingest", &["pathology", "archive", "catalog", "sandbox"]),
    ("tile", &["pathology", "archive", "catalog", "sandbox"]),
    ("serve", &["pathology", "archive", "catalog", "sandbox"]),
    ("orders", &["pathology", "catalog"]),
    ("route", &["pathology", "catalog"]),
];

/// Crates that act on the world; the core may not have them.
const ACTING: [&str; 14] = [
    "tokio",
    "sqlx",
    "object_store",
    "axum",
    "tower",
    "hyper",
    "reqwest",
    "notify",
    "rustix",
    "libc",
    "tempfile",
    "rand",
    "getrandom",
    "libsqlite3-sys",
];

/// What the text of the core may not say: files, network, environment, clocks, randomness.
const ACTS: [&str; 12] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "now_v7",
    "new_v4",
    "async fn",
    "thread::sleep",
];

#[test]
fn crates_use_only_the_crates_below_them() {
    let mut findings = Findings::default();
    let names: Vec<&str> = CRATES
        .iter()
        .map(|(name, _)| *name)
        .chain(["slideway"])
        .collect();
    for manifest in files().iter().filter(|f| f.path.ends_with("Cargo.toml")) {
        let table = parsed(manifest);
        let name = table["package"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_string();
        if name == "slideway"
            || ["benches/", "fuzz/"]
                .iter()
                .any(|own| manifest.path.starts_with(own))
        {
            continue;
        }
        let Some((_, may_use)) = CRATES.iter().find(|(known, _)| *known == name) else {
            findings.add(
                &manifest.path,
                0,
                &format!("crate `{name}` has no row in tests/tidy/edges.rs"),
                "write a decision record and add its row",
            );
            continue;
        };
        for used in dependencies(&table).filter(|used| names.contains(&used.as_str())) {
            if !may_use.contains(&used.as_str()) {
                findings.add(&manifest.path, line_of(manifest, &used), &format!("`{name}` may not use `{used}`"), "what two crates need belongs to a keeper or to the core (docs/ARCHITECTURE.md)");
            }
        }
    }
    findings.assert_none();
}

#[test]
fn the_core_has_no_dependency_that_acts() {
    let mut findings = Findings::default();
    let manifest = file("Cargo.toml").expect("the workspace has a Cargo.toml");
    for used in dependencies(&parsed(manifest)).filter(|used| ACTING.contains(&used.as_str())) {
        findings.add(
            &manifest.path,
            line_of(manifest, &used),
            &format!("the core may not use `{used}`"),
            "move what acts to a crate of workers/ and pass its result in",
        );
    }
    findings.assert_none();
}

#[test]
fn the_core_touches_no_file_network_environment_clock_or_chance() {
    let mut findings = Findings::default();
    for source in with_extension("rs").filter(|f| f.path.starts_with("src/")) {
        let code = code_of(&source.text);
        for (line, text) in code.lines().enumerate() {
            for word in ACTS.iter().filter(|word| text.contains(**word)) {
                findings.add(
                    &source.path,
                    line + 1,
                    &format!("the core may not say `{word}`"),
                    "take bytes through ReadAt, and time and ids as arguments",
                );
            }
        }
        for (line, name) in named_after(&code, "std::") {
            if ["fs", "net", "env", "process"].contains(&name.as_str())
                && !code.contains(&format!("std::{name}"))
            {
                findings.add(
                    &source.path,
                    line,
                    &format!("the core may not use `std::{name}`"),
                    "take bytes through ReadAt, and time and ids as arguments",
                );
            }
        }
    }
    findings.assert_none();
}

#[test]
fn modules_of_the_core_use_only_the_modules_below_them() {
    let mut findings = Findings::default();
    for source in with_extension("rs").filter(|f| {
        f.path.starts_with("src/") && f.path != "src/lib.rs" && !f.path.ends_with("/tests.rs")
    }) {
        let own = source.path["src/".len()..]
            .trim_end_matches(".rs")
            .split('/')
            .next()
            .unwrap_or_default();
        let Some((_, may_use)) = CORE.iter().find(|(known, _)| *known == own) else {
            findings.add(
                &source.path,
                0,
                &format!("module `{own}` has no row in tests/tidy/edges.rs"),
                "write a decision record and add its row",
            );
            continue;
        };
        for (line, used) in modules_used(source, own) {
            if used != own && !BASE.contains(&used.as_str()) && !may_use.contains(&used.as_str()) {
                findings.add(
                    &source.path,
                    line,
                    &format!("`{own}` may not use `{used}`"),
                    "give the value as an argument, or move the word to the module both stand on",
                );
            }
        }
    }
    findings.assert_none();
}

/// Modules of the core named in a source, by `crate::` or by `super::` out of the own module.
fn modules_used(source: &File, own: &str) -> Vec<(usize, String)> {
    let code = code_of(&source.text);
    let code = without_tests(&code);
    let known = |name: &str| CORE.iter().any(|(module, _)| *module == name);
    let child = |name: &str| {
        file(&format!("src/{own}/{name}.rs")).is_some()
            || file(&format!("src/{own}/{name}/mod.rs")).is_some()
    };
    let upward = named_after(code, "super::")
        .into_iter()
        .filter(|(_, name)| !child(name));
    named_after(code, "crate::")
        .into_iter()
        .chain(upward)
        .filter(|(_, name)| known(name))
        .collect()
}

/// The first path segment after each `prefix`, each alternative of a `{…}` on its own, with its line.
fn named_after(code: &str, prefix: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + prefix.len()..];
        if rest.starts_with('{') {
            named.extend(
                alternatives(braced(rest))
                    .into_iter()
                    .map(|name| (line, name)),
            );
        } else {
            named.push((line, first_word(rest)));
        }
    }
    named
}

fn alternatives(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut current) = (0_i32, Vec::new(), String::new());
    for c in list.chars().chain([',']) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_word(std::mem::take(&mut current).trim())),
            _ if depth == 0 => current.push(c),
            _ => {}
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

fn parsed(manifest: &File) -> toml::Table {
    manifest
        .text
        .parse()
        .unwrap_or_else(|e| panic!("{}: {e}", manifest.path))
}

/// What the crate is built from; what only its tests use is free.
fn dependencies(manifest: &toml::Table) -> impl Iterator<Item = String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let owners = targets
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(toml::Value::as_table)
        .chain([manifest]);
    let tables = owners.flat_map(|owner| {
        ["dependencies", "build-dependencies"].map(|table| owner.get(table)?.as_table())
    });
    tables.flatten().flat_map(toml::Table::keys).cloned()
}

fn line_of(manifest: &File, dependency: &str) -> usize {
    manifest
        .lines()
        .find(|(_, line)| line.starts_with(dependency))
        .map_or(0, |(n, _)| n)
}

#[test]
fn alternatives_of_a_use_are_each_seen() {
    let code = "use crate::{case::{self, state}, ids, staff as people};\nuse crate::phi;\n";
    let seen: Vec<_> = named_after(code, "crate::")
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(seen, ["case", "ids", "staff", "phi"]);
}
