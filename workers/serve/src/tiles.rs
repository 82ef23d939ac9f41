//! A tile: its grant, one range read, its tag, out.
//!
//! After the first touch of a scan neither the catalogue nor a decoder is asked.

use std::sync::Arc;

use archive::{Key, Tile, Tileset};
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use catalog::views::ScanAccess;
use pathology::case::PixelState;
use pathology::formats::Codec;
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::Digest;
use serde::Deserialize;

use crate::audience::{Caller, parsed};
use crate::composed::{self, exact};
use crate::door::Door;
use crate::grants::Grant;
use crate::pictures::Composed;
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
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let scan: ScanId = parsed(&place.scan, "scan")?;
    let generation = generation(&place.generation)?;
    let asked = Asked::of(query.as_deref())?;
    let grant = granted(&door, &caller, scan).await?;
    if !(grant.since..=grant.tileset.generation).contains(&generation) {
        return Err(gone(grant.tileset.generation));
    }
    let at = place.at(grant.access.image(asked.plane()))?;
    if asked.join > 1 {
        return joined(&door, scan, &grant, at, asked.join).await;
    }
    match door.keepers.tilesets.tile(&grant.tileset, at).await? {
        Tile::Coded { bytes, codec, .. } if codec.browser_shows() => Ok(jpeg(scan, bytes)),
        Tile::Coded { bytes, codec, .. } if asked.stored() => {
            Ok((headers(scan, media_type(codec)), bytes).into_response())
        }
        Tile::Coded { .. } => {
            let make = exact(&door, &grant.access, &grant.tileset, at, 1);
            let kept = door
                .pictures
                .composed(&grant.tileset, Composed::Tile(at), make);
            Ok(jpeg(scan, kept.await?))
        }
        Tile::Blank | Tile::Absent => {
            let mut headers = headers(scan, JPEG);
            headers.remove(header::CONTENT_TYPE);
            Ok((StatusCode::NO_CONTENT, headers).into_response())
        }
    }
}

/// What else a tile is asked for.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    /// Which scanned area.
    region: u16,
    /// Which focal plane.
    z: u16,
    /// Which channel.
    channel: u16,
    /// So many tiles across and down as one: 1, 2 or 4.
    join: u32,
    /// `stored`: the bytes as the scanner stored them, also where a browser cannot show them.
    form: String,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            region: 0,
            z: 0,
            channel: 0,
            join: 1,
            form: String::new(),
        }
    }
}

impl Asked {
    fn of(query: Option<&str>) -> Result<Self, Problem> {
        let Some(query) = query else {
            return Ok(Self::default());
        };
        let uri = format!("/?{query}").parse().ok();
        let read = uri.and_then(|uri| Query::<Self>::try_from_uri(&uri).ok());
        let asked = read.map(|Query(asked)| asked).filter(|asked| {
            [1, 2, 4].contains(&asked.join) && ["", "stored"].contains(&asked.form.as_str())
        });
        asked.ok_or_else(|| {
            let ways = "give region, z and channel as numbers, join as 1, 2 or 4, form as stored";
            Problem::invalid("tile", ways)
        })
    }

    const fn plane(&self) -> [u16; 3] {
        [self.region, self.z, self.channel]
    }

    fn stored(&self) -> bool {
        self.form == "stored"
    }
}

/// Several tiles as one: without loss where their JPEG allows it, else decoded and kept for a while.
async fn joined(
    door: &Door,
    scan: ScanId,
    grant: &Grant,
    at: TileAt,
    span: u32,
) -> Result<Response, Problem> {
    let make = composed::joined(door, &grant.access, &grant.tileset, at, span);
    let kept = door
        .pictures
        .composed(&grant.tileset, Composed::Joined(at, span), make);
    Ok(jpeg(scan, kept.await?))
}

/// The grant of a session for a scan: the first touch decides and audits.
pub(crate) async fn granted(
    door: &Door,
    caller: &Caller,
    scan: ScanId,
) -> Result<Arc<Grant>, Problem> {
    let decide = decide(door, caller, scan);
    door.grants.of(caller.session.id, scan, decide).await
}

impl Place {
    fn at(&self, image: Option<u16>) -> Result<TileAt, Problem> {
        Ok(TileAt {
            image: image.ok_or_else(|| Problem::not_found("image"))?,
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
        access: access.clone(),
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

fn jpeg(scan: ScanId, bytes: Bytes) -> Response {
    (headers(scan, JPEG), bytes).into_response()
}

fn headers(scan: ScanId, media_type: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(3);
    headers.insert(header::CACHE_CONTROL, FOR_EVER);
    headers.insert(header::CONTENT_TYPE, media_type);
    let id = HeaderValue::try_from(scan.to_string()).expect("an id is hyphens and digits");
    headers.insert("x-scan", id);
    headers
}

const JPEG: HeaderValue = HeaderValue::from_static("image/jpeg");

const fn media_type(codec: Codec) -> HeaderValue {
    HeaderValue::from_static(match codec {
        Codec::Jpeg => "image/jpeg",
        Codec::Jpeg2000 | Codec::Jpeg2000Lossless => "image/j2c",
        Codec::None | Codec::Lzw | Codec::Deflate | Codec::Rle => "application/octet-stream",
    })
}
