//! An archive of its own for each test: a folder, or a prefix of the S3 store.
//!
//! The store is named by `SLIDEWAY_TEST_S3=http://KEY:SECRET@HOST:PORT/BUCKET`; without it the test fails,
//! it is never skipped.

use archive::{Credentials, S3, Settings};
use tempfile::TempDir;

use super::fresh;

/// Where a test's objects lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Disk,
    S3,
}

pub(crate) struct Storage {
    pub(crate) settings: Settings,
    pub(crate) folder: TempDir,
}

impl Storage {
    pub(crate) fn of(place: Place) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = match place {
            Place::Disk => Settings {
                url: format!("file://{}", folder.path().join("archive").display()),
                ..Settings::default()
            },
            Place::S3 => on_s3(&folder),
        };
        Self { settings, folder }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test's store is named by the environment"
)]
fn server() -> String {
    std::env::var("SLIDEWAY_TEST_S3").expect(
        "no S3 store to test on: run tests/run, or set SLIDEWAY_TEST_S3 to http://key:secret@host:port/bucket",
    )
}

fn on_s3(folder: &TempDir) -> Settings {
    let server = server();
    let parts = server.strip_prefix("http://").and_then(|rest| {
        let (keys, place) = rest.split_once('@')?;
        let (host, bucket) = place.split_once('/')?;
        let (key, secret) = keys.split_once(':')?;
        Some((key, secret, host, bucket))
    });
    let (key, secret, host, bucket) = parts.expect("http://key:secret@host:port/bucket");
    Settings {
        url: format!("s3://{bucket}/{}", fresh().simple()),
        staging: Some(folder.path().join("staging")),
        s3: S3 {
            endpoint: Some(format!("http://{host}")),
            allow_http: true,
            credentials: Some(Credentials {
                access_key_id: key.to_owned(),
                secret_access_key: secret.to_owned(),
                session_token: None,
            }),
            ..S3::default()
        },
        ..Settings::default()
    }
}
