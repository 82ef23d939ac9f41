//! A process may end at any named point of one ingest and one claim: P1, P2, P5, P6 and P7 stay true.
//!
//! Each point is a `fail_point!` of the source; the tests find them there, so that a new one cannot
//! be forgotten. The process is ended by SIGKILL at that very point, on both databases.

mod claims;
mod ingests;
mod verifications;

use std::collections::BTreeSet;
use std::path::Path;

/// Every named point in the source of a process or keeper.
fn points(prefixes: &[&str]) -> BTreeSet<String> {
    let workers = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    collect(&workers, &mut found);
    assert!(
        found.len() >= 15,
        "only {} named points: were they renamed?",
        found.len()
    );
    found.retain(|point| prefixes.iter().any(|prefix| point.starts_with(prefix)));
    found
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("source");
            found.extend(
                text.split("fail_point!(\"")
                    .skip(1)
                    .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
            );
        }
    }
}
