//! A catalogue that was lost: scans, members and tilesets come back from the archive, links never by mistake.

use super::{Shelf, flip};
use crate::world::{World, on_both};

on_both!(
    scans_and_tilesets_come_back_as_they_were,
    a_manifest_that_was_altered_restores_nothing,
);

/// In the order in which they may go.
const TABLES: [&str; 7] = [
    "quality",
    "identifier",
    "member",
    "receipt",
    "job",
    "tray",
    "scan",
];

/// What a scan is, but for when it could first be read.
const SCAN: [&str; 18] = [
    "scan_id",
    "organisation_id",
    "site_id",
    "scanner_id",
    "issuer",
    "digest",
    "size_bytes",
    "attempt_id",
    "identity",
    "generation",
    "urgency",
    "facts",
    "index_header_digest",
    "index_header_length",
    "index_size_bytes",
    "index_digest",
    "manifest_digest",
    "stored_at",
];

async fn lose(world: &World) {
    for table in ["scan", "member"] {
        let copy = format!("CREATE TABLE before_{table} AS SELECT * FROM {table}");
        world.meddle(&copy).await.expect("a copy");
    }
    for table in TABLES {
        let gone = format!("DELETE FROM {table}");
        world.meddle(&gone).await.expect("lost");
    }
}

/// How many rows are as they were.
async fn same(world: &World, table: &str, columns: &[&str]) -> i64 {
    let equal: Vec<String> = columns
        .iter()
        .map(|column| {
            format!("(a.{column} = b.{column} OR (a.{column} IS NULL AND b.{column} IS NULL))")
        })
        .collect();
    let sql = format!(
        "SELECT count(*) FROM {table} a JOIN before_{table} b ON {}",
        equal.join(" AND ")
    );
    world.count(&sql).await
}

async fn scans_and_tilesets_come_back_as_they_were(world: World) {
    let shelf = Shelf::open(&world).await;
    shelf.publish("S26-00001-A1-1", 1).await;
    shelf.publish("S26-00002-A1-1", 2).await;
    lose(&world).await;
    let upkeep = shelf.intake.upkeep();
    let lost = upkeep
        .verify(tile::Depth::Lengths)
        .await
        .expect("looked at");
    assert!(lost.unknown.len() >= 2, "{lost:?}");
    let rebuilt = upkeep.rebuild().await.expect("rebuilt");
    assert_eq!(
        (rebuilt.restored, rebuilt.refused.len()),
        (2, 0),
        "{rebuilt:?}"
    );
    let scans = same(&world, "scan", &SCAN);
    assert_eq!(scans.await, 2, "the difference is not empty");
    let members = [
        "scan_id",
        "n",
        "organisation_id",
        "name",
        "size_bytes",
        "blake3",
    ];
    assert_eq!(same(&world, "member", &members).await, 2);
    let linked = "SELECT count(*) FROM scan WHERE slide_id IS NOT NULL OR case_id IS NOT NULL";
    assert_eq!(world.count(linked).await, 0, "a link came from nowhere");
    let waiting = "SELECT count(*) FROM tray WHERE closed_at IS NULL AND kind = 'unmatched'";
    assert_eq!(world.count(waiting).await, 2);
    let sound = upkeep.verify(tile::Depth::Bytes).await.expect("looked at");
    assert!(
        sound.checked.findings.is_empty() && sound.unknown.is_empty(),
        "{sound:?}"
    );
    let again = upkeep.rebuild().await.expect("rebuilt");
    assert_eq!((again.restored, again.known), (0, 2), "{again:?}");
    for table in ["scan", "member"] {
        let drop = format!("DROP TABLE before_{table}");
        world.meddle(&drop).await.expect("dropped");
    }
}

async fn a_manifest_that_was_altered_restores_nothing(world: World) {
    let shelf = Shelf::open(&world).await;
    let scan = shelf.publish("S26-00001-A1-1", 1).await;
    let other = shelf.publish("S26-00002-A1-1", 2).await;
    for of in [scan, other] {
        shelf.keep_newest(of, "/manifest");
    }
    lose(&world).await;
    let manifest = |of| std::fs::read(shelf.object(of, "/manifest")).expect("a manifest");
    let (ours, theirs) = (manifest(scan), manifest(other));
    let upkeep = shelf.intake.upkeep();
    // Swapped with another patient's, and flipped: nothing of either comes back.
    let path = shelf.object(scan, "/manifest");
    flip(&path);
    flip(&path);
    std::fs::write(&path, &theirs).expect("swapped");
    let path = shelf.object(other, "/manifest");
    flip(&path);
    let rebuilt = upkeep.rebuild().await.expect("looked at");
    assert_eq!(
        (rebuilt.restored, rebuilt.refused.len()),
        (0, 2),
        "{rebuilt:?}"
    );
    assert_eq!(world.count("SELECT count(*) FROM scan").await, 0);
    // A damaged index, too, is no tileset.
    std::fs::write(shelf.object(scan, "/manifest"), &ours).expect("restored");
    flip(&shelf.object(scan, "/index"));
    let rebuilt = upkeep.rebuild().await.expect("looked at");
    assert_eq!(
        (rebuilt.restored, rebuilt.refused.len()),
        (0, 2),
        "{rebuilt:?}"
    );
    flip(&shelf.object(scan, "/index"));
    let rebuilt = upkeep.rebuild().await.expect("looked at");
    assert_eq!(
        (rebuilt.restored, rebuilt.refused.len()),
        (1, 1),
        "{rebuilt:?}"
    );
}
