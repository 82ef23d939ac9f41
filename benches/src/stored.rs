//! The one published slide of an archive, found by its manifest: no catalogue is asked.

use std::path::{Path, PathBuf};

use archive::{Archive, Key, Settings, Tileset, Tilesets};
use pathology::tileset::Manifest;

use crate::Failure;

/// A published slide, opened.
pub(crate) struct Stored {
    pub(crate) archive: Archive,
    pub(crate) tilesets: Tilesets,
    pub(crate) tileset: Tileset,
    pub(crate) manifest: Manifest,
}

/// Opens the archive at `folder` and the newest generation of its one slide.
pub(crate) async fn open(folder: &Path) -> Result<Stored, Failure> {
    let folder = folder.canonicalize()?;
    let settings = Settings {
        url: format!("file://{}", folder.display()),
        ..Settings::default()
    };
    let mut found = Vec::new();
    manifests(&folder.join("scans"), &mut found)?;
    let newest = found.into_iter().max_by_key(|(generation, _)| *generation);
    let (_, path) = newest.ok_or("no manifest in the archive: ingest one slide first")?;
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(path)?)?;
    let originals: Result<Vec<Key>, _> = manifest
        .members
        .iter()
        .map(|member| member.key.parse())
        .collect();
    let archive = Archive::open(&settings).await?;
    Ok(Stored {
        tilesets: Tilesets::new(&archive, &settings),
        archive,
        tileset: Tileset {
            scan: manifest.scan,
            generation: manifest.generation,
            header_digest: manifest.index.header_blake3,
            header_length: manifest.index.header_length,
            originals: originals?.into(),
        },
        manifest,
    })
}

fn manifests(folder: &Path, found: &mut Vec<(u32, PathBuf)>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            manifests(&entry.path(), found)?;
        } else if entry.file_name() == "manifest" {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            found.push((name.trim_start_matches('g').parse()?, entry.path()));
        }
    }
    Ok(())
}
