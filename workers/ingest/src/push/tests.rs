//! Pushing again, pushing at once, and sources that change or fail under the copy.

use std::io::Write;

use catalog::Code;
use pathology::ids::OrganisationId;
use pathology::phi::Phi;

use super::*;
use crate::laboratory::Laboratory;

const SLIDE: &[u8] = b"a whole slide";

async fn pushed(laboratory: &Laboratory, name: &str) -> Result<Pushed, Error> {
    let path = laboratory.path(name);
    push(&laboratory.keepers, &laboratory.door, &path, vec![], |_| {}).await
}

#[tokio::test]
async fn sixteen_pushes_at_once_are_one_scan_with_sixteen_receipts() {
    let laboratory = Laboratory::new().await;
    laboratory.write("S26-1.svs", SLIDE);
    let mut pushes = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (keepers, door) = (laboratory.keepers.clone(), laboratory.door.clone());
        let path = laboratory.path("S26-1.svs");
        pushes.spawn(async move { push(&keepers, &door, &path, vec![], |_| {}).await });
    }
    let pushed: Vec<Pushed> = pushes
        .join_all()
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(pushed.iter().all(|one| one.scan == pushed[0].scan));
    assert_eq!(pushed.iter().filter(|one| !one.already).count(), 1);
    assert_eq!(laboratory.counts().await, (1, 16));
    assert_eq!(laboratory.stored_bytes().await, [SLIDE]);
    assert_eq!(laboratory.objects(), 1, "copies that nobody needs are gone");
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn every_byte_is_counted_while_it_is_copied() {
    let laboratory = Laboratory::new().await;
    let bytes: Vec<u8> = (0..9_000_001_u32).map(|n| n as u8).collect();
    laboratory.write("S26-1.svs", &bytes);
    let told = std::sync::Mutex::new(Vec::new());
    let path = laboratory.path("S26-1.svs");
    let progress = |bytes| told.lock().unwrap().push(bytes);
    let code = Code {
        origin: "operator",
        value: Phi::new("S26-1".into()),
    };
    let pushed = push(
        &laboratory.keepers,
        &laboratory.door,
        &path,
        vec![code],
        progress,
    )
    .await
    .unwrap();
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted() && told.len() >= 3, "{told:?}");
    assert_eq!(told.last(), Some(&9_000_001));
    assert_eq!((pushed.size_bytes, pushed.already), (9_000_001, false));
    assert_eq!(laboratory.stored_bytes().await, [bytes]);
}

#[tokio::test]
async fn a_file_that_changes_under_the_copy_is_not_taken_and_leaves_nothing() {
    let appended = |file: &mut std::fs::File| file.write_all(b"more").unwrap();
    let shortened = |file: &mut std::fs::File| file.set_len(3).unwrap();
    let rewritten = |file: &mut std::fs::File| {
        let another_time = std::time::SystemTime::UNIX_EPOCH;
        file.set_modified(another_time).unwrap();
    };
    let changes: [fn(&mut std::fs::File); 3] = [appended, shortened, rewritten];
    for change in changes {
        let laboratory = Laboratory::new().await;
        laboratory.write("S26-1.svs", SLIDE);
        let path = laboratory.path("S26-1.svs");
        let progress = |_| {
            let mut file = std::fs::OpenOptions::new()
                .append(true)
                .open(&path)
                .unwrap();
            change(&mut file);
        };
        let (keepers, door) = (&laboratory.keepers, &laboratory.door);
        let refused = push(keepers, door, &path, vec![], progress)
            .await
            .unwrap_err();
        assert!(matches!(refused, Error::StillGrowing), "{refused}");
        assert!(refused.is_transient());
        assert_eq!(laboratory.counts().await, (0, 0));
        assert_eq!(laboratory.objects(), 0, "staging is empty again");
    }
}

#[tokio::test]
async fn another_file_under_the_name_that_was_seen_is_not_taken() {
    let laboratory = Laboratory::new().await;
    laboratory.write("S26-1.svs", SLIDE);
    laboratory.write("S26-2.svs", SLIDE);
    let seen = Version::of(&std::fs::metadata(laboratory.path("S26-2.svs")).unwrap());
    let parcel = Parcel {
        path: laboratory.path("S26-1.svs"),
        codes: vec![],
        delivery: None,
        version: Some(seen),
    };
    let refused = take(&laboratory.keepers, &laboratory.door, parcel, |_| {}).await;
    assert!(matches!(refused, Err(Error::StillGrowing)));
    assert_eq!(laboratory.counts().await, (0, 0));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_without_its_name() {
    let laboratory = Laboratory::new().await;
    std::fs::create_dir(laboratory.path("TESTPATIENT-folder")).unwrap();
    for name in ["TESTPATIENT-gone.svs", "TESTPATIENT-folder"] {
        let refused = pushed(&laboratory, name).await.unwrap_err();
        let expected = matches!(refused, Error::Source(_) | Error::NotOneSlide(_));
        assert!(expected, "{refused}");
        let shown = format!("{refused} {refused:?}");
        assert!(!shown.contains("TESTPATIENT"), "{shown}");
    }
    assert_eq!(laboratory.objects(), 0);
}

#[tokio::test]
async fn an_arrival_the_catalogue_refuses_gives_no_receipt_and_can_be_pushed_again() {
    let mut laboratory = Laboratory::new().await;
    laboratory.write("S26-1.svs", SLIDE);
    let known = laboratory.door.organisation;
    laboratory.door.organisation = OrganisationId(Uuid::from_u128(99));
    let refused = pushed(&laboratory, "S26-1.svs").await.unwrap_err();
    assert!(matches!(refused, Error::Catalog(_)), "{refused}");
    assert_eq!(laboratory.counts().await, (0, 0));
    laboratory.door.organisation = known;
    pushed(&laboratory, "S26-1.svs").await.unwrap();
    assert_eq!(laboratory.counts().await, (1, 1));
    laboratory.assert_promises_hold().await;
}

/// A slide of two files and what its members are called.
fn two_files(laboratory: &Laboratory) {
    std::fs::create_dir(laboratory.path("S26-1")).unwrap();
    laboratory.write("S26-1/2.dcm", b"the other half");
    laboratory.write("S26-1/1.dcm", SLIDE);
}

#[tokio::test]
async fn a_folder_is_one_scan_with_a_member_for_each_file() {
    let laboratory = Laboratory::new().await;
    two_files(&laboratory);
    let first = pushed(&laboratory, "S26-1").await.unwrap();
    assert_eq!(first.size_bytes, (SLIDE.len() + 14) as u64);
    let stored = laboratory
        .keepers
        .catalog
        .scan_for_tiling(first.scan)
        .await
        .unwrap();
    let members: Vec<_> = stored
        .members
        .iter()
        .map(|m| (m.n, m.name.expose().as_str(), m.blake3))
        .collect();
    let digest = |bytes| Digest::of(bytes).0;
    assert_eq!(
        members,
        [
            (0, "1.dcm", digest(SLIDE)),
            (1, "2.dcm", digest(b"the other half"))
        ]
    );
    let digests = [Digest::of(SLIDE), Digest::of(b"the other half")];
    assert_eq!(stored.digest, original_digest(&digests).0);
    // The same files in another folder, under other names: the same scan, and no second copy.
    std::fs::create_dir(laboratory.path("again")).unwrap();
    laboratory.write("again/b.dcm", SLIDE);
    laboratory.write("again/a.dcm", b"the other half");
    let again = pushed(&laboratory, "again").await.unwrap();
    assert_eq!((again.scan, again.already), (first.scan, true));
    assert_eq!(laboratory.counts().await, (1, 2));
    assert_eq!(laboratory.objects(), 2);
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn a_folder_that_changes_under_the_copy_is_not_taken_and_leaves_nothing() {
    let grown = |laboratory: &Laboratory| laboratory.write("S26-1/1.dcm", b"longer than it was");
    let joined = |laboratory: &Laboratory| laboratory.write("S26-1/3.dcm", b"one more");
    let left = |laboratory: &Laboratory| {
        std::fs::remove_file(laboratory.path("S26-1/2.dcm")).unwrap();
    };
    let changes: [fn(&Laboratory); 3] = [grown, joined, left];
    for change in changes {
        let laboratory = Laboratory::new().await;
        two_files(&laboratory);
        let progress = |bytes| {
            if bytes > SLIDE.len() as u64 {
                change(&laboratory);
            }
        };
        let path = laboratory.path("S26-1");
        let (keepers, door) = (&laboratory.keepers, &laboratory.door);
        let refused = push(keepers, door, &path, vec![], progress).await;
        assert!(matches!(refused, Err(Error::StillGrowing)), "{refused:?}");
        assert_eq!(laboratory.counts().await, (0, 0));
        assert_eq!(laboratory.objects(), 0, "no half slide stays");
    }
}
