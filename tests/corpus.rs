//! Real slides: what `inspect` and `region` say of each is what independent readers say.
//!
//! Reads the folder named by `SLIDEWAY_CORPUS` (with `expected.json`), which `tests/run` finds beside
//! the checkout. Without it the synthetic slides carry the suite; named but missing, these fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Makers whose slides are not read yet; each is refused by its name.
const NOT_YET: [&str; 0] = [];

/// Slides that are refused for how they store their pixels, and the word that says so (docs/CONFORMANCE.md).
const REFUSED: [(&str, &str); 3] = [
    ("dicom/highdicom/sm_image_jpegls", "JPEG-LS"),
    ("dicom/highdicom/sm_image_grayscale", "16 bits"),
    ("dicom/highdicom/sm_image_grayscale_reversed", "16 bits"),
];

/// Facts that must be equal; `levels`, `codec` and `mpp` are compared apart.
const FACTS: [&str; 5] = ["vendor", "width", "height", "objective", "associated"];

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

fn vendor(slide: &Value) -> &str {
    slide["vendor"].as_str().unwrap_or_default()
}

fn is_refused(slide: &Value) -> bool {
    REFUSED.iter().any(|(id, _)| slide["id"] == *id)
}

/// The slides that must be read: those of a maker we read, unless their pixels are refused by name.
fn readable(folder: &Path) -> Vec<Value> {
    let mut slides = slides(folder);
    slides.retain(|slide| {
        slide["kind"] == "slide" && !NOT_YET.contains(&vendor(slide)) && !is_refused(slide)
    });
    slides
}

#[test]
fn every_slide_is_seen_as_it_is() {
    let Some(folder) = corpus() else { return };
    let slides = readable(&folder);
    assert!(
        slides.len() >= 12,
        "only {}: is this the corpus?",
        slides.len()
    );
    for slide in &slides {
        let output = inspect(&paths(&folder, slide));
        let id = &slide["id"];
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{id}: {said}");
        let facts: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        for field in FACTS {
            assert_eq!(facts[field], slide[field], "{id}: {field}");
        }
        assert_eq!(sizes(&facts), sizes(slide), "{id}: levels");
        assert_eq!(facts["codec"], slide["codec"], "{id}: codec");
        for axis in 0..2 {
            let (ours, theirs) = (facts["mpp"][axis].as_f64(), slide["mpp"][axis].as_f64());
            let close = ours.zip(theirs).map_or(ours == theirs, |(ours, theirs)| {
                (ours - theirs).abs() < 1e-5 * theirs.abs()
            });
            assert!(close, "{id}: mpp {ours:?} is not {theirs:?}");
        }
        if slide.get("barcode").is_some() {
            assert_eq!(facts["barcode"], slide["barcode"], "{id}: barcode");
        }
    }
}

#[test]
fn every_slide_has_the_colours_that_others_see() {
    let Some(folder) = corpus() else { return };
    let scratch = tempfile::tempdir().expect("a folder");
    let picture = scratch.path().join("region.png");
    let mut seen = 0;
    for slide in &readable(&folder) {
        let allowed = if slide["codec"] == "jpeg" { 1.0 } else { 0.006 };
        for region in slide["regions"].as_array().expect("regions") {
            let theirs = region["mean_rgb"].as_array().expect("means");
            region_of(&paths(&folder, slide), region, &picture);
            for (ours, theirs) in means(&picture).into_iter().zip(theirs) {
                let apart = (ours - theirs.as_f64().expect("a mean")).abs();
                assert!(apart <= allowed, "{} {region}: {ours}", slide["id"]);
            }
            seen += 1;
        }
    }
    assert!(seen >= 60, "only {seen} regions: is this the corpus?");
}

/// Has `slideway region` write a rectangle of level 0; of several files, the folder is the slide.
fn region_of(paths: &[PathBuf], region: &Value, picture: &Path) {
    let slide = match paths {
        [one] => one,
        several => several[0].parent().expect("a folder"),
    };
    let numbers = ["x", "y", "w", "h"].map(|name| region[name].to_string());
    let output = Command::new(env!("CARGO_BIN_EXE_slideway"))
        .arg("region")
        .arg(slide)
        .args(numbers)
        .arg("-o")
        .arg(picture)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", slide.display());
}

/// The mean of red, green and blue.
fn means(picture: &Path) -> [f64; 3] {
    let file = std::fs::File::open(picture).expect("the picture");
    let mut reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .expect("a PNG");
    let mut rgb = vec![0; reader.output_buffer_size().expect("its size")];
    reader.next_frame(&mut rgb).expect("its pixels");
    let mut sums = [0_u64; 3];
    for pixel in rgb.chunks_exact(3) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(*value);
        }
    }
    sums.map(|sum| sum as f64 / (rgb.len() / 3) as f64)
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
    for slide in slides(&folder)
        .iter()
        .filter(|slide| NOT_YET.contains(&vendor(slide)))
    {
        let said = refusal(&folder, slide);
        assert!(said.contains(vendor(slide)), "{}: {said:?}", slide["id"]);
        assert!(
            said.contains("export") || said.contains("send"),
            "no remedy in {said:?}"
        );
    }
}

#[test]
fn what_is_stored_in_a_way_we_do_not_read_is_refused_by_its_name() {
    let Some(folder) = corpus() else { return };
    for (id, word) in REFUSED {
        let slides = slides(&folder);
        let slide = slides
            .iter()
            .find(|slide| slide["id"] == id)
            .expect("the slide");
        if !NOT_YET.contains(&vendor(slide)) {
            let said = refusal(&folder, slide);
            assert!(said.contains(&word.to_lowercase()), "{id}: {said:?}");
        }
    }
}

/// What is said of a slide that is refused, in one line, in small letters.
fn refusal(folder: &Path, slide: &Value) -> String {
    let output = inspect(&paths(folder, slide));
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert_eq!(output.status.code(), Some(1), "{}: {said}", slide["id"]);
    assert_eq!(said.trim().lines().count(), 1, "one line: {said}");
    said
}
