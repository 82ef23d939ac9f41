//! One suite every place must pass: a local disk, memory and S3.

mod s3;

use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use pathology::ids::{AttachmentId, AttemptId, CaseId, ScanId};
use uuid::Uuid;

use crate::{Archive, Error, Key, Sealed, Settings};

fn original(attempt: u128) -> Key {
    Key::Original {
        scan: ScanId(Uuid::from_u128(1)),
        attempt: AttemptId(Uuid::from_u128(attempt)),
        n: 0,
    }
}

fn manifest(generation: u32) -> Key {
    Key::Manifest {
        scan: ScanId(Uuid::from_u128(1)),
        generation,
    }
}

/// Bytes that do not repeat within a block.
fn noise(bytes: usize) -> Vec<u8> {
    let mut noise = vec![0; bytes];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    noise
}

async fn seal(archive: &Archive, bytes: &[u8]) -> Sealed {
    let mut staged = archive.stage().await.unwrap();
    for chunk in bytes.chunks(700_000) {
        staged.write(chunk.to_vec()).await.unwrap();
    }
    assert_eq!(staged.size_bytes(), bytes.len() as u64);
    staged.finish().await.unwrap()
}

async fn conformance(archive: &Archive) {
    create_only(archive).await;
    exact_ranges(archive).await;
    originals(archive, 3_000_001).await;
    originals(archive, 0).await;
    only_originals_are_deleted(archive).await;
}

async fn create_only(archive: &Archive) {
    let (key, bytes) = (manifest(1), Bytes::from_static(b"{\"version\":1}"));
    archive.put_new(key, bytes.clone()).await.unwrap();
    archive.put_new(key, bytes.clone()).await.unwrap();
    for other in [&b"{\"version\":2}"[..], b"{}", b""] {
        let refused = archive.put_new(key, Bytes::from_static(other)).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
        assert!(!refused.is_transient());
    }
    let kept = archive.read(key, 0..bytes.len() as u64).await.unwrap();
    assert_eq!(kept, bytes, "a refused put changes nothing");
}

async fn exact_ranges(archive: &Archive) {
    let (key, bytes) = (
        Key::Attachment {
            case: CaseId(Uuid::from_u128(1)),
            attachment: AttachmentId(Uuid::from_u128(2)),
        },
        Bytes::from(noise(10_000)),
    );
    for absent in [
        archive.read(key, 0..1).await.map(|_| ()),
        archive.size(key).await.map(|_| ()),
        archive.read_blocks(key, 10).await.map(|_| ()),
    ] {
        assert!(matches!(absent, Err(Error::NotFound { .. })), "{absent:?}");
    }
    archive.put_new(key, bytes.clone()).await.unwrap();
    assert_eq!(archive.size(key).await.unwrap(), 10_000);
    assert_eq!(archive.read(key, 17..4099).await.unwrap(), bytes[17..4099]);
    assert_eq!(
        archive.read(key, 9_999..10_000).await.unwrap(),
        bytes[9_999..]
    );
    assert!(archive.read(key, 5..5).await.unwrap().is_empty());
    for range in [9_999..10_001, 10_000..10_001, 20_000..20_010] {
        let refused = archive.read(key, range.clone()).await.unwrap_err();
        let Error::Short {
            start,
            end,
            size_bytes,
            ..
        } = refused
        else {
            panic!("{range:?}: {refused:?}");
        };
        assert_eq!((start..end, size_bytes), (range, 10_000));
    }
    let huge = archive.read(key, 0..u64::MAX).await.unwrap_err();
    assert!(matches!(huge, Error::TooLong { .. }), "{huge:?}");
    for block_bytes in [1_000, 3_333, 10_000, u64::MAX] {
        let blocks = archive.read_blocks(key, block_bytes).await.unwrap();
        let blocks: Vec<Bytes> = blocks.try_collect().await.unwrap();
        assert_eq!(blocks.concat(), bytes);
    }
}

async fn originals(archive: &Archive, size: usize) {
    let bytes = noise(size);
    let key = original(1_000 + size as u128);
    let sealed = seal(archive, &bytes).await;
    assert_eq!(sealed.blake3, *blake3::hash(&bytes).as_bytes());
    assert_eq!(sealed.size_bytes, size as u64);
    archive.keep(&sealed, key).await.unwrap();
    archive.keep(&sealed, key).await.unwrap();
    let again = seal(archive, &bytes).await;
    archive.keep(&again, key).await.unwrap();
    drop((sealed, again));
    let mut altered = bytes.clone();
    altered.push(0);
    if size > 0 {
        altered.pop();
        altered[size / 2] ^= 1;
    }
    let other = seal(archive, &altered).await;
    let refused = archive.keep(&other, key).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
    let blocks = archive.read_blocks(key, 1 << 20).await.unwrap();
    let kept: Vec<Bytes> = blocks.try_collect().await.unwrap();
    assert!(kept.concat() == bytes, "bytes out are bytes in");
}

async fn only_originals_are_deleted(archive: &Archive) {
    let refused = archive.delete_unreferenced(manifest(1)).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotAnOriginal { .. }),
        "{refused:?}"
    );
    assert!(archive.size(manifest(1)).await.is_ok());
    let key = original(7);
    archive
        .keep(&seal(archive, b"twice").await, key)
        .await
        .unwrap();
    assert_eq!(archive.read(key, 0..5).await.unwrap(), "twice");
    archive.delete_unreferenced(key).await.unwrap();
    archive.delete_unreferenced(key).await.unwrap();
    let gone = archive.read(key, 0..5).await.unwrap_err();
    assert!(matches!(gone, Error::NotFound { .. }), "{gone:?}");
}

fn on_disk(folder: &Path) -> Settings {
    Settings {
        url: format!("file://{}", folder.display()),
        open_files: 2,
        ..Settings::default()
    }
}

fn staged_files(folder: &Path) -> usize {
    fs::read_dir(folder.join("staging")).unwrap().count()
}

#[tokio::test]
async fn memory_conforms() {
    let settings = Settings {
        url: "memory:".into(),
        ..Settings::default()
    };
    let archive = Archive::open(&settings).await.unwrap();
    conformance(&archive).await;
    assert_eq!(archive.local_path(original(1)), None);
    assert_eq!(archive.clear_staging(Duration::ZERO).await.unwrap(), 0);
}

#[tokio::test]
async fn a_local_disk_conforms_and_leaves_nothing_in_staging() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&on_disk(folder.path())).await.unwrap();
    conformance(&archive).await;
    assert_eq!(staged_files(folder.path()), 0);
    let path = archive.local_path(original(1_000)).unwrap();
    assert_eq!(fs::metadata(path).unwrap().len(), 0);
}

#[tokio::test]
async fn a_dropped_delivery_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&on_disk(folder.path())).await.unwrap();
    let mut staged = archive.stage().await.unwrap();
    staged.write(noise(2 << 20)).await.unwrap();
    assert_eq!(staged_files(folder.path()), 1);
    drop(staged);
    assert_eq!(staged_files(folder.path()), 0);
    drop(seal(&archive, b"sealed and never kept").await);
    assert_eq!(staged_files(folder.path()), 0);
}

#[tokio::test]
async fn a_crashs_staging_files_are_removed_once_stale_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&on_disk(folder.path())).await.unwrap();
    let mut staged = archive.stage().await.unwrap();
    staged.write(noise(2 << 20)).await.unwrap();
    std::mem::forget(staged);
    fs::write(folder.path().join("staging/notes.txt"), "a person's").unwrap();
    let reopened = Archive::open(&on_disk(folder.path())).await.unwrap();
    assert_eq!(staged_files(folder.path()), 2, "young files may be in use");
    assert_eq!(reopened.clear_staging(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(staged_files(folder.path()), 1);
    let none = Settings {
        stale_staging_hours: 0,
        ..on_disk(folder.path())
    };
    std::mem::forget(archive.stage().await.unwrap());
    Archive::open(&none).await.unwrap();
    assert_eq!(staged_files(folder.path()), 1);
}

#[tokio::test]
async fn a_cut_original_is_found_on_read_and_never_taken_for_done() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&on_disk(folder.path())).await.unwrap();
    let bytes = noise(100_000);
    let sealed = seal(&archive, &bytes).await;
    archive.keep(&sealed, original(1)).await.unwrap();
    let path = archive.local_path(original(1)).unwrap();
    // A survivor of a power cut without fsync: the name is there, the bytes are not.
    fs::remove_file(&path).unwrap();
    fs::write(&path, &bytes[..60_000]).unwrap();
    let refused = archive.keep(&sealed, original(1)).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}");
    let read = archive.read(original(1), 59_999..60_001).await.unwrap_err();
    assert!(
        matches!(
            read,
            Error::Short {
                size_bytes: 60_000,
                ..
            }
        ),
        "{read:?}"
    );
    // The same while its descriptor is open.
    let cut = fs::File::options().write(true).open(&path).unwrap();
    cut.set_len(10).unwrap();
    let read = archive.read(original(1), 0..11).await.unwrap_err();
    assert!(
        matches!(read, Error::Short { size_bytes: 10, .. }),
        "{read:?}"
    );
}

#[tokio::test]
async fn open_files_are_bounded_and_reused() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&on_disk(folder.path())).await.unwrap();
    for generation in 0..3 {
        let put = archive.put_new(manifest(generation), Bytes::from_static(b"m"));
        put.await.unwrap();
    }
    let opens = async |generation| {
        archive.read(manifest(generation), 0..1).await.unwrap();
        archive.reads().opens()
    };
    assert_eq!(
        [
            opens(0).await,
            opens(0).await,
            opens(1).await,
            opens(0).await
        ],
        [1, 1, 2, 2]
    );
    assert_eq!([opens(2).await, opens(0).await, opens(1).await], [3, 3, 4]);
}

#[tokio::test]
async fn sixteen_writers_of_one_key_have_one_winner() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&on_disk(folder.path())).await.unwrap();
    let writers = (0..16_u8).map(|n| {
        let archive = archive.clone();
        tokio::spawn(async move { archive.put_new(manifest(1), vec![n; 1000].into()).await })
    });
    let mut won = 0;
    for writer in futures::future::join_all(writers).await {
        match writer.unwrap() {
            Ok(()) => won += 1,
            Err(refused) => assert!(matches!(refused, Error::Conflict { .. }), "{refused:?}"),
        }
    }
    assert_eq!(won, 1);
}
