//! The routing of a network is played before it is changed: in words, as JSON, as a picture, from a log.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use pathology::simulation::{Happened, Network, Replay};
use serde_json::Value;

use crate::world::{World, on_both};

on_both!(what_happened_is_read_from_the_catalogue_and_played_again);

/// The network that is shipped, made small enough for a test.
fn small() -> String {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../configs/network.toml");
    let text = std::fs::read_to_string(shipped).expect("the shipped network");
    [
        ("warm_up_weeks = 4", "warm_up_weeks = 1"),
        ("weeks = 12", "weeks = 2"),
        ("replications = 10", "replications = 3"),
    ]
    .iter()
    .fold(text, |text, (from, to)| text.replace(from, to))
}

fn simulate(arguments: &[&str], network: Option<&str>) -> (tempfile::TempDir, Output) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_slideway"));
    command
        .arg("simulate")
        .args(arguments)
        .current_dir(folder.path());
    if let Some(network) = network {
        std::fs::write(folder.path().join("network.toml"), network).expect("a file");
        command.args(["--config", "network.toml"]);
    }
    let output = command.output().expect("the binary runs");
    (folder, output)
}

fn refused(network: &str) -> String {
    let (_folder, output) = simulate(&[], Some(network));
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn policies_are_compared_in_json_and_as_a_picture() {
    let (folder, output) = simulate(&["--json", "--svg", "out.svg"], Some(&small()));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let policies = report["policies"].as_array().expect("policies");
    let kinds: Vec<_> = policies
        .iter()
        .map(|one| one["policy"]["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["siloed", "local_first", "first_available"]);
    let first_available = &policies[2];
    assert_eq!(first_available["stable"], true, "{first_available}");
    for figure in [
        "/figures/turnaround_hours/p50",
        "/figures/wait_hours/p99",
        "/figures/late_percent",
        "/growth_cases_per_week",
    ] {
        let interval = first_available.pointer(figure).expect(figure);
        let at = |key: &str| interval[key].as_f64().expect("a number");
        assert!(
            at("low") <= at("mean") && at("mean") <= at("high"),
            "{figure}: {interval}"
        );
    }
    let cases = |key: &str| first_available["cases"][key].as_u64().expect("a count");
    assert!(cases("arrived") > 5_000);
    assert_eq!(
        cases("arrived"),
        cases("signed_out") + cases("waiting") + cases("held")
    );
    assert_eq!(report["what_if"].as_array().map(Vec::len), Some(2 * 3));
    let svg = std::fs::read_to_string(folder.path().join("out.svg")).expect("the picture");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("style="));
    assert!(svg.contains("Reported late, % of cases") && svg.contains("9 of 10 within"));
}

#[test]
fn the_table_names_policies_intervals_and_questions() {
    let (_folder, output) = simulate(&[], Some(&small()));
    let said = String::from_utf8(output.stdout).expect("text");
    for words in [
        "Each site alone",
        "Own site first, 60 min",
        "First available",
        "What if: two urologists",
        "wait",
        "19 times of 20",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_wrong_network_is_one_line_with_the_setting_and_the_remedy() {
    let unknown = refused(&small().replace("batch_cases = 3.0", "batch_case = 3.0"));
    assert!(
        unknown.contains("batch_case")
            && unknown.contains("configs/network.toml names every setting"),
        "{unknown}"
    );
    let nobody = refused(&small().replace("shift = \"morning\"", "shift = \"night\""));
    assert!(
        nobody.contains("network.toml: teams.shift: no [[shifts]] has the name \"night\""),
        "{nobody}"
    );
    let (_folder, missing) = simulate(&["--config", "nowhere.toml"], None);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("nowhere.toml"));
    let (_folder, usage) = simulate(&["--no-such-option"], None);
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn a_wrong_log_is_one_line_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    std::fs::write(&log, "\n{\"kind\":\"ready\"}\n").expect("a file");
    let (_folder, output) = simulate(&["--events", log.to_str().expect("a path")], Some(&small()));
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("log.jsonl: line 2: missing field"), "{said}");
}

/// A case of Northgate on its road, and one that only became ready.
async fn what_happened_is_read_from_the_catalogue_and_played_again(world: World) {
    let order = world.order(&world.northgate, "S26-00001");
    world.ready(&order).await;
    let claim = world.claim(&world.ada).await;
    let signed = world.sign(&world.ada, world.signature(&claim).await).await;
    signed.expect("signed out");
    world
        .ready(&world.order(&world.hillview, "S26-00001"))
        .await;
    let page = world
        .catalog
        .happened(0)
        .await
        .expect("read")
        .expect("a page");
    assert!(
        world
            .catalog
            .happened(page.last)
            .await
            .expect("read")
            .is_none()
    );
    let kinds: Vec<&str> = page.happened.iter().map(kind).collect();
    assert_eq!(
        kinds,
        [
            "accession",
            "ready",
            "claim",
            "sign_out",
            "accession",
            "ready"
        ]
    );
    let text = serde_json::to_string(&page.happened).expect("plain values");
    assert!(
        !text.contains("TESTPATIENT") && !text.contains("S26-00001"),
        "{text}"
    );
    let sites = world.texts("SELECT name FROM site ORDER BY name").await;
    let network = network_of(&sites);
    let mut replay = Replay::default();
    for happened in &page.happened {
        let line = serde_json::to_string(happened).expect("plain values");
        replay.line(&network, &line).expect("a good line");
    }
    replay.end();
    let played = replay.played_by(&network).expect("it has cases");
    let report = pathology::simulation::simulate(&played, Some(&replay));
    let observed = report.observed.expect("a log was played");
    assert_eq!((observed.cases, observed.signed_out), (2, 1));
    assert_eq!(report.policies[2].cases.arrived, 2 * 3);
}

fn kind(happened: &Happened) -> &'static str {
    match happened {
        Happened::Accession { .. } => "accession",
        Happened::Ready { .. } => "ready",
        Happened::Claim { .. } => "claim",
        Happened::SignOut { .. } => "sign_out",
    }
}

/// The small network, its first sites called as these are.
fn network_of(sites: &[String]) -> Network {
    let named = ["Northgate", "Eastfield", "Hillview", "Westbrook"]
        .iter()
        .zip(sites);
    let text = named.fold(small(), |text, (from, to)| {
        text.replace(&format!("\"{from}\""), &format!("\"{to}\""))
    });
    toml::from_str(&text).expect("a network")
}

#[test]
fn events_of_an_empty_catalogue_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_slideway"));
    let output = command
        .arg("events")
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.stdout, b"");
}

#[test]
fn the_picture_in_the_docs_is_of_the_shipped_network() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulation.svg");
    let svg = std::fs::read_to_string(docs).expect("the picture");
    assert!(
        svg.contains("4 sites, 30 pathologists, 1,20"),
        "draw it again: docs/OPERATING.md says how"
    );
}
