//! Pages that do not lie: links resolve, decisions are listed, controls have their tests.

use super::repository::{File, Findings, exists, file, with_extension};
use super::rust_text::code_of;

const DECISIONS: &str = "docs/decisions/";
const SAFETY: &str = "docs/SAFETY.md";

#[test]
fn every_relative_link_resolves() {
    let mut findings = Findings::default();
    for page in with_extension("md") {
        for (line, text) in prose(page) {
            for link in links(text) {
                if !exists(&resolved(&page.path, link)) {
                    findings.add(
                        &page.path,
                        line,
                        &format!("`{link}` leads nowhere"),
                        "link to a file of the repository",
                    );
                }
            }
        }
    }
    findings.assert_none();
}

#[test]
fn decisions_are_numbered_without_gap_listed_and_complete() {
    let mut findings = Findings::default();
    let index =
        file("docs/decisions/README.md").expect("docs/decisions/README.md lists the decisions");
    let mut names: Vec<&str> = with_extension("md")
        .filter_map(|f| f.path.strip_prefix(DECISIONS))
        .filter(|n| *n != "README.md")
        .collect();
    names.sort_unstable();
    for (n, name) in names.iter().enumerate() {
        let path = format!("{DECISIONS}{name}");
        let number = format!("{:04}-", n + 1);
        if !name.starts_with(&number) {
            findings.add(
                &path,
                0,
                &format!("should begin with {number}"),
                "number decisions 0001, 0002, … and never reuse one",
            );
        }
        if !index.text.contains(&format!("]({name})")) {
            findings.add(
                &index.path,
                0,
                &format!("does not list {name}"),
                "add its line",
            );
        }
        let text = &file(&path).expect("it was listed").text;
        for part in [
            "## Context",
            "## Decision",
            "## What it costs",
            "## What would change our mind",
        ] {
            if !text.contains(part) {
                findings.add(
                    &path,
                    0,
                    &format!("has no `{part}`"),
                    "every decision has the same four parts",
                );
            }
        }
    }
    findings.assert_none();
}

#[test]
fn every_control_of_the_safety_table_has_its_test() {
    let mut findings = Findings::default();
    let page = file(SAFETY).expect("docs/SAFETY.md lists the hazards");
    let rows = hazards(page);
    assert!(
        rows.len() >= 10,
        "{SAFETY}: the table of hazards has {} rows; its columns are Hazard, Cause, Control, Test, Residual risk",
        rows.len()
    );
    for (line, cells) in rows {
        let [_, _, control, test, residual] = cells[..] else {
            findings.add(
                SAFETY,
                line,
                "the row does not have five cells",
                "Hazard, Cause, Control, Test, Residual risk",
            );
            continue;
        };
        let tests: Vec<&str> = test.split('`').filter(|t| t.contains("::")).collect();
        if tests.is_empty() && !control.starts_with("None yet") {
            findings.add(
                SAFETY,
                line,
                "the control has no test",
                "name one as `file::function`, or say \"None yet\"",
            );
        }
        if residual.is_empty() {
            findings.add(
                SAFETY,
                line,
                "the residual risk is not said",
                "say what remains, or \"none known\"",
            );
        }
        for test in tests.into_iter().filter(|test| !test_exists(test)) {
            findings.add(
                SAFETY,
                line,
                &format!("there is no test `{test}`"),
                "name a #[test] as `path/to/file.rs::function`",
            );
        }
    }
    findings.assert_none();
}

/// The rows of the table of hazards, cells trimmed.
fn hazards(page: &File) -> Vec<(usize, Vec<&str>)> {
    page.lines()
        .skip_while(|(_, line)| !line.starts_with("| Hazard"))
        .skip(2)
        .take_while(|(_, line)| line.starts_with('|'))
        .map(|(n, line)| {
            (
                n,
                line.trim()
                    .trim_matches('|')
                    .split('|')
                    .map(str::trim)
                    .collect(),
            )
        })
        .collect()
}

/// Whether `file.rs::function` is a function that carries a test attribute, or is named in `on_both!`.
fn test_exists(test: &str) -> bool {
    let found = test
        .split_once("::")
        .and_then(|(path, name)| Some((file(path)?, name)));
    let Some((source, name)) = found else {
        return false;
    };
    let code = code_of(&source.text);
    let signature = format!("fn {name}(");
    if on_both(&code).any(|named| named == name) {
        return code.contains(&signature);
    }
    code.match_indices(&signature).any(|(at, _)| {
        let before: Vec<&str> = code[..at].lines().rev().take(6).collect();
        let own = before
            .iter()
            .take_while(|line| !line.trim_start().starts_with('}'));
        own.into_iter()
            .any(|line| line.contains("test]") || line.contains("test("))
    })
}

/// The names in `on_both!(…);` and `on_both!(under a_policy: …);`: each becomes a test on either database.
fn on_both(code: &str) -> impl Iterator<Item = &str> {
    let lists = code.split("on_both!(").skip(1);
    let inside = lists.filter_map(|rest| Some(rest.split_once(')')?.0));
    inside.flat_map(|list| {
        let names = list.split_once(':').map_or(list, |(_under, names)| names);
        names.split(',').map(str::trim)
    })
}

/// Lines outside code fences.
fn prose(page: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    page.lines().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// Targets of `[text](target)` that stay in the repository, without their `#part`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets
        .filter(|t| !t.contains("://") && !t.starts_with("mailto:") && !t.starts_with('#'))
        .map(|t| t.split('#').next().unwrap_or(t))
}

/// A link's path from the root; a link out of the repository stays unresolvable.
fn resolved(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn a_test_on_both_databases_is_a_test() {
    let code = "on_both!(one, two);\n\nasync fn one(world: World) {}";
    assert_eq!(on_both(code).collect::<Vec<_>>(), ["one", "two"]);
    let under = "on_both!(under strict:\n    three,\n);";
    assert!(on_both(under).any(|name| name == "three"));
    assert!(test_exists(
        "tests/claims.rs::one_place_left_takes_one_of_two_claims"
    ));
    assert!(!test_exists("tests/claims.rs::claimed"));
    assert!(!test_exists("tests/no_such_file.rs::one"));
}

#[test]
fn links_are_resolved_from_their_page() {
    assert_eq!(
        resolved("docs/decisions/README.md", "../SAFETY.md"),
        "docs/SAFETY.md"
    );
    assert_eq!(resolved("README.md", "docs/"), "docs");
    assert_eq!(resolved("README.md", "../outside"), "../outside");
    assert_eq!(
        links("see [a](b.md#c) and [d](https://e) [f](#g)").collect::<Vec<_>>(),
        ["b.md"]
    );
}
