//! Small objects: created once, and "already there" believed only after reading it back.
//!
//! On S3 "already exists" may also be the answer to a race or to our own lost acknowledgement,
//! so every such answer is settled by comparing bytes. "Done" is believed no sooner: what was put is read back.

use bytes::Bytes;
use object_store::ObjectStoreExt;

use crate::{Archive, Error, Key};

impl Archive {
    /// Creates an object (index, derived pack, manifest, attachment) durably, never overwriting.
    ///
    /// The same bytes again are `Ok`; other bytes under the same key are [`Error::Conflict`].
    pub async fn put_new(&self, key: Key, bytes: Bytes) -> Result<(), Error> {
        let put = self.create(key, bytes.clone().into()).await;
        fail::fail_point!("archive::put");
        let Err(failure) = put else {
            return self.read_back(key, &bytes).await;
        };
        match Error::store(key, failure) {
            answer @ (Error::Conflict { .. } | Error::Unavailable { .. }) => {
                self.settle(key, &bytes, answer).await
            }
            other => Err(other),
        }
    }

    /// A store that said "done" and lost the bytes, or changed them, is found before anybody relies on it.
    async fn read_back(&self, key: Key, bytes: &Bytes) -> Result<(), Error> {
        match self.same(key, bytes).await {
            Ok(true) => self.make_durable(key).await,
            Ok(false) => Err(Error::Conflict { key }),
            Err(Error::NotFound { .. }) => Err(Error::Unavailable {
                key,
                source: "the store said that it was written, and it is not there".into(),
            }),
            Err(other) => Err(other),
        }
    }

    /// Decides an ambiguous answer: what lies under the key now?
    async fn settle(&self, key: Key, bytes: &Bytes, answer: Error) -> Result<(), Error> {
        match self.same(key, bytes).await {
            Ok(true) => self.make_durable(key).await,
            Ok(false) => Err(Error::Conflict { key }),
            Err(Error::NotFound { .. }) => Err(lost_race(key, answer)),
            Err(_) if answer.is_transient() => Err(answer),
            Err(other) => Err(other),
        }
    }

    async fn same(&self, key: Key, bytes: &Bytes) -> Result<bool, Error> {
        let stored = self.inner.objects.get(&key.location()).await;
        let stored = stored.map_err(|failure| Error::store(key, failure))?;
        if stored.meta.size != bytes.len() as u64 {
            return Ok(false);
        }
        let stored = stored.bytes().await;
        let stored = stored.map_err(|failure| Error::store(key, failure))?;
        Ok(stored == *bytes)
    }
}

/// "Already exists", and yet it is not there: two writers raced and the store let neither win.
fn lost_race(key: Key, answer: Error) -> Error {
    match answer {
        Error::Conflict { .. } => Error::Unavailable {
            key,
            source: "the store reported a concurrent write that left nothing".into(),
        },
        other => other,
    }
}
