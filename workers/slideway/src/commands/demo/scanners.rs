//! The demo's scanners: they write each slide under a temporary name into their folder and rename it.
//!
//! Every trouble of the plan is played here as it happens in a laboratory: a file that ends early and
//! is sent again, a file sent twice, a label printed with the number of the slide before it.

use std::collections::BTreeMap;
use std::io::{BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pathology::formats::synthetic::{self, Recipe, write_svs};
use pathology::tileset::{Digest, original_digest};

use super::people::SITES;
use super::plan::{Plan, PlannedSlide, Trouble};
use crate::commands::Failure;

/// What lies on the glass of a delivered scan: which trust, which container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glass {
    pub(super) trust: usize,
    pub(super) container: String,
}

/// The glass by the digest of its file, as the people in the room know it.
#[derive(Clone, Default)]
pub(super) struct Bench(Arc<Mutex<BTreeMap<[u8; 32], Glass>>>);

impl Bench {
    fn put(&self, digest: [u8; 32], glass: Glass) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(digest, glass);
    }

    /// The glass whose file has this digest.
    pub(super) fn glass(&self, digest: &[u8; 32]) -> Option<Glass> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(digest)
            .cloned()
    }

    /// Everything that was delivered.
    pub(super) fn all(&self) -> BTreeMap<[u8; 32], Glass> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// One scan to make: the slide, and whose number its label bears.
pub(super) struct Exposure<'a> {
    pub(super) trust: usize,
    pub(super) slide: &'a PlannedSlide,
    /// The container number printed on the label: its own, or the one before it.
    pub(super) printed: &'a str,
    pub(super) side: (u32, u32),
}

/// The slide as the scanner's camera sees it.
pub(super) fn scan(exposure: &Exposure<'_>) -> Result<Vec<u8>, Failure> {
    let slide = exposure.slide;
    let recipe = Recipe {
        width: exposure.side.0,
        height: exposure.side.1,
        seed: slide.seed,
        barcode: Some(exposure.printed.to_owned()),
        label_lines: vec![
            slide.name.clone(),
            slide.stain_name.to_owned(),
            SITES[exposure.trust].to_owned(),
        ],
        stain: slide.stain,
        microns_per_pixel: 0.5,
        objective: 20,
        trouble: match slide.trouble {
            Trouble::Unreadable => Some(synthetic::Trouble::UnreadableCode),
            Trouble::Blurred => Some(synthetic::Trouble::OutOfFocus),
            _ => None,
        },
    };
    let mut bytes = Cursor::new(Vec::new());
    write_svs(&recipe, &mut bytes)?;
    Ok(bytes.into_inner())
}

/// A folder that a scanner delivers to.
pub(super) struct Outbox {
    pub(super) folder: PathBuf,
    pub(super) bench: Bench,
}

impl Outbox {
    /// Delivers a scan as the plan says: whole, cut short, or twice.
    pub(super) fn deliver(&self, exposure: &Exposure<'_>, bytes: &[u8]) -> Result<(), Failure> {
        let glass = Glass {
            trust: exposure.trust,
            container: exposure.slide.container.clone(),
        };
        self.bench
            .put(original_digest(&[Digest::of(bytes)]).0, glass);
        let name = file_name(exposure.slide);
        match exposure.slide.trouble {
            Trouble::Truncated => self.put(&name, &bytes[..bytes.len() * 2 / 3]),
            Trouble::Twice => {
                self.put(&name, bytes)?;
                self.put(&format!("again-{name}"), bytes)
            }
            Trouble::None | Trouble::Unreadable | Trouble::WrongLabel | Trouble::Blurred => {
                self.put(&name, bytes)
            }
        }
    }

    /// Writes under a temporary name, flushes, renames: a final rename counts at once.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let (part, done) = (
            self.folder.join(format!("{name}.part")),
            self.folder.join(name),
        );
        let mut file = BufWriter::new(std::fs::File::create(&part)?);
        file.write_all(bytes)?;
        file.into_inner()
            .map_err(std::io::IntoInnerError::into_error)?
            .sync_all()?;
        std::fs::rename(part, done)?;
        Ok(())
    }
}

/// Scanners name files by what they counted, not by what they read.
pub(super) fn file_name(slide: &PlannedSlide) -> String {
    format!("scan-{:016x}.svs", slide.seed)
}

/// The folder of the scanner that takes this case's slides.
pub(super) fn folder_of(root: &Path, trust: usize, case: usize) -> PathBuf {
    root.join(format!(
        "{}-{}",
        SITES[trust].to_lowercase(),
        case / 2 % 2 + 1
    ))
}

/// Makes the folders of all scanners.
pub(super) fn make_folders(root: &Path, plan: &Plan) -> Result<(), Failure> {
    for trust in 0..SITES.len() {
        for case in 0..plan.cases.len().max(4) {
            std::fs::create_dir_all(folder_of(root, trust, case))?;
        }
    }
    Ok(())
}
