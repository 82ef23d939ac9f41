//! The probe at start: does the store really refuse to create an object twice?
//!
//! Some S3 look-alikes ignore If-None-Match and let two owners win; write-once would be a wish.

use object_store::{ObjectStoreExt, PutMode, PutOptions, PutPayload};
use uuid::Uuid;

use crate::{Archive, Error, Key};

impl Archive {
    /// Creates a probe object twice: the first must be `Ok`, the second `AlreadyExists`.
    pub(crate) async fn probe(&self) -> Result<(), Error> {
        let key = Key::Probe(Uuid::new_v4());
        self.create(key, PutPayload::from_static(b"first"))
            .await
            .map_err(|failure| self.not_create_only(key, failure))?;
        let second = self.create(key, PutPayload::from_static(b"second")).await;
        if let Err(failure) = self.inner.objects.delete(&key.location()).await {
            tracing::warn!(object.key = %key, error = %failure, "a probe object could not be removed");
        }
        match second {
            Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Ok(()) => Err(Error::NotCreateOnly {
                store: self.inner.objects.to_string(),
            }),
            Err(failure) => Err(self.not_create_only(key, failure)),
        }
    }

    fn not_create_only(&self, key: Key, failure: object_store::Error) -> Error {
        match failure {
            object_store::Error::NotImplemented { .. }
            | object_store::Error::NotSupported { .. } => Error::NotCreateOnly {
                store: self.inner.objects.to_string(),
            },
            other => Error::store(key, other),
        }
    }

    /// One create-only put, with the store's own answer.
    pub(crate) async fn create(
        &self,
        key: Key,
        payload: PutPayload,
    ) -> Result<(), object_store::Error> {
        let location = key.location();
        let options = PutOptions::from(PutMode::Create);
        let put = self.inner.objects.put_opts(&location, payload, options);
        put.await.map(|_| ())
    }
}
