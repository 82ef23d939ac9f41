//! Statements that are used, and migrations that come in pairs.

use super::repository::{File, Findings, files, with_extension};

const STATEMENTS: &str = "workers/catalog/sql/";
const MIGRATIONS: &str = "migrations/";

#[test]
fn every_statement_is_used_by_the_catalog() {
    let sources: Vec<&File> = with_extension("rs")
        .filter(|f| f.path.starts_with("workers/catalog/src/"))
        .collect();
    let mut findings = Findings::default();
    for f in with_extension("sql").filter(|f| f.path.starts_with(STATEMENTS)) {
        let name = f.path[STATEMENTS.len()..].trim_end_matches(".sql");
        let statement = name.trim_end_matches(".postgres");
        if !sources.iter().any(|source| source.text.contains(statement)) {
            findings.add(
                &f.path,
                0,
                "no module of workers/catalog/src names it",
                "use it or delete it",
            );
        }
        let base = format!("{STATEMENTS}{statement}.sql");
        if name != statement && !files().iter().any(|other| other.path == base) {
            findings.add(
                &f.path,
                0,
                "overrides a statement that is not there",
                &format!("write {base}"),
            );
        }
    }
    findings.assert_none();
}

#[test]
fn every_migration_has_its_twin_and_numbers_have_no_gap() {
    let mut findings = Findings::default();
    let (sqlite, postgres) = (migrations("sqlite"), migrations("postgres"));
    for (mine, other, engine) in [
        (&sqlite, &postgres, "postgres"),
        (&postgres, &sqlite, "sqlite"),
    ] {
        for (n, (path, name)) in mine.iter().enumerate() {
            if !other.iter().any(|(_, twin)| twin == name) {
                findings.add(
                    path,
                    0,
                    "has no twin",
                    &format!("write migrations/{engine}/{name}"),
                );
            }
            let number = format!("{:04}_", n + 1);
            if !name.starts_with(&number) {
                findings.add(
                    path,
                    0,
                    &format!("should begin with {number}"),
                    "number migrations 0001, 0002, … and never reuse one",
                );
            }
        }
    }
    findings.assert_none();
}

/// Path and name of an engine's migrations, in order of name.
fn migrations(engine: &str) -> Vec<(&'static str, &'static str)> {
    let folder = format!("{MIGRATIONS}{engine}/");
    let mut found: Vec<_> = with_extension("sql")
        .filter_map(|f| Some((f.path.as_str(), f.path.strip_prefix(&folder)?)))
        .collect();
    found.sort_unstable();
    found
}
