//! Where the archive lies: a local disk, memory or S3, chosen once from the settings' URL.
//!
//! ```text
//!   file:   {root}/scans/… {root}/cases/…   {root}/staging/…   one file system: keeping is a link
//!   memory: a map                            a buffer
//!   s3:     bucket/prefix/scans/…            {staging}/…       keeping is an upload
//! ```
//!
//! A local store is built in [`local_store`] and nowhere else, always with fsync: without it an
//! acknowledged object can come back empty after a power cut.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, Checksum, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, RetryConfig};
use url::Url;

use crate::faults::Faults;
use crate::reading::Reads;
use crate::recent::Recent;
use crate::{Error, Key, S3, Settings};

/// What all clones of an archive share.
pub(crate) struct Inner {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) place: Place,
    pub(crate) reads: Reads,
    pub(crate) faults: Faults,
}

/// What differs between the places.
pub(crate) enum Place {
    Local {
        root: PathBuf,
        /// Open descriptors; bounded by `Settings::open_files`.
        files: Mutex<Recent<Key, Arc<File>>>,
    },
    Memory,
    Remote {
        staging: PathBuf,
    },
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.objects)
    }
}

impl Place {
    /// The folder where deliveries wait, or `None` in memory.
    pub(crate) fn staging(&self) -> Option<PathBuf> {
        match self {
            Self::Local { root, .. } => Some(root.join("staging")),
            Self::Memory => None,
            Self::Remote { staging } => Some(staging.clone()),
        }
    }
}

pub(crate) fn choose(settings: &Settings, faults: Faults) -> Result<Inner, Error> {
    let url = settings.url.as_str();
    let (objects, place) = if url == "memory:" {
        let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        (objects, Place::Memory)
    } else if url.starts_with("file:") {
        local(settings)?
    } else if url.starts_with("s3:") {
        remote(settings)?
    } else {
        return Err(wrong_url(format!("{url:?} names no kind of store")));
    };
    Ok(Inner {
        objects: faults.over(objects),
        place,
        reads: Reads::default(),
        faults,
    })
}

fn local(settings: &Settings) -> Result<(Arc<dyn ObjectStore>, Place), Error> {
    if settings.staging.is_some() {
        return Err(Error::Setting {
            name: "staging",
            why: "a file: archive stages on its own file system".into(),
            remedy: "leave staging out",
        });
    }
    let root = folder_of(&settings.url)?;
    prepare(&root.join("staging"))?;
    let root = std::fs::canonicalize(&root)
        .map_err(|source| Error::disk(format!("opening {}", root.display()), source))?;
    let objects = local_store(&root)?;
    let files = Mutex::new(Recent::new(settings.open_files, u64::MAX));
    Ok((Arc::new(objects), Place::Local { root, files }))
}

/// The only construction of a local store: with fsync, or acknowledged data can be lost.
fn local_store(root: &Path) -> Result<LocalFileSystem, Error> {
    LocalFileSystem::new_with_prefix(root)
        .map(|store| store.with_fsync(true))
        .map_err(|refused| wrong_url(refused.to_string()))
}

fn remote(settings: &Settings) -> Result<(Arc<dyn ObjectStore>, Place), Error> {
    let Some(staging) = settings.staging.clone() else {
        return Err(Error::Setting {
            name: "staging",
            why: "an s3: archive needs a local folder for deliveries".into(),
            remedy: "name a folder on a durable local disk",
        });
    };
    prepare(&staging)?;
    let url = Url::parse(&settings.url)
        .map_err(|refused| wrong_url(format!("{:?}: {refused}", settings.url)))?;
    let mut s3 = settings.s3.clone();
    overrule(&mut s3, &url)?;
    let bucket = url.host_str().unwrap_or_default();
    let store = builder(bucket, &s3)
        .build()
        .map_err(|refused| wrong_url(refused.to_string()))?;
    let prefix = object_store::path::Path::parse(url.path())
        .map_err(|refused| wrong_url(refused.to_string()))?;
    let objects = Arc::new(PrefixStore::new(store, prefix));
    Ok((objects, Place::Remote { staging }))
}

/// Settings written in the URL's query win: `?endpoint=…&region=…&allow_http=true`.
fn overrule(s3: &mut S3, url: &Url) -> Result<(), Error> {
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "endpoint" => s3.endpoint = Some(value.into_owned()),
            "region" => s3.region = value.into_owned(),
            "allow_http" if value == "true" || value == "false" => s3.allow_http = value == "true",
            _ => return Err(wrong_url(format!("{name}={value} is not understood"))),
        }
    }
    Ok(())
}

fn builder(bucket: &str, s3: &S3) -> AmazonS3Builder {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&s3.region)
        .with_allow_http(s3.allow_http)
        .with_virtual_hosted_style_request(s3.virtual_hosted)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_checksum_algorithm(Checksum::SHA256)
        // One object at a time: look-alikes often lack the bulk request.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            retry_timeout: Duration::from_secs(u64::from(s3.retry_seconds)),
            ..RetryConfig::default()
        });
    if let Some(endpoint) = &s3.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(credentials) = &s3.credentials {
        builder = builder
            .with_access_key_id(&credentials.access_key_id)
            .with_secret_access_key(&credentials.secret_access_key);
        if let Some(token) = &credentials.session_token {
            builder = builder.with_token(token);
        }
    }
    builder
}

fn folder_of(url: &str) -> Result<PathBuf, Error> {
    let rest = url.strip_prefix("file:").unwrap_or(url);
    if rest.starts_with("./") || rest.starts_with("../") {
        return std::path::absolute(rest)
            .map_err(|source| Error::disk(format!("finding {rest}"), source));
    }
    Url::parse(url)
        .ok()
        .filter(|url| url.path() != "/")
        .and_then(|url| url.to_file_path().ok())
        .ok_or_else(|| wrong_url(format!("{url:?} names no folder")))
}

/// Creates the folder, and flushes every name that was made for it.
fn prepare(folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::disk(format!("creating folder {}", folder.display()), source);
    let made = folder
        .ancestors()
        .take_while(|place| !place.exists())
        .count();
    std::fs::create_dir_all(folder).map_err(failed)?;
    let new_names = folder.ancestors().skip(1).take(made);
    for place in new_names.filter(|place| !place.as_os_str().is_empty()) {
        File::open(place)
            .and_then(|place| place.sync_all())
            .map_err(failed)?;
    }
    Ok(())
}

fn wrong_url(why: String) -> Error {
    Error::Setting {
        name: "url",
        why,
        remedy: "write file:///absolute/folder, file:./folder, memory: or s3://bucket/prefix",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(settings: &Settings) -> String {
        choose(settings, Faults::none())
            .map(|_| ())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_wrong_url_names_the_setting_and_the_remedy() {
        for url in [
            "",
            "memory",
            "ftp://x",
            "file:",
            "file:///",
            "file://host/x",
        ] {
            let refused = refusal(&Settings {
                url: url.into(),
                ..Settings::default()
            });
            assert!(refused.contains("archive setting url"), "{url}: {refused}");
            assert!(refused.contains("s3://bucket/prefix"), "{url}: {refused}");
        }
    }

    #[test]
    fn s3_needs_a_staging_folder_and_knows_its_query() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            url: "s3://slides/lab?endpoint=http://127.0.0.1:9&allow_http=true".into(),
            ..Settings::default()
        };
        assert!(refusal(&settings).contains("archive setting staging"));
        settings.staging = Some(folder.path().join("staging"));
        assert!(choose(&settings, Faults::none()).is_ok());
        settings.url.push_str("&secret_access_key=x");
        assert!(refusal(&settings).contains("is not understood"));
    }

    #[test]
    fn a_local_store_is_built_with_fsync() {
        let folder = tempfile::tempdir().unwrap();
        let store = local_store(folder.path()).unwrap();
        assert!(format!("{store:?}").contains("fsync: true"), "{store:?}");
    }
}
