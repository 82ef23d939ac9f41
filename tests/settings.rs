//! The configuration files say what the code does: every setting, with its default and a comment.

use std::path::PathBuf;
use std::process::Command;

use pathology::simulation;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A part of a configuration file: its defaults, and what reading it yields.
struct Part {
    /// The file that holds every setting of it.
    file: &'static str,
    /// Its table, or nothing when it is the whole file.
    table: &'static str,
    defaults: Value,
    read: fn(toml::Table) -> Result<Value, String>,
}

/// Every part of the configuration; a process that gets settings of its own is added here.
fn parts() -> [Part; 12] {
    let (main, network) = ("slideway.toml", "network.toml");
    [
        part(main, "catalog", &catalog::Settings::default()),
        part(main, "archive", &archive::Settings::default()),
        part(main, "sandbox", &sandbox::Settings::default()),
        part(main, "ingest", &ingest::Settings::default()),
        part(main, "tile", &tile::Settings::default()),
        part(main, "route", &route::Settings::default()),
        part(main, "serve", &serve::Settings::default()),
        part("routing.toml", "", &catalog::Policy::default()),
        part(network, "run", &simulation::Run::default()),
        part(network, "arrivals", &simulation::Arrivals::default()),
        part(network, "readings", &simulation::Readings::default()),
        part(network, "priorities", &simulation::Priorities::default()),
    ]
}

#[test]
fn the_complete_files_hold_every_setting_with_its_default() {
    for part in parts() {
        let read = (part.read)(section(&part, part.file))
            .unwrap_or_else(|why| panic!("{}: {why}", part.file));
        assert_eq!(
            read, part.defaults,
            "[{}] of {} is not the default",
            part.table, part.file
        );
        let stated = stated(&text(part.file));
        for key in keys(part.table, &part.defaults) {
            let remedy = "add it with a comment, commented out when it has no default";
            assert!(
                stated.contains(&key),
                "{} does not state `{key}`: {remedy}",
                part.file
            );
        }
    }
}

#[test]
fn every_setting_of_the_complete_files_has_a_comment() {
    for name in ["slideway.toml", "routing.toml", "network.toml"] {
        let text = text(name);
        // What follows in the network is its sites and people: examples, not settings.
        let settings = text.split("\n[[").next().unwrap_or_default();
        let lines: Vec<&str> = settings.lines().collect();
        for (n, line) in lines.iter().enumerate().skip(1) {
            let needs_one = setting(line).is_some() || line.starts_with('[');
            let before = lines[n - 1];
            let has_one = before.starts_with("# ") && setting(before).is_none();
            assert!(
                !needs_one || has_one,
                "{name}:{}: `{line}` has no comment above it",
                n + 1
            );
        }
    }
}

#[test]
fn every_configuration_file_is_right() {
    for name in ["slideway.toml", "laptop.toml", "hospital.toml"] {
        let checked = Command::new(env!("CARGO_BIN_EXE_slideway"))
            .args(["config", "check"])
            .arg(configs().join(name))
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{name}: {said}");
    }
}

#[test]
fn a_wrong_setting_is_named_with_its_place_and_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wrong.toml");
    std::fs::write(&file, "[tile]\nworkers = \"many\"\n").expect("a file");
    let checked = Command::new(env!("CARGO_BIN_EXE_slideway"))
        .args(["config", "check"])
        .arg(&file)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(1));
    assert!(
        said.contains("tile.workers") && said.contains("configs/slideway.toml"),
        "{said}"
    );
}

#[test]
fn an_unknown_setting_is_refused_by_its_name() {
    for part in parts() {
        let mut settings = section(&part, part.file);
        settings.insert("no_such_setting".into(), 1.into());
        let refused = (part.read)(settings).expect_err("an unknown setting was taken");
        assert!(
            refused.contains("no_such_setting"),
            "[{}]: {refused}",
            part.table
        );
    }
}

fn part<T>(file: &'static str, table: &'static str, defaults: &T) -> Part
where
    T: Serialize + DeserializeOwned,
{
    let read = |table: toml::Table| {
        let settings: T = table.try_into().map_err(|why| why.to_string())?;
        serde_json::to_value(settings).map_err(|why| why.to_string())
    };
    let defaults = serde_json::to_value(defaults).expect("settings are plain values");
    Part {
        file,
        table,
        defaults,
        read,
    }
}

/// The part's table of a file.
fn section(part: &Part, file: &str) -> toml::Table {
    let whole = parsed(file);
    if part.table.is_empty() {
        return whole;
    }
    let table = whole.get(part.table).and_then(toml::Value::as_table);
    table
        .unwrap_or_else(|| panic!("{file} has no table [{}]", part.table))
        .clone()
}

/// Every setting as `table.key`, those without a default among them.
fn keys(table: &str, settings: &Value) -> Vec<String> {
    let settings = settings.as_object().expect("settings are a table");
    let nested = |(key, value): (&String, &Value)| {
        let path = format!("{table}.{key}").trim_start_matches('.').to_string();
        match value {
            Value::Object(_) => keys(&path, value),
            _ => vec![path],
        }
    };
    settings.iter().flat_map(nested).collect()
}

/// Every setting a file states as `table.key`, commented out or not.
fn stated(text: &str) -> Vec<String> {
    let mut table = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']');
        } else if let Some(key) = setting(line) {
            found.push(format!("{table}.{key}"));
        }
    }
    found
}

/// The key of `key = value` or `# key = value`.
fn setting(line: &str) -> Option<&str> {
    let (key, _) = line.trim_start_matches("# ").split_once(" = ")?;
    let is_a_key = key
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    is_a_key.then_some(key)
}

fn parsed(name: &str) -> toml::Table {
    text(name)
        .parse()
        .unwrap_or_else(|why| panic!("{name}: {why}"))
}

fn text(name: &str) -> String {
    let path = configs().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn configs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../configs")
}
