//! Labels, macros, thumbnails and regions: pictures that need a decoder.
//!
//! At most `decoding` asks are decoded or wait; the next one is told to come again. Labels, macros
//! and thumbnails are kept (bounded by number and bytes) and handed out only after deciding. A decoder reads
//! the original through the digests of its blocks, never around them.

use std::sync::{Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use catalog::views::ScanAccess;
use pathology::ids::ScanId;
use pathology::pyramid::geometry::Region;
use serde::Deserialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::audience::Opened;
use crate::checked;
use crate::door::Door;
use crate::problem::Problem;
use crate::recent::Recent;
use crate::settings::Settings;

/// Most pixels of a region.
const REGION_PIXELS: u64 = 4096 * 4096;

type Picture = (ScanId, &'static str);

/// Pictures decoded lately, and who may decode now.
pub(crate) struct Pictures {
    kept: Mutex<Recent<Picture, Bytes>>,
    decoding: Semaphore,
}

impl Pictures {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            kept: Mutex::new(Recent::new(settings.pictures, settings.picture_bytes)),
            decoding: Semaphore::new(settings.decoding),
        }
    }

    fn kept(&self, picture: &Picture) -> Option<Bytes> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(picture)
    }

    fn keep(&self, picture: Picture, png: &Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(picture, png.clone(), png.len() as u64);
    }

    fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        let turn = self.decoding.try_acquire();
        turn.map_err(|_| Problem::busy("Too many pictures are being made."))
    }
}

pub(crate) async fn label(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
) -> Result<Response, Problem> {
    associated(&door, scan.access.get(), "label").await
}

pub(crate) async fn overview(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
) -> Result<Response, Problem> {
    associated(&door, scan.access.get(), "macro").await
}

pub(crate) async fn thumbnail(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
) -> Result<Response, Problem> {
    associated(&door, scan.access.get(), "thumbnail").await
}

/// A rectangle, `x` and `y` in level-0 pixels, `w` and `h` in the level's.
#[derive(Deserialize)]
pub(crate) struct Rectangle {
    x: u32,
    y: u32,
    w: u32,
    h: u32,
    #[serde(default)]
    level: u16,
}

pub(crate) async fn region(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
    rectangle: Result<Query<Rectangle>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) =
        rectangle.map_err(|_| Problem::invalid("region", "give x, y, w, h and level in pixels"))?;
    let region = asked.region()?;
    let _turn = door.pictures.turn()?;
    let members = checked::members(&door, scan.access.get())?;
    let png = door
        .keepers
        .sandbox
        .region(&members, (0, asked.level), region)
        .await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

impl Rectangle {
    fn region(&self) -> Result<Region, Problem> {
        let pixels = u64::from(self.w) * u64::from(self.h);
        if pixels == 0 || pixels > REGION_PIXELS {
            let reason = format!(
                "w × h must be 1 to {REGION_PIXELS} pixels: ask for a smaller one or a coarser level"
            );
            return Err(Problem::invalid("region", &reason));
        }
        Ok(Region {
            x: self.x,
            y: self.y,
            width: self.w,
            height: self.h,
        })
    }
}

async fn associated(
    door: &Door,
    access: &ScanAccess,
    name: &'static str,
) -> Result<Response, Problem> {
    let picture = (access.scan, name);
    let png = if let Some(png) = door.pictures.kept(&picture) {
        png
    } else {
        let _turn = door.pictures.turn()?;
        let members = checked::members(door, access)?;
        let png: Bytes = door
            .keepers
            .sandbox
            .associated(&members, name)
            .await?
            .into();
        door.pictures.keep(picture, &png);
        png
    };
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "private, max-age=60"),
    ];
    Ok((headers, png).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_pixels_but_not_too_many() {
        let of = |w, h| {
            Rectangle {
                x: 0,
                y: 0,
                w,
                h,
                level: 0,
            }
            .region()
        };
        assert!(of(4096, 4096).is_ok());
        for (w, h) in [(0, 5), (5, 0), (4097, 4096), (u32::MAX, u32::MAX)] {
            assert_eq!(of(w, h).unwrap_err().code, "invalid");
        }
    }
}
