//! The demo's pathologists: each takes the next case, looks at every slide, signs out, and goes on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use archive::{Key, Tile, Tileset, Tilesets};
use catalog::{By, Catalog, Claim, ClaimOutcome, Error, SignOut};
use pathology::ids::{ClaimId, ReportId, ScanId};
use pathology::phi::Phi;
use pathology::pyramid::geometry::TileAt;
use pathology::staff::Presence;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::people::{Player, players};
use crate::commands::Failure;

/// How long things took, in microseconds; at most 100,000 of each.
#[derive(Default)]
pub(super) struct Times {
    pub(super) claims: Vec<u64>,
    pub(super) tiles: Vec<u64>,
}

/// What every pathologist shares.
#[derive(Clone)]
pub(super) struct Room {
    pub(super) catalog: Catalog,
    pub(super) tilesets: Tilesets,
    pub(super) times: Arc<Mutex<Times>>,
}

impl Room {
    fn note(&self, pick: impl Fn(&mut Times) -> &mut Vec<u64>, since: Instant) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let list = pick(&mut times);
        if list.len() < 100_000 {
            list.push(since.elapsed().as_micros() as u64);
        }
    }
}

/// Everyone is at work, so that a visitor can claim as any of them.
pub(super) async fn come_in(catalog: &Catalog) -> Result<(), Failure> {
    for player in players() {
        let by = By::pathologist(player.id, player.organisation);
        catalog
            .set_presence(player.id, Presence::Available, &by)
            .await?;
    }
    Ok(())
}

/// Two colleagues begin a case each, so that a visitor sees what others hold.
pub(super) async fn hold_some(
    catalog: Catalog,
    shutdown: CancellationToken,
) -> Result<(), Failure> {
    let mut colleagues: Vec<Player> = players()
        .into_iter()
        .filter(|player| player.employer.contains("Readers"))
        .take(2)
        .collect();
    while let (Some(player), false) = (colleagues.last(), shutdown.is_cancelled()) {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let by = By::pathologist(player.id, player.organisation);
        let outcome = catalog
            .claim_next(ClaimId(Uuid::now_v7()), player.id, None, &by)
            .await?;
        if let ClaimOutcome::Claimed(claim) = outcome {
            let text = Phi::new("Levels requested.".to_owned());
            catalog
                .save_draft(claim.claim, claim.fence, text, &by)
                .await?;
            colleagues.pop();
        }
    }
    Ok(())
}

/// Reads until told to stop. The first claim is given back once: it must come again, to someone.
pub(super) async fn read_cases(
    room: Room,
    player: Player,
    shutdown: CancellationToken,
) -> Result<(), Failure> {
    let by = By::pathologist(player.id, player.organisation);
    room.catalog
        .set_presence(player.id, Presence::Available, &by)
        .await?;
    let mut given_back = false;
    while !shutdown.is_cancelled() {
        let asked = Instant::now();
        let outcome = room
            .catalog
            .claim_next(ClaimId(Uuid::now_v7()), player.id, None, &by)
            .await?;
        let ClaimOutcome::Claimed(claim) = outcome else {
            tokio::time::sleep(Duration::from_millis(30)).await;
            continue;
        };
        room.note(|times| &mut times.claims, asked);
        if !given_back {
            given_back = true;
            room.catalog
                .release(claim.claim, claim.fence, "demo: called away", &by)
                .await?;
            continue;
        }
        read(&room, &claim, &by).await?;
    }
    Ok(())
}

async fn read(room: &Room, claim: &Claim, by: &By) -> Result<(), Failure> {
    let text = Phi::new("Demo reading: benign, completely excised.".to_owned());
    room.catalog
        .heartbeat(claim.claim, claim.fence, true)
        .await?;
    room.catalog
        .save_draft(claim.claim, claim.fence, text.clone(), by)
        .await?;
    let report = ReportId(Uuid::now_v7());
    loop {
        let mut case = room.catalog.to_sign(claim.case).await?;
        for seen in &mut case.scans {
            look(room, seen.scan).await?;
            seen.opened = true;
        }
        let sign = SignOut {
            report,
            claim: claim.claim,
            fence: claim.fence,
            case_revision: case.revision,
            diagnosis: text.clone(),
            seen: case.scans,
            acknowledged: case.missing,
            damage_reason: String::new().into(),
            diagnosis_code: String::new(),
            concordance: None,
        };
        match room.catalog.sign_out(sign, None, by).await {
            Ok(_) => return Ok(()),
            // Something arrived meanwhile: look again, sign again.
            Err(Error::ChangedSinceYouLooked { .. }) => {}
            Err(e) => return Err(e.into()),
        }
    }
}

/// Looks at the coarsest level of a slide, tile by tile as the viewer would.
async fn look(room: &Room, scan: ScanId) -> Result<(), Failure> {
    let index = room.catalog.published_index(scan).await?;
    let originals = (0..index.members)
        .map(|n| Key::Original {
            scan,
            attempt: index.attempt,
            n,
        })
        .collect();
    let tileset = Tileset {
        scan,
        generation: index.generation,
        header_digest: pathology::tileset::Digest(index.header_digest),
        header_length: index.header_length,
        originals,
    };
    let header = room.tilesets.header(&tileset).await?;
    let Some(coarsest) = header.levels().last() else {
        return Ok(());
    };
    for row in 0..coarsest.grid.rows() {
        for column in 0..coarsest.grid.columns() {
            let started = Instant::now();
            let at = TileAt {
                image: coarsest.image,
                level: coarsest.level,
                column,
                row,
            };
            if let Tile::Coded { bytes, .. } = room.tilesets.tile(&tileset, at).await? {
                debug_assert!(bytes.starts_with(&[0xFF, 0xD8]), "a served tile is a JPEG");
            }
            room.note(|times| &mut times.tiles, started);
        }
    }
    Ok(())
}
