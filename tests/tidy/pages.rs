//! The committed pages are those of the committed sources.
//!
//! `web/dist/MANIFEST.json` names the digest of the sources it was built from and the digest of every
//! built file; `web/digest.mjs` writes it. Here the same is computed without Node.

use sha2::{Digest, Sha256};

use super::repository::{File, Findings, bytes_of, file, files};

const MANIFEST: &str = "web/dist/MANIFEST.json";
const REMEDY: &str = "run `npm ci && npm run build` in web/ and commit dist with the change";

/// What the pages are built from; the same lists stand in web/digest.mjs.
const FOLDERS: [&str; 5] = ["dashboard", "lab", "shell", "viewer", "worklist"];
const FILES: [&str; 5] = [
    "index.html",
    "package-lock.json",
    "package.json",
    "tsconfig.json",
    "vite.config.ts",
];

/// What stands in web/ and is no source of a page.
const OTHERS: [&str; 2] = ["dist", "e2e"];

#[test]
fn the_built_pages_are_those_of_the_sources() {
    let mut findings = Findings::default();
    let manifest = manifest();
    let digest = source_digest();
    if manifest["source_digest"].as_str() != Some(&digest) {
        let what = format!("was not built from these sources, whose digest is {digest}");
        findings.add(MANIFEST, 2, &what, REMEDY);
    }
    findings.assert_none();
}

#[test]
fn the_built_pages_are_as_they_were_built() {
    let mut findings = Findings::default();
    let manifest = manifest();
    let listed = manifest["files"].as_object().expect("`files` is an object");
    for built in below("web/dist/").filter(|f| f.path != MANIFEST) {
        let name = &built.path["web/dist/".len()..];
        let digest = hex(&Sha256::digest(bytes_of(&built.path)));
        if listed.get(name).and_then(|d| d.as_str()) != Some(&digest) {
            findings.add(&built.path, 0, "is not what was built", REMEDY);
        }
    }
    for name in listed
        .keys()
        .filter(|name| file(&format!("web/dist/{name}")).is_none())
    {
        findings.add(
            MANIFEST,
            0,
            &format!("lists {name}, which is not there"),
            REMEDY,
        );
    }
    findings.assert_none();
}

#[test]
fn every_folder_of_web_is_known_to_the_digest() {
    let mut findings = Findings::default();
    for f in below("web/") {
        let folder = f.path.split('/').nth(1).unwrap_or_default();
        let nested = f.path.split('/').count() > 2;
        let known = FOLDERS.contains(&folder) || OTHERS.contains(&folder);
        if nested && !known && !folder.starts_with('.') {
            findings.add(
                &f.path,
                0,
                "is in a folder that no digest covers",
                "add it to web/digest.mjs and tests/tidy/pages.rs",
            );
        }
    }
    findings.assert_none();
}

fn manifest() -> serde_json::Value {
    let text = &file(MANIFEST)
        .expect("the built pages have a MANIFEST.json")
        .text;
    serde_json::from_str(text).expect("MANIFEST.json is JSON")
}

/// SHA-256 over path NUL length NUL contents of each source, in the byte order of the paths.
fn source_digest() -> String {
    let mut sources: Vec<&str> = below("web/")
        .filter_map(|f| f.path.strip_prefix("web/"))
        .filter(|path| is_source(path))
        .collect();
    sources.sort_unstable();
    let mut hash = Sha256::new();
    for path in sources {
        let contents = bytes_of(&format!("web/{path}"));
        hash.update(format!("{path}\0{}\0", contents.len()));
        hash.update(contents);
    }
    hex(&hash.finalize())
}

fn is_source(path: &str) -> bool {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let folder = path.split_once('/').map_or("", |(folder, _)| folder);
    FILES.contains(&path) || FOLDERS.contains(&folder) && !hidden
}

fn below(folder: &str) -> impl Iterator<Item = &'static File> {
    files().iter().filter(move |f| f.path.starts_with(folder))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}
