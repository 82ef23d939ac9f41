//! One slide in: copied, durable, recorded, receipted. The inbox and the command line share it.
//!
//! ```text
//!   each file: open ─▶ stage: copied, digested and flushed at once ─▶ same size and time as before?
//!                 ─▶ keep under a fresh key
//!   all files: still the same? ─▶ record_arrival ─▶ receipt
//!                                       └ same bytes were here: the new copies are deleted
//! ```
//!
//! Until the catalogue has committed, nothing is visible: an early end leaves at most an object
//! that nothing refers to, which the sweep removes. Memory: two blocks of 1 MiB a push.

#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::{Archive, Key, Sealed};
use catalog::{Arrival, ArrivedMember, Code, Receipt};
use pathology::ids::{AttemptId, DeliveryId, ReceiptId, ScanId};
use pathology::tileset::{Digest, original_digest};
use tokio::fs::File;
use tokio::sync::mpsc::channel;
use uuid::Uuid;

use crate::files::{SlideFile, Version, files_of};
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

/// A slide to take in.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// Its file, or the folder of its files.
    pub(crate) path: PathBuf,
    pub(crate) codes: Vec<Code>,
    /// What the folder knows it as.
    pub(crate) delivery: Option<DeliveryId>,
    /// What it must still be when it is opened.
    pub(crate) version: Option<Version>,
}

/// The place of a scan's files in the archive, before anything refers to it.
struct Place<'a> {
    archive: &'a Archive,
    scan: ScanId,
    attempt: AttemptId,
}

/// Takes a slide in and gives its receipt; its files are only read. `progress` is told the bytes
/// copied so far. `codes` are those known beside the slide; the tiling reads those inside it.
///
/// `path` is a file, the folder of a slide of several files, or a MIRAX file with its folder beside it.
/// A slide that changes meanwhile is [`Error::StillGrowing`]. What it is, is not judged here:
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
        codes,
        delivery: None,
        version: None,
    };
    take(keepers, door, parcel, progress).await
}

/// As [`push`], for a slide of which more is known.
pub(crate) async fn take(
    keepers: &Keepers,
    door: &Door,
    parcel: Parcel,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Pushed, Error> {
    let place = Place {
        archive: &keepers.archive,
        scan: ScanId(Uuid::now_v7()),
        attempt: AttemptId(Uuid::now_v7()),
    };
    let mut members = Vec::new();
    if let Err(why) = place.fill(&parcel, progress, &mut members).await {
        place.clear(&members).await;
        return Err(why);
    }
    fail::fail_point!("ingest::kept");
    let arrival = arrival(door, parcel, &place, &members);
    let receipt = record(keepers, door, arrival).await?;
    fail::fail_point!("ingest::recorded");
    // Our own scan is "already" there when an earlier attempt committed and its answer was lost:
    // then this copy is the only one.
    if receipt.already && receipt.scan != place.scan {
        place.clear(&members).await;
    }
    Ok(Pushed {
        receipt: receipt.receipt,
        scan: receipt.scan,
        already: receipt.already,
        size_bytes: members.iter().map(|member| member.size_bytes).sum(),
    })
}

impl Place<'_> {
    const fn key(&self, n: u16) -> Key {
        Key::Original {
            scan: self.scan,
            attempt: self.attempt,
            n,
        }
    }

    /// Copies every file of the slide to its place; `members` are those that are there.
    async fn fill(
        &self,
        parcel: &Parcel,
        progress: impl Fn(u64),
        members: &mut Vec<ArrivedMember>,
    ) -> Result<(), Error> {
        let files = list(&parcel.path).await?;
        let version = Version::of_all(&files);
        if parcel.version.is_some_and(|expected| expected != version) {
            return Err(Error::StillGrowing);
        }
        let mut before = 0;
        for (n, file) in (0..).zip(&files) {
            let sealed = copy(self.archive, file, |bytes| progress(before + bytes)).await?;
            fail::fail_point!("ingest::staged");
            self.archive.keep(&sealed, self.key(n)).await?;
            before += sealed.size_bytes;
            members.push(ArrivedMember {
                n,
                name: file.name.clone(),
                size_bytes: sealed.size_bytes,
                blake3: sealed.blake3,
            });
        }
        // A file that came, went or grew meanwhile belongs to another state of the slide.
        let unchanged = files.len() == 1 || list(&parcel.path).await? == files;
        unchanged.then_some(()).ok_or(Error::StillGrowing)
    }

    /// Removes copies that nothing refers to; one that stays is the sweep's.
    async fn clear(&self, members: &[ArrivedMember]) {
        for member in members {
            let key = self.key(member.n);
            if let Err(error) = self.archive.delete_unreferenced(key).await {
                tracing::warn!(object = %key, %error, "A copy that nobody needs could not be deleted; it is left to the sweep");
            }
        }
    }
}

/// Listing waits for disks and shares, so it is not done where others wait.
async fn list(path: &Path) -> Result<Vec<SlideFile>, Error> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || files_of(&path)).await?
}

async fn copy(archive: &Archive, of: &SlideFile, progress: impl Fn(u64)) -> Result<Sealed, Error> {
    let file = File::open(&of.path).await.map_err(Error::Source)?;
    if version(&file).await? != of.version {
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
    let staging = archive.stage_file(source.into_std().await, of.version.size_bytes, copied);
    let (sealed, ()) = tokio::join!(staging, telling);
    match sealed {
        Ok(sealed) if version(&file).await? == of.version => Ok(sealed),
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
    Ok(Version::of(&metadata))
}

fn arrival(door: &Door, parcel: Parcel, place: &Place<'_>, members: &[ArrivedMember]) -> Arrival {
    let digests: Vec<_> = members.iter().map(|member| Digest(member.blake3)).collect();
    Arrival {
        scan: place.scan,
        attempt: place.attempt,
        receipt: ReceiptId(Uuid::now_v7()),
        organisation: door.organisation,
        site: door.site,
        scanner: door.scanner,
        issuer: door.issuer.clone(),
        door: door.door,
        urgency: door.urgency,
        members: members.to_vec(),
        digest: original_digest(&digests).0,
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
