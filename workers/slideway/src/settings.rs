//! Every setting, read once: defaults ← the TOML file ← environment (secrets only there).
//!
//! The one place that reads environment variables.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::laboratory::Laboratory;

/// The whole configuration: one table a process or keeper.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Where bytes are kept.
    pub(crate) archive: archive::Settings,
    /// Where facts are kept.
    pub(crate) catalog: catalog::Settings,
    /// How slides are decoded, behind the process boundary.
    pub(crate) sandbox: sandbox::Settings,
    /// Scanner doors.
    pub(crate) ingest: ingest::Settings,
    /// Machine work on stored scans.
    pub(crate) tile: tile::Settings,
    /// The archive checked all the time.
    pub(crate) scrub: tile::ScrubSettings,
    /// What nobody needs removed.
    pub(crate) sweep: tile::SweepSettings,
    /// What looks after the worklist.
    pub(crate) route: route::Settings,
    /// Pages and programming interface.
    pub(crate) serve: serve::Settings,
    /// The file of the laboratory's policy, beside this one; without it the defaults hold.
    pub(crate) routing_file: Option<PathBuf>,
    /// Targets, leases and deadlines, as read from that file.
    #[serde(skip)]
    pub(crate) routing: catalog::Policy,
    /// Who exists: organisations, sites, issuers, scanners, people, agreements.
    pub(crate) laboratory: Laboratory,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{path}: {reason}")]
    Unreadable {
        path: PathBuf,
        reason: std::io::Error,
    },
    #[error("{path}: {reason}; {complete} names every setting")]
    Wrong {
        path: PathBuf,
        reason: String,
        complete: &'static str,
    },
}

impl Settings {
    /// Reads a file over the defaults, then the secrets of the environment.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let mut settings: Self = parse(path, "configs/slideway.toml")?;
        if let Some(file) = &settings.routing_file {
            let routing = path.parent().unwrap_or(Path::new(".")).join(file);
            settings.routing = parse(&routing, "configs/routing.toml")?;
        }
        settings.take_secrets();
        Ok(settings)
    }

    /// The embedded default: everything in `./slideway-data`.
    pub(crate) fn embedded() -> Self {
        let mut settings = Self::default();
        settings.take_secrets();
        settings
    }

    fn take_secrets(&mut self) {
        let key = variable("SLIDEWAY_S3_ACCESS_KEY_ID");
        let secret = variable("SLIDEWAY_S3_SECRET_ACCESS_KEY");
        if let (Some(access_key_id), Some(secret_access_key)) = (key, secret) {
            let session_token = variable("SLIDEWAY_S3_SESSION_TOKEN");
            self.archive.s3.credentials = Some(archive::Credentials {
                access_key_id,
                secret_access_key,
                session_token,
            });
        }
        self.route.notify.secret = variable("SLIDEWAY_NOTIFY_SECRET");
        self.route.notify.smtp.password = variable("SLIDEWAY_SMTP_PASSWORD");
        if let Some(url) = variable("SLIDEWAY_CATALOG_URL") {
            self.catalog.url = url;
        }
    }
}

/// Reads a file; an error names the setting, and `complete`, the file that holds every one.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, complete: &'static str) -> Result<T, Error> {
    let unreadable = |reason| Error::Unreadable {
        path: path.into(),
        reason,
    };
    let wrong = |reason: String| Error::Wrong {
        path: path.into(),
        reason,
        complete,
    };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let document = toml::Deserializer::parse(&text).map_err(|e| wrong(e.message().to_owned()))?;
    serde_path_to_error::deserialize(document)
        .map_err(|e| wrong(format!("{}: {}", e.path(), e.inner().message())))
}

/// In test builds only: `SLIDEWAY_KILL_AT` names the point at which this process ends as if by a
/// power cut. Other builds have no such points.
pub(crate) fn die_where_a_test_says() {
    if !fail::has_failpoints() {
        return;
    }
    let Some(point) = variable("SLIDEWAY_KILL_AT") else {
        return;
    };
    let kill = || {
        let _dead =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    };
    fail::cfg_callback(point, kill).unwrap_or_else(|e| tracing::error!("SLIDEWAY_KILL_AT: {e}"));
}

/// An environment variable, if it is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "settings are read here and nowhere else"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
