//! Inotify: a hint that a look is worth while, and the one thing only it sees, a final rename.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use crate::ScannerSettings;
use crate::naming::{is_slide, is_temporary};

/// Renamed names remembered at most; a name beyond waits out its quiet time.
const RENAMED_AT_MOST: usize = 10_000;

/// Names that came from a temporary name in the same folder, and were not taken yet.
#[derive(Clone, Default)]
pub(super) struct Renamed(Arc<Mutex<HashSet<OsString>>>);

impl Renamed {
    pub(super) fn has(&self, name: &OsString) -> bool {
        self.names().contains(name)
    }

    pub(super) fn add(&self, name: OsString) {
        let mut names = self.names();
        if names.len() < RENAMED_AT_MOST {
            names.insert(name);
        }
    }

    pub(super) fn forget(&self, name: &OsString) {
        self.names().remove(name);
    }

    fn names(&self) -> std::sync::MutexGuard<'_, HashSet<OsString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches the folder while the watcher lives; nothing when it cannot be watched, or is not there.
pub(super) fn watch(
    settings: &ScannerSettings,
    renamed: &Renamed,
    wake: &Arc<Notify>,
) -> Option<RecommendedWatcher> {
    let (of, renamed, wake) = (settings.clone(), renamed.clone(), Arc::clone(wake));
    let heard = move |event: notify::Result<Event>| {
        // An error says that events were lost: look.
        if event.is_err() || event.is_ok_and(|event| hear(&event, &of, &renamed)) {
            wake.notify_one();
        }
    };
    let watched = notify::recommended_watcher(heard).and_then(|mut watcher| {
        watcher.watch(&settings.folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    match watched {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            // The error's own words may name a path.
            tracing::debug!(scanner.id = %settings.id, kind = ?error.kind, "A scanner's folder is looked at by the clock only");
            None
        }
    }
}

/// Notes a final rename, and says whether the event is worth a look.
pub(super) fn hear(event: &Event, settings: &ScannerSettings, renamed: &Renamed) -> bool {
    let inside = |path: &Path| path.parent() == Some(settings.folder.as_path());
    let slide = |path: &Path| {
        path.file_name()
            .is_some_and(|name| is_slide(name, settings))
    };
    if let (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), [from, to]) =
        (event.kind, event.paths.as_slice())
    {
        let temporary = from.file_name().is_some_and(is_temporary);
        let counts = settings.profile.renamed_counts && temporary && slide(to);
        if let (true, Some(name)) = (counts && inside(from) && inside(to), to.file_name()) {
            renamed.add(name.to_owned());
        }
    }
    let telling = matches!(
        event.kind,
        EventKind::Create(_)
            | EventKind::Modify(ModifyKind::Name(_))
            | EventKind::Access(AccessKind::Close(AccessMode::Write))
    );
    event.need_rescan()
        || (telling
            && event
                .paths
                .iter()
                .any(|path| slide(path) || is_marker(path, settings)))
}

fn is_marker(path: &Path, settings: &ScannerSettings) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    settings
        .profile
        .marker
        .as_ref()
        .is_some_and(|marker| name.to_lowercase().ends_with(&marker.to_lowercase()))
}
