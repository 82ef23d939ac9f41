//! A hand takes one delivery in: looks whether its structure closes, then pushes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog::{Code, Delivery};
use pathology::phi::Phi;
use tokio::sync::OwnedSemaphorePermit;

use super::doubt::Doubt;
use super::listing::Entry;
use crate::closing::{Closes, Closing};
use crate::naming::shown;
use crate::push::{Parcel, Pushed, take};
use crate::{Door, Error, Keepers, ScannerSettings};

/// A delivery, as the folder and the catalogue see it.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) entry: Entry,
    pub(super) delivery: Delivery,
}

/// What became of it.
pub(super) enum Taken {
    Stored(Pushed),
    Doubted(Doubt),
    Failed(Error),
}

/// Everything a hand needs.
pub(super) struct Hand {
    pub(super) found: Found,
    pub(super) door: Door,
    pub(super) keepers: Keepers,
    pub(super) closes: Arc<dyn Closes>,
    pub(super) names_carry_codes: bool,
    /// Its place among the hands of all folders.
    pub(super) place: OwnedSemaphorePermit,
}

impl Hand {
    pub(super) async fn work(self) -> (Found, Taken) {
        let taken = match self.closes.closes(&self.found.entry.path).await {
            Ok(Closing::EndsEarly) => Taken::Doubted(Doubt::EndsEarly),
            Ok(Closing::Closes | Closing::NoSlide) => self.push().await,
            Err(why) => failed(why.into()),
        };
        drop(self.place);
        (self.found, taken)
    }

    async fn push(&self) -> Taken {
        let entry = &self.found.entry;
        let parcel = Parcel {
            path: entry.path.clone(),
            codes: self.codes(),
            delivery: Some(self.found.delivery.id),
            version: Some(entry.version),
        };
        match take(&self.keepers, &self.door, parcel, |_| {}).await {
            Ok(pushed) => Taken::Stored(pushed),
            Err(why) => failed(why),
        }
    }

    /// The catalogue cuts the container number out of the name.
    fn codes(&self) -> Vec<Code> {
        let entry = &self.found.entry;
        let stem = if entry.is_folder {
            Some(entry.name.as_os_str())
        } else {
            Path::new(&entry.name).file_stem()
        };
        let code = stem.filter(|_| self.names_carry_codes).map(|stem| Code {
            origin: "file_name",
            value: Phi::new(shown(stem)),
        });
        code.into_iter().collect()
    }
}

/// A file that cannot be read speaks against itself, not against the keepers.
fn failed(why: Error) -> Taken {
    match why {
        Error::Source(_) | Error::Sandbox(sandbox::Error::Source(_)) => {
            Taken::Doubted(Doubt::Unreadable)
        }
        why => Taken::Failed(why),
    }
}

/// Whether the file that says a slide is complete is there, or none is needed.
pub(super) async fn is_marked(entry: &Entry, settings: &ScannerSettings) -> bool {
    let Some(marker) = &settings.profile.marker else {
        return true;
    };
    let beside = |name: &std::ffi::OsStr| -> PathBuf {
        let mut name = name.to_owned();
        name.push(marker);
        settings.folder.join(name)
    };
    let stem = Path::new(&entry.name).file_stem().unwrap_or(&entry.name);
    let there = |path: PathBuf| async move { tokio::fs::try_exists(path).await.unwrap_or(false) };
    there(beside(&entry.name)).await || there(beside(stem)).await
}
