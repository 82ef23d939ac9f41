//! A tile: its grant, one range read, its tag, out.
//!
//! After the first touch of a scan neither the catalogue nor a decoder is asked.

use std::sync::Arc;

use archive::{Key, Tile, Tileset};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog::views::ScanAccess;
use pathology::case::PixelState;
use pathology::formats::Codec;
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::Digest;
use serde::Deserialize;

use crate::audience::{Caller, parsed};
use crate::door::Door;
use crate::grants::Grant;
use crate::problem::Problem;

/// How long a browser may keep a tile: a generation never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");

/// Where a tile is, as the path says it.
#[derive(Deserialize)]
pub(crate) struct Place {
    scan: String,
    generation: String,
    level: String,
    column: String,
    row: String,
}

pub(crate) async fn tile(
    State(door): State<Door>,
    caller: Caller,
    Path(place): Path<Place>,
) -> Result<Response, Problem> {
    let scan: ScanId = parsed(&place.scan, "scan")?;
    let generation = generation(&place.generation)?;
    let at = place.at()?;
    let decide = decide(&door, &caller, scan);
    let grant = door.grants.of(caller.session.id, scan, decide).await?;
    if !(grant.since..=grant.tileset.generation).contains(&generation) {
        return Err(gone(grant.tileset.generation));
    }
    let tile = door.keepers.tilesets.tile(&grant.tileset, at).await?;
    served(scan, tile)
}

impl Place {
    fn at(&self) -> Result<TileAt, Problem> {
        Ok(TileAt {
            image: 0,
            level: parsed(&self.level, "tile")?,
            column: parsed(&self.column, "tile")?,
            row: parsed(&self.row, "tile")?,
        })
    }
}

fn generation(text: &str) -> Result<u32, Problem> {
    parsed(text.strip_prefix('g').unwrap_or_default(), "generation")
}

fn gone(now: u32) -> Problem {
    Problem::new(
        StatusCode::GONE,
        "other_generation",
        "This slide was prepared anew.",
        "Load the scan again and use the tiles it names.",
    )
    .with("generation", now)
}

async fn decide(door: &Door, caller: &Caller, scan: ScanId) -> Result<Grant, Problem> {
    let opened = door.catalog().touch_scan(&caller.asking, scan).await?;
    let access = opened.get();
    Ok(Grant {
        tileset: tileset(access)?,
        since: access.published_generation,
        case: access.case.as_ref().map(|case| case.case),
        pathologist: caller.asking.subject.role.pathologist(),
    })
}

/// What the archive must know of a scan to serve its tiles.
pub(crate) fn tileset(access: &ScanAccess) -> Result<Tileset, Problem> {
    let readable = access.pixels.parse().is_ok_and(PixelState::is_readable);
    let (Some((digest, header_length)), true) = (access.index, readable) else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_published",
            "This slide cannot be read yet.",
            "It is still being prepared, or it was refused.",
        ));
    };
    let key = |n| Key::Original {
        scan: access.scan,
        attempt: access.attempt,
        n,
    };
    Ok(Tileset {
        scan: access.scan,
        generation: access.generation,
        header_digest: Digest(digest),
        header_length,
        originals: access
            .members
            .iter()
            .map(|member| key(member.n))
            .collect::<Arc<[_]>>(),
    })
}

fn served(scan: ScanId, tile: Tile) -> Result<Response, Problem> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, FOR_EVER);
    let id = HeaderValue::try_from(scan.to_string()).expect("an id is hyphens and digits");
    headers.insert("x-scan", id);
    let Tile::Coded { bytes, codec, .. } = tile else {
        return Ok((StatusCode::NO_CONTENT, headers).into_response());
    };
    headers.insert(header::CONTENT_TYPE, media_type(codec)?);
    Ok((headers, bytes).into_response())
}

fn media_type(codec: Codec) -> Result<HeaderValue, Problem> {
    match codec {
        Codec::Jpeg => Ok(HeaderValue::from_static("image/jpeg")),
        Codec::Jpeg2000 | Codec::Jpeg2000Lossless => Ok(HeaderValue::from_static("image/jp2")),
        Codec::None | Codec::Lzw | Codec::Deflate | Codec::Rle => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_showable",
            "This tile is stored in a form browsers do not show.",
            "Ask for it as a region.",
        )),
    }
}
