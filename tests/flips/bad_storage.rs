//! Objects changed behind the archive's back, and everything people can ask of a scan.

use std::fs::{File, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::people_door::house::Glass;
use crate::people_door::visitor::Visitor;

/// What was asked for, as far as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The digest of a body.
    Shown([u8; 32]),
    /// There is no such tile.
    Nothing,
    /// A problem in words, or a download that broke off.
    Refused,
}

/// Bytes to put back.
pub(crate) struct Before(Vec<(PathBuf, Vec<u8>)>);

impl Before {
    pub(crate) fn restore(self) {
        for (path, bytes) in self.0 {
            overwrite(&path, &bytes);
        }
    }
}

/// Seeded places of an object: its ends, and more everywhere between; ten times as many in a long run.
pub(crate) fn places(size: u64) -> Vec<u64> {
    let count = if long() { 160 } else { 6 };
    let mut places = vec![0, 9, size / 2, size - 1];
    places.extend((0..count).map(|n: u64| {
        let digest = blake3::hash(&n.to_le_bytes());
        let seed = digest.as_bytes().first_chunk().expect("eight bytes");
        u64::from_le_bytes(*seed) % size
    }));
    places
}

#[expect(
    clippy::disallowed_methods,
    reason = "the length of a run is named by the environment"
)]
fn long() -> bool {
    std::env::var("SLIDEWAY_LONG").is_ok()
}

/// One bit of the object is another, in the file that may be open already.
pub(crate) fn flipped(path: &Path, place: u64) -> Before {
    let before = std::fs::read(path).expect("an object");
    let file = writable(path);
    let byte = before[place as usize] ^ (1 << (place % 8));
    file.write_all_at(&[byte], place).expect("a bit");
    Before(vec![(path.to_owned(), before)])
}

/// Two objects have each other's bytes.
pub(crate) fn swapped(one: &Path, other: &Path) -> Before {
    let read = |path: &Path| (path.to_owned(), std::fs::read(path).expect("an object"));
    let (one, other) = (read(one), read(other));
    overwrite(&one.0, &other.1);
    overwrite(&other.0, &one.1);
    Before(vec![one, other])
}

fn overwrite(path: &Path, bytes: &[u8]) {
    let file = writable(path);
    file.set_len(bytes.len() as u64).expect("its length");
    file.write_all_at(bytes, 0).expect("its bytes");
}

fn writable(path: &Path) -> File {
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).expect("permitted");
    let file = File::options().write(true).open(path);
    file.expect("an object")
}

/// All tiles, pictures, two regions and the original of a scan, with what they are.
pub(crate) async fn everything(who: &Visitor, glass: &Glass) -> Vec<(String, Answer)> {
    let scan = format!("/api/v1/scans/{}", glass.scan);
    let shown = who.json(&scan).await;
    let mut paths = Vec::new();
    for (level, of) in shown["levels"]
        .as_array()
        .expect("levels")
        .iter()
        .enumerate()
    {
        let count = |pixels: &str, tile: &str| {
            let size = |key: &str| of[key].as_u64().expect("a size");
            size(pixels).div_ceil(size(tile))
        };
        for row in 0..count("height", "tile_height") {
            for column in 0..count("width", "tile_width") {
                let base = shown["tiles"].as_str().expect("tiles");
                paths.push(format!("{base}/{level}/{column}/{row}"));
            }
        }
    }
    for picture in ["label", "macro", "thumbnail"] {
        paths.push(format!("{scan}/associated/{picture}"));
    }
    paths.push(format!("{scan}/region?x=300&y=200&w=500&h=400"));
    paths.push(format!("{scan}/region?x=0&y=0&w=400&h=300&level=1"));
    paths.push(format!("{scan}/original/0"));
    let mut all = Vec::new();
    for path in paths {
        let answer = ask(who, &path).await;
        all.push((path, answer));
    }
    all
}

pub(crate) async fn ask(who: &Visitor, path: &str) -> Answer {
    let answer = who.get(path).await;
    let (status, kind) = (
        answer.status().as_u16(),
        answer.headers().get("content-type").cloned(),
    );
    let Ok(body) = answer.bytes().await else {
        return Answer::Refused;
    };
    match status {
        200 => Answer::Shown(*blake3::hash(&body).as_bytes()),
        204 => Answer::Nothing,
        _ => {
            let kind = kind.expect("a kind of content");
            assert_eq!(kind, "application/problem+json", "{path}: {status}");
            Answer::Refused
        }
    }
}
