//! Labels, macros, thumbnails and regions: pictures that need a decoder.
//!
//! At most `decoding` asks are decoded or wait; the next one is told to come again. Labels, macros
//! and thumbnails are kept (bounded by number and bytes) and handed out only after deciding. A decoder reads
//! the original through the digests of its blocks, never around them.

use std::sync::{Mutex, PoisonError};

use archive::Tileset;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use catalog::views::ScanAccess;
use pathology::formats::Area;
use pathology::ids::ScanId;
use pathology::pyramid::geometry::TileAt;
use pathology::tileset::Level;
use sandbox::Form;
use serde::Deserialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::audience::Opened;
use crate::checked;
use crate::composed::{QUALITY, Wanted, compose};
use crate::door::Door;
use crate::problem::Problem;
use crate::recent::Recent;
use crate::settings::Settings;
use crate::tiles::tileset;

/// Most pixels of a region.
const REGION_PIXELS: u64 = 4096 * 4096;

type Picture = (ScanId, &'static str);

/// A picture made of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Composed {
    /// A tile that a browser cannot show as it is stored.
    Tile(TileAt),
    /// So many tiles across and down as one.
    Joined(TileAt, u32),
    /// A tile of the Deep Zoom view: level, column, row.
    DeepZoom(u32, u32, u32),
}

/// Pictures decoded lately, and who may decode now.
pub(crate) struct Pictures {
    kept: Mutex<Recent<Picture, Bytes>>,
    composed: Mutex<Recent<(ScanId, u32, Composed), Bytes>>,
    decoding: Semaphore,
}

impl Pictures {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            kept: Mutex::new(Recent::new(settings.pictures, settings.picture_bytes)),
            composed: Mutex::new(Recent::new(settings.composed, settings.composed_bytes)),
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

    /// A picture made of a scan's tiles, from those kept, or as `make` makes it.
    pub(crate) async fn composed(
        &self,
        of: &Tileset,
        what: Composed,
        make: impl Future<Output = Result<Bytes, Problem>>,
    ) -> Result<Bytes, Problem> {
        let key = (of.scan, of.generation, what);
        let kept = || self.composed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept().get(&key) {
            return Ok(bytes);
        }
        let _turn = self.turn()?;
        let bytes = make.await?;
        kept().put(key, bytes.clone(), bytes.len() as u64);
        Ok(bytes)
    }

    pub(crate) fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
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

/// A rectangle, `x` and `y` in level-0 pixels, `w` and `h` in those of the picture, which are the level's or
/// so many of level 0 as `scale` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rectangle {
    x: u32,
    y: u32,
    w: u32,
    h: u32,
    #[serde(default)]
    level: u16,
    scale: Option<f64>,
    #[serde(default)]
    region: u16,
    #[serde(default)]
    z: u16,
    #[serde(default)]
    channel: u16,
    #[serde(default)]
    form: FileForm,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum FileForm {
    #[default]
    Png,
    Jpeg,
}

pub(crate) async fn region(
    State(door): State<Door>,
    scan: Opened<ScanAccess>,
    rectangle: Result<Query<Rectangle>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = rectangle.map_err(|_| {
        Problem::invalid(
            "region",
            "give x, y, w, h in pixels, and level or scale as a number",
        )
    })?;
    asked.check()?;
    let access = scan.access.get();
    let tileset = tileset(access)?;
    let header = door.keepers.tilesets.header(&tileset).await?;
    let wanted = asked.wanted(access, header.levels())?;
    let _turn = door.pictures.turn()?;
    let picture = compose(&door, access, &tileset, wanted).await?;
    Ok(([(header::CONTENT_TYPE, asked.media_type())], picture).into_response())
}

impl Rectangle {
    fn check(&self) -> Result<(), Problem> {
        let pixels = u64::from(self.w) * u64::from(self.h);
        if pixels == 0 || pixels > REGION_PIXELS {
            let reason = format!(
                "w × h must be 1 to {REGION_PIXELS} pixels: ask for a smaller one or a coarser level"
            );
            return Err(Problem::invalid("region", &reason));
        }
        let sane = |scale: f64| scale.is_finite() && (1.0 / 64.0..=1e6).contains(&scale);
        if !self.scale.is_none_or(sane) {
            let reason = "scale is how many pixels of level 0 one of the picture stands for";
            return Err(Problem::invalid("scale", reason));
        }
        Ok(())
    }

    /// At the scale of a level, the corner is rounded down to a pixel of that level, so that its own pixels
    /// come out unchanged.
    fn wanted(&self, access: &ScanAccess, levels: &[Level]) -> Result<Wanted, Problem> {
        let missing = || Problem::not_found("level");
        let image = access.image([self.region, self.z, self.channel]);
        let image = image.ok_or_else(|| Problem::not_found("image"))?;
        let mut of_image = levels.iter().filter(|level| level.image == image);
        let (scale, corner) = if let Some(scale) = self.scale {
            of_image.next().ok_or_else(missing)?;
            (scale, (f64::from(self.x), f64::from(self.y)))
        } else {
            let level = of_image.find(|level| level.level == self.level);
            let scale = level.ok_or_else(missing)?.scale;
            let floor = |place: u32| (f64::from(place) / scale).floor() * scale;
            (scale, (floor(self.x), floor(self.y)))
        };
        Ok(Wanted {
            image,
            area: Area {
                x: corner.0,
                y: corner.1,
                width: f64::from(self.w) * scale,
                height: f64::from(self.h) * scale,
            },
            size: (self.w, self.h),
            form: match self.form {
                FileForm::Png => Form::Png,
                FileForm::Jpeg => Form::Jpeg(QUALITY),
            },
        })
    }

    const fn media_type(&self) -> &'static str {
        match self.form {
            FileForm::Png => "image/png",
            FileForm::Jpeg => "image/jpeg",
        }
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
    fn a_region_has_pixels_but_not_too_many_and_a_sane_scale() {
        let of = |w, h, scale| {
            let rectangle = Rectangle {
                x: 0,
                y: 0,
                w,
                h,
                level: 0,
                scale,
                region: 0,
                z: 0,
                channel: 0,
                form: FileForm::Png,
            };
            rectangle.check()
        };
        assert!(of(4096, 4096, None).is_ok() && of(9, 9, Some(3.7)).is_ok());
        for (w, h) in [(0, 5), (5, 0), (4097, 4096), (u32::MAX, u32::MAX)] {
            assert_eq!(of(w, h, None).unwrap_err().code, "invalid");
        }
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(of(5, 5, Some(scale)).unwrap_err().code, "invalid");
        }
    }
}
