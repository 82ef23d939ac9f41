//! A slide that only OpenSlide reads, through OpenSlide in the child: as OpenSlide itself shows it.
//!
//! `tests/run` names the library (`SLIDEWAY_TEST_OPENSLIDE`) and the Python that has OpenSlide as well
//! (`SLIDEWAY_TEST_PYTHON`); without the library only its absence is tested.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod mirax;

use std::path::{Path, PathBuf};
use std::process::Command;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use pathology::phi::Phi;
use pathology::pyramid::geometry::{Region, TileAt};
use sandbox::{Child, Error, Member, MemberAccess, Refusal, Sandbox, Settings};

/// What Hamamatsu's VMS is: an index that names JPEG files with restart markers (here one, and its map).
const INDEX: &str = "[Virtual Microscope Specimen]
NoLayers=1
NoJpegColumns=1
NoJpegRows=1
ImageFile=image.jpg
MapFile=map.jpg
MacroImage=macro.jpg
PhysicalWidth=1024000
PhysicalHeight=768000
PhysicalMacroWidth=75000000
PhysicalMacroHeight=25000000
SourceLens=20
";
const COMPARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openslide_region.py");

fn settings() -> Settings {
    Settings::of_program(env!("CARGO_BIN_EXE_sandbox-child"))
}

fn library() -> Option<PathBuf> {
    std::env::var_os("SLIDEWAY_TEST_OPENSLIDE").map(PathBuf::from)
}

/// A slide, stored as an archive stores it: numbered files, names beside them.
struct Stored {
    folder: tempfile::TempDir,
    members: Vec<Member>,
}

/// 1024 × 768 pixels.
fn vms() -> Stored {
    stored(vec![
        ("TESTPATIENT.vms".into(), INDEX.as_bytes().to_vec()),
        ("image.jpg".into(), jpeg(1024, 768)),
        ("map.jpg".into(), jpeg(256, 192)),
        ("macro.jpg".into(), jpeg(300, 100)),
    ])
}

fn stored(files: Vec<(String, Vec<u8>)>) -> Stored {
    let folder = tempfile::tempdir().unwrap();
    let member = |(n, (name, bytes)): (usize, (String, Vec<u8>))| {
        let path = folder.path().join(n.to_string());
        std::fs::write(&path, bytes).unwrap();
        Member {
            name: Phi::new(name),
            access: MemberAccess::Path(path),
        }
    };
    let members = files.into_iter().enumerate().map(member).collect();
    Stored { folder, members }
}

/// A picture with something to see in it, 4:2:2, a restart marker every eight units.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            let ring = (x * x + 2 * y * y) / 900;
            pixels.extend([(x / 5) as u8, (y / 4) as u8, ring as u8]);
        }
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_1);
    encoder.set_restart_interval(8);
    encoder
        .encode(&pixels, width, height, ColorType::Rgb)
        .unwrap();
    file
}

/// The same members with their bytes in memory, as those of a store elsewhere.
fn brokered(members: &[Member]) -> Vec<Member> {
    let broker = |member: &Member| {
        let MemberAccess::Path(path) = &member.access else {
            panic!("a path");
        };
        let bytes = std::fs::read(path).unwrap();
        Member {
            name: member.name.clone(),
            access: MemberAccess::Brokered {
                size: bytes.len() as u64,
                source: std::sync::Arc::new(bytes),
            },
        }
    };
    members.iter().map(broker).collect()
}

#[tokio::test]
async fn without_openslide_the_refusal_says_what_it_is_and_how_to_install_it() {
    let sandbox = Sandbox::new(Settings {
        openslide: "/nowhere/libopenslide.so.1".into(),
        ..settings()
    });
    let slide = vms();
    let why = sandbox.unwrap().inspect(&slide.members).await;
    let Err(Error::Refused { kind, reason }) = why else {
        panic!("{why:?}");
    };
    assert_eq!(kind, Refusal::NeedsOpenSlide);
    for word in [
        "a Hamamatsu VMS slide",
        "libopenslide0",
        "sandbox.openslide",
    ] {
        assert!(reason.contains(word), "{reason}");
    }
}

#[tokio::test]
async fn a_slide_through_openslide_is_as_openslide_shows_it() {
    let Some(library) = library() else { return };
    let sandbox = Sandbox::new(Settings {
        openslide: library,
        ..settings()
    });
    let sandbox = sandbox.unwrap();
    let slide = vms();
    for members in [slide.members.clone(), brokered(&slide.members)] {
        let mut child = sandbox.open(&members).await.unwrap();
        let seen = child.inspected().clone();
        assert_eq!((seen.facts.width, seen.facts.height), (1024, 768));
        assert_eq!(seen.facts.vendor, "hamamatsu");
        assert_eq!(seen.facts.mpp, [Some(1.0), Some(1.0)]);
        assert_eq!(seen.facts.objective, Some(20.0));
        assert_eq!(seen.facts.associated[0].name, "macro");
        assert!(seen.levels.len() > 1 && seen.levels.iter().all(|level| level.made));
        compare_levels(&slide, &mut child).await;
        let corner = TileAt {
            image: 0,
            level: 0,
            column: 1,
            row: 1,
        };
        assert!(child.tile(corner).await.unwrap().starts_with(&[0xFF, 0xD8]));
        assert!(
            child
                .associated("macro")
                .await
                .unwrap()
                .starts_with(b"\x89PNG")
        );
    }
}

#[tokio::test]
async fn a_mirax_slide_is_read_with_its_folder_and_without() {
    let Some(library) = library() else { return };
    let sandbox = Sandbox::new(Settings {
        openslide: library,
        ..settings()
    });
    let sandbox = sandbox.unwrap();
    let slide = stored(mirax::files(jpeg));
    let mut flat = slide.members.clone();
    for member in &mut flat {
        let name = member.name.expose().trim_start_matches("S/").to_owned();
        member.name = Phi::new(name);
    }
    for members in [&slide.members, &flat] {
        let mut child = sandbox.open(members).await.unwrap();
        let seen = child.inspected().clone();
        assert_eq!((seen.facts.width, seen.facts.height), (1024, 1024));
        assert_eq!(
            (seen.facts.vendor.as_str(), seen.levels.len()),
            ("mirax", 3)
        );
        assert_eq!(seen.facts.mpp, [Some(0.25), Some(0.25)]);
        compare_levels(&slide, &mut child).await;
    }
}

/// Every level against what OpenSlide shows when Python asks it.
async fn compare_levels(slide: &Stored, child: &mut Child) {
    for level in child.inspected().levels.clone() {
        let region = Region {
            x: 100,
            y: 60,
            width: 300,
            height: 200,
        };
        let png = child.region(level.image, level.level, region).await;
        let file = slide.folder.path().join("region.png");
        std::fs::write(&file, png.unwrap()).unwrap();
        compare(slide, level.level, &file);
    }
}

fn compare(slide: &Stored, level: u16, region: &Path) {
    let named = slide.folder.path().join("named");
    for member in &slide.members {
        let MemberAccess::Path(path) = &member.access else {
            panic!("a path");
        };
        let copy = named.join(member.name.expose());
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(path, copy).unwrap();
    }
    let python = std::env::var_os("SLIDEWAY_TEST_PYTHON").unwrap();
    let compared = Command::new(python)
        .arg(COMPARE)
        .arg(named.join(slide.members[0].name.expose()))
        .args([&level.to_string(), "100", "60"])
        .arg(region)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&compared.stderr);
    assert!(compared.status.success(), "level {level}: {said}");
}

#[tokio::test]
async fn a_slide_that_lacks_a_file_is_refused_without_its_names() {
    let Some(library) = library() else { return };
    let sandbox = Sandbox::new(Settings {
        openslide: library,
        ..settings()
    });
    let slide = vms();
    let why = sandbox.unwrap().inspect(&slide.members[..1]).await;
    let Err(Error::Refused { kind, reason }) = why else {
        panic!("{why:?}");
    };
    assert_eq!(kind, Refusal::Damaged, "{reason}");
    assert!(
        !reason.contains("TESTPATIENT") && !reason.contains("image.jpg"),
        "{reason}"
    );
}
