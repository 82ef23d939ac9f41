//! A disk that is full loses nothing: what does not fit is refused in words, and fits when there is room.
//!
//! Each test has a disk of its own, of some kilobytes: a tmpfs inside a mount namespace, which goes
//! with its process.

mod room;

use std::process::Output;

use catalog::{Catalog, Policy, ScanAccount, Settings};
use room::{OnDisk, Room};

/// Room enough for everything here.
const PLENTY_KIB: u64 = 64 << 10;

#[test]
fn a_delivery_that_does_not_fit_is_refused_and_fits_when_there_is_room() {
    let room = Room::make(OnDisk::Archive);
    does_not_fit_then_fits(&room, room.slide_kib() / 2);
}

#[test]
fn the_same_where_everything_lies_on_one_disk() {
    let room = Room::make(OnDisk::Everything);
    // The catalogue needs less than 1 MiB and fits, the slide beside it does not.
    does_not_fit_then_fits(&room, room.slide_kib().max(1 << 10) + 400);
}

fn does_not_fit_then_fits(room: &Room, kib: u64) {
    let output = room.run(
        kib,
        r#"push; echo "first $?"
           find "$DISK/archive" -type f | sed 's/^/left /'
           cp -a "$CATALOGUE" "$KEPT"
           roomy; push; echo "second $?""#,
    );
    let (said, words) = spoken(&output);
    assert!(said.contains("first 1"), "{said}{words}");
    assert!(
        words.contains("no space left") && words.contains("free space on the archive's disk"),
        "{words}"
    );
    assert!(
        !said.contains("left "),
        "half a delivery is in the archive: {said}"
    );
    assert_eq!(books(room).len(), 0, "half a delivery is on record");
    assert!(said.contains("second 3"), "{said}{words}");
    assert!(words.contains("published"), "{words}");
}

#[test]
fn a_slide_whose_tileset_does_not_fit_waits_for_room_and_says_so() {
    let room = Room::make(OnDisk::Archive);
    waits_for_room(&room, room.slide_kib(), "free space on the archive's disk");
}

#[test]
fn a_catalogue_without_room_is_not_harmed_at_any_size_of_its_disk() {
    let room = Room::make(OnDisk::Catalogue);
    // Between a disk on which nothing fits and one on which all does lies every way to fail.
    let (mut too_small, mut enough) = (4, 16 << 10);
    while enough - too_small > 4 {
        let kib = (too_small + enough) / 8 * 4;
        if is_stored(&room, kib) {
            enough = kib;
        } else {
            too_small = kib;
        }
    }
    for kib in [64, 256, too_small - 40, too_small - 16, too_small - 8] {
        assert!(!is_stored(&room, kib), "{kib} KiB are suddenly enough");
    }
    // Room for the arrival, but not for the rest of its road.
    waits_for_room(&room, enough + 16, "free space on the catalogue's disk");
}

/// Pushes onto a catalogue's disk of this size. Whatever comes of it, the catalogue is sound
/// afterwards, knows what was acknowledged and nothing else, and takes the slide when it has room.
fn is_stored(room: &Room, kib: u64) -> bool {
    let output = room.run(
        kib,
        r#"store; echo "first $?"
           cp -a "$CATALOGUE" "$KEPT"
           roomy; push; echo "second $?""#,
    );
    let (said, words) = spoken(&output);
    let stored = said.contains("first 0");
    if !stored {
        assert!(said.contains("first 1"), "{kib} KiB: {said}{words}");
        let named = words.contains("free space on the catalogue's disk");
        assert!(named, "{kib} KiB: {words}");
    }
    assert_eq!(books(room).len(), usize::from(stored), "{kib} KiB: {words}");
    assert!(said.contains("second 3"), "{kib} KiB: {said}{words}");
    stored
}

/// Pushes onto a disk with room for the arrival only: it is stored, says what it waits for, and is
/// published as soon as there is room.
fn waits_for_room(room: &Room, kib: u64, remedy: &str) {
    let output = room.run(
        kib,
        &format!(
            r#"push 2>"$KEPT.words" & pushing=$!
               until grep -q "{remedy}" "$KEPT.words" || ! kill -0 $pushing 2>/dev/null; do sleep 0.1; done
               kill -0 $pushing 2>/dev/null && echo "waits"
               roomy; wait $pushing; echo "ended $?"
               cat "$KEPT.words" >&2
               cp -a "$CATALOGUE" "$KEPT""#
        ),
    );
    let (said, words) = spoken(&output);
    assert!(said.contains("waits"), "{kib} KiB: {said}{words}");
    assert!(said.contains("ended 3"), "{kib} KiB: {said}{words}");
    assert_eq!(books(room).len(), 1, "{words}");
}

fn spoken(output: &Output) -> (String, String) {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// What the copied catalogue holds, after the walk over all promises.
fn books(room: &Room) -> Vec<ScanAccount> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let settings = Settings {
            url: format!("sqlite:{}", room.kept().display()),
            connections: 2,
        };
        let catalog = Catalog::open(&settings, Policy::default()).await;
        let catalog = catalog.expect("a catalogue that ran full opens where there is room");
        let broken = catalog.broken_promises().await.expect("the walk");
        assert_eq!(broken, Vec::<String>::new());
        let scans = catalog.account_of_scans_after(None, 10).await;
        catalog.close().await;
        scans.expect("the books")
    })
}
