//! Faults on demand: what a disk or a store can do to a call, for tests that try every call.
//!
//! ```text
//!   disk call ──┐
//!   store call ─┴▶ counted ── the n-th? ─▶ refused | answer lost | bytes lost | short | flipped
//!                     └────── any other ─▶ done
//! ```
//!
//! An archive that serves people is opened without ([`Faults::none`]): then nothing is counted.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Extensions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and the caller is told so.
    Refused,
    /// It is done, and the caller is told that it failed.
    AnswerLost,
    /// Nothing is done, and the caller is told that it was; what is read is not there.
    BytesLost,
    /// What is read or written ends early.
    Short,
    /// One bit of what is read or written is another.
    Flipped,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Refused,
        Self::AnswerLost,
        Self::BytesLost,
        Self::Short,
        Self::Flipped,
    ];

    fn spoil(self, bytes: Bytes) -> Bytes {
        match self {
            Self::Short => bytes.slice(..bytes.len() / 2),
            Self::Flipped if !bytes.is_empty() => {
                let mut flipped = bytes.to_vec();
                flipped[bytes.len() / 2] ^= 1;
                flipped.into()
            }
            _ => bytes,
        }
    }
}

/// Which call meets which fault; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Faults(Option<Arc<Nth>>);

#[derive(Debug)]
struct Nth {
    n: u64,
    fault: Fault,
    calls: AtomicU64,
    armed: AtomicBool,
}

impl Faults {
    /// No call is touched.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The `n`-th call after [`Faults::arm`], from 1, meets the fault.
    pub fn nth(n: u64, fault: Fault) -> Self {
        Self(Some(Arc::new(Nth {
            n,
            fault,
            calls: AtomicU64::new(0),
            armed: AtomicBool::new(false),
        })))
    }

    /// Counts from now on.
    pub fn arm(&self) {
        if let Some(nth) = &self.0 {
            nth.armed.store(true, Ordering::SeqCst);
        }
    }

    /// Counts no longer.
    pub fn rest(&self) {
        if let Some(nth) = &self.0 {
            nth.armed.store(false, Ordering::SeqCst);
        }
    }

    /// Calls counted so far.
    pub fn calls(&self) -> u64 {
        let calls = |nth: &Arc<Nth>| nth.calls.load(Ordering::SeqCst);
        self.0.as_ref().map_or(0, calls)
    }

    fn next(&self) -> Option<Fault> {
        let nth = self.0.as_ref()?;
        if !nth.armed.load(Ordering::SeqCst) {
            return None;
        }
        let call = nth.calls.fetch_add(1, Ordering::SeqCst) + 1;
        (call == nth.n).then_some(nth.fault)
    }

    /// A call of the disk that changes something.
    pub(crate) fn disk<T>(&self, call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match self.next() {
            None => call(),
            Some(Fault::AnswerLost) => call().and_then(|_| Err(eio())),
            Some(_) => Err(eio()),
        }
    }

    /// A read of the disk.
    pub(crate) fn read(&self, call: impl FnOnce() -> io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
        match self.next() {
            None => call(),
            Some(Fault::Short) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(Fault::Flipped) => Ok(Fault::Flipped.spoil(call()?.into()).into()),
            Some(_) => Err(eio()),
        }
    }

    /// The store, its calls counted.
    pub(crate) fn over(&self, inner: Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
        if self.0.is_none() {
            return inner;
        }
        let faults = self.clone();
        Arc::new(FaultStore { inner, faults })
    }
}

fn eio() -> io::Error {
    io::Error::other("a fault that a test asked for")
}

fn refused() -> object_store::Error {
    object_store::Error::Generic {
        store: "faulty",
        source: "a fault that a test asked for".into(),
    }
}

fn done() -> PutResult {
    PutResult {
        e_tag: None,
        version: None,
        extensions: Extensions::default(),
    }
}

#[derive(Debug)]
struct FaultStore {
    inner: Arc<dyn ObjectStore>,
    faults: Faults,
}

impl fmt::Display for FaultStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faulty {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for FaultStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let fault = self.faults.next();
        let payload = match fault {
            Some(Fault::Refused) => return Err(refused()),
            Some(Fault::BytesLost) => return Ok(done()),
            Some(fault) => fault.spoil(payload.into()).into(),
            None => payload,
        };
        let put = self.inner.put_opts(location, payload, options).await?;
        match fault {
            Some(Fault::AnswerLost) => Err(refused()),
            _ => Ok(put),
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        if let Some(Fault::Refused | Fault::AnswerLost) = self.faults.next() {
            return Err(refused());
        }
        let inner = self.inner.put_multipart_opts(location, options).await?;
        let faults = self.faults.clone();
        Ok(Box::new(FaultUpload { inner, faults }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let fault = self.faults.next();
        match fault {
            Some(Fault::Refused | Fault::AnswerLost) => return Err(refused()),
            Some(Fault::BytesLost) => {
                return Err(object_store::Error::NotFound {
                    path: location.to_string(),
                    source: "a fault that a test asked for".into(),
                });
            }
            _ => {}
        }
        let head = options.head;
        let mut got = self.inner.get_opts(location, options).await?;
        if let (Some(fault), false) = (fault, head) {
            let held = GetResultPayload::Stream(stream::empty().boxed());
            let payload = std::mem::replace(&mut got.payload, held);
            let whole = GetResult {
                payload,
                meta: got.meta.clone(),
                range: got.range.clone(),
                attributes: got.attributes.clone(),
                extensions: got.extensions.clone(),
            };
            let bytes = fault.spoil(whole.bytes().await?);
            got.payload = GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed());
        }
        Ok(got)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        match self.faults.next() {
            Some(Fault::Refused) => stream::once(async { Err(refused()) }).boxed(),
            Some(Fault::BytesLost) => locations,
            Some(Fault::AnswerLost) => self
                .inner
                .delete_stream(locations)
                .and_then(|_| async { Err(refused()) })
                .boxed(),
            _ => self.inner.delete_stream(locations),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.faults.next() {
            None => self.inner.list(prefix),
            Some(Fault::Short | Fault::BytesLost) => self.inner.list(prefix).take(1).boxed(),
            Some(_) => stream::once(async { Err(refused()) }).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

#[derive(Debug)]
struct FaultUpload {
    inner: Box<dyn MultipartUpload>,
    faults: Faults,
}

#[async_trait]
impl MultipartUpload for FaultUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        match self.faults.next() {
            None => self.inner.put_part(data),
            // A part flipped on its way is refused by the store: its checksum travels with it.
            Some(Fault::Refused | Fault::Flipped) => Box::pin(async { Err(refused()) }),
            Some(Fault::BytesLost) => Box::pin(async { Ok(()) }),
            Some(Fault::AnswerLost) => {
                let part = self.inner.put_part(data);
                Box::pin(async { part.await.and_then(|()| Err(refused())) })
            }
            Some(fault) => self.inner.put_part(fault.spoil(data.into()).into()),
        }
    }

    async fn complete(&mut self) -> Result<PutResult> {
        match self.faults.next() {
            Some(Fault::Refused) => Err(refused()),
            Some(Fault::BytesLost) => Ok(done()),
            Some(Fault::AnswerLost) => {
                self.inner.complete().await?;
                Err(refused())
            }
            _ => self.inner.complete().await,
        }
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}
