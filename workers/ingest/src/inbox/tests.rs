//! Folders as scanners leave them: what is taken, what waits, what a person is asked about.
//!
//! The clock is the database's and is moved; nothing here waits for time to pass.

use std::os::unix::fs::FileExt;

use pathology::case::TrayCode;

use crate::laboratory::{EARLY, Laboratory, MINUTE, SECOND};

const WHOLE: &[u8] = b"a whole slide";

#[tokio::test]
async fn a_complete_file_is_taken_once_when_it_has_been_quiet() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("S26-1.svs", WHOLE);
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, 29 * SECOND).await;
    assert_eq!(laboratory.counts().await, (0, 0), "it may still be written");
    laboratory.look(&mut inbox, SECOND).await;
    assert_eq!(laboratory.counts().await, (1, 1));
    let deliveries = laboratory.deliveries().await;
    assert_eq!(deliveries[0].0, "S26-1.svs");
    assert_eq!(deliveries[0].1, "stored");
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (1, 1), "nothing is taken twice");
    assert_eq!(laboratory.stored_bytes().await, [WHOLE]);
    assert_eq!(laboratory.read("S26-1.svs"), WHOLE, "the source stays");
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn a_restart_takes_nothing_twice_and_leaves_nothing_out() {
    let laboratory = Laboratory::new().await;
    laboratory.write("S26-1.svs", WHOLE);
    let mut first = laboratory.inbox(|_| {});
    laboratory.look(&mut first, 0).await;
    laboratory.look(&mut first, MINUTE).await;
    laboratory.write("S26-2.svs", b"another slide");
    laboratory.look(&mut first, 0).await;
    drop(first);
    let mut second = laboratory.inbox(|_| {});
    laboratory.look(&mut second, MINUTE).await;
    assert_eq!(laboratory.counts().await, (2, 2));
    laboratory.look(&mut second, MINUTE).await;
    assert_eq!(laboratory.counts().await, (2, 2));
}

#[tokio::test]
async fn an_early_end_waits_then_asks_a_person_and_growth_ends_it_well() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("S26-1.svs", EARLY);
    for after in [0, MINUTE, 28 * MINUTE] {
        laboratory.look(&mut inbox, after).await;
        assert!(laboratory.trays().await.is_empty());
    }
    laboratory.look(&mut inbox, MINUTE).await;
    let trays = laboratory.trays().await;
    assert_eq!(trays.len(), 1);
    assert_eq!(trays[0].0, TrayCode::Truncated.as_str());
    assert!(
        trays[0].1.contains(&format!("{} bytes came", EARLY.len())),
        "{}",
        trays[0].1
    );
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.trays().await.len(), 1, "one is enough");
    assert_eq!(laboratory.asked(), 1, "an unchanged file is opened once");
    laboratory.assert_promises_hold().await;

    laboratory.write("S26-1.svs", b"a slide that ends early no more");
    laboratory.look(&mut inbox, 0).await;
    assert_eq!(laboratory.deliveries().await[0].1, "arriving");
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (1, 1));
    assert!(laboratory.trays().await.is_empty(), "the file came");
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn an_empty_file_is_never_taken_and_told_to_a_person() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("S26-1.svs", b"");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    laboratory.look(&mut inbox, 30 * MINUTE).await;
    let trays = laboratory.trays().await;
    assert_eq!(trays[0].0, TrayCode::Truncated.as_str());
    assert!(trays[0].1.contains("no bytes"), "{}", trays[0].1);
    assert_eq!((laboratory.counts().await, laboratory.asked()), ((0, 0), 0));
}

/// Windows sets the size first; the bytes come later, if they come.
#[tokio::test]
async fn a_file_of_final_size_without_bytes_waits_for_them() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    let file = std::fs::File::create(laboratory.path("S26-1.svs")).unwrap();
    file.set_len(8 << 20).unwrap();
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    file.write_all_at(&[7; 4096], 0).unwrap();
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!((laboratory.counts().await, laboratory.asked()), ((0, 0), 0));
    laboratory.look(&mut inbox, 30 * MINUTE).await;
    let (code, words) = laboratory.trays().await.remove(0);
    assert_eq!(code, TrayCode::Truncated.as_str());
    assert!(words.starts_with("4 kB of 8 MB came"), "{words}");

    file.write_all_at(&vec![7; 8 << 20], 0).unwrap();
    laboratory.look(&mut inbox, 0).await;
    assert_eq!(laboratory.counts().await, (0, 0), "it just changed");
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (1, 1));
    assert!(laboratory.trays().await.is_empty());
}

#[tokio::test]
async fn a_growing_file_is_left_alone_for_as_long_as_it_grows() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    let mut bytes = WHOLE.to_vec();
    for _ in 0..40 {
        bytes.push(0);
        laboratory.write("S26-1.svs", &bytes);
        laboratory.look(&mut inbox, 29 * SECOND).await;
    }
    assert_eq!((laboratory.counts().await, laboratory.asked()), ((0, 0), 0));
    laboratory.look(&mut inbox, 31 * SECOND).await;
    assert_eq!(laboratory.stored_bytes().await, [bytes]);
}

#[tokio::test]
async fn temporary_and_ignored_names_cost_nothing() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    for n in 0..3000 {
        laboratory.write(&format!("S26-{n}.svs.part"), b"x");
        laboratory.write(&format!("run {n}.LOG"), b"x");
    }
    laboratory.write("Thumbs.db", b"x");
    std::os::unix::fs::symlink("/etc/hostname", laboratory.path("link.svs")).unwrap();
    let before = laboratory.keepers.catalog.statements_run();
    inbox.look().await.unwrap();
    assert_eq!(laboratory.keepers.catalog.statements_run(), before);
    for n in 0..20 {
        laboratory.write(&format!("S26-{n}.svs"), format!("slide {n}").as_bytes());
    }
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (20, 20), "the slides are found");
    let before = laboratory.keepers.catalog.statements_run();
    inbox.look().await.unwrap();
    let asked = laboratory.keepers.catalog.statements_run() - before;
    assert!(
        asked < 5,
        "what is stored is not asked about again: {asked}"
    );
}

#[tokio::test]
async fn a_delivery_that_went_away_is_not_forgotten() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("S26-1.svs", EARLY);
    laboratory.look(&mut inbox, 0).await;
    std::fs::remove_file(laboratory.path("S26-1.svs")).unwrap();
    laboratory.look(&mut inbox, 31 * MINUTE).await;
    let unmounted = laboratory.trays().await.is_empty();
    assert!(unmounted, "an empty folder may be a share that is away");
    laboratory.write("S26-2.svs", WHOLE);
    laboratory.look(&mut inbox, 0).await;
    let (code, words) = laboratory.trays().await.remove(0);
    assert_eq!(code, TrayCode::MembersMissing.as_str());
    assert!(words.contains("Look for it at the scanner"), "{words}");
    laboratory.write("S26-1.svs", b"here it is again");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (2, 2));
    assert!(laboratory.trays().await.is_empty());
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn a_file_that_is_no_slide_is_stored_all_the_same() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("letter.svs", b"no slide at all");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.stored_bytes().await, [b"no slide at all"]);
}

#[tokio::test]
async fn a_marker_is_waited_for_where_the_scanner_writes_one() {
    for marker in ["S26-1.svs.done", "S26-1.done"] {
        let laboratory = Laboratory::new().await;
        let mut inbox = laboratory.inbox(|settings| settings.profile.marker = Some(".done".into()));
        laboratory.write("S26-1.svs", WHOLE);
        laboratory.look(&mut inbox, 0).await;
        laboratory.look(&mut inbox, 31 * MINUTE).await;
        assert_eq!(laboratory.counts().await, (0, 0));
        let (code, words) = laboratory.trays().await.remove(0);
        assert_eq!(code, TrayCode::MembersMissing.as_str());
        assert!(words.contains("no .done file"), "{words}");
        laboratory.write(marker, b"");
        laboratory.look(&mut inbox, SECOND).await;
        assert_eq!(laboratory.counts().await, (1, 1), "{marker}");
        assert!(laboratory.trays().await.is_empty());
    }
}

#[tokio::test]
async fn the_same_name_with_other_bytes_is_another_scan() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    for bytes in [WHOLE, b"the same glass, scanned again"] {
        laboratory.write("S26-1.svs", bytes);
        laboratory.look(&mut inbox, 0).await;
        laboratory.look(&mut inbox, MINUTE).await;
    }
    assert_eq!(laboratory.counts().await, (2, 2));
    assert_eq!(laboratory.stored_bytes().await.len(), 2);
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn the_same_bytes_under_two_names_are_one_scan_with_two_receipts() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("S26-1.svs", WHOLE);
    laboratory.write("copy of S26-1.svs", WHOLE);
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (1, 2));
    assert_eq!(laboratory.objects(), 1, "the second copy is not kept");
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn names_are_handed_over_as_codes_only_where_they_carry_them() {
    for (carry, expected) in [(false, vec![]), (true, vec!["S26-1".to_owned()])] {
        let laboratory = Laboratory::new().await;
        let mut inbox = laboratory.inbox(|settings| settings.profile.names_carry_codes = carry);
        laboratory.write("S26-1.svs", WHOLE);
        laboratory.look(&mut inbox, 0).await;
        laboratory.look(&mut inbox, MINUTE).await;
        assert_eq!(laboratory.codes().await, expected);
    }
}

#[tokio::test]
async fn a_folder_is_one_slide_and_taken_when_all_of_it_is_quiet() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|settings| settings.profile.names_carry_codes = true);
    std::fs::create_dir(laboratory.path("S26-1.A")).unwrap();
    laboratory.write("S26-1.A/1.dcm", b"one");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, 29 * SECOND).await;
    laboratory.write("S26-1.A/2.dcm", b"and another");
    laboratory.look(&mut inbox, 29 * SECOND).await;
    laboratory.look(&mut inbox, 29 * SECOND).await;
    assert_eq!(laboratory.counts().await, (0, 0), "a file came meanwhile");
    laboratory.look(&mut inbox, SECOND).await;
    assert_eq!(laboratory.counts().await, (1, 1));
    assert_eq!(laboratory.objects(), 2);
    assert_eq!(
        laboratory.codes().await,
        ["S26-1.A"],
        "a folder has no ending"
    );
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (1, 1), "it is taken once");
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn an_unfinished_file_keeps_its_folder_waiting_and_then_asks_a_person() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    std::fs::create_dir(laboratory.path("S26-1")).unwrap();
    laboratory.write("S26-1/1.dcm", b"one");
    laboratory.write("S26-1/2.dcm.part", b"and an");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, 29 * MINUTE).await;
    assert!(laboratory.trays().await.is_empty());
    laboratory.look(&mut inbox, 2 * MINUTE).await;
    let (code, words) = laboratory.trays().await.remove(0);
    assert_eq!(code, TrayCode::MembersMissing.as_str());
    assert!(words.contains("send the folder again"), "{words}");
    let (from, to) = ("S26-1/2.dcm.part", "S26-1/2.dcm");
    std::fs::rename(laboratory.path(from), laboratory.path(to)).unwrap();
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(
        laboratory.counts().await,
        (1, 1),
        "what comes later ends it well"
    );
    assert!(laboratory.trays().await.is_empty());
}

#[tokio::test]
async fn a_folder_that_is_not_one_slide_is_put_before_a_person_and_left_alone() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    std::fs::create_dir(laboratory.path("S26-1")).unwrap();
    laboratory.write("S26-1/1.dcm", b"one");
    std::os::unix::fs::symlink("/etc/hostname", laboratory.path("S26-1/2.dcm")).unwrap();
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    let (code, words) = laboratory.trays().await.remove(0);
    assert_eq!(code, TrayCode::Unsupported.as_str());
    assert!(words.contains("link") && !words.contains("S26"), "{words}");
    assert_eq!(
        (laboratory.counts().await, laboratory.objects()),
        ((0, 0), 0)
    );
}

#[tokio::test]
async fn a_mirax_file_waits_for_its_folder_and_they_are_one_slide() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.write("S26-1.mrxs", b"the picture of the glass");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, 31 * MINUTE).await;
    let (code, _) = laboratory.trays().await.remove(0);
    assert_eq!(code, TrayCode::MembersMissing.as_str());
    std::fs::create_dir(laboratory.path("S26-1")).unwrap();
    laboratory.write("S26-1/Slidedat.ini", b"[GENERAL]");
    laboratory.write("S26-1/Data0000.dat", b"tiles");
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(
        (laboratory.counts().await, laboratory.objects()),
        ((1, 1), 3)
    );
    assert_eq!(
        laboratory.deliveries().await.len(),
        1,
        "the folder is no second delivery"
    );
}

#[tokio::test]
async fn keepers_that_fail_are_left_alone_for_a_while_and_then_tried_again() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|_| {});
    laboratory.fail_asking(true);
    laboratory.write("S26-1.svs", WHOLE);
    laboratory.look(&mut inbox, 0).await;
    laboratory.look(&mut inbox, MINUTE).await;
    laboratory.look(&mut inbox, 5 * SECOND).await;
    assert_eq!(laboratory.asked(), 1, "it is not asked again at once");
    assert_eq!(laboratory.deliveries().await[0].1, "arriving");
    laboratory.look(&mut inbox, 11 * SECOND).await;
    assert_eq!(laboratory.asked(), 2);
    laboratory.fail_asking(false);
    laboratory.look(&mut inbox, MINUTE).await;
    assert_eq!(laboratory.counts().await, (1, 1));
    laboratory.assert_promises_hold().await;
}

#[tokio::test]
async fn a_folder_that_is_away_is_an_error_that_names_the_scanner_and_the_setting() {
    let laboratory = Laboratory::new().await;
    let mut inbox = laboratory.inbox(|settings| settings.folder.push("not mounted"));
    let words = inbox.look().await.unwrap_err().to_string();
    assert!(words.contains("ingest.scanners.folder"), "{words}");
    assert!(
        words.contains(&laboratory.door.scanner.unwrap().to_string()),
        "{words}"
    );
}
