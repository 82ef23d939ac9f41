//! The same lints in every crate; `unsafe` in one file.

use super::repository::{File, Findings, file, files, with_extension};
use super::rust_text::code_of;

/// The one crate whose lints are written out, because it has the one file below.
const BESIDE_C: &str = "workers/sandbox/Cargo.toml";
/// The calls to OpenSlide's C functions.
const UNSAFE: &str = "workers/sandbox/src/openslide/library.rs";

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    let mut findings = Findings::default();
    let root = parsed(file("Cargo.toml").expect("the workspace has a Cargo.toml"));
    for manifest in files().iter().filter(|f| f.path.ends_with("Cargo.toml")) {
        if manifest.path.starts_with("fuzz/") {
            continue;
        }
        let mut expected = toml::Table::from_iter([("workspace".into(), true.into())]);
        if manifest.path == BESIDE_C {
            expected = root["workspace"]["lints"]
                .as_table()
                .cloned()
                .unwrap_or_default();
            expected["rust"]["unsafe_code"] = "deny".into();
        }
        let found = parsed(manifest).remove("lints");
        if found != Some(expected.into()) {
            findings.add(
                &manifest.path,
                0,
                "its lints are not the workspace's",
                "write `[lints]` and `workspace = true`; workers/sandbox copies them with `unsafe_code = \"deny\"`",
            );
        }
    }
    findings.assert_none();
}

#[test]
fn unsafe_code_is_in_one_file() {
    let mut findings = Findings::default();
    for source in with_extension("rs").filter(|f| f.path != UNSAFE && !f.path.starts_with("fuzz/"))
    {
        for (line, text) in code_of(&source.text).lines().enumerate() {
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.into_iter().any(|word| word == "unsafe") {
                let remedy = format!("only {UNSAFE} may, for OpenSlide's C functions");
                findings.add(&source.path, line + 1, "the code says `unsafe`", &remedy);
            }
        }
    }
    findings.assert_none();
}

fn parsed(manifest: &File) -> toml::Table {
    let table = manifest.text.parse();
    table.unwrap_or_else(|e| panic!("{}: {e}", manifest.path))
}
