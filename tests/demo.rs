//! The whole road, as a newcomer runs it: `slideway demo --headless --json`.

use std::process::{Command, Output};

use serde_json::Value;

fn demo(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_slideway"))
        .args(["demo", "--headless", "--json"])
        .args(arguments)
        .env("SLIDEWAY_LOG", "debug")
        .output()
        .expect("the binary runs")
}

fn summary(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("no summary ({e}): {said}"))
}

#[test]
fn a_day_with_troubles_ends_with_nothing_lost_doubled_or_misrouted() {
    let output = demo(&["--slides", "24", "--seed", "5"]);
    let summary = summary(&output);
    assert!(output.status.success(), "{summary:#}");
    for nothing in ["lost", "duplicated", "misrouted"] {
        assert_eq!(summary[nothing], 0, "{nothing}: {summary:#}");
    }
    assert_eq!(summary["slides"]["delivered"], 24);
    assert_eq!(summary["slides"]["published"], 24);
    assert_eq!(summary["cases"]["signed_out"], summary["cases"]["planned"]);
    let trays = summary["slides"]["trays"].as_u64().expect("a count");
    assert!(
        trays >= 4,
        "an unreadable label, a cut file, a late order and a blurred scan: {summary:#}"
    );
    assert_eq!(summary["slides"]["trays_open"], 0);
    assert_eq!(summary["broken"], Value::Array(Vec::new()));
}

#[test]
fn no_patient_and_no_number_reaches_the_log() {
    let output = demo(&["--slides", "6", "--seed", "9"]);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    assert!(log.contains("scan.id"), "the log says what happened: {log}");
    for name in [
        "TESTPATIENT",
        "SAMPLEMAN",
        "FAKENAME",
        "INVENTED",
        "S26-",
        "ZZ-0",
        "scan-",
        "FICTIVE",
        "completely excised",
    ] {
        let line = log.lines().find(|line| line.contains(name));
        assert_eq!(line, None, "{name} stands in the log");
    }
}

#[test]
fn the_same_seed_has_the_same_outcome() {
    let counts = |summary: &Value| (summary["slides"].clone(), summary["cases"].clone());
    let (one, other) = (
        demo(&["--slides", "9", "--seed", "4"]),
        demo(&["--slides", "9", "--seed", "4"]),
    );
    assert_eq!(counts(&summary(&one)), counts(&summary(&other)));
}

#[test]
fn it_refuses_to_listen_where_others_could_come_in() {
    let refused = Command::new(env!("CARGO_BIN_EXE_slideway"))
        .args(["demo", "--listen", "0.0.0.0:0"])
        .output()
        .expect("runs");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("loopback only"));
}
