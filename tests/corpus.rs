//! Real slides: what `inspect` says of each is what independent readers say.
//!
//! Reads the folder named by `SLIDEWAY_CORPUS` (with `expected.json`), which `tests/run` finds beside
//! the checkout. Without it the synthetic slides carry the suite; named but missing, these fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Formats read today; every other slide must be refused by the name of its format.
const READ: [&str; 3] = ["aperio", "generic-tiff", "hamamatsu"];

fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("SLIDEWAY_CORPUS")?);
    let facts = folder.join("expected.json");
    assert!(
        facts.is_file(),
        "SLIDEWAY_CORPUS has no expected.json: unset it, or point it at the corpus"
    );
    Some(folder)
}

fn slides(folder: &Path) -> Vec<Value> {
    let text = std::fs::read(folder.join("expected.json")).expect("the facts");
    let facts: Value = serde_json::from_slice(&text).expect("JSON");
    facts["slides"].as_array().expect("a list").clone()
}

fn inspect(paths: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_slideway"))
        .arg("inspect")
        .args(paths)
        .arg("--json")
        .output()
        .expect("the binary runs")
}

fn paths(folder: &Path, slide: &Value) -> Vec<PathBuf> {
    let files = slide["files"].as_array().expect("files");
    files
        .iter()
        .map(|file| folder.join(file["path"].as_str().expect("a path")))
        .collect()
}

#[test]
fn every_aperio_and_tiled_tiff_is_seen_as_it_is() {
    let Some(folder) = corpus() else { return };
    let mut seen = 0;
    for slide in slides(&folder)
        .iter()
        .filter(|slide| READ.contains(&slide["vendor"].as_str().unwrap_or_default()))
    {
        let output = inspect(&paths(&folder, slide));
        let id = &slide["id"];
        assert!(
            output.status.success(),
            "{id}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let facts: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(sizes(&facts), sizes(slide), "{id}: levels");
        for field in [
            "vendor",
            "width",
            "height",
            "objective",
            "associated",
            "codec",
        ] {
            assert_eq!(facts[field], slide[field], "{id}: {field}");
        }
        for axis in 0..2 {
            let (ours, theirs) = (facts["mpp"][axis].as_f64(), slide["mpp"][axis].as_f64());
            let close = ours.zip(theirs).map_or(ours == theirs, |(ours, theirs)| {
                (ours - theirs).abs() < 1e-5 * theirs.abs()
            });
            assert!(close, "{id}: mpp {ours:?} is not {theirs:?}");
        }
        seen += 1;
    }
    assert!(
        seen >= 5,
        "only {seen} slides of formats we read: is this the corpus?"
    );
}

/// Sizes of the levels and of their tiles. Of an NDPI the tiles are ours, 512 pixels a side: other readers tell of
/// the strips between restart markers instead.
fn sizes(facts: &Value) -> Vec<[Option<u64>; 4]> {
    let levels = facts["levels"].as_array().expect("levels");
    let ours = facts["vendor"] == "hamamatsu";
    let sides = levels.iter().map(|level| {
        let side = |name: &str| level[name].as_u64();
        let of_tile = |name| side(name).filter(|_| !ours);
        [side("w"), side("h"), of_tile("tile_w"), of_tile("tile_h")]
    });
    sides.collect()
}

#[test]
fn every_other_slide_is_refused_by_the_name_of_its_format() {
    let Some(folder) = corpus() else { return };
    let mut refused = 0;
    for slide in slides(&folder)
        .iter()
        .filter(|slide| !READ.contains(&slide["vendor"].as_str().unwrap_or_default()))
    {
        let vendor = slide["vendor"].as_str().expect("a vendor");
        let output = inspect(&paths(&folder, slide));
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        assert_eq!(output.status.code(), Some(1), "{}: {said}", slide["id"]);
        assert_eq!(said.trim().lines().count(), 1, "one line: {said}");
        let name = vendor.trim_end_matches("-tiff");
        assert!(
            said.contains(name),
            "{}: {said:?} does not name {name}",
            slide["id"]
        );
        assert!(
            said.contains("export") || said.contains("send"),
            "{}: no remedy in {said:?}",
            slide["id"]
        );
        refused += 1;
    }
    assert!(
        refused >= 20,
        "only {refused} slides of other formats: is this the corpus?"
    );
}
