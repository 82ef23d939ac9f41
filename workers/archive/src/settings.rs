//! What the archive must be told: where the objects lie, and how much it may keep open.
//!
//! Secrets are handed in by the caller ([`S3::credentials`]); nothing here reads the environment
//! or a configuration file.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where the objects lie: `file:///absolute/folder`, `file:./folder` (below the working
    /// directory), `memory:` (lost at exit: tests only) or `s3://bucket/prefix`.
    /// Default `file:./slideway-data/archive`.
    pub url: String,
    /// The local folder where deliveries wait until they are stored on S3; needed for `s3:` and
    /// refused otherwise (a `file:` archive stages on its own file system). Default none.
    pub staging: Option<PathBuf>,
    /// Hours after which a staging file nobody finished is removed at start. Default 24.
    pub stale_staging_hours: u32,
    /// Most descriptors of a `file:` archive kept open for reading. Default 256.
    pub open_files: usize,
    /// Most index headers and pages kept opened. Default 4,096.
    pub index_cache_entries: usize,
    /// Most bytes of index headers and pages kept opened. Default 128 MiB.
    pub index_cache_bytes: u64,
    /// How to reach an `s3:` archive.
    pub s3: S3,
}

/// How to reach an S3 store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3 {
    /// The address of a store that is not AWS, for example `http://127.0.0.1:8333`. Default none.
    pub endpoint: Option<String>,
    /// The region. Default `us-east-1`.
    pub region: String,
    /// Whether unencrypted HTTP is permitted (loopback and tests). Default false.
    pub allow_http: bool,
    /// Whether the bucket stands in the host name instead of the path. Default false.
    pub virtual_hosted: bool,
    /// Most seconds one operation is tried again before it is reported unavailable. Default 30.
    pub retry_seconds: u32,
    /// The keys, given by the caller and never part of a configuration file. Without them the
    /// store's instance role is used. Default none.
    #[serde(skip)]
    pub credentials: Option<Credentials>,
}

/// The keys of an S3 store. Prints as `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: "file:./slideway-data/archive".into(),
            staging: None,
            stale_staging_hours: 24,
            open_files: 256,
            index_cache_entries: 4096,
            index_cache_bytes: 128 << 20,
            s3: S3::default(),
        }
    }
}

impl Default for S3 {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: "us-east-1".into(),
            allow_http: false,
            virtual_hosted: false,
            retry_seconds: 30,
            credentials: None,
        }
    }
}

impl Settings {
    /// The age at which an unfinished staging file is removed at start.
    pub fn stale_staging(&self) -> Duration {
        Duration::from_secs(u64::from(self.stale_staging_hours) * 3600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let refused = serde_json::from_str::<Settings>(r#"{"ulr": "memory:"}"#)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("unknown field `ulr`"), "{refused}");
    }

    #[test]
    fn credentials_are_neither_read_printed_nor_written() {
        let refused = serde_json::from_str::<S3>(r#"{"credentials": {}}"#);
        assert!(refused.is_err());
        let s3 = S3 {
            credentials: Some(Credentials {
                access_key_id: "AKIA".into(),
                secret_access_key: "hush".into(),
                session_token: None,
            }),
            ..S3::default()
        };
        let shown = format!("{s3:?} {}", serde_json::to_string(&s3).unwrap());
        assert!(shown.contains("[secret]"), "{shown}");
        assert!(
            !shown.contains("hush") && !shown.contains("AKIA"),
            "{shown}"
        );
    }
}
