//! One file in: copied, durable, recorded, receipted. The inbox and the command line share it.
//!
//! ```text
//!   open ─▶ stage: copied, digested and flushed at once ─▶ same size and time as before?
//!     ─▶ keep under a fresh key ─▶ record_arrival ─▶ receipt
//!                                       └ same bytes were here: the new copy is deleted
//! ```
//!
//! Until the catalogue has committed, nothing is visible: an early end leaves at most an object
//! that nothing refers to, which the sweep removes. Memory: two blocks of 1 MiB a push.

#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::{Archive, Key, Sealed};
use catalog::{Arrival, ArrivedMember, Code, Receipt};
use pathology::ids::{AttemptId, DeliveryId, ReceiptId, ScanId};
use pathology::phi::Phi;
use pathology::tileset::{Digest, original_digest};
use tokio::fs::File;
use tokio::sync::mpsc::channel;
use uuid::Uuid;

use crate::{Door, Error, Keepers};

/// Blocks copied and not yet told of.
const BLOCKS_TOLD: usize = 16;
/// How often a catalogue that does not answer is asked to record bytes that are already durable.
const RECORD_ATTEMPTS: u32 = 5;
/// The first pause between two such attempts; each one is twice as long as the last.
const RECORD_PAUSE: Duration = Duration::from_millis(250);

/// What became of a push.
#[derive(Debug, Clone, Copy)]
pub struct Pushed {
    /// The receipt: the source may be forgotten.
    pub receipt: ReceiptId,
    /// The scan, old or new.
    pub scan: ScanId,
    /// Whether the same bytes were here before.
    pub already: bool,
    /// Bytes copied.
    pub size_bytes: u64,
}

/// A file to take in.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) path: PathBuf,
    /// The name it came under.
    pub(crate) name: Phi<String>,
    pub(crate) codes: Vec<Code>,
    /// What the folder knows it as.
    pub(crate) delivery: Option<DeliveryId>,
    /// What it must still be when it is opened.
    pub(crate) version: Option<Version>,
}

/// What tells one state of a file from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size_bytes: u64,
    pub(crate) modified_us: i64,
}

/// Takes a file in and gives its receipt; the file is only read. `progress` is told the bytes
/// copied so far. `codes` are those known beside the file; the tiling reads those inside it.
///
/// A file that changes meanwhile is [`Error::StillGrowing`]. What a file is, is not judged here:
/// whatever comes is stored, and the tiling refuses it with its reason.
pub async fn push(
    keepers: &Keepers,
    door: &Door,
    path: &Path,
    codes: Vec<Code>,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Pushed, Error> {
    let parcel = Parcel {
        path: path.to_owned(),
        name: Phi::new(crate::naming::shown(path.file_name().unwrap_or_default())),
        codes,
        delivery: None,
        version: None,
    };
    take(keepers, door, parcel, progress).await
}

/// As [`push`], for a file of which more is known.
pub(crate) async fn take(
    keepers: &Keepers,
    door: &Door,
    parcel: Parcel,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Pushed, Error> {
    let sealed = copy(&keepers.archive, &parcel, progress).await?;
    fail::fail_point!("ingest::staged");
    let (scan, attempt) = (ScanId(Uuid::now_v7()), AttemptId(Uuid::now_v7()));
    let key = Key::Original {
        scan,
        attempt,
        n: 0,
    };
    keepers.archive.keep(&sealed, key).await?;
    fail::fail_point!("ingest::kept");
    let size_bytes = sealed.size_bytes;
    let arrival = arrival(door, parcel, (scan, attempt), &sealed);
    drop(sealed);
    let receipt = record(keepers, door, arrival).await?;
    fail::fail_point!("ingest::recorded");
    // Our own scan is "already" there when an earlier attempt committed and its answer was lost:
    // then this copy is the only one.
    if receipt.already && receipt.scan != scan {
        drop_copy(&keepers.archive, key).await;
    }
    Ok(Pushed {
        receipt: receipt.receipt,
        scan: receipt.scan,
        already: receipt.already,
        size_bytes,
    })
}

impl Version {
    pub(crate) fn of(metadata: &std::fs::Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size_bytes: metadata.size(),
            modified_us: metadata.mtime() * 1_000_000 + metadata.mtime_nsec() / 1000,
        }
    }
}

async fn copy(archive: &Archive, parcel: &Parcel, progress: impl Fn(u64)) -> Result<Sealed, Error> {
    let file = File::open(&parcel.path).await.map_err(Error::Source)?;
    let before = version(&file).await?;
    if parcel.version.is_some_and(|expected| expected != before) {
        return Err(Error::StillGrowing);
    }
    let source = file.try_clone().await.map_err(Error::Source)?;
    let (copied, mut blocks) = channel(BLOCKS_TOLD);
    let telling = async {
        let mut bytes = 0;
        while let Some(block) = blocks.recv().await {
            bytes += block;
            progress(bytes);
        }
    };
    let staging = archive.stage_file(source.into_std().await, before.size_bytes, copied);
    let (sealed, ()) = tokio::join!(staging, telling);
    match sealed {
        Ok(sealed) if version(&file).await? == before => Ok(sealed),
        Ok(_) => Err(Error::StillGrowing),
        Err(why) => Err(of_copy(why)),
    }
}

/// A file that became shorter while it was read is still being written.
fn of_copy(why: archive::Error) -> Error {
    match why {
        archive::Error::Source { source } if source.kind() == ErrorKind::UnexpectedEof => {
            Error::StillGrowing
        }
        archive::Error::Source { source } => Error::Source(source),
        why => Error::Archive(why),
    }
}

async fn version(file: &File) -> Result<Version, Error> {
    let metadata = file.metadata().await.map_err(Error::Source)?;
    if metadata.is_file() {
        Ok(Version::of(&metadata))
    } else {
        Err(Error::Source(std::io::ErrorKind::IsADirectory.into()))
    }
}

fn arrival(
    door: &Door,
    parcel: Parcel,
    (scan, attempt): (ScanId, AttemptId),
    sealed: &Sealed,
) -> Arrival {
    Arrival {
        scan,
        attempt,
        receipt: ReceiptId(Uuid::now_v7()),
        organisation: door.organisation,
        site: door.site,
        scanner: door.scanner,
        issuer: door.issuer.clone(),
        door: door.door,
        urgency: door.urgency,
        members: vec![ArrivedMember {
            n: 0,
            name: parcel.name,
            size_bytes: sealed.size_bytes,
            blake3: sealed.blake3,
        }],
        digest: original_digest(&[Digest(sealed.blake3)]).0,
        codes: parcel.codes,
        delivery: parcel.delivery,
    }
}

/// Records durable bytes; a catalogue that is away for a moment does not cost a second copy.
async fn record(keepers: &Keepers, door: &Door, mut arrival: Arrival) -> Result<Receipt, Error> {
    let by = door.by();
    let mut pause = RECORD_PAUSE;
    for _ in 1..RECORD_ATTEMPTS {
        match keepers.catalog.record_arrival(arrival.clone(), &by).await {
            Err(why) if why.is_transient() => tokio::time::sleep(pause).await,
            ended => return Ok(ended?),
        }
        pause *= 2;
        // The last attempt may have committed before its answer was lost.
        arrival.receipt = ReceiptId(Uuid::now_v7());
    }
    Ok(keepers.catalog.record_arrival(arrival, &by).await?)
}

/// The bytes are stored elsewhere; a copy that stays is the sweep's.
async fn drop_copy(archive: &Archive, key: Key) {
    if let Err(error) = archive.delete_unreferenced(key).await {
        tracing::warn!(object = %key, %error, "A second copy could not be deleted; it is left to the sweep");
    }
}
