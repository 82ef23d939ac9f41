//! Files made to harm: whatever they hold, the parent hears a refusal or an end, and does not grow.
//!
//! Alone in its test program, because it measures the memory of its own process. `SLIDEWAY_CORPUS` names the
//! folder of real slides and hostile files; without it only synthetic slides are mutated. `SLIDEWAY_LONG` tries
//! ten thousand mutations instead of some hundred.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "how many ended how, and from which seeds, is the finding"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pathology::formats::synthetic::{Recipe, Stain, write_svs};
use pathology::phi::Phi;
use pathology::pyramid::geometry::{Region, TileAt};
use sandbox::{Child, Error, Member, MemberAccess, Reading, Sandbox, Settings, Source};
use tokio::task::JoinSet;

/// Of the parent, whatever its children read.
const GROWTH_BYTES: u64 = 64 << 20;
/// Slides that are mutated are held in memory.
const LARGEST_BYTES: u64 = 4 << 20;
/// Scans tried at once.
const AT_ONCE: usize = 4;

#[tokio::test]
async fn no_file_harms_more_than_itself() {
    let sandbox = Sandbox::new(Settings {
        wall_seconds: 10,
        cpu_seconds: 10,
        ..Settings::of_program(env!("CARGO_BIN_EXE_sandbox-child"))
    });
    let sandbox = sandbox.unwrap();
    sandbox.prepare().await.unwrap();
    let slides = slides();
    let before = memory("VmRSS");
    let mut ends = Ends::default();
    try_all(&sandbox, hostile(), &mut ends).await;
    println!("hostile files: {ends:?}");
    let mut ends = Ends::default();
    try_all(&sandbox, mutations(&slides), &mut ends).await;
    println!("mutations: {ends:?}");
    let grown = memory("VmHWM").saturating_sub(before);
    println!("the parent grew by {} KiB", grown >> 10);
    assert!(grown <= GROWTH_BYTES, "the parent grew by {grown} bytes");
}

/// How the scans ended, by the kind of end.
type Ends = BTreeMap<&'static str, u32>;

type Scans = Box<dyn Iterator<Item = (String, Member)>>;

async fn try_all(sandbox: &Sandbox, scans: Scans, ends: &mut Ends) {
    let mut trying = JoinSet::new();
    for (name, member) in scans {
        if trying.len() == AT_ONCE {
            count(trying.join_next().await, ends);
        }
        let sandbox = sandbox.clone();
        trying.spawn(async move {
            let ended = try_one(&sandbox, member).await;
            end(&name, &ended)
        });
    }
    while let Some(ended) = trying.join_next().await {
        count(Some(ended), ends);
    }
}

fn count(ended: Option<Result<&'static str, tokio::task::JoinError>>, ends: &mut Ends) {
    *ends.entry(ended.unwrap().unwrap()).or_default() += 1;
}

/// What the end of a scan was; one that speaks against the parent fails the test.
fn end(name: &str, ended: &Result<(), Error>) -> &'static str {
    match ended {
        Ok(()) => "read",
        Err(Error::Refused { reason, .. }) => {
            assert!(!reason.is_empty(), "{name}: refused without a reason");
            "refused"
        }
        Err(why) if why.is_poison() => {
            println!("{name}: {why}");
            "ended"
        }
        Err(why) => panic!("{name}: {why}"),
    }
}

/// All that is ever asked of a scan; the first end that is not well.
async fn try_one(sandbox: &Sandbox, member: Member) -> Result<(), Error> {
    let mut child = sandbox.open(&[member]).await?;
    let mut first = Ok(());
    for level in child.inspected().levels.clone().into_iter().take(4) {
        let at = (level.image, level.level);
        keep(&mut first, child.extents(at.0, at.1, drop).await)?;
        for place in [(0, 0), (level.grid.columns() - 1, level.grid.rows() - 1)] {
            keep(&mut first, tile(&mut child, at, place).await)?;
        }
        let region = Region {
            x: 0,
            y: 0,
            width: 300,
            height: 300,
        };
        let region = child.region(at.0, at.1, region).await;
        keep(&mut first, region.map(drop))?;
    }
    for name in ["label", "macro", "thumbnail"] {
        match child.associated(name).await.map(drop) {
            Err(Error::Refused { .. }) => {}
            other => keep(&mut first, other)?,
        }
    }
    keep(&mut first, child.codes().await.map(drop))?;
    first
}

/// Remembers the first refusal, and stops at an end.
fn keep(first: &mut Result<(), Error>, one: Result<(), Error>) -> Result<(), Error> {
    match one {
        Err(refused @ Error::Refused { .. }) => {
            if first.is_ok() {
                *first = Err(refused);
            }
            Ok(())
        }
        other => other,
    }
}

async fn tile(
    child: &mut Child,
    (image, level): (u16, u16),
    (column, row): (u32, u32),
) -> Result<(), Error> {
    let at = TileAt {
        image,
        level,
        column,
        row,
    };
    child.tile(at).await.map(drop)
}

/// Every file of the corpus that was made to harm.
fn hostile() -> Scans {
    let mut files = Vec::new();
    if let Some(corpus) = corpus() {
        collect(&corpus.join("hostile"), &mut files);
        assert!(files.len() > 300, "only {} hostile files", files.len());
    }
    Box::new(files.into_iter().map(|path| {
        let name = path.display().to_string();
        let member = Member {
            name: Phi::new("TESTPATIENT".into()),
            access: MemberAccess::Path(path),
        };
        (name, member)
    }))
}

/// Sound slides, changed in places that their seeds choose.
fn mutations(slides: &[(String, Arc<Vec<u8>>)]) -> Scans {
    let long = std::env::var_os("SLIDEWAY_LONG").is_some();
    let count: u64 = if long { 10_000 } else { 300 };
    println!("{count} mutations of {} slides, seeds from 0", slides.len());
    let slides = slides.to_vec();
    Box::new((0..count).map(move |seed| {
        let (name, bytes) = &slides[seed as usize % slides.len()];
        let mutated = Mutated::of(Arc::clone(bytes), seed);
        let member = Member {
            name: Phi::new("TESTPATIENT".into()),
            access: MemberAccess::Brokered {
                size: mutated.size,
                source: Arc::new(mutated),
            },
        };
        (format!("{name}, seed {seed}"), member)
    }))
}

/// A slide with changes laid over it.
struct Mutated {
    bytes: Arc<Vec<u8>>,
    size: u64,
    changes: Vec<(u64, Vec<u8>)>,
}

/// Values that lengths, counts and offsets go wrong with.
const LENGTHS: [u64; 8] = [
    0,
    1,
    0x7F,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFF,
    0xFFFF_FFFF_FFFF_FFF0,
];

impl Mutated {
    fn of(bytes: Arc<Vec<u8>>, seed: u64) -> Self {
        let mut chance = Chance(seed);
        let mut size = bytes.len() as u64;
        let mut changes = Vec::new();
        for _ in 0..=chance.below(4) {
            // Structure stands at the ends of a file, pixels between.
            let near = [64, 4_096, size][chance.below(3) as usize].min(size);
            let from_end = chance.below(2) == 0;
            let at = chance.below(near);
            let at = if from_end { size - 1 - at } else { at };
            match chance.below(4) {
                0 => changes.push((at, vec![bytes[at as usize] ^ (1 << chance.below(8))])),
                1 => {
                    let length = LENGTHS[chance.below(8) as usize];
                    let width = [2, 4, 8][chance.below(3) as usize];
                    let mut field = length.to_le_bytes()[..width].to_vec();
                    if chance.below(2) == 0 {
                        field.reverse();
                    }
                    changes.push((at, field));
                }
                2 => {
                    let from = chance.below(size) as usize;
                    let to = bytes.len().min(from + chance.below(600) as usize);
                    changes.push((at, bytes[from..to].to_vec()));
                }
                _ if chance.below(3) == 0 && at > 0 => size = at,
                _ => {}
            }
        }
        Self {
            bytes,
            size,
            changes,
        }
    }
}

impl Source for Mutated {
    fn read(&self, offset: u64, length: u32) -> Reading<'_> {
        let start = offset as usize;
        let mut piece = self.bytes[start..start + length as usize].to_vec();
        for (at, change) in &self.changes {
            for (place, byte) in (*at..).zip(change) {
                let inside = place.checked_sub(offset).map(|inside| inside as usize);
                if let Some(old) = inside.and_then(|inside| piece.get_mut(inside)) {
                    *old = *byte;
                }
            }
        }
        Box::pin(async move { Ok(piece) })
    }
}

/// Numbers that only their seed decides (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}

/// A synthetic slide, and those of the corpus that are small enough.
fn slides() -> Vec<(String, Arc<Vec<u8>>)> {
    let mut slides = vec![("synthetic".to_owned(), Arc::new(synthetic()))];
    let mut files = Vec::new();
    if let Some(corpus) = corpus() {
        collect(&corpus.join("slides"), &mut files);
    }
    for path in files {
        if std::fs::metadata(&path).unwrap().len() <= LARGEST_BYTES {
            let bytes = std::fs::read(&path).unwrap();
            slides.push((path.display().to_string(), Arc::new(bytes)));
        }
    }
    slides.retain(|(_, bytes)| !bytes.is_empty());
    slides
}

fn synthetic() -> Vec<u8> {
    let recipe = Recipe {
        width: 1200,
        height: 900,
        seed: 21,
        barcode: None,
        label_lines: Vec::new(),
        stain: Stain::HE,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: None,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    write_svs(&recipe, &mut bytes).unwrap();
    bytes.into_inner()
}

fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("SLIDEWAY_CORPUS")?);
    assert!(
        folder.join("hostile").is_dir(),
        "SLIDEWAY_CORPUS has no folder `hostile`: unset it, or point it at the corpus"
    );
    Some(folder)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Memory of this process in bytes, by its name in /proc/self/status.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.unwrap().parse::<u64>().unwrap() << 10
}
